"""Who owes us and whom we owe, by how late it is; a party opens into its open items, an item into its voucher."""

from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from dashboards import analysis, bar, catalogue, charts, i18n, links, state, widgets
from dashboards.cards import Card
from dashboards.scope import Scope
from dashboards.span import span_of
from dashboards.state import t

REPORTS = {"receivable": "aged_receivables", "payable": "aged_payables"}
AGES = ("not_due", "d1_30", "d31_60", "d61_90", "d91_plus")
LATE = AGES[1:]


def show() -> None:
    """Show receivables or payables by age, or the open items of one party."""
    period = widgets.heading(t("ageing.title"), period=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = bar.choose(t("ageing.side"), tuple(REPORTS), "side", lambda it: t(f"ageing.{it}"))
        as_of = span_of("month", period, state.today()).to_day
        widgets.excel(REPORTS[role], {"as_of": as_of}, key="ageing")
    frame = state.load(REPORTS[role], as_of=as_of)
    if frame.is_empty():
        widgets.empty(t("ageing.none"), t("ageing.none_why", day=i18n.day(as_of)))
        return
    party = st.query_params.get("party", "")
    if party:
        _items(role, as_of, party, frame)
    _figures(role, as_of, frame)
    _chart(role, frame)
    _table(role, as_of, frame)


def _figures(role: str, as_of: date, frame: pl.DataFrame) -> None:
    language = state.language()
    total, late = frame["total"].sum(), sum(frame[age].sum() for age in LATE)
    every = Scope.of("open_items", "remaining", f"ageing.{role}", as_of=as_of, role=role)
    widgets.show_cards(
        Card(
            "total",
            t(f"ageing.{role}"),
            total,
            every.link(language),
            t("ageing.total_why"),
            note=t("ageing.parties", count=frame.height),
        ),
        Card(
            "late",
            t("ageing.late"),
            late,
            every.narrowed(overdue=True).link(language),
            t("ageing.late_why"),
            tone="warn",
            note=_share(late, total),
        ),
        Card(
            "old",
            t("ageing.old"),
            frame["d91_plus"].sum(),
            "",
            t("ageing.old_why"),
            tone="bad",
            note=_share(frame["d91_plus"].sum(), total),
        ),
    )


def _share(part: Decimal, whole: Decimal) -> str:
    return t("ageing.share", share=i18n.percent(analysis.ratio(part, whole)))


def _chart(role: str, frame: pl.DataFrame) -> None:
    language = state.language()
    largest = frame.sort("total", descending=True).head(10)
    titles = {c.key: c.title for c in catalogue.columns(REPORTS[role], language, *AGES)}
    divisor, unit = i18n.scale(largest["total"].max(), language)
    option = charts.stacked(
        largest["name"].to_list(), {titles[a]: largest[a].to_list() for a in AGES}, divisor=divisor, unit=unit
    )
    with widgets.panel("ages", t("ageing.chart")):
        widgets.show_chart(option, t("ageing.chart"), height=330)


def _table(role: str, as_of: date, frame: pl.DataFrame) -> None:
    def items(row: dict) -> str:
        return widgets.to("ageing", side=role, period=f"{as_of:%Y-%m}", party=row["party"])

    names = ("party", "name", "total", *AGES)
    columns = catalogue.columns(
        REPORTS[role],
        state.language(),
        *names,
        links=dict.fromkeys(("party", "name", "total"), items),
        bars=("total",),
        wide_only=("party",),
    )
    rows = frame.sort("total", descending=True).to_dicts()
    shown = [row | {age: row[age] or None for age in AGES} for row in rows]
    totals = {name: frame[name].sum() for name in ("total", *AGES)}
    widgets.show_pages("ageing", shown, columns, totals=totals, total_title=t("table.total"), name=t("ageing.title"))


def _items(role: str, as_of: date, party: str, frame: pl.DataFrame) -> None:
    language = state.language()
    rows = state.load("open_items", as_of=as_of, role=role, party=party).to_dicts()
    owed = frame.filter(pl.col("party") == party)
    name = owed["name"][0] if owed.height else party
    with widgets.panel(
        "items",
        f"{name} · {t('ageing.items')}",
        link=(t("finance.close"), widgets.to("ageing", side=role, period=f"{as_of:%Y-%m}")),
    ):
        if not rows:
            widgets.empty(t("empty.nothing"), t("ageing.none_why", day=i18n.day(as_of)))
            return
        names = ("reference", "item_on", "due_on", "days_overdue", "amount", "remaining", "voucher", "source_number")
        columns = catalogue.columns(
            "open_items",
            language,
            *names,
            links=links.known("open_items", language),
            wide_only=("due_on", "source_number"),
        )
        totals = {"amount": sum(r["amount"] for r in rows), "remaining": sum(r["remaining"] for r in rows)}
        widgets.show_pages("items", rows, columns, totals=totals, total_title=t("table.total"))


if __name__ == "__main__":
    show()
