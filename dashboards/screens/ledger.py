"""The ledger of one account, 明细账: every line opens its voucher and the document it came from."""

import polars as pl
import streamlit as st

from dashboards import bar, catalogue, i18n, state, widgets
from dashboards.state import t


def show() -> None:
    """Show the lines of an account between two months, with opening, month and year totals."""
    period = widgets.heading(t("ledger.title"), crumbs=[(t("accounts.title"), widgets.to("accounts"))], period=True)
    accounts = _accounts()
    if not accounts:
        widgets.empty(t("empty.nothing"), t("empty.no_accounts"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        account = bar.select(t("ledger.account"), tuple(accounts), "account", accounts.get, width=300)
        back = bar.choose(t("ledger.reach"), ("month", "year"), "reach", lambda it: t(f"ledger.{it}"))
        start = period if back == "month" else f"{period[:4]}-01"
        start = max(start, state.calendar().periods[-1])
        asked = {"account": account, "from_period": start, "to_period": period}
        widgets.excel("general_ledger", asked, key="ledger")
        widgets.paper("general_ledger", asked, key="ledger")
    rows = state.load("general_ledger", **asked)
    if "line" not in rows["row_kind"]:
        widgets.empty(t("empty.nothing"), t("ledger.none", account=accounts[account], first=start, last=period))
    _lines(rows)
    _parties(account, period)


def _accounts() -> dict[str, str]:
    language = state.language()
    chart = state.load("account_chart").to_dicts()
    return {row["account"]: f"{row['account']} {i18n.name_of(row, language)}" for row in chart}


def _lines(rows: pl.DataFrame) -> None:
    def voucher(row: dict) -> str | None:
        return widgets.to("voucher", id=row["voucher_id"]) if row.get("voucher_id") else None

    def document(row: dict) -> str | None:
        return (
            widgets.to("document", number=row["source_number"]) if state.is_document(row.get("source_kind")) else None
        )

    columns = catalogue.columns(
        "general_ledger",
        state.language(),
        *("posted_on", "voucher", "summary", "source_number", "debit", "credit", "direction", "balance"),
        links={"voucher": voucher, "source_number": document},
        wide_only=("source_number", "direction"),
    )
    widgets.show_pages(
        "ledger",
        rows,
        columns,
        worded=_worded,
        marked=lambda row: "" if row["row_kind"] == "line" else row["row_kind"],
    )


def _worded(row: dict) -> dict:
    # Openings and sums say what they are where lines have their summary; a line fills one side only.
    words = row["summary"] or catalogue.label("general_ledger", "row_kind", row["row_kind"], state.language())
    sides = (
        {} if row["row_kind"] in ("month", "year") else {"debit": row["debit"] or None, "credit": row["credit"] or None}
    )
    return row | sides | {"summary": words}


def _parties(account: str, period: str) -> None:
    frame = state.load("party_balance", period=period, account=account)
    if frame.is_empty() or not frame["party"].str.len_chars().sum():
        return
    kept = frame.filter(pl.col("party") != "")
    columns = catalogue.columns(
        "party_balance", state.language(), "party", "name", "opening", "debit", "credit", "closing"
    )
    totals = {name: kept[name].sum() for name in ("opening", "debit", "credit", "closing")}
    with widgets.panel("parties", t("ledger.parties")):
        widgets.show_pages("parties", kept, columns, totals=totals, total_title=t("table.total"))


if __name__ == "__main__":
    show()
