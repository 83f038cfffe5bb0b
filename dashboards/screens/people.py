"""People: who may enter, who asks to, who is inside now, and what happened at the door."""

from datetime import timedelta
from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.sessions import browser, session_rows
from dashboards.state import t
from dashboards.tables import Column

VIEWS = ("users", "requests", "sessions", "attempts")
ATTEMPT_DAYS = 30


def show() -> None:
    """Show one of the lists, or one person."""
    login = st.query_params.get("login", "")
    people = {row["login"]: row for row in state.load("access_users").to_dicts()}
    if login in people:
        _person(people[login])
        return
    widgets.heading(t("people.title"), dated=False)
    acts.show_link()
    waiting = state.load("account_requests").height
    view = bar.choose(
        t("people.view"), VIEWS, "view", lambda name: _view_title(name, waiting), label_visibility="collapsed"
    )
    {"users": _users, "requests": _requests, "sessions": _sessions, "attempts": _attempts}[view]()


def _view_title(name: str, waiting: int) -> str:
    title = t(f"people.{name}")
    return f"{title} {waiting}" if name == "requests" and waiting else title


def _users() -> None:
    frame = state.load("access_users")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = bar.search(t("filter.search"), placeholder=t("people.search"), width=280)
        acts.asked(
            "access.user.save",
            t("people.add"),
            t("people.saved"),
            key="new_user",
            ask=_new_user,
            icon=":material/person_add:",
        )
    if wanted:
        found = pl.concat_str(["login", "name", "roles"], separator=" ").str.to_lowercase()
        frame = frame.filter(found.str.contains(wanted.lower(), literal=True))
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_match"))
        return
    columns = [
        Column("name", t("people.name"), link=lambda row: widgets.to("people", login=row["login"])),
        Column("login", t("people.login")),
        Column("roles", t("people.roles"), words=lambda held: widgets.role_names(held.split(", "))),
        Column("scope", t("people.scope"), words=lambda text: text or t("people.all_rows"), wide_only=True),
        Column("state", t("people.state")),
        Column("entered_at", t("people.entered"), words=i18n.instant, wide_only=True),
        Column("passes", t("people.passes"), "count", wide_only=True),
    ]
    widgets.show_pages("users", frame, columns, worded=lambda row: row | {"state": _state(row)}, name=t("people.users"))


def _state(row: dict) -> str:
    if not row["active"]:
        return t("people.suspended")
    return t("people.active") if row["password"] else t("people.no_password")


def _new_user() -> dict[str, object]:
    login = st.text_input(t("people.login"), key="new_login", max_chars=32)
    name = st.text_input(t("people.name"), key="new_name", max_chars=60)
    roles = st.multiselect(
        t("people.roles"), _roles(), key="new_roles", format_func=_role, placeholder=t("people.choose")
    )
    email = st.text_input(t("people.email"), key="new_email", max_chars=120)
    return {"login": login.strip(), "name": name.strip(), "roles": roles, "email": email.strip()}


def _roles() -> list[str]:
    return state.load("access_roles")["role"].unique().sort().to_list()


def _role(role: str) -> str:
    return widgets.role_names([role])


def _person(row: dict) -> None:
    widgets.heading(row["name"], crumbs=[(t("people.title"), widgets.to("people"))], badge=_badge(row), dated=False)
    acts.show_link()
    left, right = st.columns([3, 2])
    with left:
        _facts(row)
        _their_sessions(row["login"])
    with right:
        _edit(row)
        _steps(row)


def _badge(row: dict) -> str:
    tone = "bad" if not row["active"] else "good" if row["password"] else "warn"
    return tables.badge(_state(row), tone)


def _facts(row: dict) -> None:
    rights = tables.anchor(t("people.why"), widgets.to("rights", view="why", login=row["login"]))
    pairs = [
        (t("people.login"), escape(row["login"])),
        (t("people.roles"), escape(widgets.role_names(row["roles"].split(", "))) if row["roles"] else "–"),
        (t("people.scope"), escape(row["scope"] or t("people.all_rows"))),
        (t("people.employee"), escape(row["employee"])),
        (t("people.email"), escape(row["email"])),
        (t("people.phone"), escape(row["phone"])),
        (t("people.entered"), i18n.instant(row["entered_at"])),
        (t("people.rights"), rights),
    ]
    with widgets.panel("person", t("people.about")):
        st.html(tables.facts(pairs))


def _their_sessions(login: str) -> None:
    frame = state.load("access_passes", login=login)
    with widgets.panel("their_sessions", t("people.sessions")):
        if frame.is_empty():
            widgets.empty(t("people.no_sessions"), t("people.no_sessions_why"))
        else:
            session_rows(frame.head(20).to_dicts())


def _edit(row: dict) -> None:
    if not state.may("access.user.save"):
        return
    login = row["login"]
    with widgets.panel("edit", t("people.edit")), st.form(f"edit_{login}", border=False):
        name = st.text_input(t("people.name"), row["name"], max_chars=60)
        held = [role for role in row["roles"].split(", ") if role]
        roles = st.multiselect(
            t("people.roles"), sorted({*_roles(), *held}), held, format_func=_role, placeholder=t("people.choose")
        )
        scope = st.text_area(t("people.scope"), row["scope"].replace("; ", "\n"), help=t("people.scope_why"), height=80)
        email = st.text_input(t("people.email"), row["email"], max_chars=120)
        phone = st.text_input(t("people.phone"), row["phone"], max_chars=40)
        employee = st.text_input(t("people.employee"), row["employee"], max_chars=40)
        accept = st.text_input(t("people.accept"), help=t("people.accept_why"), max_chars=200)
        if st.form_submit_button(t("people.save"), type="primary"):
            given = {"login": login, "name": name, "roles": roles, "email": email, "phone": phone, "employee": employee}
            scopes = [_scope(line) for line in scope.splitlines() if line.strip()]
            if acts.act(
                "access.user.save",
                t("people.saved"),
                draft=f"edit_{login}",
                **given,
                scopes=scopes,
                accept_reason=accept,
            ):
                st.rerun()


def _scope(line: str) -> dict[str, str]:
    kind, _, value = line.strip().partition(" ")
    return {"kind": kind, "value": value.strip()}


def _steps(row: dict) -> None:
    login = row["login"]
    with widgets.panel("steps", t("people.steps")), st.container(horizontal=True):
        acts.asked(
            "access.password.issue",
            t("people.issue"),
            t("people.issued"),
            key=f"issue_{login}",
            ask=lambda: {"login": login},
            why=t("people.issue_why"),
            then=acts.keep_link,
            icon=":material/key:",
        )
        acts.asked(
            "access.unlock",
            t("people.unlock"),
            t("people.unlocked"),
            key=f"unlock_{login}",
            ask=lambda: {"login": login} | acts.reason(f"unlock_{login}"),
            icon=":material/lock_open:",
        )
        if row["active"]:
            acts.asked(
                "access.user.suspend",
                t("people.suspend"),
                t("people.saved"),
                key=f"suspend_{login}",
                ask=lambda: {"login": login} | acts.reason(f"suspend_{login}"),
                icon=":material/person_off:",
            )
        else:
            acts.button(
                "access.user.save", t("people.restore"), t("people.saved"), key="restore", login=login, active=True
            )


def _requests() -> None:
    frame = state.load("account_requests", status="all")
    waiting = frame.filter(pl.col("status") == "applied").to_dicts()
    if not waiting:
        widgets.empty(t("people.no_requests"), t("people.no_requests_why"))
    for row in waiting:
        with widgets.panel(f"request_{row['request_id']}", f"{row['name']} · {row['login']}"):
            pairs = [
                (t("people.contact"), escape(row["contact"])),
                (t("people.department"), escape(row["department"] or "–")),
                (t("people.wanted"), escape(row["wanted_role"] or "–")),
                (t("people.made"), i18n.instant(row["made_at"])),
            ]
            st.html(tables.facts(pairs))
            _decide(row)
    decided = frame.filter(pl.col("status") != "applied").to_dicts()
    if decided:
        with widgets.panel("decided", t("people.decided")):
            names = ("login", "name", "status", "decided_by", "decided_at", "note")
            columns = catalogue.columns("account_requests", state.language(), *names, wide_only=("decided_by", "note"))
            widgets.show_table(
                [row | {"decided_at": i18n.instant(row["decided_at"])} for row in decided[:50]],
                columns,
                name=t("people.decided"),
            )


def _decide(row: dict) -> None:
    number = row["request_id"]

    def roles() -> dict[str, object]:
        known = _roles()
        wished = [row["wanted_role"]] if row["wanted_role"] in known else []
        chosen = st.multiselect(
            t("people.roles"),
            known,
            wished,
            key=f"roles_{number}",
            format_func=_role,
            placeholder=t("people.choose"),
        )
        return {"request_id": number, "roles": chosen}

    with st.container(horizontal=True):
        acts.asked(
            "access.request.approve",
            t("people.approve"),
            t("people.approved"),
            key=f"approve_{number}",
            ask=roles,
            then=acts.keep_link,
            icon=":material/check:",
        )
        acts.asked(
            "access.request.reject",
            t("people.reject"),
            t("people.rejected"),
            key=f"reject_{number}",
            ask=lambda: {"request_id": number} | acts.reason(f"reject_{number}"),
            icon=":material/close:",
        )


def _sessions() -> None:
    frame = state.load("access_passes")
    st.caption(t("table.rows", rows=frame.height))
    with widgets.panel("all_sessions", t("people.sessions"), note=t("people.sessions_note")):
        session_rows(frame.head(100).to_dicts(), named=True)


def _attempts() -> None:
    to_day = state.now().date()
    given = {"from_day": to_day - timedelta(days=ATTEMPT_DAYS), "to_day": to_day}
    frame = state.load("sign_in_attempts", **given)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("people.attempts_note", days=ATTEMPT_DAYS), width="content")
        widgets.excel("sign_in_attempts", given, key="attempts")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("people.no_attempts"))
        return
    names = ("happened_at", "login", "outcome", "address", "reason", "client")
    columns = catalogue.columns("sign_in_attempts", state.language(), *names, wide_only=("reason", "client"))
    widgets.show_pages(
        "attempts",
        frame,
        columns,
        worded=lambda row: row | {"happened_at": i18n.instant(row["happened_at"]), "client": browser(row["client"])},
        marked=lambda row: "bad" if row["outcome"] in ("wrong", "locked", "address") else "",
    )


if __name__ == "__main__":
    show()
