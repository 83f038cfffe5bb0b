"""Whatever sequence of acts a company comes up with, every invariant of `erp verify` holds."""

import datetime as dt
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.conftest import furnish

import erp_core
from pipelines.closing import run as closing

CUSTOMERS = st.sampled_from(["C01", "C02"])
SUPPLIERS = st.sampled_from(["S01", "S02"])
ITEMS = st.sampled_from(["A", "B", "C"])
WAREHOUSES = st.sampled_from(["W1", "W2"])
QUANTITIES = st.integers(1, 12).map(Decimal) | st.sampled_from([Decimal("0.5"), Decimal("3.333333")])
PRICES = st.integers(1, 99_999).map(lambda cents: Decimal(cents) / 100)
AMOUNTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
PERIODS = ("2026-01", "2026-02", "2026-03")


def furnished() -> Path:
    """A file with a furnished company, made once and copied for every story."""
    place = Path(tempfile.mkdtemp()) / "furnished.duckdb"
    books = furnish(erp_core.create(place, company="定律公司", standard="sbe", start="2026-01"))
    for login in ("clerk", "supervisor"):
        assert books.as_user(login).user == login
    books.close()
    return place


class Company(RuleBasedStateMachine):
    """Acts in any order; a refusal is an answer, a broken invariant is not."""

    template: Path | None = None

    @initialize()
    def open(self) -> None:
        """Begin with a furnished company."""
        Company.template = Company.template or furnished()
        self.folder = Path(tempfile.mkdtemp())
        place = self.folder / "books.duckdb"
        shutil.copy(Company.template, place)
        self.books = erp_core.open(place)
        self.papers: dict[str, list[str]] = {}
        self.day = dt.date(2026, 1, 5)

    def act(self, verb: str, kind: str = "", user: str = "", **arguments: object) -> dict:
        """Do it if it may be done; remember the numbers of what came of it."""
        books = self.books.as_user(user) if user else self.books
        try:
            done = books.call(verb, **arguments)
        except erp_core.Refusal as refusal:
            note(f"{verb} refused: {refusal}")
            return {}
        note(f"{verb} {arguments}")
        if kind:
            self.papers.setdefault(kind, []).extend(done["numbers"].values())
        return done

    def some(self, data: st.DataObject, kind: str) -> str:
        return data.draw(st.sampled_from(self.papers[kind]))

    def has(self, kind: str) -> bool:
        return bool(self.papers.get(kind))

    # Buying

    @rule(party=SUPPLIERS, item=ITEMS, quantity=QUANTITIES, price=PRICES, warehouse=WAREHOUSES, day=DAYS)
    def buy(self, party, item, quantity, price, warehouse, day) -> None:
        head = {"party": party, "document_on": day, "warehouse": warehouse}
        line = {"item": item, "quantity": quantity, "unit_price": price}
        done = self.act("purchasing.order.place", "bought", documents=head, lines=[line])
        for step in ("submit", "approve"):
            self.act(f"purchasing.order.{step}", numbers=list(done["numbers"].values()))

    @precondition(lambda self: self.has("bought"))
    @rule(data=st.data(), day=DAYS, quantity=st.none() | QUANTITIES)
    def receive(self, data, day, quantity) -> None:
        lines = None if quantity is None else [{"order_line": 1, "quantity": quantity}]
        head = {"order": self.some(data, "bought"), "document_on": day}
        self.act("purchasing.receipt.receive", "received", documents=head, lines=lines)

    @precondition(lambda self: self.has("received"))
    @rule(data=st.data(), day=DAYS, quantity=QUANTITIES)
    def send_back(self, data, day, quantity) -> None:
        head = {"receipt": self.some(data, "received"), "document_on": day}
        self.act("purchasing.receipt.send_back", documents=head, lines=[{"receipt_line": 1, "quantity": quantity}])

    @precondition(lambda self: self.has("received"))
    @rule(data=st.data(), day=DAYS, price=st.none() | PRICES)
    def book_bill(self, data, day, price) -> None:
        head = {"receipt": self.some(data, "received"), "document_on": day}
        lines = None if price is None else [{"receipt_line": 1, "unit_price": price}]
        self.act("purchasing.bill.book", "billed", documents=head, lines=lines)

    @precondition(lambda self: self.has("billed"))
    @rule(data=st.data(), day=DAYS)
    def red_bill(self, data, day) -> None:
        self.act("purchasing.bill.red", documents={"bill": self.some(data, "billed"), "document_on": day})

    # Selling

    @rule(party=CUSTOMERS, item=ITEMS | st.just("V"), quantity=QUANTITIES, warehouse=WAREHOUSES, day=DAYS)
    def sell(self, party, item, quantity, warehouse, day) -> None:
        head = {"party": party, "document_on": day, "warehouse": warehouse}
        done = self.act("sales.order.place", "sold", documents=head, lines=[{"item": item, "quantity": quantity}])
        for step in ("submit", "approve"):
            self.act(f"sales.order.{step}", numbers=list(done["numbers"].values()))

    @precondition(lambda self: self.has("sold"))
    @rule(data=st.data(), day=DAYS, quantity=st.none() | QUANTITIES)
    def ship(self, data, day, quantity) -> None:
        lines = None if quantity is None else [{"order_line": 1, "quantity": quantity}]
        head = {"order": self.some(data, "sold"), "document_on": day}
        self.act("sales.delivery.ship", "shipped", documents=head, lines=lines)

    @precondition(lambda self: self.has("shipped"))
    @rule(data=st.data(), day=DAYS, quantity=QUANTITIES)
    def take_back(self, data, day, quantity) -> None:
        head = {"delivery": self.some(data, "shipped"), "document_on": day}
        self.act("sales.delivery.take_back", documents=head, lines=[{"delivery_line": 1, "quantity": quantity}])

    @precondition(lambda self: self.has("shipped"))
    @rule(data=st.data(), day=DAYS)
    def invoice(self, data, day) -> None:
        head = {"delivery": self.some(data, "shipped"), "document_on": day}
        self.act("sales.invoice.issue", "invoiced", documents=head)

    @precondition(lambda self: self.has("invoiced"))
    @rule(data=st.data(), day=DAYS)
    def red_invoice(self, data, day) -> None:
        self.act("sales.invoice.red", documents={"invoice": self.some(data, "invoiced"), "document_on": day})

    # Money, stock, vouchers

    @rule(party=CUSTOMERS, amount=AMOUNTS, day=DAYS)
    def money_in(self, party, amount, day) -> None:
        self.act("finance.receipt.receive", party=party, account="1002", amount=amount, on=day)

    @rule(party=SUPPLIERS, amount=AMOUNTS, day=DAYS)
    def money_out(self, party, amount, day) -> None:
        self.act("finance.payment.pay", party=party, account="1002", amount=amount, on=day)

    @rule(item=ITEMS, quantity=QUANTITIES, day=DAYS)
    def count(self, item, quantity, day) -> None:
        head = {"document_on": day, "warehouse": "W1"}
        self.act("inventory.count.post", documents=head, lines=[{"item": item, "counted": quantity}])

    @rule(item=ITEMS, quantity=QUANTITIES, day=DAYS)
    def transfer(self, item, quantity, day) -> None:
        head = {"document_on": day, "warehouse": "W1", "to_warehouse": "W2"}
        lines = [{"item": item, "quantity": quantity}]
        done = self.act("inventory.transfer.send", "sent", documents=head, lines=lines)
        if done:
            arrived = {"transfer": self.papers["sent"][-1], "document_on": day}
            self.act("inventory.transfer.arrive", documents=arrived)

    @rule(amount=AMOUNTS, day=DAYS, reverse=st.booleans())
    def voucher(self, amount, day, reverse) -> None:
        lines = [
            {"summary": "办公费", "account": "560299", "debit": amount, "credit": 0},
            {"summary": "办公费", "account": "1002", "debit": 0, "credit": amount},
        ]
        done = self.act("ledger.voucher.draft", user="clerk", voucher_on=day, lines=lines)
        drafts = [done["draft"]] if done else []
        self.act("ledger.voucher.submit", user="clerk", drafts=drafts)
        self.act("ledger.voucher.review", user="supervisor", drafts=drafts)
        self.act("ledger.voucher.post", drafts=drafts)

    # The close

    @rule()
    def close_month(self) -> None:
        closed = self.books.sql("select max(period) from rpt.period where status = 'closed'").item()
        following = PERIODS[PERIODS.index(closed) + 1] if closed in PERIODS[:-1] else None if closed else PERIODS[0]
        if following:
            try:
                closing.close(self.books, following)
            except erp_core.Refusal as refusal:
                note(f"close {following} refused: {refusal}")

    @rule()
    def reopen_month(self) -> None:
        closed = self.books.sql("select max(period) from rpt.period where status = 'closed'").item()
        if closed:
            self.act("ledger.close.reopen", period=closed, reason="更正")

    def teardown(self) -> None:
        """The law."""
        if not hasattr(self, "books"):
            return
        checked = self.books.check()
        self.books.close()
        shutil.rmtree(self.folder)
        broken = checked.filter(~checked["ok"])
        assert broken.is_empty(), broken.to_dicts()


TestCompany = Company.TestCase
TestCompany.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
