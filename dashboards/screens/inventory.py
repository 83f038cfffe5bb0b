"""Stock: what lies where, what needs action, what came and went, how old it is and how fast it turns."""

import polars as pl
import streamlit as st

from dashboards import analysis, bar, catalogue, charts, i18n, links, state, widgets
from dashboards.cards import Card
from dashboards.scope import Scope
from dashboards.span import Span, span_of
from dashboards.state import t

VIEWS = ("on_hand", "alerts", "movement", "ageing", "turnover", "ledger")
AGES = ("d0_30", "d31_60", "d61_90", "d91_180", "d181_plus")


def show() -> None:
    """Show the stock at the end of the chosen month, or today."""
    period = widgets.heading(t("inventory.title"), period=True)
    days = span_of("month", period, state.today())
    _figures(days)
    view = bar.choose(t("inventory.view"), VIEWS, "view", lambda it: t(f"inventory.{it}"), label_visibility="collapsed")
    {
        "on_hand": _on_hand,
        "alerts": _alerts,
        "movement": _movement,
        "ageing": _ageing,
        "turnover": _turnover,
        "ledger": _ledger,
    }[view](days)


def _figures(days: Span) -> None:
    language, as_of = state.language(), days.to_day
    stock = Scope.of("stock_on_hand", "amount", "inventory.on_hand", as_of=as_of)
    alerts = Scope.of("stock_alerts", "", "inventory.alerts", as_of=as_of)
    old = Scope.of("stock_ageing", "amount_181_plus", "inventory.ageing", as_of=as_of)
    year = Span(days.to_day.replace(month=1, day=1), days.to_day)
    turns = state.load("stock_turnover", **year.as_filters())
    average, cost = turns["average_amount"].sum(), turns["cost_of_sales"].sum()
    kinds = stock.rows().filter(pl.col("quantity") != 0)["item"].n_unique()
    shown = [
        Card(
            "stock",
            t("inventory.value"),
            stock.number(),
            stock.link(language),
            _why("stock_on_hand", "amount"),
            note=t("inventory.kinds", count=kinds),
        ),
        Card(
            "alerts",
            t("inventory.alerts"),
            alerts.rows().height,
            alerts.link(language),
            t("inventory.alerts_why"),
            "count",
            tone="warn",
            note=_alert_counts(alerts.rows()),
        ),
        Card(
            "old",
            t("inventory.old"),
            old.number(),
            old.link(language),
            _why("stock_ageing", "amount_181_plus"),
            note=_old_share(old.number(), stock.number()),
        ),
        Card(
            "turns",
            t("inventory.turns"),
            analysis.ratio(cost, average),
            widgets.to("inventory", view="turnover"),
            t("inventory.turns_why"),
            "number",
            note=t("inventory.since", day=i18n.day(year.from_day)),
        ),
    ]
    widgets.show_cards(*shown)


def _why(report: str, column: str) -> str:
    return catalogue.meaning(report, column, state.language())


def _alert_counts(rows: pl.DataFrame) -> str:
    counts = {row["alert"]: row["count"] for row in rows.group_by("alert").len("count").sort("alert").to_dicts()}
    language = state.language()
    return " · ".join(
        f"{catalogue.label('stock_alerts', 'alert', alert, language)} {count}" for alert, count in counts.items()
    )


def _old_share(old, whole) -> str:
    return t("inventory.old_share", share=i18n.percent(analysis.ratio(old, whole)))


def _on_hand(days: Span) -> None:
    frame = state.load("stock_on_hand", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    left, right = st.columns([2, 3])
    for column, (key, name) in zip(
        (left, right), (("warehouse_name", "by_warehouse"), ("category_name", "by_category"))
    ):
        with column, widgets.panel(name, t(f"inventory.{name}")):
            parts = frame.group_by(key).agg(pl.col("amount").sum()).sort("amount", descending=True)
            names = [value or t("sales.unnamed") for value in parts[key]]
            divisor, unit = i18n.scale(parts["amount"].max(), state.language())
            widgets.show_chart(
                charts.ranking(names[:12], parts["amount"][:12], divisor=divisor, unit=unit),
                t(f"inventory.{name}"),
                height=230,
            )
    names = (
        "item",
        "name",
        "specification",
        "warehouse_name",
        "bin",
        "unit",
        "quantity",
        "reserved",
        "available",
        "expected",
        "unit_cost",
        "amount",
    )
    _list(
        "stock_on_hand",
        {"as_of": days.to_day},
        _found(frame),
        names,
        wide_only=("specification", "bin", "reserved", "expected", "unit_cost"),
    )


def _alerts(days: Span) -> None:
    frame = state.load("stock_alerts", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("inventory.no_alerts"), t("inventory.no_alerts_why"))
        return
    names = (
        "alert",
        "item",
        "name",
        "unit",
        "on_hand",
        "available",
        "expected",
        "minimum",
        "reorder_point",
        "maximum",
        "suggested",
        "supplier",
        "lead_days",
        "last_moved_on",
    )
    _list(
        "stock_alerts",
        {"as_of": days.to_day},
        _found(frame),
        names,
        wide_only=("unit", "expected", "minimum", "maximum", "supplier", "lead_days", "last_moved_on"),
        totals=False,
    )


def _movement(days: Span) -> None:
    by = bar.choose(t("inventory.group"), ("item", "category"), "group", lambda it: t(f"inventory.by_{it}"))
    asked = {"period": days.period, "by": by}
    frame = state.load("stock_movement_summary", **asked)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.no_moves", period=days.period))
        return
    _ties(days, frame["closing_amount"].sum())
    _list(
        "stock_movement_summary",
        asked,
        _found(frame),
        (),
        wide_only=("opening_quantity", "in_quantity", "out_quantity"),
    )


def _ties(days: Span, closing) -> None:
    # The promise of this table is that it agrees with the ledger; say so, with the ledger's own figure beside it.
    balance = state.load("statement_detail", statement="balance_sheet", line_no=9, period=days.period)
    ledger = balance["amount"].sum()
    tone = "good" if ledger == closing else "bad"
    text = t(
        "inventory.ties" if tone == "good" else "inventory.differs",
        stock=i18n.amount(closing),
        ledger=i18n.amount(ledger),
    )
    address = widgets.to("finance", statement="balance_sheet", period=days.period, line=9)
    st.html(
        f'<div class="erp-alerts"><a class="erp-alert {tone}" href="{address}" target="_self">{text}<em>{t("inventory.to_ledger")}</em></a></div>'
    )


def _ageing(days: Span) -> None:
    frame = state.load("stock_ageing", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    language = state.language()
    largest = frame.sort("amount", descending=True).head(10)
    titles = {c.key: c.title for c in catalogue.columns("stock_ageing", language, *AGES)}
    parts = {titles[age]: _valued(largest, age) for age in AGES}
    divisor, unit = i18n.scale(largest["amount"].max(), language)
    with widgets.panel("stock_ages", t("inventory.age_chart"), note=t("inventory.age_note")):
        widgets.show_chart(
            charts.stacked(largest["name"].to_list(), parts, divisor=divisor, unit=unit),
            t("inventory.ageing"),
            height=340,
        )
    _list(
        "stock_ageing",
        {"as_of": days.to_day},
        _found(frame),
        ("item", "name", "quantity", *AGES, "amount", "amount_181_plus"),
        wide_only=("d31_60", "d61_90"),
    )


def _valued(frame: pl.DataFrame, age: str) -> list:
    # A picture only: each age gets the share of the book value that its quantity has.
    return [row["amount"] * row[age] / row["quantity"] if row["quantity"] else 0 for row in frame.to_dicts()]


def _turnover(days: Span) -> None:
    year = Span(days.to_day.replace(month=1, day=1), days.to_day)
    frame = state.load("stock_turnover", **year.as_filters()).sort("average_amount", descending=True)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    names = (
        "item",
        "name",
        "quantity_sold",
        "cost_of_sales",
        "opening_amount",
        "closing_amount",
        "average_amount",
        "turnover",
        "days_on_hand",
    )
    _list("stock_turnover", year.as_filters(), _found(frame), names, wide_only=("opening_amount", "closing_amount"))


def _ledger(days: Span) -> None:
    items = {
        row["item"]: f"{row['item']} {row['name']}"
        for row in state.load(
            "stock_turnover", from_day=days.to_day.replace(month=1, day=1), to_day=days.to_day
        ).to_dicts()
    }
    asked = st.query_params.get("item")
    if asked and asked not in items:
        items = {asked: asked, **items}
    if not items:
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        item = bar.select(t("inventory.item"), tuple(items), "item", items.get, width=340)
        reach = bar.choose(t("ledger.reach"), ("month", "year"), "reach", lambda it: t(f"ledger.{it}"))
    span = days if reach == "month" else Span(days.to_day.replace(month=1, day=1), days.to_day)
    parameters = {"item": item, **span.as_filters()}
    frame = state.load("stock_ledger", **parameters)
    names = (
        "moved_on",
        "kind",
        "document",
        "warehouse",
        "quantity_in",
        "quantity_out",
        "balance",
        "amount",
        "balance_amount",
    )
    _list("stock_ledger", parameters, frame, names, wide_only=("warehouse",), totals=False)


def _found(frame: pl.DataFrame) -> pl.DataFrame:
    search = bar.search(t("filter.search"), width=240, placeholder=t("inventory.search"))
    if not search:
        return frame
    wanted = search.strip().lower()
    texts = pl.concat_str([pl.col(c).fill_null("") for c in ("item", "name")], separator=" ").str.to_lowercase()
    return frame.filter(texts.str.contains(wanted, literal=True))


def _list(
    report: str, parameters: dict, frame: pl.DataFrame, names: tuple, *, wide_only: tuple = (), totals: bool = True
) -> None:
    language = state.language()
    columns = catalogue.columns(report, language, *names, links=_links(report, language), wide_only=wide_only)
    added = {
        c.key: frame[c.key].sum()
        for c in columns
        if c.kind in ("money", "quantity") and c.key not in analysis.NEVER_SUMMED
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.excel(report, parameters, key=f"stock_{report}")
    widgets.show_pages(
        f"stock_{report}", frame.to_dicts(), columns, totals=added if totals else None, total_title=t("table.total")
    )


def _links(report: str, language: str) -> dict:
    found = links.known(report, language)
    return found | {"name": found["item"]} if report != "stock_ledger" else found


if __name__ == "__main__":
    show()
