"""Check an evidence pack from the pack alone: hashes of its parts, root of the period, statements reckoned anew.

Copied into each pack; needs Python and polars, nothing else: no books, no host, no program that made the pack.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import polars as pl

AMOUNT = pl.Decimal(38, 2)
SEALED = ("stock_move", "stock_value", "voucher", "voucher_line")
MEASURES = {
    "balance_sheet": ("closing", "opening_of_year"),
    "income_statement": ("month", "year_to_date"),
    "cash_flow": ("month", "year_to_date"),
}


def manifest(pack: Path) -> dict:
    """What the pack says of itself."""
    return json.loads((pack / "manifest.json").read_text(encoding="utf-8"))


def changed_parts(pack: Path) -> list[str]:
    """The parts whose SHA-256 is not that of the manifest, that are missing, or that nobody listed."""
    listed = {part["path"]: part["sha256"] for part in manifest(pack)["parts"]}
    there = {place.relative_to(pack).as_posix() for place in pack.rglob("*") if place.is_file()}
    own = {name for name in there if name.startswith("__pycache__") or name == "manifest.json"}
    found = {name: hashlib.sha256((pack / name).read_bytes()).hexdigest() for name in there & listed.keys()}
    return sorted(
        {name for name, digest in listed.items() if found.get(name) != digest} | (there - listed.keys() - own)
    )


def root(pack: Path) -> str:
    """The root of the period, reckoned from the posted rows as the books say in their own description of the form."""
    said = manifest(pack)
    forms = _read(pack, "seals/forms").sort("table_name", "position")
    described = "".join(f"{t}\t{c}\t{k}\t{at}\n" for t, c, k, at in forms.select(
        "table_name", "column_name", "kind", "key_position").rows())  # fmt: skip
    text = f"erp-period 1\n{said['seal_form']}\t{_sha(described.encode())}\n{said['period']}\n"
    for table in SEALED:
        form = forms.filter(pl.col("table_name") == table)
        rows = _read(pack, f"posted/{table}").sort(
            form.filter(pl.col("key_position") > 0).sort("key_position")["column_name"].to_list()
        )
        text += f"{table}\t{rows.height}\t{_sha(_canonical(rows, form))}\n"
    return _sha(text.encode())


def statements(pack: Path) -> dict[str, pl.DataFrame]:
    """The statements from the posted lines and what stood before them: line_no and its two amounts."""
    balances = _balances(pack)
    period = manifest(pack)["period"]
    year = period[:4] + "-00"
    above = balances.join(_read(pack, "charts/account_ancestor"), on="account")
    net = pl.col("debit") - pl.col("credit")
    held = above.group_by(account="ancestor").agg(
        closing=net.sum(), opening_of_year=net.filter(pl.col("period") < year).sum()
    )
    of_year = above.filter((pl.col("period") >= year) & ~pl.col("closing"))
    moved = of_year.group_by(account="ancestor").agg(
        month=net.filter(pl.col("period") == period).sum(), year_to_date=net.sum()
    )
    feed = _read(pack, "charts/statement_feed")
    return {
        "balance_sheet": _fed(feed, "balance_sheet", held, MEASURES["balance_sheet"]),
        "income_statement": _fed(feed, "income_statement", moved, MEASURES["income_statement"]),
        "cash_flow": _cash_flow(pack, balances, period, year),
    }


def differences(pack: Path) -> list[str]:
    """Where the statements of the pack and those reckoned anew are not equal to the cent."""
    found = []
    for name, mine in statements(pack).items():
        theirs = _read(pack, f"statements/{name}").filter(pl.col("line_no").is_not_null())
        both = theirs.join(mine, on="line_no", how="left", suffix="_anew", maintain_order="left")
        for measure in MEASURES[name]:
            anew = pl.col(f"{measure}_anew").fill_null(0)
            wrong = both.filter(pl.col(measure).cast(AMOUNT) != anew.cast(AMOUNT))
            found += [f"{name} {line} {measure}" for line in wrong["line_no"]]
    return found


def _balances(pack: Path) -> pl.DataFrame:
    """Turnover by period and account: what stood before, and the lines of the period; closing marks carry-forward."""
    vouchers = _read(pack, "posted/voucher").select("voucher_id", "period", "closing")
    lines = _read(pack, "posted/voucher_line").join(vouchers, on="voucher_id")
    columns = ["period", "account", "closing", pl.col("debit", "credit").cast(AMOUNT)]
    return pl.concat([_read(pack, "posted/before").select(columns), lines.select(columns)])


def _fed(feed: pl.DataFrame, statement: str, amounts: pl.DataFrame, measures: tuple[str, ...]) -> pl.DataFrame:
    fed = feed.filter(pl.col("statement") == statement).join(amounts, on="account")
    sign = pl.col("sign").cast(AMOUNT)

    def of_rule(measure: str) -> pl.Expr:
        value = pl.col(measure)
        own = pl.when(pl.col("own_side") == "debit").then(value).otherwise(-value)
        zero = pl.lit(0, AMOUNT)
        debit, credit = pl.max_horizontal(value, zero), pl.max_horizontal(-value, zero)
        rule = pl.when(pl.col("rule") == "debit_balance").then(debit)
        return sign * rule.when(pl.col("rule") == "credit_balance").then(credit).otherwise(own)

    return fed.group_by("line_no").agg(of_rule(measure).sum().alias(measure) for measure in measures)


def _cash_flow(pack: Path, balances: pl.DataFrame, period: str, year: str) -> pl.DataFrame:
    form, accounts = _read(pack, "statements/cash_flow"), _read(pack, "charts/account")
    cash = accounts.filter("cash")["code"].to_list()
    net = pl.col("debit") - pl.col("credit")
    vouchers = _read(pack, "posted/voucher").select("voucher_id", "period")
    lines = _read(pack, "posted/voucher_line").join(vouchers, on="voucher_id")
    own = lines.filter(pl.col("account").is_in(cash) & (pl.col("cash_flow") != ""))
    flows = pl.concat([
        own.select("period", "cash_flow", amount=net.cast(AMOUNT)),
        _read(pack, "posted/cash_flow_before").select("period", "cash_flow", pl.col("amount").cast(AMOUNT)),
    ])  # fmt: skip
    summed = flows.filter(pl.col("period") >= year).group_by(line_no=pl.col("cash_flow").cast(pl.Int64)).agg(
        month=pl.col("amount").filter(pl.col("period") == period).sum(), year_to_date=pl.col("amount").sum()
    )  # fmt: skip
    before = balances.filter(pl.col("account").is_in(cash) & (pl.col("period") < period))
    start = before.select(
        month=net.sum(), year_to_date=net.filter(pl.col("period") <= year).sum()
    ).row(0)  # fmt: skip
    openings = _read(pack, "charts/statement_account").filter(
        (pl.col("statement") == "cash_flow") & (pl.col("rule") == "opening")
    )["line_no"]
    base = form.filter(pl.col("line_no").is_not_null()).select("line_no", "kind").join(summed, on="line_no", how="left")
    opening, out = pl.col("line_no").is_in(openings.to_list()), pl.col("kind") == "deduction"
    base = base.select(
        "line_no",
        *(
            pl.when(opening)
            .then(pl.lit(start[at], AMOUNT))
            .when(out)
            .then(-pl.col(name))
            .otherwise(pl.col(name))
            .alias(name)
            for at, name in enumerate(("month", "year_to_date"))
        ),
    )
    terms = _read(pack, "charts/statement_term").filter(pl.col("statement") == "cash_flow")
    signed = terms.join(base, left_on="term_line", right_on="line_no").with_columns(pl.col("sign").cast(AMOUNT))
    measures = (pl.col(name).fill_null(0) for name in ("month", "year_to_date"))
    computed = signed.group_by("line_no").agg((measure * pl.col("sign")).sum() for measure in measures)
    return pl.concat([base.join(computed, on="line_no", how="anti"), computed.select(base.columns).cast(base.schema)])


def _canonical(rows: pl.DataFrame, form: pl.DataFrame) -> bytes:
    """Rows as the seal has them: PostgreSQL's text format, columns in the order of the form."""
    escape = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    shaped = []
    for name, kind in form.select("column_name", "kind").rows():
        value = pl.col(name)
        if kind == "text":
            value = value.str.replace_many(list(escape), list(escape.values()))
        elif kind == "bool":
            value = pl.when(value).then(pl.lit("t")).when(~value).then(pl.lit("f")).alias(name)
        shaped.append(value)
    made = io.BytesIO()
    rows.select(shaped).write_csv(
        made, include_header=False, separator="\t", quote_style="never", null_value="\\N",
        datetime_format="%Y-%m-%d %H:%M:%S%.6f",
    )  # fmt: skip
    return made.getvalue()


def _read(pack: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(pack / f"{name}.parquet")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
