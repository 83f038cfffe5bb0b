"""Purchase orders: prices with and without tax, and suppliers whose card is not complete."""

from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.words import refusal_text
from erp_core.masters import order_lines
from erp_core.purchasing.orders import SupplierIncomplete, missing_fields
from tests.trading import counts, day


def place(books, lines, **head):
    given = {"document_on": day(5), "party": "S01", "warehouse": "W1", **head}
    return books.call("purchasing.order.place", documents=given, lines=lines)["numbers"]["1"]


def test_both_prices_are_kept_and_tax_is_derived(books):
    number = place(
        books,
        [
            {"item": "A", "quantity": 50, "unit_price": "11.13"},
            {"item": "A", "quantity": 3, "gross_price": "0.33", "promised_on": day(9)},
        ],
    )
    frame = books.sql("select * from rpt.document_line where number = $n order by line", n=number)
    assert frame.select("unit_price", "gross_price", "net", "tax", "gross").rows() == [
        tuple(Decimal(cell) for cell in row.split())
        for row in ("11.130000 12.576900 556.50 72.35 628.85", "0.292035 0.330000 0.88 0.11 0.99")
    ]


def test_an_incomplete_supplier_is_refused_naming_every_missing_field(books):
    books.call(
        "masters.party.save",
        parties=[{"code": "S09", "name": "某某供应商", "supplier": True, "phone": "0731-88888888"}],
    )
    books.call(
        "company.parameter.set",
        parameter="purchasing.required_supplier_fields",
        value="name,uscc,phone,bank_account",
        valid_from=day(1),
        reason="付款资料须齐全",
    )
    before = counts(books)
    with pytest.raises(SupplierIncomplete) as refused:
        place(books, [{"item": "A", "quantity": 1, "unit_price": "1"}], party="S09")
    assert refused.value.facts["fields"] == "uscc, bank_account"
    assert refused.value.facts["rule"] == "purchasing.required_supplier_fields"
    assert [row["field"] for row in refused.value.facts["missing"]] == ["uscc", "bank_account"]
    text, fix = refusal_text(refused.value, "zh")
    assert "某某供应商" in text
    assert fix
    assert counts(books).equals(before)


def test_the_precheck_is_a_list_of_party_and_field():
    cards = pl.DataFrame(
        {"code": ["S1", "S2"], "name": ["甲", "乙"], "phone": ["1", " "], "address": [None, "x"]},
        schema_overrides={"address": pl.String},
    )
    assert missing_fields(cards, ["phone", "address"]).rows() == [("S1", "甲", "address"), ("S2", "乙", "phone")]


def test_a_line_needs_a_price_and_the_party_must_be_a_supplier(books):
    with pytest.raises(order_lines.PriceMissing):
        place(books, [{"item": "A", "quantity": 1}])
    with pytest.raises(order_lines.NoSuchParty):
        place(books, [{"item": "A", "quantity": 1, "unit_price": "1"}], party="C01")


def test_the_lifecycle_is_that_of_the_trade(books):
    number = place(books, [{"item": "A", "quantity": 1, "unit_price": "1"}])
    books.call("purchasing.order.submit", numbers=number)
    books.call("purchasing.order.return", numbers=number, reason="请比价")
    books.call("purchasing.order.cancel", numbers=number, reason="不买了")
    assert books.sql("select status from rpt.document").item() == "cancelled"
