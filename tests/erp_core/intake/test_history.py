"""History is kept line by line, replaced by source and line, and never touches stock or ledger."""

from datetime import UTC, datetime
from decimal import Decimal

import erp_core

LINE = {
    "line": 1, "number": "D1", "sold_on": datetime(2025, 1, 2, 8, 26, tzinfo=UTC).replace(tzinfo=None), "kind": "sale", "quantity": Decimal(2),
    "unit_price": Decimal("3.333"), "amount": Decimal("6.666"), "party": "C01",
}  # fmt: skip


def test_lines_are_added_and_replaced_by_source_and_number(books: erp_core.Books):
    books.call("sales.history.load", lines=[LINE, LINE | {"line": 2}], source="old")
    books.call("sales.history.load", lines=[LINE | {"number": "D9"}], source="old")
    books.call("sales.history.load", lines=[LINE], source="other")
    found = books.sql("select source, line, number, amount from rpt.sales_history order by source, line").rows()
    assert found == [
        ("old", 1, "D9", Decimal("6.666000")), ("old", 2, "D1", Decimal("6.666000")), ("other", 1, "D1", Decimal("6.666000")),
    ]  # fmt: skip
    assert books.sql("select count(*) as n from rpt.stock_move")["n"][0] == 0
    assert books.sql("select count(*) as n from rpt.voucher")["n"][0] == 0
