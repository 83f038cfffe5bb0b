"""Every figure of the golden month to the cent: vouchers of the close, turnover, balances and the three statements."""

from decimal import Decimal

import pytest

from tests.as_text import table
from tests.golden import golden_month

BALANCE_SHEET = """
    1 | 48,621.00
    4 | 25,933.50
    9 | 840.34
    12 | 840.34
    15 | 75,394.84
    18 | 12,000.00
    19 | 633.34
    20 | 11,366.66
    29 | 11,366.66
    30 | 86,761.50
    33 | 3,024.45
    35 | 2,616.00
    36 | 3,666.90
    39 | 1,400.00
    41 | 10,707.35
    47 | 10,707.35
    48 | 60,000.00
    51 | 16,054.15
    52 | 76,054.15
    53 | 86,761.50
"""
INCOME = """
    1 | 25,950.00
    2 | 2,836.16
    3 | 168.92
    6 | 98.54
    10 | 70.38
    14 | 11,932.67
    18 | -5.00
    19 | -20.00
    21 | 11,017.25
    30 | 11,017.25
    31 | 634.43
    32 | 10,382.82
"""
CASH = """
    1 | 8,830.00
    2 | 20.00
    3 | 3,390.00
    4 | 6,552.00
    5 | 1,272.00
    6 | 1,015.00
    7 | -3,379.00
    20 | -3,379.00
    21 | 52,000.00
    22 | 48,621.00
"""
CLOSE = """
    costing       | 5401     | 2,836.16  | -
    costing       | 1405     | -         | 2,836.16
    vat           | 22210105 | 2,815.55  | -
    vat           | 222102   | -         | 2,815.55
    surcharges    | 540303   | 98.54     | -
    surcharges    | 540310   | 42.23     | -
    surcharges    | 540313   | 28.15     | -
    surcharges    | 222103   | -         | 98.54
    surcharges    | 222104   | -         | 42.23
    surcharges    | 222105   | -         | 28.15
    income_tax    | 5801     | 634.43    | -
    income_tax    | 222106   | -         | 634.43
    carry_forward | 5001     | 22,950.00 | -
    carry_forward | 5051     | 3,000.00  | -
    carry_forward | 5401     | -         | 2,836.16
    carry_forward | 540303   | -         | 98.54
    carry_forward | 540310   | -         | 42.23
    carry_forward | 540313   | -         | 28.15
    carry_forward | 560204   | -         | 10,616.00
    carry_forward | 560205   | -         | 200.00
    carry_forward | 560206   | -         | 800.00
    carry_forward | 560207   | -         | 316.67
    carry_forward | 560301   | -         | -20.00
    carry_forward | 560302   | -         | 15.00
    carry_forward | 5801     | -         | 634.43
    carry_forward | 3103     | -         | 10,382.82
"""


@pytest.fixture(scope="module")
def month():
    books, closing = golden_month.closed_month()
    yield books, closing
    books.close()


def figures(text: str) -> dict[int, Decimal]:
    return {int(line): amount for line, amount in table(text)}


def shown(frame, column: str) -> dict[int, Decimal]:
    """The lines of a statement that show an amount."""
    return {line: amount for line, amount in frame.select("line_no", column).rows() if line is not None and amount}


def test_the_close_books_exactly_this(month):
    _, closing = month
    rows = closing.lines.select("key", "account", "debit", "credit").rows()
    assert [tuple(cell or None if isinstance(cell, Decimal) else cell for cell in row) for row in rows] == [
        (key, str(account), debit, credit) for key, account, debit, credit in table(CLOSE)
    ]


def test_twenty_two_vouchers_without_a_gap(month):
    books, _ = month
    numbers = books.sql("select number from rpt.voucher where period = $p order by number", p=golden_month.PERIOD)[
        "number"
    ]
    assert numbers.to_list() == list(range(1, 23))


def test_turnover(month):
    books, _ = month
    totals = books.sql(
        "select sum(debit) as d, sum(credit) as c from rpt.balance where period = $p", p=golden_month.PERIOD
    )
    assert totals.rows() == [(Decimal("94802.68"), Decimal("94802.68"))]


def test_the_red_voucher_does_not_swell_selling_expenses(month):
    books, _ = month
    turnover = books.sql("select sum(debit) as d, sum(credit) as c from rpt.balance where account = '560199'").rows()
    assert turnover == [(Decimal("0.00"), Decimal("0.00"))]


@pytest.mark.parametrize(
    ("report", "column", "expected"),
    [
        ("balance_sheet", "closing", BALANCE_SHEET),
        ("income_statement", "month", INCOME),
        ("income_statement", "year_to_date", INCOME),
        ("cash_flow", "month", CASH),
        ("cash_flow", "year_to_date", CASH),
    ],
)
def test_the_statement(month, report, column, expected):
    books, _ = month
    assert shown(books.report(report, period=golden_month.PERIOD), column) == figures(expected)


def test_income_tax_is_cumulative(month):
    _, closing = month
    assert closing.facts["income_tax_profit"] == Decimal("12688.58")


def test_the_goods_left_are_eighty_for_840_34(month):
    books, _ = month
    left = books.sql("select sum(amount) as amount from rpt.stock_value")["amount"][0]
    quantity = books.sql("select sum(quantity) as quantity from rpt.stock_now")["quantity"][0]
    assert (quantity, left) == (80, Decimal("840.34"))


def test_every_gate_passed_and_none_was_skipped(month):
    _, closing = month
    states = {gate["gate"]: gate["state"] for gate in closing.gates}
    assert {code for code, state in states.items() if state == "passed"} == {f"G{n}" for n in range(1, 14)} - {"G10"}
    assert states["G10"] == "noted"


def test_the_books_are_sound(month):
    books, _ = month
    broken = books.check().filter(ok=False)
    assert broken.is_empty(), broken.to_dicts()


def test_the_month_done_again_gives_the_same_hash(month):
    _, closing = month
    again, second = golden_month.closed_month()
    again.close()
    assert second.result_hash == closing.result_hash
