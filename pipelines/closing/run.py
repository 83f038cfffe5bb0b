"""Run the close of a month: read, work out every step, rehearse or commit in one act; and reopen it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from erp_core.finance import close_runs
from erp_core.finance.close_result import result_hash
from erp_core.finance.closing import CloseRehearsed, CloseResultChanged
from erp_core.ledger.periods import require_period
from pipelines.closing import amortisation, costing, depreciation, estimates, exchange, schemes
from pipelines.closing.checklist import CHECKLIST, ClosingStep
from pipelines.closing.compare import Comparison, compare, read_earlier
from pipelines.closing.month import Month, Outcome, read_detail, read_month

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Closing:
    """The result of a close: frames of vouchers, lines and stock values, their SHA-256, the gates, facts by step.

    written says whether it was committed; vouchers_posted holds the numbers by step then. comparison puts the run
    beside the last one and the last month; it is absent where a closed month was worked out again.
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
    comparison: Comparison | None = None

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return all(gate["state"] != "failed" for gate in self.gates)


def close(
    books: Any, period: str, *, dry_run: bool = False, expected: str = "", progress: Progress | None = None
) -> Closing:
    """Close a period, or rehearse it: the same gates, the same hash, and nothing written to the ledger.

    A closed period can be rehearsed again: what its close wrote is left out, so the hash is the one that was committed.
    expected is the hash of a rehearsal that was shown: with another result nothing is written, CloseResultChanged.
    progress is told the name of each step as it begins.
    """
    tell = progress or _silent
    tell("read")
    require_period(period)
    basis = books.sql("select basis from rpt.closing_basis")["basis"][0]
    month = read(books, period)
    worked_out, facts = work_out(month, CHECKLIST, tell)
    closing = gathered(period, worked_out, facts)
    if expected and closing.result_hash != expected:
        raise CloseResultChanged(period=period, found=closing.result_hash, announced=expected)
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
    earlier = read_earlier(books, period)
    done = _rehearsed(books, arguments) if dry_run else books.call("ledger.close.commit", **arguments)
    sums = close_runs.sums(closing.lines)
    comparison = compare(earlier, sums, done["statements"], closing.result_hash)
    if dry_run:
        _keep(books, closing, done)
        return replace(closing, gates=done["gates"], version=done["version"], comparison=comparison)
    return replace(
        closing,
        gates=done["gates"],
        version=done["version"],
        written=True,
        vouchers_posted=done["vouchers"],
        comparison=comparison,
    )


def reopen(books: Any, period: str, *, reason: str) -> dict[str, Any]:
    """Open the last closed period again; red vouchers annul its close."""
    return books.call("ledger.close.reopen", period=period, reason=reason)


def read(books: Any, period: str) -> Month:
    """Everything the steps need to know about a period."""
    month = read_month(books, period)
    given = schemes.read_schemes(books, period) | exchange.read_foreign(books, period)
    given |= {"amortisation": amortisation.read_costs(books, period)} | depreciation.read_charges(books, period)
    return replace(
        month,
        given=given,
        detail=read_detail(books, period, schemes.sources(given)),
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


def _rehearsed(books: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        books.call("ledger.close.rehearse", **arguments)
    except CloseRehearsed as rehearsed:
        return rehearsed.facts
    raise AssertionError("a rehearsal always ends in CloseRehearsed")


def _keep(books: Any, closing: Closing, done: dict[str, Any]) -> None:
    """Keep what the rehearsal came to beside the ledger, so that the next run can be compared with it."""
    gates = [{name: gate[name] for name in ("gate", "check", "state", "count")} for gate in done["gates"]]
    books.call(
        "ledger.close.keep",
        period=closing.period,
        result_hash=closing.result_hash,
        lines=closing.lines,
        statements=done["statements"],
        gates=gates,
    )


def _silent(_: str) -> None:
    return
