"""Paying claims: the voucher by rule, advances first, each event once, and red corrections that free the invoice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from erp_core.claims import advances, categories, paying
from erp_core.claims.invoices import InvoiceClaimed
from erp_core.foundation.errors import Refusal
from tests.erp_core.claims.spending import advance, claim, line, status, voucher, write
from tests.trading import day, one


@pytest.fixture
def ready(books):
    """Sales books its travel as selling expense; the others as administrative."""
    books.call("masters.department.save", departments=[{"code": "D11", "name": "销售一组", "parent": "D1"}])
    books.call("claims.account.save", accounts=[{"category": "transport", "department": "D1", "account": "560105"}])
    return books


TRIP = ({"category": "transport", "receipt": "rail", "gross": "545"}, {"category": "office", "gross": "100"})


def trip():
    return [line(**part) for part in TRIP]


def test_the_voucher_of_a_claim(ready):
    number = claim(ready, "approved", *trip(), department="D11")
    made = ready.call("claims.claim.pay", numbers=number, on=day(12), account="1001")
    assert (made["paid"], made["advance"], made["vouchers"][number]) == ("645.00", "0.00", "记-1")
    assert voucher(ready, number) == [
        ("560105", "D11", "E1", "500.00", "0.00"),
        ("560205", "D11", "E1", "100.00", "0.00"),
        ("22210101", "", "", "45.00", "0.00"),
        ("1001", "", "", "0.00", "645.00"),
    ]
    with pytest.raises(Refusal):
        ready.call("claims.claim.pay", numbers=number, on=day(12))


def test_the_open_advance_goes_first(ready):
    advance(ready, "500")
    first, second = claim(ready, "approved", line("300")), claim(ready, "approved", line("300"))
    waiting = ready.report("claims_unpaid", as_of=day(20))
    assert dict(waiting.select("number", "to_pay").rows()) == {first: Decimal(0), second: Decimal(100)}
    made = ready.call("claims.claim.pay", numbers=[first, second], on=day(12))
    assert (made["advance"], made["paid"]) == ("500.00", "100.00")
    assert voucher(ready, first)[1:] == [("1221", "", "E1", "0.00", "300.00")]
    assert voucher(ready, second)[1:] == [("1221", "", "E1", "0.00", "200.00"), ("1002", "", "", "0.00", "100.00")]
    assert ready.report("advances_open", as_of=day(31)).is_empty()


def test_what_is_left_of_an_advance_is_given_back(ready):
    advance(ready, "500", due_on=day(8))
    claim(ready, "paid", line("320"))
    row = ready.report("advances_open", as_of=day(16)).row(0, named=True)
    assert (row["given"], row["set_off"], row["balance"], row["overdue"], row["days"]) == (
        Decimal(500), Decimal(320), Decimal(180), Decimal(180), 10,
    )  # fmt: skip
    with pytest.raises(advances.RefundTooMuch):
        ready.call("claims.advance.give_back", employee="E1", amount="180.01", on=day(16))
    made = ready.call("claims.advance.give_back", employee="E1", amount="180", on=day(16), account="1001")
    assert voucher(ready, one(made)) == [("1001", "", "", "180.00", "0.00"), ("1221", "", "E1", "0.00", "180.00")]
    assert ready.report("advances_open", as_of=day(31)).is_empty()
    assert ready.check().filter(ready.check()["ok"].not_()).is_empty()


def test_how_much_of_the_advance_is_used_can_be_said(ready):
    advance(ready, "500")
    numbers = [claim(ready, "approved", line("300")) for _ in range(2)]
    for value, refusal in (
        ("301", paying.AdvanceTooMuch),
        ("much", paying.AdvanceUnclear),
        ("-1", paying.AdvanceUnclear),
    ):
        with pytest.raises(refusal):
            ready.call("claims.claim.pay", numbers=numbers[0], on=day(12), advance=value)
    with pytest.raises(paying.AdvanceUnclear):
        ready.call("claims.claim.pay", numbers=numbers, on=day(12), advance="10")
    assert ready.call("claims.claim.pay", numbers=numbers[0], on=day(12), advance="none")["advance"] == "0.00"
    assert ready.call("claims.claim.pay", numbers=numbers[1], on=day(12), advance="120")["paid"] == "180.00"


def test_where_and_when_money_may_go(ready):
    number = claim(ready, "approved")
    for more, refusal in (
        ({"account": "5602"}, paying.NotCash),
        ({"account": "1122"}, paying.NotCash),
        ({"on": day(9)}, paying.PaidTooEarly),
    ):
        with pytest.raises(refusal):
            ready.call("claims.claim.pay", numbers=number, **({"on": day(12)} | more))
        assert status(ready, number) == "approved"
    ready.call("claims.claim.pay", numbers=number, on=day(3, 2))


def test_a_category_without_account_stops_the_payment(ready):
    ready.call("claims.category.save", categories={"code": "gift", "name_zh": "礼品"})
    number = claim(ready, "approved", line(category="gift"))
    with pytest.raises(categories.NoExpenseAccount):
        ready.call("claims.claim.pay", numbers=number, on=day(12))
    with pytest.raises(categories.NotAnExpenseAccount):
        ready.call("claims.account.save", accounts={"category": "gift", "account": "5602"})
    ready.call("claims.account.save", accounts={"category": "gift", "account": "560202"})
    ready.call("claims.claim.pay", numbers=number, on=day(12))


def test_a_red_claim_frees_its_invoice_and_leaves_the_money_with_the_employee(ready):
    number = claim(ready, "paid", line("545", category="transport", receipt="rail", invoice_number="RAIL1"))
    with pytest.raises(InvoiceClaimed):
        write(ready, line(invoice_number="RAIL1"))
    ready.call("claims.claim.reverse", number=number, on=day(13), reason="应为一等座")
    assert voucher(ready, number)[3:] == [
        ("560105", "D1", "E1", "-500.00", "0.00"),
        ("22210101", "", "", "-45.00", "0.00"),
        ("1221", "", "E1", "545.00", "0.00"),
    ]
    again = claim(ready, "approved", line("600", category="transport", receipt="rail", invoice_number="RAIL1"))
    assert ready.call("claims.claim.pay", numbers=again, on=day(14))["paid"] == "55.00"
    assert ready.report("claim_invoices", invoice_number="RAIL1").select("number", "held", "freed_why").rows() == [
        (number, False, "应为一等座"),
        (again, True, ""),
    ]
    assert ready.check().filter(ready.check()["ok"].not_()).is_empty()


def test_a_payment_that_never_arrived_is_red_on_the_bank_too(ready):
    number = claim(ready, "paid")
    ready.call("claims.claim.reverse", number=number, on=day(13), reason="账号错误退回", money_back=True)
    assert voucher(ready, number)[2:] == [
        ("560205", "D1", "E1", "-300.00", "0.00"),
        ("1002", "", "", "0.00", "-300.00"),
    ]


def test_reports_add_up(ready):
    claim(ready, "paid", *trip())
    claim(ready, "submitted", line("88", category="office"))
    claim(ready, "draft", line("999"))
    by = ready.report("claim_analysis", by="category")
    assert dict(by.select("code", "gross").rows()) == {"transport": Decimal(545), "office": Decimal(188)}
    assert by["paid"].sum() == Decimal(645)
    for dimension in ("department", "project", "employee", "month"):
        assert ready.report("claim_analysis", by=dimension)["gross"].sum() == Decimal(733)
    kinds = set(ready.report("claim_choices")["kind"])
    assert kinds == {"category", "receipt", "department", "employee"}
