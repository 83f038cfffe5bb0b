"""Writes tables the way old systems export them: titles above, subtotals between, footers below, and dirt inside."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from pipelines.demo.company import NAME

FOOTER = "制表人：谭秋实        审核：殷素问        打印日期：2026-11-20"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Table:
    """One exported table: header (names divided by |) and rows, what to add up, where the export puts subtotals.

    groups: index of the column whose change of month ends a group; sums: indexes of the added columns.
    """

    sheet: str
    title: str
    header: str
    rows: list[list[Any]]
    sums: tuple[int, ...] = ()
    month_of: int | None = None
    total: bool = False
    footer: str = ""
    note: str = ""
    widths: dict[int, int] = field(default_factory=dict)


def yuan(fen: int) -> Decimal:
    """An amount in 分 as yuan with two places."""
    return Decimal(fen).scaleb(-2)


def written_date(draw: Random, day: date) -> date | str:
    """A day as people type it: mostly a date, sometimes text of one kind or another."""
    if draw.random() < 0.93:
        return day
    return draw.choice(
        (
            f"{day:%Y-%m-%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day:%Y.%m.%d}",
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月{day.day}日",
        )
    )


def written_code(draw: Random, code: str) -> str:
    """A code with now and then a trailing blank or full-width digits."""
    chance = draw.random()
    if chance < 0.015:
        return code + " "
    return code.translate(FULL_WIDTH) if chance < 0.025 else code


def written_amount(draw: Random, fen: int) -> Decimal | str:
    """An amount that now and then is text with separators or a currency sign."""
    chance = draw.random()
    if chance < 0.008:
        return f"{yuan(fen):,.2f}"
    return f"￥{yuan(fen):,.2f}" if chance < 0.012 else yuan(fen)


def lines(table: Table) -> list[list[Any]]:
    """The whole export row by row, title to footer; None where a cell is empty."""
    header = table.header.split("|")
    width = len(header)
    result = [
        [table.title, *[None] * (width - 1)],
        [table.note or f"单位：{NAME}", *[None] * (width - 1)],
        header,
    ]
    month, running, whole = None, dict.fromkeys(table.sums, Decimal(0)), dict.fromkeys(table.sums, Decimal(0))
    for row in table.rows:
        if table.month_of is not None:
            this = _month(row[table.month_of]) or month
            if month is not None and this != month:
                result.append(_sum_row("小计", width, running))
                running = dict.fromkeys(table.sums, Decimal(0))
            month = this
        for place in table.sums:
            value = _number(row[place])
            running[place] += value
            whole[place] += value
        result.append(row)
    if table.month_of is not None and table.rows:
        result.append(_sum_row("小计", width, running))
    if table.total:
        result.append(_sum_row("合计", width, whole))
    if table.footer:
        result.append([table.footer, *[None] * (width - 1)])
    return result


def _month(value: Any) -> str | None:
    return f"{value:%Y-%m}" if isinstance(value, date) else None


def _number(value: Any) -> Decimal:
    if isinstance(value, str):
        value = value.lstrip("￥").replace(",", "")
        return Decimal(value) if value.replace(".", "").replace("-", "").isdigit() else Decimal(0)
    return Decimal(value or 0)


def _sum_row(word: str, width: int, sums: dict[int, Decimal]) -> list[Any]:
    return [sums.get(place, word if place == 0 else None) for place in range(width)]


def write_workbook(path: Path, tables: Sequence[Table]) -> None:
    """Write tables as the sheets of one .xlsx."""
    # A fixed birth keeps the bytes the same from run to run.
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"title": path.stem, "created": datetime(2026, 11, 20, tzinfo=UTC)})
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": "#DDDDDD", "border": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = book.add_worksheet(table.sheet)
            sheet.set_column(0, table.header.count("|"), 13)
            for number, row in enumerate(lines(table)):
                if number in (0, 2):
                    sheet.write_row(number, 0, row, title if number == 0 else head)
                    continue
                for place, value in enumerate(row):
                    if value is None:
                        continue
                    if isinstance(value, str):
                        sheet.write_string(number, place, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(number, place, value, day)
                    else:
                        sheet.write_number(number, place, value)


def write_csv(path: Path, table: Table, *, encoding: str = "gb18030") -> None:
    """Write a table as the comma-separated text of an old system, with its titles and in its encoding."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_text(value) for value in row] for row in lines(table))
    path.write_bytes(out.getvalue().encode(encoding))


def write_text_xls(path: Path, table: Table, *, encoding: str = "gb18030") -> None:
    """Write a table as the tab-separated text that many systems call .xls."""
    rows = ("\t".join(_text(value) for value in row) for row in lines(table))
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode(encoding))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
