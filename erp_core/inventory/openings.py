"""Opening stock: quantities and values on the day before the books begin, tied to the opening balances."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from erp_core.foundation import given
from erp_core.foundation.errors import Refusal, first_and_count
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import moves
from erp_core.ledger import periods

STOCK = {"item": pl.String, "warehouse": pl.String, "bin": pl.String, "quantity": pl.Decimal(18, 6), "amount": MONEY}
EVENT = "opening/stock"


class OpeningStockLoaded(Refusal):
    """The opening stock is loaded already; correct it by counts and transfers."""


class OpeningPlaceTwice(Refusal):
    """Item {first} stands twice in warehouse {warehouse} of the opening stock ({count} such rows)."""


class OpeningStockDiffers(Refusal):
    """Account {first}: the opening balance is {ledger}, the opening stock is worth {stock} ({count} such accounts)."""


@verb("inventory.opening.load")
def load(session: Session, *, stock: given.Given) -> dict[str, Any]:
    """Load the opening stock as a whole: item, warehouse, bin, quantity, amount (CNY).

    No voucher: the opening balances of the ledger carry the inventory accounts; where they are loaded, both must
    agree to the cent. Returns count, quantity and amount.
    """
    rows = given.documents(stock, STOCK, ("item", "warehouse", "quantity", "amount"))
    if session.one("select 1 from core.stock_move where kind = 'opening' limit 1"):
        raise OpeningStockLoaded
    rows = rows.with_columns(pl.col("bin").fill_null(""))
    twice = rows.filter(pl.struct("item", "warehouse", "bin").is_duplicated())
    if not twice.is_empty():
        raise OpeningPlaceTwice(warehouse=twice["warehouse"][0], **first_and_count(twice["item"].to_list()))
    before = session.reference("period")["first_day"].min() - timedelta(days=1)
    moved = moves.move(session, rows.select(*STOCK, kind=pl.lit("opening"), moved_on=pl.lit(before)))
    moves.value(
        session,
        moved.select(
            "move_id", "item", "amount", period=pl.lit(periods.OPENING_PERIOD), valued_on=pl.lit(before),
            kind=pl.lit("receipt"), event_key=pl.lit(EVENT),
        ),
    )  # fmt: skip
    _refuse_untied(session)
    return {"count": rows.height, "quantity": str(rows["quantity"].sum()), "amount": str(rows["amount"].sum())}


def _refuse_untied(session: Session) -> None:
    """Where the ledger has opening balances, the opening stock is worth the same on every inventory account."""
    if session.one("select 1 from core.voucher where kind = 'opening' limit 1") is None:
        return
    untied = session.frame(
        "with stock as (select account, sum(amount) as amount from core.stock_value"
        "   where period = $opening group by account),"
        " ledger as (select account, sum(debit - credit) as amount from core.account_balance where period < $first"
        "   and (account in (select account from stock)"
        "     or account in (select account from core.account_role where role = 'inventory')) group by account)"
        " select coalesce(l.account, s.account) as account, coalesce(l.amount, 0) as ledger,"
        " coalesce(s.amount, 0) as stock"
        " from ledger l full join stock s on s.account = l.account where coalesce(l.amount, 0) <> coalesce(s.amount, 0)"
        " order by 1",
        opening=periods.OPENING_PERIOD,
        first=session.reference("period")["period"].min(),
    )
    if not untied.is_empty():
        row = untied.row(0, named=True)
        raise OpeningStockDiffers(
            ledger=row["ledger"], stock=row["stock"], **first_and_count(untied["account"].to_list())
        )
