"""Approvals: what waits for my decision, what I asked for and where it stands, every chain, and the rules behind it."""

import json
from datetime import timedelta
from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column

VIEWS = ("mine", "asked", "all", "rules")


def show() -> None:
    """Show one of the lists, or the course of one request."""
    chosen = st.query_params.get("approval", "")
    if chosen.isdecimal():
        _course(int(chosen))
        return
    widgets.heading(t("approvals.title"), dated=False)
    waiting = my_tasks()
    view = bar.choose(
        t("people.view"), VIEWS, "view", lambda name: _view_title(name, len(waiting)), label_visibility="collapsed"
    )
    {"mine": lambda: _mine(waiting), "asked": _asked, "all": _all, "rules": _rules}[view]()


def _view_title(name: str, waiting: int) -> str:
    return f"{t('approvals.mine')} {waiting}" if name == "mine" and waiting else t(f"approvals.{name}")


def my_tasks() -> list[dict]:
    """Return what waits for the visitor, each request once."""
    frame = state.load("approval_tasks", login=state.me()["login"])
    return frame.unique("approval_id", keep="first", maintain_order=True).to_dicts()


def _mine(waiting: list[dict]) -> None:
    if not waiting:
        widgets.empty(t("approvals.nothing"), t("approvals.nothing_why"))
    for row in waiting:
        with widgets.panel(f"task_{row['approval_id']}", _title(row)):
            st.html(_paper(row))
            _decide(row["approval_id"])
    with st.container(horizontal=True):
        acts.asked(
            "approval.delegate",
            t("approvals.absent"),
            t("approvals.absent_done"),
            key="absent",
            ask=_absence,
            own=True,
            why=t("approvals.absent_why"),
            icon=":material/event_busy:",
        )


def _title(row: dict) -> str:
    kind = catalogue.label("approval_tasks", "subject", row["subject"], state.language())
    return f"{kind} {row['number']}" + (
        f" · {t('approvals.revision', number=row['revision'])}" if row["revision"] else ""
    )


def _paper(row: dict) -> str:
    late = row["due_at"] is not None and row["due_at"] < state.now().replace(tzinfo=None)
    due = i18n.instant(row["due_at"])
    paper = None if row["subject"] == "change" else _address(row)
    pairs = [
        (t("approvals.amount"), f"<b>{escape(i18n.amount(row['amount']))}</b>" if row["amount"] is not None else ""),
        (t("approvals.party"), escape(row["party_name"] or "")),
        (t("approvals.asked_by"), escape(f"{row['requested_by']} · {i18n.instant(row['requested_at'])}")),
        (t("approvals.due"), tables.badge(due, "bad" if late else "quiet") if due else ""),
        (t("approvals.instead"), escape(row["instead_of"] or "")),
        (t("approvals.because"), _reasons(row["facts"])),
        (t("approvals.paper"), tables.anchor(t("approvals.open"), paper) if paper else ""),
    ]
    return tables.facts(pairs) + _difference(row)


def _address(row: dict) -> str:
    # Claims have a screen of their own, with their lines against the policy.
    own = {"voucher": "voucher", "claim": "claim", "claim_advance": "claim"}
    return widgets.to(own.get(row["subject"], "document"), number=row["number"])


def _reasons(facts: str) -> str:
    rules = {row["rule"]: row for row in state.load("approval_rules").to_dicts()}
    said = []
    for found in json.loads(facts or "[]"):
        rule = rules.get(found.get("rule", ""))
        name = i18n.name_of(rule, state.language()) if rule else ""
        condition = catalogue.label("approval_rules", "condition", rule["condition"], state.language()) if rule else ""
        figure = f" {i18n.amount(rule['threshold'])}" if rule and rule["threshold"] else ""
        said.append(tables.badge(name or condition + figure or str(found.get("rule", "")), "warn"))
    return f'<span class="erp-chips">{"".join(said)}</span>' if said else ""


def _difference(row: dict) -> str:
    if row["subject"] != "change":
        return ""
    requests = state.load("change_requests").filter(pl.col("request_id").cast(pl.String) == row["number"]).to_dicts()
    if not requests:
        return ""
    found = json.loads(requests[0]["diff"] or "[]")
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    names = ("table_name", "row_key", "field", "before", "after")
    columns = [Column(name, t(f"approvals.change_{name}")) for name in names if any(name in one for one in rows)]
    reason = f'<p class="erp-note">{escape(t("acts.reason"))}：{escape(requests[0]["reason"])}</p>'
    return reason + (tables.table(rows, columns) if columns else f"<pre>{escape(requests[0]['diff'])}</pre>")


def _decide(number: int) -> None:
    with st.form(f"decide_{number}", border=False):
        comment = st.text_input(t("approvals.comment"), placeholder=t("approvals.comment_why"), max_chars=500)
        with st.container(horizontal=True):
            yes = st.form_submit_button(
                t("approvals.approve"), type="primary", icon=":material/check:", width="stretch", key=f"yes_{number}"
            )
            no = st.form_submit_button(
                t("approvals.return"), icon=":material/undo:", width="stretch", key=f"no_{number}"
            )
    if yes or no:
        decision = "approve" if yes else "return"
        done = t("approvals.approved" if yes else "approvals.returned")
        given = {"approval_id": number, "decision": decision, "comment": comment}
        if acts.act("approval.decide", done, draft=f"{decision}_{number}", **given):
            st.rerun()
    with st.container(horizontal=True):
        acts.asked(
            "approval.delegate",
            t("approvals.hand_on"),
            t("approvals.handed_on"),
            key=f"hand_{number}",
            ask=lambda: {"approval_id": number, "to": st.text_input(t("approvals.to"), key=f"to_{number}").strip()},
            own=True,
            icon=":material/forward:",
        )
        st.html(tables.anchor(t("approvals.course"), widgets.to("approvals", approval=number), "erp-button"))


def _absence() -> dict[str, object]:
    today = state.now().date()
    to = st.text_input(t("approvals.to"), key="absent_to").strip()
    first = st.date_input(t("approvals.from"), today, key="absent_from", format="YYYY-MM-DD")
    last = st.date_input(t("approvals.until"), today + timedelta(days=7), key="absent_until", format="YYYY-MM-DD")
    return {"to": to, "from_on": first, "to_on": last}


def _asked() -> None:
    frame = state.load("approvals").filter(pl.col("requested_by") == state.me()["login"])
    for row in frame.filter(pl.col("status") == "open").to_dicts():
        with widgets.panel(f"asked_{row['approval_id']}", _title(row)):
            pairs = [
                (t("approvals.waiting_for"), escape(_people(row["waiting_for"]))),
                (t("approvals.asked_at"), i18n.instant(row["requested_at"])),
                (t("approvals.because"), _reasons(row["facts"])),
            ]
            st.html(tables.facts(pairs))
            acts.asked(
                "approval.withdraw",
                t("approvals.withdraw"),
                t("approvals.withdrawn"),
                key=f"withdraw_{row['approval_id']}",
                ask=lambda number=row["approval_id"]: {
                    "approval_id": number,
                    "comment": st.text_input(t("approvals.comment"), key=f"why_{number}", max_chars=500),
                },
                own=True,
                icon=":material/undo:",
            )
    _list(frame.filter(pl.col("status") != "open"), t("approvals.none_asked"))


def _people(waiting: str) -> str:
    return "、".join(widgets.role_names([one]) for one in waiting.split(", ") if one)


def _all() -> None:
    _list(state.load("approvals"), t("approvals.none"))


def _list(frame: pl.DataFrame, why: str) -> None:
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), why)
        return
    language = state.language()
    columns = catalogue.columns(
        "approvals",
        language,
        *("number", "subject", "status", "party_name", "amount", "waiting_for", "requested_by", "requested_at"),
        links={"number": lambda row: widgets.to("approvals", approval=row["approval_id"])},
        wide_only=("party_name", "waiting_for", "requested_by", "requested_at"),
    )
    widgets.show_pages(
        "approvals",
        frame,
        columns,
        worded=lambda row: (
            row | {"requested_at": i18n.instant(row["requested_at"]), "waiting_for": _people(row["waiting_for"])}
        ),
    )


def _course(number: int) -> None:
    crumbs = [(t("approvals.title"), widgets.to("approvals"))]
    rows = state.load("approvals").filter(pl.col("approval_id") == number).to_dicts()
    if not rows:
        widgets.heading(t("approvals.title"), crumbs=crumbs, dated=False)
        widgets.empty(t("empty.nothing"), t("approvals.unknown"))
        return
    row = rows[0]
    tone = {"approved": "good", "returned": "bad", "open": "warn"}.get(row["status"], "quiet")
    badge = tables.badge(catalogue.label("approvals", "status", row["status"], state.language()), tone)
    widgets.heading(_title(row), crumbs=crumbs, badge=badge, dated=False)
    with widgets.panel("approval", t("approvals.paper")):
        st.html(_paper(row | {"due_at": None, "instead_of": ""}))
    with widgets.panel("course", t("approvals.course")):
        names = ("happened_at", "actor", "action", "step", "role", "comment")
        columns = catalogue.columns("approval_history", state.language(), *names, wide_only=("step", "role"))
        events = state.load("approval_history", approval=number).to_dicts()
        widgets.show_table(
            [one | {"happened_at": i18n.instant(one["happened_at"]), "role": _people(one["role"])} for one in events],
            columns,
        )


def _rules() -> None:
    frame = state.load("approval_rules")
    if frame.is_empty():
        widgets.empty(t("approvals.no_rules"), t("approvals.no_rules_why"))
        return
    language = state.language()
    names = ("subject", "condition", "threshold", "step", "role", "mode", "escalate_hours", "escalate_to", "active")
    columns = catalogue.columns(
        "approval_rules",
        language,
        f"name_{language}",
        *names,
        titles={f"name_{language}": t("approvals.rule")},
        wide_only=("mode", "escalate_hours", "escalate_to", "step"),
    )
    widgets.show_pages(
        "rules", frame, columns, worded=_worded_rule, marked=lambda row: "" if row["active"] else "quiet"
    )


def _worded_rule(row: dict) -> dict:
    shown = t("rows.yes" if row["active"] else "rows.no")
    kind = catalogue.label("approval_tasks", "subject", row["subject"], state.language())
    return row | {"subject": kind, "role": _people(row["role"] or ""), "active": shown}


if __name__ == "__main__":
    show()
