"""The close of a month: the checklist, the gates with what stands in the way, what a run changes, close and reopen."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import word
from pipelines.closing import run
from pipelines.closing.checklist import CHECKLIST
from pipelines.closing.compare import MEASURES
from pipelines.evidence import pack

KEPT = "_close"
TONES = {"passed": "good", "noted": "warn", "failed": "bad", "not_applicable": "quiet"}
DIFFERENCES = ("since_run", "since_month")


def show() -> None:
    """Show a month on its way to being closed."""
    widgets.heading(t("close.title"), dated=False)
    calendar = {row["period"]: row for row in state.load("calendar").to_dicts()}
    waiting = [period for period, row in calendar.items() if row["status"] == "open"]
    closed = sorted((period for period in calendar if period not in waiting), reverse=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = [*waiting[:1], *closed, *waiting[1:]]
        period = bar.select(t("filter.period"), options, "month", _month, width=170, label_visibility="collapsed")
        found = _kept(period)
        if period in closed:
            _reopen(period, last=period == closed[0])
        else:
            found = _run(period, found)
    is_closed = period in closed
    _state(period, found, is_closed=is_closed)
    if is_closed:
        _evidence(period)
    _steps(period, found, is_closed=is_closed)
    if found is not None:
        _gates(found)
        _comparison(found)
    _runs(period)


def _month(period: str) -> str:
    return t("format.month", year=period[:4], month=int(period[5:7]), number=period[5:7])


def _kept(period: str) -> run.Closing | None:
    """The run this session made of the month, as long as nobody has changed the books since."""
    kept = st.session_state.get(KEPT)
    return kept[1] if kept and kept[0] == (period, state.version()) else None


def _run(period: str, found: run.Closing | None) -> run.Closing | None:
    if not state.may("ledger.close.rehearse"):
        return found
    main = "secondary" if found is not None and found.passed else "primary"
    if st.button(t("close.rehearse"), key="rehearse", type=main, icon=":material/play_arrow:"):
        found = _done(period, "")
    ready = found is not None and found.passed and not found.written
    if ready and state.may("ledger.close.commit"):
        sure = st.button(t("close.commit"), key="commit", type="primary", icon=":material/lock:")
        if sure and _done(period, found.result_hash) is not None:
            widgets.say_later(t("close.done", period=period))
            st.rerun()
    return found


def _done(period: str, expected: str) -> run.Closing | None:
    """Rehearse the month, or with the hash of what was shown commit exactly that."""
    language = state.language()
    try:
        with st.status(t("close.running")) as told:
            found = run.close(
                state.books(),
                period,
                dry_run=not expected,
                expected=expected,
                progress=lambda name: told.update(label=word("pipelines", f"closing.step.{name}", language)),
            )
            told.update(label=t("close.ran"), state="complete")
    except Refusal as refusal:
        widgets.sorry(refusal, "")
        return None
    state.acted()
    st.session_state[KEPT] = ((period, state.version()), found)
    return found


def _reopen(period: str, *, last: bool) -> None:
    if not last:
        return
    acts.asked(
        "ledger.close.reopen",
        t("close.reopen"),
        t("close.reopened", period=period),
        key="reopen",
        ask=lambda: {"period": period, **acts.reason("reopen")},
        icon=":material/lock_open:",
        why=t("close.reopen_why"),
    )
    if period.endswith("12"):
        acts.asked(
            "ledger.year.seal",
            t("close.seal"),
            t("close.sealed", year=period[:4]),
            key="seal",
            ask=lambda: {"year": period[:4], **acts.reason("seal")},
            icon=":material/verified_user:",
            why=t("close.seal_why"),
        )


def _evidence(period: str) -> None:
    """The printable code of a closed month, and the pack by which it can be checked elsewhere."""
    if not all(map(state.sees, ("period_seals", "audit_trail", "stock_movement_summary"))):
        return
    own = state.load("period_seals").filter(pl.col("period") == period)
    if own.is_empty():
        return
    code = own.sort("version")["code"][-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="erp-note">{escape(t("close.code"))} <code>{escape(code)}</code></p>')
        # Gathering takes a second or two: it is done when the file is asked for.
        st.download_button(
            t("close.evidence"),
            data=lambda: pack.zipped(pack.gather(state.books(), period)),
            file_name=f"{t('close.evidence')}-{period}.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="evidence",
            help=t("close.evidence_why"),
        )


def _state(period: str, found: run.Closing | None, *, is_closed: bool) -> None:
    if is_closed:
        label, tone = t("close.is_closed"), "good"
    elif found is None:
        label, tone = t("close.is_open"), "quiet"
    else:
        label, tone = (t("close.is_ready"), "good") if found.passed else (t("close.is_held"), "bad")
    facts = [(t("filter.period"), escape(_month(period))), (t("close.state"), tables.badge(label, tone))]
    if found is not None:
        facts.append(("SHA-256", f"<code>{escape(found.result_hash[:16])}…</code>"))
        if found.comparison is not None:
            facts.append((t("close.compared"), escape(_compared(found))))
    st.html(tables.facts(facts))
    if not is_closed and found is None:
        widgets.empty(t("close.not_run"), t("close.not_run_why"))


def _compared(found: run.Closing) -> str:
    told = found.comparison
    key = "first" if not told.last_run_at else "same" if told.same_as_last_run else "differs"
    facts = {"by": told.last_run_by, "at": i18n.instant(told.last_run_at)}
    return word("pipelines", f"closing.compare.{key}", state.language(), **facts)


def _steps(period: str, found: run.Closing | None, *, is_closed: bool) -> None:
    rows = _posted_steps(period) if is_closed else _worked_steps(found) if found is not None else []
    if not rows:
        return
    columns = [
        Column("number", "#", "count"),
        Column("title", t("close.step")),
        Column("voucher", t("close.voucher"), link=lambda row: row.get("address")),
        Column("amount", t("close.amount"), "money"),
    ]
    with widgets.panel("steps", t("close.checklist")):
        widgets.show_table(rows, columns)


def _step_title(name: str) -> str:
    step, _, part = name.partition("/")
    title = word("pipelines", f"closing.step.{step}", state.language())
    return f"{title}：{part}" if part else title


def _worked_steps(found: run.Closing) -> list[dict]:
    amounts = dict(found.lines.group_by("key").agg(pl.col("debit").sum()).rows())
    rows = []
    for number, step in enumerate(CHECKLIST, 1):
        keys = [key for key in amounts if key.split("/")[0] == step.name] or [step.name]
        rows += [{"number": number, "title": _step_title(key), "amount": amounts.get(key)} for key in sorted(keys)]
    return rows


def _posted_steps(period: str) -> list[dict]:
    steps = state.load("close_steps", period=period)
    latest = {row["step"]: row for row in steps.filter(pl.col("version") == steps["version"].max()).to_dicts()}
    rows = []
    for number, step in enumerate(CHECKLIST, 1):
        parts = sorted(key for key in latest if key.startswith(f"{step.name}/"))
        for key in parts or [step.name]:
            row = latest.get(key, {})
            address = widgets.to("voucher", id=row["voucher_id"]) if row.get("voucher") else None
            rows.append({"number": number, "title": _step_title(key), "address": address} | _of(row))
    return rows


def _of(row: dict) -> dict:
    return {"voucher": row.get("voucher", ""), "amount": row.get("amount")}


def _gates(found: run.Closing) -> None:
    by_code: dict[str, list[dict]] = {}
    for gate in found.gates:
        by_code.setdefault(gate["gate"], []).append(gate)
    with widgets.panel("gates", t("close.gates"), note=_gates_note(found)):
        for code, checks in by_code.items():
            state_of = max((check["state"] for check in checks), key=list(TONES).index)
            if {check["state"] for check in checks} == {"passed", "not_applicable"}:
                state_of = "passed"
            badge = tables.badge(t(f"close.{state_of}"), TONES[state_of])
            name = word("erp_core", f"gate.{code}", state.language())
            st.html(f'<div class="erp-gate">{badge} <b>{code}</b> {escape(name)}</div>')
            for check in checks:
                _offenders(check)


def _gates_note(found: run.Closing) -> str:
    failed = sum(gate["state"] == "failed" for gate in found.gates)
    return t("close.failed_count", count=failed) if failed else ""


def _offenders(check: dict) -> None:
    offenders = check["offenders"]
    if not offenders:
        return
    names = list(dict.fromkeys(name for offender in offenders for name in offender))
    columns = [Column(name, t(f"close.fact.{name}") if i18n.has(f"close.fact.{name}") else name) for name in names]
    with st.expander(t("close.offenders", count=check["count"]), expanded=check["state"] == "failed"):
        widgets.show_table(offenders, columns)


def _comparison(found: run.Closing) -> None:
    told = found.comparison
    if told is None:
        return
    language = state.language()
    kpis = told.kpis.to_dicts()
    titled = [row | {"title": word("pipelines", f"closing.kpi.{row['kpi']}", language)} for row in kpis]
    _compare("kpis", titled, [Column("title", t("close.figure"))])
    vouchers = [row | {"title": _step_title(row["step"])} for row in told.vouchers.to_dicts()]
    names = [
        Column("title", t("close.step")),
        Column("account", t("close.account")),
        Column("name_en" if language == "en" else "name", t("close.name"), wide_only=True),
    ]
    _compare("vouchers", vouchers, names)
    lines = told.statements.with_columns(pl.col("statement").replace_strict(_statement_names())).to_dicts()
    places = [Column("statement", t("close.statement"), wide_only=True), Column("line_no", t("finance.line"), "count")]
    _compare("statements", lines, [*places, Column(f"name_{language}", t("close.name"))])


def _statement_names() -> dict[str, str]:
    return {name: t(f"finance.{name}") for name in ("balance_sheet", "income_statement", "cash_flow")}


def _compare(key: str, rows: list[dict], names: list[Column]) -> None:
    language = state.language()
    figures = [
        Column(name, word("pipelines", f"closing.column.{name}", language), "money", wide_only=name == "last_run")
        for name in (*MEASURES, *DIFFERENCES)
    ]
    title = word("pipelines", f"closing.compare.{key}", language)
    with widgets.panel(f"compare_{key}", title):
        if not rows:
            widgets.empty(t("empty.nothing"), t("close.nothing_booked"))
            return
        widgets.show_pages(f"compare_{key}", rows, [*names, *figures])


def _runs(period: str) -> None:
    frame = state.load("close_runs", period=period)
    if frame.is_empty():
        return
    names = ("made_at", "made_by", "kind", "version", "failed", "result_hash")
    columns = catalogue.columns("close_runs", state.language(), *names, wide_only=("version", "result_hash"))
    with widgets.panel("runs", t("close.runs")):
        widgets.show_pages("runs", frame, columns, worded=_worded_run)


def _worded_run(row: dict) -> dict:
    return row | {"result_hash": f"{row['result_hash'][:16]}…", "made_at": i18n.instant(row["made_at"])}


if __name__ == "__main__":
    show()
