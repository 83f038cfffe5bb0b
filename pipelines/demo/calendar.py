"""Working days of the demo company: six days a week, closed on public holidays and over Spring Festival."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DAY = date(2025, 1, 1)
TODAY = date(2026, 11, 20)
HISTORY_FIRST_DAY = date(2024, 1, 2)

_HOLIDAYS = (
    (date(2024, 2, 8), date(2024, 2, 17)),
    (date(2024, 5, 1), date(2024, 5, 2)),
    (date(2024, 10, 1), date(2024, 10, 4)),
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 27), date(2025, 2, 5)),
    (date(2025, 4, 4), date(2025, 4, 4)),
    (date(2025, 5, 1), date(2025, 5, 2)),
    (date(2025, 5, 31), date(2025, 5, 31)),
    (date(2025, 10, 1), date(2025, 10, 4)),
    (date(2026, 1, 1), date(2026, 1, 1)),
    (date(2026, 2, 13), date(2026, 2, 24)),
    (date(2026, 4, 4), date(2026, 4, 4)),
    (date(2026, 5, 1), date(2026, 5, 2)),
    (date(2026, 6, 19), date(2026, 6, 19)),
    (date(2026, 10, 1), date(2026, 10, 4)),
)
# How busy a month is against the average month: quiet around Spring Festival, busy in autumn.
SEASON = {1: 0.95, 2: 0.72, 3: 1.08, 4: 1.07, 5: 1.02, 6: 0.95, 7: 0.90, 8: 0.94, 9: 1.08, 10: 1.12, 11: 1.16, 12: 1.06}
_WEEKDAY = (1.15, 1.05, 1.0, 1.0, 1.05, 0.75, 0.0)


def is_workday(day: date) -> bool:
    """True when the warehouse ships and the office writes documents."""
    return day.weekday() != 6 and not any(first <= day <= last for first, last in _HOLIDAYS)


def workdays(first: date, last: date) -> list[date]:
    """All working days from first to last, both included."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [day for day in days if is_workday(day)]


def next_workday(day: date) -> date:
    """The day itself when it is a working day, else the next one."""
    while not is_workday(day):
        day += timedelta(1)
    return day


def busyness(day: date) -> float:
    """Expected share of an average day's orders: season, weekday and nine per cent growth a year."""
    years = (day - date(2025, 7, 1)).days / 365
    return SEASON[day.month] * _WEEKDAY[day.weekday()] * (1 + 0.09 * years)


def periods(first: date = FIRST_DAY, last: date = TODAY) -> list[str]:
    """Months from first to last as 'YYYY-MM'."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]


def month_end(period: str) -> date:
    """Last calendar day of a month."""
    year, month = int(period[:4]), int(period[5:])
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def last_workday(period: str) -> date:
    """Last working day of a month."""
    day = month_end(period)
    while not is_workday(day):
        day -= timedelta(1)
    return day


def month_number(day: date) -> int:
    """The month a day lies in, counted from year 0: documents are posted month by month."""
    return day.year * 12 + day.month - 1
