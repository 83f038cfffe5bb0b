"""The gates of the month-end close: what must be true before a period may be closed, each with its offenders."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.finance import gate_statements
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.inventory import close as stock_close
from erp_core.ledger import periods
from erp_core.ledger.gates import AFTER, BEFORE, CODES, REGISTERED, Gate, Offenders

OFFENDERS_SHOWN_MAX = 50
STEPS_GATE = "G6"


def unposted_drafts(session: Session, period: str) -> Offenders:
    """G1: vouchers of the period that are neither posted nor void (财会〔2024〕12号 §24): draft, status, voucher_on."""
    return _dicts(
        session.frame(
            "select draft_id as draft, status, voucher_on, made_by from core.voucher_draft"
            " where status not in ('posted', 'void') and strftime(voucher_on, '%Y-%m') = $period order by draft_id",
            period=period,
        )
    )


def number_gaps(session: Session, period: str) -> Offenders:
    """G2: voucher numbers missing between 1 and the highest of their word: word, number."""
    return _dicts(
        session.frame(
            """
            with given as (select word, number from core.voucher where period = $period),
            expected as (
                select word, unnest(range(1, cast(max(number) as bigint) + 1)) as number from given group by word
            )
            select word, number from expected anti join given using (word, number) order by word, number
            """,
            period=period,
        )
    )


def trial_balance(session: Session, period: str) -> Offenders:
    """G3: parts of the trial balance whose debits and credits differ: period, debit, credit."""
    return _dicts(
        session.frame(
            "select period, sum(debit) as debit, sum(credit) as credit from core.account_balance"
            " where period <= $period group by period having sum(debit) <> sum(credit) order by period",
            period=period,
        )
    )


def sub_ledgers(session: Session, _: str) -> Offenders:
    """G4: control accounts whose open items add up to something else: account, party, ledger, items."""
    return _dicts(
        session.frame(
            """
            with ledger as (
                select account, party, sum(debit - credit) as amount from core.account_balance
                where account in (select code from core.account where control) group by all
            ), items as (
                select account, party, sum(amount) as amount from core.open_item group by all
            )
            select coalesce(l.account, i.account) as account, coalesce(l.party, i.party) as party,
                   coalesce(l.amount, 0) as ledger, coalesce(i.amount, 0) as items
            from ledger l full join items i on i.account = l.account and i.party = l.party
            where coalesce(l.amount, 0) <> coalesce(i.amount, 0) order by 1, 2
            """
        )
    )


def unproven_estimates(session: Session, _: str) -> Offenders:
    """G4: estimated payables that are not what was received and is unbilled: account, ledger, unbilled.

    Estimates taken over from legacy books have no receipt here, so a difference is a note.
    """
    return _dicts(
        session.frame(
            """
            with ledger as (
                select role.account, coalesce(sum(b.credit - b.debit), 0) as amount
                from core.account_role role left join core.account_balance b on b.account = role.account
                where role.role = 'payable_estimate' group by role.account
            ), unbilled as (
                select coalesce(sum(amount), 0) as amount from core.document_progress where step = 'unbilled'
            )
            select l.account, l.amount as ledger, u.amount as unbilled, 'no_receipt' as note
            from ledger l cross join unbilled u where l.amount <> u.amount
            """
        )
    )


def stock_value(session: Session, period: str) -> Offenders:
    """G5: inventory accounts whose stock values add up to something else: account, ledger, stock."""
    return _dicts(
        session.frame(
            """
            with stock as (
                select account, sum(amount) as amount from core.stock_value where period <= $period group by account
            ), ledger as (
                select account, sum(debit - credit) as amount from core.account_balance
                where period <= $period
                  and (account in (select account from stock)
                       or account in (select account from core.account_role where role = 'inventory'))
                group by account
            )
            select coalesce(l.account, s.account) as account, coalesce(l.amount, 0) as ledger,
                   coalesce(s.amount, 0) as stock
            from ledger l full join stock s on s.account = l.account
            where coalesce(l.amount, 0) <> coalesce(s.amount, 0) order by 1
            """,
            period=period,
        )
    )


def stock_quantity(session: Session, period: str) -> Offenders:
    """G5: items with a negative quantity, or with a value where nothing is left: item, quantity, amount."""
    return _dicts(
        session.frame(
            """
            with moved as (
                select item, sum(quantity) as quantity from core.stock_move where period <= $period group by item
            ), valued as (
                select item, sum(amount) as amount from core.stock_value where period <= $period group by item
            )
            select item, coalesce(quantity, 0) as quantity, coalesce(amount, 0) as amount
            from moved full join valued using (item)
            where coalesce(quantity, 0) < 0 or (coalesce(quantity, 0) = 0 and coalesce(amount, 0) <> 0)
            order by item
            """,
            period=period,
        )
    )


def uncosted_moves(session: Session, period: str) -> Offenders:
    """G5: moves of month_average items that the close left without a value: move, kind, item, moved_on, quantity."""
    return _dicts(
        session.frame(
            """
            with valued as (
                select move_id from core.stock_value where period = $period group by move_id
                having count(*) filter (kind <> 'reversal') > count(*) filter (kind = 'reversal')
            )
            select move_id as move, m.kind, item, moved_on, quantity from core.stock_move m
            join core.item i on i.code = m.item
            anti join valued using (move_id)
            where period = $period and i.cost_method = 'month_average'
              and m.kind in ('sale', 'sale_return', 'gain', 'loss')
            order by move_id
            """,
            period=period,
        )
    )


def stock_period(session: Session, period: str) -> Offenders:
    """G5: what keeps the month's stock from being closed; it is closed by asking, stock before ledger (INV-15)."""
    status = session.reference("period").filter(pl.col("period") == period)["stock_status"][0]
    if status == "closed":
        return []
    try:
        stock_close.close(session, period=period)
    except Refusal as refusal:
        return [{"refusal": refusal.code, **{name: str(fact) for name, fact in refusal.facts.items()}}]
    return []


def profit_and_loss(session: Session, period: str) -> Offenders:
    """G7: income and expense accounts with a balance left after the carry-forward: account, dimensions, amount."""
    return _dicts(
        session.frame(
            """
            select b.account, b.party, b.department, b.employee, b.project, b.item, sum(b.debit - b.credit) as amount
            from core.account_balance b join core.account a on a.code = b.account
            where b.period <= $period and a.category in ('income', 'expense')
            group by all having sum(b.debit - b.credit) <> 0 order by all
            """,
            period=period,
        )
    )


def unassigned_cash(session: Session, period: str) -> Offenders:
    """G11: cash lines without a cash-flow line, transfers of cash apart: voucher, line, account, amount."""
    return _dicts(
        session.frame(
            """
            with line as (
                select v.word || '-' || v.number as voucher, l.voucher_id, l.line, l.account, l.cash_flow, a.cash,
                       l.debit - l.credit as amount
                from core.voucher v
                join core.voucher_line l using (voucher_id)
                join core.account a on a.code = l.account
                where v.period = $period
            )
            select voucher, line, account, amount from line
            where cash and cash_flow = '' and voucher_id in (select voucher_id from line where not cash)
            order by voucher_id, line
            """,
            period=period,
        )
    )


def previous_period(session: Session, period: str) -> Offenders:
    """G12: earlier periods that are still open: period, status."""
    return _dicts(
        session.frame(
            "select period, status from core.period where period < $period and status = 'open' order by period",
            period=period,
        )
    )


def period_over(session: Session, period: str) -> Offenders:
    """G12: a month that is closed before its last day is over: period, last_day, today (a note, some close early)."""
    last_day = periods.month_row(period)["last_day"]
    if session.today > last_day:
        return []
    return [{"period": period, "last_day": str(last_day), "today": str(session.today), "note": "not_over"}]


def misplaced_vouchers(session: Session, period: str) -> Offenders:
    """G13: vouchers dated in this period and numbered in another, or the reverse: voucher, period, voucher_on."""
    return _dicts(
        session.frame(
            """
            select word || '-' || number as voucher, period, voucher_on from core.voucher
            where kind <> 'opening' and period <> strftime(voucher_on, '%Y-%m')
              and (period = $period or strftime(voucher_on, '%Y-%m') = $period)
            order by voucher_id
            """,
            period=period,
        )
    )


GATES = (
    Gate("G1", BEFORE, unposted_drafts),
    Gate("G12", BEFORE, previous_period),
    Gate("G12", BEFORE, period_over),
    Gate("G13", BEFORE, misplaced_vouchers),
    Gate("G2", AFTER, number_gaps),
    Gate("G3", AFTER, trial_balance),
    Gate("G4", AFTER, sub_ledgers),
    Gate("G4", AFTER, unproven_estimates),
    Gate("G5", AFTER, uncosted_moves),
    Gate("G5", AFTER, stock_value),
    Gate("G5", AFTER, stock_quantity),
    Gate("G5", AFTER, stock_period),
    Gate("G7", AFTER, profit_and_loss),
    Gate("G8", AFTER, gate_statements.ties),
    Gate("G9", AFTER, gate_statements.uncovered_accounts),
    Gate("G11", AFTER, unassigned_cash),
)


def check(session: Session, period: str, when: str) -> list[dict[str, Any]]:
    """Check all gates of one moment: gate, check, state passed|noted|failed, count, offenders (the first ones)."""
    return [_checked(session, period, gate) for gate in (*GATES, *REGISTERED) if gate.when == when]


def without_check() -> list[str]:
    """Codes that nothing checks in these books; they are listed so that nobody believes they were checked."""
    return sorted(set(CODES) - {gate.code for gate in (*GATES, *REGISTERED)} - {STEPS_GATE}, key=CODES.index)


def _checked(session: Session, period: str, gate: Gate) -> dict[str, Any]:
    offenders = gate.find(session, period)
    failed = [offender for offender in offenders if "note" not in offender]
    return {
        "gate": gate.code,
        "check": gate.find.__name__,
        "state": "failed" if failed else "noted" if offenders else "passed",
        "count": len(offenders),
        "offenders": offenders[:OFFENDERS_SHOWN_MAX],
    }


def without_offenders(code: str, state: str) -> dict[str, Any]:
    """A gate that was settled elsewhere, in the shape of check()."""
    return {"gate": code, "check": "", "state": state, "count": 0, "offenders": []}


def _dicts(frame: pl.DataFrame) -> Offenders:
    return [{name: str(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
