"""Writing claims: what receipts bring, what the policy says, and that an invoice number is claimed once only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from erp_core.claims import invoices, policy, taxes, writing
from erp_core.claims.categories import UnknownCategory, UnknownReceipt
from erp_core.foundation.documents import ReferenceUsed
from erp_core.foundation.given import BinaryFraction, LineWithoutDocument, NoSuchColumn, ValueMissing, ValueUnreadable
from erp_core.foundation.limits import OutOfScope
from erp_core.masters.order_lines import NoSuchPlace
from tests.erp_core.claims.spending import line, write
from tests.trading import day, one, stock

E_INVOICE = "26432000000012345678"


def lines(books, number):
    return books.report("claim_lines", number=number)


TAXES = [
    ({"category": "transport", "receipt": "rail", "gross": "553.50"}, "45.70"),
    ({"category": "transport", "receipt": "air", "gross": "1150", "untaxed": "50"}, "90.83"),
    ({"category": "transport", "receipt": "road", "gross": "103"}, "3.00"),
    ({"category": "transport", "receipt": "rail", "gross": "553.50", "tax": "45.72"}, "45.72"),
    ({"category": "hotel", "receipt": "special", "gross": "424", "tax": "24"}, "24.00"),
    ({"category": "meals", "receipt": "special", "gross": "106", "tax": "6"}, "0.00"),
    ({"category": "hotel", "receipt": "ordinary", "gross": "424"}, "0.00"),
    ({"category": "allowance", "receipt": "none", "gross": "180", "invoice_number": ""}, "0.00"),
]
ODD = [
    ({"receipt": "ordinary", "tax": "10"}, taxes.TaxNotOnReceipt),
    ({"receipt": "rail", "gross": "109", "tax": "9.07"}, taxes.TaxUnlike),
    ({"receipt": "special", "gross": "100", "tax": "100"}, taxes.TaxTooMuch),
    ({"receipt": "air", "gross": "100", "untaxed": "101"}, taxes.TaxTooMuch),
    ({"receipt": "special", "invoice_number": ""}, invoices.InvoiceMissing),
    ({"invoice_number": "2.6432E+19"}, invoices.InvoiceUnreadable),
    ({"invoice_number": "'; drop table"}, invoices.InvoiceUnreadable),
    ({"gross": "0"}, writing.ClaimAmount),
    ({"gross": "-5"}, writing.ClaimAmount),
    ({"units": "0"}, writing.ClaimAmount),
    ({"spent_on": day(11)}, writing.SpentLater),
    ({"category": "yacht"}, UnknownCategory),
    ({"receipt": "napkin"}, UnknownReceipt),
    ({"department": "D9"}, NoSuchPlace),
    ({"gross": 12.5}, BinaryFraction),
    ({"gross": "viel"}, ValueUnreadable),
    ({"gross": None}, ValueMissing),
    ({"colour": "red"}, NoSuchColumn),
    ({"key": "9"}, LineWithoutDocument),
]


def test_what_tax_a_receipt_brings(books):
    number = write(books, *(line(**given) for given, _ in TAXES))
    for (given, tax), found in zip(TAXES, lines(books, number).to_dicts(), strict=True):
        assert found["tax"] == Decimal(tax), given
        assert found["net"] + found["tax"] == found["gross"] == Decimal(given["gross"])


def test_odd_lines_are_refused_and_nothing_is_written(books):
    for given, refusal in ODD:
        with pytest.raises(refusal):
            write(books, line(), line(**given))
    assert books.report("claims").is_empty()


def test_a_claim_needs_lines_and_a_person(books):
    with pytest.raises(writing.ClaimWithoutLines):
        books.call("claims.claim.write", documents={"document_on": day(10), "employee": "E1"}, lines=[])
    with pytest.raises(writing.ClaimantMissing):
        books.call("claims.claim.write", documents={"document_on": day(10)}, lines=[line()])


def test_staff_claim_for_themselves_and_see_their_own_only(books):
    books.call("masters.employee.save", employees=[{"code": "E2", "name": "李四", "department": "D1"}])
    books.call(
        "access.user.save", login="zhang", name="张三", employee="E1", roles=["staff"],
        scopes=[{"kind": "own", "value": ""}],
    )  # fmt: skip
    other, zhang = write(books, employee="E2"), books.as_user("zhang")
    mine = one(zhang.call("claims.claim.write", documents={"document_on": day(10)}, lines=[line()]))
    assert zhang.report("claims").select("number", "employee", "department", "gross").rows() == [
        (mine, "E1", "D1", Decimal("300.00"))
    ]
    assert zhang.report("claim_lines")["number"].to_list() == [mine]
    with pytest.raises(writing.ClaimForAnother):
        zhang.call("claims.claim.write", documents={"document_on": day(10), "employee": "E2"}, lines=[line()])
    with pytest.raises(OutOfScope):
        zhang.call("claims.claim.submit", numbers=other)


def test_an_invoice_is_claimed_once_over_all_claims(books):
    first = write(books, line(invoice_number=E_INVOICE))
    with pytest.raises(invoices.InvoiceClaimed) as refused:
        write(books, line(), line(invoice_number=" 2643 2000 0000 1234 5678"), employee="E1")
    assert refused.value.facts["number"] == first
    with pytest.raises(invoices.InvoiceTwice):
        write(books, line(invoice_number="AB12"), line(invoice_number="ａｂ12"))
    books.call("claims.claim.cancel", numbers=first, reason="重填")
    second = write(books, line(invoice_number=E_INVOICE))
    held = books.report("claim_invoices", invoice_number=E_INVOICE).select("turn", "number", "held", "freed_why").rows()
    assert held == [(1, first, False, "cancelled"), (2, second, True, "")]


def test_a_number_is_either_a_bill_or_a_claim(books):
    receipt = stock(books, "A", 10, "8")
    bill = {"receipt": receipt, "document_on": day(7), "reference": E_INVOICE}
    booked = one(books.call("purchasing.bill.book", documents=bill))
    with pytest.raises(invoices.InvoiceBooked) as refused:
        write(books, line(invoice_number=E_INVOICE))
    assert refused.value.facts["number"] == booked
    number = write(books, line(invoice_number="44001234"))
    again = stock(books, "A", 5, "8")
    with pytest.raises(ReferenceUsed) as refused:
        books.call("purchasing.bill.book", documents={"receipt": again, "document_on": day(7), "reference": "44001234"})
    assert refused.value.facts["number"] == number


def test_a_revision_keeps_the_number_and_frees_what_is_left_out(books):
    number = write(books, line("300", invoice_number="AAAA1"), line("50", invoice_number="AAAA2"))
    changed = books.call(
        "claims.claim.revise", number=number, version=1, document={"note": "改"}, reason="漏一张",
        lines=[line("310", invoice_number="AAAA1"), line("70", invoice_number="AAAA3")],
    )  # fmt: skip
    assert {(one["line"], one["field"]) for one in changed["differences"]} >= {(0, "note"), (0, "gross")}
    assert lines(books, number).select("invoice_number", "gross").rows() == [
        ("AAAA1", Decimal("310.00")),
        ("AAAA3", Decimal("70.00")),
    ]
    write(books, line(invoice_number="AAAA2"))
    with pytest.raises(invoices.InvoiceClaimed):
        write(books, line(invoice_number="AAAA3"))
    assert books.check().filter(books.check()["ok"].not_()).is_empty()


@pytest.fixture
def limited(books):
    """Hotel 400 a night in big cities, 300 elsewhere, 600 for managers; meals 500 a month; taxis 100 each."""
    books.call("claims.city.save", cities=[{"city": "上海", "tier": "一线"}, {"city": "北京", "tier": "一线"}])
    common = {"category": "hotel", "valid_from": day(1), "action": "block"}
    books.call(
        "claims.limit.save",
        limits=[
            common | {"amount": "300"},
            common | {"amount": "400", "place": "一线"},
            common | {"amount": "450", "place": "上海"},
            common | {"amount": "600", "grade": "经理"},
            {"category": "meals", "per": "month", "amount": "500", "valid_from": day(1), "action": "warn"},
            {"category": "local", "per": "line", "amount": "100", "valid_from": day(1), "action": "approve"},
        ],
    )
    return books


def test_the_most_specific_limit_counts(limited):
    for city, grade, nights, allowed in (
        ("株洲", "", 1, "300"), ("北京", "", 2, "800"), ("上海", "", 2, "900"), ("上海", "经理", 1, "600"),
    ):  # fmt: skip
        limited.call("masters.employee.save", employees=[{"code": "E1", "grade": grade}])
        hotel = {"category": "hotel", "city": city, "units": nights}
        write(limited, line(allowed, **hotel))
        with pytest.raises(policy.OverLimit) as refused:
            write(limited, line(str(Decimal(allowed) + Decimal("0.01")), **hotel))
        assert (str(refused.value.facts["limit"]), str(refused.value.facts["over"])) == (f"{allowed}.00", "0.01")


def test_a_month_is_added_up_over_claims_and_warned_of(limited):
    write(limited, line("300", category="meals"))
    made = limited.call(
        "claims.claim.write", documents={"document_on": day(10), "employee": "E1"},
        lines=[line("150", category="meals"), line("100", category="meals")],
    )  # fmt: skip
    assert [(one["line"], one["over"], one["action"]) for one in made["warnings"]] == [(2, "50.00", "warn")]
    february = line("500", category="meals", spent_on=day(2, 2))
    assert not limited.call(
        "claims.claim.write", documents={"document_on": day(3, 2), "employee": "E1"}, lines=[february]
    )["warnings"]


def test_what_needs_a_yes_needs_somebody_who_can_say_it(limited):
    taxi = {"category": "local", "receipt": "ordinary"}
    with pytest.raises(policy.OverLimitNobodyAgrees):
        write(limited, line("130", **taxi))
    limited.call(
        "approval.rule.save", rule="超标", subject="claim", condition="over_limit",
        steps=[{"step": 1, "role": "supervisor"}],
    )  # fmt: skip
    over, within = write(limited, line("130", **taxi)), write(limited, line("100", **taxi))
    limited.call("claims.claim.submit", numbers=[over, within])
    assert limited.report("claims", number=over).select("waiting_for", "over_amount").row(0) == (
        "supervisor",
        Decimal("30.00"),
    )
    assert limited.report("claims", number=within)["waiting_for"][0] == ""


def test_the_policy_of_the_day_of_submitting_counts(limited):
    number = write(limited, line("300", category="hotel", city="株洲"))
    limited.call(
        "claims.limit.save",
        limits={"category": "hotel", "valid_from": day(8), "amount": "250", "action": "block"},
    )
    with pytest.raises(policy.OverLimit):
        limited.call("claims.claim.submit", numbers=number)
    limited.call(
        "claims.limit.save",
        limits={"category": "hotel", "valid_from": day(8), "amount": "250", "action": "warn"},
    )
    assert limited.call("claims.claim.submit", numbers=number)["warnings"][0]["over"] == "50.00"
    assert limited.report("claim_lines", number=number)["over_amount"][0] == Decimal("50.00")


def test_odd_limits_are_refused(books):
    for field, value in (("per", "year"), ("action", "shout"), ("amount", "-1")):
        limit = {"category": "hotel", "amount": "1", "valid_from": day(1)} | {field: value}
        with pytest.raises(policy.LimitInvalid):
            books.call("claims.limit.save", limits=limit)
