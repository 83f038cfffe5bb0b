"""Trace: an address as people write it, and the way from there to the other end, cell to line or line to cell."""

import re
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from erp_core import Books
from pipelines.intake.errors import AddressUnknown, AddressUnreadable

CELL = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d+)")
LINE_ID = re.compile(r"#(\d+)(?:[:/](\d+))?")
VOUCHER = re.compile(r"(?:(\d{4}-\d{2})/)?([^\d\W]+)-(\d+)(?::(\d+))?")
ACCOUNT = re.compile(r"(\d{4,})(?:@(\d{4}-\d{2}))?")
STATEMENT = re.compile(r"([\w ]+):(\d+)(?:@(\d{4}-\d{2}))?")
CARD = re.compile(r"(\w+):([^@]+)(?:@(.+))?")
FILE_ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".tsv", ".xml", ".html", ".htm")
STATEMENTS = {
    "balance_sheet": "balance_sheet", "资产负债表": "balance_sheet", "income_statement": "income_statement",
    "利润表": "income_statement", "cash_flow": "cash_flow", "现金流量表": "cash_flow",
}  # fmt: skip
CARDS = {
    "account": "account", "科目": "account", "party": "party", "往来": "party", "customer": "party", "客户": "party",
    "supplier": "party", "供应商": "party", "item": "item", "存货": "item", "商品": "item", "stock": "stock",
    "库存": "stock",
    "warehouse": "warehouse", "仓库": "warehouse", "department": "department", "部门": "department",
    "employee": "employee", "职员": "employee", "item_category": "item_category", "存货分类": "item_category",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What an address asks: which report of lineage, under which parameters."""

    report: str
    given: dict[str, Any] = field(default_factory=dict)
    voucher: tuple[str, str, int] | None = None


def question(address: str) -> Question:
    """Return what an address asks.

    Understood are a cell (FILE!SHEET!F214, SHEET!F214 or FILE!F214), a voucher or line (记-12, 2026-01/记-12:3, #57,
    #57:3), an account with or without a month (1122, 1122@2026-01), a line of a statement (balance_sheet:4@2026-01) and
    a card or stock (customer:C01, item:A1, stock:A1@W1). Refuses everything else.
    """
    text = address.strip()
    for read in (_cell, _voucher, _account, _statement, _card):
        found = read(text)
        if found is not None:
            return found
    raise AddressUnreadable(address=address)


def trace(books: Books, address: str) -> tuple[Question, pl.DataFrame]:
    """Return what an address asks and the rows of its lineage; refused when nothing there came from a file."""
    asked = question(address)
    given = dict(asked.given)
    if asked.voucher:
        given["voucher_id"] = _voucher_id(books, asked.voucher, address)
    rows = books.report(asked.report, **given)
    if rows.is_empty():
        raise AddressUnknown(address=address)
    return asked, rows


def _voucher_id(books: Books, voucher: tuple[str, str, int], address: str) -> int:
    period, word, number = voucher
    found = books.sql(
        "select voucher_id from rpt.voucher where word = $word and number = $number"
        " and ($period = '' or period = $period) order by period",
        word=word, number=number, period=period,
    )  # fmt: skip
    if found.is_empty():
        raise AddressUnknown(address=address)
    return found["voucher_id"][0]


def _cell(text: str) -> Question | None:
    *places, last = [part.strip().strip("'") for part in text.split("!")]
    cell = CELL.fullmatch(last)
    if not places or cell is None or len(places) > 2:
        return None
    file, sheet = places if len(places) == 2 else (places[0], "") if _is_file(places[0]) else ("", places[0])
    return Question("lineage_of_cell", {"file": file, "sheet": sheet, "row": int(cell[2]), "letter": cell[1].upper()})


def _is_file(text: str) -> bool:
    return text.lower().endswith(FILE_ENDINGS)


def _voucher(text: str) -> Question | None:
    by_id, by_name = LINE_ID.fullmatch(text), VOUCHER.fullmatch(text)
    if by_id:
        return Question("lineage_of_line", {"voucher_id": int(by_id[1])} | _line(by_id[2]))
    if by_name:
        voucher = (by_name[1] or "", by_name[2], int(by_name[3]))
        return Question("lineage_of_line", _line(by_name[4]), voucher)
    return None


def _line(text: str | None) -> dict[str, int]:
    return {"line": int(text)} if text else {}


def _account(text: str) -> Question | None:
    found = ACCOUNT.fullmatch(text)
    return Question("lineage_of_line", {"account": found[1], "to_period": found[2] or ""}) if found else None


def _statement(text: str) -> Question | None:
    found = STATEMENT.fullmatch(text)
    if found is None or found[1] not in STATEMENTS:
        return None
    given = {"statement": STATEMENTS[found[1]], "line_no": int(found[2]), "to_period": found[3] or ""}
    return Question("lineage_of_line", given)


def _card(text: str) -> Question | None:
    found = CARD.fullmatch(text)
    if found is None or found[1] not in CARDS:
        return None
    return Question("lineage_of_card", {"kind": CARDS[found[1]], "code": found[2], "warehouse": found[3] or ""})
