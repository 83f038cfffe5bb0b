"""Read: any legacy file becomes grids of typed cells, or is refused by name."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.intake import errors
from pipelines.intake.cells import Grid
from pipelines.intake.delimited import read_delimited
from pipelines.intake.oldbook import read_oldbook
from pipelines.intake.sniff import sniff
from pipelines.intake.spreadsheetml import read_spreadsheetml
from pipelines.intake.webpage import read_webpage
from pipelines.intake.xlsx import read_xlsx

OnBytes = Callable[[int, int], None]
# Lock files of open workbooks and what a file browser leaves behind are nobody's data.
PASSED_OVER = ("~$", ".", "_")
# Nor are the lists of pairs that we put beside the files for answers.
OURS = ("duplicates.csv", "duplicates.xlsx")


def read_file(path: Path, *, encoding: str = "", on_bytes: OnBytes | None = None) -> list[Grid]:
    """Return the sheets of a file that hold something; refuse the file when none does."""
    kind = sniff(path)
    if kind.format == "xlsx":
        grids = read_xlsx(path, on_bytes)
    elif kind.format == "xls":
        grids = read_oldbook(path)
    elif kind.format == "spreadsheetml":
        grids = read_spreadsheetml(path)
    elif kind.format == "html":
        grids = [read_webpage(path, kind, encoding)]
    else:
        grids = [read_delimited(path, kind, encoding)]
    filled = [grid for grid in grids if grid.height]
    if not filled:
        raise errors.EmptySheet(file=path.name, sheets=", ".join(grid.sheet for grid in grids) or path.name)
    return filled


def files_of(paths: list[Path]) -> Iterator[Path]:
    """Yield the files named, and the files of folders named in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found
                for found in path.rglob("*")
                if found.is_file() and not found.name.startswith(PASSED_OVER) and found.name not in OURS
            )
        elif path.exists():
            yield path
        else:
            raise errors.FileNotFound(file=str(path))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
