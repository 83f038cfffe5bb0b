"""The canonical form: what belongs to it, what does not."""

from datetime import date
from decimal import Decimal

from erp_core.finance import close_result

VOUCHER = {"key": "vat", "voucher_on": date(2026, 3, 31), "summary": "转出未交增值税", "closing": False}
LINES = [
    {"key": "vat", "summary": "x", "account": "22210105", "debit": Decimal("1.00"), "credit": Decimal(0)},
    {"key": "vat", "summary": "x", "account": "222102", "debit": Decimal(0), "credit": Decimal("1.00")},
]
VALUES = [
    {"step": "costing", "move_id": 2, "item": "A", "account": "1405", "kind": "issue", "amount": Decimal("-2.00")},
    {"step": "costing", "move_id": 1, "item": "A", "account": "1405", "kind": "issue", "amount": Decimal("-1.00")},
]


def digest(vouchers=VOUCHER, lines=LINES, values=VALUES) -> str:
    frames = (
        close_result.shaped([vouchers], close_result.VOUCHERS),
        close_result.shaped(lines, close_result.LINES),
        close_result.shaped(values, close_result.VALUES),
    )
    return close_result.result_hash(*frames)


def test_stock_values_are_hashed_by_move():
    assert digest(values=VALUES[::-1]) == digest()


def test_a_cent_changes_the_hash():
    assert digest(values=[{**VALUES[0], "amount": Decimal("-2.01")}, VALUES[1]]) != digest()
    assert digest(lines=[{**LINES[0], "department": "D1"}, LINES[1]]) != digest()
    assert digest(vouchers={**VOUCHER, "voucher_on": date(2026, 3, 30)}) != digest()


def test_absent_dimensions_are_empty():
    shaped = close_result.shaped(LINES, close_result.LINES)
    assert shaped["party"].to_list() == ["", ""]
    assert shaped.schema == close_result.LINES


def test_nothing_has_a_hash_too():
    assert (
        len(
            close_result.result_hash(
                *(
                    close_result.shaped(None, s)
                    for s in (close_result.VOUCHERS, close_result.LINES, close_result.VALUES)
                )
            )
        )
        == 64
    )
