"""Sales: what was sold to whom, against the same days before, with margin, ranking and ABC classes."""

from decimal import Decimal

import streamlit as st

from dashboards import analysis, bar, catalogue, charts, i18n, state, widgets
from dashboards.cards import Card, Comparison
from dashboards.scope import Scope
from dashboards.span import Span, month_list, shift, span_of
from dashboards.state import t
from dashboards.tables import Column

# dimension -> the filter of the list of lines that narrows to one member of it
DIMENSIONS = {"customer": "party", "item": "item", "category": "category", "employee": "employee", "region": "region"}
MEASURES = ("net", "margin", "quantity")


def show() -> None:
    """Show the sales of the chosen days."""
    days = widgets.pick_span(widgets.heading(t("sales.title"), period=True))
    whole = state.load("sales_analysis", by="customer", **days.with_history())
    if whole.is_empty():
        widgets.empty(t("empty.nothing"), t("sales.none", first=i18n.day(days.from_day), last=i18n.day(days.to_day)))
        return
    _figures(days, whole)
    _trend(days)
    _by_dimension(days)


def _figures(days: Span, whole) -> None:
    year, month = (
        state.load("sales_analysis", by="customer", **it.with_history())
        for it in (days.year_before, days.months_back(1))
    )
    link = Scope.of("sales_lines", "net", "sales.lines", **days.with_history()).link(state.language())

    def against(column: str) -> tuple[Comparison, ...]:
        return Comparison(t("vs.last_year"), year[column].sum()), Comparison(t("vs.last_month"), month[column].sum())

    net, margin = whole["net"].sum(), whole["margin"].sum()
    items = [
        Card("net", t("sales.net"), net, link, _meaning("net"), comparisons=against("net")),
        Card("margin", t("sales.margin"), margin, link, _meaning("margin"), comparisons=against("margin")),
        Card(
            "rate",
            t("sales.margin_rate"),
            analysis.ratio(margin, net),
            "",
            t("sales.margin_rate_why"),
            "percent",
            note=_rates(year),
        ),
        Card(
            "documents",
            t("sales.documents"),
            whole["documents"].sum(),
            link,
            _meaning("documents"),
            "count",
            note=_customers(whole),
        ),
    ]
    widgets.show_cards(*items)


def _meaning(column: str) -> str:
    return catalogue.meaning("sales_analysis", column, state.language())


def _rates(year) -> str:
    return t("sales.rate_before", rate=i18n.percent(analysis.ratio(year["margin"].sum(), year["net"].sum())))


def _customers(whole) -> str:
    return t("sales.customers", count=whole.height)


def _trend(days: Span) -> None:
    months = month_list(days.to_day, 12)
    reach = span_of("twelve", days.period, days.to_day)
    now, before = (state.load("sales_analysis", by="month", **it.with_history()) for it in (reach, reach.year_before))
    then = [f"{shift(days.to_day.replace(day=1), -12 - back):%Y-%m}" for back in range(11, -1, -1)]
    figures, earlier = analysis.monthly(now, months, "net"), analysis.monthly(before, then, "net")
    divisor, unit = i18n.scale(max(figures + earlier), state.language())
    option = charts.trend(
        months, {t("sales.this_year"): figures, t("sales.last_year"): earlier}, divisor=divisor, unit=unit
    )
    with widgets.panel("trend", t("sales.trend"), note=t("sales.trend_note")):
        widgets.show_chart(option, t("sales.trend"), height=260)


def _by_dimension(days: Span) -> None:
    by = bar.choose(t("sales.by"), tuple(DIMENSIONS), "by", lambda it: t(f"sales.by_{it}"))
    now = state.load("sales_analysis", by=by, **days.with_history())
    before = state.load("sales_analysis", by=by, **days.year_before.with_history())
    rows = analysis.compared(analysis.classified(now, "net"), before, "net")
    left, right = st.columns(2)
    with left, widgets.panel("ranking", t("sales.ranking", by=t(f"sales.by_{by}"))):
        names, figures = analysis.top(rows, "net", 10, t("sales.rest"))
        divisor, unit = i18n.scale(max(figures), state.language())
        widgets.show_chart(charts.ranking(names, figures, divisor=divisor, unit=unit), t("sales.by"), height=320)
    with right, widgets.panel("pareto", t("sales.pareto"), note=_classes(rows)):
        sold = [row for row in rows if row["net"] and row["net"] > 0][:120]
        names, figures = [row["name"] or row["key"] for row in sold], [row["net"] for row in sold]
        option = charts.pareto(names, figures, divisor=divisor, unit=unit, share_name=t("sales.running"))
        widgets.show_chart(option, t("sales.pareto"), height=320)
    _table(days, by, rows)


def _classes(rows: list[dict]) -> str:
    counts = {name: sum(1 for row in rows if row.get("abc") == name) for name in "ABC"}
    return t("sales.classes", **{name.lower(): count for name, count in counts.items()})


def _table(days: Span, by: str, rows: list[dict]) -> None:
    language = state.language()

    def lines(row: dict) -> str | None:
        if not row["key"] or not row.get("documents"):
            return None
        asked = Scope.of("sales_lines", "net", "sales.lines", **days.with_history(), **{DIMENSIONS[by]: row["key"]})
        return asked.link(language)

    for row in rows:
        row["name"] = row["name"] or row["key"] or t("sales.unnamed")
        row["rate"] = analysis.ratio(row.get("margin"), row["net"])
    columns = [
        Column("abc", "ABC"),
        Column("name", t(f"sales.by_{by}"), link=lines),
        Column("net", t("sales.net"), "money", link=lines, bar=True),
        Column("share", t("sales.share"), "percent"),
        Column("before", t("sales.before"), "money", wide_only=True),
        Column("change", t("sales.change"), "percent"),
        Column("quantity", t("sales.quantity"), "quantity", wide_only=True),
        Column("margin", t("sales.margin"), "money"),
        Column("rate", t("sales.margin_rate"), "percent"),
        Column("documents", t("sales.documents"), "count", wide_only=True),
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.excel("sales_analysis", {"by": by, **days.with_history()}, key="sales")
    widgets.show_pages("sales", rows, columns, totals=_totals(rows), total_title=t("table.total"), name=t("sales.by"))


def _totals(rows: list[dict]) -> dict:
    totals = {
        name: sum((row.get(name) or 0 for row in rows), Decimal(0)) for name in ("net", "before", "quantity", "margin")
    }
    totals["documents"] = sum(row.get("documents") or 0 for row in rows)
    totals["change"] = (totals["net"] - totals["before"]) / abs(totals["before"]) if totals["before"] else None
    return totals | {"rate": analysis.ratio(totals["margin"], totals["net"])}


if __name__ == "__main__":
    show()
