"""Openings as one pack: the trial balance, the open items behind its control accounts, and the stock behind 14xx."""

from decimal import Decimal

import polars as pl

from pipelines.intake.errors import BatchUnbalanced, SubledgerDiffers
from pipelines.intake.pack import Pack, Sheet

ITEM_TARGETS = {
    "open_receivables": "receivable",
    "open_payables": "payable",
    "advances_received": "advance_from_customer",
    "advances_paid": "advance_to_supplier",
}
MONEY = pl.Decimal(18, 2)
DETAIL = ("party", "department", "employee", "project", "reference", "item_on", "due_on")
STOCK_CLASS = "14"


def combined(pack: Pack, roles: dict[str, str]) -> tuple[list[Sheet], pl.DataFrame] | None:
    """Return the sheets of the opening pack and its rows as one balance; None when there is nothing to open with.

    roles: account by role of the books. Control accounts stand as one row per open item. Refused unless debits equal
    credits, each control account equals its items, and stock equals its accounts, all to the cent.
    """
    balances, items = pack.of("opening_balances"), pack.of(*ITEM_TARGETS)
    if not balances and not items:
        return None
    total = _balances(balances)
    open_items = _items(items, roles)
    if balances:
        _refuse_different(total, open_items)
        _refuse_stock(total, pack)
    told = open_items["account"].unique().implode()
    both = pl.concat([total.filter(~pl.col("account").is_in(told)), open_items], how="diagonal")
    _refuse_unbalanced(both)
    return [*balances, *items], both.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))


def _balances(sheets: list[Sheet]) -> pl.DataFrame:
    schema = {"account": pl.String, "debit": MONEY, "credit": MONEY}
    frames = [sheet.prepared.rows.drop("row", "name", strict=False) for sheet in sheets]
    total = pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal")
    filled = total.with_columns(
        pl.col(name).fill_null(0) for name in ("debit", "credit", "ytd_debit", "ytd_credit") if name in total.columns
    )
    moved = [pl.col(name) != 0 for name in ("debit", "credit", "ytd_debit", "ytd_credit") if name in filled.columns]
    return filled.filter(pl.any_horizontal(moved))


def _items(sheets: list[Sheet], roles: dict[str, str]) -> pl.DataFrame:
    frames = []
    for sheet in sheets:
        usual = roles.get(ITEM_TARGETS[sheet.prepared.target], "")
        rows = sheet.prepared.rows.drop("row", "name", strict=False)
        account = pl.col("account").fill_null(usual) if "account" in rows.columns else pl.lit(usual)
        # A list without due days means the documents are due at once: ageing then counts from their own day.
        due = pl.coalesce("due_on", "item_on") if "due_on" in rows.columns else pl.col("item_on")
        rows = rows.with_columns(account=account, due_on=due)
        # What customers owe and what was paid ahead stand in debit, the rest in credit, whatever sign the list uses.
        debit = pl.col("account").str.starts_with("1")
        amount = pl.col("amount").cast(MONEY)
        frames.append(
            rows.with_columns(
                debit=pl.when(debit).then(amount).otherwise(0).cast(MONEY),
                credit=pl.when(debit).then(0).otherwise(amount).cast(MONEY),
            ).drop("amount")
        )
    schema = {"account": pl.String, "party": pl.String, "debit": MONEY, "credit": MONEY}
    return pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal").filter(
        (pl.col("debit") != 0) | (pl.col("credit") != 0)
    )


def _net(frame: pl.DataFrame) -> dict[str, Decimal]:
    sums = frame.group_by("account").agg((pl.col("debit").sum() - pl.col("credit").sum()).alias("net"))
    return dict(sums.iter_rows())


def _refuse_different(total: pl.DataFrame, items: pl.DataFrame) -> None:
    said, proven = _net(total), _net(items)
    for account, amount in sorted(proven.items()):
        balance = said.get(account, Decimal(0))
        if balance != amount:
            raise SubledgerDiffers(account=account, balance=balance, items=amount, difference=balance - amount)


def _refuse_stock(total: pl.DataFrame, pack: Pack) -> None:
    stock = pack.of("opening_stock")
    if not stock:
        return
    value = sum((sheet.prepared.rows["amount"].sum() or Decimal(0) for sheet in stock), Decimal(0))
    balance = sum((net for account, net in _net(total).items() if account.startswith(STOCK_CLASS)), Decimal(0))
    if value != balance:
        raise SubledgerDiffers(account=f"{STOCK_CLASS}xx", balance=balance, items=value, difference=balance - value)


def _refuse_unbalanced(both: pl.DataFrame) -> None:
    debit, credit = both["debit"].sum() or Decimal(0), both["credit"].sum() or Decimal(0)
    if debit != credit:
        raise BatchUnbalanced(target="opening_balances", debit=debit, credit=credit, difference=debit - credit)
