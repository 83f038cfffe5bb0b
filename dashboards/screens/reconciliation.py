"""银行存款余额调节表 on a month's end: the statement as paper, its archive, and how old what is outstanding is."""

from html import escape

import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t

SUMS = ("book", "bank", "adjusted_book", "adjusted_bank")


def show() -> None:
    """Show the statement of an account at a month's end."""
    period = widgets.heading(t("reconciliation.title"), period=True)
    known = {row["code"]: row for row in state.load("bank_accounts").to_dicts()}
    if not known or not period:
        widgets.empty(t("bank.none"), t("bank.none_why"))
        return
    code = bar.select(t("bank.account"), list(known), "account", lambda one: f"{one} {known[one]['name']}", width=240)
    asked = {"bank_account": code, "as_of": state.calendar().end_of(period)}
    rows = state.load("bank_reconciliation", **asked).to_dicts()
    with st.container(horizontal=True):
        widgets.paper("bank_reconciliation", asked, key="reconciliation")
        widgets.excel("bank_reconciliation", asked, key="reconciliation")
        acts.asked(
            "banking.reconciliation.keep",
            t("reconciliation.keep"),
            t("reconciliation.kept"),
            key="keep",
            ask=lambda: asked | {"complete": st.checkbox(t("reconciliation.complete"), key="complete")},
        )
    st.html(_paper(known[code], asked, rows))
    _ages(asked)
    _archive(code)


def _paper(account: dict, asked: dict, rows: list[dict]) -> str:
    amounts = {row["row_kind"]: row["amount"] for row in rows if row["row_kind"] in SUMS}
    ties = amounts.get("adjusted_book") == amounts.get("adjusted_bank")
    badge = tables.badge(t("reconciliation.ties" if ties else "reconciliation.open"), "good" if ties else "bad")
    columns = catalogue.columns(
        "bank_reconciliation",
        state.language(),
        *("row_kind", "known_on", "number", "summary", "amount", "days"),
        wide_only=("number", "days"),
    )
    body = tables.table(rows, columns, marked=_mark, name=t("reconciliation.title"))
    under = (
        f"<span>{escape(account['name'])} {escape(account['account'])}</span><span>{i18n.day(asked['as_of'])}</span>"
    )
    title = escape(t("reconciliation.title"))
    return f'<div class="erp-paper"><h2>{title} {badge}</h2><div class="under">{under}</div>{body}</div>'


def _mark(row: dict) -> str:
    return "total" if row["row_kind"] in SUMS else "in1" if row["row_kind"] == "item" else ""


def _ages(asked: dict) -> None:
    frame = state.load("bank_unmatched", **asked)
    with widgets.panel("ages", t("reconciliation.ages")):
        if frame.is_empty():
            st.caption(t("reconciliation.no_items"))
            return
        names = ("side", "age", "lines", "money_in", "money_out", "oldest_on")
        columns = catalogue.columns("bank_unmatched", state.language(), *names, wide_only=("oldest_on",))
        widgets.show_table(frame.to_dicts(), columns)


def _archive(code: str) -> None:
    frame = state.load("bank_reconciliations", bank_account=code)
    with widgets.panel("archive", t("reconciliation.archive")):
        if frame.is_empty():
            st.caption(t("reconciliation.none_kept"))
            return
        names = ("as_of", "version", "book_balance", "bank_balance", "adjusted", "kept_by", "kept_at")
        columns = catalogue.columns(
            "bank_reconciliations", state.language(), *names, wide_only=("book_balance", "bank_balance", "kept_at")
        )
        shown = [row | {"kept_at": i18n.instant(row["kept_at"])} for row in frame.to_dicts()]
        widgets.show_table(shown, columns)


if __name__ == "__main__":
    show()
