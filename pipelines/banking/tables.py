"""A statement from a table: the header is found by its names, every row is read or the file is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.banking.errors import NoBankLayoutFits, StatementRowLost, StatementRowUnreadable
from pipelines.banking.layouts import BankLayout, layouts
from pipelines.banking.statement import Statement, frame
from pipelines.intake.cells import Grid
from pipelines.intake.header import plain_name
from pipelines.intake.parsers import dates, numbers
from pipelines.intake.parsers.kinds import folded

ROWS_TRIED = 40
NUMBER = re.compile(r"\d[\d ]{7,31}\d")
ACCOUNT_WORDS = ("账号", "帐号", "账户号码", "卡号", "accountno", "accountnumber")
TEXTS = ("counterparty", "counter_account", "summary", "reference")
Cell = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Where the table stands: the layout, the row of its header, the columns of each field."""

    layout: BankLayout
    header_row: int
    columns: dict[str, list[int]]

    @property
    def complete(self) -> bool:
        """Return whether a day and an amount can be read."""
        return "posted_on" in self.columns and bool({"money_in", "money_out", "amount"} & self.columns.keys())


def read_table(grids: list[Grid]) -> Statement:
    """Return the statement of a file's sheets: the first sheet that a layout fits; refuse the file when none does."""
    for grid in grids:
        if grid.bad_lines:
            raise StatementRowLost(file=grid.file, row=grid.bad_lines[0][0], count=len(grid.bad_lines))
        table = _find(grid)
        if table is not None:
            return _read(grid, table)
    seen = [text for _, cells in _rows(grids[0]) for text, _ in cells if text][:20]
    raise NoBankLayoutFits(file=grids[0].file, seen=", ".join(seen))


def _rows(grid: Grid) -> Iterator[tuple[int, list[Cell]]]:
    for row in grid.frame.iter_rows(named=True):
        yield row["row"], [(row[f"t{n}"] or "", row[f"k{n}"] or "text") for n in range(grid.width)]


def _find(grid: Grid) -> Table | None:
    """The layout and row that name most columns; of equals the layout of one bank, the upper row."""
    best, score = None, 0
    for at, (number, cells) in enumerate(_rows(grid)):
        if at >= ROWS_TRIED:
            break
        names = [plain_name(text) for text, _ in cells]
        for layout in layouts():
            columns: dict[str, list[int]] = {}
            for column, name in enumerate(names):
                if name in layout.named:
                    columns.setdefault(layout.named[name], []).append(column)
            table = Table(layout, number, columns)
            hits = sum(len(found) for found in columns.values())
            if table.complete and hits > score:
                best, score = table, hits
    return best


def _read(grid: Grid, table: Table) -> Statement:
    rows, over, bad = [], [], []
    number = ""
    for at, cells in _rows(grid):
        if at <= table.header_row:
            number = number or _account_number(cells)
            continue
        try:
            found = _line(cells, table, at)
        except _UnreadableError as problem:
            bad.append((at, *problem.args))
            continue
        if isinstance(found, str):
            over.append((at, found))
        else:
            rows.append(found)
    if bad:
        row, field, value = bad[0]
        raise StatementRowUnreadable(file=grid.file, row=row, field=field, value=value, count=len(bad))
    return Statement(table.layout.layout, frame(rows), number, tuple(over))


class _UnreadableError(Exception):
    pass


def _line(cells: list[Cell], table: Table, at: int) -> dict | str:
    """One line, or why a row is none: no day stands in it (a total, a remark), or no money moves."""
    told = {
        field: [cells[column] for column in columns if column < len(cells)] for field, columns in table.columns.items()
    }
    day = _day(told["posted_on"])
    if day is None:
        return "no_day"
    amount = _amount(told, table.layout)
    if not amount:
        return "no_amount"
    texts = {
        name: " ".join(dict.fromkeys(filter(None, (folded(text) for text, _ in told.get(name, ()))))) for name in TEXTS
    }
    balance = _number(told.get("balance", ()), "balance")
    return {"posted_on": day, "amount": amount, "balance": balance, "source_row": at, **texts}


def _day(cells: list[Cell]) -> date | None:
    for text, kind in cells:
        if not text.strip():
            continue
        value, _ = dates.day(text, kind, {})
        if value is None and any(sign.isdigit() for sign in text) and not re.search(r"[合总共]计|笔", text):
            raise _UnreadableError("posted_on", text)
        return value
    return None


def _number(cells: list[Cell], field: str) -> Decimal | None:
    """The first figure among the cells of a field; several columns may hold it, one of them filled."""
    for text, kind in cells:
        value, _ = numbers.amount(text, kind, {"dash_zero": True})
        if value is None and text.strip() and not numbers.is_null(folded(text), {}):
            raise _UnreadableError(field, text)
        if value:
            return value
    return Decimal(0) if cells and any(text.strip() for text, _ in cells) else None


def _amount(told: dict[str, list[Cell]], layout: BankLayout) -> Decimal:
    came = _number(told.get("money_in", ()), "money_in") or Decimal(0)
    went = _number(told.get("money_out", ()), "money_out") or Decimal(0)
    if came or went:
        # A negative figure in the column of debits is money that came back.
        return came - went
    amount = _number(told.get("amount", ()), "amount") or Decimal(0)
    words = [folded(text).upper() for text, _ in told.get("direction", ()) if text.strip()]
    if not words or not amount:
        return amount
    for signs, factor in ((layout.words_in, 1), (layout.words_out, -1)):
        if any(words[0].startswith(sign.upper()) for sign in signs):
            return abs(amount) * factor
    if amount < 0:
        return amount
    raise _UnreadableError("direction", words[0])


def _account_number(cells: list[Cell]) -> str:
    """The account number that a line above the table names: 账号：4301 0001 2345."""
    text = " ".join(folded(cell) for cell, _ in cells if cell)
    if not any(word in plain_name(text) for word in ACCOUNT_WORDS) or "对方" in text:
        return ""
    found = NUMBER.search(text)
    return found[0].replace(" ", "") if found else ""
