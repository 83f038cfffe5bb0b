"""The home page: the state of the business on one screen, each figure with its comparison, definition and way down."""

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import escape

import polars as pl
import streamlit as st

from dashboards import analysis, catalogue, charts, i18n, state, widgets
from dashboards.cards import Card, Comparison
from dashboards.scope import Scope
from dashboards.span import Span, month_list, span_of
from dashboards.state import t
from dashboards.tables import Column

LATE = ("d1_30", "d31_60", "d61_90", "d91_plus")
AGES = ("not_due", *LATE)


def show() -> None:
    """Show key figures, the sales trend, what needs attention, and the largest customers and items."""
    period = widgets.heading(t("home.title"), period=True)
    if state.calendar().last_on is None:
        widgets.empty(t("empty.nothing"), t("home.empty_why"))
        return
    days = span_of("month", period, state.today())
    _figures(days)
    if not state.sees("sales_analysis"):
        _alerts(days)
    else:
        left, right = st.columns([2, 1])
        with left:
            more = (t("home.more"), widgets.to("sales", period=days.period))
            widgets.show_sales_trend("trend", t("home.trend"), days, link=more, height=350)
        with right:
            _alerts(days)
        _beside(lambda: _top(days, "customer", "party"), lambda: _top(days, "item", "item"))
    _beside(
        (lambda: _ages(days.to_day)) if state.sees("aged_receivables") else None,
        (lambda: _profit(days.period)) if state.sees("income_statement") else None,
    )


def _beside(*parts: Callable[[], None] | None) -> None:
    """Show what there is to show, side by side."""
    shown = [part for part in parts if part]
    for place, part in zip(st.columns(len(shown)) if shown else (), shown, strict=True):
        with place:
            part()


def _sales(days: Span) -> Scope:
    return Scope.of("sales_lines", "net", "sales.lines", **days.with_history())


def _sold(days: Span, column: str = "net") -> Decimal:
    return state.load("sales_analysis", by="month", **days.with_history())[column].sum()


def _figures(days: Span) -> None:
    """Eight figures: those of the metric catalogue with its own definitions, and three that follow from the sales."""
    known = {}
    if state.sees("kpi_home"):
        rows = state.load("kpi_home", as_of=days.to_day).to_dicts()
        known = {row["key"]: row for row in rows if row["value"] is not None and state.sees(row["drill_report"])}
    makers = {
        "cash": lambda row: _metric(row, spark=tuple(_cash_at(day) for day in _month_ends(days.to_day))),
        "sales_month": _metric,
        "sales_year": lambda _: _year(days),
        "margin_month": lambda _: _margin(days),
        "stock_value": lambda row: _metric(row, better=None),
        "receivables_overdue": lambda row: _metric(row, better=False, note=_late_share(row, days)),
        "payables_overdue": lambda row: _metric(row, better=False),
        "orders_open": _metric,
    }
    # What is kept from a reader is left out, not shown empty.
    if state.sees("sales_analysis"):
        known |= {"sales_year": {}} | ({} if state.hides("sales_analysis", "margin") else {"margin_month": {}})
    widgets.show_cards(*(make(known[key]) for key, make in makers.items() if key in known))


def _late_share(row: dict, days: Span) -> str:
    owed = Scope.of("open_items", "remaining", as_of=days.to_day, role="receivable").number()
    return t("home.note_late", share=i18n.percent(analysis.ratio(row["value"], owed)))


def _metric(row: dict, better: bool | None = True, **more: object) -> Card:
    language, filters = state.language(), json.loads(row["drill_parameters"])
    title = catalogue.label("kpi_home", "key", row["key"], language)
    query = {"report": row["drill_report"], "measure": row["drill_column"], "title": f"home.{row['key']}"} | filters
    link = Scope.from_query({name: str(value) for name, value in query.items()}).link(language)
    before = [(t("vs.last_year"), row["last_year"]), (t("vs.last_month"), row["last_month"])]
    comparisons = tuple(Comparison(name, figure, better) for name, figure in before if figure is not None)
    meaning = row[f"definition_{language}"]
    kind = "money" if row["unit"] == "CNY" else "count"
    return Card(row["key"], title, row["value"], link, meaning, kind, comparisons, **more)


def _year(days: Span) -> Card:
    year = span_of("year", days.period, days.to_day)
    before = Comparison(t("vs.last_year"), _sold(year.year_before))
    link = _sales(year).link(state.language())
    return Card("sales_year", t("home.sales_year"), _sold(year), link, t("metric.sales_year"), comparisons=(before,))


def _margin(days: Span) -> Card:
    margin, costed, uncosted = (
        _sold(days, "margin"),
        _sold(days) - _sold(days, "net_uncosted"),
        _sold(days, "net_uncosted"),
    )
    link = Scope.of("sales_lines", "margin", "sales.lines", **days.with_history()).link(state.language())
    # Before its cost is known a month must not be held against one whose cost is.
    before = () if uncosted else (Comparison(t("vs.last_year"), _sold(days.year_before, "margin")),)
    note = t("home.note_rate", rate=i18n.percent(analysis.ratio(margin, costed)))
    note += f" · {t('sales.uncosted', amount=_short(uncosted))}" if uncosted else ""
    return Card(
        "margin_month", t("home.margin_month"), margin, link, t("metric.margin_month"), comparisons=before, note=note
    )


def _month_ends(as_of: date) -> list[date]:
    ends = [span_of("month", month, as_of).to_day for month in month_list(as_of, 6)]
    first = state.calendar().periods[-1]
    return [day for day in ends if f"{day:%Y-%m}" >= first]


def _cash_at(day: date) -> Decimal:
    return state.load("cash_position", as_of=day)["balance"].sum()


def _alerts(days: Span) -> None:
    found = [alert for alert in _found(days) if alert]
    with widgets.panel("alerts", t("home.alerts")):
        if not found:
            widgets.empty(t("home.no_alerts"), t("home.no_alerts_why"))
            return
        parts = "".join(
            f'<a class="erp-alert {tone}" href="{escape(address)}" target="_self"><b>{escape(text)}</b>'
            f"<span>{escape(more)}</span><em>{escape(t('home.alert_open'))}</em></a>"
            for tone, text, more, address in found
        )
        st.html(f'<div class="erp-alerts">{parts}</div>')


def _found(days: Span) -> list[tuple | None]:
    found: list[tuple | None] = [_waiting()]
    if state.sees("open_items") and state.sees("aged_receivables"):
        found.append(_late_money(days))
    if state.sees("stock_alerts"):
        found += _stock(days)
    found += _late_orders(days)
    if state.sees("voucher_gaps"):
        found.append(_gaps(days))
    return [*found, _to_close() if state.sees("trial_balance") else None]


def _waiting() -> tuple | None:
    if not state.sees("approval_tasks"):
        return None
    count = state.load("approval_tasks", login=state.me()["login"])["approval_id"].n_unique()
    text, more = t("home.alert_approvals", count=count), t("home.alert_approvals_more")
    return ("warn", text, more, widgets.to("approvals")) if count else None


def _late_money(days: Span) -> tuple | None:
    asked = Scope.of("open_items", "remaining", "home.overdue", as_of=days.to_day, role="receivable", overdue=True)
    rows = asked.rows()
    if rows.is_empty():
        return None
    more = t("home.alert_overdue_more", count=rows["party"].n_unique(), days=rows["days_overdue"].max())
    text = t("home.alert_overdue", amount=_short(asked.number()))
    return "bad", text, more, widgets.to("ageing", side="receivable", period=days.period)


def _stock(days: Span) -> list[tuple]:
    rows = state.load("stock_alerts", as_of=days.to_day)
    low = rows.filter(pl.col("alert").is_in(["below_minimum", "below_reorder"]))["item"].n_unique()
    idle = rows.filter(pl.col("alert") == "no_move_180")["item"].n_unique()
    address, found = widgets.to("inventory", view="alerts", period=days.period), []
    if low:
        found.append(("warn", t("home.alert_stock", count=low), t("home.alert_stock_more"), address))
    if idle:
        found.append(("warn", t("home.alert_idle", count=idle), "", address))
    return found


def _late_orders(days: Span) -> list[tuple]:
    found = []
    for report, key in (("sales_orders_open", "alert_late_sales"), ("purchase_orders_open", "alert_late_purchases")):
        if not state.sees(report):
            continue
        asked = Scope.of(report, "net_outstanding", as_of=days.to_day, late=True)
        rows = asked.rows()
        if rows.height:
            more = t(f"home.{key}_more", amount=_short(asked.number()))
            found.append(
                ("warn", t(f"home.{key}", count=rows["number"].n_unique()), more, asked.link(state.language()))
            )
    return found


def _gaps(days: Span) -> tuple | None:
    asked = Scope.of("voucher_gaps", period=days.period)
    gaps = asked.rows().height
    return (
        ("warn", t("home.alert_gaps", count=gaps), t("home.alert_gaps_more"), asked.link(state.language()))
        if gaps
        else None
    )


def _to_close() -> tuple | None:
    known, now = state.calendar(), state.today()
    waiting = [p for p in reversed(known.periods) if p > known.closed_until and known.end_of(p) < now]
    if not waiting:
        return None
    return (
        "warn",
        t("home.alert_close", period=waiting[0]),
        t("home.alert_close_more"),
        widgets.to("accounts", period=waiting[0]),
    )


def _short(amount: Decimal) -> str:
    return " ".join(i18n.compact(amount, state.language()))


def _top(days: Span, by: str, filter_name: str) -> None:
    language = state.language()
    rows = analysis.classified(state.load("sales_analysis", by=by, **days.with_history()), "net")[:10]
    more = (t("home.more"), widgets.to("sales", by=by, period=days.period))
    with widgets.panel(f"top_{by}", t(f"home.top_{by}s"), link=more):
        if not rows:
            widgets.empty(
                t("empty.nothing"), t("sales.none", first=i18n.day(days.from_day), last=i18n.day(days.to_day))
            )
            return

        def lines(row: dict) -> str | None:
            return _sales(days).narrowed(**{filter_name: row["key"]}).link(language) if row["key"] else None

        for row in rows:
            row["name"] = row["name"] or row["key"] or t("sales.unnamed")
        columns = [
            Column("name", t(f"sales.by_{by}"), link=lines),
            Column("net", t("sales.net"), "money", link=lines, bar=True),
            Column("share", t("sales.share"), "percent"),
        ]
        widgets.show_table(rows, columns)


def _ages(as_of: date) -> None:
    frame = state.load("aged_receivables", as_of=as_of)
    more = (t("home.more"), widgets.to("ageing", side="receivable", period=f"{as_of:%Y-%m}"))
    with widgets.panel("ages", t("home.ages"), link=more):
        if frame.is_empty():
            widgets.empty(t("ageing.none"), t("ageing.none_why", day=i18n.day(as_of)))
            return
        largest = frame.sort("total", descending=True).head(8)
        titles = {c.key: c.title for c in catalogue.columns("aged_receivables", state.language(), *AGES)}
        parts = {titles[age]: largest[age].to_list() for age in AGES}
        divisor, unit = i18n.scale(largest["total"].max(), state.language())
        widgets.show_chart(
            charts.stacked(largest["name"].to_list(), parts, divisor=divisor, unit=unit), t("home.ages"), height=300
        )


def _profit(period: str) -> None:
    closed = period <= state.calendar().closed_until
    note = t("home.profit_note" if closed else "home.profit_open", period=period)
    more = (t("home.more"), widgets.to("finance", statement="income_statement", period=period))
    names, steps = _steps(state.load("income_statement", period=period).to_dicts())
    with widgets.panel("profit", t("home.profit"), note=note, link=more):
        if not any(steps):
            widgets.empty(t("empty.nothing"), t("empty.no_postings", period=period))
            return
        divisor, unit = i18n.scale(max(abs(step) for step in steps), state.language())
        option = charts.waterfall(names, steps, divisor=divisor, unit=unit, totals=(0, len(steps) - 1))
        widgets.show_chart(option, t("home.profit"), height=300)


def _steps(rows: list[dict]) -> tuple[list[str], list]:
    """From revenue down to net profit: the lines of the form that are not of-which and not nil."""
    language = state.language()
    moved = [row for row in rows if row["kind"] in ("item", "deduction") and row["month"]]
    names = [_plain(i18n.name_of(row, language)) for row in moved]
    steps = [-row["month"] if row["kind"] == "deduction" else row["month"] for row in moved]
    return [*names, t("home.net")], [*steps, sum(steps)]


def _plain(name: str) -> str:
    """Drop what only belongs on paper: roman numbers, 'add:' and 'less:', remarks in brackets."""
    name = re.sub(r"[（(].*?[)）]", "", name)
    return re.sub(r"^\s*([一二三四五六]、|[IV]+\.\s*)?(减：|加：|Less: |Add: )?", "", name).strip()


if __name__ == "__main__":
    show()
