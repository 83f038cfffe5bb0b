"""The order book as the intake read it, cut into the sets that the verbs of the trade take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

QUANTITY = pl.Decimal(18, 6)
STALE_DAYS = 45


@dataclass(frozen=True)
class Papers:
    """One kind of paper: headers and lines joined by key (the number in the old system); each has its period."""

    heads: pl.DataFrame
    lines: pl.DataFrame

    def of(self, periods: list[str]) -> Papers:
        """The papers of some months, in the order of their days."""
        heads = self.heads.filter(pl.col("period").is_in(periods))
        return Papers(heads, self.lines.join(heads.select("key"), on="key", how="semi", maintain_order="left"))

    @property
    def height(self) -> int:
        """How many papers there are."""
        return self.heads.height


@dataclass(frozen=True)
class OrderBook:
    """Everything that was traded, by kind of paper."""

    sales_orders: Papers
    deliveries: Papers
    invoices: Papers
    sale_returns: Papers
    purchase_orders: Papers
    receipts: Papers
    bills: Papers
    purchase_returns: Papers
    money_received: Papers
    money_paid: Papers
    applied: Papers
    transfers: Papers
    counts: Papers

    def count(self, periods: list[str]) -> int:
        """How many papers some months have."""
        return sum(papers.heads["period"].is_in(periods).sum() for papers in vars(self).values())


def _papers(rows: pl.DataFrame, day: str, heads: Iterable[str], lines: Iterable[str]) -> Papers:
    """Cut rows with a column key into headers (one per key, first values) and lines, ordered by day and key."""
    dated = rows.with_columns(document_on=pl.col(day), period=pl.col(day).dt.strftime("%Y-%m")).sort(
        "document_on", "key", maintain_order=True
    )
    columns = list(dict.fromkeys(("key", "document_on", "period", *heads)))
    return Papers(dated.select(columns).unique("key", keep="first", maintain_order=True), dated.select("key", *lines))


def cut(read: dict[str, pl.DataFrame], employees: pl.DataFrame) -> OrderBook:
    """Cut the rows of every layout into papers. read: layout name to clean rows; employees: code, department."""
    sales, buys = read["demo_sales_orders"], read["demo_purchase_orders"]
    wanted = ("item", "quantity", "gross_price", "promised_on")
    sold = _sales_lines(sales, employees)
    bought = _order_lines(buys)
    shipped = _numbered(sales.filter(pl.col("delivery").is_not_null()), sold, "delivery")
    arrived = _numbered(buys.filter(pl.col("receipt").is_not_null()), bought, "receipt")
    return OrderBook(
        sales_orders=_papers(
            sold, "ordered_on", ("party", "warehouse", "employee", "department", "reference"),
            wanted,
        ),
        deliveries=_papers(
            shipped.with_columns(key="delivery", quantity="delivered"), "delivered_on", ("order", "warehouse"),
            ("order_line", "quantity"),
        ),
        invoices=_invoices(shipped, "delivery", "invoice", "invoiced_on"),
        sale_returns=_returns(read["demo_sale_returns"], shipped, "delivery"),
        purchase_orders=_papers(
            bought, "ordered_on", ("party", "reference"), wanted
        ),
        receipts=_papers(
            arrived.with_columns(key="receipt", quantity="received"), "received_on", ("order",),
            ("order_line", "quantity"),
        ),
        bills=_invoices(arrived, "receipt", "bill", "billed_on"),
        purchase_returns=_returns(read["demo_purchase_returns"], arrived, "receipt"),
        money_received=_money(read["demo_money_received"]),
        money_paid=_money(read["demo_money_paid"]),
        applied=_papers(
            read["demo_advances_applied"].with_columns(key="number"), "applied_on", ("party", "reference", "amount"), ()
        ),
        transfers=_papers(
            read["demo_stock_transfers"].with_columns(key="number"), "moved_on", ("warehouse", "to_warehouse"),
            ("item", "quantity"),
        ),
        counts=_papers(
            read["demo_stock_counts"].with_columns(key="number"), "counted_on", ("warehouse",),
            ("item", "quantity", "reason"),
        ),
    )  # fmt: skip


def _sales_lines(sales: pl.DataFrame, employees: pl.DataFrame) -> pl.DataFrame:
    """One row per order line; a line that was shipped in parts stands in the export more than once."""
    lines = sales.sort("ordered_on", "order", "line", maintain_order=True).unique(
        ["order", "line"], keep="first", maintain_order=True
    )
    departments = employees.select(employee="code", department="department")
    return lines.join(departments, on="employee", how="left", maintain_order="left").with_columns(
        key="order", reference="order", order_line=pl.int_range(1, pl.len() + 1).over("order").cast(pl.Int32)
    )


def _order_lines(rows: pl.DataFrame) -> pl.DataFrame:
    in_order = rows.sort("ordered_on", "order", "line", maintain_order=True)
    return in_order.unique(["order", "line"], keep="first", maintain_order=True).with_columns(
        key="order", reference="order", order_line=pl.int_range(1, pl.len() + 1).over("order").cast(pl.Int32)
    )


def _numbered(rows: pl.DataFrame, ordered: pl.DataFrame, paper: str) -> pl.DataFrame:
    """Shipped or received rows with the line they have in our order and the line they will have on their own paper."""
    lines = ordered.select("order", "line", "order_line")
    return (
        rows.join(lines, on=["order", "line"], maintain_order="left")
        .sort(paper, "order_line", maintain_order=True)
        .with_columns(paper_line=pl.int_range(1, pl.len() + 1).over(paper).cast(pl.Int32))
    )


def _invoices(rows: pl.DataFrame, paper: str, number: str, day: str) -> Papers:
    """Invoices or bills: headers with the list of papers they cover, lines with the price billed."""
    invoiced = rows.filter(pl.col(number).is_not_null()).with_columns(key=number, reference=number, paper=paper)
    price = "billed_price" if "billed_price" in rows.columns else "gross_price"
    cut_up = _papers(
        invoiced.with_columns(price=price), day, ("party", "reference"), ("paper", "paper_line", "price", "gross_price")
    )
    covered = invoiced.sort("paper").group_by("key").agg(papers=pl.col("paper").unique(maintain_order=True))
    return Papers(cut_up.heads.join(covered, on="key", maintain_order="left"), cut_up.lines)


def _returns(rows: pl.DataFrame, shipped: pl.DataFrame, paper: str) -> Papers:
    """Goods that went back, with the line of the paper on which they came and the invoice that it was on."""
    invoice = "invoice" if paper == "delivery" else "bill"
    lines = shipped.select(pl.col(paper).alias("paper"), "order", "line", "paper_line", original=invoice)
    joined = rows.join(lines, on=["paper", "order", "line"], maintain_order="left").with_columns(
        key="number", red="invoice"
    )
    return _papers(joined, "returned_on", ("paper", "original", "red"), ("paper_line", "quantity", "reason"))


def _money(rows: pl.DataFrame) -> Papers:
    """Receipts or payments: headers with the whole amount, lines with the invoices they settle."""
    whole = rows.with_columns(key="number").with_columns(whole=pl.col("amount").sum().over("number"))
    return _papers(whole, "paid_on", ("party", "account", "whole"), ("reference", "amount"))
