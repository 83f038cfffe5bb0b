"""Pack: the files of a migration with the layout of each sheet, prepared and in the order in which they are loaded."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.intake import errors
from pipelines.intake.layout import Layout, load_layout, shipped_layouts
from pipelines.intake.mapping import Fit, best_fit
from pipelines.intake.patch_known import marked_from
from pipelines.intake.prepare import Prepared, prepare
from pipelines.intake.read import files_of, read_file, sha256
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
    pack.sheets.sort(key=lambda sheet: (TARGETS[sheet.prepared.target].order, sheet.path.name))
    return pack


def _take(pack: Pack, path: Path, layouts: tuple[Layout, ...], *, named: bool, on_progress: OnProgress | None) -> None:
    def tell(step: str, share: float = 0.0) -> None:
        if on_progress:
            on_progress(path.name, step, share)

    tell("read")
    encoding = layouts[0].read.encoding if named else ""
    grids = read_file(path, encoding=encoding, on_bytes=lambda done, total: tell("read", done / max(total, 1)))
    grids, marked = marked_from(grids)
    digest = sha256(path)
    fits = [(table, best_fit(table, layouts)) for grid in grids for table in tables_of(grid, layouts)]
    accepted = [found for _, found in fits if found is not None and found.accepted]
    if not accepted:
        _refuse(path, [found for _, found in fits if found is not None], named=named)
    for grid, found in fits:
        if found is None or not found.accepted:
            pack.passed_over.append((path.name, grid.sheet))
            continue
        prepared = prepare(found, tell)
        if not prepared.batch.notes["counts"]["read"] and len(accepted) > 1:
            # A page with headers and nothing below them stands beside a full one; alone it is told and refused.
            pack.passed_over.append((path.name, grid.sheet))
            continue
        if marked and "origin" not in prepared.batch.notes:
            # A copy that we marked comes back as the file it was made from, so that no row counts twice.
            origin = {"file": marked["file"], "sheet": grid.sheet}
            prepared = replace(prepared, batch=prepared.batch.note(origin=origin))
        pack.sheets.append(Sheet(path, digest, prepared))


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
