"""Stock: what lies where, what needs action, what came and went, how old it is and how fast it turns."""

from decimal import Decimal
from html import escape

import polars as pl
import streamlit as st

from dashboards import analysis, bar, catalogue, charts, i18n, links, state, widgets
from dashboards.cards import Card
from dashboards.scope import Scope
from dashboards.span import Span, span_of
from dashboards.state import t

VIEWS = ("on_hand", "alerts", "movement", "ageing", "turnover", "ledger")
AGES = ("d0_30", "d31_60", "d61_90", "d91_180", "d181_plus")
INVENTORIES = 9  # the line of the balance sheet

# The columns of each view in their order; those after the bar are left out on a narrow screen.
COLUMNS = {
    "stock_on_hand": "item name warehouse_name quantity available amount"
    " | specification bin unit reserved expected unit_cost",
    "stock_alerts": "alert item name on_hand available reorder_point suggested"
    " | unit expected minimum maximum supplier lead_days",
    "stock_movement_summary": "item name opening_amount in_amount out_amount closing_quantity closing_amount"
    " | opening_quantity in_quantity out_quantity",
    "stock_ageing": "item name quantity d0_30 d91_180 d181_plus amount amount_181_plus | d31_60 d61_90",
    "stock_turnover": "item name cost_of_sales average_amount turnover days_on_hand"
    " | quantity_sold opening_amount closing_amount",
    "stock_ledger": "moved_on kind document quantity_in quantity_out balance amount balance_amount | warehouse",
}


def show() -> None:
    """Show the stock at the end of the chosen month, or today."""
    days = span_of("month", widgets.heading(t("inventory.title"), period=True), state.today())
    _figures(days)
    view = bar.choose(t("inventory.view"), VIEWS, "view", lambda it: t(f"inventory.{it}"), label_visibility="collapsed")
    shown = {"alerts": _alerts, "movement": _movement, "ageing": _ageing, "turnover": _turnover, "ledger": _ledger}
    shown.get(view, _on_hand)(days)


def _year(days: Span) -> Span:
    return Span(days.to_day.replace(month=1, day=1), days.to_day)


def _figures(days: Span) -> None:
    alerts = Scope.of("stock_alerts", "", "inventory.alerts", as_of=days.to_day)
    link, why = alerts.link(state.language()), t("inventory.alerts_why")
    count = alerts.rows().height
    found = [Card("alerts", t("inventory.alerts"), count, link, why, "count", note=_kinds(alerts))]
    if not state.hides("stock_on_hand", "amount"):
        found = [*_values(days, found[0])]
    widgets.show_cards(*found)


def _values(days: Span, alerts: Card) -> tuple[Card, ...]:
    language = state.language()
    stock = Scope.of("stock_on_hand", "amount", "inventory.on_hand", as_of=days.to_day)
    old = Scope.of("stock_ageing", "amount_181_plus", "inventory.ageing", as_of=days.to_day)
    turnover = state.load("stock_turnover", **_year(days).as_filters())
    turns = analysis.ratio(turnover["cost_of_sales"].sum(), turnover["average_amount"].sum())
    kinds = t("inventory.kinds", count=stock.rows().filter(pl.col("quantity") != 0)["item"].n_unique())
    share = t("inventory.old_share", share=i18n.percent(analysis.ratio(old.number(), stock.number())))
    since, by_turns = t("inventory.since", day=i18n.day(_year(days).from_day)), widgets.to("inventory", view="turnover")
    why, old_why = _why("stock_on_hand", "amount"), _why("stock_ageing", "amount_181_plus")
    return (
        Card("stock", t("inventory.value"), stock.number(), stock.link(language), why, note=kinds),
        alerts,
        Card("old", t("inventory.old"), old.number(), old.link(language), old_why, note=share),
        Card("turns", t("inventory.turns"), turns, by_turns, t("inventory.turns_why"), "number", note=since),
    )


def _why(report: str, column: str) -> str:
    return catalogue.meaning(report, column, state.language())


def _kinds(alerts: Scope) -> str:
    counts = alerts.rows().group_by("alert").len("count").sort("alert").iter_rows()
    return " · ".join(
        f"{catalogue.label('stock_alerts', 'alert', alert, state.language())} {count}" for alert, count in counts
    )


def _on_hand(days: Span) -> None:
    frame = state.load("stock_on_hand", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    if not state.hides("stock_on_hand", "amount"):
        _on_hand_charts(frame)
    _list("stock_on_hand", {"as_of": days.to_day}, frame)


def _on_hand_charts(frame: pl.DataFrame) -> None:
    for place, (key, name) in zip(
        st.columns([2, 3]), (("warehouse_name", "by_warehouse"), ("category_name", "by_category")), strict=True
    ):
        parts = frame.group_by(key).agg(pl.col("amount").sum()).sort("amount", descending=True).head(12)
        names = [value or t("sales.unnamed") for value in parts[key]]
        divisor, unit = i18n.scale(parts["amount"].max(), state.language())
        with place, widgets.panel(name, t(f"inventory.{name}"), note=t("chart.unit", unit=unit)):
            option = charts.ranking(names, parts["amount"], divisor=divisor, unit=unit)
            widgets.show_chart(option, t(f"inventory.{name}"), height=230)


def _alerts(days: Span) -> None:
    frame = state.load("stock_alerts", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("inventory.no_alerts"), t("inventory.no_alerts_why"))
        return
    _list("stock_alerts", {"as_of": days.to_day}, frame, totals=False)


def _movement(days: Span) -> None:
    by = bar.choose(
        t("inventory.group"),
        ("item", "category"),
        "group",
        lambda it: t(f"inventory.by_{it}"),
        label_visibility="collapsed",
    )
    asked = {"period": days.period, "by": by}
    frame = state.load("stock_movement_summary", **asked)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.no_moves", period=days.period))
        return
    if state.sees("statement_detail") and not state.hides("stock_movement_summary", "closing_amount"):
        _ties(days, frame["closing_amount"].sum())
    _list("stock_movement_summary", asked, frame)


def _ties(days: Span, closing: Decimal) -> None:
    # The promise of this table is that it agrees with the ledger; say so, with the ledger's own figure beside it.
    ledger = state.load("statement_detail", statement="balance_sheet", line_no=INVENTORIES, period=days.period)[
        "amount"
    ].sum()
    tone, key = ("good", "inventory.ties") if ledger == closing else ("bad", "inventory.differs")
    text = escape(t(key, stock=i18n.amount(closing), ledger=i18n.amount(ledger)))
    address = escape(widgets.to("finance", statement="balance_sheet", period=days.period, line=INVENTORIES))
    more = f"<em>{escape(t('inventory.to_ledger'))}</em>"
    st.html(f'<a class="erp-alert {tone}" href="{address}" target="_self"><b>{text}</b>{more}</a>')


def _ageing(days: Span) -> None:
    frame = state.load("stock_ageing", as_of=days.to_day)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    if not state.hides("stock_ageing", "amount"):
        _age_chart(frame)
    _list("stock_ageing", {"as_of": days.to_day}, frame)


def _age_chart(frame: pl.DataFrame) -> None:
    largest = frame.sort("amount", descending=True).head(10)
    titles = {c.key: c.title for c in catalogue.columns("stock_ageing", state.language(), *AGES)}
    parts = {titles[age]: _valued(largest, age) for age in AGES}
    divisor, unit = i18n.scale(largest["amount"].max(), state.language())
    with widgets.panel("stock_ages", t("inventory.age_chart"), note=t("inventory.age_note")):
        option = charts.stacked(largest["name"].to_list(), parts, divisor=divisor, unit=unit)
        widgets.show_chart(option, t("inventory.age_chart"), height=340)


def _valued(frame: pl.DataFrame, age: str) -> list:
    # A picture only: each age gets the share of the book value that its quantity has.
    return [row["amount"] * row[age] / row["quantity"] if row["quantity"] else 0 for row in frame.to_dicts()]


def _turnover(days: Span) -> None:
    asked = _year(days).as_filters()
    frame = state.load("stock_turnover", **asked).sort("average_amount", descending=True)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    _list("stock_turnover", asked, frame)


def _ledger(days: Span) -> None:
    known = state.load("stock_turnover", **_year(days).as_filters()).select("item", "name").iter_rows()
    items = {item: f"{item} {name}" for item, name in known}
    asked = st.query_params.get("item", "")
    items |= {asked: asked} if asked and asked not in items else {}
    if not items:
        widgets.empty(t("empty.nothing"), t("inventory.none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        item = bar.select(t("inventory.item"), tuple(items), "item", items.get, width=340)
        reach = bar.choose(t("ledger.reach"), ("month", "year"), "reach", lambda it: t(f"ledger.{it}"))
    span = days if reach == "month" else _year(days)
    parameters = {"item": item, **span.as_filters()}
    _list("stock_ledger", parameters, state.load("stock_ledger", **parameters), totals=False, searched=False)


def _list(report: str, parameters: dict, frame: pl.DataFrame, *, totals: bool = True, searched: bool = True) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if searched:
            frame = _found(frame, bar.search(t("filter.search"), width=260, placeholder=t("inventory.search")))
        widgets.excel(report, parameters, key=f"stock_{report}")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_match"))
        return
    shown, _, extra = COLUMNS[report].partition(" | ")
    ordered = [c for c in catalogue.definition(report).columns if c.name in {*shown.split(), *extra.split()}]
    names = analysis.filled(frame, [c.name for c in ordered])
    columns = catalogue.columns(
        report, state.language(), *names, links=_links(report, parameters), wide_only=tuple(extra.split())
    )
    added = analysis.totals(frame, {c.key: c.kind for c in columns}) if totals else None
    widgets.show_pages(f"stock_{report}", frame, columns, totals=added, total_title=t("table.total"))


def _found(frame: pl.DataFrame, search: str) -> pl.DataFrame:
    if not search:
        return frame
    texts = pl.concat_str(pl.col("item", "name").fill_null(""), separator=" ").str.to_lowercase()
    return frame.filter(texts.str.contains(search.lower(), literal=True))


def _links(report: str, parameters: dict) -> dict:
    if parameters.get("by") == "category":
        return {}
    found = links.known(report, state.language())
    return found | {"name": found["item"]} if report != "stock_ledger" else found


if __name__ == "__main__":
    show()
