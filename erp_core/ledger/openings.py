"""Opening balances: one voucher before the first period, accepted only as a whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import accounts, periods, posting


class OpeningLoaded(Refusal):
    """The opening balances are loaded already; correct them by vouchers."""


class OpeningAfterPosting(Refusal):
    """Opening balances cannot be loaded: {vouchers} vouchers are posted already."""


@verb("ledger.opening.load")
def load(session: Session, *, balances: pl.DataFrame | list[dict]) -> dict[str, object]:
    """Post the opening balances of all accounts as one voucher, and the turnover of the year before a mid-year start.

    balances: account, debit, credit (balance on the day before the first period), and optionally party, department,
    employee, project, item, reference, item_on, due_on (open items), ytd_debit, ytd_credit (turnover since January).
    Refused unless debits equal credits to the cent, in the balances and in the turnover.
    """
    frame = pl.DataFrame(balances) if isinstance(balances, list) else balances
    if session.one("select 1 from core.voucher where kind = 'opening' limit 1"):
        raise OpeningLoaded
    count = session.one("select count(*) from core.voucher")[0]
    if count:
        raise OpeningAfterPosting(vouchers=count)
    first_day = session.reference("period")["first_day"].min()
    before = first_day - timedelta(days=1)
    frame = frame.with_columns(pl.col(n).cast(MONEY).fill_null(0) for n in _amounts(frame))
    turnover, carried_forward = _turnover(session, frame)
    this_year = periods.carried_period(f"{first_day:%Y-%m}")
    parts = (
        (periods.OPENING_PERIOD, _less_turnover(frame), False),
        (this_year, turnover, False),
        (this_year, carried_forward, True),
    )
    numbers = {}
    for period, rows, closing in parts:
        lines = rows.filter((pl.col("debit") != 0) | (pl.col("credit") != 0))
        if not lines.is_empty():
            numbers[f"{period} closing" if closing else period] = _post(session, period, lines, before, closing=closing)
    return {"lines": frame.height, "vouchers": numbers}


def _amounts(frame: pl.DataFrame) -> list[str]:
    return [name for name in ("debit", "credit", "ytd_debit", "ytd_credit") if name in frame.columns]


def _turnover(session: Session, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The turnover of the year so far, one line per side, apart from what legacy months carried to 本年利润.

    Legacy books that close each month show income and expense on both sides; the side against the account's own is the
    carry-forward. It goes into a voucher of its own, marked closing, so that the year to date stays in the statements.
    """
    if "ytd_debit" not in frame.columns:
        return frame.clear(), frame.clear()
    zero = pl.lit(0).cast(MONEY)
    sides = pl.concat(
        [frame.with_columns(debit="ytd_debit", credit=zero), frame.with_columns(debit=zero, credit="ytd_credit")]
    ).drop("reference", "item_on", "due_on", strict=False)
    results = accounts.chart(session).filter(pl.col("category").is_in(["income", "expense"]))
    known = sides.join(results.select("category", account="code"), on="account", how="left", maintain_order="left")
    against = ((pl.col("category") == "income") & (pl.col("debit") != 0)) | (
        (pl.col("category") == "expense") & (pl.col("credit") != 0)
    )
    against = against.fill_null(value=False)
    own, carried = known.filter(~against).drop("category"), known.filter(against).drop("category")
    net = carried.select((pl.col("debit") - pl.col("credit")).sum().cast(MONEY)).item()
    profit = accounts.account_for(session, "profit_current")
    return _with_profit(own, profit, -net), _with_profit(carried, profit, net)


def _with_profit(lines: pl.DataFrame, account: str, credit: Decimal) -> pl.DataFrame:
    """Add the line of 本年利润 that balances what was carried there."""
    line = pl.DataFrame({"account": [account], "debit": [Decimal(0)], "credit": [credit]}).with_columns(
        pl.col("debit", "credit").cast(MONEY)
    )
    return pl.concat([lines, line], how="diagonal")


def _less_turnover(frame: pl.DataFrame) -> pl.DataFrame:
    """Balances as of 1 January: what the legacy books say now less what moved this year, on the account's own side."""
    if "ytd_debit" not in frame.columns:
        return frame
    net = pl.col("debit") - pl.col("credit") - pl.col("ytd_debit") + pl.col("ytd_credit")
    on_debit = pl.col("debit") != 0
    on_debit = on_debit | ((pl.col("credit") == 0) & (net > 0))
    return frame.with_columns(
        debit=pl.when(on_debit).then(net).otherwise(0).cast(MONEY),
        credit=pl.when(on_debit).then(0).otherwise(-net).cast(MONEY),
    )


def _post(session: Session, period: str, lines: pl.DataFrame, before: date, *, closing: bool) -> str:
    word = "期初"
    heads = pl.DataFrame(
        {
            "key": [period],
            "voucher_on": [before],
            "summary": [word],
            "word": [word],
            "source_kind": ["opening"],
            "source_number": [f"{period}/closing" if closing else period],
            "period": [period],
            "closing": [closing],
        }
    )
    lines = lines.with_columns(key=pl.lit(period))
    if "item_on" in lines.columns and "due_on" not in lines.columns:
        lines = lines.with_columns(due_on="item_on")
    posted = posting.post(session, heads, lines, kind="opening")
    return f"{word}-{posted['number'][0]}"
