"""The rows behind a number: the same report and filters as the number, and a total that equals it."""

import polars as pl
import streamlit as st

from dashboards import analysis, catalogue, i18n, links, state, widgets
from dashboards.scope import Scope
from dashboards.state import t
from dashboards.tables import Column

# Codes say nothing beside the names that stand next to them; ids are for links only.
HIDDEN = {"voucher_id", "source_kind", "open_item_id", "move_id", "history", "document_kind", "warehouse_kind"}
NAMED = {"party": ("name", "party_name"), "warehouse": ("warehouse_name",), "category": ("category_name",)}
NARROW = {"document_on", "item_on", "number", "name", "account", "voucher", "reference", "alert"}


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
    columns = _columns(asked, frame, language)
    totals = analysis.totals(frame, {c.key: c.kind for c in columns})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("table.rows", rows=f"{frame.height:,}"), width="content")
        if asked.measure in totals:
            st.caption(t("rows.total", total=i18n.amount(totals[asked.measure])), width="content")
        widgets.excel(asked.report, dict(asked.filters), key="rows")
    widgets.show_pages("rows", frame, columns, totals=totals, total_title=t("table.total"))


def _columns(asked: Scope, frame: pl.DataFrame, language: str) -> list[Column]:
    other = f"name_{'en' if language == 'zh' else 'zh'}"
    names = [name for name in analysis.filled(frame, frame.columns) if name not in HIDDEN and name != other]
    names = [name for name in names if not any(named in names for named in NAMED.get(name, ()))]
    wide_only = tuple(name for name in names if name not in NARROW and name != asked.measure)
    found = links.known(asked.report, language)
    return catalogue.columns(asked.report, language, *names, links=found, wide_only=wide_only)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return t("rows.yes" if value else "rows.no")
    return i18n.day(value)


if __name__ == "__main__":
    show()
