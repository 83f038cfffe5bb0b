"""Layouts made on the screen: another column for a field, written as a layout file that the command takes too."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from pipelines.intake.layout import FOLDER, Layout, load_layout, shipped_layouts
from pipelines.intake.mapping import Fit, fit, needs

NONE = ""


def named(name: str) -> Layout:
    """Return a shipped layout."""
    return next(layout for layout in shipped_layouts() if layout.layout == name)


def asked(layout: Layout) -> list[str]:
    """Return the fields of a layout that are read from a column."""
    return [field for field, column in layout.columns.items() if column.source]


def required(layout: Layout, field: str) -> bool:
    """Return whether a field of a layout must have a column."""
    return needs(layout.columns[field])


def written(base: Layout, found: Fit, columns: Mapping[str, str], name: str) -> str:
    """Return the YAML of a layout that is the base but for the columns given: field -> header, empty for none."""
    by_place = {place: header for header, place in found.header.columns.items()}
    own = {field: by_place[place] for field, place in found.found.items()} | dict(columns)
    needed = [own[field] for field in asked(base) if own.get(field) and required(base, field)]
    content = {
        "layout": name,
        "version": "1",
        "extends": base.layout,
        "match": {"sheet": "*", "words": [], "any_of": [], "min_hit": "0.01", "by_name": "no", "require": needed},
        "columns": {field: {"from": [header] if header else []} for field, header in columns.items()},
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def kept(text: str, name: str, folder: Path) -> Layout:
    """Keep the YAML of a layout in a folder and return the layout; refused as any layout that is not valid."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_layout(str(path))


def taken(grid_fit: Fit, layout: Layout) -> Fit | None:
    """Return how a layout that somebody chose fits a table: what it requires must be there, words do not matter."""
    loose = layout.match.model_copy(
        update={"sheet": "*", "words": [], "any_of": [], "min_hit": 0.01, "by_name": False, "require": []}
    )
    return fit(grid_fit.grid, layout.model_copy(update={"match": loose}))


def is_shipped(name: str) -> bool:
    """Return whether a name belongs to a layout that comes with the project."""
    return (FOLDER / f"{name}.yaml").is_file()
