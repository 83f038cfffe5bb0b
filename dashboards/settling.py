"""How a person likes to be greeted: language, first page, usual warehouse; asked at the first run and changed later."""

import streamlit as st

from dashboards import acts, i18n, state
from dashboards.menu import LANDINGS, is_open
from dashboards.state import t


def form(back: str = "") -> None:
    """Ask for the three choices and keep them; then go to the landing page, or back."""
    who = state.me()
    with st.form("settle", border=False):
        language = st.segmented_control(
            t("app.language"), list(i18n.LANGUAGES), default=state.language(), format_func=i18n.LANGUAGES.get
        )
        pages = [file for file in LANDINGS if is_open(file)]
        kept = who.get("landing") or "home"
        landing = st.selectbox(
            t("settle.landing"), pages, pages.index(kept) if kept in pages else 0, format_func=_title
        )
        warehouse = _warehouse(who)
        saved = st.form_submit_button(t("people.save" if back else "settle.save"), type="primary", width="stretch")
    if not saved:
        return
    language = language or state.language()
    given = {"landing": "" if landing == "home" else landing, "warehouse": warehouse or ""}
    if acts.act("access.profile.save", t("settle.saved"), language=language, **given):
        st.session_state["_kept_lang"] = language
        query = {} if language == state.DEFAULT_LANGUAGE else {"lang": language}
        st.switch_page(f"screens/{back or landing}.py", query_params=query)


def _title(file: str) -> str:
    return t(f"{file}.title")


def _warehouse(who: dict) -> str | None:
    if not state.sees("stock_on_hand") or state.calendar().last_on is None:
        return None
    frame = state.load("stock_on_hand", as_of=state.today())
    names = dict(zip(frame["warehouse"].to_list(), frame["warehouse_name"].to_list(), strict=True))
    codes = ["", *sorted(names)]
    kept = who.get("warehouse") or ""
    return st.selectbox(
        t("settle.warehouse"),
        codes,
        codes.index(kept) if kept in codes else 0,
        format_func=lambda code: names.get(code) or t("settle.none"),
    )
