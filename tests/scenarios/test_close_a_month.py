"""Close a month: the story of an accountant's last day of the month, of a forgotten bill, and of the year's end."""

from datetime import date
from decimal import Decimal

import pytest

from erp_core.finance.closing import CloseRefused, PeriodAlreadyClosed
from erp_core.finance.reopening import NotLastClosed
from erp_core.ledger.periods import PeriodClosed, StockPeriodClosed
from pipelines.closing import run
from tests import by_hand
from tests.as_text import table


def jan(day: int) -> date:
    return date(2026, 1, day)


def balances(books, period: str = "9999-12") -> dict[str, Decimal]:
    """What stands on every account at the end of a period, debit positive."""
    frame = books.sql(
        "select account, sum(debit - credit) as amount from rpt.balance where period <= $period group by account"
        " having sum(debit - credit) <> 0 order by account",
        period=period,
    )
    return dict(frame.rows())


def only(done) -> str:
    (number,) = done["numbers"].values()
    return number


def ordered(books, side: str, day: date, party: str, item: str, quantity: str, price: str) -> str:
    line = {"item": item, "quantity": quantity, "unit_price": price}
    number = only(
        books.call(
            f"{side}.order.place", documents={"document_on": day, "party": party, "warehouse": "W1"}, lines=[line]
        )
    )
    books.call(f"{side}.order.submit", numbers=[number])
    books.call(f"{side}.order.approve", numbers=[number])
    return number


def bought(books, day: date, quantity: str, price: str) -> str:
    """Some of A on credit, the bill not yet here; returns the receipt."""
    order = ordered(books, "purchasing", day, "S01", "A", quantity, price)
    return only(books.call("purchasing.receipt.receive", documents={"order": order, "document_on": day}))


def sold(books, day: date, quantity: str, price: str) -> str:
    """Some of A delivered and invoiced; returns the delivery."""
    order = ordered(books, "sales", day, "C01", "A", quantity, price)
    delivery = only(books.call("sales.delivery.ship", documents={"order": order, "document_on": day}))
    books.call("sales.invoice.issue", documents={"delivery": delivery, "document_on": day})
    return delivery


@pytest.fixture
def january(books):
    """Capital paid in; 100 bought at 10.00 (no bill yet) and 50 at 11.05; 120 sold at 20.00; rent paid."""
    by_hand.post(books, jan(2), "股东投资", ("1002", 5000, ""), ("3001", "", 5000))
    bought(books, jan(5), "100", "10")
    bought(books, jan(12), "50", "11.05")
    sold(books, jan(20), "120", "20")
    by_hand.post(books, jan(28), "付房租", ("560208", 300, "", {"department": "D1"}), ("1002", "", 300))
    return books


def test_the_last_day_of_the_month(january):
    # On the morning a voucher still waits for review. The close says which.
    late = by_hand.draft(january, jan(31), "付水电费", ("560209", 80, "", {"department": "D1"}), ("1002", "", 80))
    with pytest.raises(CloseRefused) as refused:
        run.close(january, "2026-01")
    assert refused.value.facts["first"].startswith(f"draft {late}, status draft")
    by_hand.post_drafts(january, late)

    # A rehearsal shows what will come, and writes nothing.
    rehearsal = run.close(january, "2026-01", dry_run=True)
    assert rehearsal.passed
    assert rehearsal.facts["estimates_open"] == 2
    assert rehearsal.facts["estimates_amount"] == Decimal("1552.50")
    assert rehearsal.facts["estimates_difference"] == 0

    # The close does just that. 120 × 1,552.50 / 150 = 1,242.00.
    closed = run.close(january, "2026-01")
    assert closed.result_hash == rehearsal.result_hash
    assert balances(january) == {
        str(account): amount
        for account, amount in table("""
            1002 | 4,620.00
            1122 | 2,712.00
            1405 | 310.50
            220202 | -1,552.50
            222102 | -312.00
            222103 | -10.92
            222104 | -4.68
            222105 | -3.12
            22210105 | 312.00
            22210107 | -312.00
            3001 | -5,000.00
            3103 | -759.28
        """)
    }

    # Nothing gets into January any more, neither goods nor money nor vouchers.
    order = ordered(january, "purchasing", jan(30), "S01", "A", "1", "10")
    for attempt in (
        lambda: run.close(january, "2026-01"),
        lambda: january.call("purchasing.receipt.receive", documents={"order": order, "document_on": jan(30)}),
        lambda: january.call("finance.receipt.receive", party="C01", account="1002", amount="1", on=jan(30)),
        lambda: by_hand.post(january, jan(30), "补记", ("560299", 1, ""), ("1002", "", 1)),
    ):
        with pytest.raises((PeriodAlreadyClosed, PeriodClosed, StockPeriodClosed)):
            attempt()


def test_a_bill_forgotten_in_a_closed_month(january):
    first = run.close(january, "2026-01")
    run.close(january, "2026-02")
    with pytest.raises(NotLastClosed):
        run.reopen(january, "2026-01", reason="漏记电费")

    # February first, then January; everything the closes did is annulled in red, nothing is gone.
    run.reopen(january, "2026-02", reason="漏记电费")
    undone = run.reopen(january, "2026-01", reason="漏记电费")
    assert undone["stock_values"] == 1
    assert balances(january)["1405"] == Decimal("1552.50")
    by_hand.post(january, jan(31), "补记电费", ("560209", 100, ""), ("1002", "", 100))

    second = run.close(january, "2026-01")
    assert second.version == 1
    assert second.result_hash != first.result_hash
    assert balances(january)["3103"] == Decimal("-739.28")
    kept = january.sql("select reason from rpt.act where verb = 'ledger.close.reopen' order by act_id")[
        "reason"
    ].to_list()
    assert kept == ["漏记电费", "漏记电费"]
    assert january.check().filter(ok=False).is_empty()


def test_goods_that_come_back_after_the_close_come_back_at_their_cost(january):
    delivery = january.sql("select number from rpt.document where kind = 'sales_delivery'")["number"][0]
    run.close(january, "2026-01")
    january.call(
        "sales.delivery.take_back",
        documents={"delivery": delivery, "document_on": date(2026, 2, 3)},
        lines=[{"delivery_line": 1, "quantity": "12", "reason": "规格不符"}],
    )
    assert balances(january)["1405"] == Decimal("434.70")
    run.close(january, "2026-02")
    assert january.check().filter(ok=False).is_empty()


def test_the_year_ends_in_undistributed_profit(books):
    for month in range(1, 13):
        by_hand.post(books, date(2026, month, 15), "服务收入", ("1002", 10000, ""), ("5051", "", 10000))
        if month == 12:
            break
        run.close(books, f"2026-{month:02d}")
    # 5 % income tax each quarter: 114,000.00 of profit after tax; the reserve is decided before the books close.
    by_hand.post(books, date(2026, 12, 31), "提取法定盈余公积", ("310401", 11400, ""), ("3101", "", 11400))
    run.close(books, "2026-12")
    assert balances(books) == {
        "1002": Decimal("120000.00"),
        "222106": Decimal("-6000.00"),
        "3101": Decimal("-11400.00"),
        "310415": Decimal("-102600.00"),
    }
    sheet = dict(books.report("balance_sheet", period="2026-12").select("line_no", "closing").rows())
    assert (sheet[50], sheet[51], sheet[53]) == (Decimal("11400.00"), Decimal("102600.00"), Decimal("120000.00"))
    # The new year opens with what the old one left.
    opening = dict(books.report("balance_sheet", period="2027-01").select("line_no", "opening_of_year").rows())
    assert opening[51] == Decimal("102600.00")
