"""What a report says of itself: the header of its SQL file, read into titles, parameters, columns and value labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

HOME = "erp_core.reports"
PARAMETER_KINDS = ("period", "date", "integer", "boolean", "text", "choice")
COLUMN_KINDS = ("text", "integer", "money", "quantity", "price", "ratio", "percent", "date", "timestamp", "boolean")
_SEPARATOR = " · "


@dataclass(frozen=True)
class Title:
    """The same words in both languages."""

    zh: str
    en: str

    def to(self, language: str) -> str:
        """The words in one language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Parameter:
    """One question a report asks before it runs; default is text as written in the header, or None."""

    name: str
    kind: str
    required: bool
    default: str | None
    choices: tuple[str, ...]
    title: Title


@dataclass(frozen=True)
class Column:
    """One column of the answer: its kind decides type and format."""

    name: str
    kind: str
    title: Title
    meaning: Title
    values: dict[str, Title] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A report: one question, its parameters, its columns, and the SQL that answers it.

    areas: who may read one of them may run it, nobody named means everybody. complete: 'whole', or the dimensions in
    which a reader must have no limit, since half a figure would be a wrong one. masked: mask to the columns it hides,
    totals that would reveal them included.
    """

    name: str
    title: Title
    grain: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    total: str
    form: str
    sql: str
    areas: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    masked: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def hidden(self, masks: tuple[str, ...]) -> frozenset[str]:
        """The columns that a reader with these masks does not see."""
        return frozenset(name for mask in masks for name in self.masked.get(mask, ()))

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def signature(self) -> str:
        """The parameters as one would write them in a call, for refusals and help."""
        parts = [p.name if p.required else f"{p.name}={p.default or ''}" for p in self.parameters]
        return ", ".join(parts) or "-"


_PARAMETER = re.compile(r"parameter (\w+): (\w+)(?:\(([\w|]+)\))?(?:, (required)| = (\S*))?$")
_COLUMN = re.compile(r"column (\w+): (\w+)$")
_MASK = re.compile(r"mask (\w+): ([\w, ]+)$")
_VALUE = re.compile(r"value (\w+)(?: (\S+))?$")


def parse(text: str, file: str = "") -> Definition:
    """Read the header of one report file; a line that does not follow the form raises ValueError naming it."""
    header = [line[3:].rstrip() for line in _leading_comments(text)]
    name, zh, en = header[0].split(_SEPARATOR)
    parameters: list[Parameter] = []
    columns: list[Column] = []
    notes = {"grain": "", "total": "", "form": "list", "area": "", "scope": ""}
    masked: dict[str, tuple[str, ...]] = {}
    for line in header[1:]:
        head, *words = line.split(_SEPARATOR)
        key = head.partition(": ")[0]
        if key in notes:
            notes[key] = line.partition(": ")[2]
        elif match := _MASK.match(line):
            masked[match[1]] = tuple(match[2].split(", "))
        elif match := _PARAMETER.match(head):
            parameters.append(_parameter(match, words))
        elif match := _COLUMN.match(head):
            columns.append(_column(match, words, file))
        elif match := _VALUE.match(head):
            columns_by_name = {column.name: column for column in columns}
            columns_by_name[match[1]].values[match[2] or ""] = Title(words[0], words[-1])
        else:
            raise ValueError(f"{file}: cannot read header line: {line}")
    return Definition(
        name,
        Title(zh, en),
        notes["grain"],
        tuple(parameters),
        tuple(columns),
        notes["total"],
        notes["form"],
        text,
        tuple(notes["area"].split(" | ")) if notes["area"] else (),
        tuple(notes["scope"].split(", ")) if notes["scope"] else (),
        masked,
    )


def _leading_comments(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line)
    return lines


def _parameter(match: re.Match[str], words: list[str]) -> Parameter:
    name, kind, choices, required, default = match.groups()
    if kind not in PARAMETER_KINDS:
        raise ValueError(f"unknown kind of parameter: {kind}")
    # A parameter without default and not required is optional: it arrives in the SQL as null or as empty text.
    return Parameter(name, kind, bool(required), default, tuple((choices or "").split("|")), Title(words[0], words[-1]))


def _column(match: re.Match[str], words: list[str], file: str) -> Column:
    name, kind = match.groups()
    if kind not in COLUMN_KINDS:
        raise ValueError(f"{file}: unknown kind of column: {kind}")
    meaning = Title(words[2], words[3]) if len(words) > 3 else Title("", "")
    return Column(name, kind, Title(words[0], words[1]), meaning)


@cache
def definitions() -> dict[str, Definition]:
    """Every report of the house by name."""
    found = {}
    for entry in sorted(resources.files(HOME).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".sql"):
            definition = parse(entry.read_text(encoding="utf-8"), entry.name)
            if definition.name != entry.name.removesuffix(".sql"):
                raise ValueError(f"{entry.name}: header names another report, {definition.name}")
            found[definition.name] = definition
    return found
