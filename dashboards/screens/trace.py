"""From a cell of a legacy file to the line and the statement it ended in, and from there back to the cell."""

import polars as pl
import streamlit as st

from dashboards import bar, catalogue, links, origins, state, tables, widgets
from dashboards.state import t
from erp_core.foundation.errors import Refusal
from pipelines.intake.findings import issue_words, reason_words
from pipelines.intake.trace import Question, trace

SHOWN = {
    "lineage_of_cell": (
        "file", "sheet", "cell", "header", "rule", "outcome", "why", "target", "target_key", "voucher", "line",
        "account", "party", "debit", "credit", "statement", "line_no", "name_zh", "name_en",
    ),
    "lineage_of_line": (
        "period", "voucher", "line", "account", "party", "reference", "debit", "credit", "file", "sheet", "cell",
        "header", "rule",
    ),
    "lineage_of_card": ("target", "target_key", "action", "file", "sheet", "cell", "header", "field", "rule", "run_id"),
}  # fmt: skip
SHARED = ("file", "sheet", "header", "rule", "target", "target_key")
NARROW = {"cell", "voucher", "line", "account", "debit", "credit", "header", "outcome", "target_key"}


def show() -> None:
    """Ask for an address and show the way from it to the other end."""
    widgets.heading(t("trace.title"), crumbs=[(t("home.title"), widgets.to(""))], dated=False)
    asked_for = bar.search(t("trace.ask"), key="at", width=420, placeholder=t("trace.example"))
    st.caption(t("trace.forms"))
    if not asked_for:
        widgets.empty(t("empty.nothing"), t("trace.none"))
        return
    try:
        asked, rows = trace(state.books(), asked_for)
    except Refusal as refusal:
        widgets.sorry(refusal, "")
        return
    _path(asked, rows.row(0, named=True))
    _table(asked, rows)


def _path(asked: Question, row: dict) -> None:
    """Show the first way as a chain of steps: cell, rule, what it became, line, statement."""
    steps = [(row["file"], origins.label(row), origins.address(row) if asked.report != "lineage_of_cell" else None)]
    if row.get("rule"):
        steps.append((t("trace.rule"), f"{row.get('header') or ''} · {row['rule']}".strip(" ·"), None))
    if row.get("target"):
        kept = row["target_key"] if row["target_key"] not in ("", "opening") else t(f"trace.target_{row['target']}")
        steps.append((t(f"trace.target_{row['target']}"), kept, None))
    if row.get("voucher"):
        line = f"{row['voucher']} · {row['line']}"
        steps.append((t("trace.line"), line, widgets.to("voucher", id=row["voucher_id"])))
    if row.get("statement"):
        name = row["name_en" if state.language() == "en" else "name_zh"].strip()
        there = widgets.to("finance", statement=row["statement"], line=row["line_no"])
        steps.append((catalogue.title(row["statement"], state.language()), name, there))
    if len(steps) > 1:
        st.html(tables.chain((kind, text, address, False) for kind, text, address in steps))


def _table(asked: Question, rows: pl.DataFrame) -> None:
    language = state.language()
    other = "name_en" if language == "zh" else "name_zh"
    filled = [name for name in rows.columns if (rows[name].cast(pl.String).fill_null("") != "").any()]
    names = [name for name in SHOWN[asked.report] if name in (*filled, "why") and name != other]
    if "reason" not in filled or not rows["reason"].is_in(["added", "changed"]).not_().any():
        names = [name for name in names if name != "why"]
    if asked.report == "lineage_of_cell":
        # What all rows share stands in the chain above the table already.
        names = [name for name in names if name not in SHARED or rows[name].n_unique() > 1]
    found = links.known(asked.report, language) | {"cell": origins.address}
    if asked.report == "lineage_of_cell":
        found.pop("cell")
    wide = tuple(name for name in names if name not in NARROW)
    columns = catalogue.columns(
        asked.report, language, *("reason" if name == "why" else name for name in names), links=found, wide_only=wide
    )
    with widgets.panel("trace", catalogue.title(asked.report, language), note=t("table.rows", rows=f"{rows.height:,}")):
        widgets.show_pages("trace", rows, columns, worded=_worded)


def _worded(row: dict) -> dict:
    language = state.language()
    told = dict(row)
    if row.get("target"):
        told["target"] = t(f"trace.target_{row['target']}")
    if row.get("statement"):
        told["statement"] = catalogue.title(row["statement"], language)
    reason = row.get("reason") or ""
    if reason in ("added", "changed"):
        told["reason"] = ""
    elif reason:
        told["reason"] = issue_words(reason, language)[0] if reason.startswith("E_") else reason_words(reason, language)
    for side in ("debit", "credit"):
        if side in row:
            told[side] = row[side] or None
    return told | {"name_zh": (row.get("name_zh") or "").strip(), "name_en": (row.get("name_en") or "").strip()}


if __name__ == "__main__":
    show()
