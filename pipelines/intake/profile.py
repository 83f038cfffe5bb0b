"""Profile: what is in files before anything is decided: columns, dirt, layouts that fit, the chart's standard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from pipelines.intake.cells import Grid, letter
from pipelines.intake.crosschecks import orphans
from pipelines.intake.dirt import dirt_of, kind_of
from pipelines.intake.header import Header, find_header
from pipelines.intake.layout import Layout, shipped_layouts
from pipelines.intake.mapping import Fit, aliases_of, best_fit, fit
from pipelines.intake.months import named_month
from pipelines.intake.prepare import Prepared, prepare
from pipelines.intake.read import OnBytes, read_file, sha256
from pipelines.intake.rows import body_of
from pipelines.intake.sniff import sniff
from pipelines.intake.standards import Verdict, accounts_of, standard_of
from pipelines.intake.tables import tables_of

SAMPLES = 3
LAYOUTS_SHOWN = 3
ORPHANS_SHOWN = 5
# Which list a field names, for the targets whose rows name others.
MASTERS = {
    "party": ("customers", "suppliers"), "supplier": ("suppliers",), "item": ("items",), "warehouse": ("warehouses",),
    "department": ("departments",), "employee": ("employees",), "account": ("accounts",),
}  # fmt: skip


@dataclass(frozen=True)
class FileProfile:
    """A file, its facts per table, or why it cannot be read."""

    path: Path
    sha256: str
    size: int
    sheets: list[dict[str, Any]]
    refusal: Refusal | None = None
    format: str = ""
    accounts: list[tuple[str, str]] = field(default_factory=list)
    prepared: list[tuple[str, Prepared]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return the profile as plain values for JSON."""
        refused = {"code": self.refusal.code, "text": self.refusal.english} if self.refusal else None
        return {
            "file": self.path.name,
            "format": self.format,
            "sha256": self.sha256,
            "bytes": self.size,
            "sheets": self.sheets,
            "refusal": refused,
        }


@dataclass(frozen=True)
class FolderProfile:
    """All files of a migration, the standard their accounts follow, and references whose list is there without them."""

    files: list[FileProfile]
    standard: Verdict
    references: list[dict[str, Any]]

    def plain(self) -> dict[str, Any]:
        """Return the profile as plain values for JSON."""
        return {
            "standard": self.standard.plain(),
            "references": self.references,
            "files": [one.plain() for one in self.files],
        }


def profile_files(paths: list[Path], on_bytes: Callable[[Path, int, int], None] | None = None) -> FolderProfile:
    """Return the profile of files that belong together; on_bytes(path, done, total) follows the reading."""
    found = []
    for path in paths:
        found.append(profile_file(path, (lambda done, total, p=path: on_bytes(p, done, total)) if on_bytes else None))
    accounts = {account for one in found for account in one.accounts}
    return FolderProfile(found, standard_of(accounts), _references(found))


def profile_file(path: Path, on_bytes: OnBytes | None = None) -> FileProfile:
    """Return the profile of a file; a file that cannot be read is part of the picture, not the end of it."""
    size, digest = path.stat().st_size, sha256(path)
    try:
        kind = sniff(path).format
        grids = read_file(path, on_bytes=on_bytes)
    except Refusal as refusal:
        return FileProfile(path, digest, size, [], refusal)
    layouts = shipped_layouts()
    sheets, accounts, ready = [], [], []
    for grid in grids:
        for table in tables_of(grid, layouts):
            facts, done = profile_sheet(table, layouts)
            sheets.append(facts)
            header = find_header(table, aliases_of(layouts))
            accounts += accounts_of(table, header) if header else []
            ready += [(table.sheet, done)] if done else []
    return FileProfile(path, digest, size, sheets, None, kind, accounts, ready)


def profile_sheet(grid: Grid, layouts: tuple[Layout, ...]) -> tuple[dict[str, Any], Prepared | None]:
    """Return what one table probably is, and its rows under the layout that suits it, if one does."""
    header = find_header(grid, aliases_of(layouts))
    facts: dict[str, Any] = {
        "sheet": grid.sheet,
        "hidden": grid.hidden,
        "encoding": grid.encoding,
        "rows_declared": grid.rows_declared,
        "rows_filled": grid.height,
        "columns": [],
        "merged": len(grid.merges),
        "hidden_rows": len(grid.hidden_rows),
        "struck_rows": len(grid.struck_rows),
        "unreadable_lines": len(grid.bad_lines),
        "layouts": [],
    }
    if header is None:
        return facts | {"header_row": None}, None
    best = best_fit(grid, layouts)
    accepted = best if best and best.accepted else None
    done, refused = _tried(accepted)
    facts |= _body_facts(grid, header)
    facts |= {"layouts": _ranked(grid, layouts), "verdict": accepted.layout.layout if accepted else None}
    standard = standard_of(accounts_of(grid, header))
    facts |= {"standard": standard.standard} if sum(standard.votes.values()) else {}
    return facts | _outcome(done) | ({"refusal": refused} if refused else {}), done


def _tried(accepted: Fit | None) -> tuple[Prepared | None, str]:
    if accepted is None:
        return None, ""
    try:
        return prepare(accepted), ""
    except Refusal as refusal:
        return None, refusal.english


def _body_facts(grid: Grid, header: Header) -> dict[str, Any]:
    body, month = body_of(grid, header), named_month(grid, header)
    columns = [_column(body.frame, n, name) for name, n in header.columns.items()]
    dirt: dict[str, int] = {}
    for column in columns:
        for kind, count in column["dirt"].items():
            dirt[kind] = dirt.get(kind, 0) + count
    return {
        "header_row": header.last_row,
        "header_rows": header.last_row - header.first_row + 1,
        "data_rows": body.frame.height,
        "dropped": dict(body.dropped.group_by("reason").len().sort("reason").rows()),
        "month": f"{month.year}-{month.month:02}" if month and month.month else str(month.year) if month else None,
        "units": sorted(set(header.units.values())),
        "columns": columns,
        "dirt": dirt,
    }


def _column(frame: pl.DataFrame, place: int, name: str) -> dict[str, Any]:
    text, kind = frame[f"t{place}"], frame[f"k{place}"]
    kinds = frame.group_by(f"k{place}").len().drop_nulls().sort(f"k{place}").rows()
    samples = text.drop_nulls().head(50).unique(maintain_order=True).head(SAMPLES).to_list()
    return {
        "column": letter(place),
        "name": name,
        "holds": kind_of(text, kind, name),
        "kinds": {str(kind): count for kind, count in kinds},
        "empty": text.null_count(),
        "distinct": text.drop_nulls().n_unique(),
        "samples": [sample.strip()[:40] for sample in samples],
        "dirt": dirt_of(text, kind),
    }


def _outcome(done: Prepared | None) -> dict[str, Any]:
    """Return what would become of the rows: counts, and issues by code."""
    if done is None:
        return {"issues": [], "outcome": None}
    issues = done.batch.rejects.group_by("code", "severity").agg(pl.len().alias("count"), pl.col("row").min())
    return {
        "issues": issues.sort("severity", "count", "code", descending=[False, True, False]).to_dicts(),
        "outcome": done.batch.notes["counts"],
    }


def _ranked(grid: Grid, layouts: tuple[Layout, ...]) -> list[dict[str, Any]]:
    fits = [found for layout in layouts if (found := fit(grid, layout)) is not None and found.found]
    fits.sort(key=lambda found: (found.accepted, found.score), reverse=True)
    return [
        {
            "layout": found.layout.layout,
            "target": found.layout.target,
            "found": len(found.found),
            "wanted": found.wanted,
            "share": round(found.share, 2),
            "accepted": found.accepted,
            "missing": list(found.missing),
            "unknown": list(found.unknown),
        }
        for found in fits[:LAYOUTS_SHOWN]
    ]


def _references(found: list[FileProfile]) -> list[dict[str, Any]]:
    """Return the codes that rows name and that are not in the lists beside them; without a list nothing is said."""
    tables = [(one.path.name, sheet, done) for one in found for sheet, done in one.prepared]
    known: dict[str, set[str]] = {}
    for _, _, done in tables:
        for target, frame in {done.target: done.batch.frame, **done.also}.items():
            if "code" in frame.columns:
                known.setdefault(target, set()).update(frame["code"].drop_nulls().to_list())
    lost = []
    for file, sheet, done in tables:
        for name, masters in MASTERS.items():
            codes = set().union(*(known.get(master, set()) for master in masters))
            if not codes or name not in done.batch.frame.columns or done.target in masters:
                continue
            missing = orphans(done.batch.frame, name, codes)
            if missing.height:
                examples = missing["found"].unique(maintain_order=True).head(ORPHANS_SHOWN).to_list()
                lost.append({
                    "file": file, "sheet": sheet, "field": name, "list": masters[0], "rows": missing.height,
                    "first_row": missing["row"][0], "examples": examples,
                })  # fmt: skip
    return lost
