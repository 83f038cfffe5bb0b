"""The same close under 企业会计准则: other codes, other statements, the same checklist."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

import erp_core
from pipelines.closing import run
from tests import by_hand

DAY = date(2026, 1, 15)


@pytest.fixture
def books() -> Iterator[erp_core.Books]:
    made = erp_core.create(":memory:", company="长沙准则制造有限公司", standard="asbe", start="2026-01")
    by_hand.post(made, DAY, "股东投资", ("1002", 50000, ""), ("4001", "", 50000))
    by_hand.post(made, DAY, "服务收入", ("1002", 10600, ""), ("6001", "", 10000), ("22210107", "", 600))
    by_hand.post(made, DAY, "研究费用", ("660203", 700, ""), ("1002", "", 700))
    by_hand.post(made, DAY, "办公费", ("660205", 300, ""), ("1002", "", 300))
    by_hand.post(made, DAY, "待认证进项", ("222110", 130, ""), ("1002", "", 130))
    yield made
    made.close()


def shown(frame, column: str) -> dict[int, str]:
    rows = frame.select("line_no", column).rows()
    return {line: str(amount) for line, amount in rows if line is not None and amount}


def test_the_three_statements(books):
    closed = run.close(books, "2026-01")
    assert closed.passed
    assert shown(books.report("income_statement", period="2026-01"), "month") == {
        1: "10000.00", 3: "36.00", 5: "300.00", 6: "700.00", 14: "8964.00", 17: "8964.00", 19: "8964.00",
    }  # fmt: skip
    assert shown(books.report("balance_sheet", period="2026-01"), "closing") == {
        2: "59470.00", 14: "130.00", 15: "59600.00", 36: "59600.00",
        46: "636.00", 51: "636.00", 62: "636.00", 64: "50000.00", 71: "8964.00", 72: "58964.00", 73: "59600.00",
    }  # fmt: skip
    assert shown(books.report("cash_flow", period="2026-01"), "month") == {
        1: "10600.00", 4: "10600.00", 7: "130.00", 8: "1000.00", 9: "1130.00", 10: "9470.00",
        23: "50000.00", 26: "50000.00", 31: "50000.00", 33: "59470.00", 35: "59470.00",
    }  # fmt: skip


def test_the_books_are_sound(books):
    run.close(books, "2026-01")
    broken = books.check().filter(ok=False)
    assert broken.is_empty(), broken.to_dicts()
    assert books.sql("select sum(debit - credit) as b from rpt.balance where account = '4103'")["b"][0] == Decimal(
        "-8964.00"
    )
