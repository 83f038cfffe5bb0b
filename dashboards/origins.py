"""Where a figure came from: the cell of the legacy file as people name it, and where the screens trace it."""

from html import escape

from dashboards import state, tables, widgets
from dashboards.state import t

LINE, CARD = "lineage_of_line", "lineage_of_card"


def of_voucher(voucher_id: int) -> dict[int, list[dict]]:
    """Return the source cells of a voucher by line; nothing for vouchers made here, or for who may not look."""
    found: dict[int, list[dict]] = {}
    if state.sees(LINE):
        for row in state.load(LINE, voucher_id=voucher_id).to_dicts():
            found.setdefault(row["line"], []).append(row)
    return found


def of_card(kind: str, code: str) -> dict | None:
    """Return the cell in which the code of a card stood when it was last loaded, if it was loaded."""
    if not code or not state.sees(CARD):
        return None
    rows = state.load(CARD, kind=kind, code=code).to_dicts()
    return next((row for row in rows if row["field"] == "code"), None)


def label(row: dict) -> str:
    """Return a source cell as a spreadsheet names it: 应收明细!F214, with the file where it has no sheets."""
    return f"{row['sheet'] or row['file']}!{row['cell']}"


def labels(rows: list[dict]) -> str:
    """Return the first of several source cells, and how many more there are."""
    if len(rows) < 2:
        return label(rows[0]) if rows else ""
    return t("trace.and_more", first=label(rows[0]), count=len(rows) - 1)


def address(row: dict) -> str:
    """Return the address of the screen that traces a cell, the file named too."""
    place = f"{row['file']}!{row['sheet']}!{row['cell']}" if row["sheet"] else f"{row['file']}!{row['cell']}"
    return widgets.to("trace", at=place)


def link(row: dict | None) -> str:
    """Return a source cell as a link, empty when there is none."""
    return tables.anchor(t("trace.from", cell=label(row)), address(row), "erp-origin") if row else ""


def beside(text: str, row: dict | None) -> str:
    """Return a text, and behind it the cell it came from."""
    return f"{escape(text)} {link(row)}".strip()
