"""The door for SQL: what passes, what does not, and the 59 attempts."""

from __future__ import annotations

import json
from datetime import date

import pytest
from shared_data import shared

from erp_core.foundation.errors import Refusal
from erp_core.reports import guard

PASS = {"select view", "cte over view", "describe", "values"}
# The attempts name a made-up view and base tables in main; ours are published in rpt and kept in core.
ADAPTED = (("rpt.tb", "rpt.account"), ("main.account", "core.account"), ("main.voucher", "core.voucher"),
           ("main.line", "core.voucher_line"), ("select account from", "select code from"))  # fmt: skip


NAMES = "a.name_zh || b.name_zh || c.name_zh || d.name_zh"
FOUR = "rpt.account a, rpt.account b, rpt.account c, rpt.account d"


def attempts() -> dict[str, str]:
    found = json.loads(shared("sql_attacks.json").read_text(encoding="utf-8"))
    for old, new in ADAPTED:
        found = {name: query.replace(old, new) for name, query in found.items()}
    return found


def test_the_59_attempts(books):
    tried = attempts()
    assert len(tried) == 59
    passed = set()
    for name, query in tried.items():
        try:
            books.sql(query)
            passed.add(name)
        except Refusal:
            pass
    assert passed == PASS


@pytest.mark.parametrize(
    "query",
    [
        "with voucher as (select * from voucher) select * from voucher",
        "select * from (with voucher as (select 1 as a) select a from voucher) x, voucher",
        "with a as (select * from b), b as (select 1) select * from a",
        "with recursive voucher as (select voucher_id from voucher union all select 1 from voucher) select * from voucher",
        "with x as (insert into core.party (code, name) values ('z', 'z') returning *) select * from x",
        "with x as (update core.party set name = 'z' returning *) select * from x",
        "with x as (delete from core.party returning *) select * from x",
        "with x as (copy (select 1) to 'stolen.csv') select * from x",
        "select * from (with x as (insert into core.party (code, name) values ('z', 'z') returning *) select * from x)",
        "select * from rpt.account where code in (with x as (delete from core.party returning code) select * from x)",
        "select * from core.voucher",
        "select * from company.rpt.account",
        "from rpt.account where code in (select code from core.account)",
        "select getenv('HOME') from rpt.account",
        "select current_setting('memory_limit')",
        "select nextval('x')",
        "select * from duckdb_columns()",
        "select * from rpt.account order by (select count(*) from core.voucher)",
        "select * from rpt.account limit (select count(*) from core.voucher)",
        "select sum((select count(*) from core.voucher)) over () from rpt.account",
        "select code from rpt.account qualify row_number() over (order by (select 1 from core.act limit 1)) = 1",
        "from (pivot core.voucher on period using count(*))",
        "select * from read_text('/etc/hostname')",
        "select sleep_ms(100000)",
        "select write_log('x')",
        "from range(10)",
        "select [x for x in range(100)]",
        "select",
        "",
        "-- nothing",
        "select 1; select 2",
        "summarize core.voucher",
        "show rpt.account; drop view rpt.account",
    ],
)
def test_refused(books, query):
    with pytest.raises(Refusal):
        books.sql(query)


@pytest.mark.parametrize(
    "query",
    [
        "select code, name_zh from rpt.account where code = $code",
        "with a as (select * from rpt.account), b as (select * from a) select count(*) as n from b where code = $code",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select i, $code as c from n",
        "select * from (with a as (select $code as x) select * from a) y",
        "from rpt.account select category, sum(level), list(code order by code) where code = $code group by all",
        "select code, row_number() over (partition by category order by code) from rpt.account where code = $code",
        "select a.code from rpt.account a join RPT.account b using (code) where a.code = $code union all select 'x'",
        "select coalesce(nullif(name_en, ''), name_zh), case when leaf then 1 else 0 end from rpt.account where code = $code",
        "select x.v from (select unnest(['a', $code]) as v) x",
        "summarize select code from rpt.account where code = $code",
    ],
)
def test_passes(books, query):
    assert books.sql(query, code="1001").height


def test_refusals_name_what_is_wrong(books):
    for query, kind, fact in (
        ("select * from core.voucher", guard.QueryTableClosed, "core.voucher"),
        ("select getenv('HOME')", guard.QueryFunctionClosed, "getenv"),
        ("delete from core.voucher", guard.QueryNotOneSelect, "DELETE"),
        ("selec 1", guard.QueryUnreadable, "syntax error"),
        ("select nothing_like_it from rpt.account", guard.QueryFailed, "nothing_like_it"),
    ):
        with pytest.raises(kind) as refused:
            books.sql(query)
        assert fact in str(refused.value)


def test_the_engine_refuses_to_write_even_if_the_walk_would_let_it_pass(books, monkeypatch):
    monkeypatch.setattr(guard, "check", lambda query: None)
    before = books.sql("select count(*) as n from rpt.party").item()
    with pytest.raises(guard.QueryFailed, match="read-only"):
        books.sql("insert into core.party (code, name) values ('z', 'z')")
    with pytest.raises(guard.QueryFailed, match="read-only"):
        books.sql("with x as (insert into core.party (code, name) values ('z', 'z') returning *) select * from x")
    assert books.sql("select count(*) as n from rpt.party").item() == before


def test_a_slow_query_is_stopped(books):
    with books.database.read() as cursor, pytest.raises(guard.QueryTooSlow):
        guard.run(
            cursor, "with recursive n as (select 1 as i union all select i + 1 from n) select max(i) from n", {}, 0.3
        )
    assert books.sql("select 1 as one")["one"][0] == 1


def test_whole_sums_are_integers(books):
    frame = books.sql("select sum(level) as s, count(*) as n, $day as d from rpt.account", day=date(2026, 1, 1))
    assert str(frame["s"].dtype) == "Int64"
    assert frame["d"][0] == date(2026, 1, 1)


def test_an_answer_without_end_is_given_up(books, monkeypatch):
    monkeypatch.setattr(guard, "ANSWER_MB_MAX", 1)
    with pytest.raises(guard.QueryTooLarge) as refused:
        books.sql("select a.code, b.code, c.name_zh from rpt.account a, rpt.account b, rpt.account c")
    assert refused.value.facts["rows"] < 2_000_000
    assert books.sql("select 1 as one")["one"][0] == 1


@pytest.mark.parametrize(
    "query",
    [
        f"select len(list({NAMES})) from {FOUR}",
        f"select max(s) from (select string_agg({NAMES}, ',') as s from {FOUR})",
        f"select count(distinct {NAMES}) from {FOUR}",
    ],
)
def test_a_bomb_goes_off_in_its_own_box(books, query):
    """Too much memory or too much time is a refusal, and the books go on answering."""
    with books.database.read() as cursor:
        cursor.execute("set memory_limit = '200MB'")
        with pytest.raises((guard.QueryFailed, guard.QueryTooSlow, guard.QueryTooLarge)):
            guard.run(cursor, query, {}, 3)
    assert books.sql("select count(*) as n from rpt.account")["n"][0] > 100
    assert books.check()["ok"].all()
