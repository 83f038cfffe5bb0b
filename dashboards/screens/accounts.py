"""The trial balance in eight columns, 科目余额表; every account opens its ledger."""

from dataclasses import replace

import streamlit as st

from dashboards import bar, catalogue, i18n, state, widgets
from dashboards.state import t
from dashboards.tables import Column

PAIRS = {
    "opening": ("opening_debit", "opening_credit"),
    "movement": ("debit", "credit"),
    "year": ("ytd_debit", "ytd_credit"),
    "closing": ("closing_debit", "closing_credit"),
}
FIGURES = tuple(name for pair in PAIRS.values() for name in pair)


def show() -> None:
    """Show opening, movement, year to date and closing of every account."""
    period = widgets.heading(t("accounts.title"), period=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = bar.choose(t("accounts.level"), ("1", "2", "9"), "level", lambda it: t(f"accounts.level_{it}"))
        earlier = [month for month in state.calendar().periods if month <= period]
        first = bar.select(t("books.from"), earlier, "from", lambda month: month, width=130)
        zero = bar.choose(t("accounts.shown"), ("moved", "all"), "zero", lambda it: t(f"accounts.{it}"))
        search = bar.search(t("filter.search"), width=200)
        asked = {"period": period, "from_period": first, "level": int(level), "zero": zero == "all"}
        widgets.excel("trial_balance", asked, key="balance")
        widgets.paper("trial_balance", asked, key="balance")
    frame = state.load("trial_balance", **asked)
    rows = [row for row in frame.to_dicts() if _matches(row, search or "")]
    if not rows:
        widgets.empty(t("empty.nothing"), t("empty.no_match" if search else "empty.no_postings", period=period))
        return
    _table(rows, period, whole=not search)


def _table(rows: list[dict], period: str, whole: bool) -> None:
    language = state.language()

    def ledger(row: dict) -> str:
        return widgets.to("ledger", account=row["account"], period=period)

    name = f"name_{language}"
    links = dict.fromkeys(("account", name, *FIGURES), ledger)
    short = {figure: t(f"accounts.{'debit' if figure.endswith('debit') else 'credit'}") for figure in FIGURES}
    year = PAIRS["year"]
    columns = catalogue.columns(
        "trial_balance", language, "account", name, *FIGURES, links=links, titles=short, wide_only=year
    )
    grouped = [_in_group(column) for column in columns]
    shown = [
        row | {figure: row[figure] or None for figure in FIGURES} | {name: i18n.name_of(row, language)} for row in rows
    ]
    tops = [row for row in rows if row["level"] == 1] if whole else [row for row in rows if row["leaf"]]
    totals = {figure: sum(row[figure] or 0 for row in tops) for figure in FIGURES}
    widgets.show_table(
        shown, grouped, totals=totals, total_title=t("table.total"), marked=_mark, name=t("accounts.title")
    )


def _in_group(column: Column) -> Column:
    group = next((name for name, pair in PAIRS.items() if column.key in pair), "")
    return replace(column, group=t(f"accounts.{group}") if group else "")


def _mark(row: dict) -> str:
    return {1: "", 2: "in1", 3: "in2"}.get(row["level"], "in3")


def _matches(row: dict, search: str) -> bool:
    wanted = search.strip().lower()
    return not wanted or any(wanted in str(row.get(key) or "").lower() for key in ("account", "name_zh", "name_en"))


if __name__ == "__main__":
    show()
