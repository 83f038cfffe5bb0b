"""Like is compared with like: the same days last month and last year."""

from datetime import date

import pytest

from dashboards.span import Span, month_list, shift, span_of

TODAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("kind", "period", "first", "last"),
    [
        ("month", "2026-03", date(2026, 3, 1), TODAY),
        ("month", "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", "2026-03", date(2026, 1, 1), TODAY),
        ("quarter", "2026-05", date(2026, 4, 1), date(2026, 5, 1)),
        ("year", "2026-03", date(2026, 1, 1), TODAY),
        ("twelve", "2026-03", date(2025, 4, 1), TODAY),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_spans_never_reach_beyond_today(kind, period, first, last):
    assert span_of(kind, period, TODAY) == Span(first, last)


def test_a_month_to_date_is_compared_with_as_many_days():
    assert Span(date(2026, 3, 1), TODAY).year_before == Span(date(2025, 3, 1), date(2025, 3, 17))
    assert Span(date(2026, 3, 1), TODAY).months_back(1) == Span(date(2026, 2, 1), date(2026, 2, 17))


def test_a_whole_month_is_compared_with_a_whole_month():
    assert Span(date(2026, 2, 1), date(2026, 2, 28)).months_back(1) == Span(date(2026, 1, 1), date(2026, 1, 31))
    assert Span(date(2024, 2, 1), date(2024, 2, 29)).year_before == Span(date(2023, 2, 1), date(2023, 2, 28))


def test_days_that_a_month_does_not_have_become_its_last():
    assert shift(date(2026, 3, 30), -1) == date(2026, 2, 28)


def test_months_are_counted():
    assert Span(date(2026, 1, 1), TODAY).months == 3
    assert month_list(TODAY, 4) == ["2025-12", "2026-01", "2026-02", "2026-03"]
