"""Every report of the catalogue: it asks its own questions, explains its columns, and answers in a grid to sort."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards import bar, catalogue, i18n, refusal_pages, state, widgets
from dashboards.span import Span
from dashboards.state import t
from dashboards.tables import Column
from erp_core.reports.definition import Column as ReportColumn
from erp_core.reports.definition import Definition, Parameter, definitions

FORMATS = {
    "money": "%,.2f",
    "quantity": "localized",
    "price": "%,.4f",
    "ratio": "%,.2f",
    "percent": "percent",
    "integer": "localized",
}
FIRST = "trial_balance"
CODES = ("voucher_id", "open_item_id", "move_id", "position", "line_no", "level")


def show() -> None:
    """Ask for a report and its parameters, and show the answer."""
    asked = st.query_params.get("name", "")
    if catalogue.definition(asked) and not state.sees(asked):
        refusal_pages.denied("reports", (asked,))
        return
    widgets.heading(t("reports.title"))
    language = state.language()
    names = sorted(filter(state.sees, definitions()), key=lambda name: (name != FIRST, catalogue.title(name, language)))
    chosen = bar.select(t("reports.choose"), names, "name", lambda name: catalogue.title(name, language), width=340)
    found = catalogue.definition(chosen)
    given = _ask(found)
    missing = [p.title.to(language) for p in found.parameters if p.required and given.get(p.name) in (None, "")]
    if missing:
        widgets.empty(t("reports.asks"), t("reports.asks_why", names="、".join(missing)))
        return
    frame = state.load(chosen, **given).drop(found.hidden(tuple(state.me()["masks"])), strict=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("table.rows", rows=f"{frame.height:,}"), width="content")
        widgets.excel(chosen, given, key="report")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_rows"))
    else:
        st.dataframe(
            _worded(frame, found),
            column_config=_configuration(found),
            hide_index=True,
            height=560 if frame.height > 14 else "content",
            alt=found.title.to(language),
        )
    _explain(found)


def _ask(found: Definition) -> dict:
    if not found.parameters:
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {parameter.name: _one(found.name, parameter) for parameter in found.parameters}


def _one(report: str, it: Parameter) -> object:
    title, key = it.title.to(state.language()), f"q_{report}_{it.name}"
    if it.kind == "period":
        return st.selectbox(title, state.calendar().periods, key=key, width=150)
    if it.kind == "date":
        return st.date_input(title, _day(it.name), key=key, width=150)
    if it.kind == "choice":
        choices = list(it.choices)
        return st.selectbox(
            title, choices, index=choices.index(it.default) if it.default in choices else 0, key=key, width=180
        )
    if it.kind == "boolean":
        return st.toggle(title, (it.default or "").lower() == "true", key=key)
    text = st.text_input(title, it.default or "", key=key, width=150).strip()
    return int(text) if it.kind == "integer" and text.isdigit() else text or None


def _day(name: str) -> date:
    today = state.today()
    return Span(today.replace(day=1), today).from_day if name.startswith("from") else today


def _worded(frame: pl.DataFrame, found: Definition) -> pl.DataFrame:
    language = state.language()
    for column in found.columns:
        if column.values and column.name in frame.columns:
            frame = frame.with_columns(
                pl.col(column.name).replace({code: title.to(language) for code, title in column.values.items()})
            )
    # The grid draws figures from plain numbers; the exact ones are in the Excel file and in every other table.
    return frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64))


def _configuration(found: Definition) -> dict:
    language = state.language()
    return {column.name: _column(column, language) for column in found.columns}


def _column(column: ReportColumn, language: str) -> object:
    title, meaning = column.title.to(language), column.meaning.to(language) or None
    if column.kind in FORMATS and column.name not in CODES:
        return st.column_config.NumberColumn(title, format=FORMATS[column.kind], help=meaning)
    if column.kind == "date":
        return st.column_config.DateColumn(title, format="YYYY-MM-DD", help=meaning)
    return st.column_config.Column(title, help=meaning)


def _explain(found: Definition) -> None:
    language = state.language()
    with st.expander(t("reports.columns")):
        rows = [
            {"column": c.title.to(language), "meaning": c.meaning.to(language), "name": c.name} for c in found.columns
        ]
        columns = [
            Column("column", t("reports.column")),
            Column("name", t("reports.name")),
            Column("meaning", t("reports.meaning")),
        ]
        st.caption(i18n.t("reports.grain", language, grain=found.grain, name=found.name))
        widgets.show_table(rows, columns)


if __name__ == "__main__":
    show()
