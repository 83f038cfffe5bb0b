"""Fourth step: counts that close, findings by rule, and the visitor's own files back with every failing cell marked."""

import streamlit as st

from dashboards import state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from dashboards.wizard import steps
from dashboards.wizard.intake import Intake
from dashboards.wizard.recognise import target_words
from erp_core.foundation.words import word
from pipelines.intake.findings import issue_words, reason_words

NUMBERS = ("read", "loaded", "rejected", "dropped")
KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".json": "application/json",
    ".html": "text/html",
}  # fmt: skip


def show(work: Intake) -> None:
    """Show what would become of every row, and why."""
    _counts(work)
    _findings(work)
    _files(work)
    steps.onward(t("intake.to_prove"), "prove", key="intake_to_prove")


def _counts(work: Intake) -> None:
    rows = []
    for sheet in work.pack.sheets:
        notes = sheet.prepared.batch.notes
        why = [f"{reason_words(reason, state.language())} {count}" for reason, count in notes["dropped_by"].items()]
        rows.append(
            {"place": sheet.place, "target": target_words(sheet.prepared.target), "why": "、".join(why)}
            | {name: notes["counts"][name] for name in NUMBERS}
        )
    columns = [
        Column("place", t("intake.table")),
        Column("target", t("intake.is"), wide_only=True),
        *(Column(name, word("pipelines", f"intake.column.{name}", state.language()), "count") for name in NUMBERS),
        Column("why", t("intake.dropped_why"), wide_only=True),
    ]
    totals = {name: sum(row[name] for row in rows) for name in NUMBERS}
    with widgets.panel("intake_counts", t("intake.counts"), note=t("intake.counts_note")):
        tone = lambda row: "bad" if row["rejected"] else ""  # noqa: E731 - a table wants a function
        widgets.show_table(rows, columns, totals=totals, total_title=t("table.total"), marked=tone)
        if work.pack.passed_over:
            left = "、".join(f"{file} {sheet}".strip() for file, sheet in work.pack.passed_over)
            st.caption(t("intake.passed_over", tables=left))


def _findings(work: Intake) -> None:
    frame, language = work.issues(), state.language()
    with widgets.panel("intake_findings", t("intake.findings"), note=t("intake.findings_note")):
        if frame.is_empty():
            widgets.empty(t("intake.clean"), t("intake.clean_why"))
            return
        rows = []
        for row in frame.to_dicts():
            text, fix = issue_words(row["code"], language)
            first = f"{row['first']} {row['column']}{row['row']}"
            severity = word("pipelines", f"intake.severity.{row['severity']}", language)
            rows.append(row | {"rule": text, "fix": fix, "first": first, "severity_words": severity})
        columns = [
            Column("severity_words", t("intake.severity")),
            Column("rule", t("intake.rule")),
            Column("cells", t("intake.cells"), "count", bar=True),
            Column("first", t("intake.first")),
            Column("fix", t("intake.fix"), wide_only=True),
        ]
        widgets.show_pages(
            "intake_findings", rows, columns, marked=lambda row: "bad" if row["severity"] == "reject" else ""
        )


def _files(work: Intake) -> None:
    """Offer the marked copies, the failed rows and the list of findings."""
    if not work.written():
        return
    with widgets.panel("intake_files", t("intake.files"), note=t("intake.files_note")):
        for number, path in enumerate(one for one in work.written() if one.suffix in (".xlsx", ".html")):
            what = t("intake.file_marked") if path in work.marked else ""
            with st.container(horizontal=True, vertical_alignment="center", key=f"row_intake_out_{number}"):
                name = tables.plain(path.name)
                st.html(f'<div class="erp-line"><b>{name}</b><span>{tables.plain(what)}</span></div>')
                st.download_button(
                    t("intake.download"), path.read_bytes, path.name, KINDS[path.suffix], key=f"intake_out_{number}",
                    on_click="ignore",
                )  # fmt: skip
