"""Pack: the files of a migration with the layout of each sheet, prepared and in the order in which they are loaded."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.intake import errors
from pipelines.intake.cells import Grid
from pipelines.intake.layout import Layout, load_layout, shipped_layouts
from pipelines.intake.mapping import Fit, best_fit
from pipelines.intake.patch_known import marked_from
from pipelines.intake.prepare import Prepared, prepare
from pipelines.intake.read import OnBytes, files_of, read_file, sha256
from pipelines.intake.tables import tables_of
from pipelines.intake.targets import TARGETS

OnProgress = Callable[[str, str, float], None]
"""Told the file, the step (read, map, clean, …) and the share of the step that is done."""


@dataclass(frozen=True)
class Sheet:
    """One prepared sheet and the file it comes from."""

    path: Path
    file_hash: str
    prepared: Prepared

    @property
    def fit(self) -> Fit:
        """Return the layout's fit."""
        return self.prepared.fit

    @property
    def place(self) -> str:
        """Return file and sheet as people say it."""
        return f"{self.path.name} [{self.fit.grid.sheet}]" if self.fit.grid.sheet else self.path.name

    @property
    def run(self) -> dict[str, object]:
        """Return the facts that a run keeps."""
        notes, layout = self.prepared.batch.notes, self.fit.layout
        counts = notes["counts"]
        return {
            "layout": f"{layout.layout} v{layout.version} {layout.sha256[:12]}",
            "source": layout.source,
            "file": self.path.name,
            "file_hash": self.file_hash,
            "sheet": self.fit.grid.sheet,
            "rows_read": counts["read"],
            "rows_rejected": counts["rejected"],
            "rows_dropped": counts["dropped"],
            "totals": [{**total, "amount": str(total["amount"])} for total in notes["sums"]],
        } | notes.get("origin", {})


@dataclass
class Pack:
    """All sheets of a migration, those no layout fits, and files that were refused."""

    sheets: list[Sheet] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)

    def of(self, *targets: str) -> list[Sheet]:
        """Return the sheets of the targets."""
        return [sheet for sheet in self.sheets if sheet.prepared.target in targets]


def layouts_for(name: str | None) -> tuple[Layout, ...]:
    """Return the one layout named, or all that are shipped."""
    return (load_layout(name),) if name else shipped_layouts()


def gather(paths: list[Path], layout: str | None = None, on_progress: OnProgress | None = None) -> Pack:
    """Return the files read and prepared; refuse a file that cannot be read or that no layout fits at all."""
    layouts = layouts_for(layout)
    pack = Pack()
    for path in files_of(paths):
        _take(pack, path, layouts, named=bool(layout), on_progress=on_progress)
    pack.sheets = in_order(pack.sheets)
    return pack


@dataclass(frozen=True)
class Tables:
    """The tables of one file: path, its SHA-256, and of which file it is a copy that we marked, if it is one."""

    path: Path
    digest: str
    grids: list[Grid]
    marked: dict[str, str] = field(default_factory=dict)


def tables_in(path: Path, layouts: tuple[Layout, ...], encoding: str = "", on_bytes: OnBytes | None = None) -> Tables:
    """Return the tables of a file, without what we marked in it; refuse a file that cannot be read."""
    grids, marked = marked_from(read_file(path, encoding=encoding, on_bytes=on_bytes))
    tables = [table for grid in grids for table in tables_of(grid, layouts)]
    return Tables(path, sha256(path), tables, marked or {})


def sheet_of(tables: Tables, found: Fit, tell: Callable[[str], None] | None = None) -> Sheet:
    """Return a table prepared under the layout that fits it."""
    prepared = prepare(found, tell)
    if tables.marked and "origin" not in prepared.batch.notes:
        # A copy that we marked comes back as the file it was made from, so that no row counts twice.
        origin = {"file": tables.marked["file"], "sheet": found.grid.sheet}
        prepared = replace(prepared, batch=prepared.batch.note(origin=origin))
    return Sheet(tables.path, tables.digest, prepared)


def in_order(sheets: list[Sheet]) -> list[Sheet]:
    """Return sheets in the order in which they are loaded."""
    return sorted(sheets, key=lambda sheet: (TARGETS[sheet.prepared.target].order, sheet.path.name))


def _take(pack: Pack, path: Path, layouts: tuple[Layout, ...], *, named: bool, on_progress: OnProgress | None) -> None:
    def tell(step: str, share: float = 0.0) -> None:
        if on_progress:
            on_progress(path.name, step, share)

    tell("read")
    encoding = layouts[0].read.encoding if named else ""
    tables = tables_in(path, layouts, encoding, lambda done, total: tell("read", done / max(total, 1)))
    fits = [(table, best_fit(table, layouts)) for table in tables.grids]
    accepted = [found for _, found in fits if found is not None and found.accepted]
    if not accepted:
        _refuse(path, [found for _, found in fits if found is not None], named=named)
    for grid, found in fits:
        if found is None or not found.accepted:
            pack.passed_over.append((path.name, grid.sheet))
            continue
        sheet = sheet_of(tables, found, tell)
        if not sheet.prepared.batch.notes["counts"]["read"] and len(accepted) > 1:
            # A page with headers and nothing below them stands beside a full one; alone it is told and refused.
            pack.passed_over.append((path.name, grid.sheet))
            continue
        pack.sheets.append(sheet)


def _refuse(path: Path, fits: list[Fit], *, named: bool) -> None:
    """Refuse a file no sheet of which fits, with the nearest layout and what is missing from it."""
    best = max(fits, key=lambda found: found.score, default=None)
    if best is None:
        raise errors.EmptySheet(file=path.name, sheets=path.name)
    facts = {"file": path.name, "hits": len(best.found), "wanted": best.wanted}
    if named:
        missing = ", ".join(best.layout.columns[name].source[0] for name in best.missing) or best.layout.match.sheet
        raise errors.LayoutMismatch(**facts, layout=best.layout.layout, missing=missing)
    raise errors.NoLayoutFits(**facts, nearest=best.layout.layout)
