"""The chain: what an act adds in one go or in many, in whatever order, is sealed as the file later shows it."""

import shutil
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

import erp_core
from erp_core.foundation.rights import Actor
from erp_core.foundation.session import Session
from erp_core.seals.proof import prove

OWNER = Actor("owner", frozenset({"*"}))


@pytest.fixture
def books(template, tmp_path):
    with erp_core.open(shutil.copy(template, tmp_path / "books.duckdb")) as opened:
        yield opened


def matches(ids, session):
    return pl.DataFrame({"match_id": ids}).select(
        "match_id", debit_item=pl.lit(1), credit_item=pl.lit(2), amount=pl.lit(Decimal("0.01")), matched_on=pl.lit(date(2026, 1, 1)),
        act_id=pl.lit(session.act_id),
    )  # fmt: skip


def changes(texts, session):
    return pl.DataFrame({"after": texts}).with_columns(
        table_name=pl.lit("t"), row_key=pl.lit("k"), kind=pl.lit("changed"), act_id=pl.lit(session.act_id)
    )


@pytest.mark.parametrize("batches", [[3], [100], [100, 3], [3, 100], [70, 80]])
def test_batches_of_any_size_in_any_order_are_sealed(books, batches):
    session = Session(books.database, OWNER, date(2026, 1, 31))
    with session.act("company.parameter.set", {}) as act:
        last = 1000
        for size in batches:
            ids = list(range(last, last - size, -1))
            last -= size
            session.insert("open_item_match", matches(ids, session))
            session.insert("change", changes([f"{n % 7}\t\\凭\n" for n in ids], session))
        act.result = {}
    with books.database.read() as cursor:
        proof = prove(cursor)
    assert proof.sound, proof.breaks
    assert proof.rows > 2 * sum(batches)


def test_an_act_that_fails_leaves_no_link(books):
    before = books.sql("select count(*) as n, max(seal) as s from rpt.seal")
    session = Session(books.database, OWNER, date(2026, 1, 31))
    with pytest.raises(ZeroDivisionError), session.act("company.parameter.set", {}):
        session.insert("open_item_match", matches([1], session))
        raise ZeroDivisionError
    assert books.sql("select count(*) as n, max(seal) as s from rpt.seal").equals(before)
    books.call("masters.department.save", departments=[{"code": "D9", "name": "新"}])
    with books.database.read() as cursor:
        assert prove(cursor).sound


def test_what_is_sealed_cannot_be_written_past_the_chain(books):
    session = Session(books.database, OWNER, date(2026, 1, 31))
    with pytest.raises(RuntimeError, match="insert"), session.act("company.parameter.set", {}):
        session.execute("insert into core.open_item_match values (1, 1, 2, 1, date '2026-01-01', 1, 0)")
