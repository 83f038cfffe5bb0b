"""The close as a whole: three months of tax, money in another currency, a card's wear; and companies of 24 months."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

import erp_core
from erp_core.finance.closing import CloseRefused
from pipelines.closing import run
from tests import by_hand

STANDARDS = {
    "sbe": {
        "capital": "3001",
        "revenue": "5001",
        "rent": "560208",
        "profit": "310415",
        "gain": "530103",
        "loss": "560303",
    },
    "asbe": {
        "capital": "4001",
        "revenue": "6001",
        "rent": "660208",
        "profit": "410415",
        "gain": "660303",
        "loss": "660303",
    },
}


def last(period: str) -> date:
    year, month = int(period[:4]), int(period[5:])
    return date(year + month // 12, month % 12 + 1, 1) - date.resolution


@pytest.fixture
def company() -> Iterator[erp_core.Books]:
    with erp_core.create(":memory:", company="长沙三月商贸", standard="sbe", start="2026-01") as books:
        books.call("masters.party.save", parties=[{"code": "C01", "name": "客户", "customer": True}])
        books.call("masters.department.save", departments=[{"code": "D1", "name": "行政部"}])
        yield books


def test_value_added_tax_over_three_months(company):
    """Months A, B, C of B8: payable, then a credit that is carried, then what is left of it counts."""
    months = {
        "2026-01": [("22210107", "", 69800), ("22210101", 40080, ""), ("22210109", "", 650)],
        "2026-02": [("22210107", "", 20000), ("22210101", 26500, "")],
        "2026-03": [("22210107", "", 30000), ("22210101", 12000, "")],
    }
    due, surcharges = [], []
    for period, taxes in months.items():
        net = sum(Decimal(debit or 0) - Decimal(credit or 0) for _, debit, credit in taxes)
        side = ("1002", "", net) if net > 0 else ("1002", -net, "")
        by_hand.post(company, last(period), "税额", *taxes, side)
        closed = run.close(company, period)
        due.append(str(closed.facts["vat_due"]))
        surcharges.append(str(closed.lines.filter(key="surcharges")["debit"].sum()))
    assert due == ["30370.00", "0.00", "11500.00"]
    assert surcharges == ["1822.20", "0.00", "690.00"]


def dollars(books, day: date, amount: str, rate: str) -> None:
    cny = str(Decimal(amount) * Decimal(rate))
    owed = {"party": "C01", "currency": "USD", "amount_foreign": amount, "rate": rate}
    by_hand.post(books, day, "出口", ("1122", cny, "", owed), ("5001", "", cny))


def rate(books, day: date, value: str) -> None:
    books.call("masters.exchange_rate.save", rates=[{"currency": "USD", "rate_on": day, "rate": value}])


def test_money_in_another_currency_follows_the_rate_of_each_month(company):
    dollars(company, date(2026, 1, 10), "1000", "7.00")
    with pytest.raises(CloseRefused) as refused:
        run.close(company, "2026-01")
    assert (refused.value.facts["gate"], refused.value.facts["first"]) == ("G6", "currency USD, lines 1")
    rate(company, date(2026, 1, 31), "7.10")
    first = run.close(company, "2026-01")
    rate(company, date(2026, 2, 27), "7.02")
    second = run.close(company, "2026-02")
    assert [(c.facts["exchange_gain"], c.facts["exchange_loss"]) for c in (first, second)] == [(100, 0), (0, 80)]
    owed = company.sql("select sum(debit - credit) as b from rpt.balance where account = '1122'")["b"][0]
    assert owed == Decimal("7020.00")
    # Opened and closed again, the month reads the books without its own revaluation.
    run.reopen(company, "2026-02", reason="核对")
    assert run.close(company, "2026-02").result_hash == second.result_hash
    assert company.check().filter(ok=False).is_empty()


def test_the_wear_of_a_card_is_booked_by_the_close(company):
    card = {
        "name": "电脑", "category": "ELECTRONIC", "acquired_on": date(2026, 1, 10), "started_on": date(2026, 1, 10),
        "value": "12000", "department": "D1",
    }  # fmt: skip
    company.call("assets.card.acquire", cards=[card])
    assert run.close(company, "2026-01").lines.filter(key="depreciation").is_empty()
    closed = run.close(company, "2026-02")
    rows = closed.lines.filter(key="depreciation").select("account", "department", "debit", "credit").rows()
    assert [(account, who, str(debit or -credit)) for account, who, debit, credit in rows] == [
        ("560207", "D1", "316.67"), ("1602", "", "-316.67"),
    ]  # fmt: skip
    assert company.check().filter(ok=False).is_empty()


def month_of_trade(books, period: str, at: int, roles: dict[str, str]) -> None:
    """A month of a small company, a little more each month: sales, purchases of services, rent."""
    net = 20000 + 137 * at
    tax = Decimal(net) * 13 / 100
    owed = {"party": "C01"}
    by_hand.post(
        books, last(period), "销售", ("1122", net + tax, "", owed), (roles["revenue"], "", net), ("22210107", "", tax)
    )
    by_hand.post(books, last(period), "房租", (roles["rent"], 3000, ""), ("22210101", 270, ""), ("1002", "", 3270))
    by_hand.post(books, last(period), "收款", ("1002", net, ""), ("1122", "", net, owed))


@pytest.mark.slow
@pytest.mark.parametrize("standard", list(STANDARDS))
def test_a_company_of_24_months_closes_month_by_month_and_verifies(standard):
    roles = STANDARDS[standard]
    with erp_core.create(":memory:", company="两年公司", standard=standard, start="2026-01") as books:
        books.call("masters.party.save", parties=[{"code": "C01", "name": "客户", "customer": True}])
        by_hand.post(books, date(2026, 1, 1), "投资款", ("1002", 100000, ""), (roles["capital"], "", 100000))
        by_hand.post(books, date(2026, 1, 1), "预付软件费", ("1801", 24000, ""), ("1002", "", 24000))
        cost = {"code": "软件", "name": "软件", "account": "1801", "cost_account": roles["rent"]}
        books.call(
            "ledger.amortisation.save", costs=[cost | {"amount": "24000", "months": 24, "first_period": "2026-01"}]
        )
        for at in range(24):
            period = f"{2026 + at // 12}-{at % 12 + 1:02d}"
            month_of_trade(books, period, at, roles)
            rehearsed = run.close(books, period, dry_run=True)
            assert rehearsed.passed, [gate for gate in rehearsed.gates if gate["state"] == "failed"]
            assert run.close(books, period, expected=rehearsed.result_hash).written
        assert books.check().filter(ok=False).is_empty()
        spread = books.sql("select sum(debit - credit) as b from rpt.balance where account = '1801'")["b"][0]
        assert spread == 0
        sheet = books.report("statement", statement="balance_sheet", period="2027-12", span="year")
        profit = books.report("statement", statement="income_statement", period="2027-12", span="year")
        net = sheet.filter(name_zh="未分配利润")
        total = profit["amount"][-1] + profit["previous"][-1]
        assert net["amount"][0] == total
