"""Rights: what each role grants, why somebody can or cannot do something, duties kept apart, the monthly review."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from erp_core.foundation.words import word

VIEWS = {
    "roles": "access_roles",
    "why": "access_rights",
    "conflicts": "access_conflicts",
    "review": "access_review",
}
KINDS = ("", "act", "area", "mask")


def show() -> None:
    """Show one of the four questions about rights."""
    widgets.heading(t("rights.title"), dated=False)
    views = tuple(view for view, report in VIEWS.items() if state.sees(report))
    view = bar.choose(t("people.view"), views, "view", lambda name: t(f"rights.{name}"), label_visibility="collapsed")
    {"roles": _roles, "why": _why, "conflicts": _conflicts, "review": _review}[view]()


def told(permission: str) -> str:
    """Return a permission in words: an act as its sentence, an area or a column by its name."""
    head, _, rest = permission.partition(".")
    if head in ("read", "see") and i18n.has(f"{'area' if head == 'read' else 'mask'}.{rest}"):
        return t(f"{'area' if head == 'read' else 'mask'}.{rest}")
    key = f"verb.{permission}"
    said = word("erp_core", key, state.language())
    return "" if said == key else said.rstrip("。.")


def _roles() -> None:
    frame = state.load("access_roles")
    for role in frame["role"].unique().sort():
        rows = frame.filter(pl.col("role") == role)
        first = rows.row(0, named=True)
        note = t("rights.holders", count=first["holders"])
        note += f" · {first['networks']}" if first["networks"] else ""
        name = widgets.role_names([role])
        with widgets.panel(f"role_{role}", name if name == role else f"{name} · {role}", note=note):
            st.html(_grants(rows["permission"].to_list()))
            with st.container(horizontal=True):
                _change(role, rows["permission"].to_list())
                _networks(role, first["networks"])
    acts.asked(
        "access.role.save",
        t("rights.add"),
        t("people.saved"),
        key="new_role",
        ask=lambda: _role_form("", []),
        icon=":material/add:",
    )


def _grants(permissions: list[str]) -> str:
    parts = []
    for kind, chosen in (
        ("area", [p for p in permissions if p.startswith("read.")]),
        ("mask", [p for p in permissions if p.startswith("see.")]),
        ("act", [p for p in permissions if not p.startswith(("read.", "see."))]),
    ):
        words = "".join(tables.badge(told(p) or p, "accent" if kind == "area" else "quiet") for p in chosen)
        if words:
            parts.append((t(f"rights.{kind}"), f'<span class="erp-chips">{words}</span>'))
    return tables.facts(parts).replace('class="erp-facts"', 'class="erp-facts rows"')


def _change(role: str, permissions: list[str]) -> None:
    acts.asked(
        "access.role.save",
        t("rights.change"),
        t("people.saved"),
        key=f"role_{role}",
        ask=lambda: _role_form(role, permissions),
        icon=":material/edit:",
    )


def _role_form(role: str, permissions: list[str]) -> dict[str, object]:
    name = role or st.text_input(t("rights.role"), key="new_role_name", max_chars=40)
    text = st.text_area(
        t("rights.permissions"),
        "\n".join(permissions),
        key=f"grants_{role}",
        help=t("rights.permissions_why"),
        height=220,
    )
    accept = st.text_input(t("people.accept"), key=f"accept_{role}", help=t("people.accept_why"), max_chars=200)
    return {"role": name.strip(), "permissions": text.split(), "accept_reason": accept}


def _networks(role: str, networks: str) -> None:
    def ask() -> dict[str, object]:
        text = st.text_area(
            t("rights.networks"), networks.replace(", ", "\n"), key=f"networks_{role}", help=t("rights.networks_why")
        )
        return {"role": role, "networks": text.split()}

    acts.asked(
        "access.network.save",
        t("rights.networks"),
        t("people.saved"),
        key=f"net_{role}",
        ask=ask,
        icon=":material/lan:",
    )


def _why() -> None:
    who = state.me()
    people = {who["login"]: who["name"]}
    if state.sees("access_users"):
        people |= {row["login"]: row["name"] for row in state.load("access_users").to_dicts()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        login = bar.select(t("rights.person"), tuple(people), "login", lambda one: f"{people[one]} ({one})", width=260)
        kind = bar.select(
            t("rights.kind"), KINDS, "kind", lambda one: t(f"rights.{one}" if one else "rights.every"), width=160
        )
        wanted = bar.search(t("rights.wanted"), placeholder=t("rights.wanted_hint"), width=260)
    frame = state.load("access_rights", login=login)
    rows = [row | {"told": told(row["permission"])} for row in frame.to_dicts()]
    rows = [row for row in rows if not kind or row["kind"] == kind]
    rows = [row for row in rows if wanted.lower() in f"{row['permission']} {row['told']}".lower()]
    if not rows:
        widgets.empty(t("empty.nothing"), t("empty.no_match"))
        return
    if wanted and len(rows) <= 3:
        for row in rows:
            _answer(people[login], row)
    columns = [
        Column("told", t("rights.what")),
        Column("permission", t("rights.permission"), wide_only=True),
        Column("may", t("rights.may"), words=lambda may: t("rights.yes" if may else "rights.no")),
        Column("because", t("rights.because"), words=_because),
        Column("roles", t("rights.through"), words=lambda held: widgets.role_names(held.split(", ")) if held else ""),
        Column("patterns", t("rights.grant"), wide_only=True),
        Column("scope", t("people.scope"), words=lambda text: text or t("people.all_rows"), wide_only=True),
    ]
    widgets.show_pages("rights", rows, columns, marked=lambda row: "" if row["may"] else "quiet")


def _because(value: str) -> str:
    return catalogue.label("access_rights", "because", value, state.language())


def _answer(name: str, row: dict) -> None:
    answer = t(
        "rights.answer_yes" if row["may"] else "rights.answer_no", name=name, what=row["told"] or row["permission"]
    )
    through = widgets.role_names(row["roles"].split(", ")) if row["roles"] else ""
    more = " · ".join(part for part in (_because(row["because"]), through, row["patterns"], row["scope"]) if part)
    tone = "good" if row["may"] else "bad"
    st.html(f'<div class="erp-alert {tone}"><b>{escape(answer)}</b><span>{escape(more)}</span></div>')


def _conflicts() -> None:
    frame = state.load("access_conflicts", as_of=state.now().date())
    if frame.is_empty():
        widgets.empty(t("rights.no_conflicts"), t("rights.no_conflicts_why"))
        return
    language = state.language()
    for row in frame.filter(pl.col("state").is_in(["open", "expired"])).to_dicts():
        with widgets.panel(f"conflict_{row['rule']}_{row['login']}", f"{row['login']} · {row[f'name_{language}']}"):
            through = t("rights.both", first=row["first_roles"], second=row["second_roles"])
            st.html(f'<p class="erp-note">{escape(through)}</p>')
            _sign(row)
    names = ("login", f"name_{language}", "first_roles", "second_roles", "state", "signed_by", "valid_to", "reason")
    columns = catalogue.columns(
        "access_conflicts",
        language,
        *names,
        titles={f"name_{language}": t("rights.duties")},
        wide_only=("first_roles", "second_roles", "signed_by", "reason"),
    )
    widgets.show_pages("conflicts", frame, columns)


def _sign(row: dict) -> None:
    def ask() -> dict[str, object]:
        until = st.date_input(t("rights.until"), None, key=f"until_{row['rule']}_{row['login']}", format="YYYY-MM-DD")
        given = {"rule": row["rule"], "login": row["login"]} | acts.reason(f"{row['rule']}_{row['login']}")
        return given | ({"valid_to": until} if until else {})

    acts.asked(
        "access.conflict.accept",
        t("rights.sign"),
        t("people.saved"),
        key=f"sign_{row['rule']}_{row['login']}",
        ask=ask,
        icon=":material/draw:",
    )


def _review() -> None:
    today = state.now().date()
    months = [f"{today.year - (n >= today.month)}-{(today.month - n - 1) % 12 + 1:02d}" for n in range(6)]
    period = bar.select(t("filter.period"), months, "month", lambda month: month, width=150)
    frame = state.load("access_review", period=period)
    waiting = frame.filter(pl.col("decision") == "waiting")
    st.caption(t("rights.review_note", done=frame.height - waiting.height, all=frame.height))
    for row in waiting.to_dicts():
        with widgets.panel(f"review_{row['login']}", f"{row['name']} · {row['login']}"):
            st.html(tables.facts(_reviewed(row)))
            with st.container(horizontal=True):
                for decision, icon in (("confirmed", ":material/check:"), ("withdrawn", ":material/block:")):
                    _decision(period, row["login"], decision, icon)
    done = frame.filter(pl.col("decision") != "waiting").to_dicts()
    if done:
        names = ("login", "name", "decision", "decided_by", "decided_at", "note")
        columns = catalogue.columns("access_review", state.language(), *names, wide_only=("decided_by", "note"))
        widgets.show_table([row | {"decided_at": i18n.instant(row["decided_at"])} for row in done], columns)


def _reviewed(row: dict) -> list[tuple[str, str]]:
    return [
        (t("people.roles"), escape(widgets.role_names(row["roles"].split(", "))) if row["roles"] else "–"),
        (t("people.scope"), escape(row["scope"] or t("people.all_rows"))),
        (t("people.entered"), i18n.instant(row["entered_at"]) or t("rights.never")),
        (t("rights.used"), i18n.instant(row["used_at"]) or t("rights.never")),
        (t("rights.denied"), str(row["denied"])),
        (t("rights.conflicts"), str(row["conflicts"])),
    ]


def _decision(period: str, login: str, decision: str, icon: str) -> None:
    def ask() -> dict[str, object]:
        note = st.text_input(t("rights.note"), key=f"note_{decision}_{period}_{login}", max_chars=200)
        return {"period": period, "login": login, "decision": decision, "note": note}

    acts.asked(
        "access.review.decide",
        t(f"rights.{decision}"),
        t("people.saved"),
        key=f"{decision}_{period}_{login}",
        ask=ask,
        icon=icon,
    )


if __name__ == "__main__":
    show()
