"""A report's number rises whenever its answer changes, and need not rise for what it does not look at."""

from datetime import date

import pytest

import erp_core
from erp_core.reports import catalog
from erp_core.reports.definition import definitions
from tests.dashboards.small_company import make

DAYS = {"from_day": date(2026, 1, 1), "to_day": date(2026, 12, 31)}
ASKED = {
    **DAYS, "as_of": date(2026, 3, 31), "period": "2026-03", "from_period": "2026-01", "to_period": "2026-03",
    "item": "A1", "statement": "balance_sheet", "line_no": 1, "account": "1122", "voucher_id": 3,
    "bank_account": "ICBC",
}  # fmt: skip


@pytest.fixture(scope="module")
def trading(tmp_path_factory):
    with make(tmp_path_factory.mktemp("stamps") / "books.duckdb", rounds=12) as books:
        yield books


def answers(books: erp_core.Books) -> dict:
    found = {}
    for name, definition in definitions().items():
        given = {p.name: ASKED.get(p.name, (p.choices or ("",))[0]) for p in definition.parameters if p.required}
        if "number" in given:
            given["number"] = books.report("documents", kind="sales_order")["number"][-1]
        try:
            found[name] = books.report(name, **given)
        except (erp_core.Refusal, catalog.ReportParameterMissing):
            continue
    return found


def order(books) -> str:
    head = {"document_on": date(2026, 3, 20), "party": "C01", "warehouse": "W1"}
    placed = books.call("sales.order.place", documents=head, lines=[{"item": "B2", "quantity": 1}])["numbers"]["1"]
    books.call("sales.order.submit", numbers=[placed])
    books.call("sales.order.approve", numbers=[placed])
    return placed


def deliver(books) -> str:
    shipped = {"order": order(books), "document_on": date(2026, 3, 21)}
    return books.call("sales.delivery.ship", documents=shipped)["numbers"]["1"]


def bill(books) -> None:
    billed = {"delivery": deliver(books), "document_on": date(2026, 3, 22)}
    books.call("sales.invoice.issue", documents=billed)


ACTS = {
    "order": order,
    "deliver": deliver,
    "bill": bill,
    "money": lambda b: b.call("finance.payment.pay", party="S01", account="1002", amount="10", on=date(2026, 3, 23)),
    "party": lambda b: b.call("masters.party.save", parties=[{"code": "C01", "name": "改名", "region": "岳阳"}]),
    "item": lambda b: b.call("masters.item.save", items=[{"code": "A1", "name": "新名", "category": "02"}]),
    "employee": lambda b: b.call("masters.employee.save", employees=[{"code": "E1", "name": "张新"}]),
    "account": lambda b: b.call("ledger.account.add", code="560297", parent="5602", name_zh="新费用"),
}


@pytest.mark.parametrize("act", ACTS)
def test_no_answer_changes_behind_its_number(trading, act):
    before, kept = trading.versions(), answers(trading)
    assert len(kept) > 40
    ACTS[act](trading)
    now, found = trading.versions(), answers(trading)
    changed = {name for name, frame in kept.items() if name in found and not frame.equals(found[name])}
    assert changed, "the act shows somewhere"
    assert {name for name in changed if now[name] == before[name]} == set()


def test_an_order_leaves_the_figures_of_what_was_sold_as_they_were(trading):
    before = trading.versions()
    order(trading)
    now = trading.versions()
    assert now[""] > before[""]
    for name in ("sales_analysis", "sales_lines", "trial_balance", "balance_sheet", "aged_receivables"):
        assert now[name] == before[name], name
    for name in ("documents", "sales_orders_open", "stock_on_hand", "kpi_home"):
        assert now[name] > before[name], name
