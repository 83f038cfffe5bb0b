"""Changes hold forward: months charged before stay as they were, what is carried is spread over what is left."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.errors import Refusal
from tests.erp_core.assets.conftest import booked, desk, reach, register, schedule_of, untied

MARCH = date(2026, 3, 10)


def bought(books, **more) -> str:
    return books.call("assets.card.acquire", cards=[desk(**more)])["numbers"]["1"]


def test_a_longer_life_from_the_month_after(books):
    asset = bought(books)
    before = schedule_of(books, asset)
    done = books.call(
        "assets.card.reestimate",
        changes=[{"asset": asset, "happened_on": MARCH, "life_months": 48, "residual": "240"}],
        reason="延长使用",
    )
    after = schedule_of(books, asset)
    assert {p: after[p] for p in ("2026-02", "2026-03")} == {p: before[p] for p in ("2026-02", "2026-03")}
    # 12,000 - 633.34 - 240 = 11,126.66 over 46 months: 241.88, the last 241.94… to the cent
    assert done["cards"][asset] == {"from_period": "2026-04", "charge": "241.88"}
    assert (len(after), after["2030-01"]) == (48, Decimal("11126.66") - 45 * Decimal("241.88"))
    assert sum(after.values()) == Decimal(12000) - 240
    rows = books.report("asset_history", asset=asset).to_dicts()
    assert [(row["kind"], row["from_period"], row["life_months"]) for row in rows] == [
        ("acquire", "2026-02", 36), ("estimate", "2026-04", 48),
    ]  # fmt: skip


def test_another_method_and_the_same_month(books):
    asset = bought(books, value="60000", residual="0", life_months=60)
    books.call(
        "assets.card.reestimate",
        changes=[{"asset": asset, "happened_on": MARCH, "method": "sum_of_years", "from_period": "2026-03"}],
        reason="更快报废",
    )
    after = schedule_of(books, asset)
    # 59,000 over 59 months by digits: the first year weighs 59×12 of 1,943 (59, 47, 35, 23 × 12 and 11 × 11 … 59+47+35+23=164×12+121)
    year = (Decimal(59000) * 59 * 12 / (164 * 12 + 121)).quantize(Decimal("0.01"))
    assert after["2026-02"] == Decimal("1000.00")
    assert sum(after[f"2026-{m:02}"] for m in range(3, 13)) + after["2027-01"] + after["2027-02"] == year


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"life_months": 2}, "LifeUsedUp"),
        ({"life_months": 36}, "NothingChanges"),
        ({}, "NothingChanges"),
        ({"residual": "99999"}, "AmountBeyondCarrying"),
        ({"life_months": 48, "from_period": "2026-02"}, "AssetMonthTooEarly"),
        ({"life_months": 48, "from_period": "soon"}, "AssetFieldWrong"),
        ({"life_months": 48, "happened_on": date(2026, 1, 9)}, "AssetActTooEarly"),
        ({"life_months": 48, "happened_on": date(2025, 1, 9)}, "PeriodUnknown"),
        ({"life_months": 48, "asset": "X"}, "AssetUnknown"),
    ],
)
def test_what_cannot_be(books, change, code):
    asset = bought(books)
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.reestimate", changes=[{"asset": asset, "happened_on": MARCH} | change], reason="x")
    assert refused.value.code == code


def test_handed_over_the_charge_follows_the_month_after(books):
    books.call("masters.department.save", departments=[{"code": "D2", "name": "仓储部"}])
    asset = bought(books)
    total = schedule_of(books, asset)
    books.call(
        "assets.card.transfer",
        transfers=[
            {
                "asset": asset,
                "happened_on": MARCH,
                "department": "D2",
                "expense_account": "560106",
                "location": "二楼",
                "custodian": "E1",
            }
        ],
        reason="调拨",
    )
    rows = books.report("asset_charges", from_period="2026-03", to_period="2026-04").to_dicts()
    assert [(r["period"], r["department"], r["expense_account"], str(r["amount"])) for r in rows] == [
        ("2026-03", "D1", "560207", "316.67"), ("2026-04", "D2", "560106", "316.67"),
    ]  # fmt: skip
    assert schedule_of(books, asset) == total
    row = register(books, "2026-01")[asset]
    assert (row["department"], row["location"], row["custodian_name"]) == ("D2", "二楼", "张三")


def test_value_added_is_booked_and_spread(books):
    asset = bought(books)
    reach(books, "2026-04")
    done = books.call(
        "assets.card.improve",
        additions=[{"asset": asset, "happened_on": MARCH, "amount": "3400", "tax": "442"}],
        reason="扩容",
    )
    # 12,000 - 633.34 + 3,400 - 600 = 14,166.66 over 34 months
    assert done["cards"][asset]["charge"] == "416.67"
    assert booked(books, asset)[2:] == [("1601", "3400.00"), ("22210101", "442.00"), ("1002", "-3842.00")]
    assert str(register(books, "2026-04")[asset]["value"]) == "15400.00"
    assert untied(books, "2026-04") == []


def test_impairment_only_under_asbe(books, asbe):
    asset = bought(books)
    with pytest.raises(Refusal) as refused:
        books.call(
            "assets.card.impair", impairments=[{"asset": asset, "happened_on": MARCH, "amount": "1"}], reason="x"
        )
    assert refused.value.code == "ImpairmentNotAllowed"
    other = bought(asbe)
    with pytest.raises(Refusal) as refused:
        asbe.call(
            "assets.card.impair", impairments=[{"asset": other, "happened_on": MARCH, "amount": "11366.67"}], reason="x"
        )
    assert refused.value.code == "AmountBeyondCarrying"
    done = asbe.call(
        "assets.card.impair", impairments=[{"asset": other, "happened_on": MARCH, "amount": "4566.66"}], reason="跌价"
    )
    # 12,000 - 633.34 - 4,566.66 - 600 = 6,200 over 34 months
    assert done["cards"][other]["charge"] == "182.35"
    assert booked(asbe, other)[2:] == [("6701", "4566.66"), ("1603", "-4566.66")]
    row = register(asbe, "2026-03")[other]
    assert (str(row["impairment"]), str(row["carrying"])) == ("4566.66", "6800.00")


def test_split_in_parts_that_charge_together_what_the_whole_would(books):
    asset = bought(books, value="10000", quantity=3, residual="333.33", method="double_declining", life_months=60)
    whole = schedule_of(books, asset)
    done = books.call(
        "assets.card.split",
        parts=[
            {"asset": asset, "happened_on": MARCH, "quantity": 1, "name": "甲"},
            {"asset": asset, "happened_on": MARCH, "quantity": 1, "value": "3333.34"},
        ],
        reason="分开管理",
    )
    parts = [schedule_of(books, number) for number in [asset, *done["numbers"]]]
    for period, amount in whole.items():
        assert sum(part.get(period, Decimal(0)) for part in parts) == amount
    assert all(min(part.values()) >= 0 for part in parts)
    rows = register(books, "2026-01")
    assert len(rows) == 1
    reach(books, "2026-03")
    rows = register(books, "2026-03")
    assert [str(row["value"]) for row in rows.values()] == ["3333.33", "3333.33", "3333.34"]
    assert [str(row["quantity"]) for row in rows.values()] == ["1.000000"] * 3
    assert sum(row["residual"] for row in rows.values()) == Decimal("333.33")
    assert untied(books, "2026-03") == []
    wrong = books.check().filter(pl.col("ok").not_())
    assert wrong.is_empty(), wrong.to_dicts()


@pytest.mark.parametrize(
    ("part", "code"),
    [({"value": "12000"}, "SplitAmounts"), ({"value": "0"}, "AssetFieldWrong"), ({"quantity": -1}, "AssetFieldWrong")],
)
def test_a_split_that_leaves_nothing(books, part, code):
    asset = bought(books)
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.split", parts=[{"asset": asset, "happened_on": MARCH} | part], reason="x")
    assert refused.value.code == code


def test_what_a_card_says_besides_amounts(books):
    asset = bought(books)
    books.call("assets.card.describe", cards=[{"asset": asset, "name": "电脑 B", "custodian": "E1"}])
    row = register(books, "2026-01")[asset]
    assert (row["name"], row["custodian"]) == ("电脑 B", "E1")
    changes = books.sql("select table_name, field from rpt.change").to_dicts()
    assert {"name", "custodian"} <= {row["field"] for row in changes if row["table_name"] == "asset"}
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.describe", cards=[{"asset": asset, "name": " "}])
    assert refused.value.code == "ValueMissing"
