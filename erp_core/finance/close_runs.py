"""What each run of a close came to, rehearsed or committed: kept so that the next run can be compared with it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import polars as pl

from erp_core.finance import close_result, gate_statements
from erp_core.foundation import given
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.ledger import periods

STATEMENT = {"statement": pl.String, "line_no": pl.Int32, "amount": pl.String, "last_month": pl.String}
GATE = {"gate": pl.String, "check": pl.String, "state": pl.String, "count": pl.Int64}


@verb("ledger.close.keep")
def keep(
    session: Session,
    *,
    period: str,
    result_hash: str,
    lines: pl.DataFrame,
    statements: given.Given,
    gates: given.Given,
) -> dict[str, Any]:
    """Keep what a rehearsal came to, for comparing the next run with it; the ledger itself stays as it is.

    lines as for the commit; statements: statement, line_no, amount, last_month; gates: gate, check, state, count.
    """
    periods.require_period(period)
    found = given.rows(statements, STATEMENT, ("statement", "line_no"), "statements").to_dicts()
    checked = given.rows(gates, GATE, ("gate", "state"), "gates").to_dicts()
    run_id = write(session, period, "rehearsal", result_hash, lines, found, checked)
    return {"run": run_id, "period": period}


def write(
    session: Session,
    period: str,
    kind: str,
    result_hash: str,
    lines: pl.DataFrame,
    statements: list[dict[str, Any]],
    gates: list[dict[str, Any]],
) -> int:
    """Write down one run: sums by step and account, lines of the statements, states of the gates."""
    version = session.one("select coalesce(max(version), 0) from core.period where period = $period", period=period)[0]
    run_id = session.take_ids("close_run", "run_id", 1)
    row = {
        "run_id": run_id,
        "period": period,
        "version": version,
        "kind": kind,
        "result_hash": result_hash,
        "failed": sum(gate["state"] == "failed" for gate in gates),
        "vouchers": json.dumps([[*key, str(amount)] for *key, amount in sums(lines).rows()], ensure_ascii=False),
        "statements": json.dumps([[row["statement"], row["line_no"], row["amount"]] for row in statements]),
        "gates": json.dumps([[gate["gate"], gate["check"], gate["state"], gate["count"]] for gate in gates]),
        "made_by": session.actor.login,
        "made_at": session.now,
        "act_id": session.act_id,
    }
    session.insert("close_run", pl.DataFrame([row]).with_columns(pl.col("version", "failed").cast(pl.Int32)))
    return run_id


def sums(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of a close summed up: step, account, amount (debit less credit)."""
    shaped = close_result.shaped(lines, close_result.LINES)
    by = shaped.group_by(close_result.step_of(pl.col("key")).alias("step"), "account")
    return by.agg(amount=(pl.col("debit") - pl.col("credit")).sum()).sort("step", "account")


def statements_of(session: Session, period: str) -> list[dict[str, Any]]:
    """Every line of the statements that shows something this month or the month before: amounts as text."""
    now = gate_statements.statement_amounts(session, period)
    before = gate_statements.statement_amounts(session, periods.previous_period(period))
    keys = sorted(key for key in now.keys() | before.keys() if now.get(key) or before.get(key))
    zero = Decimal("0.00")
    return [
        {
            "statement": key[0],
            "line_no": key[1],
            "amount": str(now.get(key, zero)),
            "last_month": str(before.get(key, zero)),
        }
        for key in keys
    ]
