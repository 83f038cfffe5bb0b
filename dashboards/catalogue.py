"""Titles, kinds and meanings of reports in the language of the reader, from the headers of the reports."""

from collections.abc import Callable

from dashboards.tables import Column
from erp_core.reports.definition import Definition, definitions

KINDS = {"integer": "count", "boolean": "text", "timestamp": "text"}


def definition(report: str) -> Definition | None:
    """Return what a report says of itself, or None when there is no such report."""
    return definitions().get(report)


def parameters(report: str) -> dict[str, str]:
    """Return the parameters of a report with their kinds."""
    found = definition(report)
    return {parameter.name: parameter.kind for parameter in found.parameters} if found else {}


def title(report: str, language: str) -> str:
    """Return the title of a report."""
    found = definition(report)
    return found.title.to(language) if found else report


def parameter_title(report: str, name: str, language: str) -> str:
    """Return what a parameter asks."""
    return next((p.title.to(language) for p in definition(report).parameters if p.name == name), name)


def meaning(report: str, column: str, language: str) -> str:
    """Return the definition of a figure, as its report gives it."""
    found = definition(report)
    return next((c.meaning.to(language) for c in found.columns if c.name == column), "") if found else ""


def label(report: str, column: str, value: object, language: str) -> str:
    """Return the word for a coded value, or the value itself."""
    found = definition(report)
    values = next((c.values for c in found.columns if c.name == column), {}) if found else {}
    return values[value].to(language) if value in values else str(value)


def columns(
    report: str,
    language: str,
    *names: str,
    links: dict[str, Callable[[dict], str | None]] | None = None,
    bars: tuple[str, ...] = (),
    wide_only: tuple[str, ...] = (),
    titles: dict[str, str] | None = None,
) -> list[Column]:
    """Return table columns with the report's own titles; all of them when no names are given."""
    found = {column.name: column for column in definition(report).columns}
    chosen = [name for name in names or found if name in found]
    return [
        Column(
            key=name,
            title=(titles or {}).get(name) or found[name].title.to(language),
            kind=KINDS.get(found[name].kind, found[name].kind),
            link=(links or {}).get(name),
            words=_worder(report, name, language) if found[name].values else None,
            bar=name in bars,
            wide_only=name in wide_only,
        )
        for name in chosen
    ]


def _worder(report: str, column: str, language: str) -> Callable[[object], str]:
    return lambda value: label(report, column, value, language)
