"""The table of a web page that an old system called .xls: every cell a text."""

from html.parser import HTMLParser
from pathlib import Path

from pipelines.intake.cells import Grid, drop_blank_edges, grid_frame
from pipelines.intake.sniff import FileKind


class _Table(HTMLParser):
    """Collects the rows of all tables of a page; a cell that spans columns leaves the others empty."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            span = dict(attrs).get("colspan") or "1"
            self.rows[-1] += [""] * (int(span) if span.isdigit() else 1)
            self._at = len(self.rows[-1]) - (int(span) if span.isdigit() else 1)
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][self._at] += data


def read_webpage(path: Path, kind: FileKind, encoding: str = "") -> Grid:
    """Return all table rows of the page as one grid, numbered from the first."""
    page = _Table()
    page.feed(path.read_bytes().decode(encoding or kind.encoding))
    width = max((len(row) for row in page.rows), default=0)
    cells = (
        (number, [("text", value) if value.strip() else (None, None) for value in row])
        for number, row in enumerate(page.rows, 1)
    )
    frame = drop_blank_edges(grid_frame(cells, width))
    return Grid(path.name, "", frame, rows_declared=len(page.rows), encoding=encoding or kind.encoding)
