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

LINKS = {"row": pl.Int32, "voucher_id": pl.Int64, "line": pl.Int32, "fields": pl.String}


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
    return enter(session, balances)[0]


def enter(session: Session, balances: pl.DataFrame | list[dict]) -> tuple[dict[str, object], pl.DataFrame]:
    """Do what load does, and tell which lines each row of the balances became.

    Returns the result and the links: row (of the column row, else counted from 1), voucher_id, line, and fields, those
    of the row whose amounts stand there. The line of 本年利润 that balances turnover links to every row it balances.
    """
    frame = pl.DataFrame(balances) if isinstance(balances, list) else balances
    if "row" not in frame.columns:
        frame = frame.with_row_index("row", offset=1)
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
    numbers, links = {}, [pl.DataFrame(schema=LINKS)]
    for period, rows, closing in parts:
        lines = rows.filter((pl.col("debit") != 0) | (pl.col("credit") != 0))
        if not lines.is_empty():
            voucher, voucher_id = _post(session, period, lines, before, closing=closing)
            numbers[f"{period} closing" if closing else period] = voucher
            links.append(_links(lines, voucher_id))
    return {"lines": frame.height, "vouchers": numbers}, pl.concat(links)


def _links(lines: pl.DataFrame, voucher_id: int) -> pl.DataFrame:
    numbered = lines.select(
        pl.col("row").cast(pl.Int32), "fields", voucher_id=pl.lit(voucher_id, pl.Int64),
        line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
    )  # fmt: skip
    own = numbered.filter(pl.col("row").is_not_null())
    # What nobody's row says was worked out from all the others.
    sums = numbered.filter(pl.col("row").is_null()).select("voucher_id", "line")
    return pl.concat([own.select(*LINKS), own.select("row", "fields").join(sums, how="cross").select(*LINKS)])


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
        [
            frame.with_columns(debit="ytd_debit", credit=zero, fields=pl.lit("ytd_debit")),
            frame.with_columns(debit=zero, credit="ytd_credit", fields=pl.lit("ytd_credit")),
        ]
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
        return frame.with_columns(fields=_fields(frame))
    net = pl.col("debit") - pl.col("credit") - pl.col("ytd_debit") + pl.col("ytd_credit")
    on_debit = pl.col("debit") != 0
    on_debit = on_debit | ((pl.col("credit") == 0) & (net > 0))
    return frame.with_columns(
        debit=pl.when(on_debit).then(net).otherwise(0).cast(MONEY),
        credit=pl.when(on_debit).then(0).otherwise(-net).cast(MONEY),
        fields=_fields(frame),
    )


def _fields(frame: pl.DataFrame) -> pl.Expr:
    """The columns of a row that hold an amount: what the line of its balance is made of."""
    filled = [pl.when(pl.col(name) != 0).then(pl.lit(name)) for name in _amounts(frame)]
    return pl.concat_str(filled, separator=" ", ignore_nulls=True)


def _post(session: Session, period: str, lines: pl.DataFrame, before: date, *, closing: bool) -> tuple[str, int]:
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
    return f"{word}-{posted['number'][0]}", posted["voucher_id"][0]
