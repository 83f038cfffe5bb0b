"""Revalue money held and owed in foreign currency at the rate of the month's end, balance by balance."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.foundation.money import MONEY, times
from erp_core.ledger.accounts import DIMENSIONS
from pipelines.closing.month import ZERO, Month, Outcome, nothing, voucher
from pipelines.closing.words import summary

STEP = "exchange"
# The side tells the sign of a foreign amount, since red vouchers turn the sign of the amount in CNY.
_FOREIGN = """
    select l.account, l.party, l.department, l.employee, l.project, l.item, l.currency,
           cast(sum(sign(l.debit - l.credit) * abs(coalesce(l.amount_foreign, 0))) as decimal(18, 2)) as foreign_amount,
           sum(l.debit - l.credit) as amount
    from rpt.voucher_line l join rpt.monetary_account m on m.account = l.account
    where l.period <= $period and l.currency not in ('', 'CNY')
      and l.voucher_id not in (select voucher_id from rpt.voucher where period = $period and kind = 'close')
    group by all
"""
_RATES = """
    select currency, rate from rpt.exchange_rate where strftime(rate_on, '%Y-%m') = $period
    qualify row_number() over (partition by currency order by rate_on desc) = 1
"""


def read_foreign(books: Any, period: str) -> dict[str, pl.DataFrame]:
    """foreign: balances in foreign currency by account and dimensions; rates: the last of the month by currency."""
    return {"foreign": books.sql(_FOREIGN, period=period), "rates": books.sql(_RATES, period=period)}


def revalue(month: Month) -> Outcome:
    """Bring every balance to foreign amount × rate; gains and losses each to their account, not set off (B6).

    小企业会计准则: gains to 营业外收入, losses to 财务费用; 企业会计准则: both to 财务费用; the roles say so.
    A currency without a rate in the month is left alone; gate G6 names it. Facts: exchange_gain, exchange_loss.
    """
    foreign = month.given.get("foreign")
    if foreign is None or foreign.is_empty():
        return nothing(exchange_gain=ZERO, exchange_loss=ZERO)
    keys = ["account", *DIMENSIONS, "currency"]
    rated = foreign.join(month.given["rates"], on="currency").sort(keys)
    worth = times(pl.col("foreign_amount"), pl.col("rate"))
    found = rated.select(*keys, difference=(worth - pl.col("amount")).cast(MONEY)).filter(pl.col("difference") != 0)
    up = pl.col("difference") > 0
    zero = pl.lit(ZERO, MONEY)
    balances = found.select(
        *keys,
        debit=pl.when(up).then("difference").otherwise(zero),
        credit=pl.when(up).then(zero).otherwise(-pl.col("difference")),
        amount_foreign=zero,
    )
    gain, loss = (balances[side].sum() or ZERO for side in ("debit", "credit"))
    accounts = [month.roles["exchange_gain"], month.roles["exchange_loss"]]
    results = pl.DataFrame(
        {"account": accounts, "debit": [ZERO, loss], "credit": [gain, ZERO]},
        schema_overrides={"debit": MONEY, "credit": MONEY},
    )
    lines = pl.concat([balances, results], how="diagonal")
    said = summary(STEP, month.language)
    return voucher(month, STEP, said, lines, exchange_gain=gain, exchange_loss=loss)
