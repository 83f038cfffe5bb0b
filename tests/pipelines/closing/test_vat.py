from decimal import Decimal

from pipelines.closing import vat
from tests.pipelines.closing.month_of import lines, month_of


def test_the_worked_carry_over_of_three_months():
    # Month A: output 69,800.00, input 40,080.00, transferred out 650.00
    a = vat.transfer(month_of(a22210107=(0, 0, "69800"), a22210101=(0, "40080", 0), a22210109=(0, 0, "650")))
    assert lines(a) == [("22210105", "30370.00", ""), ("222102", "", "30370.00")]
    assert a.facts["vat_due"] == Decimal("30370.00")
    # Month B: output 20,000, input 26,500: a credit of 6,500 is carried without a voucher
    b = vat.transfer(
        month_of(
            a22210107=(-69800, 0, 20000), a22210101=(40080, 26500, 0), a22210109=(-650, 0, 0), a22210105=(30370, 0, 0)
        )
    )
    assert lines(b) == []
    assert b.facts == {"vat_due": Decimal("0.00"), "vat_credit": Decimal("6500.00")}
    # Month C: output 30,000, input 12,000, less the credit
    c = vat.transfer(
        month_of(
            a22210107=(-89800, 0, 30000), a22210101=(66580, 12000, 0), a22210109=(-650, 0, 0), a22210105=(30370, 0, 0)
        )
    )
    assert lines(c) == [("22210105", "11500.00", ""), ("222102", "", "11500.00")]


def test_a_prepayment_beyond_the_tax_goes_back_to_unpaid():
    outcome = vat.transfer(month_of(a22210107=(0, 0, 1000), a22210103=(0, 1300, 0)))
    assert lines(outcome) == [("222102", "300.00", ""), ("22210110", "", "300.00")]
    assert outcome.facts["vat_due"] == Decimal("1000.00")


def test_a_prepayment_below_the_tax_counts_against_it():
    outcome = vat.transfer(month_of(a22210107=(0, 0, 1000), a22210103=(0, 400, 0)))
    assert lines(outcome) == [("22210105", "600.00", ""), ("222102", "", "600.00")]


def test_a_month_without_tax_brings_nothing():
    assert lines(vat.transfer(month_of())) == []
