"""A report as printed paper: statements in the shape of the official form, lists as a table across pages."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import polars as pl
import typst

from erp_core.foundation.words import word
from erp_core.reports import catalog, columnar, voucher_form
from erp_core.reports.definition import Column, Definition
from erp_core.reports.layout import shown, subtitle, text_of, total_row

_NUMBERS = ("money", "quantity", "price", "ratio", "percent", "integer")
_LANDSCAPE_FROM = 7
_BOLD = ("header", "subtotal", "total")
# Numbers of rows and machine keys mean nothing on paper.
_NOT_PRINTED = ("position", "kind", "level", "leaf", "voucher_id", "open_item_id", "move_id", "act_id")


def pdf(report: str, frame: pl.DataFrame, parameters: dict[str, Any], language: str = "zh", company: str = "") -> bytes:
    """Print a report; statements show the kinds of their lines as indents and bold, two-sided ones side by side."""
    frame, definition = columnar.laid_out(frame, catalog.find(report))
    if definition.form == voucher_form.FORM:
        data, name = voucher_form.sheet(frame, language, company), "voucher.typ"
    else:
        data, name = sheet(definition, frame, parameters, language, company), "paper.typ"
    template = resources.files("erp_core.reports").joinpath(name).read_bytes()
    return typst.compile(template, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


def sheet(
    definition: Definition, frame: pl.DataFrame, parameters: dict[str, Any], language: str, company: str
) -> dict[str, Any]:
    """What the template prints: title, columns with alignment and width, rows of texts with their style."""
    kinds = frame["kind"].to_list() if definition.form != "list" else [""] * frame.height
    visible, columns = shown(frame, definition, language)
    statement = definition.form != "list"
    columns = [
        column for column in columns if column.name not in _NOT_PRINTED or (column.name == "kind" and not statement)
    ]
    if statement:
        # The official forms put the item first and the number of its line beside it.
        columns = sorted(columns, key=lambda column: not column.name.startswith("name"))
    rows = [_row(row, columns, kind) for row, kind in zip(visible.to_dicts(), kinds, strict=True)]
    totals = total_row(definition, visible, columns)
    if totals:
        cells = [text_of(totals.get(column.name), column) for column in columns]
        cells[0] = word("erp_core", "paper.total", language)
        rows.append({"cells": cells, "bold": True, "indent": 0})
    if definition.form == "two_sided":
        rows, columns = _side_by_side(rows, kinds, columns)
    return {
        "title": definition.title.to(language),
        "company": company,
        "subtitle": subtitle(definition, parameters, language),
        "words": {
            key: word("erp_core", f"paper.{key}", language)
            for key in ("company", "unit", "head", "accountant", "maker")
        },
        "language": language,
        "form": word("erp_core", f"paper.form.{definition.name}", language) if statement else "",
        "landscape": len(columns) >= _LANDSCAPE_FROM,
        "statement": statement,
        "columns": [_column(column, language) for column in columns],
        "rows": rows,
    }


def _row(row: dict[str, Any], columns: list[Column], kind: str) -> dict[str, Any]:
    indent = {"of_which": 2, "item": 1, "deduction": 1}.get(kind, 0)
    cells = [text_of(row[column.name], column) for column in columns]
    if not kind:
        # Nil amounts are left out of lists, as in the ledgers of the trade; statements print them.
        cells = ["" if cell == "0.00" else cell for cell in cells]
    return {"cells": cells, "bold": kind in _BOLD, "indent": indent}


def _column(column: Column, language: str) -> dict[str, Any]:
    wide = column.name.startswith(("name", "summary", "definition", "item_name", "party_name"))
    return {
        "title": column.title.to(language),
        "align": "right" if column.kind in _NUMBERS and column.name != "line_no" else "left",
        "width": "2fr" if wide else "auto",
    }


def _side_by_side(
    rows: list[dict[str, Any]], kinds: list[str], columns: list[Column]
) -> tuple[list[dict[str, Any]], list[Column]]:
    """Assets on the left down to their total, what they are owed to on the right, both totals on the last row."""
    cut = kinds.index("total") + 1
    left, right = rows[:cut], rows[cut:]
    blank = {"cells": [""] * len(columns), "bold": False, "indent": 0}
    longer = max(len(left), len(right))
    left = left[:-1] + [blank] * (longer - len(left)) + left[-1:]
    right = right[:-1] + [blank] * (longer - len(right)) + right[-1:]
    both = [
        {"cells": a["cells"] + b["cells"], "bold": a["bold"], "indent": a["indent"], "right": [b["bold"], b["indent"]]}
        for a, b in zip(left, right, strict=True)
    ]
    return both, columns + columns
