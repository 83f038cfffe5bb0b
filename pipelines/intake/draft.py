"""A first layout for a file nobody has seen: what is recognised is written down, what is not is asked about."""

import re
from difflib import get_close_matches
from pathlib import Path

from pipelines.intake.cells import Grid, letter
from pipelines.intake.dirt import kind_of
from pipelines.intake.errors import EmptySheet, TargetUnknown
from pipelines.intake.header import plain_name
from pipelines.intake.layout import Column, Layout, shipped_layouts
from pipelines.intake.mapping import Fit, best_fit
from pipelines.intake.read import read_file
from pipelines.intake.rows import body_of
from pipelines.intake.tables import tables_of
from pipelines.intake.targets import TARGETS

LIKE = 0.7
VALUES_SHOWN = 12
READERS = {"number": "amount", "empty": "text"}
# A plain YAML scalar: anything else is written in quotes.
BARE = re.compile(r"[\w\u3400-\u9fff/]+")


def draft_layout(path: Path, name: str, target: str = "", sheet: str = "") -> str:
    """Return the YAML of a layout for the file's largest table, or that of a sheet; target overrules what fits best.

    Refuses a file that cannot be read, a sheet without a table, and a target that does not exist.
    """
    if target and target not in TARGETS:
        raise TargetUnknown(target=target, known=", ".join(sorted(TARGETS)))
    wanted = tuple(one for one in shipped_layouts() if target in ("", one.target))
    # The layout of one system says too little about the files of another.
    layouts = tuple(one for one in wanted if not one.source) or wanted
    tables = [table for grid in read_file(path) for table in tables_of(grid, shipped_layouts())]
    fits = [(table, best_fit(table, layouts)) for table in tables if sheet in ("", table.sheet)]
    known = [(table, found) for table, found in fits if found is not None]
    if not known:
        raise EmptySheet(file=path.name, sheets=sheet or path.name)
    table, found = max(known, key=lambda each: (each[1].accepted, len(each[1].found), each[0].height))
    strange = not found.accepted and len(found.found) < len(found.header.columns) / 3
    if not target and (not found.found or strange):
        return _plain(table, found, name)
    return _after(found, name)


def _head(found: Fit, name: str, target: str) -> list[str]:
    grid, title = found.grid, _quoted(name)
    return [
        f"# 由 {grid.file} {grid.sheet} 起草，请逐项核对 · drafted from it; check every line.",
        "# yaml-language-server: $schema=schema.json",
        f"layout: {title}",
        "version: 1",
        "extends: base_cn",
        f"title: {{zh: {title}, en: {title}}}",
        f"target: {target}",
    ]


def _plain(table: Grid, found: Fit, name: str) -> str:
    """Return a layout that only reads: every column under its letter, as what it seems to hold."""
    body = body_of(table, found.header).frame
    lines = [*_head(found, name, "rows"), "columns:"]
    for title, place in found.header.columns.items():
        holds = kind_of(body[f"t{place}"], body[f"k{place}"], title)
        lines.append(f"  {letter(place).lower()}: {{from: {_quoted(title)}, parse: {READERS.get(holds, holds)}}}")
    return "\n".join([*lines, "duplicates: keep", "totals: [{count: rows}]", ""])


def _after(found: Fit, name: str) -> str:
    """Return a layout in the manner of the one that fits best."""
    model, names = found.layout, found.header.names
    needed = [
        names[found.found[field]] for field, column in model.columns.items() if field in found.found and column.required
    ]
    lines = [*_head(found, name, model.target)]
    if needed:
        lines.append(f"match: {{require: [{', '.join(_quoted(each) for each in needed)}], min_hit: 0.6}}")
    lines.append("columns:")
    taken = {names[place] for place in found.found.values()}
    for field, column in model.columns.items():
        lines += _field(found, field, column, taken)
    lines += _others(found, taken)
    lines += _rest(model)
    return "\n".join([*lines, ""])


def _field(found: Fit, field: str, column: Column, taken: set[str]) -> list[str]:
    if field in found.found:
        title = found.header.names[found.found[field]]
        return [*_unmapped(found, field, column), f"  {field}: {{from: {_quoted(title)}, {_how(column)}}}"]
    if not column.source:
        return []
    free = [each for each in found.unknown if each not in taken]
    near = [name for alias in column.source for name in get_close_matches(plain_name(alias), free, 1, LIKE)]
    if near:
        taken.add(near[0])
        return [f"  {field}: {{from: {_quoted(near[0])}, {_how(column)}}}  # 请核对 · is it this column?"]
    mark = "必填，缺 · required, and missing" if column.required else "没有这一列 · no such column"
    if column.required or field in _named(found.layout):
        # What keys, sums and derived fields name must be there, even if it is empty.
        return [f"  {field}: {{from: [], {_how(column)}}}  # {mark}"]
    return [f"  # {field}: {{from: , {_how(column)}}}  # {mark}"]


def _named(model: Layout) -> set[str]:
    """Return the fields that other parts of a layout name."""
    spoken = [*model.key, *model.group, *(total.sum or "" for total in model.totals)]
    for rule in model.derive.values():
        for part in (rule.multiply, rule.add, rule.subtract, rule.first_of, rule.join):
            spoken += part or []
        for case in rule.case or []:
            spoken += [when.field for when in case.when] + [case.take or ""]
    return set(spoken)


def _how(column: Column) -> str:
    """Return how a column is read, as the file writes it."""
    said = [f"parse: {_written(column.parse)}"]
    if column.required:
        said.append("required: yes")
    if column.default is not None:
        said.append(f"default: {_quoted(column.default)}")
    if column.on_reject != "row":
        said.append(f"on_reject: {column.on_reject}")
    if column.map:
        pairs = ", ".join(f"{_quoted(old)}: {_quoted(new)}" for old, new in column.map.items())
        said.append(f"map: {{{pairs}}}, unmapped: {column.unmapped}")
    return ", ".join(said)


def _unmapped(found: Fit, field: str, column: Column) -> list[str]:
    """Return a remark about values that the map of a column does not know."""
    if not column.map:
        return []
    values = body_of(found.grid, found.header).frame[f"t{found.found[field]}"].drop_nulls().str.strip_chars().unique()
    strange = values.filter(~values.is_in(list(column.map))).sort().head(VALUES_SHOWN).to_list()
    return (
        [f"  # 未对应的值 · values without a meaning yet: {', '.join(strange)}".replace("\n", " ")] if strange else []
    )


def _others(found: Fit, taken: set[str]) -> list[str]:
    body = body_of(found.grid, found.header).frame
    columns = found.header.columns
    told = [
        (name, kind_of(body[f"t{columns[name]}"], body[f"k{columns[name]}"], name))
        for name in found.unknown
        if name not in taken
    ]
    return (
        ["  # 没有用到的列 · columns not used:", *(f"  #   {name} ({holds})" for name, holds in told)] if told else []
    )


def _rest(model: Layout) -> list[str]:
    lines = [f"{name}: [{', '.join(value)}]" for name, value in (("key", model.key), ("group", model.group)) if value]
    if model.duplicates != "reject":
        lines.append(f"duplicates: {model.duplicates}")
    if model.derive:
        lines.append("derive:")
        lines += [
            f"  {field}: {_written(rule.model_dump(exclude_defaults=True))}" for field, rule in model.derive.items()
        ]
    totals = [_written(total.model_dump(exclude_none=True)) for total in model.totals]
    return [*lines, f"totals: [{', '.join(totals)}]"] if totals else lines


def _written(value: object) -> str:
    """Return a value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return ("yes" if value else "no") if isinstance(value, bool) else _quoted(str(value))


def _quoted(text: str) -> str:
    if BARE.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
