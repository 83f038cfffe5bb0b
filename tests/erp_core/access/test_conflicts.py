"""Duties that should be apart: found, refused when gained, signed when a small company has to."""

from datetime import date, timedelta

import pytest

from erp_core.access import refusals
from erp_core.foundation.session import business_today


def found(books, **asked):
    frame = books.report("access_conflicts", as_of=asked.get("as_of", business_today()))
    return frame.select("login", "rule", "state").rows()


def test_the_people_of_the_first_day_hold_nothing_that_should_be_apart(books):
    assert {(login, state) for login, _, state in found(books)} == {("owner", "nature")}


def test_a_conflict_gained_is_refused_and_named(books):
    with pytest.raises(refusals.ConflictGained) as refused:
        books.call("access.user.save", login="wang", name="王芳", roles=["cashier", "accountant"])
    assert refused.value.facts == {"login": "wang", "rules": "cash_bank, cash_books, cash_payables, cash_receivables"}
    with pytest.raises(refusals.ConflictGained):
        books.call("access.role.save", role="clerk", permissions=["sales.*"])
    assert {login for login, _, _ in found(books)} == {"owner"}


def test_a_small_company_signs_an_exception_with_a_reason(books):
    done = books.call(
        "access.user.save",
        login="wang",
        name="王芳",
        roles=["cashier", "accountant"],
        accept_reason="小微企业，仅一名财务，老板月末复核",
        accept_until=date(2099, 12, 31),
    )
    assert done["signed"] == ["cash_bank", "cash_books", "cash_payables", "cash_receivables"]
    rows = [row for row in found(books) if row[0] == "wang"]
    assert {state for _, _, state in rows} == {"signed"} and len(rows) == 4
    assert {state for login, _, state in found(books, as_of=date(2100, 1, 1)) if login == "wang"} == {"expired"}
    # What was there before is not gained again by another change.
    books.call("access.user.save", login="wang", name="王芳芳")


def test_the_owner_alone_can_do_everything_and_is_told_of_it(books):
    everything = [rule for login, rule, state in found(books) if (login, state) == ("owner", "nature")]
    assert len(everything) == books.database.root.execute("select count(*) from core.conflict_rule").fetchall()[0][0]
    books.call("access.user.save", login="boss", name="老板", roles=["owner"])


def test_an_exception_is_signed_by_another(books):
    hands = books.as_user("administrator")
    with pytest.raises(refusals.ExceptionInvalid):
        hands.call("access.conflict.accept", rule="cash_books", login="administrator", reason="x")
    with pytest.raises(refusals.ExceptionInvalid):
        hands.call(
            "access.conflict.accept",
            rule="cash_books",
            login="accountant",
            reason="x",
            valid_to=business_today() - timedelta(days=1),
        )
    with pytest.raises(refusals.UnknownConflict):
        hands.call("access.conflict.accept", rule="moon", login="accountant", reason="x")
    done = hands.call("access.conflict.accept", rule="cash_books", login="accountant", reason="代班一月")
    assert done["valid_to"] == str(business_today() + timedelta(days=365))
    books.call("access.role.save", role="stand_in", permissions=["finance.payment.pay"])
    with pytest.raises(refusals.ConflictGained) as refused:
        books.call("access.user.save", login="accountant", roles=["accountant", "stand_in"])
    assert refused.value.facts["rules"] == "cash_bank, cash_payables"


def test_a_rule_of_ones_own(books):
    books.call(
        "access.conflict.save",
        rule="price_order",
        first="masters.price_rule.save",
        second="sales.order.place",
        name_zh="定价与接单",
        name_en="Prices and orders",
    )
    books.call("access.role.save", role="pricer", permissions=["masters.price_rule.*"])
    with pytest.raises(refusals.ConflictGained):
        books.call("access.user.save", login="clerk", roles=["clerk", "pricer"])
    books.call(
        "access.conflict.save",
        rule="price_order",
        first="masters.price_rule.save",
        second="sales.order.place",
        name_zh="定价与接单",
        name_en="Prices and orders",
        active=False,
    )
    books.call("access.user.save", login="clerk", roles=["clerk", "pricer"])
    with pytest.raises(refusals.UnknownPermission):
        books.call(
            "access.conflict.save", rule="x", first="moon.land", second="sales.order.place", name_zh="x", name_en="x"
        )
