from pipelines.closing import year_end
from tests.pipelines.closing.month_of import lines, month_of


def test_profit_reserve_and_dividend_end_in_undistributed_profit():
    # 3103 holds 120,000; 12,000 went to the statutory reserve and 30,000 to the owners.
    month = month_of(
        "2026-12", a3103=(-120000, 0, 0), a310401=(0, 12000, 0), a310402=(0, 30000, 0), a310415=(-5000, 0, 0)
    )
    assert lines(year_end.carry(month)) == [
        ("3103", "120000.00", ""),
        ("310415", "", "120000.00"),
        ("310415", "12000.00", ""),
        ("310401", "", "12000.00"),
        ("310415", "30000.00", ""),
        ("310402", "", "30000.00"),
    ]


def test_a_loss_of_the_year():
    assert lines(year_end.carry(month_of("2026-12", a3103=(700, 0, 0)))) == [
        ("310415", "700.00", ""),
        ("3103", "", "700.00"),
    ]


def test_nothing_in_other_months():
    assert lines(year_end.carry(month_of("2026-11", a3103=(-120000, 0, 0)))) == []
