"""A close books what the cards charge, its gate holds cards and ledger together, and reopening takes it back."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.finance.closing import CloseRefused
from pipelines.closing import run
from tests import by_hand
from tests.erp_core.assets.conftest import desk, untied


@pytest.fixture
def company(books):
    by_hand.post(books, date(2026, 1, 5), "投资款", ("1002", 100000, ""), ("3001", "", 100000))
    books.call(
        "assets.card.acquire", cards=[desk(), desk(name="软件", category="INTANGIBLE", value="1200", department=None)]
    )
    return books


def lines(books, period: str) -> list[tuple[str, str, str]]:
    rows = books.sql(
        "select l.account, l.department, l.debit - l.credit as amount from rpt.voucher_line l join rpt.voucher v using (voucher_id)"
        " where v.event_key like 'close/' || $period || '/depreciation/%' order by l.voucher_id, l.line",
        period=period,
    )
    return [(account, department, str(amount)) for account, department, amount in rows.rows()]


def test_month_by_month_and_back(company):
    run.close(company, "2026-01")
    assert lines(company, "2026-01") == [("560299", "", "10.00"), ("1702", "", "-10.00")]
    tried = run.close(company, "2026-02", dry_run=True)
    closed = run.close(company, "2026-02")
    assert tried.result_hash == closed.result_hash
    booked = [("560207", "D1", "316.67"), ("560299", "", "10.00"), ("1602", "", "-316.67"), ("1702", "", "-10.00")]
    assert lines(company, "2026-02") == booked
    assert untied(company, "2026-02") == []
    assert company.check().filter(~company.check()["ok"]).is_empty()
    run.reopen(company, "2026-02", reason="补录")
    # The month is open again: the card may change from it on, and its close brings the new figure.
    company.call(
        "assets.card.reestimate", reason="更正",
        changes=[{"asset": "FA-00001", "happened_on": date(2026, 2, 20), "life_months": 48, "from_period": "2026-02"}],
    )  # fmt: skip
    run.close(company, "2026-02")
    assert lines(company, "2026-02")[-4:] == [("560207", "D1", "237.50"), booked[1], ("1602", "", "-237.50"), booked[3]]
    assert untied(company, "2026-02") == []


def test_an_asset_without_a_card_keeps_the_month_open(company):
    by_hand.post(company, date(2026, 1, 9), "购设备", ("1601", 500, ""), ("1002", "", 500))
    with pytest.raises(CloseRefused) as refused:
        run.close(company, "2026-01")
    failed = [gate for gate in refused.value.facts["gates"] if gate["state"] == "failed"]
    assert [(gate["gate"], gate["check"], gate["offenders"]) for gate in failed] == [
        ("G4", "untied_assets", [{"account": "1601", "ledger": "12500.00", "cards": "12000.00"}])
    ]
    company.call("assets.card.acquire", cards=[desk(value="500", voucher="2026-01 记-4")])
    assert run.close(company, "2026-01").passed


def test_what_changes_while_a_close_is_worked_out_outdates_it(company):
    before = company.sql("select basis from rpt.closing_basis")["basis"][0]
    company.call(
        "assets.card.transfer",
        transfers=[{"asset": "FA-00001", "happened_on": date(2026, 1, 20), "location": "二楼"}],
        reason="x",
    )
    assert company.sql("select basis from rpt.closing_basis")["basis"][0] != before


def test_sold_in_the_month_it_is_still_charged(company):
    company.call(
        "assets.card.dispose",
        disposals=[{"asset": "FA-00001", "happened_on": date(2026, 2, 5), "proceeds": "11300", "tax": "1300"}],
        reason="出售",
    )
    run.close(company, "2026-01")
    run.close(company, "2026-02")
    balance = company.sql("select sum(debit - credit) as b from rpt.balance where account in ('1601', '1602', '1606')")[
        "b"
    ][0]
    assert balance == Decimal(0)
