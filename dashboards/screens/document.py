"""One document with its lines, the papers before and after it, and the vouchers it caused."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import analysis, bar, catalogue, i18n, links, origins, state, tables, widgets
from dashboards.state import t

TONES = {
    "posted": "good",
    "paid": "good",
    "approved": "accent",
    "closed": "quiet",
    "draft": "quiet",
    "submitted": "warn",
    "cancelled": "bad",
}
LINE = ("line", "item", "item_name", "unit", "warehouse", "quantity", "unit_price", "tax_rate", "net", "tax", "gross")
LINE += ("promised_on", "source_number")


def show() -> None:
    """Show the document that the address names."""
    number = st.query_params.get("number", "")
    rows = state.load("document", number=number).to_dicts() if number else []
    if not rows:
        widgets.heading(t("document.title"), crumbs=[(t("home.title"), widgets.to(""))])
        bar.search(t("document.ask"), key="number", width=260)
        known = t("document.missing_why", number=number) if number else t("document.none")
        widgets.empty(t("document.missing") if number else t("empty.nothing"), known)
        return
    head = rows[0]
    kind = t(f"kind.{head['kind']}")
    widgets.heading(
        f"{kind} {number}", crumbs=[(t("home.title"), widgets.to("")), (kind, "")], badge=_status(head["status"])
    )
    _facts(head)
    _flow(number)
    if head["line"] is not None:
        _lines(head, rows)


def _status(status: str) -> str:
    return tables.badge(t(f"status.{status}"), TONES.get(status, "quiet"))


def _facts(head: dict) -> None:
    titles = {column.key: column.title for column in catalogue.columns("document", state.language())}
    money = {name: f"<b>{escape(i18n.amount(head[name]))}</b>" for name in ("total_net", "total_tax", "total_gross")}
    shown = {
        "document_on": i18n.day(head["document_on"]),
        "due_on": i18n.day(head["due_on"]),
        "party": origins.beside(
            " ".join(filter(None, (head["party"], head["party_name"]))), origins.of_card("party", head["party"])
        ),
        "employee": escape(head["employee"]),
        "account": _account(head["account"]),
        "reference": escape(head["reference"]),
        **money,
        "voucher": tables.anchor(head["voucher"], widgets.to("voucher", id=head["voucher_id"]))
        if head["voucher_id"]
        else "",
        "made_by": escape(f"{head['made_by']} · {head['made_at']:%Y-%m-%d %H:%M}"),
        "note": escape(head["note"]),
    }
    with widgets.panel("facts", t("document.title")):
        st.html(tables.facts((titles[name], value) for name, value in shown.items()))


def _account(account: str) -> str:
    return tables.anchor(account, widgets.to("ledger", account=account)) if account else ""


def _flow(number: str) -> None:
    rows = state.load("document_flow", number=number).to_dicts()
    papers = [row for row in rows if row["what"] == "document"]
    vouchers = [row for row in rows if row["what"] == "voucher"]
    with widgets.panel("flow", t("document.flow")):
        st.html(tables.chain(_step(row, row["number"] == number) for row in papers))
        if vouchers:
            _vouchers(vouchers)


def _step(row: dict, here: bool) -> tuple[str, str, str | None, bool]:
    kind = t(f"kind.{row['kind']}")
    return f"{kind} · {i18n.day(row['document_on'])}", row["number"], widgets.to("document", number=row["number"]), here


def _vouchers(rows: list[dict]) -> None:
    def voucher(row: dict) -> str:
        return widgets.to("voucher", id=row["voucher_id"])

    names = ("number", "document_on", "kind", "amount")
    titles = {"number": t("document.vouchers"), "kind": t("voucher.source")}
    columns = catalogue.columns(
        "document_flow", state.language(), *names, links={"number": voucher, "amount": voucher}, titles=titles
    )
    shown = [row | {"kind": t(f"kind.{row['kind']}")} for row in rows]
    widgets.show_table(shown, columns)


def _lines(head: dict, rows: list[dict]) -> None:
    language = state.language()
    kept = [name for name in LINE if any(row[name] not in (None, "", 0) for row in rows)]
    found = links.known("document", language)
    columns = catalogue.columns(
        "document", language, *kept, links=found, wide_only=("item", "warehouse", "tax_rate", "unit")
    )
    frame = pl.DataFrame(rows, infer_schema_length=None)
    totals = analysis.totals(frame, {c.key: c.kind for c in columns})
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.excel("document", {"number": head["number"]}, key="document")
    widgets.show_pages("document", rows, columns, totals=totals, total_title=t("table.total"), name=t("document.lines"))


if __name__ == "__main__":
    show()
