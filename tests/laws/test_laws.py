"""Whatever sequence of acts a company comes up with, every invariant of `erp verify` holds."""

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import erp_core
from pipelines.closing import run as closing
from tests.conftest import furnish

CUSTOMERS = st.sampled_from(["C01", "C02"])
SUPPLIERS = st.sampled_from(["S01", "S02"])
ITEMS = st.sampled_from(["A", "B", "C"])
WARES = ITEMS | st.just("V")
WAREHOUSES = st.sampled_from(["W1", "W1", "W1", "W2"])
QUANTITIES = st.integers(1, 6).map(Decimal) | st.sampled_from([Decimal("0.5"), Decimal("3.333333")])
PARTS = st.none() | QUANTITIES
PRICES = st.integers(1, 99_999).map(lambda cents: Decimal(cents) / 100)
AMOUNTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
# Days go by, and now and then somebody dates a paper back.
DAYS = st.sampled_from([0, 0, 1, 1, 2, 3, 5, 9, -1, -8])
FIRST, LAST = dt.date(2026, 1, 6), dt.date(2026, 3, 31)
PERIODS = ("2026-01", "2026-02", "2026-03")
# One of the papers there are; which one depends on how many there are by then.
PAPERS = st.integers(0, 20)
STORIES = int(os.environ.get("LAW_STORIES", "12"))


def act(name: str, **facts: st.SearchStrategy) -> st.SearchStrategy:
    """An act of the company below with its facts."""
    return st.tuples(st.just(name), st.fixed_dictionaries(facts))


ACTS = {
    "buy": act("buy", party=SUPPLIERS, item=ITEMS, quantity=QUANTITIES, price=PRICES, part=PARTS, step=DAYS),
    "send_back": act("send_back", paper=PAPERS, quantity=QUANTITIES, step=DAYS),
    "book_bill": act("book_bill", paper=PAPERS, price=st.none() | PRICES, step=DAYS),
    "red_bill": act("red_bill", paper=PAPERS, step=DAYS),
    "sell": act("sell", party=CUSTOMERS, item=WARES, quantity=QUANTITIES, warehouse=WAREHOUSES, step=DAYS),
    "take_back": act("take_back", paper=PAPERS, quantity=QUANTITIES, step=DAYS),
    "invoice": act("invoice", paper=PAPERS, step=DAYS),
    "red_invoice": act("red_invoice", paper=PAPERS, step=DAYS),
    "money": act("money", customer=CUSTOMERS, supplier=SUPPLIERS, amount=AMOUNTS, step=DAYS),
    "stock": act("stock", item=ITEMS, counted=QUANTITIES, moved=QUANTITIES, step=DAYS),
    "voucher": act("voucher", amount=AMOUNTS, reverse=st.booleans(), step=DAYS),
    "close_month": act("close_month", again=st.booleans()),
}
OFTEN = ["buy", "sell", "sell", "sell", "invoice", "invoice", "book_bill", "money", "take_back"]
STORY = st.lists(st.sampled_from([*ACTS, *OFTEN]).flatmap(ACTS.get), min_size=12, max_size=24)


def furnished() -> Path:
    """A company with some stock of every item, made once and copied for every story."""
    place = Path(tempfile.mkdtemp()) / "furnished.duckdb"
    books = furnish(erp_core.create(place, company="定律公司", standard="sbe", start="2026-01"))
    head = {"party": "S01", "document_on": dt.date(2026, 1, 4), "warehouse": "W1"}
    lines = [{"item": item, "quantity": 20, "unit_price": price} for item, price in zip("ABC", (7, 3, 11), strict=True)]
    number = books.call("purchasing.order.place", documents=head, lines=lines)["numbers"]["1"]
    books.call("purchasing.order.submit", numbers=[number])
    books.call("purchasing.order.approve", numbers=[number])
    books.call("purchasing.receipt.receive", documents={"order": number, "document_on": dt.date(2026, 1, 5)})
    company = Company(books)
    for customer in ("C01", "C02"):
        company.sell(customer, "A", Decimal(3), "W1", 0)
        company.invoice(len(company.papers["shipped"]) - 1, 0)
        company.sell(customer, "B", Decimal(2), "W1", 0)
    books.close()
    return place


class Company:
    """Acts in any order; a refusal is an answer, a broken invariant is not."""

    def __init__(self, books: erp_core.Books) -> None:
        self.books = books
        self.papers: dict[str, list[str]] = {"received": ["PR2601-00001"]}
        for kind, prefix in (("shipped", "SD"), ("invoiced", "SI")):
            held = books.sql("select number from rpt.document where number like $like order by 1", like=f"{prefix}%")
            self.papers[kind] = held["number"].to_list()
        self.printed = 0
        self.today = FIRST

    def act(self, verb: str, kind: str = "", user: str = "", **arguments: object) -> dict:
        """Do it if it may be done; remember the numbers of what came of it."""
        books = self.books.as_user(user) if user else self.books
        try:
            done = books.call(verb, **arguments)
        except erp_core.Refusal as refusal:
            note(f"{verb} {arguments} refused: {refusal}")
            return {}
        note(f"{verb} {arguments}")
        if kind:
            self.papers.setdefault(kind, []).extend(done["numbers"].values())
        return done

    def day(self, step: int) -> dt.date:
        """The day of the next act: later, or dated back."""
        self.today = min(self.today + dt.timedelta(max(step, 0)), LAST)
        return self.today + dt.timedelta(min(step, 0))

    def paper(self) -> str:
        """A number for a supplier's bill that was not used before."""
        self.printed += 1
        return f"P{self.printed}"

    def some(self, paper: int, kind: str) -> str:
        """One of the papers of a kind; a number that does not exist when there is none yet."""
        there = self.papers.get(kind, ["none"])
        return there[paper % len(there)]

    def order(self, department: str, head: dict, line: dict) -> str:
        """Place, submit and approve; the number."""
        kind = f"{department}.order"
        self.act(f"{kind}.place", kind, documents=head, lines=[line])
        number = self.papers[kind][-1]
        self.act(f"{kind}.submit", numbers=[number])
        self.act(f"{kind}.approve", numbers=[number])
        return number

    def buy(self, party, item, quantity, price, part, step) -> None:
        head = {"party": party, "document_on": self.day(step), "warehouse": "W1"}
        number = self.order("purchasing", head, {"item": item, "quantity": quantity, "unit_price": price})
        lines = None if part is None else [{"order_line": 1, "quantity": part}]
        head = {"order": number, "document_on": self.today}
        self.act("purchasing.receipt.receive", "received", documents=head, lines=lines)

    def send_back(self, paper, quantity, step) -> None:
        head = {"receipt": self.some(paper, "received"), "document_on": self.day(step)}
        self.act("purchasing.receipt.send_back", documents=head, lines=[{"receipt_line": 1, "quantity": quantity}])

    def book_bill(self, paper, price, step) -> None:
        head = {"receipt": self.some(paper, "received"), "document_on": self.day(step), "reference": self.paper()}
        lines = None if price is None else [{"receipt_line": 1, "unit_price": price, "reason": "议价"}]
        self.act("purchasing.bill.book", "billed", documents=head, lines=lines)

    def red_bill(self, paper, step) -> None:
        head = {"bill": self.some(paper, "billed"), "document_on": self.day(step), "reference": self.paper()}
        self.act("purchasing.bill.red", documents=head)

    def sell(self, party, item, quantity, warehouse, step) -> None:
        head = {"party": party, "document_on": self.day(step), "warehouse": warehouse}
        number = self.order("sales", head, {"item": item, "quantity": quantity})
        self.act("sales.delivery.ship", "shipped", documents={"order": number, "document_on": self.today})

    def take_back(self, paper, quantity, step) -> None:
        head = {"delivery": self.some(paper, "shipped"), "document_on": self.day(step)}
        self.act("sales.delivery.take_back", documents=head, lines=[{"delivery_line": 1, "quantity": quantity}])

    def invoice(self, paper, step) -> None:
        head = {"delivery": self.some(paper, "shipped"), "document_on": self.day(step)}
        self.act("sales.invoice.issue", "invoiced", documents=head)

    def red_invoice(self, paper, step) -> None:
        head = {"invoice": self.some(paper, "invoiced"), "document_on": self.day(step)}
        self.act("sales.invoice.red", documents=head)

    def money(self, customer, supplier, amount, step) -> None:
        day = self.day(step)
        self.act("finance.advance.apply", documents={"party": customer, "document_on": day}, side="customer")
        self.act("finance.advance.apply", documents={"party": supplier, "document_on": day}, side="supplier")
        self.act("finance.receipt.receive", party=customer, account="1002", amount=amount, on=day)
        self.act("finance.payment.pay", party=supplier, account="1002", amount=amount / 2, on=day)

    def stock(self, item, counted, moved, step) -> None:
        head = {"document_on": self.day(step), "warehouse": "W1"}
        self.act("inventory.count.post", documents=head, lines=[{"item": item, "quantity": counted}])
        sent = {**head, "document_on": self.today, "to_warehouse": "W2"}
        if self.act("inventory.transfer.send", "sent", documents=sent, lines=[{"item": item, "quantity": moved}]):
            arrived = {"transfer": self.papers["sent"][-1], "document_on": self.today}
            self.act("inventory.transfer.arrive", documents=arrived)

    def voucher(self, amount, reverse, step) -> None:
        lines = [
            {"summary": "办公费", "account": "560299", "debit": amount, "credit": 0},
            {"summary": "办公费", "account": "1002", "debit": 0, "credit": amount},
        ]
        draft = self.act("ledger.voucher.draft", voucher_on=self.day(step), lines=lines).get("draft")
        posted = self.through_review([draft] if draft else [])
        for voucher_id in posted if reverse else []:
            wrong = {"voucher_id": voucher_id, "voucher_on": self.today, "reason": "记错"}
            self.through_review(list(self.act("ledger.voucher.reverse", **wrong).values()))

    def through_review(self, drafts: list[int]) -> list[int]:
        """Submit, review by another person, post; the ids of the vouchers."""
        if not drafts:
            return []
        self.act("ledger.voucher.submit", drafts=drafts)
        self.act("ledger.voucher.review", user="supervisor", drafts=drafts)
        done = self.act("ledger.voucher.post", drafts=drafts)
        if not done:
            self.act("ledger.voucher.void", drafts=drafts, reason="不记")
        return list(done.get("voucher_ids", {}).values())

    def is_over(self, period: str) -> bool:
        """Whether the month has passed, or is the last of the story."""
        return f"{self.today:%Y-%m}" > period or self.today == LAST

    def close_month(self, again) -> None:
        closed = self.books.sql("select max(period) from rpt.period where status = 'closed'").item()
        if closed and again:
            self.act("ledger.close.reopen", period=closed, reason="更正")
        following = [period for period in PERIODS if period > (closed or "") and self.is_over(period)]
        if following and not again:
            try:
                closing.close(self.books, following[0])
            except erp_core.Refusal as refusal:
                note(f"close {following[0]} refused: {refusal}")


TEMPLATE: list[Path] = []


@contextmanager
def fresh_company() -> Iterator[Company]:
    """A copy of the furnished company in a file of its own."""
    if not TEMPLATE:
        TEMPLATE.append(furnished())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "books.duckdb"
        shutil.copy(TEMPLATE[0], place)
        with erp_core.open(place) as books:
            yield Company(books)


@given(story=STORY)
@settings(max_examples=STORIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_done_the_invariants_hold(story):
    with fresh_company() as company:
        for name, facts in story:
            getattr(company, name)(**facts)
        checked = company.books.check()
        broken = checked.filter(~checked["ok"])
        assert broken.is_empty(), broken.to_dicts()
