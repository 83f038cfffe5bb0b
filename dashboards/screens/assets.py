"""Assets: the register, depreciation by month and to come, counts, the tie to the ledger, categories."""

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, widgets
from dashboards.cards import Card
from dashboards.state import t

VIEWS = ("register", "charges", "forecast", "counts", "tie", "categories")
FORECAST_YEARS = 3
MONEY_SUMMED = ("value", "accumulated", "impairment", "carrying", "charge")


def show() -> None:
    """Show one of the lists."""
    period = widgets.heading(t("assets.title"), period=True)
    view = bar.choose(t("people.view"), VIEWS, "view", lambda name: t(f"assets.{name}"), label_visibility="collapsed")
    views = {"register": _register, "charges": _charges, "forecast": _forecast, "counts": _counts, "tie": _tie}
    views.get(view, _categories)(period)


def _address(row: dict) -> str:
    return widgets.to("asset_card", asset=row["asset"])


def _register(period: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        states = ("in_use", "disposed", "all")
        shown = bar.choose(t("assets.state"), states, "state", lambda name: t(f"assets.state_{name}"))
        widgets.excel("asset_register", {"period": period, "state": shown}, key="assets")
        _acquire()
    frame = state.load("asset_register", period=period, state=shown)
    if frame.is_empty():
        widgets.empty(t("assets.none"), t("assets.none_why"))
        return
    totals = {name: frame[name].sum() for name in MONEY_SUMMED}
    widgets.show_cards(
        Card("cards", t("assets.cards"), frame.height, "", t("assets.cards_why"), kind="count"),
        Card("value", t("assets.value"), totals["value"], "", t("assets.value_why")),
        Card("carrying", t("assets.carrying"), totals["carrying"], "", t("assets.carrying_why")),
        Card(
            "charge",
            t("assets.charge"),
            totals["charge"],
            widgets.to("assets", view="charges", period=period),
            t("assets.charge_why"),
        ),
    )
    names = (
        "asset",
        "name",
        "category_name",
        "department_name",
        "started_on",
        "value",
        "accumulated",
        "carrying",
        "charge",
        "months_left",
    )
    columns = catalogue.columns(
        "asset_register", state.language(), *names, links={"asset": _address},
        wide_only=("category_name", "department_name", "started_on", "accumulated", "months_left"),
    )  # fmt: skip
    with widgets.panel("register", t("assets.register")):
        widgets.show_pages("assets", frame, columns, totals=totals, total_title=t("assets.total"), marked=_faded)


def _faded(row: dict) -> str:
    return "quiet" if row["status"] == "disposed" else ""


def _charges(period: str) -> None:
    frame = state.load("asset_charges", from_period=period, to_period=period)
    with st.container(horizontal=True):
        widgets.excel("asset_charges", {"from_period": period, "to_period": period}, key="charges")
    if frame.is_empty():
        widgets.empty(t("assets.no_charges"), t("assets.no_charges_why", period=period))
        return
    names = ("asset", "name", "department_name", "expense_account", "depreciation_account", "amount")
    columns = catalogue.columns(
        "asset_charges", state.language(), *names, links={"asset": _address},
        wide_only=("expense_account", "depreciation_account"),
    )  # fmt: skip
    note = t("assets.charged") if frame["closed"][0] else t("assets.charged_by_close")
    with widgets.panel("charges", t("assets.charges"), note=note):
        widgets.show_pages(
            "charges", frame, columns, totals={"amount": frame["amount"].sum()}, total_title=t("assets.total")
        )


def _forecast(period: str) -> None:
    last = f"{int(period[:4]) + FORECAST_YEARS}-12"
    asked = {"from_period": f"{period[:4]}-01", "to_period": last}
    frame = state.load("asset_forecast", **asked)
    with st.container(horizontal=True):
        widgets.excel("asset_forecast", asked, key="forecast")
    if frame.is_empty():
        widgets.empty(t("assets.no_charges"), t("assets.none_why"))
        return
    years = (
        frame.with_columns(year=pl.col("period").str.slice(0, 4))
        .group_by("year")
        .agg(pl.col("amount").sum())
        .sort("year")
    )
    widgets.show_cards(
        *(
            Card(f"y{year}", t("assets.year", year=year), amount, "", t("assets.year_why"))
            for year, amount in years.rows()
        )
    )
    columns = catalogue.columns(
        "asset_forecast", state.language(), "period", "category_name", "cards", "amount", bars=("amount",)
    )
    with widgets.panel("forecast", t("assets.forecast")):
        widgets.show_pages("forecast", frame, columns, marked=lambda row: "quiet" if row["closed"] else "")


def _tie(period: str) -> None:
    frame = state.load("asset_tie", period=period)
    if frame.is_empty():
        widgets.empty(t("assets.none"), t("assets.none_why"))
        return
    off = frame.filter(pl.col("difference") != 0).height
    note = t("assets.ties") if not off else t("assets.ties_not", count=off)
    columns = catalogue.columns(
        "asset_tie",
        state.language(),
        links={"account": lambda row: widgets.to("ledger", account=row["account"], period=period)},
        wide_only=("account_name", "uncharged"),
    )
    with widgets.panel("tie", t("assets.tie"), note=note):
        widgets.show_table(frame.to_dicts(), columns, marked=lambda row: "bad" if row["difference"] else "")


def _categories(_: str) -> None:
    names = (
        "code",
        "name",
        "kind",
        "method",
        "life_months",
        "tax_life_months",
        "residual_rate",
        "asset_account",
        "depreciation_account",
        "expense_account",
        "cards",
    )
    if state.language() == "en":
        names = (names[0], "name_en", *names[2:])
    wide = ("tax_life_months", "asset_account", "depreciation_account", "expense_account", "kind")
    columns = catalogue.columns("asset_categories", state.language(), *names, wide_only=wide)
    with widgets.panel("categories", t("assets.categories"), note=t("assets.categories_why")):
        widgets.show_pages(
            "categories", state.load("asset_categories"), columns, marked=lambda row: "" if row["active"] else "quiet"
        )


def _counts(_: str) -> None:
    frame = state.load("asset_count")

    def ask() -> dict[str, object]:
        day = st.date_input(t("assets.counted_on"), state.today(), key="counted_on", format="YYYY-MM-DD")
        return {"counted_on": day}

    done = t("assets.count_opened")
    acts.asked(
        "assets.count.open", t("assets.count_open"), done, key="count_open", ask=ask, icon=":material/checklist:"
    )
    if frame.is_empty():
        widgets.empty(t("assets.no_counts"), t("assets.no_counts_why"))
        return
    numbers = frame["number"].unique(maintain_order=True).to_list()
    number = bar.select(t("assets.count_list"), numbers, "count", str)
    rows = frame.filter(pl.col("number") == number)
    columns = catalogue.columns(
        "asset_count", state.language(), "asset", "name", "location", "custodian", "found", "found_location", "note",
        links={"asset": _address}, wide_only=("custodian", "found_location", "note"),
    )  # fmt: skip
    status = catalogue.label("asset_count", "status", rows["status"][0], state.language())
    with widgets.panel(
        "count", f"{t('assets.count_list')} {number}", note=f"{i18n.day(rows['counted_on'][0])} · {status}"
    ):
        widgets.show_pages("count", rows, columns, worded=_found)
        if rows["status"][0] == "draft":
            _mark(number, rows)


def _found(row: dict) -> dict:
    word = "" if row["found"] is None else t("assets.was_found" if row["found"] else "assets.was_missing")
    return row | {"found": word}


def _mark(number: str, rows: pl.DataFrame) -> None:
    waiting = rows.filter(pl.col("found").is_null())["asset"].to_list()

    def marks() -> dict[str, object]:
        found = st.multiselect(t("assets.found_ones"), rows["asset"].to_list(), key="found_ones")
        missing = st.multiselect(t("assets.missing_ones"), rows["asset"].to_list(), key="missing_ones")
        told = [{"asset": one, "found": True} for one in found] + [{"asset": one, "found": False} for one in missing]
        return {"number": number, "marks": told}

    with st.container(horizontal=True):
        acts.asked(
            "assets.count.mark",
            t("assets.mark"),
            t("assets.marked"),
            key="mark",
            ask=marks,
            why=t("assets.waiting", count=len(waiting)),
        )
        acts.asked(
            "assets.count.close",
            t("assets.count_close"),
            t("assets.count_closed"),
            key="count_close",
            ask=lambda: {"number": number} | acts.reason("count_close"),
            why=t("assets.count_close_why"),
        )


def _acquire() -> None:
    def card() -> dict[str, object]:
        known = state.load("asset_categories").filter("active")
        english = state.language() == "en"
        names = {row["code"]: (english and row["name_en"]) or row["name"] for row in known.to_dicts()}
        name = st.text_input(t("assets.name"), key="new_name")
        category = st.selectbox(t("assets.category"), list(names), format_func=names.get, key="new_category")
        day = st.date_input(t("assets.acquired_on"), state.today(), key="new_day", format="YYYY-MM-DD")
        value, tax = (
            st.text_input(t("assets.net_value"), key="new_value"),
            st.text_input(t("assets.tax"), "0", key="new_tax"),
        )
        department = st.text_input(t("assets.department"), key="new_department")
        return {
            "cards": [
                {
                    "name": name,
                    "category": category,
                    "acquired_on": day,
                    "started_on": day,
                    "value": value,
                    "tax": tax,
                    "department": department,
                }
            ]
        }

    acts.asked(
        "assets.card.acquire",
        t("assets.acquire"),
        t("assets.acquired"),
        key="acquire",
        ask=card,
        icon=":material/add:",
        why=t("assets.acquire_why"),
    )


if __name__ == "__main__":
    show()
