"""The goods side of a paper of the trade: its moves, what they are worth, and the accounts that say so."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.errors import Refusal
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.inventory import moves
from erp_core.ledger import accounts, papers


class WarehouseMissing(Refusal):
    """Item {item} of document {first}: no warehouse is named, neither here nor on the order ({count} such lines)."""


def with_item(session: Session, lines: pl.DataFrame) -> pl.DataFrame:
    """Join what kind of item a line moves, and the accounts of its stock, cost and revenue.

    Adds item_kind, cost_method, inventory_account, cost_account, revenue_account.
    """
    roles = {"inventory_account": "inventory", "cost_account": "cost_of_sales", "revenue_account": "revenue"}
    cards = session.reference("item").select(
        item="code",
        item_kind="kind",
        cost_method="cost_method",
        **{
            column: pl.when(pl.col(column) != "").then(column).otherwise(pl.lit(accounts.account_for(session, role)))
            for column, role in roles.items()
        },
    )
    return lines.join(cards, on="item", how="left", maintain_order="left")


def move(session: Session, kind: str, lines: pl.DataFrame, *, sign: int) -> pl.DataFrame:
    """Move the goods among the lines of posted papers; services stay where they are.

    lines: document_id, line, number, document_on, item, item_kind, warehouse, bin, quantity, and optionally amount (the
    value of what comes in) and origin_move. sign: 1 in, -1 out. Returns the lines of goods with move_id and amount
    (signed as the quantity; null while the month of a month_average item is not costed).
    """
    goods = lines.filter((pl.col("item_kind") == "goods") & (pl.col("quantity") != 0))
    if goods.is_empty():
        return goods.with_columns(move_id=pl.lit(None, pl.Int64), amount=pl.lit(None, MONEY))
    extra = [name for name in ("amount", "origin_move") if name in goods.columns]
    done = moves.move(
        session,
        goods.select(
            "item", "warehouse", "bin", "document_id", *extra,
            kind=pl.lit(kind), moved_on="document_on", quantity=pl.col("quantity") * sign, document_line="line",
            reference="number",
        ),
    )  # fmt: skip
    return goods.drop("amount", strict=False).with_columns(done["move_id"], done["amount"].cast(MONEY))


def book_values(session: Session, moved: pl.DataFrame, kind: str, event_kind: str) -> None:
    """Write down what moves brought to or took from stock, under the voucher of their paper.

    moved: move_id, item, document_on, amount (signed), number. kind: receipt | issue | adjustment.
    """
    # Gifts are valued too, at 0.00: a move without a value is one that still waits for its cost.
    valued = moved.filter(pl.col("amount").is_not_null())
    if valued.is_empty():
        return
    moves.value(
        session,
        valued.select(
            "move_id", "item", "amount",
            period=pl.col("document_on").dt.strftime("%Y-%m"), valued_on="document_on", kind=pl.lit(kind),
            event_key=pl.format(event_kind + "/{}", "number"),
        ),
    )  # fmt: skip


def origins(session: Session, document_ids: pl.Series) -> pl.DataFrame:
    """The move behind each line of some papers: source_id, source_line, origin_move."""
    low, high = document_ids.min(), document_ids.max()
    found = session.frame(
        "select document_id as source_id, document_line as source_line, move_id as origin_move from core.stock_move"
        " where document_id between $low and $high",
        low=low,
        high=high,
    )
    return found.unique(["source_id", "source_line"], keep="first")


def stock_or_cost() -> pl.Expr:
    """The account that bought things go to, as bought_account: stock for goods, cost for services."""
    bought = pl.when(pl.col("item_kind") == "goods").then("inventory_account").otherwise("cost_account")
    return bought.alias("bought_account")


def borne_by(session: Session, lines: pl.DataFrame, heads: pl.DataFrame, key: str) -> pl.DataFrame:
    """Join who bears the cost of services: department and project of the paper, as far as the account takes them.

    Goods are borne by nobody until they leave the stock. lines: key, item_kind, cost_account; heads: key, department,
    project. Adds department, project.
    """
    chart = accounts.chart(session)
    joined = lines.drop("department", "project", strict=False).join(
        heads.select(key, pl.col("department", "project").fill_null("")), on=key, how="left", maintain_order="left"
    )
    for name in ("department", "project"):
        without = chart.filter(pl.col(f"{name}_rule") == "none")["code"]
        takes = (pl.col("item_kind") == "service") & ~pl.col("cost_account").is_in(without.implode())
        joined = joined.with_columns(pl.when(takes).then(name).otherwise(pl.lit("")).alias(name))
    return joined


def costed(moved: pl.DataFrame) -> pl.DataFrame:
    """Goods sold, or come back, with what they cost: negative where they come back.

    moved: amount (signed as the move; null while the month is not costed).
    """
    return moved.filter(pl.col("amount").is_not_null()).with_columns(cost=-pl.col("amount"))


def of_goods(session: Session, heads: pl.DataFrame, body: pl.DataFrame) -> pl.DataFrame:
    """The lines of written papers with the day and dimensions of their header and the accounts of their item."""
    dated = heads.select("document_id", "document_on", *papers.DIMENSIONS)
    return with_item(session, body).join(dated, on="document_id", how="left", maintain_order="left")


def placed(taken: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Fill the warehouse of each line from its document."""
    if (taken["warehouse"] != "").all():
        return taken
    joined = taken.join(heads.select("key", head_warehouse="warehouse"), on="key", how="left", maintain_order="left")
    warehouse = pl.coalesce(pl.col("warehouse").replace("", None), "head_warehouse").fill_null("")
    return joined.with_columns(warehouse=warehouse).drop("head_warehouse")


def refuse_homeless(body: pl.DataFrame) -> None:
    """Refuse goods for which no warehouse is known."""
    homeless = body.filter((pl.col("item_kind") == "goods") & (pl.col("warehouse") == ""))
    if not homeless.is_empty():
        raise WarehouseMissing(item=homeless["item"][0], first=homeless["key"][0], count=homeless.height)
