"""Every state and every verb of each lifecycle: an illegal step is refused out loud, and nothing changes."""

from datetime import date
from decimal import Decimal

from erp_core.foundation.errors import Refusal, UnknownArgument
from erp_core.ledger.drafts import LIFECYCLE
from erp_core.purchasing import orders as purchase_orders
from erp_core.sales import orders as sales_orders
from tests import by_hand, trading

DAY = date(2026, 1, 10)
LINES = {"sales": [{"item": "B", "quantity": 1}], "purchasing": [{"item": "B", "quantity": 5, "unit_price": "20"}]}
ROADS = {
    "draft": (),
    "submitted": ("submit",),
    "approved": ("submit", "approve"),
    "closed": ("submit", "approve", "close"),
    "cancelled": ("cancel",),
}
VERBS = ("submit", "approve", "return", "revise", "cancel", "close", "reopen")
WITH_REASON = {"return", "cancel", "reopen"}
DRAFT_ROADS = {
    "draft": (),
    "submitted": ("submit",),
    "reviewed": ("submit", "review"),
    "posted": ("submit", "review", "post"),
    "void": ("void",),
}
DRAFT_VERBS = ("submit", "review", "reject", "unreview", "void", "post", "revise")


class Trials:
    """Tries what must not be, and gathers what was let through, broke, or changed something."""

    def __init__(self, books):
        self.books, self.problems, self.tried = books, [], 0

    def state(self):
        root = self.books.database.root
        tables = [
            row[0]
            for row in root.execute("select table_name from duckdb_tables() where schema_name = 'core'").fetchall()
        ]
        kept = [t for t in sorted(tables) if t not in ("timing", "sample", "job", "pass")]
        query = " union all ".join(
            f"select '{t}', count(*), sum(cast(hash(t) as hugeint)) from core.{t} t" for t in kept
        )
        return root.execute(query).fetchall()

    def refused(self, told, verb, user=None, **arguments):
        self.tried += 1
        books = self.books.as_user(user) if user else self.books
        before = self.books.database.version
        try:
            books.call(verb, **arguments)
        except UnknownArgument as wrong:
            self.problems.append(f"{told}: {verb} was asked wrongly: {wrong}")
        except Refusal:
            if self.books.database.version != before:
                self.problems.append(f"{told}: {verb} was refused and left a trace")
        except Exception as problem:  # noqa: BLE001 - a fault is what this looks for
            self.problems.append(f"{told}: {verb} broke with {type(problem).__name__}: {problem}")
        else:
            self.problems.append(f"{told}: {verb} was let through")


def step(books, department, number, action, **more):
    reason = {"reason": "试"} if action in WITH_REASON else {}
    if action == "revise":
        reason = {
            "reason": "试",
            "version": 99,
            "document": {"note": "改"},
            "lines": [{"line": 1, **LINES[department][0]}],
        }
        return f"{department}.order.revise", {"number": number, **reason}
    return f"{department}.order.{action}", {"numbers": number, **reason}


def order_in(books, department, status):
    party = "C01" if department == "sales" else "S01"
    head = {"document_on": DAY, "party": party, "warehouse": "W1"}
    number = books.call(f"{department}.order.place", documents=head, lines=LINES[department])["numbers"]["1"]
    for action in ROADS[status]:
        verb, arguments = step(books, department, number, action)
        books.call(verb, **arguments)
    return number


def test_orders(books):
    trading.stock(books, "B", 10, "20")
    trials = Trials(books)
    numbers = {(d, s): order_in(books, d, s) for d in ("sales", "purchasing") for s in ROADS}
    before = trials.state()
    lives = {"sales": sales_orders.LIFECYCLE, "purchasing": purchase_orders.LIFECYCLE}
    drawn = {"sales": "sales.delivery.ship", "purchasing": "purchasing.receipt.receive"}
    for (department, status), number in numbers.items():
        for action in VERBS:
            if lives[department].target(action, status) is None:
                verb, arguments = step(books, department, number, action)
                trials.refused(f"{department} order {status}", verb, **arguments)
        if status != "approved":
            trials.refused(
                f"{department} order {status}", drawn[department], documents={"order": number, "document_on": DAY}
            )
    for department in lives:
        for action in VERBS:
            for number in ("SO9999-00001", "", numbers["purchasing" if department == "sales" else "sales", "approved"]):
                verb, arguments = step(books, department, number, action)
                trials.refused(f"{department} order {number or 'nothing'}", verb, **arguments)
    assert not trials.problems, "\n".join(trials.problems)
    assert trials.tried > 80
    assert trials.state() == before


def test_what_was_drawn_from_orders(books):
    receipt = trading.stock(books, "B", 10, "20")
    back = trading.stock(books, "B", 3, "20")
    bill = books.call("purchasing.bill.book", documents={"receipt": receipt, "document_on": DAY, "reference": "F1"})
    books.call("purchasing.receipt.send_back", documents={"receipt": back, "document_on": DAY})
    delivery, returned = (trading.deliver(books, "C01", [{"item": "B", "quantity": 1}]) for _ in range(2))
    books.call("sales.delivery.take_back", documents={"delivery": returned, "document_on": DAY})
    invoice = trading.invoice(books, delivery)
    books.call("sales.invoice.red", documents={"invoice": invoice, "document_on": DAY})
    bill = trading.one(bill)
    books.call("purchasing.bill.red", documents={"bill": bill, "document_on": DAY, "reference": "R1"})
    transfer = trading.one(books.call(
        "inventory.transfer.send",
        documents={"document_on": DAY, "warehouse": "W1", "to_warehouse": "W2"}, lines=[{"item": "B", "quantity": 1}],
    ))  # fmt: skip
    books.call("inventory.transfer.arrive", documents={"transfer": transfer, "document_on": DAY})
    trials = Trials(books)
    before = trials.state()
    done = (
        ("purchasing.receipt.send_back", {"receipt": back}),
        ("purchasing.bill.book", {"receipt": back, "reference": "F2"}),
        ("purchasing.bill.book", {"receipt": receipt, "reference": "F1"}),
        ("purchasing.bill.red", {"bill": bill, "reference": "R2"}),
        ("sales.delivery.take_back", {"delivery": returned}),
        ("sales.invoice.issue", {"delivery": returned}),
        ("sales.invoice.red", {"invoice": invoice}),
        ("inventory.transfer.arrive", {"transfer": transfer}),
    )
    for verb, named in done:
        trials.refused("done already", verb, documents={**named, "document_on": DAY})
        trials.refused("unknown", verb, documents=dict.fromkeys(named, "X9999-00001") | {"document_on": DAY})
        trials.refused("empty", verb, documents=[])
        trials.refused(
            "a number of another kind",
            verb,
            documents=dict.fromkeys(named, invoice if "invoice" not in named else bill) | {"document_on": DAY},
        )
    count = {"document_on": DAY, "warehouse": "W1"}
    for lines in ([], [{"item": "B", "quantity": -1}], [{"item": "V", "quantity": 1}], [{"item": "?", "quantity": 1}]):
        trials.refused("count", "inventory.count.post", documents=count, lines=lines)
    for verb, party in (("finance.receipt.receive", "C01"), ("finance.payment.pay", "S01")):
        for wrong in (
            {"amount": "0"},
            {"amount": "-1"},
            {"account": "1122"},
            {"party": "Z9"},
            {"party": "S01" if party == "C01" else "C01"},
        ):
            right = {"party": party, "account": "1002", "amount": "10", "document_on": DAY}
            trials.refused("payment", verb, documents={**right, **wrong})
    assert not trials.problems, "\n".join(trials.problems)
    assert trials.state() == before


def test_vouchers(books):
    accountant, supervisor = books.as_user("accountant"), books.as_user("supervisor")
    who = {"submit": accountant, "void": accountant}
    drafts = {}
    for status, road in DRAFT_ROADS.items():
        made = by_hand.draft(books, DAY, "办公费", ("560205", 1, "", {"department": "D1"}), ("1002", "", 1))
        for action in road:
            reason = {"reason": "试"} if action == "void" else {}
            who.get(action, supervisor).call(f"ledger.voucher.{action}", drafts=[made], **reason)
        drafts[status] = made
    trials = Trials(books)
    before = trials.state()
    whole = {
        "voucher_on": DAY,
        "lines": by_hand.voucher_lines("改", ("560205", 1, "", {"department": "D1"}), ("1002", "", 1)),
    }
    for status, made in [*drafts.items(), ("none", 9999)]:
        for action in DRAFT_VERBS:
            if status in LIFECYCLE[action][0]:
                continue
            arguments = {"draft_id": made, "version": 1, **whole} if action == "revise" else {"drafts": [made]}
            arguments |= {"reason": "试"} if action in ("reject", "unreview", "void") else {}
            trials.refused(
                f"draft {status}", f"ledger.voucher.{action}", "supervisor" if action != "revise" else None, **arguments
            )
    for action in DRAFT_VERBS[:-1]:
        reason = {"reason": "试"} if action in ("reject", "unreview", "void") else {}
        trials.refused("no drafts", f"ledger.voucher.{action}", drafts=[], **reason)
    assert not trials.problems, "\n".join(trials.problems)
    assert trials.tried > 25
    assert trials.state() == before


def test_periods(books):
    by_hand.post(books, DAY, "投资款", ("1002", 100, ""), ("3001", "", 100))
    books.call("inventory.period.close", period="2026-01")
    trials = Trials(books)
    before = trials.state()
    for verb, period in (
        ("inventory.period.close", "2026-01"),
        ("inventory.period.reopen", "2026-02"),
        ("inventory.period.reopen", "2030-01"),
        ("inventory.period.reopen", "2025-12"),
        ("inventory.period.close", "2025-12"),
        ("inventory.period.close", "2026-13"),
        ("inventory.period.close", "x"),
        ("inventory.period.close", "9999-12"),
        ("ledger.close.reopen", "2026-01"),
        ("ledger.close.reopen", "2026-02"),
        ("ledger.close.reopen", ""),
        ("ledger.year.seal", "2026"),
        ("ledger.year.seal", "x"),
    ):
        reason = {"reason": "试"} if verb.endswith(("reopen", "seal")) else {}
        named = {"year": period} if verb.startswith("ledger.year") else {"period": period}
        trials.refused(f"period {period}", verb, **named, **reason)
    for day in (date(2025, 12, 31), date(2026, 1, 31), "2026-02-30", date(2024, 2, 29)):
        lines = [{"item": "B", "quantity": 1, "unit_cost": Decimal(1)}]
        trials.refused(
            f"day {day}", "inventory.count.post", documents={"document_on": day, "warehouse": "W1"}, lines=lines
        )
    assert not trials.problems, "\n".join(trials.problems)
    assert trials.state() == before
