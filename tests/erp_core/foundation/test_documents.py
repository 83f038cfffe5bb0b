"""Lifecycles as tables, gapless numbers, progress, and outside numbers that are booked once."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation import documents
from erp_core.foundation.session import Session, load_actor

LIFE = documents.Lifecycle("sales_order", "draft", (("submit", "draft", "submitted"), ("cancel", "draft", "cancelled")))


@pytest.fixture
def session(books):
    opened = Session(books.database, load_actor(books.database, "owner"), date(2026, 1, 31))
    with opened.act("test", {}) as act:
        act.result = {}
        yield opened


def write(session, *days, key="k"):
    heads = pl.DataFrame({"key": [f"{key}{n}" for n in range(len(days))], "document_on": list(days), "party": "C01"})
    lines = heads.select("key", item=pl.lit("A"), quantity=pl.lit(Decimal(2)), net=pl.lit(Decimal("1.10")))
    return documents.write(session, LIFE, heads, pl.concat([lines, lines]))


def test_numbers_follow_the_days_and_start_again_each_month(session):
    heads, _ = write(session, date(2026, 2, 3), date(2026, 1, 9), date(2026, 2, 1))
    assert dict(heads.select("key", "number").rows()) == {
        "k1": "SO2601-00001", "k2": "SO2602-00001", "k0": "SO2602-00002",
    }  # fmt: skip


def test_the_head_is_the_sum_of_its_lines(session):
    heads, lines = write(session, date(2026, 1, 9))
    assert heads["net"][0] == Decimal("2.20")
    assert lines["line"].to_list() == [1, 2]
    assert documents.lines_of(session, heads["document_id"])["net"].to_list() == [Decimal("1.10")] * 2


def test_a_step_leads_where_the_table_says(session):
    heads, _ = write(session, date(2026, 1, 9))
    number = heads["number"][0]
    documents.step(session, LIFE, number, "submit")
    found = documents.find(session, "sales_order", number)
    assert found.select("status", "version").row(0) == ("submitted", 2)
    with pytest.raises(documents.IllegalStep) as refused:
        documents.step(session, LIFE, [number], "cancel")
    assert refused.value.facts == {
        "first": number,
        "count": 1,
        "status": "submitted",
        "action": "cancel",
        "allowed": "-",
    }


def test_an_unknown_number_is_named_and_a_kind_is_not_mistaken_for_another(session):
    heads, _ = write(session, date(2026, 1, 9))
    for kind, number in (("sales_order", "SO2601-99999"), ("sales_delivery", heads["number"][0])):
        with pytest.raises(documents.UnknownDocument) as refused:
            documents.find(session, kind, [number])
        assert refused.value.facts["first"] == number


def test_many_numbers_are_found_in_the_order_asked(session):
    heads, _ = write(session, *[date(2026, 1, 9)] * 40)
    wanted = heads["number"].reverse()
    assert documents.find(session, "sales_order", wanted)["number"].to_list() == wanted.to_list()


def test_progress_adds_up(session):
    heads, _ = write(session, date(2026, 1, 9))
    change = pl.DataFrame(
        {"document_id": heads["document_id"], "line": [1], "step": ["delivered"], "quantity": [Decimal(1)]}
    )
    documents.advance(session, change, change)
    documents.advance(session, change.with_columns(amount=pl.lit(Decimal("3.30"))))
    lines = documents.lines_of(session, heads["document_id"], "delivered")
    assert lines.select("delivered", "delivered_amount").rows() == [(3, Decimal("3.30")), (0, 0)]


def test_an_outside_number_is_claimed_once_per_kind_and_party(session):
    heads, _ = write(session, date(2026, 1, 9), date(2026, 1, 10))
    first, second = (heads[n].with_columns(reference=pl.lit("X1")) for n in (0, 1))
    documents.claim_references(session, "purchase_bill", first, per_party=True)
    documents.claim_references(session, "sales_invoice", first, per_party=False)
    documents.claim_references(session, "purchase_bill", second.with_columns(party=pl.lit("S02")), per_party=True)
    for kind, per_party in (("purchase_bill", True), ("sales_invoice", False)):
        with pytest.raises(documents.ReferenceUsed) as refused:
            documents.claim_references(session, kind, second, per_party=per_party)
        assert refused.value.facts["number"] == first["number"][0]


def test_an_empty_set_is_refused(session):
    with pytest.raises(documents.NoDocuments):
        write(session)
    with pytest.raises(documents.NoDocuments):
        documents.find(session, "sales_order", [])


def test_lines_and_steps_are_written_for_good(books):
    import duckdb

    for table in ("document_step", "document_line"):
        with pytest.raises(duckdb.Error, match="append-only"), books.database.write() as cursor:
            cursor.execute(f"update core.{table} set reason = 'x'")
