"""Last step: every run that wrote something, with its counts, who did it, and the way to take it back."""

from html import escape

import streamlit as st

from dashboards import acts, i18n, state, tables, widgets
from dashboards.state import t
from dashboards.wizard.recognise import target_words

SHOWN = 30


def show() -> None:
    """List the runs, the latest first; what may be taken back says so."""
    frame = state.load("intake_runs")
    with widgets.panel("intake_runs", t("intake.runs"), note=t("intake.runs_note")):
        if frame.is_empty():
            widgets.empty(t("empty.nothing"), t("intake.no_runs"))
            return
        for row in frame.head(SHOWN).to_dicts():
            with st.container(horizontal=True, vertical_alignment="center", key=f"row_run_{row['run_id']}"):
                st.html(_line(row))
                if row["state"] == "open":
                    acts.asked(
                        "intake.undo",
                        t("intake.undo"),
                        t("intake.undone"),
                        key=f"undo_{row['run_id']}",
                        ask=lambda run=row["run_id"]: {"run_id": run} | acts.reason(f"undo_{run}"),
                        why=t("intake.undo_why"),
                    )
        if frame.height > SHOWN:
            st.caption(t("intake.runs_more", rows=frame.height))
            widgets.excel("intake_runs", {}, key="intake_runs")


def _line(row: dict) -> str:
    tone = {"undone": "quiet", "posted": "accent"}.get(row["state"], "good")
    said = tables.badge(t(f"intake.state_{row['state']}"), tone)
    figures = t(
        "intake.run_figures",
        **{name: f"{row[f'rows_{name}']:,}" for name in ("read", "loaded", "rejected", "dropped")},
    )
    more = " · ".join((i18n.instant(row["started_at"]), row["actor"], row["place"], figures))
    head = f"{row['run_id']} · {target_words(row['target'])}"
    return f'<div class="erp-line"><b>{said} {escape(head)}</b><span>{escape(more)}</span></div>'
