"""What the tests of assets ask again and again: voucher lines of a card, its schedule, and that everything ties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests import by_hand


def desk(**more: Any) -> dict[str, Any]:
    """One computer of 12,000 put to use in January 2026: 5 % residual, 36 months."""
    usual = {
        "name": "电脑",
        "category": "ELECTRONIC",
        "acquired_on": date(2026, 1, 10),
        "started_on": date(2026, 1, 10),
    }
    return {**usual, "value": "12000", "department": "D1", **more}


def reach(books, period: str) -> None:
    """Let the books reach a month: a month comes into being with its first voucher."""
    day = date(int(period[:4]), int(period[5:]), 1)
    by_hand.post(books, day, "投资款", ("1002", 1000, ""), ("3001", "", 1000))


def booked(books, asset: str) -> list[tuple[str, str]]:
    """What the vouchers of a card say: account and amount, debit positive, voucher by voucher."""
    rows = books.sql(
        "select account, debit - credit as amount from rpt.voucher_line where source_kind = 'asset'"
        " and source_number = $asset order by voucher_id, line",
        asset=asset,
    )
    return [(account, str(amount)) for account, amount in rows.rows()]


def schedule_of(books, asset: str) -> dict[str, Decimal]:
    """The charge of each month, all departments together."""
    rows = books.sql(
        "select period, sum(amount) as amount from rpt.asset_charge where asset = $asset group by period order by period",
        asset=asset,
    )
    return dict(rows.rows())


def register(books, period: str, **asked: Any) -> dict[str, dict[str, Any]]:
    return {row["asset"]: row for row in books.report("asset_register", period=period, **asked).to_dicts()}


def untied(books, period: str) -> list[dict[str, Any]]:
    return [row for row in books.report("asset_tie", period=period).to_dicts() if row["difference"]]


@pytest.fixture
def asbe(tmp_path, binding, request):
    """Books under 企业会计准则."""
    import erp_core
    from tests.conftest import bound

    path = tmp_path / "asbe.duckdb"
    erp_core.create(path, company="测试股份", standard="asbe", start="2026-01").close()
    with bound(path, binding, request) as opened:
        opened.call("masters.department.save", departments=[{"code": "D1", "name": "行政部"}])
        yield opened
