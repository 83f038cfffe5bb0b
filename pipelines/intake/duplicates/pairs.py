"""Pairs of cards that may be one: candidates by shared keys, evidence in points, vetoes, and a tier for each."""

import polars as pl
from rapidfuzz import fuzz, process

AUTO_FROM, ASK_FROM = 7.0, 3.0
# A key that more cards share than this says nothing: the switchboard of a market, the stem 商贸.
SHARED_MAX = 40
BIGRAM_MAX = 60


def candidates(cards: pl.DataFrame) -> pl.DataFrame:
    """Return pairs (a, b) of row numbers, a < b, that share tax number, phone, stem, address or a rare bigram."""
    numbered = cards.with_row_index("n")
    keys = []
    for name, key in (
        ("tax", pl.col("tax")),
        ("phone", pl.col("phone")),
        ("stem", pl.col("stem")),
        ("whole", pl.col("whole")),
        ("address", pl.when(pl.col("address").str.len_chars() >= 6).then("address").otherwise(pl.lit(""))),
        ("who", pl.when(pl.col("contact") != "").then(pl.col("contact") + pl.col("region")).otherwise(pl.lit(""))),
    ):
        keys.append(numbered.filter(key != "").select("n", key=pl.lit(f"{name}:") + key))
    keys.append(_bigrams(numbered))
    every = pl.concat(keys).unique()
    shared = every.filter((pl.len().over("key") > 1) & (pl.len().over("key") <= SHARED_MAX))
    pairs = shared.join(shared, on="key", suffix="_b").filter(pl.col("n") < pl.col("n_b"))
    return pairs.select(a="n", b="n_b").unique().sort("a", "b")


def _bigrams(numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the rare pairs of signs in stems, of which two names that differ in one sign still share one."""
    parts = numbered.select("n", stem=pl.col("stem")).rows()
    rows = [(n, f"bi:{stem[i : i + 2]}") for n, stem in parts for i in range(len(stem) - 1)]
    frame = pl.DataFrame(rows, schema={"n": pl.UInt32, "key": pl.String}, orient="row").unique()
    return frame.filter(pl.len().over("key") <= BIGRAM_MAX)


def judged(cards: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs with points per kind of evidence, their sum as `points`, `veto`, and `tier` auto, ask or no."""
    left, right = cards[pairs["a"]], cards[pairs["b"]]
    columns = {f"{name}_{side}": frame[name] for side, frame in (("a", left), ("b", right)) for name in frame.columns}
    whole = process.cpdist(left["whole"].to_list(), right["whole"].to_list(), scorer=fuzz.ratio)
    stem = process.cpdist(left["stem"].to_list(), right["stem"].to_list(), scorer=fuzz.ratio)
    place = process.cpdist(left["address"].to_list(), right["address"].to_list(), scorer=fuzz.ratio)
    phone = process.cpdist(left["phone"].to_list(), right["phone"].to_list(), scorer=fuzz.ratio)
    pairs = pairs.with_columns(
        whole_like=pl.Series(whole), stem_like=pl.Series(stem), place_like=pl.Series(place), phone_like=pl.Series(phone)
    ).with_columns(pl.Series(name, values) for name, values in columns.items())
    evidence = [*_names(), *_marks()]
    pairs = pairs.with_columns(evidence).with_columns(_veto())
    names = [expression.meta.output_name() for expression in evidence]
    pairs = pairs.with_columns(points=pl.sum_horizontal(names))
    # A name alone merges nothing by itself: two people may found 宏达商贸 in the same town.
    proof = (pl.col("p_tax") > 0) | (pl.col("p_phone") > 2) | (pl.col("p_address") > 2) | (pl.col("p_item") > 0)
    auto = (pl.col("points") >= AUTO_FROM) & proof & ((pl.col("p_stem") > 4) | (pl.col("p_tax") > 0))
    tier = pl.when(pl.col("veto") != "").then(pl.lit("no")).when(auto).then(pl.lit("auto"))
    return pairs.with_columns(tier=tier.when(pl.col("points") >= ASK_FROM).then(pl.lit("ask")).otherwise(pl.lit("no")))


def _both(name: str) -> pl.Expr:
    return (pl.col(f"{name}_a") != "") & (pl.col(f"{name}_b") != "")


def _same(name: str) -> pl.Expr:
    return _both(name) & (pl.col(f"{name}_a") == pl.col(f"{name}_b"))


def _points(name: str, *cases: tuple[pl.Expr, float]) -> pl.Expr:
    chain = pl.when(cases[0][0]).then(pl.lit(cases[0][1]))
    for condition, points in cases[1:]:
        chain = chain.when(condition).then(pl.lit(points))
    return chain.otherwise(pl.lit(0.0)).alias(f"p_{name}")


def _names() -> list[pl.Expr]:
    like, item = pl.col("stem_like"), pl.col("unit_a") + pl.col("unit_b") + pl.col("size_a") + pl.col("size_b") != ""
    long = pl.min_horizontal(pl.col("stem_a").str.len_chars(), pl.col("stem_b").str.len_chars()) > 3
    inside = pl.col("stem_a").str.starts_with(pl.col("stem_b")) | pl.col("stem_b").str.starts_with(pl.col("stem_a"))
    return [
        _points(
            "stem", (_same("stem"), 4.5), (like >= 86, 3.0), (inside & long, 2.5), (like >= 74, 1.5), (like < 60, -3.0)
        ),
        _points("region", (_same("region") & ~item, 1.0), (_both("region"), -4.0)),
        _points("item", (item & _same("whole"), 4.0), (item & (pl.col("whole_like") >= 92), 1.5)),
    ]


def _marks() -> list[pl.Expr]:
    surname = pl.col("contact_a").str.head(1) == pl.col("contact_b").str.head(1)
    return [
        _points("tax", (_same("tax"), 8.0)),
        _points(
            "phone", (_same("phone"), 3.5), (_both("phone") & (pl.col("phone_like") >= 90), 2.5), (_both("phone"), -1.0)
        ),
        _points("contact", (_same("contact"), 2.0), (_both("contact") & surname, 0.7), (_both("contact"), -1.5)),
        _points(
            "address",
            (_same("address"), 3.0),
            (_both("address") & (pl.col("place_like") >= 72), 0.5),
            (_both("address"), -1.5),
        ),
    ]


def _veto() -> pl.Expr:
    """Return why two cards are never merged, whatever else agrees."""
    differ = {name: pl.col(f"{name}_a") != pl.col(f"{name}_b") for name in ("tax", "branch", "region", "size", "unit")}
    return (
        pl.when(_both("tax") & differ["tax"]).then(pl.lit("veto_tax"))
        .when(differ["branch"]).then(pl.lit("veto_branch"))
        .when(_both("region") & differ["region"]).then(pl.lit("veto_region"))
        .when(differ["size"]).then(pl.lit("veto_size"))
        .when(differ["unit"] & _both("unit")).then(pl.lit("veto_unit"))
        .otherwise(pl.lit("")).alias("veto")
    )  # fmt: skip
