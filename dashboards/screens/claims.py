"""Expense claims: my own, what waits for money, all of them, where the money went, advances, the policy."""

import polars as pl
import streamlit as st

from dashboards import acts, analysis, bar, catalogue, state, tables, widgets
from dashboards.state import t

VIEWS = ("mine", "unpaid", "all", "analysis", "advances", "policy")
TONES = {"draft": "quiet", "submitted": "warn", "approved": "accent", "paid": "good", "posted": "good"}
DIMENSIONS = ("category", "department", "project", "employee", "month")


def show() -> None:
    """Show one of the lists."""
    widgets.heading(t("claims.title"), dated=False)
    views = [view for view in VIEWS if view != "unpaid" or state.may("claims.claim.pay") or _wide()]
    view = bar.choose(t("people.view"), views, "view", lambda name: t(f"claims.{name}"), label_visibility="collapsed")
    {
        "mine": _mine,
        "unpaid": _unpaid,
        "all": _all,
        "analysis": _analysis,
        "advances": _advances,
        "policy": _policy,
    }[view]()


def _wide() -> bool:
    """Whether the visitor sees more than his own rows."""
    return all(limit is None for limit in state.me()["scope"].values())


def _mine() -> None:
    who = state.me()
    if state.may("claims.claim.write"):
        with st.container(horizontal=True):
            new = widgets.to("claim_entry")
            st.html(tables.anchor(t("claims.new"), new, "erp-button main"), width="content")
            acts.asked(
                "claims.advance.request", t("claims.advance_ask"), t("claims.saved"), key="advance", ask=_advance_asked
            )
    own = (pl.col("made_by") == who["login"]) | (
        (pl.col("employee") == who.get("employee", "")) & (pl.col("employee") != "")
    )
    frame = state.load("claims").filter(own)
    _cards(frame, t("claims.none_mine"))


def _advance_asked() -> dict[str, object]:
    amount = st.text_input(t("claims.amount"), key="advance_amount")
    due = st.date_input(t("claims.due"), value=None, key="advance_due", format="YYYY-MM-DD")
    note = st.text_input(t("claims.what_for"), key="advance_note", max_chars=200)
    head = {"document_on": state.now().date(), "amount": amount, "due_on": due, "note": note}
    return {"documents": {name: value for name, value in head.items() if value not in (None, "")}}


def _cards(frame: pl.DataFrame, why: str) -> None:
    """Claims one below the other, as a phone shows them best."""
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), why)
        return
    _list(frame, ("number", "status", "document_on", "gross", "waiting_for", "note"), ("waiting_for", "note"))


def _list(frame: pl.DataFrame, names: tuple[str, ...], wide_only: tuple[str, ...]) -> None:
    columns = catalogue.columns(
        "claims",
        state.language(),
        *names,
        links={"number": lambda row: widgets.to("claim", number=row["number"])},
        wide_only=wide_only,
    )
    totals = analysis.totals(frame, {column.key: column.kind for column in columns})
    widgets.show_pages("claims", frame, columns, worded=_worded, totals=totals, total_title=t("table.total"))


def _worded(row: dict) -> dict:
    waiting = "、".join(widgets.role_names([one]) for one in (row.get("waiting_for") or "").split(", ") if one)
    return row | {"waiting_for": waiting}


def _unpaid() -> None:
    day = state.now().date()
    frame = state.load("claims_unpaid", as_of=day)
    if frame.is_empty():
        widgets.empty(t("claims.none_unpaid"), t("claims.none_unpaid_why"))
        return
    columns = catalogue.columns(
        "claims_unpaid",
        state.language(),
        *("number", "kind", "name", "document_on", "gross", "advance_open", "to_pay", "days", "note"),
        links={"number": lambda row: widgets.to("claim", number=row["number"])},
        wide_only=("kind", "document_on", "advance_open", "days", "note"),
    )
    totals = {"gross": frame["gross"].sum(), "to_pay": frame["to_pay"].sum()}
    widgets.show_pages("unpaid", frame, columns, totals=totals, total_title=t("table.total"))
    for kind, verb in (("claim", "claims.claim.pay"), ("claim_advance", "claims.advance.pay")):
        waiting = frame.filter(pl.col("kind") == kind)["number"].to_list()
        if waiting and state.may(verb):
            _pay(verb, kind, waiting)


def _pay(verb: str, kind: str, waiting: list[str]) -> None:
    def ask() -> dict[str, object]:
        numbers = st.multiselect(t("claims.which"), waiting, default=waiting, key=f"which_{kind}")
        on = st.date_input(t("claims.paid_on"), state.now().date(), key=f"on_{kind}", format="YYYY-MM-DD")
        account = st.text_input(t("claims.account"), key=f"account_{kind}", help=t("claims.account_why"))
        return {"numbers": numbers, "on": on, "account": account.strip()}

    title = f"{t('claims.pay')} · {t(f'kind.{kind}')}"
    acts.asked(verb, title, t("claims.paid"), key=f"pay_{kind}", ask=ask, icon=":material/payments:")


def _all() -> None:
    statuses = ("", "draft", "submitted", "approved", "paid", "reversed", "cancelled")
    status = bar.select(t("claims.status"), statuses, "status", _status_words, width=180)
    frame = state.load("claims", status=status)
    widgets.excel("claims", {"status": status}, key="claims")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("claims.none"))
        return
    names = (
        "number",
        "kind",
        "status",
        "document_on",
        "name",
        "department",
        "gross",
        "over_amount",
        "advance",
        "paid",
        "note",
    )
    _list(frame, names, ("kind", "department", "over_amount", "advance", "paid", "note", "document_on"))


def _status_words(status: str) -> str:
    return catalogue.label("claims", "status", status, state.language()) if status else t("claims.any")


def _analysis() -> None:
    by = bar.choose(t("claims.by"), DIMENSIONS, "by", lambda name: t(f"claims.by_{name}"), label_visibility="collapsed")
    frame = state.load("claim_analysis", by=by)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("claims.none"))
        return
    name = "name_en" if state.language() == "en" else "name_zh"
    columns = catalogue.columns(
        "claim_analysis",
        state.language(),
        *(name, "claims", "gross", "tax", "over_amount", "paid"),
        bars=("gross",),
        wide_only=("tax", "paid"),
    )
    totals = analysis.totals(frame, {column.key: column.kind for column in columns})
    widgets.show_table(frame.to_dicts(), columns, totals=totals, total_title=t("table.total"))
    widgets.excel("claim_analysis", {"by": by}, key="analysis")


def _advances() -> None:
    frame = state.load("advances_open", as_of=state.now().date())
    if frame.is_empty():
        widgets.empty(t("claims.none_advances"), t("claims.none_advances_why"))
    else:
        columns = catalogue.columns(
            "advances_open",
            state.language(),
            *("name", "given", "set_off", "given_back", "otherwise", "balance", "oldest_on", "days", "overdue"),
            wide_only=("given", "set_off", "given_back", "otherwise", "oldest_on"),
        )
        totals = analysis.totals(frame, {column.key: column.kind for column in columns} | {"days": "text"})
        widgets.show_table(frame.to_dicts(), columns, totals=totals, total_title=t("table.total"))
        owing = dict(frame.select("employee", "name").rows())
        acts.asked(
            "claims.advance.give_back",
            t("claims.give_back"),
            t("claims.given_back"),
            key="give_back",
            ask=lambda: _refund_asked(owing),
        )


def _refund_asked(owing: dict[str, str]) -> dict[str, object]:
    employee = st.selectbox(t("claims.employee"), list(owing), format_func=owing.get, key="back_employee")
    amount = st.text_input(t("claims.amount"), key="back_amount")
    account = st.text_input(t("claims.account"), key="back_account", help=t("claims.account_why"))
    return {"employee": employee, "amount": amount, "on": state.now().date(), "account": account.strip()}


def _policy() -> None:
    frame = state.load("claim_policy")
    if frame.is_empty():
        widgets.empty(t("claims.no_policy"), t("claims.no_policy_why"))
        return
    name = "category_en" if state.language() == "en" else "category_zh"
    columns = catalogue.columns(
        "claim_policy",
        state.language(),
        *(name, "grade", "place", "per", "amount", "action", "valid_from"),
        wide_only=("valid_from",),
    )
    widgets.show_table(frame.filter("active").to_dicts(), columns)


if __name__ == "__main__":
    show()
