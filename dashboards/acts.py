"""Acts from a screen: each draft carries a key, so that a triple click does it once; refusals are told beside it."""

import uuid
from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import state, widgets
from dashboards.state import t
from erp_core.foundation.errors import Refusal


def act(verb: str, done: str, *, draft: str = "", **arguments: object) -> dict[str, Any] | None:
    """Do an act; when it is done say so after the next run and return its result, else tell why not."""
    slot = f"_draft_{draft or verb}"
    key = st.session_state.setdefault(slot, f"screen-{uuid.uuid4().hex}")
    try:
        made = state.call(verb, key=key, **arguments)
    except Refusal as refusal:
        # Nothing was done: what is corrected now is another draft.
        st.session_state.pop(slot, None)
        widgets.sorry(refusal, "")
        return None
    st.session_state.pop(slot, None)
    widgets.say_later(done)
    return made


def button(
    verb: str,
    title: str,
    done: str,
    *,
    key: str,
    main: bool = False,
    icon: str = "",
    own: bool = False,
    **arguments: object,
) -> None:
    """Offer an act as a button that does it at once; nothing is shown to who may not do it, unless it is their own."""
    if not own and not state.may(verb):
        return
    kind = "primary" if main else "secondary"
    if st.button(title, key=key, type=kind, icon=icon or None) and act(verb, done, draft=key, **arguments) is not None:
        st.rerun()


def asked(
    verb: str,
    title: str,
    done: str,
    *,
    key: str,
    ask: Callable[[], dict[str, object]],
    icon: str = "",
    then: Callable[[dict], None] | None = None,
    own: bool = False,
    why: str = "",
) -> None:
    """Offer an act behind a small form; ask draws its questions and returns the arguments."""
    if not own and not state.may(verb):
        return
    with st.popover(title, icon=icon or None, key=f"pop_{key}"), st.form(f"form_{key}", border=False):
        if why:
            st.caption(why)
        given = ask()
        sent = st.form_submit_button(title, type="primary", width="stretch")
        if sent:
            made = act(verb, done, draft=key, **given)
            if made is not None:
                if then:
                    then(made)
                st.rerun()


def reason(key: str) -> dict[str, object]:
    """Ask for the reason of an act; the books refuse an empty one where it is needed."""
    return {"reason": st.text_input(t("acts.reason"), key=f"reason_{key}", max_chars=200)}


def keep_link(made: dict) -> None:
    """Keep the one-use link of an act for the next run; it is shown once and kept nowhere else."""
    if made.get("ticket"):
        st.session_state["_ticket"] = (str(made.get("login", "")), f"/auth/enter?ticket={made['ticket']}")


def show_link() -> None:
    """Show a one-use link that an act before this run gave out."""
    kept = st.session_state.pop("_ticket", None)
    if kept is None:
        return
    login, path = kept
    url = st.context.url if isinstance(st.context.url, str) else ""
    site = "/".join(url.split("/")[:3]) if url.startswith("http") else ""
    with st.container(border=True, key="card_ticket"):
        st.html(f'<div class="erp-h"><span>{t("acts.link")}</span></div>')
        st.caption(t("acts.link_why", login=login))
        st.code(site + path, language=None, wrap_lines=True)
