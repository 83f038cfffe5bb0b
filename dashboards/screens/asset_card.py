"""One card of an asset: what it says, what happened to it, its schedule, and the acts that change it."""

from datetime import date
from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, catalogue, state, tables, widgets
from dashboards.state import t


def show() -> None:
    """Show the card that the address names."""
    asset = st.query_params.get("asset", "")
    crumbs = [(t("assets.title"), widgets.to("assets"))]
    if not asset:
        widgets.heading(t("asset_card.title"), crumbs=crumbs)
        widgets.empty(t("empty.nothing"), t("assets.unknown", asset="–"))
        return
    rows = (
        state.load("asset_register", period=f"{state.today():%Y-%m}", state="all")
        .filter(pl.col("asset") == asset)
        .to_dicts()
    )
    if not rows:
        widgets.heading(t("asset_card.title"), crumbs=crumbs)
        widgets.empty(t("empty.nothing"), t("assets.unknown", asset=asset))
        return
    row = rows[0]
    word = catalogue.label("asset_register", "status", row["status"], state.language())
    widgets.heading(
        f"{asset} {row['name']}",
        crumbs=crumbs,
        badge=tables.badge(word, "good" if row["status"] == "in_use" else "quiet"),
    )
    _facts(row)
    if row["status"] == "in_use":
        _acts(row)
    with widgets.panel("history", t("assets.history")):
        names = (
            "happened_on",
            "kind",
            "value",
            "depreciation",
            "impairment",
            "from_period",
            "life_months",
            "departments",
            "voucher",
            "reason",
        )
        columns = catalogue.columns(
            "asset_history", state.language(), *names, links={"voucher": _voucher},
            wide_only=("depreciation", "impairment", "life_months", "departments", "reason"),
        )  # fmt: skip
        widgets.show_table(state.load("asset_history", asset=asset).to_dicts(), columns)
    with widgets.panel("plan", t("assets.plan")):
        plan = state.load("asset_charges", from_period="0001-01", to_period="9999-12", asset=asset)
        columns = catalogue.columns(
            "asset_charges", state.language(), "period", "department_name", "expense_account", "amount"
        )
        widgets.show_pages(
            "plan",
            plan,
            columns,
            totals={"amount": plan["amount"].sum()},
            total_title=t("assets.total"),
            marked=lambda one: "quiet" if one["closed"] else "",
        )


def _voucher(row: dict) -> str | None:
    return widgets.to("voucher", id=row["voucher_id"]) if row["voucher_id"] else None


def _facts(row: dict) -> None:
    names = (
        "category_name",
        "specification",
        "quantity",
        "department_name",
        "location",
        "custodian_name",
        "supplier",
        "started_on",
        "method",
        "life_months",
        "months_used",
        "value",
        "accumulated",
        "impairment",
        "carrying",
        "residual",
        "charge",
        "origin",
        "external_code",
    )
    columns = catalogue.columns("asset_register", state.language(), *names)
    pairs = [
        (c.title, escape(c.words(row[c.key])) if c.words else tables.cell(row[c.key], c.kind))
        for c in columns
        if row[c.key] not in (None, "")
    ]
    with widgets.panel("card", t("assets.card")):
        st.html(tables.facts(pairs))


def _acts(row: dict) -> None:
    asset = row["asset"]

    def when(key: str) -> dict[str, object]:
        day: date = st.date_input(t("assets.happened_on"), state.today(), key=f"{key}_on", format="YYYY-MM-DD")
        return {"asset": asset, "happened_on": day}

    def reestimate() -> dict[str, object]:
        life = st.number_input(t("assets.life"), 1, 1200, row["life_months"], key="re_life")
        residual = st.text_input(t("assets.residual"), f"{row['residual']:f}", key="re_residual")
        return {"changes": [when("re") | {"life_months": life, "residual": residual}]} | acts.reason("re")

    def transfer() -> dict[str, object]:
        said = {
            name: st.text_input(t(f"assets.{name}"), key=f"tr_{name}")
            for name in ("department", "location", "custodian")
        }
        return {"transfers": [when("tr") | said]} | acts.reason("tr")

    def dispose() -> dict[str, object]:
        proceeds = st.text_input(t("assets.proceeds"), "0", key="di_proceeds")
        tax = st.text_input(t("assets.tax"), "0", key="di_tax")
        return {"disposals": [when("di") | {"proceeds": proceeds, "tax": tax}]} | acts.reason("di")

    with st.container(horizontal=True):
        acts.asked(
            "assets.card.reestimate",
            t("assets.reestimate"),
            t("assets.done"),
            key="reestimate",
            ask=reestimate,
            why=t("assets.forward"),
        )
        acts.asked(
            "assets.card.transfer",
            t("assets.transfer"),
            t("assets.done"),
            key="transfer",
            ask=transfer,
            why=t("assets.forward"),
        )
        acts.asked(
            "assets.card.dispose",
            t("assets.dispose"),
            t("assets.done"),
            key="dispose",
            ask=dispose,
            why=t("assets.dispose_why"),
        )


if __name__ == "__main__":
    show()
