"""Every check of `erp verify`: it holds in honest books, and finds the fault that is planted for it, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

import erp_core
from erp_core.reports import invariants


@dataclass(frozen=True)
class Fault:
    """What is done to the tables behind the back of the books, and what verify must say about it."""

    check: str
    offender: str
    plant: tuple[str, ...]
    besides: frozenset[str] = field(default_factory=frozenset)
    warning: bool = False


def fault(check: str, offender: str, *plant: str, besides: tuple[str, ...] = (), warning: bool = False) -> Fault:
    return Fault(check, offender, plant, frozenset(besides), warning)


LINE = "(select voucher_id from core.voucher where period = '2026-01' and number = {number})"
CATEGORY = (
    "insert into core.asset_category (code, name, life_months, asset_account, depreciation_account, expense_account)"
    " values ('T9', '试', 60, '1601', '1602', '5602')"
)
CARD = (
    "insert into core.asset (asset, name, category, kind, status, origin, acquired_on, started_on, method, life_months,"
    " residual, asset_account, depreciation_account) values ('G1', '试', 'T9', 'fixed', '{status}', 'opening',"
    " date '2026-01-01', date '2026-01-01', 'straight_line', 60, 0, '1601', '1602')"
)
EVENT = (
    "insert into core.asset_event (event_id, asset, kind, happened_on, period, value, act_id)"
    " values (99, 'G1', 'opening', date '2026-01-01', '{period}', 100, 1)"
)
FAULTS = [
    # A yuan moved from one voucher to another: account and period stay as they were.
    fault(
        "voucher_balance",
        "2026-01 记-1",
        f"update core.voucher_line set debit = debit + 1 where account = '1405' and voucher_id = {LINE.format(number=1)}",
        f"update core.voucher_line set debit = debit - 1 where account = '1405' and voucher_id = {LINE.format(number=3)}",
    ),
    fault(
        "total_balance",
        "0000-00",
        "update core.voucher_line set credit = credit + 1 where account = '3001'",
        "update core.account_balance set credit = credit + 1 where account = '3001'",
        besides=("voucher_balance", "statement_ties"),
    ),
    fault(
        "balance_summary",
        "0000-00 3001",
        "update core.account_balance set department = 'D9' where account = '3001'",
    ),
    fault(
        "lineage",
        "R1 row 5",
        "insert into core.intake_link values ('R1', 0, 5, 'voucher_line', 999999, 1, 'debit')",
    ),
    fault("leaf_lines", "0000-00 期初-1 #5", "update core.account set leaf = false where code = '3001'"),
    fault(
        "voucher_period",
        "2026-01 记-11",
        "update core.voucher set voucher_on = date '2026-03-01' where period = '2026-01' and number = 11",
    ),
    fault(
        "open_items",
        "1122/C02",
        "update core.open_item set amount = amount + 1 where reference = '旧-1'",
    ),
    fault(
        "open_item_matches",
        "1122/C01 SI2601-00001",
        "update core.open_item_match set amount = 5000 where amount = 500",
    ),
    fault("stock_quantity", "A @ W1", "update core.stock_now set quantity = quantity + 1 where item = 'A'"),
    fault(
        "stock_value",
        "1405 2026-01",
        "update core.stock_value set amount = amount + 1 where item = 'A' and period = '2026-01'",
    ),
    fault(
        "negative_stock",
        "A @ W1 2026-01-21",
        "update core.stock_move set moved_on = date '2026-01-22' where item = 'A' and kind = 'opening'",
    ),
    fault(
        "empty_stock_value",
        "C now",
        "update core.stock_move set quantity = -10 where item = 'C' and kind = 'sale'",
        "update core.stock_now set quantity = 0 where item = 'C'",
        "update core.stock_pool set quantity = 0 where item = 'C'",
    ),
    fault(
        "empty_stock_value",
        "A 2026-01",
        "update core.stock_move set quantity = -150 where item = 'A' and kind = 'sale' and period = '2026-01'",
        "update core.stock_move set quantity = 90, kind = 'gain', moved_on = date '2026-02-01' where item = 'A' and period = '2026-02'",
        "update core.stock_now set quantity = 90 where item = 'A'",
        "update core.period set status = 'closed' where period = '2026-01'",
        besides=("profit_closed",),
    ),
    fault("stock_state", "B", "update core.stock_pool set amount = amount + 1 where item = 'B'"),
    fault(
        "voucher_numbers",
        "2026-01 记",
        "insert into core.voucher select * replace (999 as voucher_id, 20 as number, 'x' as event_key)"
        " from core.voucher where period = '2026-01' and number = 11",
        "insert into core.voucher_line (voucher_id, line, summary, account, debit, credit)"
        " values (999, 1, 'x', '3001', 1, 0), (999, 2, 'x', '3001', 0, 1)",
        "insert into core.account_balance values ('2026-01', '3001', '', '', '', '', '', false, 1, 1)",
    ),
    fault(
        "document_numbers",
        "SO2602",
        "update core.number_counter set last_number = 2 where series = 'sales_order' and cycle = '2602'",
    ),
    fault("voucher_dates", "2026-01 记-8", warning=True),
    fault(
        "statement_coverage",
        "1999",
        "insert into core.account (code, name_zh, category, side, leaf) values ('1999', '新科目', 'asset', 'debit', true)",
    ),
    fault(
        "statement_coverage",
        "1405",
        "insert into core.statement_account values ('sbe', 'balance_sheet', '0000-00', 14, '1405', 1, 'balance')",
        besides=("statement_ties",),
    ),
    fault("profit_closed", "5001 2026-01", "update core.period set status = 'closed' where period = '2026-01'"),
    fault(
        "document_progress",
        "SO2602-00001 #1",
        "update core.document_progress set quantity = 11 where step = 'delivered' and quantity = 10 and document_id ="
        " (select document_id from core.document where number = 'SO2602-00001')",
    ),
    fault(
        "document_amounts", "SI2601-00003", "update core.document set gross = gross + 1 where number = 'SI2601-00003'"
    ),
    fault(
        "orphans",
        "stock value 9999",
        "insert into core.stock_value select 9999, 8888, item, account, period, valued_on, kind, 0, event_key, act_id, crc"
        " from core.stock_value limit 1",
    ),
    fault(
        "acts",
        "voucher 2026-01 记-3",
        "update core.voucher set act_id = 99999 where period = '2026-01' and number = 3",
    ),
    fault(
        "estimates",
        "S02",
        "update core.document_progress set amount = amount + 1 where step = 'unbilled' and amount > 0",
    ),
    fault(
        "statement_ties",
        "cash_flow 2026-01 22=balance_sheet:1",
        "update core.voucher_line set cash_flow = '' where cash_flow = '3'",
    ),
    fault(
        "statement_parts",
        "balance_sheet 2026-01 9>=10+11+12+13",
        "insert into core.statement_account values ('sbe', 'balance_sheet', '0000-00', 10, '1405', 1, 'balance')",
        warning=True,
    ),
    # A card that no account knows of; and one that is gone with a value still on it, in a month yet to come.
    fault("asset_cards", "1601", CATEGORY, CARD.format(status="in_use"), EVENT.format(period="0000-00")),
    fault("asset_plans", "G1", CATEGORY, CARD.format(status="disposed"), EVENT.format(period="2099-12")),
    fault(
        "budget_versions",
        "SO2602-00001",
        "insert into core.budget_line (document_id, account, period, amount, act_id)"
        " select document_id, '5602', '2026-01', -1, 1 from core.document where number = 'SO2602-00001'",
    ),
    fault(
        "claims",
        "EC2601-00001",
        "insert into core.document select * replace (99999 as document_id, 'claim' as kind, 'EC2601-00001' as number,"
        " 'draft' as status) from core.document where number = 'SI2601-00003'",
        besides=("document_numbers",),
    ),
    fault(
        "claim_invoices",
        "24000000000000000001",
        "insert into core.claim_invoice (invoice_number, turn, document_id, line, act_id)"
        " values ('24000000000000000001', 1, 1, 1, 1)",
    ),
    fault(
        "bank_owner",
        "matching 1",
        "insert into core.bank_match_item (item, turn, match_id, act_id) values ('bank:999', 1, 1, 1)",
    ),
    fault(
        "bank_statements",
        "statement 1",
        "insert into core.bank_statement (statement_id, bank_account, file, from_on, to_on, rows_read, rows_added,"
        " rows_known, rows_double, act_id) values (1, 'B1', 'a.csv', date '2026-01-01', date '2026-01-31', 3, 0, 1, 1, 1)",
    ),
    fault(
        "opening_batches",
        "A W9",
        "insert into core.opening_batch (item, warehouse, batch, quantity, amount, act_id) values ('A', 'W9', 'P1', 1, 1, 1)",
    ),
    fault(
        "seals",
        "操作日志的这一行被改动，或它前面的操作被改动：操作 act_id 5（第 5 号操作 masters.item.save，owner，",
        "update core.act set reason = 'x' where act_id = 5",
    ),
]


SEALED = r"(?:update|insert into) core\.(?:asset_event|budget_line|claim_invoice|bank_match_item|act|voucher|voucher_line|open_item|open_item_match|stock_move|stock_value)\b"


def tamper(books: erp_core.Books, *statements: str) -> None:
    """Do what no code of the books can: write to append-only tables, their triggers dropped first."""
    raw = books.database.root.cursor()
    triggers = raw.execute("select trigger_name, schema_name || '.' || table_name from duckdb_triggers()").fetchall()
    for trigger, table in triggers:
        raw.execute(f"drop trigger {trigger} on {table}")
    for statement in statements:
        raw.execute(statement)
    raw.close()


def test_honest_books_hold(traded):
    found = traded.check()
    assert found["ok"].all(), found.filter(~found["ok"]).to_dicts()
    assert found["check"].is_unique().all()
    assert set(found.columns) == set(invariants.SCHEMA)


def test_new_books_hold(books):
    assert books.check()["ok"].all()


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: f"{planted.check}-{planted.offender}")
def test_a_planted_fault_is_found(spoilt, planted):
    tamper(spoilt, *planted.plant)
    found = {row["check"]: row for row in spoilt.check().to_dicts()}
    broken = {name for name, row in found.items() if not row["ok"]}
    sealed = {"seals"} if any(re.match(SEALED, statement) for statement in planted.plant) else set()
    assert broken == (set() if planted.warning else {planted.check}) | planted.besides | sealed
    assert found[planted.check]["offender"].startswith(planted.offender)
    assert found[planted.check]["detail"]


def test_every_check_has_its_fault():
    names = {check.name for check in invariants.checks()} | {"statement_ties", "statement_parts", "seals"}
    assert {planted.check for planted in FAULTS} == names
