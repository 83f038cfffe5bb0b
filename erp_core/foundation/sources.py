"""Drawing on earlier papers: which lines of an order, a delivery or an invoice a new document takes, and how much."""

from __future__ import annotations

import polars as pl

from erp_core.foundation import documents
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session

# What a later paper takes over from the one it stands on, unless it says otherwise.
_ONE_BACK = {
    "source_id": "earlier_id",
    "source_line": "earlier_line",
    "document_id": "source_id",
    "line": "source_line",
    "quantity": "source_quantity",
}
INHERITED = ("party", "warehouse", "department", "employee", "project")


class NothingOpen(Refusal):
    """Nothing is open on {source} for document {first} ({count} such documents)."""


class NoSuchLine(Refusal):
    """{source} has no line {first} ({count} such lines)."""


class WrongStatus(Refusal):
    """{first} is {status}; it must be {wanted} ({count} such documents)."""


class QuantityNotPositive(Refusal):
    """Line {line} of {source}: the quantity must be above zero, not {quantity} ({count} such lines)."""


class PartiesDiffer(Refusal):
    """Document {first} draws on papers of more than one party: {parties} ({count} such documents)."""


class SourceMissing(Refusal):
    """Document {first} names no {source} ({count} such documents)."""


class DatedBeforeSource(Refusal):
    """Document {first} is dated {day}, before {source}, which it draws on ({count} such documents)."""


def load(
    session: Session, kind: str, pairs: pl.DataFrame, wanted: str | tuple[str, ...], *steps: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find the papers that a set draws on, and their lines with what was done so far.

    pairs: key, source (number), and optionally place. Returns the pairs with the columns of the source's header, its
    id as source_id, and its lines. Refuses a source whose status is not among those wanted.
    """
    heads = documents.find(session, kind, pairs["source"])
    allowed = (wanted,) if isinstance(wanted, str) else wanted
    wrong = heads.filter(~pl.col("status").is_in(allowed))
    if not wrong.is_empty():
        raise WrongStatus(
            first=wrong["number"][0], status=wrong["status"][0], wanted=" / ".join(allowed), count=wrong.height
        )
    named = heads.rename({"number": "source", "source_id": "earlier_id", "document_id": "source_id"})
    found = pairs.join(named, on="source", maintain_order="left")
    return found, documents.lines_of(session, heads["document_id"], *steps)


def draw(pairs: pl.DataFrame, lines: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The lines each document takes: what was asked for, or all that is open where nothing was.

    pairs: key, source, source_id, in order, and optionally place (a warehouse that the document names for all lines);
    lines: lines of the sources with column 'open'; asked: key, source, source_line, quantity and further columns, which
    win over those of the source where they have a value.
    Returns one row per line taken: the source's columns with source_id, source_line, quantity and open; what the source
    stood on itself is earlier_id, earlier_line.
    """
    order = pairs.select("key", "source", "source_id", *(["place"] if "place" in pairs.columns else [])).with_row_index(
        "_pair"
    )
    offered = order.join(lines.rename(_ONE_BACK), on="source_id", maintain_order="left_right")
    if "place" in offered.columns:
        offered = _elsewhere(offered)
    whole = offered.join(asked, on="key", how="anti").filter(pl.col("open") > 0).with_columns(quantity=pl.col("open"))
    if asked.is_empty():
        taken = whole
    else:
        part = _asked(order, offered, asked)
        taken = pl.concat([whole, part.select(whole.columns)]).sort("_pair", maintain_order=True)
    idle = order.join(taken, on="key", how="anti")
    if not idle.is_empty():
        raise NothingOpen(first=idle["key"][0], source=idle["source"][0], count=idle["key"].n_unique())
    return taken.drop("_pair")


def _elsewhere(offered: pl.DataFrame) -> pl.DataFrame:
    """Another warehouse than that of the source knows nothing of its bins."""
    other = pl.col("place").fill_null("") != ""
    moved = other & (pl.col("place") != pl.col("warehouse"))
    return offered.with_columns(
        warehouse=pl.when(other).then("place").otherwise("warehouse"),
        bin=pl.when(moved).then(pl.lit("")).otherwise("bin"),
    ).drop("place")


def _asked(order: pl.DataFrame, offered: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    single = order.group_by("key").agg(only=pl.col("source").first(), many=pl.len())
    named = asked.join(single, on="key", maintain_order="left").with_columns(
        source=pl.coalesce("source", pl.when(pl.col("many") == 1).then("only"))
    )
    part = named.drop("only", "many").join(
        offered, on=["key", "source", "source_line"], how="left", maintain_order="left", suffix="_offered"
    )
    lost = part.filter(pl.col("source_id").is_null())
    if not lost.is_empty():
        raise NoSuchLine(source=lost["source"][0] or lost["key"][0], first=lost["source_line"][0], count=lost.height)
    both = [name.removesuffix("_offered") for name in part.columns if name.endswith("_offered")]
    part = part.with_columns(pl.coalesce(_said(part, name), f"{name}_offered").alias(name) for name in both)
    part = part.with_columns(pl.coalesce("quantity", "open").alias("quantity"))
    bad = part.filter(pl.col("quantity") < 0)
    if not bad.is_empty():
        raise QuantityNotPositive(
            line=bad["source_line"][0], source=bad["source"][0], quantity=bad["quantity"][0], count=bad.height
        )
    return part


def _said(part: pl.DataFrame, name: str) -> pl.Expr:
    """The value asked for, where an empty text counts as nothing said."""
    return pl.when(pl.col(name) != "").then(name) if part.schema[name] == pl.String else pl.col(name)


def refuse_over(taken: pl.DataFrame, limit: pl.Expr, refusal: type[Refusal]) -> None:
    """Refuse when the lines of a set together take more of a source line than the limit allows."""
    sums = taken.group_by("source_id", "source_line", maintain_order=True).agg(
        pl.col("source", "item", "open", "source_quantity").first(),
        wanted=pl.col("quantity").sum(),
        limit=limit.first(),
    )
    over = sums.filter(pl.col("wanted") > pl.col("limit"))
    if not over.is_empty():
        row = over.row(0, named=True)
        raise refusal(
            number=row["source"], line=row["source_line"], item=row["item"], wanted=row["wanted"].normalize(),
            open=row["open"].normalize(), limit=row["limit"].normalize(), count=over.height,
        )  # fmt: skip


def inherit(heads: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Fill the headers of new documents from their (first) source, where they say nothing themselves."""
    first = found.unique("key", keep="first") if found.height > heads.height else found
    names = [name for name in INHERITED if name in first.columns]
    ones = first.select(
        "key", pl.col("source_id").alias("_id"), *(pl.col(name).alias(f"{name}_from") for name in names)
    )
    filled = [
        pl.coalesce(pl.col(name).replace("", None), f"{name}_from").alias(name)
        if name in heads.columns
        else pl.col(f"{name}_from").alias(name)
        for name in names
    ]
    kept = [name for name in heads.columns if name not in (*names, "source_id")]
    joined = heads.join(ones, on="key", how="left", maintain_order="left")
    return joined.select(*kept, *filled, source_id="_id")


def refuse_earlier(heads: pl.DataFrame, found: pl.DataFrame) -> None:
    """Refuse a document dated before the paper it draws on."""
    dated = heads.select("key", day="document_on").join(found.select("key", "source", "document_on"), on="key")
    early = dated.filter(pl.col("day") < pl.col("document_on"))
    if not early.is_empty():
        row = early.row(0, named=True)
        raise DatedBeforeSource(first=row["key"], day=row["day"], source=row["source"], count=early.height)


def used_up(lines: pl.DataFrame, step: str, taken: pl.DataFrame) -> pl.Series:
    """The ids of the source papers of whose every line all is used up, counting what was taken just now."""
    now = taken.group_by(document_id="source_id", line="source_line").agg(pl.col("quantity").sum().alias("_now"))
    left = lines.join(now, on=["document_id", "line"], how="left").with_columns(
        left=pl.col("quantity") - pl.col(step) - pl.col("_now").fill_null(0)
    )
    return (
        left.group_by("document_id", maintain_order=True)
        .agg(pl.col("left").sum())
        .filter(pl.col("left") == 0)["document_id"]
    )


def reversed_now(found: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """The headers (document_id, kind, status) of the source papers among these ids."""
    return (
        found.unique("source_id", maintain_order=True)
        .filter(pl.col("source_id").is_in(ids.implode()))
        .select("kind", "status", document_id="source_id")
    )


def pairs(heads: pl.DataFrame, one: str, many: str) -> pl.DataFrame:
    """Which papers each document draws on, one row each: key, source."""
    named = heads.select("key", source=pl.coalesce(many, pl.concat_list(pl.col(one))))
    named = named.explode("source").filter(pl.col("source").fill_null("") != "").unique(maintain_order=True)
    bare = heads.join(named, on="key", how="anti")
    if not bare.is_empty():
        raise SourceMissing(first=bare["key"][0], source=one, count=bare.height)
    return named


def refuse_mixed(found: pl.DataFrame) -> None:
    """Refuse a document that draws on papers of several parties."""
    mixed = (
        found.group_by("key", maintain_order=True)
        .agg(pl.col("party").unique(maintain_order=True))
        .filter(pl.col("party").list.len() > 1)
    )
    if not mixed.is_empty():
        raise PartiesDiffer(first=mixed["key"][0], parties=", ".join(mixed["party"][0]), count=mixed.height)
