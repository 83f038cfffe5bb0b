"""The three methods, each against a table worked by hand; every schedule adds up to the cent."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp_core.assets import schedule


def money(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def charged(method: str, value: str, residual: str, life: int) -> list[Decimal]:
    return schedule.charges(method, Decimal(value), Decimal(residual), life)


def years(months: list[Decimal]) -> list[str]:
    return [str(sum(months[at : at + 12])) for at in range(0, len(months), 12)]


def test_straight_line_of_the_golden_month():
    """12,000 less 5 % over 36 months (B13): 35 times 316.67, the last month 316.55."""
    assert charged("straight_line", "12000", "600", 36) == money(*["316.67"] * 35, "316.55")


def test_double_declining_by_hand():
    """500,000, five years, residual 8,000: 40 % of the book value a year, the last two years straight."""
    months = charged("double_declining", "500000", "8000", 60)
    assert years(months) == ["200000.00", "120000.00", "72000.00", "50000.00", "50000.00"]
    assert months[:12] == money(*["16666.67"] * 11, "16666.63")
    assert months[12:24] == money(*["10000.00"] * 12)
    assert months[24:36] == money(*["6000.00"] * 12)
    # (108,000 - 8,000) / 2 = 50,000 a year, 4,166.666… a month
    assert months[36:] == money(*["4166.67"] * 11, "4166.63") * 2


def test_sum_of_years_by_hand():
    """100,000 less 4,000 over five years: 5/15, 4/15, 3/15, 2/15, 1/15 of 96,000."""
    months = charged("sum_of_years", "100000", "4000", 60)
    assert years(months) == ["32000.00", "25600.00", "19200.00", "12800.00", "6400.00"]
    # 32,000 / 12 = 2,666.666…; 25,600 / 12 = 2,133.333…; 6,400 / 12 = 533.333…
    assert months[:12] == money(*["2666.67"] * 11, "2666.63")
    assert months[12:24] == money(*["2133.33"] * 11, "2133.37")
    assert months[48:] == money(*["533.33"] * 11, "533.37")


def test_lives_that_are_no_whole_years():
    """42 months: declining 12 and 6 months, then 24 straight; digits by months of life left."""
    months = charged("double_declining", "42000", "0", 42)
    # 42,000 × 2 × 12 / 42 = 24,000; then 18,000 × 2 × 6 / 42 = 5,142.857…
    assert years(months)[0] == "24000.00"
    assert str(sum(months[12:18])) == "5142.86"
    assert str(sum(months[18:])) == "12857.14"
    digits = charged("sum_of_years", "42000", "0", 42)
    # weights 42×12, 30×12, 18×12, 6×6 of 1,116
    assert years(digits) == ["18967.74", "13548.39", "8129.03", "1354.84"]


def test_a_residual_the_declining_method_would_undercut():
    """The book value never falls below the residual."""
    months = charged("double_declining", "1000", "500", 60)
    assert years(months) == ["400.00", "100.00", "0.00", "0.00", "0.00"]


def test_amounts_smaller_than_a_cent_a_month():
    assert charged("straight_line", "0.20", "0", 36) == money(*["0.01"] * 20, *["0.00"] * 16)
    assert charged("straight_line", "0.10", "0", 36)[-1] == Decimal("0.10")


@given(
    method=st.sampled_from(schedule.METHODS),
    value=st.decimals("0.01", "99999999", places=2),
    rate=st.integers(0, 100),
    life=st.integers(1, 400),
)
def test_every_schedule_ends_at_the_residual(method, value, rate, life):
    residual = (value * rate / 100).quantize(Decimal("0.01"))
    months = schedule.charges(method, value, residual, life)
    assert len(months) == life
    assert sum(months) == max(value - residual, 0)
    assert min(months) >= 0


@given(
    method=st.sampled_from(schedule.METHODS),
    value=st.decimals("1", "999999", places=2),
    life=st.integers(2, 120),
    used=st.integers(0, 119),
    part=st.integers(0, 100),
)
def test_what_goes_on_from_other_books_ends_at_the_residual_too(method, value, life, used, part):
    used = min(used, life - 1)
    spent = (value * part / 100).quantize(Decimal("0.01"))
    months, _ = schedule.going_on(method, value=value, spent=spent, residual=Decimal("0.00"), life=life, used=used)
    assert len(months) == life - used
    assert sum(months) == value - spent
    assert min(months) >= 0


def test_months_that_other_books_charged_alike_go_on_as_they_were():
    whole = charged("double_declining", "500000", "8000", 60)
    spent = sum(whole[:7])
    assert schedule.going_on(
        "double_declining", value=Decimal(500000), spent=spent, residual=Decimal(8000), life=60, used=7
    ) == (whole[7:], True)
    # Two cents of other rounding end in the last month.
    going = schedule.going_on(
        "double_declining",
        value=Decimal(500000),
        spent=spent + Decimal("0.02"),
        residual=Decimal(8000),
        life=60,
        used=7,
    )
    assert going == ([*whole[7:-1], whole[-1] - Decimal("0.02")], True)


def test_other_books_that_charged_otherwise_are_spread_over_what_is_left():
    months, alike = schedule.going_on(
        "straight_line", value=Decimal(12000), spent=Decimal(3000), residual=Decimal(0), life=36, used=6
    )
    assert not alike
    assert months == money(*["300.00"] * 30)


@given(rest=st.lists(st.decimals("0", "9999", places=2), min_size=1, max_size=60), part=st.integers(0, 100))
def test_a_part_of_a_schedule_adds_up_and_never_exceeds_it(rest, part):
    total = (sum(rest, Decimal(0)) * part / 100).quantize(Decimal("0.01"))
    made = schedule.part_of(rest, total)
    assert sum(made, Decimal(0)) == total
    assert all(one >= 0 for one in made)


def test_months_missed_come_with_the_first():
    assert schedule.caught_up(money("1", "2", "3", "4"), 2) == money("6", "4")
    assert schedule.caught_up(money("1", "2"), 9) == money("3")
    assert schedule.caught_up([], 3) == []
