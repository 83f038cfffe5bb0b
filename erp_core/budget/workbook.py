"""A budget grid out of a workbook: the exported one, changed by hand, read back by its titles."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import python_calamine

from erp_core.budget.versions import KEY, MONTHS
from erp_core.foundation.errors import Refusal

BYTES_MAX, ROWS_MAX, TITLES_WITHIN = 10_000_000, 20_000, 12
TITLES = {
    "account": ("科目编码", "科目", "account"),
    "department": ("部门", "department"),
    "project": ("项目", "project"),
    **{f"m{month:02}": (f"{month}月", f"month {month}", f"m{month:02}") for month in range(1, 13)},
}


class BudgetFileUnreadable(Refusal):
    """The budget grid {file} cannot be read: {problem}."""


def grid_of(content: bytes, file: str = "xlsx") -> list[dict[str, Any]]:
    """The rows of a grid as budget.version.put takes them; rows without an account, such as totals, are left out.

    Cells that are empty stay as they are in the budget; a cell that is no amount refuses the file, naming where.
    """
    if len(content) > BYTES_MAX:
        raise BudgetFileUnreadable(file=file, problem=f"> {BYTES_MAX // 1_000_000} MB")
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(nrows=ROWS_MAX + 1)
    except (python_calamine.CalamineError, IndexError, OSError, ValueError) as problem:
        raise BudgetFileUnreadable(file=file, problem=str(problem)[:200]) from problem
    if len(rows) > ROWS_MAX:
        raise BudgetFileUnreadable(file=file, problem=f"> {ROWS_MAX} rows")
    at, places = _titles(rows, file)
    grid = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        account = _text(row[places["account"]])
        if account and account[0].isdigit():
            grid.append(_row(row, places, number, file) | {"account": account})
    return grid


def _titles(rows: list[list[Any]], file: str) -> tuple[int, dict[str, int]]:
    """The row that holds the titles, and in which column each stands."""
    known = {title: name for name, titles in TITLES.items() for title in titles}
    for at, row in enumerate(rows[:TITLES_WITHIN]):
        places = {known[_text(cell).lower()]: column for column, cell in enumerate(row) if _text(cell).lower() in known}
        if "account" in places and places.keys() & set(MONTHS):
            return at, places
    raise BudgetFileUnreadable(file=file, problem="no row of titles: 科目编码, 部门, 项目, 1月 … 12月")


def _row(row: list[Any], places: dict[str, int], number: int, file: str) -> dict[str, Any]:
    said = {name: _text(row[places[name]]) for name in KEY if name in places}
    for name in MONTHS:
        if name in places and (amount := _amount(row[places[name]], f"{file} {number} {name}", file)) is not None:
            said[name] = amount
    return said


def _amount(cell: Any, where: str, file: str) -> Decimal | None:
    text = _text(cell).replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        # The spreadsheet keeps amounts as binary fractions; their shortest text is what was typed.
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation as problem:
        raise BudgetFileUnreadable(file=file, problem=f"{where}: {text[:40]}") from problem


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():  # not money
        return str(int(cell))
    return "" if cell is None or isinstance(cell, date) else str(cell).strip()
