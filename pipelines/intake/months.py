"""The day or month a sheet is about, as its name, its titles or its file's name say it."""

import calendar
import re
from dataclasses import dataclass

from pipelines.intake.cells import Grid
from pipelines.intake.header import Header
from pipelines.intake.parsers.kinds import folded

DAY = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[年./_-]?(1[0-2]|0[1-9]|[1-9](?!\d))[月./_-]?(3[01]|[12]\d|0[1-9]|[1-9](?!\d))日?(?!\d)"
)
MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})年?[./_-]?第?(1[0-2]|0[1-9]|[1-9])(?:月|期|(?!\d))")
MONTH_ALONE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月(份)?$")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|(?!\d))")


@dataclass(frozen=True)
class Month:
    """A year, perhaps its month, perhaps its day."""

    year: int
    month: int = 0
    day: int = 0

    def text(self, parser: str, day: str) -> str | None:
        """Return what a reader is given: the day, the month, or its first or last day where the layout says which."""
        if parser == "period":
            return f"{self.year}-{self.month:02}" if self.month else None
        chosen = self.day
        if not chosen and self.month and day in ("first", "last"):
            chosen = 1 if day == "first" else calendar.monthrange(self.year, self.month)[1]
        if chosen:
            return f"{self.year}-{self.month:02}-{chosen:02}"
        return f"{self.year}年{self.month}月" if self.month else None


def named_month(grid: Grid, header: Header) -> Month | None:
    """Return the month of a sheet; 1月 alone takes its year from the titles or the file's name, never from today."""
    titles = [
        folded(text)
        for row in grid.frame.head(10).iter_rows(named=True)
        if row["row"] < header.first_row
        for n in range(grid.width)
        if (text := row[f"t{n}"])
    ]
    places = [folded(grid.sheet), *titles, folded(grid.file.rsplit(".", 1)[0])]
    alone = MONTH_ALONE.search(places[0])
    for place in places:
        if found := DAY.search(place):
            return Month(*(int(part) for part in found.groups()))
        if found := MONTH.search(place):
            return Month(int(found[1]), int(found[2]))
    for place in places:
        if found := YEAR.search(place):
            return Month(int(found[1]), int(alone[1]) if alone else 0)
    return None
