"""Every gate is shown a fault and names it; the faults are planted in the tables, since the verbs would refuse them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

import pytest

from erp_core.finance import gate_statements, gates
from erp_core.foundation.session import Session
from pipelines.closing import run
from tests import by_hand

JANUARY = "2026-01"
DAY = date(2026, 1, 15)


@pytest.fixture
def month(books):
    by_hand.post(books, DAY, "投资款", ("1002", 10000, ""), ("3001", "", 10000))
    by_hand.post(books, DAY, "赊销", ("1122", 113, "", {"party": "C01"}), ("5001", "", 100), ("22210107", "", 13))
    return books


class _Undone(Exception):
    """Raised to roll the planted rows back."""


@contextmanager
def planted(books, *statements: str) -> Iterator[Session]:
    """A session that sees the planted rows; they are gone when it ends."""
    session = Session(books.database, books.actor, DAY)
    with suppress(_Undone), books.database.write() as cursor:
        session.cursor = cursor
        for statement in statements:
            cursor.execute(statement).fetchall()
        yield session
        raise _Undone


def voucher(number: int, *, period: str = JANUARY, day: str = "2026-01-20", voucher_id: int = 900) -> str:
    return (
        "insert into core.voucher (voucher_id, period, word, number, voucher_on, summary, kind, source_kind, source_number,"
        " event_key, made_by, reviewed_by, posted_by, posted_at, act_id)"
        f" select {voucher_id}, '{period}', '记', {number}, date '{day}', 'x', 'auto', 'x', 'x', 'x/{voucher_id}', 'x', 'x',"
        " 'x', now()::timestamp, 1"
    )


def line(account: str, debit: str, credit: str, *, number: int = 1, cash_flow: str = "", voucher_id: int = 900) -> str:
    return (
        "insert into core.voucher_line (voucher_id, line, summary, account, debit, credit, cash_flow) values"
        f" ({voucher_id}, {number}, 'x', '{account}', {debit}, {credit}, '{cash_flow}')"
    )


def balance(account: str, debit: str, credit: str, *, period: str = JANUARY, party: str = "") -> str:
    return f"insert into core.account_balance values ('{period}', '{account}', '{party}', '', '', '', '', false, {debit}, {credit})"


def move(item: str, quantity: str, *, kind: str = "sale", move_id: int = 900, period: str = JANUARY) -> str:
    return (
        "insert into core.stock_move (move_id, kind, moved_on, period, item, warehouse, quantity, act_id) values"
        f" ({move_id}, '{kind}', date '2026-01-20', '{period}', '{item}', 'W1', {quantity}, 1)"
    )


def stock_value(item: str, amount: str, *, move_id: int = 900) -> str:
    return (
        "insert into core.stock_value (value_id, move_id, item, account, period, valued_on, kind, amount, event_key, act_id)"
        f" values ({move_id}, {move_id}, '{item}', '1405', '{JANUARY}', date '2026-01-20', 'receipt', {amount}, 'x', 1)"
    )


CASES = {
    "G2": (gates.number_gaps, [voucher(5)], [{"word": "记", "number": "3"}, {"word": "记", "number": "4"}]),
    "G3": (
        gates.trial_balance,
        [balance("1001", "7", "0")],
        [{"period": JANUARY, "debit": "10120.00", "credit": "10113.00"}],
    ),
    "G4": (
        gates.sub_ledgers,
        [balance("1122", "5", "0", party="C02")],
        [{"account": "1122", "party": "C02", "ledger": "5.00", "items": "0.00"}],
    ),
    "G4 estimates": (
        gates.unproven_estimates,
        [balance("220202", "0", "40")],
        [{"account": "220202", "ledger": "40.00", "unbilled": "0.00", "note": "no_receipt"}],
    ),
    "G5 value": (
        gates.stock_value,
        [stock_value("A", "30")],
        [{"account": "1405", "ledger": "0.00", "stock": "30.00"}],
    ),
    "G5 negative": (
        gates.stock_quantity,
        [move("A", "-2")],
        [{"item": "A", "quantity": "-2.000000", "amount": "0.00"}],
    ),
    "G5 empty bin": (
        gates.stock_quantity,
        [stock_value("A", "0.34")],
        [{"item": "A", "quantity": "0.000000", "amount": "0.34"}],
    ),
    "G5 uncosted": (
        gates.uncosted_moves,
        [move("A", "-2")],
        [{"move": "900", "kind": "sale", "item": "A", "moved_on": "2026-01-20", "quantity": "-2.000000"}],
    ),
    "G11": (
        gates.unassigned_cash,
        [voucher(3), line("1002", "9", "0"), line("1405", "0", "9", number=2)],
        [{"voucher": "记-3", "line": "1", "account": "1002", "amount": "9.00"}],
    ),
    "G12": (
        gates.previous_period,
        ["insert into core.period values ('2025-12', date '2025-12-01', date '2025-12-31', 'open', 'open', 0)"],
        [{"period": "2025-12", "status": "open"}],
    ),
    "G13": (
        gates.misplaced_vouchers,
        [voucher(1, period="2026-02")],
        [{"voucher": "记-1", "period": "2026-02", "voucher_on": "2026-01-20"}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_gate_names_the_fault(month, case):
    find, faults, offenders = CASES[case]
    with planted(month, *faults) as session:
        assert find(session, JANUARY) == offenders


@pytest.mark.parametrize("gate", gates.GATES, ids=lambda gate: f"{gate.code} {gate.find.__name__}")
def test_closed_books_pass(month, gate):
    run.close(month, JANUARY)
    with planted(month) as session:
        # The month is closed before it is over here, which is a remark and no fault.
        assert [found for found in gate.find(session, JANUARY) if "note" not in found] == []


def test_profit_not_carried_forward_is_named(month):
    with planted(month) as session:
        left = gates.profit_and_loss(session, JANUARY)
    assert [(row["account"], row["amount"]) for row in left] == [("5001", "-100.00")]


def test_transfers_of_cash_need_no_line_of_the_cash_flow(month):
    with planted(month, voucher(3), line("1002", "9", "0"), line("1001", "0", "9", number=2)) as session:
        assert gates.unassigned_cash(session, JANUARY) == []


def test_a_new_account_outside_the_statements_is_named(month):
    row = "('9999', '', '新科目', '', 'asset', 'debit', true, true, false, false, true"
    with planted(month, f"insert into core.account values {row}, 'none', 'none', 'none', 'none', 'none')") as session:
        assert gate_statements.uncovered_accounts(session, JANUARY) == [
            {"account": "9999", "name": "新科目", "lines": "0"}
        ]


def test_an_account_on_two_lines_is_named(month):
    twice = "insert into core.statement_account values ('sbe', 'balance_sheet', '0000-00', 14, '1001', 1, 'balance')"
    with planted(month, twice) as session:
        assert gate_statements.uncovered_accounts(session, JANUARY) == [
            {"account": "1001", "name": "库存现金", "lines": "2"}
        ]


def test_a_broken_tie_shows_both_sides(month):
    # Profit carried forward would tie; 1,000.00 of reserves that nothing balances do not.
    with planted(month, balance("3103", "0", "100"), balance("3002", "0", "1000")) as session:
        broken = gate_statements.ties(session, JANUARY)
    assert broken == [{"statement": "balance_sheet", "rule": "30=53", "left": "10113.00", "right": "11113.00"}]


def test_an_of_which_line_beyond_its_line_is_noted_only(month):
    run.close(month, JANUARY)
    with planted(month, balance("560202", "50", "0"), balance("560299", "-80", "0")) as session:
        found = gate_statements.ties(session, JANUARY)
        (gate,) = [gate for gate in gates.check(session, JANUARY, "after") if gate["check"] == "ties"]
    assert found == [
        {
            "statement": "income_statement",
            "rule": "14>=15+16+17",
            "left": "-30.00",
            "right": "50.00",
            "note": "of_which",
        }
    ]
    assert gate["state"] == "noted"
