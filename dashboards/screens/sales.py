"""Sales: what was sold to whom, against the same days before, with margin, ranking and ABC classes."""

from decimal import Decimal

import polars as pl
import streamlit as st

from dashboards import analysis, bar, catalogue, charts, i18n, state, widgets
from dashboards.cards import Card, Comparison
from dashboards.scope import Scope
from dashboards.span import Span
from dashboards.state import t
from dashboards.tables import Column

# dimension -> the filter of the list of lines that narrows to one member of it
DIMENSIONS = {"customer": "party", "item": "item", "category": "category", "employee": "employee", "region": "region"}
# What goes before a month or a quarter; a year is compared with the year before only.
STEPS = {1: "vs.last_month", 3: "vs.last_quarter"}


def show() -> None:
    """Show the sales of the chosen days."""
    days = widgets.pick_span(widgets.heading(t("sales.title"), period=True))
    whole = _by("customer", days)
    if whole.is_empty():
        widgets.empty(t("empty.nothing"), t("sales.none", first=i18n.day(days.from_day), last=i18n.day(days.to_day)))
        return
    _figures(days, whole)
    widgets.show_sales_trend("sales_trend", t("sales.trend"), days)
    _by_dimension(days)


def _by(dimension: str, days: Span) -> pl.DataFrame:
    return state.load("sales_analysis", by=dimension, **days.with_history())


def _lines(days: Span, measure: str = "net", **more: object) -> str:
    return Scope.of("sales_lines", measure, "sales.lines", **days.with_history(), **more).link(state.language())


def _figures(days: Span, whole: pl.DataFrame) -> None:
    before = [(t("vs.last_year"), _by("customer", days.year_before))]
    if days.months in STEPS:
        before.append((t(STEPS[days.months]), _by("customer", days.months_back(days.months))))

    def against(column: str) -> tuple[Comparison, ...]:
        return tuple(Comparison(name, frame[column].sum()) for name, frame in before)

    rate = t("sales.rate_before", rate=i18n.percent(_margin_rate(before[0][1])))
    customers = t("sales.customers", count=whole.height)
    margin = (
        Card(
            "margin",
            t("sales.margin"),
            whole["margin"].sum(),
            _lines(days, "margin"),
            _meaning("margin"),
            comparisons=() if whole["net_uncosted"].sum() else against("margin"),
            note=_uncosted(whole),
        ),
        Card(
            "rate",
            t("sales.margin_rate"),
            _margin_rate(whole),
            "",
            t("sales.margin_rate_why"),
            "percent",
            note=rate,
        ),
    )
    # Who may not see costs is shown no margin, rather than an empty one.
    widgets.show_cards(
        Card("net", t("sales.net"), whole["net"].sum(), _lines(days), _meaning("net"), comparisons=against("net")),
        *(() if state.hides("sales_analysis", "margin") else margin),
        Card("documents", t("sales.documents"), whole["documents"].sum(), _lines(days), "", "count", note=customers),
    )


def _meaning(column: str) -> str:
    return catalogue.meaning("sales_analysis", column, state.language())


def _margin_rate(frame: pl.DataFrame) -> Decimal | None:
    return analysis.ratio(frame["margin"].sum(), frame["net"].sum() - frame["net_uncosted"].sum())


def _uncosted(frame: pl.DataFrame) -> str:
    left = frame["net_uncosted"].sum()
    return t("sales.uncosted", amount=" ".join(i18n.compact(left, state.language()))) if left else ""


def _by_dimension(days: Span) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = bar.choose(
            t("sales.by"), tuple(DIMENSIONS), "by", lambda it: t(f"sales.by_{it}"), label_visibility="collapsed"
        )
        widgets.excel("sales_analysis", {"by": by, **days.with_history()}, key="sales")
    rows = analysis.compared(analysis.classified(_by(by, days), "net"), _by(by, days.year_before), "net")
    for row in rows:
        row["name"] = row["name"] or row["key"] or t("sales.unnamed")
        row["rate"] = analysis.ratio(row.get("margin"), row["net"] - (row.get("net_uncosted") or 0))
    names, figures, rest = analysis.top(rows, "net", 10)
    divisor, unit = i18n.scale(max(figures), state.language())
    note = t("chart.unit", unit=unit)
    if rest:
        note += f" · {t('sales.rest', count=len(rows) - 10, amount=' '.join(i18n.compact(rest, state.language())))}"
    left, right = st.columns(2)
    with left, widgets.panel("ranking", t("sales.ranking", by=t(f"sales.by_{by}")), note=note):
        widgets.show_chart(charts.ranking(names, figures, divisor=divisor, unit=unit), t("sales.by"), height=320)
    with right, widgets.panel("pareto", t("sales.pareto"), note=_classes(rows)):
        sold = [row for row in rows if row["net"] and row["net"] > 0][:120]
        series = (t("sales.net"), t("sales.running"))
        figures = [row["net"] for row in sold]
        option = charts.pareto([row["name"] for row in sold], figures, divisor=divisor, unit=unit, series=series)
        widgets.show_chart(option, t("sales.pareto"), height=320)
    _table(days, by, rows)


def _classes(rows: list[dict]) -> str:
    counts = {name: sum(1 for row in rows if row.get("abc") == name) for name in "ABC"}
    return t("sales.classes", **{name.lower(): count for name, count in counts.items()})


def _table(days: Span, by: str, rows: list[dict]) -> None:
    def lines(row: dict) -> str | None:
        return _lines(days, **{DIMENSIONS[by]: row["key"]}) if row["key"] and row.get("documents") else None

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
    kept = [column for column in columns if any(row.get(column.key) is not None for row in rows)]
    widgets.show_pages("sales", rows, kept, totals=_totals(rows), total_title=t("table.total"), name=t("sales.by"))


def _totals(rows: list[dict]) -> dict:
    summed = ("net", "before", "margin", "net_uncosted")
    totals = {name: sum((row.get(name) or 0 for row in rows), Decimal(0)) for name in summed}
    if state.hides("sales_analysis", "margin"):
        return {"net": totals["net"], "before": totals["before"] or None}
    rate = analysis.ratio(totals["margin"], totals["net"] - totals["net_uncosted"])
    change = analysis.ratio(totals["net"] - totals["before"], totals["before"])
    return totals | {"rate": rate, "change": change, "before": totals["before"] or None}


if __name__ == "__main__":
    show()
