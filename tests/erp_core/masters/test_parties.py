"""Customers and suppliers: added, changed, refused, warned of."""

from decimal import Decimal

import polars as pl
import pytest
from stdnum.cn import uscc

from erp_core.masters import refusals

GOOD = "91430100MA4L16JQ8"
NUMBER = GOOD + uscc.calc_check_digit(GOOD)


def save(books, *parties):
    return books.call("masters.party.save", parties=list(parties))


def card(books, code):
    return (
        books.database.root.sql("select * from core.party where code = $code", params={"code": code})
        .pl()
        .row(0, named=True)
    )


def test_add_change_and_leave_alone(books):
    first = {"code": "N1", "name": "长沙五金", "customer": True, "credit_days": 60}
    assert save(books, first)["added"] == 1
    again = save(books, first, {"code": "N2", "name": "株洲建材"})
    assert (again["added"], again["changed"], again["unchanged"]) == (1, 0, 1)
    assert save(books, {"code": "N1", "phone": "0731-88881234"})["changed"] == 1
    assert card(books, "N1")["credit_days"] == 60, "a column that is not given keeps what it was"
    assert card(books, "N1")["name"] == "长沙五金"


def test_a_frame_saves_like_rows(books):
    frame = pl.DataFrame({"code": ["N1", "N2"], "name": ["甲", "乙"], "credit_limit": [Decimal("10.5"), None]})
    assert books.call("masters.party.save", parties=frame)["added"] == 2
    assert card(books, "N1")["credit_limit"] == Decimal("10.50")
    assert card(books, "N2")["credit_limit"] is None


def test_normal_forms(books):
    save(
        books,
        {
            "code": " Ｎ０１ ",
            "name": "  长沙  五金 ",
            "uscc": f"{NUMBER.lower()} ",
            "phone": "+86 138 1234-5678",
            "supplier": "是",
        },
    )
    kept = card(books, "N01")
    assert kept["name"] == "长沙 五金"
    assert kept["uscc"] == NUMBER
    assert kept["phone"] == "13812345678"
    assert kept["supplier"] is True


def test_a_wrong_tax_number_is_refused_with_its_row(books):
    wrong = GOOD + ("0" if NUMBER[-1] != "0" else "1")
    with pytest.raises(refusals.WrongTaxNumber) as no:
        save(books, {"code": "N1", "name": "甲"}, {"code": "N2", "name": "乙", "uscc": wrong})
    assert (no.value.facts["row"], no.value.facts["code"]) == (2, "N2")
    assert books.database.root.sql("select count(*) from core.party where code in ('N1', 'N2')").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("party", "refusal"),
    [
        ({"code": "N1"}, refusals.MissingField),
        ({"code": "", "name": "甲"}, refusals.MissingField),
        ({"name": "甲"}, refusals.MissingField),
        ({"code": "N1", "name": "甲", "status": "good"}, refusals.NotAChoice),
        ({"code": "N1", "name": "甲", "credit_limit": "许多"}, refusals.UnreadableValue),
        ({"code": "N1", "name": "甲", "credit_days": -1}, refusals.WrongNumber),
        ({"code": "N1", "name": "甲", "employee": "E9"}, refusals.UnknownCode),
        ({"code": "N1", "name": "甲", "colour": "red"}, refusals.UnknownColumn),
    ],
)
def test_refused(books, party, refusal):
    with pytest.raises(refusal):
        save(books, party)


def test_the_same_code_twice_in_one_set_is_refused(books):
    with pytest.raises(refusals.GivenTwice) as no:
        save(books, {"code": "N1", "name": "甲"}, {"code": "N1 ", "name": "乙"})
    assert no.value.facts["lines"] == "1, 2"


def test_doubles_are_warned_of_not_refused(books):
    save(books, {"code": "N1", "name": "长沙市五金有限公司", "phone": "0731-88881234", "uscc": NUMBER})
    warned = save(
        books,
        {"code": "N2", "name": "长沙市五金 (有限责任公司)"},
        {"code": "N3", "name": "别家", "phone": "（0731）8888 1234"},
        {"code": "N4", "name": "又一家", "uscc": NUMBER},
    )["warnings"]
    assert {(w["code"], w["like"], w["why"]) for w in warned} == {
        ("N2", "N1", "name"),
        ("N3", "N1", "phone"),
        ("N4", "N1", "uscc"),
    }


def test_a_changed_bank_account_is_told(books):
    save(books, {"code": "N1", "name": "甲", "bank_account": "6222 0001"})
    warned = save(books, {"code": "N1", "bank_account": "6222 9999"})["warnings"]
    assert warned == [{"code": "N1", "like": "6222 0001", "why": "bank_account"}]
