"""One claim or advance: who, what for, its lines against the policy, where it stands, and what can be done now."""

from html import escape

import streamlit as st

from dashboards import acts, catalogue, i18n, state, tables, widgets
from dashboards.state import t

TONES = {
    "draft": "quiet", "submitted": "warn", "approved": "accent", "paid": "good", "posted": "good", "reversed": "bad",
    "cancelled": "bad",
}  # fmt: skip
FAMILY = {"claim": "claims.claim", "claim_advance": "claims.advance"}


def show() -> None:
    """Show the claim that the address names."""
    number = st.query_params.get("number", "")
    crumbs = [(t("claims.title"), widgets.to("claims"))]
    rows = state.load("claims", number=number).to_dicts() if number else []
    if not rows:
        widgets.heading(t("claim.title"), crumbs=crumbs, dated=False)
        widgets.empty(t("document.missing"), t("claim.missing"))
        return
    row = rows[0]
    status = catalogue.label("claims", "status", row["status"], state.language())
    badge = tables.badge(status, TONES.get(row["status"], "quiet"))
    widgets.heading(f"{t('kind.' + row['kind'])} {number}", crumbs=crumbs, badge=badge, dated=False)
    _facts(row)
    if row["kind"] == "claim":
        _lines(number)
    _acts(row)


def _facts(row: dict) -> None:
    titles = {column.key: column.title for column in catalogue.columns("claims", state.language())}
    waiting = "、".join(widgets.role_names([one]) for one in row["waiting_for"].split(", ") if one)
    money = {
        name: escape(i18n.amount(row[name])) if row[name] else "" for name in ("tax", "over_amount", "advance", "paid")
    }
    shown = {
        "name": escape(row["name"]),
        "document_on": i18n.day(row["document_on"]),
        "gross": f"<b>{escape(i18n.amount(row['gross']))}</b>",
        **money,
        "paid_on": i18n.day(row["paid_on"]),
        "due_on": i18n.day(row["due_on"]),
        "note": escape(row["note"]),
        "waiting_for": escape(waiting),
        "made_by": escape(row["made_by"]),
    }
    with widgets.panel("facts", t("claim.title")):
        st.html(tables.facts((titles[name], value) for name, value in shown.items()))
        if state.sees("document_flow"):
            st.html(tables.anchor(t("claim.paper"), widgets.to("document", number=row["number"])))


def _lines(number: str) -> None:
    rows = state.load("claim_lines", number=number).to_dicts()
    category = "category_en" if state.language() == "en" else "category_zh"
    names = (
        category,
        "spent_on",
        "gross",
        "over_amount",
        "limit_amount",
        "tax",
        "city",
        "invoice_number",
        "action",
        "note",
    )
    kept = [name for name in names if any(row[name] not in (None, "", 0) for row in rows)]
    columns = catalogue.columns(
        "claim_lines", state.language(), *kept, wide_only=("tax", "city", "invoice_number", "limit_amount", "note")
    )
    with widgets.panel("lines", t("claim.lines")):
        totals = {"gross": sum(row["gross"] for row in rows)}
        widgets.show_table(
            rows,
            columns,
            totals=totals,
            total_title=t("table.total"),
            marked=lambda row: "late" if row["over_amount"] else "",
        )


def _acts(row: dict) -> None:
    """What can be done from here; the books ask again for themselves."""
    kind, number, status = row["kind"], row["number"], row["status"]
    family = FAMILY.get(kind)
    if family is None:
        return
    with st.container(horizontal=True):
        if status == "draft":
            acts.button(
                f"{family}.submit", t("claim.submit"), t("claim.submitted"), key="submit", main=True, numbers=[number]
            )
            if kind == "claim" and state.may("claims.claim.revise"):
                st.html(
                    tables.anchor(t("claim.edit"), widgets.to("claim_entry", number=number), "erp-button"),
                    width="content",
                )
            _with_reason(f"{family}.cancel", t("claim.cancel"), number)
        elif status == "submitted":
            _decide(family, row)
            acts.button(
                f"{family}.withdraw", t("claim.withdraw"), t("claim.withdrawn"), key="withdraw", numbers=[number]
            )
        elif status == "approved":
            acts.asked(
                f"{family}.pay", t("claims.pay"), t("claims.paid"), key="pay", ask=lambda: _payment(number, kind)
            )
            _with_reason(f"{family}.return", t("claim.return"), number)
        elif status == "paid" and kind == "claim":
            acts.asked(
                "claims.claim.reverse",
                t("claim.reverse"),
                t("claim.reversed"),
                key="reverse",
                ask=lambda: _red(number),
                why=t("claim.reverse_why"),
            )  # fmt: skip


def _decide(family: str, row: dict) -> None:
    if row["waiting_for"]:
        link = tables.anchor(t("claim.to_approvals"), widgets.to("approvals"), "erp-button")
        st.html(link, width="content")
        return
    acts.button(
        f"{family}.approve", t("claim.approve"), t("claim.approved"), key="approve", main=True, numbers=[row["number"]]
    )
    _with_reason(f"{family}.return", t("claim.return"), row["number"])


def _with_reason(verb: str, title: str, number: str) -> None:
    key = verb.rpartition(".")[2]
    acts.asked(verb, title, t("claim.done"), key=key, ask=lambda: {"numbers": [number]} | acts.reason(key))


def _payment(number: str, kind: str) -> dict[str, object]:
    on = st.date_input(t("claims.paid_on"), state.now().date(), key="paid_on", format="YYYY-MM-DD")
    account = st.text_input(t("claims.account"), key="paid_from", help=t("claims.account_why"))
    given = {"numbers": [number], "on": on, "account": account.strip()}
    if kind == "claim":
        used = st.text_input(t("claim.advance"), "all", key="paid_advance", help=t("claim.advance_why"))
        given["advance"] = used.strip() or "all"
    return given


def _red(number: str) -> dict[str, object]:
    on = st.date_input(t("claim.red_on"), state.now().date(), key="red_on", format="YYYY-MM-DD")
    back = st.checkbox(t("claim.money_back"), key="money_back")
    return {"number": number, "on": on, "money_back": back} | acts.reason("reverse")


if __name__ == "__main__":
    show()
