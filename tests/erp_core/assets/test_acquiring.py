"""Cards of what was bought: booked once, charged from the month after, by department, exact to the cent."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.foundation.errors import Refusal
from tests import by_hand
from tests.erp_core.assets.conftest import booked, desk, reach, register, schedule_of, untied


def test_bought_and_paid_with_its_voucher(books):
    done = books.call("assets.card.acquire", cards=[desk(tax="1560")])
    asset = done["numbers"]["1"]
    assert (asset, done["vouchers"]) == ("FA-00001", {"FA-00001": "记-1"})
    assert booked(books, asset) == [("1601", "12000.00"), ("22210101", "1560.00"), ("1002", "-13560.00")]
    plan = schedule_of(books, asset)
    assert (min(plan), max(plan), len(plan)) == ("2026-02", "2029-01", 36)
    assert plan["2026-02"] == Decimal("316.67")
    assert plan["2029-01"] == Decimal("316.55")
    reach(books, "2026-03")
    row = register(books, "2026-03")[asset]
    assert [str(row[name]) for name in ("value", "accumulated", "carrying", "residual", "charge", "months_used", "months_left")] == [
        "12000.00", "633.34", "11366.66", "600.00", "316.67", "2", "34",
    ]  # fmt: skip
    assert untied(books, "2026-01") == []


def test_owed_to_a_supplier_it_waits_as_an_open_item(books):
    card = desk(
        tax="1560", credit_account="220201", party="S01", reference="设-1", due_on=date(2026, 3, 1), supplier="S01"
    )
    books.call("assets.card.acquire", cards=[card])
    items = books.sql("select party, reference, due_on, amount from rpt.open_item").row(0)
    assert items == ("S01", "设-1", date(2026, 3, 1), Decimal("-13560.00"))


def test_several_departments_bear_a_card_by_weight(books):
    books.call(
        "masters.department.save", departments=[{"code": "D2", "name": "仓储部"}, {"code": "D3", "name": "行政"}]
    )
    shares = [
        {"department": "D1", "weight": 1, "expense_account": "560106"},
        {"department": "D2", "weight": 1},
        {"department": "D3", "weight": 1},
    ]
    asset = books.call("assets.card.acquire", cards=[desk()], shares=shares)["numbers"]["1"]
    rows = books.report("asset_charges", from_period="2026-02", to_period="2026-02").to_dicts()
    # 316.67 / 3 = 105.5566…, the missing cents go to the first
    assert [(r["department"], r["expense_account"], str(r["amount"])) for r in rows] == [
        ("D1", "560106", "105.56"), ("D2", "560207", "105.56"), ("D3", "560207", "105.55"),
    ]  # fmt: skip
    assert sum(schedule_of(books, asset).values()) == Decimal("11400.00")


def test_in_use_for_months_before_it_came_into_the_books(books):
    """Put to use in January, entered in April: April takes February to April, and the life ends when it would have."""
    asset = books.call("assets.card.acquire", cards=[desk(acquired_on=date(2026, 4, 2))])["numbers"]["1"]
    plan = schedule_of(books, asset)
    assert (plan["2026-04"], min(plan), max(plan)) == (Decimal("950.01"), "2026-04", "2029-01")
    assert register(books, "2026-04")[asset]["months_used"] == 3


def test_an_intangible_is_charged_from_its_own_month(books):
    card = desk(name="软件", category="INTANGIBLE", value="12000", life_months=120)
    asset = books.call("assets.card.acquire", cards=[card])["numbers"]["1"]
    assert min(schedule_of(books, asset)) == "2026-01"
    assert booked(books, asset) == [("1701", "12000.00"), ("1002", "-12000.00")]


def test_the_value_a_posted_voucher_brought(books):
    by_hand.post(books, date(2026, 1, 8), "购设备", ("1601", 20000, ""), ("1002", "", 20000))
    books.call("assets.card.acquire", cards=[desk(voucher="2026-01 记-1")])
    assert untied(books, "2026-01") == [
        {"account": "1601", "account_name": "固定资产", "cards": Decimal("12000.00"), "uncharged": Decimal("0.00"),
         "ledger": Decimal("20000.00"), "difference": Decimal("-8000.00")}
    ]  # fmt: skip
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.acquire", cards=[desk(voucher="2026-01 记-1", value="8000.01")])
    assert refused.value.code == "VoucherWithoutAsset"
    books.call("assets.card.acquire", cards=[desk(voucher="2026-01 记-1", value="8000")])
    assert untied(books, "2026-01") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": "X"}, "AssetCategoryUnknown"),
        ({"category": None}, "ValueMissing"),
        ({"value": "0"}, "AssetFieldWrong"),
        ({"value": "-1"}, "AssetFieldWrong"),
        ({"value": 1.5}, "BinaryFraction"),
        ({"residual": "12000.01"}, "AssetFieldWrong"),
        ({"life_months": 0}, "AssetFieldWrong"),
        ({"life_months": 99999}, "AssetFieldWrong"),
        ({"method": "magic"}, "AssetFieldWrong"),
        ({"quantity": 0}, "AssetFieldWrong"),
        ({"department": "X"}, "NoSuchPlace"),
        ({"custodian": "X"}, "NoSuchPlace"),
        ({"supplier": "X"}, "NoSuchParty"),
        ({"expense_account": "5602"}, "AssetAccountWrong"),
        ({"credit_account": "9999"}, "NoSuchAccount"),
        ({"acquired_on": date(2025, 12, 31)}, "PeriodUnknown"),
        ({"acquired_on": "2026-13-01"}, "ValueUnreadable"),
        ({"colour": "red"}, "NoSuchColumn"),
        ({"voucher": "2026-01 记-99"}, "VoucherWithoutAsset"),
        ({"tax": "-1"}, "AssetFieldWrong"),
    ],
)
def test_bad_cards_are_refused_and_change_nothing(books, change, code):
    acts = books.sql("select count(*) as n from rpt.act")["n"][0]
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.acquire", cards=[desk(), desk(**change)])
    assert refused.value.code == code
    assert books.report("asset_register", period="2026-01").is_empty()
    assert books.sql("select count(*) as n from rpt.act")["n"][0] == acts


def test_numbers_of_ones_own_and_drawn_ones_do_not_meet(books):
    done = books.call("assets.card.acquire", cards=[desk(asset="FA-00001"), desk()])
    assert list(done["numbers"].values()) == ["FA-00001", "FA-00002"]
    for cards, code in (
        ([desk(asset="FA-00002")], "AssetExists"),
        ([desk(asset="A"), desk(asset="A")], "AssetNamedTwice"),
    ):
        with pytest.raises(Refusal) as refused:
            books.call("assets.card.acquire", cards=cards)
        assert refused.value.code == code


def test_categories_are_data(books):
    books.call(
        "assets.category.save",
        categories=[{"code": "LAB", "name": "检测设备", "method": "double_declining", "life_months": 60, "residual_rate": "0.04",
                     "asset_account": "1601", "depreciation_account": "1602", "expense_account": "560106"}],
    )  # fmt: skip
    asset = books.call("assets.card.acquire", cards=[desk(category="LAB", value="500000", residual="8000")])["numbers"][
        "1"
    ]
    assert schedule_of(books, asset)["2026-02"] == Decimal("16666.67")
    for change, code in (
        ({"residual_rate": "1"}, "AssetFieldWrong"),
        ({"life_months": "0"}, "WrongNumber"),
        ({"asset_account": "5602"}, "AssetAccountWrong"),
        ({"kind": "toy"}, "NotAChoice"),
    ):
        with pytest.raises(Refusal) as refused:
            books.call("assets.category.save", categories=[{"code": "LAB"} | change])
        assert refused.value.code == code


def test_a_card_out_of_a_bill(books):
    """Ten chairs on one line: three become a card, then the rest; the value leaves the account of the bill."""
    books.call(
        "masters.item.save",
        items=[{"code": "CHAIR", "name": "办公椅", "unit": "把", "kind": "service", "cost_account": "560205"}],
    )
    order = books.call(
        "purchasing.order.place",
        documents={"document_on": "2026-01-05", "party": "S01", "warehouse": "W1"},
        lines=[
            {"item": "CHAIR", "quantity": 10, "unit_price": "33.333"},
            {"item": "B", "quantity": 1, "unit_price": "9"},
        ],
    )["numbers"]["1"]
    books.call("purchasing.order.submit", numbers=order)
    books.call("purchasing.order.approve", numbers=order)
    receipt = books.call("purchasing.receipt.receive", documents={"order": order, "document_on": "2026-01-06"})[
        "numbers"
    ]["1"]
    bill = books.call(
        "purchasing.bill.book", documents={"receipt": receipt, "document_on": "2026-01-07", "reference": "F1"}
    )["numbers"]["1"]
    usual = {"bill": bill, "bill_line": 1, "category": "TOOL", "started_on": "2026-01-08", "department": "D1"}
    first = books.call("assets.card.from_bill", cards=[usual | {"bill_quantity": 3}])["numbers"]["1"]
    # 333.33 × 3 / 10 = 99.999
    assert booked(books, first) == [("1601", "100.00"), ("560205", "-100.00")]
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.from_bill", cards=[usual | {"bill_quantity": 8}])
    assert refused.value.code == "BillLineUsed"
    rest = books.call("assets.card.from_bill", cards=[usual])["numbers"]["1"]
    assert booked(books, rest) == [("1601", "233.33"), ("560205", "-233.33")]
    row = register(books, "2026-01")[rest]
    assert (row["name"], row["supplier"], str(row["quantity"]), row["origin"]) == ("办公椅", "S01", "7.000000", "bill")
    for change, code in (
        ({}, "BillLineUsed"),
        ({"bill_line": 9}, "BillLineUnknown"),
        ({"bill_line": 2}, "BillLineIsStock"),
        ({"bill": "X"}, "UnknownDocument"),
    ):
        with pytest.raises(Refusal) as refused:
            books.call("assets.card.from_bill", cards=[usual | change])
        assert refused.value.code == code


def test_a_small_scale_taxpayer_deducts_nothing(tmp_path):
    import erp_core

    with erp_core.create(
        tmp_path / "s.duckdb", company="小店", standard="sbe", start="2026-01", taxpayer="small"
    ) as books:
        with pytest.raises(Refusal) as refused:
            books.call("assets.card.acquire", cards=[desk(department=None, tax="1")])
        assert refused.value.code == "TaxNotDeductible"
