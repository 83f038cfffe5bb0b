"""Sixth step: a rehearsal on a copy of the books, signed when it agrees, then the load itself."""

from decimal import Decimal

import streamlit as st

from dashboards import state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from dashboards.wizard import steps
from dashboards.wizard.intake import Intake
from dashboards.wizard.recognise import target_words
from erp_core.intake.refusals import RehearsalMissing
from pipelines.intake.proof import Proof
from pipelines.intake.proof_page import cause_words


def show(work: Intake) -> None:
    """Offer the rehearsal first, then the load; show how each ended."""
    with widgets.panel("intake_rehearse", t("intake.rehearse"), note=t("intake.rehearse_note")):
        if not state.may("books.branch"):
            st.caption(t("intake.no_branch"))
        elif st.button(t("intake.rehearse"), key="intake_rehearse", icon=":material/science:", disabled=work.busy):
            work.rehearse(state.books(), state.language())
            st.rerun()
        if work.rehearsal is not None:
            _proof(work, work.rehearsal)
    with widgets.panel("intake_load", t("intake.load"), note=t("intake.load_note")):
        if work.outcome is not None:
            _done(work)
            return
        sure = st.checkbox(t("intake.sure"), key="intake_sure", disabled=work.busy)
        override = _override(work)
        if st.button(
            t("intake.load"), key="intake_load", type="primary", icon=":material/login:", disabled=not sure or work.busy
        ):
            work.load(state.books(), state.language(), **override)
            st.rerun()


def _override(work: Intake) -> dict[str, str]:
    """Ask who lets a pack in that was not rehearsed, once the books have said no."""
    job = work.job
    if job is None or not isinstance(job.refusal, RehearsalMissing):
        return {}
    left, right = st.columns(2)
    name = left.text_input(t("intake.override"), key="intake_override", max_chars=60)
    reason = right.text_input(t("acts.reason"), key="intake_override_reason", max_chars=200)
    return {"override": name, "reason": reason}


def _proof(work: Intake, proof: Proof) -> None:
    """Show the verdict, what differs, and what changed since the rehearsal before."""
    verdict = t("intake.passed") if proof.passed else t("intake.failed")
    apart = [one for one in proof.ties if Decimal(one["difference"])]
    shown = t("intake.proven", accounts=len(proof.ties), stock=len(proof.stock), apart=len(apart))
    (st.success if proof.passed else st.error)(f"{verdict} · {shown}")
    if apart:
        language = state.language()
        rows = [
            one
            | {
                "legacy": Decimal(one["legacy"]),
                "books": Decimal(one["books"]),
                "difference": Decimal(one["difference"]),
            }
            | {"cause": cause_words(one["cause"], language), "rows": "；".join(str(row) for row in one["rows"])}
            for one in apart
        ]
        columns = [
            Column("account", t("voucher.account")), Column("party", t("intake.party")),
            Column("legacy", t("intake.legacy"), "money"), Column("books", t("intake.in_books"), "money"),
            Column("difference", t("intake.difference"), "money"), Column("cause", t("intake.cause"), wide_only=True),
            Column("rows", t("intake.behind"), wide_only=True),
        ]  # fmt: skip
        widgets.show_pages("intake_apart", rows, columns, marked=lambda _: "bad")
    if work.before:
        st.caption(t("intake.since", rehearsal=work.before.get("rehearsal", ""), count=len(work.changed)))
    page = work.out / "reconcile.html"
    if page.is_file():
        st.download_button(
            t("intake.proof_file"), page.read_bytes, page.name, "text/html", key="intake_proof", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def _done(work: Intake) -> None:
    columns = [
        Column("place", t("intake.table")), Column("target", t("intake.is")), Column("run_id", t("intake.run")),
        Column("added", t("intake.added"), "count"), Column("changed", t("intake.changed"), "count"),
        Column("unchanged", t("intake.unchanged"), "count"),
    ]  # fmt: skip
    rows = [
        {name: getattr(one, name) for name in ("place", "run_id", "added", "changed", "unchanged")}
        | {"target": target_words(one.target)}
        for one in work.loaded
    ]
    st.html(tables.badge(t("intake.loaded"), "good"))
    widgets.show_table(rows, columns)
    with st.container(horizontal=True):
        steps.onward(t("intake.to_log"), "log", key="intake_to_log")
        st.button(t("intake.anew"), key="intake_anew_loaded", on_click=steps.anew)
