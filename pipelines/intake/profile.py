"""Profile: what is in a file before anything is decided: sheets, header, columns and their kinds, layouts that fit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from erp_core.foundation.errors import Refusal
from pipelines.intake.cells import Grid, letter
from pipelines.intake.header import find_header
from pipelines.intake.layout import Layout, shipped_layouts
from pipelines.intake.mapping import aliases_of, best_fit, fit
from pipelines.intake.read import OnBytes, read_file, sha256
from pipelines.intake.rows import body_of

SAMPLES = 3
LAYOUTS_SHOWN = 3


@dataclass(frozen=True)
class FileProfile:
    """A file, its facts per sheet, or why it cannot be read."""

    path: Path
    sha256: str
    size: int
    sheets: list[dict[str, Any]]
    refusal: Refusal | None = None

    def plain(self) -> dict[str, Any]:
        """Return the profile as plain values for JSON."""
        refused = {"code": self.refusal.code, "text": self.refusal.english} if self.refusal else None
        return {
            "file": self.path.name,
            "sha256": self.sha256,
            "bytes": self.size,
            "sheets": self.sheets,
            "refusal": refused,
        }


def profile_file(path: Path, on_bytes: OnBytes | None = None) -> FileProfile:
    """Return the profile of a file; a file that cannot be read is part of the picture, not the end of it."""
    size = path.stat().st_size
    try:
        grids = read_file(path, on_bytes=on_bytes)
    except Refusal as refusal:
        return FileProfile(path, sha256(path), size, [], refusal)
    layouts = shipped_layouts()
    return FileProfile(path, sha256(path), size, [profile_sheet(grid, layouts) for grid in grids])


def profile_sheet(grid: Grid, layouts: tuple[Layout, ...]) -> dict[str, Any]:
    """Return what one sheet probably is: header, rows, columns, oddities, the layouts that suit it best."""
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
        "unreadable_lines": len(grid.bad_lines),
        "layouts": [],
    }
    if header is None:
        return facts | {"header_row": None}
    body = body_of(grid, header)
    best = best_fit(grid, layouts)
    return facts | {
        "header_row": header.last_row,
        "data_rows": body.frame.height,
        "dropped": dict(body.dropped.group_by("reason").len().sort("reason").rows()),
        "columns": [_column(body.frame, n, name) for n, name in enumerate(header.names) if name],
        "layouts": _ranked(grid, layouts),
        "verdict": best.layout.layout if best and best.accepted else None,
    }


def _column(frame: pl.DataFrame, place: int, name: str) -> dict[str, Any]:
    text = frame[f"t{place}"]
    kinds = frame.group_by(f"k{place}").len().drop_nulls().sort(f"k{place}").rows()
    samples = text.drop_nulls().head(50).unique(maintain_order=True).head(SAMPLES).to_list()
    return {
        "column": letter(place),
        "name": name,
        "kinds": {str(kind): count for kind, count in kinds},
        "empty": text.null_count(),
        "distinct": text.drop_nulls().n_unique(),
        "samples": [sample.strip()[:40] for sample in samples],
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
            "accepted": found.accepted,
            "missing": list(found.missing),
            "unknown": list(found.unknown),
        }
        for found in fits[:LAYOUTS_SHOWN]
    ]
