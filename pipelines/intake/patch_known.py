"""A copy that we marked, known again when it comes back corrected."""

from pipelines.intake.cells import Grid
from pipelines.intake.patch_front import MARKS_SHEET


def marked_from(grids: list[Grid]) -> tuple[list[Grid], dict[str, str]]:
    """Return the sheets of people and, for a copy that we marked, where it came from: file, sha256, list."""
    marks = next((grid for grid in grids if grid.sheet == MARKS_SHEET and grid.hidden and grid.width >= 3), None)
    if marks is None:
        return grids, {}
    first = marks.frame.row(0, named=True)
    facts = {"file": first["t0"] or "", "sha256": first["t1"] or "", "list": first["t2"] or ""}
    return [grid for grid in grids if grid.sheet not in (MARKS_SHEET, facts["list"])], facts
