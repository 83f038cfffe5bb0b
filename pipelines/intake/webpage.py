"""The tables of a web page that an old system called .xls: every cell a text, merged cells as in a workbook."""

from html.parser import HTMLParser
from pathlib import Path

from pipelines.intake.cells import Grid, drop_blank_edges, grid_frame
from pipelines.intake.errors import DamagedWorkbook
from pipelines.intake.sniff import FileKind

SPAN_MAX = 16_384
PLACES_MAX = 30_000_000
SILENT = ("style", "script", "title")


class _Table(HTMLParser):
    """Collects the rows of all tables of a page; a cell that spans others leaves them empty and is a merged range."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self._taken: dict[int, set[int]] = {}
        self._inside = False
        self._silent = 0
        self._at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._cell({name: value or "" for name, value in attrs})
        elif tag == "br" and self._inside:
            self.handle_data("\n")

    def _cell(self, facts: dict[str, str]) -> None:
        across, down = _span(facts, "colspan"), _span(facts, "rowspan")
        row, cells = len(self.rows), self.rows[-1]
        # Cells that reach down from the rows above take their places first.
        while len(cells) in self._taken.get(row, ()):
            cells.append("")
        self._at = len(cells)
        cells += [""] * across
        for below in range(row + 1, row + down):
            self._taken.setdefault(below, set()).update(range(self._at, self._at + across))
        if across > 1 or down > 1:
            self.merges.append((row, self._at, row + down - 1, self._at + across - 1))
        self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in ("td", "th", "tr", "table"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self.rows[-1][self._at] += data


def _span(facts: dict[str, str], name: str) -> int:
    text = facts.get(name, "1").strip()
    span = int(text) if text.isdigit() else 1
    if span > SPAN_MAX:
        raise OverflowError(f"{name} {span}")
    return max(span, 1)


def read_webpage(path: Path, kind: FileKind, encoding: str = "") -> Grid:
    """Return all table rows of the page as one grid, numbered from the first; refuse spans no sheet could have."""
    page = _Table()
    try:
        page.feed(path.read_bytes().decode(encoding or kind.encoding))
    except (OverflowError, ValueError) as problem:
        raise DamagedWorkbook(file=path.name, detail=str(problem)[:120]) from problem
    width = max((len(row) for row in page.rows), default=0)
    if width > SPAN_MAX or width * len(page.rows) > PLACES_MAX:
        raise DamagedWorkbook(file=path.name, detail=f"{width} × {len(page.rows)}")
    cells = (
        (number, [("text", value) if value.strip() else (None, None) for value in row])
        for number, row in enumerate(page.rows, 1)
    )
    frame = drop_blank_edges(grid_frame(cells, width))
    used = encoding or kind.encoding
    return Grid(path.name, "", frame, rows_declared=len(page.rows), encoding=used, merges=tuple(page.merges))
