"""What a run of a close changes: its vouchers, statements and key figures beside the last run and the last month."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger.periods import previous_period

# Key figures as lines of the statements: name -> (statement, signed lines); by standard.
KPIS = {
    "sbe": {
        "revenue": ("income_statement", (1,)), "gross_profit": ("income_statement", (1, -2)),
        "profit_before_tax": ("income_statement", (30,)), "net_profit": ("income_statement", (32,)),
        "cash": ("balance_sheet", (1,)), "receivables": ("balance_sheet", (4,)), "inventory": ("balance_sheet", (9,)),
        "payables": ("balance_sheet", (33,)), "taxes_payable": ("balance_sheet", (36,)),
        "total_assets": ("balance_sheet", (30,)), "equity": ("balance_sheet", (52,)),
    },
    "asbe": {
        "revenue": ("income_statement", (1,)), "gross_profit": ("income_statement", (1, -2)),
        "profit_before_tax": ("income_statement", (17,)), "net_profit": ("income_statement", (19,)),
        "cash": ("balance_sheet", (2,)), "receivables": ("balance_sheet", (6,)), "inventory": ("balance_sheet", (10,)),
        "payables": ("balance_sheet", (42,)), "taxes_payable": ("balance_sheet", (46,)),
        "total_assets": ("balance_sheet", (36,)), "equity": ("balance_sheet", (72,)),
    },
}  # fmt: skip
_RUNS = """
    select period, kind, result_hash, vouchers, statements, made_by,
           made_at + interval 8 hour as made_at from rpt.close_run
    where period = $period and ($kind = '' or kind = $kind) order by run_id desc limit 1
"""
_NAMES = """
    select statement, line_no, name_zh, name_en from rpt.statement_line
    where line_no is not null and $period >= from_period and $period < until_period
"""
MEASURES = ("now", "last_run", "last_month")


@dataclass(frozen=True)
class Earlier:
    """The runs a new one is compared with; nothing where there was none."""

    standard: str
    names: pl.DataFrame
    accounts: pl.DataFrame
    run: dict[str, Any] | None
    month: dict[str, Any] | None


@dataclass(frozen=True)
class Comparison:
    """Three frames, each with now, last_run, last_month (null where there was no run) and since_run, since_month.

    vouchers: step, account, name; statements: statement, line_no, name_zh, name_en; kpis: kpi. last_run_at (in the
    zone of the books) and last_run_by say which run it was; same_as_last_run whether its hash is the same.
    """

    vouchers: pl.DataFrame
    statements: pl.DataFrame
    kpis: pl.DataFrame
    last_run_at: datetime | None = None
    last_run_by: str = ""
    same_as_last_run: bool | None = None


def read_earlier(books: Any, period: str) -> Earlier:
    """The last run of this month, and the last committed run of the month before."""
    asked = ((period, ""), (previous_period(period), "commit"))
    run, month = (books.sql(_RUNS, period=of, kind=kind).to_dicts() for of, kind in asked)
    return Earlier(
        books.sql("select standard from rpt.company")["standard"][0],
        books.sql(_NAMES, period=period),
        books.sql("select code as account, name_zh as name, name_en from rpt.account where leaf"),
        run[0] if run else None,
        month[0] if month else None,
    )


def compare(earlier: Earlier, sums: pl.DataFrame, statements: list[dict[str, Any]], result_hash: str) -> Comparison:
    """Put a run beside the earlier ones; sums: step, account, amount; statements as the core tells them."""
    before = [_voucher_rows(earlier.run), _voucher_rows(earlier.month)]
    vouchers = _side_by_side(["step", "account"], [sums, *before])
    lines = pl.DataFrame(statements, schema={**dict.fromkeys(("statement",), pl.String), "line_no": pl.Int32, **_TEXTS})
    now, month = (lines.select("statement", "line_no", amount=pl.col(n).cast(MONEY)) for n in ("amount", "last_month"))
    compared = _side_by_side(["statement", "line_no"], [now, _statement_rows(earlier.run), month])
    told = earlier.run or {}
    return Comparison(
        vouchers.join(earlier.accounts, on="account", how="left", maintain_order="left"),
        compared.join(earlier.names, on=["statement", "line_no"], how="left", maintain_order="left"),
        _kpis(compared, earlier.standard),
        told.get("made_at"),
        told.get("made_by", ""),
        None if earlier.run is None else told["result_hash"] == result_hash,
    )


_TEXTS = {"amount": pl.String, "last_month": pl.String}


def _voucher_rows(run: dict[str, Any] | None) -> pl.DataFrame | None:
    if run is None:
        return None
    rows = [(step, account, Decimal(amount)) for step, account, amount in json.loads(run["vouchers"])]
    return pl.DataFrame(rows, schema={"step": pl.String, "account": pl.String, "amount": MONEY}, orient="row")


def _statement_rows(run: dict[str, Any] | None) -> pl.DataFrame | None:
    if run is None:
        return None
    rows = [(statement, line, Decimal(amount)) for statement, line, amount in json.loads(run["statements"])]
    return pl.DataFrame(rows, schema={"statement": pl.String, "line_no": pl.Int32, "amount": MONEY}, orient="row")


def _side_by_side(keys: list[str], frames: list[pl.DataFrame | None]) -> pl.DataFrame:
    """Now, the last run and the last month by key; a run that was there but had no such row shows nothing, as 0.00."""
    joined = frames[0].select(keys).clear()
    for name, frame in zip(MEASURES, frames, strict=True):
        if frame is None:
            joined = joined.with_columns(pl.lit(None, MONEY).alias(name))
            continue
        rows = frame.select(*keys, pl.col("amount").cast(MONEY).alias(name))
        joined = joined.join(rows, on=keys, how="full", coalesce=True).with_columns(pl.col(name).fill_null(0))
    known = [name for name, frame in zip(MEASURES, frames, strict=True) if frame is not None]
    filled = joined.with_columns(pl.col(known).fill_null(0)).sort(keys)
    return filled.with_columns(
        since_run=(pl.col("now") - pl.col("last_run")).cast(MONEY),
        since_month=(pl.col("now") - pl.col("last_month")).cast(MONEY),
    )


def _kpis(lines: pl.DataFrame, standard: str) -> pl.DataFrame:
    rows = []
    for kpi, (statement, signed) in KPIS[standard].items():
        row = {"kpi": kpi}
        for name in MEASURES:
            own = lines.filter(pl.col("statement") == statement)
            found = dict(own.select("line_no", name).rows())
            blank = bool(own.height) and own[name].null_count() == own.height
            total = sum((found.get(abs(line)) or Decimal(0)) * (1 if line > 0 else -1) for line in signed)
            row[name] = None if blank else Decimal(total)
        rows.append(row)
    frame = pl.DataFrame(rows, schema={"kpi": pl.String, **dict.fromkeys(MEASURES, MONEY)})
    return frame.with_columns(
        since_run=(pl.col("now") - pl.col("last_run")).cast(MONEY),
        since_month=(pl.col("now") - pl.col("last_month")).cast(MONEY),
    )
