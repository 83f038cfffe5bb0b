"""The statements of 企业会计准则 under the same rules."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import erp_core
from tests import by_hand


@pytest.fixture
def large():
    """A company under 企业会计准则 that was founded, sold and paid one bill."""
    with erp_core.create(":memory:", company="长沙大公司", standard="asbe", start="2026-01") as books:
        day = date(2026, 1, 20)
        by_hand.post(books, day, "投资", ("1002", "90000", ""), ("4001", "", "90000"))
        by_hand.post(books, day, "销售", ("1002", "1130", ""), ("6001", "", "1000"), ("22210107", "", "130"))
        by_hand.post(books, day, "费用", ("660203", "200", ""), ("1002", "", "200"))
        yield books


def test_statements_tie_and_every_check_holds(large):
    sheet = large.report("balance_sheet", period="2026-01")
    totals = dict(sheet.drop_nulls("line_no").select("line_no", "closing").rows())
    assert totals[36] == totals[73]
    broken = large.check().filter(~pl.col("ok"))
    assert broken.is_empty(), broken.to_dicts()
    assert large.report("income_statement", period="2026-01")["month"].max() == 1000
