"""Cards of other books: accepted as a whole, tied to 1601 and 1602, going on as they were charged before."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.assets import charging
from erp_core.foundation.errors import Refusal
from tests.erp_core.assets.conftest import desk, register, schedule_of, untied

BALANCES = [
    {"account": "1601", "debit": "512000", "credit": "0"},
    {"account": "1602", "debit": "0", "credit": "116983.36"},
    {"account": "3001", "debit": "0", "credit": "395016.64"},
]
CARDS = [
    {"asset": "旧-1", "name": "电脑", "category": "ELECTRONIC", "started_on": date(2025, 11, 5), "value": "12000",
     "accumulated": "316.67", "department": "D1"},
    {"asset": "旧-2", "name": "机床", "category": "MACHINE", "started_on": date(2025, 5, 1), "value": "500000", "method": "double_declining",
     "life_months": 60, "residual": "8000", "accumulated": "116666.69", "months_used": 7, "department": "D1"},
]  # fmt: skip


def test_accepted_only_if_they_tie(books):
    for cards, balances in (
        (CARDS, []),
        (CARDS[:1], BALANCES),
        ([CARDS[0], CARDS[1] | {"accumulated": "116666.70"}], BALANCES),
    ):
        if balances and not books.sql("select 1 from rpt.voucher").height:
            books.call("ledger.opening.load", balances=balances)
        with pytest.raises(Refusal) as refused:
            books.call("assets.opening.load", cards=cards)
        assert refused.value.code == "OpeningCardsDiffer"
    assert refused.value.facts["account"] == "1602"
    done = books.call("assets.opening.load", cards=CARDS)
    assert {name: done[name] for name in ("count", "value", "accumulated", "otherwise")} == {
        "count": 2, "value": "512000.00", "accumulated": "116983.36", "otherwise": [],
    }  # fmt: skip
    first, second = schedule_of(books, "旧-1"), schedule_of(books, "旧-2")
    assert (first["2026-01"], first["2028-11"], len(first)) == (Decimal("316.67"), Decimal("316.55"), 35)
    # The five months left of the first year, the last one with its cents; then the second year.
    assert [str(second[f"2026-{month:02}"]) for month in (1, 4, 5, 6)] == [
        "16666.67",
        "16666.67",
        "16666.63",
        "10000.00",
    ]
    assert untied(books, "2026-01") == []
    row = register(books, "2026-01")["旧-1"]
    assert (str(row["accumulated"]), row["months_used"], row["origin"]) == ("633.34", 2, "opening")
    with pytest.raises(Refusal) as refused:
        books.call("assets.opening.load", cards=[CARDS[0] | {"asset": "旧-3"}])
    assert refused.value.code == "OpeningCardsDiffer"
    assert books.check().filter("ok").height == books.check().height


def test_cards_that_are_used_up_or_not_yet_due(books):
    books.call(
        "ledger.opening.load",
        balances=[
            {"account": "1601", "debit": "36000", "credit": "0"},
            {"account": "1602", "debit": "0", "credit": "11400"},
            {"account": "3001", "debit": "0", "credit": "24600"},
        ],
    )
    usual = {"category": "ELECTRONIC", "value": "12000", "department": "D1"}
    cards = [
        usual | {"asset": "A", "name": "提足", "started_on": "2020-01-01", "accumulated": "11400"},
        usual | {"asset": "B", "name": "下月起", "started_on": "2025-12-20"},
        usual | {"asset": "C", "name": "后用", "started_on": "2026-03-20"},
    ]
    books.call("assets.opening.load", cards=cards)
    assert schedule_of(books, "A") == {}
    assert min(schedule_of(books, "B")) == "2026-01"
    assert min(schedule_of(books, "C")) == "2026-04"
    left = {asset: row["months_left"] for asset, row in register(books, "2026-01").items()}
    assert left == {"A": 0, "B": 35, "C": 36}


def test_the_lines_of_the_month(books):
    """What the close posts: expenses by department against 1602, whatever the order of the rows."""
    books.call(
        "assets.card.acquire",
        cards=[desk(), desk(value="24000"), desk(name="软件", category="INTANGIBLE", value="1200")],
    )
    charges = books.sql(charging.CHARGES, period="2026-02")
    lines = charging.voucher_lines(charges)
    assert [(row["account"], str(row["debit"]), str(row["credit"]), row["department"]) for row in lines.to_dicts()] == [
        ("560207", "950.00", "0.00", "D1"),
        ("560299", "10.00", "0.00", "D1"),
        ("1602", "0.00", "950.00", ""),
        ("1702", "0.00", "10.00", ""),
    ]
    assert charging.voucher_lines(charges.reverse()).equals(lines)
    assert charging.voucher_lines(charges.clear()).is_empty()
