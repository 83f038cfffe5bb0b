"""Matching: proposed, confirmed, by hand, undone in the open; a line has one owner; lines booked from the statement."""

from __future__ import annotations

import pytest

from erp_core.banking.accounts import BookingAccount, RuleOutside
from erp_core.banking.booking import BankLineOwned, BankLineUnknown, NoBookingRule
from erp_core.banking.matching import LineOwned, LineUnknown, MatchGone, NothingToMatch, ProposalGone, SidesDiffer
from erp_core.foundation.errors import NotPermitted, ReasonMissing
from tests.erp_core.banking.statement import account, broken, load, post
from tests.trading import day, deliver, invoice

STATEMENT = """
    1-12 | 1130.00 | 1130.00 | 长沙甲商行有限公司 | 转账 | T1
    1-15 |  -15.00 | 1115.00 | -                  | 网银手续费 | T2
    1-21 |   20.00 | 1135.00 | -                  | 存款利息 | T3
"""


@pytest.fixture
def bank(books):
    """C01 has paid its invoice; the bank says so, charges a fee and pays interest."""
    account(books)
    invoice(books, deliver(books, "C01", [{"item": "V", "quantity": 10, "unit_price": "100", "tax_code": "S13"}]))
    books.call("finance.receipt.receive", party="C01", amount="1130", on=day(13))
    load(books, STATEMENT)
    books.call(
        "banking.booking.save",
        bookings=[
            {"rule": "手续费", "position": 1, "contains": "手续费", "direction": "out", "account": "560302"},
            {"rule": "利息", "position": 2, "contains": "利息", "direction": "in", "account": "560301", "in_red": True},
        ],
    )
    return books


def ids(books, state="open"):
    return dict(books.report("bank_lines", bank_account="ICBC", state=state).select("reference", "line_id").rows())


def books_of(books, state="open"):
    return books.report("bank_books", bank_account="ICBC", state=state)["book_line"].to_list()


def test_what_is_proposed_waits_for_a_person(bank):
    told = bank.call("banking.match.propose", bank_account="ICBC")
    assert (told["proposed"], told["matched"], told["open_bank"], told["open_book"]) == (1, 0, 3, 1)
    shown = bank.report("bank_proposals", bank_account="ICBC")
    assert shown.select("rule", "side", "amount").rows() == [("amount", "bank", 1130), ("amount", "book", 1130)]
    number = shown["proposal_id"][0]
    assert bank.call("banking.match.confirm", proposals=[number])["count"] == 1
    with pytest.raises(ProposalGone):
        bank.call("banking.match.confirm", proposals=[number])
    assert (set(ids(bank)), books_of(bank)) == ({"T2", "T3"}, [])
    assert broken(bank) == []


def test_an_automatic_rule_matches_at_once(bank):
    bank.call("banking.rule.save", rules=[{"rule": "amount", "automatic": True}])
    assert bank.call("banking.match.propose", bank_account="ICBC")["matched"] == 1
    assert bank.report("bank_matches", bank_account="ICBC")["matched_by"].to_list() == ["owner", "owner"]


def test_a_line_has_one_owner_and_an_undone_matching_stays_readable(bank):
    line, kept = ids(bank)["T1"], books_of(bank)[0]
    match = bank.call("banking.match.link", bank_account="ICBC", bank=[line], book=[kept])["match"]
    for given, refusal in (
        ({"bank": [line], "book": [kept]}, LineOwned),
        ({"bank": [ids(bank)["T2"]], "book": [kept]}, LineOwned),
        ({"bank": [ids(bank)["T2"], ids(bank)["T3"]], "book": []}, SidesDiffer),
        ({"bank": [999], "book": ["1/1"]}, LineUnknown),
        ({"bank": [], "book": ["x"]}, NothingToMatch),
        ({"bank": [ids(bank)["T2"]] * 2, "book": []}, NothingToMatch),
    ):
        with pytest.raises(refusal):
            bank.call("banking.match.link", bank_account="ICBC", **given)
    with pytest.raises(ReasonMissing):
        bank.call("banking.match.undo", match=match, reason="")
    bank.call("banking.match.undo", match=match, reason="看错行")
    with pytest.raises(MatchGone):
        bank.call("banking.match.undo", match=match, reason="再一次")
    again = bank.call("banking.match.link", bank_account="ICBC", bank=[line], book=[kept])["match"]
    shown = bank.report("bank_matches", bank_account="ICBC").unique("match_id").sort("match_id")
    assert shown.select("match_id", "undone_by", "reason").rows() == [(match, "owner", "看错行"), (again, None, None)]
    assert broken(bank) == []


def test_lines_are_booked_by_rule_and_matched_with_their_voucher(bank):
    lines = ids(bank)
    made = bank.call("banking.line.book", lines=[lines["T2"], lines["T3"]])
    assert made["count"] == 2
    found = bank.sql(
        "select l.account, cast(l.debit as varchar), cast(l.credit as varchar) from rpt.voucher v"
        " join rpt.voucher_line l using (voucher_id) where v.source_kind = 'bank_line' order by v.voucher_id, l.line"
    ).rows()
    assert found == [
        ("1002", "0.00", "15.00"), ("560302", "15.00", "0.00"), ("1002", "20.00", "0.00"), ("560301", "-20.00", "0.00"),
    ]  # fmt: skip
    with pytest.raises(BankLineOwned):
        bank.call("banking.line.book", lines=[lines["T2"]])
    with pytest.raises(NoBookingRule):
        bank.call("banking.line.book", lines=[lines["T1"]])
    with pytest.raises(BankLineUnknown):
        bank.call("banking.line.book", lines=[4711])
    bank.call("banking.line.book", lines=[lines["T1"]], account="1122", party="C01", summary="代收")
    assert ids(bank) == {}
    assert broken(bank) == []


def test_a_voucher_and_its_red_one_come_to_nothing_on_one_side(bank):
    first = post(bank, day(20), "-88")
    second = post(bank, day(20), "88")
    kept = [f"{voucher}/1" for voucher in (first, second)]
    bank.call("banking.match.link", bank_account="ICBC", bank=[], book=kept)
    assert not set(kept) & set(books_of(bank))


def test_who_pays_does_not_match_and_rules_have_bounds(bank):
    with pytest.raises(NotPermitted):
        bank.as_user("cashier").call("banking.match.propose", bank_account="ICBC")
    assert bank.as_user("cashier").report("bank_lines", bank_account="ICBC").height == 3
    with pytest.raises(RuleOutside):
        bank.call("banking.rule.save", rules=[{"rule": "amount", "confidence": "1.5"}])
    with pytest.raises(BookingAccount):
        bank.call(
            "banking.booking.save",
            bookings=[{"rule": "x", "position": 1, "contains": "x", "direction": "in", "account": "1002"}],
        )
