"""Who sees what: every report and every view as each kind of reader, and that what is hidden cannot be added up again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import erp_core
from erp_core.foundation.errors import NotPermitted
from erp_core.foundation.limits import OutOfScope
from erp_core.foundation.rights import AREAS, MASKS, TRADE
from erp_core.reports import areas, catalog, guard
from erp_core.reports.definition import Definition, definitions
from tests.dashboards.small_company import make

ASKED: dict[str, Any] = {
    "period": "2026-03",
    "from_period": "2026-01",
    "to_period": "2026-03",
    "as_of": date(2026, 3, 31),
    "from_day": date(2026, 1, 1),
    "to_day": date(2026, 3, 31),
    "item": "A1",
    "statement": "balance_sheet",
    "line_no": 1,
    "account": "1122",
    "bank_account": "ICBC",
    "by": None,
    "draft": 1,
    "code": "C01",
}
STAFF = ("owner", "accountant", "supervisor", "analyst", "clerk", "keeper", "migrator", "cashier")
# login: permissions, limits of rows
READERS: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "boss": (["*"], []),
    "no_cost": (["read.*", "see.bank", "see.identity", "see.salary"], []),
    "seller_1": (["read.masters", "read.sales", "read.stock"], [("own", "")]),
    "seller_2": (["read.masters", "read.sales", "read.stock"], [("own", "")]),
    "sales_head": (["read.masters", "read.sales", "see.cost"], [("department_tree", "D1")]),
    "keeper_2": (["read.masters", "read.stock", "see.cost"], [("warehouse", "W2")]),
    "account_manager": (["read.*", "see.*"], [("party", "C01"), ("party", "C02")]),
    "project_lead": (["read.*", "see.*"], [("project", "P1")]),
    "nobody": ([], []),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[erp_core.Books]:
    """A trading company with two warehouses, customers shared out to two sellers, and one reader of each kind."""
    opened = make(tmp_path_factory.mktemp("rights") / "books.duckdb")
    opened.call(
        "masters.warehouse.save",
        warehouses=[{"code": "W2", "name": "分仓"}, {"code": "WT", "name": "途", "kind": "transit"}],
    )
    opened.call("masters.project.save", projects=[{"code": "P1", "name": "一期"}])
    shared = [{"code": f"C{n:02}", "bank_account": f"62220{n}"} for n in range(1, 7)]
    opened.call("masters.party.save", parties=shared)
    sent = opened.call(
        "inventory.transfer.send",
        documents={"document_on": date(2026, 3, 20), "warehouse": "W1", "to_warehouse": "W2"},
        lines=[{"item": "A1", "quantity": 7}],
    )
    opened.call(
        "inventory.transfer.arrive",
        documents={"transfer": next(iter(sent["numbers"].values())), "document_on": date(2026, 3, 21)},
    )
    give_rights(opened)
    yield opened
    opened.close()


def give_rights(opened: erp_core.Books) -> None:
    with opened.database.write() as cursor:
        for login, (permissions, limits) in READERS.items():
            cursor.execute("insert into core.app_user values (?, ?, true)", [login, login])
            cursor.execute("insert into core.user_role values (?, ?)", [login, f"role_{login}"])
            for permission in permissions:
                cursor.execute("insert into core.role_permission values (?, ?)", [f"role_{login}", permission])
            for kind, value in limits:
                cursor.execute("insert into core.user_scope values (?, ?, ?)", [login, kind, value])
        for n in (1, 2):
            cursor.execute("insert into core.user_profile (login, employee) values (?, ?)", [f"seller_{n}", f"E{n}"])
    opened.database.reference.clear()


def asked(definition: Definition, books: erp_core.Books) -> dict[str, Any]:
    """Parameters with which a report has something to say."""
    given = {p.name: ASKED.get(p.name) for p in definition.parameters if p.required}
    if "number" in given:
        given["number"] = books.report("documents", kind="sales_invoice", party="C01")["number"][0]
    if "voucher_id" in given:
        given["voucher_id"] = 3
    for parameter in definition.parameters:
        if parameter.required and given.get(parameter.name) is None:
            given[parameter.name] = parameter.choices[0]
    return given


def told(books: erp_core.Books, login: str, name: str) -> pl.DataFrame | None:
    """What a reader gets of a report, or nothing where it is refused, which must be as the header says."""
    definition, reader = definitions()[name], books.as_user(login).actor
    try:
        frame = books.as_user(login).report(name, **asked(definition, books))
    except catalog.ReportClosed:
        assert definition.areas and not set(definition.areas) & set(reader.areas)
        return None
    except catalog.ReportNeedsWhole:
        assert set(definition.complete) & {"whole", *reader.scope.limited}
        return None
    assert not definition.areas or set(definition.areas) & set(reader.areas)
    return frame


def total(frame: pl.DataFrame, column: str) -> Decimal:
    return sum(frame[column].drop_nulls().to_list(), Decimal(0))


@pytest.mark.parametrize("name", sorted(definitions()))
def test_what_masks_leave_is_what_the_owner_sees(books, name):
    """A hidden column is empty in every row, and nothing else about a row changes: no zero where a cost was."""
    own, seen = told(books, "boss", name), told(books, "no_cost", name)
    if seen is None:
        return
    hidden = definitions()[name].hidden(("cost",))
    for column in hidden:
        assert seen[column].null_count() == seen.height, column
    rest = [c for c in seen.columns if c not in hidden and "voucher" not in c and not c.startswith("source_")]
    keys = [c for c in rest if seen.schema[c] == pl.String and seen[c].null_count() == 0]
    listed = seen.select(rest).sort(keys, maintain_order=True) if own.height == seen.height else seen.select(rest)
    for ours, theirs in zip(rows_of(own, seen, rest), listed.rows(), strict=True):
        for column, full, part in zip(rest, ours, theirs, strict=True):
            assert part == full or part is None, f"{column}: {part} instead of {full}"


def rows_of(own: pl.DataFrame, seen: pl.DataFrame, columns: list[str]) -> list[tuple]:
    """The owner's rows that the other sees too: rows as such may be fewer where an area is closed."""
    if own.height == seen.height:
        # What was sorted by a hidden figure comes in another order.
        keys = [c for c in columns if seen.schema[c] == pl.String and seen[c].null_count() == 0]
        return own.select(columns).sort(keys, maintain_order=True).rows()
    names = [c for c in columns if own.schema[c] == pl.String and c != "amount"][:3]
    return (
        own.join(seen.select(names).unique(), on=names, how="semi", nulls_equal=True, maintain_order="left")
        .select(columns)
        .rows()
    )


@pytest.mark.parametrize("login", [login for login in READERS if login not in ("boss", "no_cost")])
@pytest.mark.parametrize("name", sorted(definitions()))
def test_no_row_of_others_is_shown(books, name, login):
    frame = told(books, login, name)
    if frame is None:
        return
    scope = books.as_user(login).actor.scope
    if scope.employees is not None and "party" in frame.columns:
        suppliers = {"S01"}
        allowed = {f"C{n:02}" for n in range(1, 7) if f"E{(n - 1) % 2 + 1}" in scope.employees} | suppliers | {"", None}
        assert set(frame["party"]) <= allowed
    if scope.parties is not None and "party" in frame.columns:
        assert set(frame["party"]) <= {*scope.parties, "", None}
    if scope.warehouses is not None:
        for column in ("warehouse", "to_warehouse"):
            assert column not in frame.columns or set(frame[column]) <= {*scope.warehouses, "", "W1", None} - (
                {"W1"} if column == "warehouse" and name not in ("documents", "document") else set()
            )


def test_two_sellers_see_different_rows_everywhere_and_together_all(books):
    days = {"from_day": ASKED["from_day"], "to_day": ASKED["to_day"]}
    lists = {
        "sales_lines": (days, "number"),
        "documents": ({"kind": "sales_order"}, "number"),
        "sales_orders_open": ({}, "number"),
        "open_items": ({"as_of": ASKED["as_of"], "role": "receivable"}, "open_item_id"),
    }
    for name, (parameters, key) in lists.items():
        one, two, whole = (
            set(books.as_user(who).report(name, **parameters)[key]) for who in ("seller_1", "seller_2", "boss")
        )
        assert not one & two, name
        assert one | two == whole, name
    parties = [
        set(books.as_user(f"seller_{n}").sql("select code from rpt.party where customer")["code"]) for n in (1, 2)
    ]
    assert parties == [{"C01", "C03", "C05"}, {"C02", "C04", "C06"}]


@pytest.mark.parametrize("login", ["boss", "no_cost", "seller_1", "sales_head", "account_manager", "keeper_2"])
def test_a_figure_is_the_sum_of_the_list_behind_it_for_every_reader(books, login):
    mine = books.as_user(login)
    cards = {row["key"]: row["value"] for row in mine.report("kpi_home", as_of=ASKED["as_of"]).to_dicts()}
    month = {"from_day": date(2026, 3, 1), "to_day": ASKED["as_of"]}
    if "sales_month" in cards:
        assert cards["sales_month"] == total(mine.report("sales_lines", **month), "net")
        assert cards["sales_month"] == total(mine.report("sales_analysis", by="item", **month), "net")
    if "receivables_overdue" in cards:
        late = mine.report("open_items", as_of=ASKED["as_of"], role="receivable", overdue=True)
        assert cards["receivables_overdue"] == total(late, "remaining")
        aged = mine.report("aged_receivables", as_of=ASKED["as_of"])
        assert total(aged, "total") - total(aged, "not_due") == cards["receivables_overdue"]
    if "orders_open" in cards:
        assert cards["orders_open"] == total(mine.report("sales_orders_open", as_of=ASKED["as_of"]), "net_outstanding")
    me = mine.me()
    assert ("stock_value" in cards) == ("stock" in me["areas"] and "cost" not in me["masks"])


def test_what_is_promised_counts_every_order_whoever_looks(books):
    whole = books.as_user("boss").report("stock_on_hand", as_of=ASKED["as_of"])
    mine = books.as_user("seller_1").report("stock_on_hand", as_of=ASKED["as_of"])
    assert mine.select("item", "quantity", "reserved", "available").equals(
        whole.select("item", "quantity", "reserved", "available")
    )


def test_a_keeper_sees_one_warehouse_and_no_values(books):
    frame = books.as_user("keeper_2").report("stock_on_hand", as_of=ASKED["as_of"])
    assert frame.select("item", "warehouse", "quantity").rows() == [("A1", "W2", Decimal(7))]
    assert frame["amount"].null_count() == frame.height
    assert books.as_user("keeper_2").sql("select sum(amount) as s from rpt.stock_value")["s"][0] is None


@pytest.mark.parametrize("view", sorted(areas.AREA))
@pytest.mark.parametrize("login", list(READERS))
def test_the_sql_door_opens_only_what_the_reader_may_see(books, view, login):
    mine = books.as_user(login)
    wanted = set(areas.AREA[view].split("|"))
    try:
        frame = mine.sql(f"select * from rpt.{view}")
    except guard.QueryViewClosed:
        assert "" not in wanted and not wanted & set(mine.actor.areas)
        return
    except guard.QueryViewNeedsWhole:
        assert not mine.actor.scope.whole and view in areas.WHOLE
        return
    assert "" in wanted or wanted & set(mine.actor.areas)
    if mine.actor.scope.parties is not None and "party" in frame.columns and view != "price_rule":
        assert set(frame["party"]) <= {*mine.actor.scope.parties, "", None}
    if "bank_account" in frame.columns and "bank" in mine.actor.masks:
        assert frame["bank_account"].null_count() == frame.height


def test_every_published_view_says_to_which_area_it_belongs(books):
    with books.database.read() as cursor:
        rows = cursor.execute("select view_name from duckdb_views() where schema_name = 'rpt'").fetchall()
    assert {row[0] for row in rows} == set(areas.AREA)
    named = {area for wanted in areas.AREA.values() for area in wanted.split("|")} - {""}
    assert named <= set(AREAS)


def test_a_masked_value_cannot_be_searched_for(books):
    seller = books.as_user("seller_1")
    for query in (
        "select count(*) as n from rpt.sales_line where cost > 0",
        "select count(*) as n from rpt.sales_line where cost is not null",
        "select count(distinct amount) as n from rpt.stock_value",
        "select count(*) filter (where bank_account like '6222%') as n from rpt.party",
    ):
        assert seller.sql(query)["n"][0] == 0


@pytest.mark.parametrize(
    "query",
    [
        "set variable masks = null",
        "select getvariable('masks') as m",
        "reset variable scope_employees",
        "select * from core.party",
        "with p as (select * from core.party) select * from p",
    ],
)
def test_limits_cannot_be_taken_off(books, query):
    with pytest.raises(erp_core.Refusal):
        books.as_user("seller_1").sql(query)


def test_hands_reach_no_further_than_eyes(books):
    theirs = books.as_user("boss").report("documents", kind="sales_order", party="C02", status="approved")["number"][0]
    with books.database.write() as cursor:
        cursor.execute("insert into core.role_permission values ('role_seller_1', 'sales.*')")
    before = books.version()
    with pytest.raises(OutOfScope):
        books.as_user("seller_1").call("sales.order.close", numbers=[theirs])
    with pytest.raises(NotPermitted):
        books.as_user("seller_2").call("sales.order.close", numbers=[theirs])
    assert books.sql("select status from rpt.document where number = $n", n=theirs)["status"][0] == "approved"
    assert books.version() == before + 1, "the denied attempt is in the audit, the refused one is not"


def test_a_reader_is_told_how_far_the_eyes_reach(books):
    me = books.as_user("seller_1").me()
    assert (me["areas"], me["scope"]["employees"], me["whole"]) == (["masters", "sales", "stock"], ["E1"], False)
    assert set(me["masks"]) == set(MASKS)
    assert books.as_user("seller_1").me()["sight"] != books.as_user("seller_2").me()["sight"]
    assert books.as_user("boss").me()["sight"] == books.me()["sight"] == "*"


@pytest.mark.parametrize("name", sorted(n for n, d in definitions().items() if d.areas and set(d.areas) <= set(TRADE)))
def test_equal_keys_get_equal_answers(books, name):
    """Every report of the trade, as everybody of the first day: who shares a key shares the answer."""
    given = asked(definitions()[name], books)
    seen = {}
    for login in STAFF:
        reader = books.as_user(login)
        try:
            answer = reader.report(name, **given)
        except (catalog.ReportClosed, catalog.ReportNeedsWhole) as refused:
            answer = refused.code
        first = seen.setdefault(reader.me()["sight"], answer)
        assert first.equals(answer) if hasattr(first, "equals") and hasattr(answer, "equals") else first == answer
    assert 1 < len(seen) < len(STAFF)
