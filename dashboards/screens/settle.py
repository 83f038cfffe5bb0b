"""The first run: which language, which page first, which warehouse usually; it can be skipped and changed later."""

from html import escape

import streamlit as st

from dashboards import refusal_pages, settling, state, widgets
from dashboards.state import t


def show() -> None:
    """Ask how this person wants to be greeted."""
    who = state.me()
    widgets.heading(t("settle.title"), dated=False)
    with st.container(border=True, key="card_settle", width=520):
        st.html(f'<p class="erp-note">{escape(t("settle.hello", name=who["name"]))} {escape(t("settle.why"))}</p>')
        settling.form()
        if st.button(t("settle.skip"), type="tertiary", key="settle_skip"):
            st.session_state[refusal_pages.SKIPPED] = True
            st.switch_page("screens/home.py")


if __name__ == "__main__":
    show()
