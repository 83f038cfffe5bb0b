"""One batch, one act: rows are known by key and hash, groups stand together, and masters met before are not called new."""

import polars as pl
import pytest

import erp_core
from erp_core.intake.refusals import BatchShapeless, RowsNotWhole, RunChangedRows, UnknownTarget

RUN = {"layout": "t v1", "source": "old", "file": "a.xlsx", "file_hash": "h", "sheet": "S", "rows_read": 2}


def rows(**columns: list) -> pl.DataFrame:
    """Rows as the intake hands them over, numbered from 2."""
    count = len(next(iter(columns.values())))
    return pl.DataFrame({"row": pl.int_range(2, count + 2, dtype=pl.Int32, eager=True), **columns})


def load(books: erp_core.Books, target: str, frame: pl.DataFrame) -> tuple[int, int, int]:
    """Load and return added, changed, unchanged."""
    done = books.call("intake.load", target=target, rows=frame, run=RUN)
    return done["added"], done["changed"], done["unchanged"]


def test_an_unknown_target_and_rows_without_numbers_are_refused(books: erp_core.Books):
    with pytest.raises(UnknownTarget):
        load(books, "clients", rows(code=["1"]))
    with pytest.raises(RowsNotWhole):
        load(books, "customers", pl.DataFrame({"code": ["1"]}))


def test_the_order_of_columns_does_not_matter_to_what_is_known(books: erp_core.Books):
    assert load(books, "departments", rows(code=["D8", "D9"], name=["八部", "九部"])) == (2, 0, 0)
    assert load(books, "departments", rows(name=["八部", "九部"], code=["D8", "D9"])) == (0, 0, 2)


def test_a_value_never_slides_into_its_neighbour(books: erp_core.Books):
    assert load(books, "customers", rows(code=["K1"], name=["甲"], contact=["a"], note=[None])) == (1, 0, 0)
    assert load(books, "customers", rows(code=["K1"], name=["甲"], contact=[None], note=["a"])) == (0, 1, 0)


def test_a_master_that_was_there_before_is_changed_not_added(books: erp_core.Books):
    done = books.call("intake.load", target="customers", rows=rows(code=["C01"], name=["长沙甲商行新名"]), run=RUN)
    assert (done["added"], done["changed"]) == (0, 1)
    with pytest.raises(RunChangedRows):
        books.call("intake.undo", run_id=done["run_id"], reason="试")


def test_a_customer_who_is_a_supplier_too_is_both(books: erp_core.Books):
    load(books, "customers", rows(code=["S01"], name=["佛山丙五金厂"]))
    found = books.sql("select customer, supplier, phone from rpt.party where code = 'S01'").rows()
    assert found == [(True, True, "0757-82345678")]


def test_a_failed_batch_leaves_nothing(books: erp_core.Books):
    before = books.sql("select count(*) as n from rpt.intake_key")["n"][0]
    with pytest.raises(erp_core.Refusal):
        load(books, "items", rows(code=["N1", "N2"], name=["甲", "乙"], unit=["个", "个"], category=["", "没有的类"]))
    assert books.sql("select count(*) as n from rpt.item where code in ('N1', 'N2')")["n"][0] == 0
    assert books.sql("select count(*) as n from rpt.intake_key")["n"][0] == before


def test_missing_accounts_are_made_below_their_parents(books: erp_core.Books):
    frame = rows(code=["100201001", "1002"], name_zh=["甲行基本户", "银行存款"], path=["1002.01.001", "1002"])
    done = books.call("intake.load", target="accounts", rows=frame, run=RUN)
    assert [(a["code"], a["parent"]) for a in done["result"]["created"]] == [
        ("100201", "1002"),
        ("100201001", "100201"),
    ]
    found = books.sql("select code, leaf, cash from rpt.account where code like '1002%' order by code").rows()
    assert found == [("1002", False, True), ("100201", False, True), ("100201001", True, True)]


def test_a_batch_without_its_columns_or_shape_is_refused_by_name(books: erp_core.Books):
    for target, frame in (
        ("customers", rows(name=["甲"])),
        ("vouchers", rows(word=["记"])),
        ("opening_stock", rows(item=["A"])),
    ):
        with pytest.raises(RowsNotWhole):
            load(books, target, frame)
    with pytest.raises(BatchShapeless):
        books.call("intake.load", target="customers", rows="客户", run=RUN)
    listed = [{"row": 2, "code": "K1", "name": "甲"}]
    assert books.call("intake.load", target="customers", rows=listed, run=RUN)["added"] == 1
