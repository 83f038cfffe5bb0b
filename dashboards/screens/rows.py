"""The rows behind a number: the same report and filters as the number, and a total that equals it."""

import polars as pl
import streamlit as st

from dashboards import analysis, catalogue, i18n, links, state, widgets
from dashboards.scope import Scope
from dashboards.state import t

HIDDEN = ("voucher_id", "source_kind")


def show() -> None:
    """List the rows of the scope that the address names."""
    asked = Scope.from_query(st.query_params.to_dict())
    language = state.language()
    if catalogue.definition(asked.report) is None:
        widgets.heading(t("rows.title"))
        widgets.empty(t("rows.unknown"), t("rows.unknown_why"))
        return
    title = t(asked.title) if i18n.has(asked.title) else catalogue.title(asked.report, language)
    widgets.heading(title, crumbs=[(t("home.title"), widgets.to("")), (catalogue.title(asked.report, language), "")])
    widgets.chips(
        f"{catalogue.parameter_title(asked.report, name, language)}：{_shown(value)}" for name, value in asked.filters
    )
    frame = asked.rows()
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_rows"))
        return
    _list(asked, frame, language)


def _list(asked: Scope, frame: pl.DataFrame, language: str) -> None:
    columns = [
        c
        for c in catalogue.columns(asked.report, language, links=links.known(asked.report, language))
        if c.key not in HIDDEN
    ]
    columns = [c for c in columns if c.key != f"name_{'en' if language == 'zh' else 'zh'}"]
    totals = analysis.totals(frame, {c.key: c.kind for c in columns})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("table.rows", rows=f"{frame.height:,}"), width="content")
        if asked.measure in totals:
            st.caption(t("rows.total", total=i18n.amount(totals[asked.measure])), width="content")
        widgets.excel(asked.report, dict(asked.filters), key="rows")
    widgets.show_pages("rows", frame.to_dicts(), columns, totals=totals, total_title=t("table.total"))


def _shown(value: object) -> str:
    return i18n.day(value)


if __name__ == "__main__":
    show()
