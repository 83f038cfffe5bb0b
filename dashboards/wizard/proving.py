"""Fifth step: the first rows as they would be loaded, control totals, where files disagree, likely duplicates."""

from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from dashboards import acts, state, widgets
from dashboards.state import t
from dashboards.tables import Column
from dashboards.wizard import steps
from dashboards.wizard.intake import Intake
from erp_core.foundation.words import word
from pipelines.intake.duplicates.search import search
from pipelines.intake.proof_page import cause_words, rule_words

ROWS = 20
LISTS = ("customers", "suppliers", "items")
ANSWER, ANSWERS = "intake.duplicate.answer", ("merge", "keep")
_FOUND = "_intake_duplicates"


def show(work: Intake) -> None:
    """Show what can be proven before anything is loaded."""
    _residuals(work.proof.residuals)
    _totals(work)
    _preview(work)
    _duplicates(work)
    steps.onward(t("intake.to_load"), "load", key="intake_to_load")


def _residuals(found: list[dict[str, Any]]) -> None:
    language = state.language()
    with widgets.panel("intake_residuals", t("intake.residuals"), note=t("intake.residuals_note")):
        if not found:
            widgets.empty(t("intake.agrees"), t("intake.agrees_why"))
            return
        rows = [
            row
            | {
                "kind": word("pipelines", f"proof.kind.{row['kind']}", language),
                "cause": cause_words(row["cause"], language),
            }
            | {name: Decimal(row[name]) for name in ("said", "proven", "difference")}
            | {"rows": "；".join(str(one) for one in row["rows"])}
            for row in found
        ]
        names = (("kind", "text"), ("account", "text"), ("said", "money"), ("proven", "money"), ("difference", "money"))
        columns = [Column(name, _title(name), kind) for name, kind in names]
        columns += [Column("cause", _title("cause")), Column("rows", _title("explained"), wide_only=True)]
        widgets.show_table(rows, columns, marked=lambda _: "bad")


def _totals(work: Intake) -> None:
    rows = [
        {
            "file": one["file"], "column": one["column"], "rows": one["rows"], "amount": Decimal(one["amount"]),
            "outcome": word("pipelines", f"intake.outcome.{one['outcome']}", state.language()),
            "reason": rule_words(one["reason"], state.language()) if one["reason"] else "",
        }
        for one in work.proof.totals
    ]  # fmt: skip
    if not rows:
        return
    columns = [
        Column("file", t("intake.table")), Column("column", t("intake.field")), Column("outcome", t("intake.outcome")),
        Column("reason", t("intake.rule"), wide_only=True), Column("rows", t("intake.rows"), "count"),
        Column("amount", t("intake.amount"), "money"),
    ]  # fmt: skip
    with widgets.panel("intake_totals", t("intake.totals"), note=t("intake.totals_note")):
        widgets.show_pages("intake_totals", rows, columns)


def _preview(work: Intake) -> None:
    sheets = {f"{sheet.place}#{number}": sheet for number, sheet in enumerate(work.pack.sheets)}
    with widgets.panel("intake_preview", t("intake.preview"), note=t("intake.preview_note", rows=ROWS)):
        key = st.selectbox(
            t("intake.table"), list(sheets), format_func=lambda one: sheets[one].place, key="intake_preview_sheet"
        )
        sheet = sheets[key]
        frame = sheet.prepared.rows.head(ROWS)
        frame = frame.select([name for name in frame.columns if frame[name].null_count() < frame.height])
        titles = {
            name: sheet.fit.header.names[place] for name, place in sheet.fit.found.items() if name in frame.columns
        }
        columns = [
            Column(name, titles.get(name) or (t("intake.row") if name == "row" else name), _kind(frame[name].dtype))
            for name in frame.columns
        ]
        widgets.show_table(frame.to_dicts(), columns)


def _kind(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return "money" if dtype.scale == 2 else "quantity"
    return "date" if dtype == pl.Date else "text"


def _duplicates(work: Intake) -> None:
    """Offer to look for cards that are probably one; the answer is given where both cards are."""
    if not work.pack.of(*LISTS):
        return
    with widgets.panel("intake_duplicates", t("intake.duplicates"), note=t("intake.duplicates_note")):
        if st.button(t("intake.look"), key="intake_look"):
            st.session_state[_FOUND] = (id(work.pack), _pairs(work))
        kept = st.session_state.get(_FOUND)
        if kept is None or kept[0] != id(work.pack):
            return
        if not kept[1]:
            widgets.empty(t("intake.no_duplicates"), t("intake.no_duplicates_why"))
            return
        names = ("list", "tier", "first", "second", "points", "reasons")
        columns = [Column(name, t(f"intake.pair_{name}"), wide_only=name == "reasons") for name in names]
        widgets.show_pages("intake_pairs", kept[1], columns)
        if state.may(ANSWER):
            _answers(work, kept[1])


def _answers(work: Intake, pairs: list[dict[str, Any]]) -> None:
    """Ask about one pair; the books keep the answer, and the check is done anew with it."""
    with st.form("intake_answer", border=False):
        place = st.selectbox(
            t("intake.pair"), range(len(pairs)), format_func=lambda n: f"{pairs[n]['first']} / {pairs[n]['second']}"
        )
        said = st.segmented_control(
            t("intake.answer"), list(ANSWERS), default=ANSWERS[0], format_func=lambda one: t(f"intake.pair_{one}")
        )
        if st.form_submit_button(t("intake.answer_save")) and said:
            told = {name: pairs[place][name] for name in ("target", "code_a", "code_b")} | {"answer": said}
            if acts.act(ANSWER, t("intake.answered"), draft=f"answer_{place}_{said}", answers=[told]) is not None:
                work.check(state.books(), state.language())
                st.rerun()


def _pairs(work: Intake) -> list[dict[str, Any]]:
    found = []
    language = state.language()
    for target in LISTS:
        sheets = work.pack.of(target)
        if not sheets:
            continue
        cards = pl.concat([sheet.prepared.rows.drop("row") for sheet in sheets], how="diagonal_relaxed")
        for pair in search(target, cards.unique("code", maintain_order=True), language).pairs.to_dicts():
            if pair["tier"] != "no":
                found.append({
                    "list": word("pipelines", f"intake.target.{target}", language),
                    "tier": word("pipelines", f"duplicates.tier.{pair['tier']}", language),
                    "first": f"{pair['code_a']} {pair['name_a']}", "second": f"{pair['code_b']} {pair['name_b']}",
                    "points": str(pair["points"]), "reasons": pair["reasons"], "target": target,
                    "code_a": pair["code_a"], "code_b": pair["code_b"],
                })  # fmt: skip
    return found


def _title(name: str) -> str:
    return word("pipelines", f"proof.column.{name}", state.language())
