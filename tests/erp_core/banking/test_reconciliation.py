"""银行存款余额调节表: the worked sample of four kinds of items, the tie, what is kept, and what the close asks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from erp_core.banking import reconciliation
from erp_core.banking.reconciliation import ReconciliationOpen, StatementElsewhere, StatementMissing
from erp_core.foundation.session import Session, load_actor
from erp_core.reports import export
from tests.erp_core.banking.statement import account, broken, load, post
from tests.trading import day


@pytest.fixture
def sample(books):
    """Books 86,420.50, bank 91,120.50; 6,000 and 300 only the bank knows, 2,500 and 1,500 only the books."""
    account(books)
    post(books, day(2), "85420.50", "3001", "投资款")
    load(
        books,
        """
        1-02 | 85420.50 | 85420.50 | 股东     | 投资款 | A1
        1-30 |  6000.00 | 91420.50 | 株洲乙建材 | 货款 | A2
        1-31 |  -300.00 | 91120.50 | 电力公司 | 代扣电费 | A3
        """,
    )
    post(books, day(30), "2500", "530101", "送存支票")
    post(books, day(31), "-1500", "560209", "开出支票")
    books.call("banking.match.propose", bank_account="ICBC")
    numbers = books.report("bank_proposals", bank_account="ICBC")["proposal_id"].unique().to_list()
    books.call("banking.match.confirm", proposals=numbers)
    return books


def statement(books, on=None):
    frame = books.report("bank_reconciliation", bank_account="ICBC", as_of=on or day(31))
    return dict(frame.filter(frame["row_kind"] != "item").select("row_kind", "amount").rows())


def gate(books, period="2026-01"):
    """What the close would be told."""
    with books.database.write() as cursor:
        session = Session(books.database, load_actor(books.database, "owner"), day(31), cursor)
        return reconciliation.unreconciled(session, period)


def test_the_worked_sample_ties(sample):
    assert statement(sample) == {
        "book": Decimal("86420.50"), "bank_in": 6000, "bank_out": 300, "adjusted_book": Decimal("92120.50"),
        "bank": Decimal("91120.50"), "book_in": 2500, "book_out": 1500, "adjusted_bank": Decimal("92120.50"),
    }  # fmt: skip
    shown = sample.report("bank_reconciliation", bank_account="ICBC", as_of=day(31))
    assert shown.filter(shown["row_kind"] == "item")["days"].to_list() == [1, 0, 1, 0]
    asked = {"bank_account": "ICBC", "as_of": day(31)}
    assert export.to_bytes("pdf", "bank_reconciliation", shown, asked, "zh", "公司").startswith(b"%PDF")
    kept = sample.call("banking.reconciliation.keep", **asked)
    assert kept == {"bank_account": "ICBC", "version": 1, "adjusted": "92120.50", "items": 4}
    assert broken(sample) == []


def test_an_item_is_outstanding_until_the_other_side_knows(sample):
    load(sample, "2-02 | 2500 | 93620.50 | 本公司 | 支票入账 | B1")
    open_lines = sample.report("bank_lines", bank_account="ICBC", state="open")
    bank_line = open_lines.filter(open_lines["reference"] == "B1")["line_id"][0]
    kept = sample.report("bank_books", bank_account="ICBC", state="open")
    book_line = kept.filter(kept["amount"] == 2500)["book_line"][0]
    sample.call("banking.match.link", bank_account="ICBC", bank=[bank_line], book=[book_line])
    assert statement(sample)["book_in"] == 2500
    assert statement(sample, day(2, 2))["book_in"] == 0
    ages = sample.report("bank_unmatched", as_of=day(20, 2))
    assert dict(ages.select("side", "lines").rows()) == {"bank": 2, "book": 1}


def test_the_close_asks_for_a_reconciliation_that_is_still_true(sample):
    assert [row["problem"] for row in gate(sample)] == ["not_kept"]
    sample.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31))
    assert gate(sample) == []
    post(sample, day(31), "-10")
    assert [row["problem"] for row in gate(sample)] == ["out_of_date"]
    again = sample.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31))
    assert (again["version"], gate(sample)) == (2, [])
    assert sample.report("bank_reconciliations")["version"].to_list() == [2, 1]


def test_an_account_of_bank_without_a_bank_account_is_said_not_refused(books):
    post(books, day(2), "100")
    found = gate(books)
    assert [(row["account"], row["note"]) for row in found] == [("1002", "no_bank_account")]


def test_what_cannot_be_kept(books):
    account(books, bank_opening="10")
    with pytest.raises(StatementMissing):
        books.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31))
    with pytest.raises(ReconciliationOpen):
        books.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31), complete=True)
    load(books, "1-30 | 5 | 15 | - | 利息 | A1\n1-31 | 5 | 20 | - | 利息 | A2")
    with pytest.raises(ReconciliationOpen) as refused:
        books.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31))
    assert refused.value.facts["difference"] == Decimal("-10.00")
    load(books, "1-31 | 7 | 30 | - | 利息 | A9")
    with pytest.raises(StatementElsewhere):
        books.call("banking.reconciliation.keep", bank_account="ICBC", as_of=day(31))
