"""Price rules are known by their subject; only their price changes."""

import pytest

from erp_core.masters import refusals

RULE = {"kind": "quantity", "item": "A", "minimum_quantity": "10", "price": "9.5", "valid_from": "2026-01-01"}


def save(books, **changed):
    return books.call("masters.price_rule.save", rules=[RULE | changed])


def test_add_change_and_leave_alone(books):
    assert save(books)["added"] == 1
    assert save(books)["unchanged"] == 1
    assert save(books, price="9")["changed"] == 1
    assert save(books, minimum_quantity="100", price="8")["added"] == 1
    assert (
        books.database.root.sql("select count(distinct rule_id), min(price) from core.price_rule").fetchall()[0][0] == 2
    )


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"kind": "customer"}, refusals.RuleWithoutSubject),
        ({"kind": "level"}, refusals.RuleWithoutSubject),
        ({"kind": "customer", "party": "S01"}, refusals.UnknownCode),
        ({"item": "Z"}, refusals.UnknownCode),
        ({"price": "-1"}, refusals.WrongNumber),
        ({"price": ""}, refusals.MissingField),
        ({"kind": "whim"}, refusals.NotAChoice),
        ({"valid_to": "2025-12-31"}, refusals.EndsBeforeStart),
    ],
)
def test_refused(books, changed, refusal):
    with pytest.raises(refusal):
        save(books, **changed)


def test_the_same_subject_twice_is_refused(books):
    with pytest.raises(refusals.GivenTwice):
        books.call("masters.price_rule.save", rules=[RULE, RULE | {"price": "7"}])
