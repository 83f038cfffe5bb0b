"""The days a screen looks at, and the same days of last month and last year, so that like is compared with like."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

SPANS = ("month", "quarter", "year", "twelve")


@dataclass(frozen=True)
class Span:
    """From one day to another, both included."""

    from_day: date
    to_day: date

    @property
    def period(self) -> str:
        """Return the month of the last day."""
        return f"{self.to_day:%Y-%m}"

    def months_back(self, months: int) -> "Span":
        """Return the same days some months earlier; a last day of the month stays a last day."""
        return Span(shift(self.from_day, -months), shift(self.to_day, -months, stick=True))

    @property
    def months(self) -> int:
        """Return how many months the days touch; 12 or more never has a step before it but the year."""
        return (self.to_day.year - self.from_day.year) * 12 + self.to_day.month - self.from_day.month + 1

    @property
    def year_before(self) -> "Span":
        """Return the same days of the year before."""
        return self.months_back(12)

    def as_filters(self) -> dict[str, date]:
        """Return the days as report parameters."""
        return {"from_day": self.from_day, "to_day": self.to_day}

    def with_history(self) -> dict[str, object]:
        """Return the days as parameters of a sales report that also counts what was sold before the books began."""
        return self.as_filters() | {"include_history": True}


def span_of(kind: str, period: str, today: date) -> Span:
    """Return the month, quarter, year or twelve months that end with a period, never beyond today."""
    first = date(int(period[:4]), int(period[5:7]), 1)
    last = min(end_of(first), max(today, first))
    starts = {
        "month": first,
        "quarter": date(first.year, first.month - (first.month - 1) % 3, 1),
        "year": date(first.year, 1, 1),
        "twelve": shift(first, -11),
    }
    return Span(starts.get(kind, first), last)


def shift(day: date, months: int, stick: bool = False) -> date:
    """Move a day by months; stick keeps the end of a month at the end of a month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    at_end = stick and day == end_of(day)
    return date(year, month + 1, length if at_end else min(day.day, length))


def end_of(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_list(last: date, count: int) -> list[str]:
    """Return the last count months up to a day, oldest first."""
    return [f"{shift(last.replace(day=1), -back):%Y-%m}" for back in range(count - 1, -1, -1)]


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)
