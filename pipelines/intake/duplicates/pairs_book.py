"""The pairs as a workbook: one row a pair, a list to choose the answer from, colours by tier."""

from pathlib import Path

import xlsxwriter

from erp_core.foundation.words import word
from pipelines.intake.duplicates.search import COLUMNS, Found
from pipelines.intake.findings import safe

WIDTHS = (12, 14, 32, 14, 32, 10, 8, 60, 12)
COLORS = {"auto": "#DDEFE3", "ask": "#FFF2CC", "no": "#F2F2F2"}


def write_book(path: Path, found: list[Found], language: str) -> Path:
    """Write the pairs with a column for the answers, chosen from a list; the file is read back by `--duplicates`."""
    answers = [word("pipelines", f"duplicates.answer.{name}", language) for name in ("merge", "keep")]
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {"guarded": book.add_format({"quote_prefix": True}), "head": book.add_format({"bold": True})}
        tiers = {name: book.add_format({"bg_color": color}) for name, color in COLORS.items()}
        tab = book.add_worksheet("duplicates")
        tab.write_row(0, 0, COLUMNS, formats["head"])
        # The names above the columns are those the answers are read by; below each stands what it means.
        tab.write_comment(0, len(COLUMNS) - 1, word("pipelines", "duplicates.how", language))
        for place, width in enumerate(WIDTHS):
            tab.set_column(place, place, width)
        tab.freeze_panes(1, 0)
        number = 0
        for one in found:
            for row in one.pairs.iter_rows(named=True):
                number += 1
                for place, name in enumerate(COLUMNS):
                    value = one.target if name == "target" else row[name]
                    safe(tab, number, place, str(value), formats)
                tab.write_string(number, COLUMNS.index("tier"), row["tier"], tiers[row["tier"]])
        last = len(COLUMNS) - 1
        tab.data_validation(1, last, max(number, 1), last, {"validate": "list", "source": answers})
        tab.autofilter(0, 0, max(number, 1), last)
    return path
