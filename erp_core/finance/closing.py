"""Close a month with everything the checklist worked out, or rehearse it: in one act, and nothing is deleted."""

from __future__ import annotations

from typing import Any

import polars as pl

from erp_core.finance import close_result, close_runs, gates
from erp_core.foundation.errors import Refusal
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.inventory import moves
from erp_core.ledger import periods, posting
from erp_core.ledger.gates import AFTER, BEFORE, CLOSED, CODES
from erp_core.seals import periods as periods_sealed

# The steps every close must bring, done or declared not applicable, in this order.
REQUIRED_STEPS = (
    "estimates", "costing", "depreciation", "amortisation", "accruals", "exchange", "vat", "surcharges", "income_tax",
    "carry_forward", "year_end",
)  # fmt: skip


class PeriodAlreadyClosed(Refusal):
    """The period {period} is closed already."""


class CloseRefused(Refusal):
    """{period} cannot be closed: gate {gate} fails at {first} ({count} such; {failed} gates fail in all)."""


class CloseIncomplete(Refusal):
    """The close of {period} brings the steps {found}; it must bring {expected}."""


class CloseNeedsWhole(Refusal):
    """{actor} does not see the whole ledger and cannot work out a close ({scope})."""


class CloseOutdated(Refusal):
    """The books changed while the close of {period} was worked out; work it out again."""


class CloseResultChanged(Refusal):
    """The result for {period} is not the one announced: {found} instead of {announced}."""


class CloseRehearsed(Refusal):
    """{period} can be closed; this was a rehearsal and nothing was written."""


@verb("ledger.close.commit")
def commit(
    session: Session,
    *,
    period: str,
    steps: list[str],
    vouchers: pl.DataFrame,
    lines: pl.DataFrame,
    stock_values: pl.DataFrame,
    result_hash: str,
    basis: str,
) -> dict[str, Any]:
    """Close a period: write stock values and vouchers of the close, pass every gate, shut stock, then ledger.

    vouchers: key (the step), voucher_on, summary, closing; lines: key, summary, account, debit, credit, dimensions;
    stock_values: step, move_id, item, account, kind, amount. basis is what rpt.closing_basis said when reading began.
    """
    return _close(session, period, steps, (vouchers, lines, stock_values), result_hash, basis)


@verb("ledger.close.rehearse")
def rehearse(
    session: Session,
    *,
    period: str,
    steps: list[str],
    vouchers: pl.DataFrame,
    lines: pl.DataFrame,
    stock_values: pl.DataFrame,
    result_hash: str,
    basis: str,
) -> dict[str, Any]:
    """Do all that commit does and then refuse with CloseRehearsed, which carries the gates and undoes everything."""
    result = _close(session, period, steps, (vouchers, lines, stock_values), result_hash, basis, stop_at_gates=False)
    raise CloseRehearsed(**result)


def _close(
    session: Session,
    period: str,
    steps: list[str],
    result: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
    announced: str,
    basis: str,
    *,
    stop_at_gates: bool = True,
) -> dict[str, Any]:
    # A close worked out by eyes that miss rows or amounts would be wrong without anybody noticing.
    if "ledger" not in session.actor.areas or not session.actor.scope.whole:
        raise CloseNeedsWhole(actor=session.actor.login, scope=session.actor.scope.told)
    periods.require_period(period)
    version = _open_version(session, period)
    if tuple(steps) != REQUIRED_STEPS:
        raise CloseIncomplete(period=period, found=", ".join(steps), expected=", ".join(REQUIRED_STEPS))
    if session.one("select basis from rpt.closing_basis")[0] != basis:
        raise CloseOutdated(period=period)
    found = close_result.result_hash(*result)
    if found != announced:
        raise CloseResultChanged(period=period, found=found, announced=announced)
    checked = [gates.without_offenders(gates.STEPS_GATE, "passed"), *gates.check(session, period, BEFORE)]
    posted = _write_result(session, period, version, *result)
    checked += gates.check(session, period, AFTER)
    checked += [gates.without_offenders(code, "not_applicable") for code in gates.without_check()]
    if stop_at_gates:
        _refuse_failed(period, checked)
    checked.sort(key=lambda gate: CODES.index(gate["gate"]))
    statements = close_runs.statements_of(session, period)
    periods.set_status(session, period, status="closed", stock_status="closed", raise_version=False)
    periods.open_up_to(session, periods.next_period(period))
    _write_steps(session, period, version, steps, posted, result, found)
    close_runs.write(session, period, "commit", found, result[1], statements, checked)
    for tell in CLOSED:
        tell(session, period, version)
    return {
        "period": period,
        "version": version,
        "result_hash": found,
        "vouchers": posted,
        "gates": checked,
        "statements": statements,
        # Last of all, since it seals what the close wrote too.
        "code": periods_sealed.keep(session, period, version),
    }


def _open_version(session: Session, period: str) -> int:
    """The version a close of this period gets; refuses a closed period and one before the books begin."""
    known = session.reference("period")
    if period > known["period"].max():
        periods.open_up_to(session, period)
        known = session.reference("period")
    row = known.filter(pl.col("period") == period)
    if row.is_empty():
        raise periods.PeriodUnknown(day=period, first=known["period"].min())
    if row["status"][0] == "closed":
        raise PeriodAlreadyClosed(period=period)
    return row["version"][0]


def _refuse_failed(period: str, checked: list[dict[str, Any]]) -> None:
    failed = [gate for gate in checked if gate["state"] == "failed"]
    if failed:
        worst = failed[0]
        offender = next(row for row in worst["offenders"] if "note" not in row)
        first = ", ".join(f"{name} {value}" for name, value in offender.items())
        raise CloseRefused(
            period=period, gate=worst["gate"], first=first, count=worst["count"], failed=len(failed), gates=checked
        )


def _write_result(
    session: Session, period: str, version: int, vouchers: pl.DataFrame, lines: pl.DataFrame, values: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """Write stock values and vouchers; returns per step the voucher's id and number."""
    last_day = periods.month_row(period)["last_day"]
    values = close_result.shaped(values, close_result.VALUES)
    if not values.is_empty():
        event = pl.format("close/{}/{}/{}", pl.lit(period), pl.col("step"), pl.lit(version))
        moves.value(
            session,
            values.with_columns(period=pl.lit(period), valued_on=pl.lit(last_day), event_key=event).drop("step"),
        )
    if vouchers.is_empty():
        return {}
    heads = close_result.shaped(vouchers, close_result.VOUCHERS).with_columns(
        source_kind=pl.lit("close"),
        source_number=pl.lit(period),
        event_key=pl.format("close/{}/{}/{}", pl.lit(period), pl.col("key"), pl.lit(version)),
    )
    posted = posting.post(session, heads, close_result.shaped(lines, close_result.LINES), kind="close")
    return {
        row["key"]: {"voucher_id": row["voucher_id"], "number": f"{row['word']}-{row['number']}"}
        for row in posted.iter_rows(named=True)
    }


def _write_steps(
    session: Session,
    period: str,
    version: int,
    steps: list[str],
    posted: dict[str, dict[str, Any]],
    result: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
    seal: str,
) -> None:
    hashes = [(step, close_result.step_hash(step, *result)) for step in steps] + [(close_result.SEAL, seal)]
    # A step that brings several vouchers has a row for each of them besides its own.
    hashes += [(key, close_result.step_hash(key.split("/")[0], *result)) for key in posted if key not in steps]
    rows = [
        {
            "period": period,
            "version": version,
            "step": step,
            "voucher_id": posted.get(step, {}).get("voucher_id"),
            "result_hash": digest,
            "act_id": session.act_id,
        }
        for step, digest in hashes
    ]
    session.insert("close_step", pl.DataFrame(rows, schema_overrides={"version": pl.Int32, "voucher_id": pl.Int64}))
