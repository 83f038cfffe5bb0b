"""Turns the order book into documents, some months at a time, each kind as one set in the hands of its user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from pipelines.demo.company import MAIN, RETURNED
from pipelines.demo.orderbook import OrderBook, Papers

Told = Callable[[int], None]
HANDS = ("clerk", "keeper", "accountant", "cashier", "supervisor")


@dataclass
class Trader:
    """The people who trade, the order book, and what the old numbers became in these books."""

    books: Any
    book: OrderBook
    told: Told
    numbers: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hands = {login: self.books.as_user(login) for login in HANDS}
        self.counts = {}

    def call(self, login: str, verb: str, papers: Papers | pl.DataFrame, **arguments: Any) -> dict[str, Any]:
        """Let one user do one act upon a set and keep the numbers it was given; an empty set is no act."""
        height = papers.height
        if not height:
            return {}
        result = self.hands[login].call(verb, **arguments)
        self.numbers.update(result.get("numbers", {}))
        self._count_in(verb, height)
        return result

    def _count_in(self, verb: str, height: int) -> None:
        self.counts[verb] = self.counts.get(verb, 0) + height
        self.told(height)

    def new(self, old: str) -> pl.Expr:
        """Our number of a paper that a column names by its old one."""
        return pl.col(old).replace_strict(self.numbers, return_dtype=pl.String)

    def live(self, periods: list[str]) -> None:
        """Everything of some months: goods come before they go, papers follow the goods, money follows the papers."""
        book = self.book
        self._orders("purchasing", book.purchase_orders.of(periods), "clerk")
        billed = self._receive(book.receipts.of(periods), book.bills)
        self._transfer(book.transfers.of(periods))
        self._orders("sales", book.sales_orders.of(periods), "clerk")
        self._ship(book.deliveries.of(periods))
        self._invoice(book.invoices.of(periods))
        self._bill(book.bills.of(periods), billed)
        self._sale_returns(book.sale_returns.of(periods))
        self._purchase_returns(book.purchase_returns.of(periods))
        self._count(book.counts.of(periods))
        self._money("finance.receipt.receive", book.money_received.of(periods))
        self._apply(book.applied.of(periods))
        self._money("finance.payment.pay", book.money_paid.of(periods))

    def _orders(self, trade: str, orders: Papers, login: str) -> None:
        heads = orders.heads.drop("period")
        if trade == "purchasing":
            heads = heads.with_columns(warehouse=pl.lit(MAIN))
        self.call(login, f"{trade}.order.place", orders, documents=heads, lines=orders.lines)
        numbers = [self.numbers[key] for key in orders.heads["key"]]
        if numbers:
            self.hands[login].call(f"{trade}.order.submit", numbers=numbers)
            self.hands["supervisor"].call(f"{trade}.order.approve", numbers=numbers)

    def _receive(self, receipts: Papers, bills: Papers) -> set[str]:
        """Take goods in; where the bill of just this receipt came along it is booked with them. Returns those bills."""
        alone = bills.heads.filter(pl.col("papers").list.len() == 1).select(
            key=pl.col("papers").list.first(), billed_on="document_on", bill_reference="reference"
        )
        heads = receipts.heads.join(alone, on="key", how="left", maintain_order="left")
        with_bill = pl.col("billed_on") == pl.col("document_on")
        heads = heads.with_columns(bill_reference=pl.when(with_bill).then("bill_reference"))
        documents = heads.select("key", "document_on", "bill_reference", order=self.new("order"), reference="key")
        done = self.call("keeper", "purchasing.receipt.receive", receipts, documents=documents, lines=receipts.lines)
        booked = dict(heads.select("key", "bill_reference").drop_nulls().rows())
        self.numbers.update({booked[key]: number for key, number in done.get("bills", {}).items()})
        self._count_in("purchasing.bill.book", len(booked))
        return set(booked.values())

    def _transfer(self, transfers: Papers) -> None:
        documents = transfers.heads.select("key", "document_on", "warehouse", "to_warehouse", reference="key")
        self.call("keeper", "inventory.transfer.send", transfers, documents=documents, lines=transfers.lines)
        arrivals = transfers.heads.select("key", "document_on", transfer=self.new("key"))
        if arrivals.height:
            self.hands["keeper"].call("inventory.transfer.arrive", documents=arrivals)

    def _ship(self, deliveries: Papers) -> None:
        documents = deliveries.heads.select("key", "document_on", order=self.new("order"), reference="key")
        self.call("keeper", "sales.delivery.ship", deliveries, documents=documents, lines=deliveries.lines)

    def _invoice(self, invoices: Papers) -> None:
        covered = pl.col("papers").list.eval(pl.element().replace_strict(self.numbers, return_dtype=pl.String))
        documents = invoices.heads.select("key", "document_on", "reference", deliveries=covered)
        self.call("accountant", "sales.invoice.issue", invoices, documents=documents)

    def _bill(self, bills: Papers, booked: set[str]) -> None:
        """Book the bills that came after the goods, at the price that was billed."""
        later = bills.heads.filter(~pl.col("key").is_in(list(booked)))
        covered = pl.col("papers").list.eval(pl.element().replace_strict(self.numbers, return_dtype=pl.String))
        documents = later.select("key", "document_on", "reference", receipts=covered)
        lines = bills.lines.join(later.select("key"), on="key", how="semi", maintain_order="left")
        lines = lines.select("key", receipt=self.new("paper"), receipt_line="paper_line", gross_price="price")
        self.call("accountant", "purchasing.bill.book", later, documents=documents, lines=lines)

    def _sale_returns(self, backs: Papers) -> None:
        documents = backs.heads.select(
            "key", "document_on", delivery=self.new("paper"), reference="key", warehouse=pl.lit(RETURNED)
        )
        lines = backs.lines.rename({"paper_line": "delivery_line"})
        self.call("keeper", "sales.delivery.take_back", backs, documents=documents, lines=lines)
        reds = backs.heads.filter(pl.col("red").is_not_null())
        documents = reds.select("key", "document_on", invoice=self.new("original"), reference="red")
        lines = backs.lines.join(reds.select("key"), on="key", how="semi").rename({"paper_line": "invoice_line"})
        self.call("accountant", "sales.invoice.red", reds, documents=documents, lines=lines)

    def _purchase_returns(self, backs: Papers) -> None:
        documents = backs.heads.select("key", "document_on", receipt=self.new("paper"), reference="key")
        lines = backs.lines.rename({"paper_line": "receipt_line"})
        self.call("keeper", "purchasing.receipt.send_back", backs, documents=documents, lines=lines)
        reds = backs.heads.filter(pl.col("red").is_not_null())
        documents = reds.select("key", "document_on", bill=self.new("original"), reference="red")
        lines = backs.lines.join(reds.select("key"), on="key", how="semi").rename({"paper_line": "bill_line"})
        self.call("accountant", "purchasing.bill.red", reds, documents=documents, lines=lines)

    def _count(self, counts: Papers) -> None:
        documents = counts.heads.select("key", "document_on", "warehouse", reference="key")
        self.call("keeper", "inventory.count.post", counts, documents=documents, lines=counts.lines)

    def _money(self, verb: str, moneys: Papers) -> None:
        """Receipts and payments; one that names no invoice stays an advance."""
        named = moneys.lines.filter(pl.col("reference").is_not_null())
        documents = moneys.heads.select(
            "key", "document_on", "party", "account", reference="key", amount="whole", allocate=pl.lit("advance")
        )
        self.call("cashier", verb, moneys, documents=documents, allocations=named)

    def _apply(self, applied: Papers) -> None:
        """Set advances against invoices, one paper a party."""
        documents = applied.heads.group_by("party", maintain_order=True).agg(
            pl.col("document_on").max(), pl.col("amount").sum(), pl.col("key").first()
        )
        first = documents.select("party", "key")
        allocations = applied.heads.select("party", "reference", "amount").join(
            first, on="party", maintain_order="left"
        )
        self.call(
            "accountant", "finance.advance.apply", documents,
            documents=documents, allocations=allocations.select("key", "reference", "amount"),
        )  # fmt: skip

    def close_stale(self, numbers: list[str]) -> None:
        """Close orders whose rest nobody waits for any more."""
        if numbers:
            self.hands["clerk"].call("sales.order.close", numbers=numbers, reason="客户不再需要余量")
