"""One question asked of the books: the same filters make the number on a card and the link to the rows behind it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import polars as pl

from dashboards import catalogue, state


@dataclass(frozen=True)
class Scope:
    """A report with its filters, and the column whose sum is the number."""

    report: str
    measure: str = ""
    title: str = ""
    filters: tuple[tuple[str, object], ...] = field(default=())

    @classmethod
    def of(cls, report: str, measure: str = "", title: str = "", **filters: object) -> "Scope":
        """Make a scope from plain filters; empty ones are left out."""
        kept = tuple(sorted((name, value) for name, value in filters.items() if value not in (None, "")))
        return cls(report, measure, title, kept)

    @classmethod
    def from_query(cls, query: dict[str, str]) -> "Scope":
        """Read a scope back from the query string of its link; unknown names are ignored by the report."""
        known = catalogue.parameters(query.get("report", ""))
        filters = {name: typed(query[name], kind) for name, kind in known.items() if query.get(name, "") != ""}
        return cls.of(query.get("report", ""), query.get("measure", ""), query.get("title", ""), **filters)

    def rows(self) -> pl.DataFrame:
        """Return the rows of the report under these filters."""
        return state.load(self.report, **dict(self.filters))

    def number(self) -> Decimal:
        """Return what the rows add up to."""
        total = self.rows()[self.measure].sum()
        return Decimal(0) if total is None else total

    def narrowed(self, **filters: object) -> "Scope":
        """Return the same question with more filters."""
        return Scope.of(self.report, self.measure, self.title, **(dict(self.filters) | filters))

    def link(self, language: str) -> str:
        """Return the address that lists exactly these rows."""
        head = {"report": self.report, "measure": self.measure, "title": self.title}
        return address("rows", language, **head, **dict(self.filters))


def address(page: str, language: str, **query: object) -> str:
    """Return the address of a page with its query; the language travels along unless it is the default."""
    pairs = {name: value.isoformat() if isinstance(value, date) else value for name, value in query.items()}
    pairs = {name: value for name, value in pairs.items() if value not in (None, "")}
    if language != state.DEFAULT_LANGUAGE:
        pairs["lang"] = language
    return f"/{page}" + (f"?{urlencode(pairs)}" if pairs else "")


def typed(text: str, kind: str) -> object:
    """Read a value of an address as the kind of parameter it is meant for."""
    # What does not fit stays text: the report refuses it in words that name the parameter.
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind == "integer":
            return int(text)
    except ValueError:
        return text
    if kind == "boolean":
        return text.lower() in ("true", "1", "yes")
    return text
