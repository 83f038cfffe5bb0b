"""Disposals through 1606: charged for the month they go in, with proceeds, tax, cost and result, and nothing left."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.foundation.errors import Refusal
from tests.erp_core.assets.conftest import booked, desk, reach, register, schedule_of, untied

MARCH = date(2026, 3, 10)


def bought(books, **more) -> str:
    return books.call("assets.card.acquire", cards=[desk(**more)])["numbers"]["1"]


def dispose(books, card: str, **more):
    return books.call(
        "assets.card.dispose", disposals=[{"asset": card, "happened_on": MARCH} | more], reason="更新换代"
    )


def test_sold_with_tax_cost_and_gain(books):
    asset = bought(books)
    done = dispose(books, asset, proceeds="13560", tax_code="S13", cost="100")
    # 12,000 - 2 × 316.67 = 11,366.66; 12,000 - 11,366.66 - 100 = 533.34
    assert done["results"][asset] == {"carrying": "11366.66", "result": "533.34"}
    assert booked(books, asset)[2:] == [
        ("1606", "11366.66"), ("1602", "633.34"), ("1601", "-12000.00"),
        ("1002", "13560.00"), ("1606", "-12000.00"), ("22210107", "-1560.00"),
        ("1606", "100.00"), ("1002", "-100.00"),
        ("1606", "533.34"), ("530104", "-533.34"),
    ]  # fmt: skip
    assert len(done["vouchers"][asset]) == 4
    flows = books.sql(
        "select cash_flow, debit - credit as amount from rpt.voucher_line where source_number = $a and account = '1002'",
        a=asset,
    )
    # Bought in line 12; what the disposal brings and costs nets in line 10.
    assert [(line, str(amount)) for line, amount in flows.rows()] == [
        ("12", "-12000.00"),
        ("10", "13560.00"),
        ("10", "-100.00"),
    ]
    assert max(schedule_of(books, asset)) == "2026-03"
    assert untied(books, "2026-03") == []
    assert register(books, "2026-03") == {}
    gone = register(books, "2026-03", state="disposed")[asset]
    assert (str(gone["value"]), str(gone["carrying"])) == ("0.00", "0.00")
    assert register(books, "2026-01")[asset]["status"] == "in_use"


def test_scrapped_at_a_loss(books):
    asset = bought(books)
    assert dispose(books, asset)["results"][asset]["result"] == "-11366.66"
    assert booked(books, asset)[-2:] == [("571107", "11366.66"), ("1606", "-11366.66")]


def test_lost_through_negligence_gives_input_tax_back(books):
    asset = bought(books)
    dispose(books, asset, way="loss", tax_out="1477.67")
    assert ("22210109", "-1477.67") in booked(books, asset)
    assert booked(books, asset)[-2:] == [("571107", "12844.33"), ("1606", "-12844.33")]


def test_gone_in_the_month_it_came(books):
    asset = bought(books)
    books.call(
        "assets.card.dispose",
        disposals=[{"asset": asset, "happened_on": date(2026, 1, 31), "proceeds": "12000", "tax": "0"}],
        reason="退回",
    )
    assert schedule_of(books, asset) == {}
    assert untied(books, "2026-01") == []


def test_an_intangible_goes_without_1606_and_is_not_charged_for_its_last_month(books):
    asset = bought(books, name="软件", category="INTANGIBLE", value="12000")
    dispose(books, asset, proceeds="10600", tax_code="S6")
    # Charged 100.00 for January and February; March no more.
    assert booked(books, asset)[2:] == [
        ("1702", "200.00"), ("1701", "-12000.00"), ("1002", "10600.00"), ("22210107", "-600.00"), ("571107", "1800.00"),
    ]  # fmt: skip
    reach(books, "2026-03")
    assert untied(books, "2026-03") == []


def test_gains_and_losses_under_asbe(asbe):
    sold, scrapped = bought(asbe), bought(asbe)
    dispose(asbe, sold, proceeds="13560", tax="1560")
    dispose(asbe, scrapped)
    assert booked(asbe, sold)[-1] == ("6115", "-633.34")
    assert booked(asbe, scrapped)[-2] == ("6711", "11366.66")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"proceeds": "100"}, "DisposalTaxUnsaid"),
        ({"proceeds": "100", "tax": "101"}, "AssetFieldWrong"),
        ({"proceeds": "-1", "tax": "0"}, "AssetFieldWrong"),
        ({"proceeds": "100", "tax_code": "P13"}, "TaxCodeNotSales"),
        ({"proceeds": "100", "tax_code": "X"}, "TaxCodeNotSales"),
        ({"way": "gift"}, "AssetFieldWrong"),
        ({"happened_on": date(2026, 1, 1)}, "AssetActTooEarly"),
        ({"asset": "X"}, "AssetUnknown"),
        ({"asset": None}, "ValueMissing"),
    ],
)
def test_what_cannot_be(books, more, code):
    asset = bought(books)
    vouchers = books.sql("select count(*) as n from rpt.voucher")["n"][0]
    with pytest.raises(Refusal) as refused:
        dispose(books, asset, **more)
    assert refused.value.code == code
    assert books.sql("select count(*) as n from rpt.voucher")["n"][0] == vouchers


# Every verb that acts upon a card in use, with arguments that would do.
ACTS = {
    "assets.card.reestimate": ("changes", {"life_months": 48}),
    "assets.card.transfer": ("transfers", {"department": "D1"}),
    "assets.card.improve": ("additions", {"amount": "1"}),
    "assets.card.split": ("parts", {"value": "1"}),
    "assets.card.dispose": ("disposals", {}),
}


@pytest.mark.parametrize("verb", ACTS)
def test_nothing_happens_to_a_card_that_is_gone_nor_in_a_closed_month(books, verb):
    name, more = ACTS[verb]
    asset = bought(books)
    dispose(books, asset)
    with pytest.raises(Refusal) as refused:
        books.call(verb, reason="x", **{name: [{"asset": asset, "happened_on": MARCH} | more]})
    assert refused.value.code == "AssetGone"
    with pytest.raises(Refusal) as refused:
        books.call("assets.card.describe", cards=[{"asset": asset, "name": "x"}])
    assert refused.value.code == "AssetGone"


def test_a_count_finds_what_is_missing_and_what_has_no_card(books):
    kept, lost = bought(books, location="一楼"), bought(books)
    listed = books.call("assets.count.open", counted_on=MARCH)
    number = listed["number"]
    assert listed["count"] == 2
    with pytest.raises(Refusal) as refused:
        books.call("assets.count.close", number=number, reason="盘点")
    assert refused.value.code == "CountUnfinished"
    books.call(
        "assets.count.mark", number=number, marks=[{"asset": kept, "found": False}, {"asset": lost, "found": False}]
    )
    books.call(
        "assets.count.mark",
        number=number,
        marks=[{"asset": kept, "found": True, "location": "三楼", "custodian": "E1"}],
    )
    with pytest.raises(Refusal) as refused:
        books.call("assets.count.mark", number=number, marks=[{"asset": "X", "found": True}])
    assert refused.value.code == "NotOnTheList"
    done = books.call(
        "assets.count.close", number=number, reason="年度盘点",
        surplus=[{"name": "旧桌", "category": "TOOL", "started_on": MARCH, "value": "500", "residual": "0", "life_months": 10, "department": "D1"}],
    )  # fmt: skip
    assert {name: done[name] for name in ("found", "missing", "surplus")} == {"found": 1, "missing": 1, "surplus": 1}
    assert booked(books, lost)[2:] == [
        ("1901", "11366.66"), ("1602", "633.34"), ("1601", "-12000.00"), ("571106", "11366.66"), ("1901", "-11366.66"),
    ]  # fmt: skip
    extra = done["cards"][0]
    assert booked(books, extra) == [("1601", "500.00"), ("1901", "-500.00"), ("1901", "500.00"), ("530102", "-500.00")]
    assert schedule_of(books, extra)["2026-04"] == Decimal("50.00")
    assert untied(books, "2026-03") == []
    assert register(books, "2026-03")[kept]["location"] == "三楼"
    rows = books.report("asset_count", number=number).to_dicts()
    assert [(row["asset"], row["found"], row["found_location"]) for row in rows] == [
        (kept, True, "三楼"),
        (lost, False, ""),
    ]
    for verb, more in (
        ("assets.count.mark", {"marks": [{"asset": kept, "found": True}]}),
        ("assets.count.close", {"reason": "x"}),
        ("assets.count.cancel", {"reason": "x"}),
    ):
        with pytest.raises(Refusal) as refused:
            books.call(verb, number=number, **more)
        assert refused.value.code == "IllegalStep"


def test_a_list_nobody_stands_on(books):
    with pytest.raises(Refusal) as refused:
        books.call("assets.count.open", counted_on=MARCH, category="HOUSE")
    assert refused.value.code == "CountListEmpty"
