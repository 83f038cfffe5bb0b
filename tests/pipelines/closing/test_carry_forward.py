from decimal import Decimal

from pipelines.closing import carry_forward
from tests.pipelines.closing.month_of import lines, month_of


def test_income_by_debit_expense_by_credit_whatever_the_sign():
    profit = [
        {"account": "5001", "amount": -22950},
        {"account": "560399", "amount": -5},
        {"account": "5401", "amount": "2836.16"},
    ]
    outcome = carry_forward.carry(month_of(profit=profit))
    assert lines(outcome) == [
        ("5001", "22950.00", ""),
        ("5401", "", "2836.16"),
        ("560399", "", "-5.00"),
        ("3103", "", "20118.84"),
    ]
    assert outcome.vouchers["closing"].to_list() == [True]
    assert outcome.facts["net_profit"] == Decimal("20118.84")


def test_a_loss_is_a_debit():
    outcome = carry_forward.carry(month_of(profit=[{"account": "560299", "amount": 100}]))
    assert lines(outcome) == [("560299", "", "100.00"), ("3103", "100.00", "")]


def test_every_combination_of_dimensions_is_kept():
    profit = [
        {"account": "560299", "department": "D1", "amount": 60},
        {"account": "560299", "department": "D2", "employee": "E1", "amount": 40},
    ]
    outcome = carry_forward.carry(month_of(profit=profit))
    kept = outcome.lines.filter(outcome.lines["account"] == "560299").select("department", "employee", "credit").rows()
    assert kept == [("D1", "", Decimal("60.00")), ("D2", "E1", Decimal("40.00"))]


def test_break_even_needs_no_line_of_profit():
    outcome = carry_forward.carry(
        month_of(profit=[{"account": "5001", "amount": -10}, {"account": "5401", "amount": 10}])
    )
    assert lines(outcome) == [("5001", "10.00", ""), ("5401", "", "10.00")]
