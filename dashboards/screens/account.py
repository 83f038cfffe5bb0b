"""One's own account: how to be greeted, where one is signed in, tokens for notebooks and programs, what one may do."""

import streamlit as st

from dashboards import acts, i18n, settling, state, tables, widgets
from dashboards.sessions import session_rows
from dashboards.state import t


def show() -> None:
    """Show what is one's own and let it be changed."""
    who = state.me()
    widgets.heading(t("account.title"), dated=False)
    _show_token()
    left, right = st.columns([3, 2])
    with left:
        _passes(who["login"])
    with right:
        with widgets.panel("profile", t("settle.title")):
            settling.form(back="account")
        with widgets.panel("own_rights", t("people.rights")):
            st.html(
                tables.facts(
                    [
                        (t("people.roles"), tables.plain(widgets.role_names(who["roles"]))),
                        (t("rights.area"), tables.plain("、".join(t(f"area.{area}") for area in who["areas"]))),
                        (t("people.why"), tables.anchor(t("people.why"), widgets.to("rights", view="why"))),
                    ]
                )
            )


def _passes(login: str) -> None:
    with widgets.panel("own_passes", t("people.sessions"), note=t("account.sessions_note")):
        if state.sees("access_passes"):
            session_rows(state.load("access_passes", login=login).head(30).to_dicts(), own=True)
        acts.asked(
            "access.token.issue",
            t("account.token"),
            t("account.token_made"),
            key="own_token",
            ask=_token,
            then=_keep,
            own=True,
            why=t("account.token_why"),
            icon=":material/key:",
        )


def _token() -> dict[str, object]:
    name = st.text_input(t("account.token_name"), key="token_name", max_chars=60)
    return {"name": name, "days": int(st.number_input(t("account.token_days"), 1, 3650, 30, key="token_days"))}


def _keep(made: dict) -> None:
    st.session_state["_token"] = made["token"]


def _show_token() -> None:
    token = st.session_state.pop("_token", None)
    if token is None:
        return
    with st.container(border=True, key="card_token"):
        st.html(f'<div class="erp-h"><span>{t("account.token_made")}</span></div>')
        st.caption(t("account.token_once", at=i18n.instant(state.now())))
        st.code(token, language=None, wrap_lines=True)


if __name__ == "__main__":
    show()
