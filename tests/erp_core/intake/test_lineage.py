"""What the books keep of where rows came from: given whole or not at all, the row's own number where nothing is said."""

import polars as pl
import pytest

import erp_core
from erp_core.intake.refusals import AddressesUnfit

ROWS = pl.DataFrame({"row": [2, 3], "code": ["K1", "K2"], "name": ["甲", "乙"]}, schema_overrides={"row": pl.Int32})
COLUMNS = [{"field": "code", "letter": "A", "header": "编码", "role": "value", "rule": "code"}]
PARTS = [
    {"file": "甲.xlsx", "file_hash": "h", "sheet": "S", "header_row": 1, "layout": "t v1", "columns": COLUMNS},
    {"file": "乙.xlsx", "sheet": "T", "header_row": 4},
]
ORIGINS = [{"row": 2, "part": 0, "source_row": 7}, {"row": 3, "part": 1, "source_row": 9}]


def load(books: erp_core.Books, **more: object) -> dict:
    """Load two customers."""
    run = {"layout": "t v1", "file": "a.xlsx", "file_hash": "h", "sheet": "S"} | more.pop("run", {})
    return books.call("intake.load", target="customers", rows=ROWS, run=run, **more)


def test_without_a_word_a_row_is_where_its_number_says(books: erp_core.Books):
    load(books)
    rows = books.sql("select file, sheet, source_row, target_key from rpt.intake_row order by source_row").rows()
    assert rows == [("a.xlsx", "S", 2, "K1"), ("a.xlsx", "S", 3, "K2")]


def test_rows_of_several_files_keep_their_own_places(books: erp_core.Books):
    aside = [{"part": 1, "source_row": 12, "outcome": "dropped", "reason": "total", "target_key": ""}]
    noted = [{"part": 0, "source_row": 7, "letter": "A", "field": "code", "code": "W_X", "found": "k1"}]
    elsewhere = [{**noted[0], "source_row": 8}]
    load(books, run={"parts": PARTS}, origins=ORIGINS, aside=aside, notes=noted + elsewhere)
    found = books.report("lineage_of_card", kind="party", code="K1")
    assert found.select("file", "sheet", "cell", "header").rows() == [("甲.xlsx", "S", "A7", "编码")]
    told = books.report("lineage_of_cell", file="乙.xlsx").select("source_row", "outcome", "reason", "target_key")
    assert told.rows() == [(9, "loaded", "added", "K2"), (12, "dropped", "total", "")]
    # A remark about a row that did not come is none of ours.
    assert books.sql("select source_row from rpt.intake_note").rows() == [(7,)]


@pytest.mark.parametrize(
    "more",
    [
        {"run": {"parts": "甲.xlsx"}},
        {"run": {"parts": [["甲.xlsx"]]}},
        {"run": {"parts": [{"header_row": "first"}]}},
        {"run": {"parts": [{"columns": [{"field": "code"}]}]}},
        {"run": {"parts": [{"columns": ["A"]}]}},
        {"origins": ORIGINS},
        {"run": {"parts": PARTS}, "origins": ORIGINS[:1]},
        {"run": {"parts": PARTS}, "origins": [*ORIGINS, ORIGINS[0]]},
        {"run": {"parts": PARTS}, "origins": [{"row": "x", "part": 0, "source_row": 1}]},
        {"run": {"parts": PARTS}, "origins": [{"row": 2}]},
        {"aside": [{"part": 3, "source_row": 1, "outcome": "dropped", "reason": "", "target_key": ""}]},
        {"aside": [{"part": 0, "source_row": 1, "outcome": "lost", "reason": "", "target_key": ""}]},
        {"aside": [{"part": 0, "source_row": None, "outcome": "dropped", "reason": "", "target_key": ""}]},
        {"run": {"parts": [{"columns": [COLUMNS[0] | {"role": "guess"}]}]}},
        {"notes": [{"part": 0}]},
    ],
)
def test_addresses_that_do_not_fit_are_refused_and_nothing_is_loaded(books: erp_core.Books, more: dict):
    with pytest.raises(AddressesUnfit):
        load(books, **more)
    assert books.sql("select count(*) as n from rpt.party where code like 'K%'")["n"][0] == 0


def test_lines_of_the_ledger_show_their_cells_to_who_reads_the_ledger_only(books: erp_core.Books):
    load(books)
    with pytest.raises(erp_core.Refusal):
        books.as_user("clerk").report("lineage_of_cell", file="a.xlsx")
    assert books.as_user("accountant").report("lineage_of_cell", file="a.xlsx").height == 2
