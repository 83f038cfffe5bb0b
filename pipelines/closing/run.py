"""Run the close of a month: read, work out every step, rehearse or commit in one act; and reopen it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from erp_core.finance.close_result import result_hash
from erp_core.finance.closing import CloseRehearsed
from pipelines.closing import costing, estimates
from pipelines.closing.checklist import CHECKLIST, ClosingStep
from pipelines.closing.month import Month, Outcome, read_month

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Closing:
    """The result of a close: frames of vouchers, lines and stock values, their SHA-256, the gates, facts by step.

    written says whether it was committed; vouchers_posted holds the numbers by step then.
    """

    period: str
    vouchers: pl.DataFrame
    lines: pl.DataFrame
    stock_values: pl.DataFrame
    result_hash: str
    facts: dict[str, Any]
    gates: list[dict[str, Any]]
    version: int = 0
    written: bool = False
    vouchers_posted: dict[str, Any] | None = None

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return all(gate["state"] != "failed" for gate in self.gates)


def close(books: Any, period: str, *, dry_run: bool = False, progress: Progress | None = None) -> Closing:
    """Close a period, or rehearse it: a rehearsal passes the same gates and gives the same hash, and writes nothing.

    A closed period can be rehearsed again: what its close wrote is left out, so the hash is the one that was committed.
    progress is told the name of each step as it begins.
    """
    tell = progress or _silent
    tell("read")
    basis = books.sql("select basis from rpt.closing_basis")["basis"][0]
    month = read(books, period)
    worked_out, facts = work_out(month, CHECKLIST, tell)
    closing = gathered(period, worked_out, facts)
    if dry_run and _is_closed(books, period):
        return closing
    arguments = {
        "period": period,
        "steps": [step.name for step in CHECKLIST],
        "vouchers": closing.vouchers,
        "lines": closing.lines,
        "stock_values": closing.stock_values,
        "result_hash": closing.result_hash,
        "basis": basis,
    }
    tell("gates")
    if dry_run:
        return replace(closing, gates=_rehearsed(books, arguments))
    done = books.call("ledger.close.commit", **arguments)
    return replace(
        closing, gates=done["gates"], version=done["version"], written=True, vouchers_posted=done["vouchers"]
    )


def reopen(books: Any, period: str, *, reason: str) -> dict[str, Any]:
    """Open the last closed period again; red vouchers annul its close."""
    return books.call("ledger.close.reopen", period=period, reason=reason)


def read(books: Any, period: str) -> Month:
    """Everything the steps need to know about a period."""
    month = read_month(books, period)
    return replace(
        month,
        stock=costing.read_stock(books, period),
        estimates=estimates.read_estimates(books, period, month.roles["payable_estimate"]),
    )


def work_out(month: Month, steps: Iterable[ClosingStep], progress: Progress) -> tuple[list[Outcome], dict[str, Any]]:
    """Take the month through the steps in order; each sees it as the one before left it."""
    outcomes = []
    for step in steps:
        progress(step.name)
        outcome = step.work_out(month)
        month = month.after(outcome)
        outcomes.append(outcome)
    return outcomes, {name: fact for outcome in outcomes for name, fact in outcome.facts.items()}


def gathered(period: str, outcomes: list[Outcome], facts: dict[str, Any]) -> Closing:
    """The outcomes of all steps as one result with its hash."""
    vouchers = pl.concat([outcome.vouchers for outcome in outcomes])
    lines = pl.concat([outcome.lines for outcome in outcomes])
    values = pl.concat([outcome.stock_values for outcome in outcomes])
    return Closing(period, vouchers, lines, values, result_hash(vouchers, lines, values), facts, gates=[])


def _is_closed(books: Any, period: str) -> bool:
    status = books.sql("select status from rpt.period where period = $period", period=period)["status"]
    return status.to_list() == ["closed"]


def _rehearsed(books: Any, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        books.call("ledger.close.rehearse", **arguments)
    except CloseRehearsed as rehearsed:
        return rehearsed.facts["gates"]
    raise AssertionError("a rehearsal always ends in CloseRehearsed")


def _silent(_: str) -> None:
    return
