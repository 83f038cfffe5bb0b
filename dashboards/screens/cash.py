"""Cash: thirteen weeks ahead under assumptions one can change, the plan of payments, each day with its counts."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, widgets
from dashboards.state import t
from dashboards.tables import Column

VIEWS = ("forecast", "plan", "days", "recurring")


def show() -> None:
    """Show one view of the cash."""
    widgets.heading(t("cash.title"), dated=False)
    view = bar.choose(t("people.view"), VIEWS, "view", lambda name: t(f"cash.{name}"), label_visibility="collapsed")
    {"forecast": _forecast, "plan": _plan, "days": _days, "recurring": _recurring}[view]()


def _forecast() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked: dict[str, object] = {"as_of": state.today()}
        for name, most, usual in (("customers_late", 90, 0), ("suppliers_late", 90, 0), ("overdue_weeks", 13, 4)):
            asked[name] = int(st.number_input(t(f"cash.{name}"), 0, most, usual, key=name, width=160))
        asked["orders"] = st.checkbox(t("cash.orders"), value=True, key="orders")
    frame = state.load("cash_forecast", **asked)
    widgets.excel("cash_forecast", asked, key="forecast")
    weeks = frame.select("week", "from_on").unique().sort("week")
    amounts = {(row["kind"], row["week"]): row["amount"] for row in frame.to_dicts()}
    kinds = [kind for kind in _kinds() if any(name == kind for name, _ in amounts)]
    columns = [Column("kind", t("cash.kind"))] + [
        Column(str(week), f"{first:%m-%d}", "money") for week, first in weeks.iter_rows()
    ]
    rows = [
        {"kind": catalogue.label("cash_forecast", "kind", kind, state.language()), "which": kind}
        | {str(week): amounts.get((kind, week)) for week in weeks["week"]}
        for kind in kinds
    ]
    widgets.show_table(rows, columns, marked=lambda row: "total" if row["which"] == "balance" else "")
    low = frame.filter((pl.col("kind") == "balance") & (pl.col("amount") < Decimal(0)))
    if not low.is_empty():
        st.warning(t("cash.short", week=low["week"][0], day=i18n.day(low["to_on"][0])))


def _kinds() -> list[str]:
    definition = catalogue.definition("cash_forecast")
    return list(definition.column("kind").values)


def _plan() -> None:
    side = bar.choose(
        t("cash.side"), ("payable", "receivable"), "side", lambda name: t(f"cash.{name}"), label_visibility="collapsed"
    )
    frame = state.load("payment_plan", side=side)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("cash.no_plan"))
        return
    names = ("party_name", "reference", "due_on", "planned_on", "amount", "running", "note")
    columns = catalogue.columns("payment_plan", state.language(), *names, wide_only=("reference", "running", "note"))
    widgets.show_pages("plan", frame, columns, totals={"amount": frame["amount"].sum()}, total_title=t("table.total"))
    widgets.excel("payment_plan", {"side": side}, key="plan")
    items = {row["open_item_id"]: f"{row['party_name']} {row['reference']}" for row in frame.head(500).to_dicts()}
    acts.asked("banking.plan.save", t("cash.move"), t("cash.saved"), key="plan", ask=lambda: _planned(items))


def _planned(items: dict[int, str]) -> dict[str, object]:
    item = st.selectbox(t("cash.item"), list(items), format_func=items.get, key="plan_item")
    on = st.date_input(t("cash.planned_on"), value=None, key="plan_on", format="YYYY-MM-DD", help=t("cash.planned_why"))
    note = st.text_input(t("cash.note"), key="plan_note", max_chars=200)
    return {"plan": {"open_item_id": item, "planned_on": on, "note": note}}


def _days() -> None:
    accounts = [row["account"] for row in state.load("cash_position", as_of=state.today()).to_dicts()] if state.sees(
        "cash_position"
    ) else []  # fmt: skip
    chosen = bar.select(t("cash.account"), accounts, "account", str, width=160) if accounts else "1001"
    last = state.today()
    asked = {"account": chosen, "from_day": last - timedelta(days=60), "to_day": last}
    acts.asked("banking.cash.count", t("cash.count"), t("cash.counted"), key="count", ask=lambda: _counted(chosen))
    frame = state.load("cash_days", **asked)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("cash.no_days"))
        return
    names = ("day", "opening", "money_in", "money_out", "closing", "counted", "difference", "counted_by", "witness")
    columns = catalogue.columns(
        "cash_days", state.language(), *names, wide_only=("opening", "counted_by", "witness", "money_in", "money_out")
    )
    widgets.show_pages("days", frame.reverse(), columns, marked=lambda row: "late" if row["difference"] else "")


def _counted(account: str) -> dict[str, object]:
    on = st.date_input(t("cash.counted_on"), state.today(), key="count_on", format="YYYY-MM-DD")
    counted = st.text_input(t("cash.lay_there"), key="count_amount")
    witness = st.text_input(t("cash.witness"), key="count_witness", max_chars=60)
    note = st.text_input(t("cash.note"), key="count_note", max_chars=200)
    return {"on": on, "account": account, "counted": counted or None, "witness": witness, "note": note}


def _recurring() -> None:
    frame = state.load("cash_recurring")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("cash.no_recurring"))
    else:
        columns = catalogue.columns(
            "cash_recurring",
            state.language(),
            "name",
            "kind",
            "amount",
            "every",
            "first_on",
            "last_on",
            wide_only=("last_on",),
        )
        widgets.show_table(frame.filter("active").to_dicts(), columns)
    acts.asked("banking.recurring.save", t("cash.recurring_add"), t("cash.saved"), key="recurring", ask=_comes_round)


def _comes_round() -> dict[str, object]:
    language = state.language()
    code = st.text_input(t("cash.code"), key="round_code")
    name = st.text_input(t("cash.name"), key="round_name", max_chars=60)
    amount = st.text_input(t("cash.amount"), key="round_amount", help=t("cash.amount_why"))
    kind, every = (
        st.selectbox(
            t(f"cash.{field}"),
            list(catalogue.definition("cash_recurring").column(field).values),
            format_func=lambda value, field=field: catalogue.label("cash_recurring", field, value, language),
            key=f"round_{field}",
        )
        for field in ("kind", "every")
    )
    first = st.date_input(t("cash.first_on"), state.today(), key="round_first", format="YYYY-MM-DD")
    row = {"code": code, "name": name, "kind": kind, "amount": amount, "every": every, "first_on": first}
    return {"items": [row]}


if __name__ == "__main__":
    show()
