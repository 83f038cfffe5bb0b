"""Second step: what each file and sheet is, which layout fits and how well, and which files cannot be read and why."""

import streamlit as st

from dashboards import state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from dashboards.wizard import steps
from dashboards.wizard.intake import Intake, Table
from erp_core.foundation.words import refusal_text, word


def show(work: Intake) -> None:
    """List refused files first, then the tables with their layouts."""
    for name, refusal in sorted(work.refused.items()):
        text, fix = refusal_text(refusal, state.language())
        st.error(f"{_plain(text if name in text else f'{name} {text}')}\n\n{fix}")
    if not work.tables:
        widgets.empty(t("empty.nothing"), t("intake.no_tables"))
        return
    with widgets.panel("intake_tables", t("intake.tables"), note=t("intake.tables_note", count=len(work.tables))):
        widgets.show_table([_row(table) for table in work.tables], _columns(), marked=lambda row: row["tone"])
    _doubts(work)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("intake.check"), key="intake_check", type="primary", icon=":material/fact_check:"):
            work.check(state.books(), state.language())
            st.rerun()
        if st.button(t("intake.to_map"), key="intake_to_map"):
            steps.to("map")
            st.rerun()


def target_words(target: str) -> str:
    """Return what a layout makes of a table, in words."""
    return word("pipelines", f"intake.target.{target}", state.language())


def _plain(text: str) -> str:
    return text.translate({ord(sign): f"\\{sign}" for sign in "*_[]`<>"})


def _columns() -> list[Column]:
    return [
        Column("place", t("intake.table")),
        Column("format", t("intake.format"), wide_only=True),
        Column("rows", t("intake.rows"), "count"),
        Column("target", t("intake.is")),
        Column("layout", t("intake.layout"), wide_only=True),
        Column("found", t("intake.found")),
        Column("missing", t("intake.missing"), wide_only=True),
    ]


def _row(table: Table) -> dict:
    found, facts = table.fit, table.facts
    encoding = facts.get("encoding") or ""
    row = {
        "place": table.place, "rows": facts.get("data_rows", 0),
        "format": " ".join(part for part in (facts["format"], encoding) if part),
    }  # fmt: skip
    if found is None or not found.accepted:
        return row | {"target": t("intake.nothing_fits"), "layout": "", "found": "", "missing": "", "tone": "warn"}
    titles = [found.layout.columns[name].source[0] for name in found.missing if found.layout.columns[name].source]
    return row | {
        "target": target_words(found.layout.target), "tone": "",
        "layout": found.layout.title.get(state.language(), found.layout.layout),
        "found": f"{len(found.found)}/{found.wanted}", "missing": "、".join(titles[:4]),
    }  # fmt: skip


def _doubts(work: Intake) -> None:
    """Say which headers no layout asks for; nothing is left out silently."""
    unused = [(table.place, found.unknown) for table in work.tables if (found := table.fit) and found.unknown]
    if unused:
        with st.expander(t("intake.unused", count=sum(len(names) for _, names in unused))):
            pairs = [(place, tables.plain("、".join(names))) for place, names in unused]
            st.html(tables.facts(pairs))
