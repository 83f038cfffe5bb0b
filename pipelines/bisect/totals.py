"""The totals that should agree, as logs of events read from the books: each function names where two of them part."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from pipelines.bisect.parting import LOG, Parting, part

_DAYS, _BALANCES = ("date", "on", "日期"), ("balance", "余额")
_STOCK_LINES = """
    select v.voucher_id as place, v.event_key as event, v.voucher, v.period, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.voucher v on v.voucher_id = l.voucher_id
    where l.account in (select distinct account from rpt.stock_value) and ($account = '' or l.account = $account)
    group by all
"""
_STOCK_VALUES = """
    select event_key as event, min(value_id) as value_id, sum(amount) as amount
    from rpt.stock_value where $account = '' or account = $account group by event_key
"""
_CONTROL_LINES = """
    select l.voucher_id as place, l.period || ' ' || l.voucher as event, sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.account a on a.account = l.account
    where a.control and ($account = '' or l.account = $account) group by all
"""
_ITEMS = """
    select o.voucher_id as place, coalesce(v.period || ' ' || v.voucher, 'voucher_id ' || o.voucher_id) as event,
           sum(o.amount) as amount
    from rpt.open_item o left join rpt.voucher v on v.voucher_id = o.voucher_id
    where $account = '' or o.account = $account group by all
"""
_LINES = """
    select l.voucher_id as place, l.period || ' ' || l.voucher as event, l.voucher_on, v.posted_at,
           sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.voucher v on v.voucher_id = l.voucher_id
    where l.account = $account and ($period = '' or l.period <= $period) group by all
"""


class TotalsUnreadable(Refusal):
    """{path} holds no running total: it needs a column {wanted}, and line {line} must read as one."""


class AccountNotPosted(Refusal):
    """Nothing was posted to account {account}."""


def stock(books: Any, *, account: str = "") -> Parting | None:
    """Where the value of stock and the inventory accounts of the ledger part."""
    lines = books.sql(_STOCK_LINES, account=account)
    values = books.sql(_STOCK_VALUES, account=account)
    named = lines.select("event", "place", said=pl.format("{} {}", "period", "voucher"))
    # A value without a voucher stands where the values around it stand.
    placed = values.join(named, on="event", how="left").sort("value_id")
    placed = placed.with_columns(
        pl.col("place").forward_fill().fill_null(0), pl.coalesce("said", "event").alias("event")
    )
    return part(_log(lines.with_columns(event=pl.format("{} {}", "period", "voucher"))), _log(placed))


def open_items(books: Any, *, account: str = "") -> Parting | None:
    """Where the lines of control accounts and the open items part."""
    return part(_log(books.sql(_CONTROL_LINES, account=account)), _log(books.sql(_ITEMS, account=account)))


def since(books: Any, when: date | datetime, *, account: str, period: str = "") -> Parting | None:
    """The first voucher posted after an instant (or the end of a day) that changed an account up to a period."""
    lines = _lines(books, account, period)
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day) + timedelta(days=1)  # noqa: DTZ001
    known = pl.col("posted_at") < when - timedelta(hours=8)
    # What was known then, and what is known now, in the order in which it became known.
    return part(_log(lines), _log(lines.filter(known)))


def running(books: Any, path: Path, *, account: str) -> Parting | None:
    """The first day on which an account and the running total of another system part, and the first voucher since.

    path: CSV with date and balance (日期, 余额), debit less credit at the end of each day.
    """
    theirs = _read(path)
    lines = _lines(books, account, "").sort("voucher_on", "place")
    per_day = lines.group_by("voucher_on").agg(pl.col("amount").sum(), pl.col("event").first()).sort("voucher_on")
    ours = per_day.with_columns(pl.col("amount").cum_sum().cast(LOG["amount"]), pl.col("voucher_on").cast(pl.Date))
    asked = theirs.join_asof(ours, left_on="on", right_on="voucher_on", strategy="backward")
    steps = asked.with_columns(
        place=pl.col("on").to_physical().cast(pl.Int64),
        event=pl.format("{} {}", pl.col("on").cast(pl.String), pl.col("event").fill_null("-")),
        ours=pl.col("amount").fill_null(0).diff().fill_null(pl.col("amount").fill_null(0)),
        theirs=pl.col("balance").diff().fill_null(pl.col("balance")),
    )
    return part(_log(steps.with_columns(amount="ours")), _log(steps.with_columns(amount="theirs")))


def _lines(books: Any, account: str, period: str) -> pl.DataFrame:
    lines = books.sql(_LINES, account=account, period=period)
    if lines.is_empty():
        raise AccountNotPosted(account=account)
    return lines


def _log(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in LOG.items())


def _read(path: Path) -> pl.DataFrame:
    try:
        found = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise TotalsUnreadable(path=str(path), wanted=_DAYS[0], line=1) from problem
    names = [next((name for name in wanted if name in found.columns), "") for wanted in (_DAYS, _BALANCES)]
    for name, wanted in zip(names, (_DAYS, _BALANCES), strict=True):
        if not name:
            raise TotalsUnreadable(path=str(path), wanted=wanted[0], line=1)
    plain = pl.col(names[1]).str.replace_all(",", "").str.strip_chars()
    read = found.select(
        on=pl.col(names[0]).str.strip_chars().str.to_date("%Y-%m-%d", strict=False),
        balance=plain.cast(LOG["amount"], strict=False),
    )
    wrong = read.with_row_index("line", 2).filter(pl.any_horizontal(pl.col("on", "balance").is_null()))
    if not wrong.is_empty():
        missing = "date" if wrong["on"][0] is None else "balance"
        raise TotalsUnreadable(path=str(path), wanted=missing, line=wrong["line"][0])
    return read.sort("on").unique("on", keep="last", maintain_order=True)
