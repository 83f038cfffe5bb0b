"""Openings as one pack: the trial balance, the open items behind its control accounts, and the stock behind 14xx."""

from decimal import Decimal

import polars as pl

from pipelines.intake.errors import BatchUnbalanced, SubledgerDiffers
from pipelines.intake.lineage import ASIDE, Lineage, aside_of, item_part, notes_of, part_of
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


def combined(pack: Pack, roles: dict[str, str]) -> tuple[list[Sheet], pl.DataFrame, Lineage] | None:
    """Return the sheets of the opening pack, its rows as one balance, their lineage; None with nothing to open with.

    roles: account by role of the books. Control accounts stand as one row per open item. Refused unless debits equal
    credits, each control account equals its items, and stock equals its accounts, all to the cent.
    """
    balances, items = pack.of("opening_balances"), pack.of(*ITEM_TARGETS)
    if not balances and not items:
        return None
    every, listed = _balances(balances), _items(items, roles, len(balances))
    total, open_items = every.filter(_moved(every)), listed.filter(_moved(listed))
    if balances:
        _refuse_different(total, open_items)
        _refuse_stock(total, pack)
    told = pl.col("account").is_in(open_items["account"].unique().implode())
    both = pl.concat([total.filter(~told), open_items], how="diagonal")
    _refuse_unbalanced(both)
    both = both.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    beside = [
        _beside(every.filter(~_moved(every)), "dropped", "nothing_owed"),
        _beside(listed.filter(~_moved(listed)), "dropped", "nothing_owed"),
        _beside(total.filter(told), "checked", "open_items"),
    ]
    lineage = _lineage(balances, items, both, beside)
    return [*balances, *items], both.drop("part", "source_row"), lineage


def _lineage(balances: list[Sheet], items: list[Sheet], both: pl.DataFrame, beside: list[pl.DataFrame]) -> Lineage:
    sheets = [*balances, *items]
    return Lineage(
        [*(part_of(sheet) for sheet in balances), *(item_part(sheet) for sheet in items)],
        pl.concat([*(aside_of(sheet, part) for part, sheet in enumerate(sheets)), *beside]),
        pl.concat([notes_of(sheet, part) for part, sheet in enumerate(sheets)]),
        both.select("row", "part", "source_row"),
    )


def together_of(sheets: list[Sheet]) -> tuple[pl.DataFrame, Lineage]:
    """Return the rows of all sheets of a target that stands or falls as a whole as one set, and its lineage."""
    placed = [_placed(sheet, part, named=True) for part, sheet in enumerate(sheets)]
    rows = pl.concat(placed, how="diagonal_relaxed")
    rows = rows.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    lineage = Lineage(
        [part_of(sheet) for sheet in sheets],
        pl.concat([aside_of(sheet, part) for part, sheet in enumerate(sheets)]),
        pl.concat([notes_of(sheet, part) for part, sheet in enumerate(sheets)]),
        rows.select("row", "part", "source_row"),
    )
    return rows.drop("part", "source_row"), lineage


def _beside(rows: pl.DataFrame, outcome: str, reason: str) -> pl.DataFrame:
    return rows.select("part", "source_row", outcome=pl.lit(outcome), reason=pl.lit(reason), target_key="account").cast(
        ASIDE
    )


def _moved(rows: pl.DataFrame) -> pl.Expr:
    names = ("debit", "credit", "ytd_debit", "ytd_credit")
    return pl.any_horizontal([pl.col(name) != 0 for name in names if name in rows.columns])


def _placed(sheet: Sheet, part: int, *, named: bool = False) -> pl.DataFrame:
    """Return the rows of a sheet with where they stand instead of a number of their own, and perhaps their names."""
    rows = sheet.prepared.rows.rename({"row": "source_row"})
    rows = rows if named else rows.drop("name", strict=False)
    return rows.with_columns(pl.lit(part, pl.Int32).alias("part"), pl.col("source_row").cast(pl.Int32))


PLACE = {"account": pl.String, "debit": MONEY, "credit": MONEY, "part": pl.Int32, "source_row": pl.Int32}


def _balances(sheets: list[Sheet]) -> pl.DataFrame:
    frames = [_placed(sheet, part) for part, sheet in enumerate(sheets)]
    total = pl.concat([pl.DataFrame(schema=PLACE), *frames], how="diagonal")
    names = [name for name in ("debit", "credit", "ytd_debit", "ytd_credit") if name in total.columns]
    return total.with_columns(pl.col(names).fill_null(0))


def _items(sheets: list[Sheet], roles: dict[str, str], first_part: int) -> pl.DataFrame:
    frames = []
    for part, sheet in enumerate(sheets, first_part):
        usual = roles.get(ITEM_TARGETS[sheet.prepared.target], "")
        rows = _placed(sheet, part)
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
    return pl.concat([pl.DataFrame(schema=PLACE | {"party": pl.String}), *frames], how="diagonal")


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
