"""Whatever is changed in what was posted, by whatever hand, the proof finds it and names the place."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from erp_core.seals import naming
from erp_core.seals.proof import prove

# What the act itself holds is proved with its seal; its own columns are a row like others.
RANDOM = random.Random(20260131)
POSTED = (
    "voucher", "voucher_line", "open_item", "open_item_match", "stock_move", "stock_value", "approval_event",
    "close_step", "document_step", "change", "period_seal",
)  # fmt: skip


def forms(cursor):
    rows = cursor.execute("select table_name, column_name, kind from core.seal_form order by all").fetchall()
    return [row for row in rows if row[0] != "act" or row[1] != "act_id"]


def another(value, kind):
    """A value that differs from this one as little as the column allows."""
    if value is None:
        of = {"int": 1, "text": "x", "date": date(2026, 1, 1), "instant": datetime(2026, 1, 1), "bool": True}  # noqa: DTZ001
        return of.get(kind, Decimal("0.01"))
    if kind.startswith("decimal"):
        return value + Decimal(1).scaleb(-int(kind[-1]))
    small = {"int": 1, "date": timedelta(days=1), "instant": timedelta(microseconds=1)}
    return value + small[kind] if kind in small else not value if kind == "bool" else value + "x"


def acts_of(cursor, table):
    """The rows of a table by the engine's own number, and the act of each."""
    join = " join core.voucher v using (voucher_id)" if table in ("voucher_line", "open_item") else ""
    act = "v.act_id" if join else "t.act_id"
    return cursor.execute(f"select t.rowid, {act} from core.{table} t{join} order by 1").fetchall()


def put(cursor, table, column, rowid, value):
    cursor.execute(f"update core.{table} set {column} = $value where rowid = $row", {"value": value, "row": rowid})


@pytest.fixture
def cursor(bare):
    """Everything done through it is taken back."""
    bare.execute("begin")
    yield bare
    bare.execute("rollback")


def test_an_honest_file_holds_without_its_keys_and_triggers(bare):
    proof = prove(bare)
    assert proof.sound
    assert (proof.acts, proof.periods, proof.unsealed) == (proof.last_act, 2, 0)
    assert proof.rows > 600


def test_a_value_changed_in_any_column_of_any_sealed_table_is_found(bare):
    """Each column is changed in one row, as many columns at a time as fall into different acts."""
    there = {table: acts_of(bare, table) for table in {row[0] for row in forms(bare)}}
    assert all(there[table] for table in POSTED)
    waiting = [row for row in forms(bare) if row[1] not in ("act_id", "voucher_id") and there[row[0]]]
    RANDOM.shuffle(waiting)
    proofs = 0
    while waiting:
        bare.execute("begin")
        spoilt, later = {}, []
        for table, column, kind in waiting:
            rows = [(row, act) for row, act in there[table] if act not in spoilt]
            if not rows:
                later.append((table, column, kind))
                continue
            rowid, act = RANDOM.choice(rows)
            value = bare.execute(f"select {column} from core.{table} where rowid = {rowid}").fetchall()[0][0]
            put(bare, table, column, rowid, another(value, kind))
            spoilt[act] = table, column
        found = {one.act_id: one.table for one in prove(bare, with_periods=False).breaks}
        bare.execute("rollback")
        assert found == {act: table for act, (table, _) in spoilt.items()}, spoilt
        waiting, proofs = later, proofs + 1
    assert proofs < 40


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t in ("voucher_line", "stock_value") for c in ("act", "voucher")]
)
def test_a_row_moved_to_another_act_or_voucher_is_found(cursor, table, column):
    name = f"{column}_id" if (table, column) != ("voucher_line", "act") else "voucher_id"
    name = name if (table, column) != ("stock_value", "voucher") else "move_id"
    cursor.execute(f"update core.{table} set {name} = {name} + 1 where rowid = 3")
    assert table in {one.table for one in prove(cursor).breaks}


@pytest.mark.parametrize(
    "table",
    ["voucher", "voucher_line", "stock_move", "stock_value", "open_item", "approval_event", "close_step", "act"],
)
def test_a_row_taken_out_is_missed(cursor, table):
    rowid, act = RANDOM.choice(acts_of(cursor, table)[:-1] if table == "act" else acts_of(cursor, table))
    cursor.execute(f"delete from core.{table} where rowid = {rowid}")
    first = prove(cursor).breaks[0]
    if table == "act":
        assert (first.what, first.key) in (("order", {"act_id": act}), ("added", {}))
    else:
        assert (first.what, first.act_id, first.table) == ("missing", act, table)
    assert naming.told(cursor, first, "zh")


@pytest.mark.parametrize("table", ["voucher_line", "stock_move", "approval_event", "period_seal"])
def test_a_row_put_in_is_seen(cursor, table):
    rowid, act = RANDOM.choice(acts_of(cursor, table))
    cursor.execute(f"insert into core.{table} select * from core.{table} where rowid = {rowid}")
    assert ("added", act, table) in {(one.what, one.act_id, one.table) for one in prove(cursor).breaks}


def test_a_row_of_an_act_that_never_was_is_seen(cursor):
    cursor.execute(
        "insert into core.stock_move select * replace (99999 as act_id, 999 as move_id) from core.stock_move limit 1"
    )
    found = prove(cursor).breaks
    assert [(one.what, one.table, one.key) for one in found] == [("added", "stock_move", {"move_id": 999})]


def test_two_vouchers_that_change_places_are_seen(cursor):
    cursor.execute(
        "update core.voucher set number = 3 - number where period = '2026-01' and word = '记' and number in (1, 2)"
    )
    found = prove(cursor).breaks
    assert {one.table for one in found} >= {"voucher"}
    assert found[0].what == "changed"


def test_acts_that_change_places_are_seen(cursor):
    cursor.execute("update core.act set act_id = case act_id when 20 then 21 else 20 end where act_id in (20, 21)")
    assert prove(cursor).breaks[0].act_id == 20


def test_a_forger_who_mends_the_crc_is_found_all_the_same(cursor):
    """He changes an amount, its CRC and the list of what the act wrote; the SHA-256 gives him away."""
    cursor.execute("update core.voucher_line set debit = debit + 1, crc = 4711 where voucher_id = 5 and debit > 0")
    first = prove(cursor).breaks[0]
    assert first.table == "voucher_line"
    cursor.execute("update core.act set contents = '' where act_id = $act", {"act": first.act_id})
    assert prove(cursor).breaks[0].act_id == first.act_id


def test_a_changed_line_is_named_as_an_accountant_looks_for_it(cursor):
    cursor.execute("update core.voucher_line set credit = credit + 1000 where voucher_id = 5 and credit > 0")
    first = prove(cursor).breaks[0]
    word, period = cursor.execute(
        "select word || '-' || number, period from core.voucher where voucher_id = 5"
    ).fetchone()
    for language, start in (("zh", "内容被改动：凭证分录"), ("en", "Changed: voucher line")):
        text = naming.told(cursor, first, language)
        assert text.startswith(f"{start} {period} {word}")
        assert "line " in text


def test_a_voucher_taken_out_with_its_lines_is_named_by_its_number(cursor):
    cursor.execute("delete from core.voucher_line where voucher_id = 4")
    cursor.execute("delete from core.open_item where voucher_id = 4")
    number, period = cursor.execute("select number, period from core.voucher where voucher_id = 4").fetchone()
    cursor.execute("delete from core.voucher where voucher_id = 4")
    first = prove(cursor).breaks[0]
    assert (first.what, first.table) == ("missing", "voucher")
    assert naming.facts(cursor, first)["zh"].startswith(f"少了一行：凭证 period {period} word 记 number {number}")


def test_forms_and_seals_themselves_are_guarded(cursor):
    cursor.execute("delete from core.seal_form where column_name = 'debit'")
    assert not prove(cursor).sound
    cursor.execute("update core.act set seal = null where act_id = 9")
    assert {one.what for one in prove(cursor).breaks} >= {"unsealed"}
