"""Opening balances: accepted as a whole, with open items by document and the turnover of the year so far."""

from datetime import date
from decimal import Decimal as D

import pytest

import erp_core
from erp_core.ledger import openings, posting

BALANCES = [
    {"account": "1002", "debit": "50000"},
    {"account": "1122", "debit": "5650", "party": "C01", "reference": "老发票7", "item_on": date(2025, 11, 3)},
    {"account": "220201", "credit": "3390", "party": "S01"},
    {"account": "3001", "credit": "52260"},
]


def test_openings_stand_before_every_period(books):
    books.call("ledger.opening.load", balances=BALANCES)
    with books.database.read() as cursor:
        assert cursor.execute("select distinct period from core.account_balance").fetchall() == [("0000-00",)]
        items = cursor.execute(
            "select reference, item_on, due_on, amount from core.open_item order by amount"
        ).fetchall()
    assert items[1] == ("老发票7", date(2025, 11, 3), date(2025, 11, 3), D("5650.00"))


def test_openings_that_do_not_balance_are_refused_whole(books):
    with pytest.raises(posting.Unbalanced):
        books.call("ledger.opening.load", balances=[*BALANCES[:3], {"account": "3001", "credit": "52260.01"}])
    with books.database.read() as cursor:
        assert cursor.execute("select count(*) from core.account_balance").fetchall() == [(0,)]


def test_openings_load_once_and_before_anything_else(books):
    books.call("ledger.opening.load", balances=BALANCES)
    with pytest.raises(openings.OpeningLoaded):
        books.call("ledger.opening.load", balances=BALANCES)


def test_a_mid_year_start_carries_the_turnover_of_the_year():
    books = erp_core.create(":memory:", company="甲", standard="sbe", start="2026-03")
    rows = [
        {"account": "1002", "debit": "1500", "credit": "0", "ytd_debit": "900", "ytd_credit": "400"},
        {"account": "3001", "debit": "0", "credit": "1000", "ytd_debit": "0", "ytd_credit": "0"},
        {"account": "310415", "debit": "0", "credit": "500", "ytd_debit": "0", "ytd_credit": "500"},
    ]
    books.call("ledger.opening.load", balances=rows)
    with books.database.read() as cursor:
        found = cursor.execute(
            "select period, account, debit, credit from core.account_balance order by period, account"
        ).fetchall()
    assert found == [
        ("0000-00", "1002", D("1000.00"), D("0.00")),
        ("0000-00", "3001", D("0.00"), D("1000.00")),
        ("2026-00", "1002", D("900.00"), D("400.00")),
        ("2026-00", "310415", D("0.00"), D("500.00")),
    ]
    books.close()


def test_what_legacy_months_carried_to_profit_stays_out_of_the_statements():
    books = erp_core.create(":memory:", company="甲", standard="sbe", start="2026-03")
    rows = [
        {"account": "1002", "debit": "1300", "credit": "0", "ytd_debit": "500", "ytd_credit": "200"},
        {"account": "5001", "debit": "0", "credit": "0", "ytd_debit": "500", "ytd_credit": "500"},
        {"account": "560299", "debit": "0", "credit": "0", "ytd_debit": "200", "ytd_credit": "200"},
        {"account": "3001", "debit": "0", "credit": "1000", "ytd_debit": "0", "ytd_credit": "0"},
        {"account": "3103", "debit": "0", "credit": "300", "ytd_debit": "200", "ytd_credit": "500"},
    ]
    books.call("ledger.opening.load", balances=rows)
    lines = {row["line_no"]: row for row in books.report("income_statement", period="2026-03").to_dicts()}
    assert (lines[1]["year_to_date"], lines[14]["year_to_date"], lines[32]["year_to_date"]) == (D(500), D(200), D(300))
    assert lines[32]["month"] == 0
    sheet = {row["line_no"]: row for row in books.report("balance_sheet", period="2026-03").to_dicts()}
    assert (sheet[30]["closing"], sheet[53]["closing"], sheet[30]["opening_of_year"]) == (D(1300), D(1300), D(1000))
    trial = {row["account"]: row for row in books.report("trial_balance", period="2026-03").to_dicts()}
    assert (trial["3103"]["ytd_debit"], trial["3103"]["ytd_credit"]) == (D(200), D(500))
    books.close()
