"""The navigation over the screens of the menu, nothing else; every screen is a file that runs by itself."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import bar, i18n, refusal_pages, state, widgets
from dashboards.menu import NEEDS, SCREENS, STANDS_ON, is_open, listed, ready
from dashboards.state import t
from erp_core.access.refusals import PassStale
from erp_core.foundation.errors import Refusal


def pages() -> dict[str, list]:
    """Return the screens by section, as the navigation wants them: those without a right are there but not listed."""
    found = {
        t(f"nav.{section}") if section else " ": [_page(*it, hidden=not section) for it in screens if ready(it[0])]
        for section, screens in SCREENS.items()
    }
    return {section: screens for section, screens in found.items() if screens}


def _page(file: str, address: str, icon: str, hidden: bool) -> Page:
    closed = not is_open(file)
    shown: str | Callable[[], None] = f"screens/{file}.py"
    if closed:
        shown = partial(refusal_pages.denied, file, STANDS_ON[file], NEEDS.get(file, ""))
    return st.Page(
        shown,
        title=t(f"{file}.title"),
        icon=icon,
        url_path=address or None,
        default=not address,
        visibility="hidden" if hidden or closed or not listed(file) else "visible",
    )


def run() -> None:
    """Show the chosen screen between the sidebar and our way of saying no."""
    st.set_page_config(page_title=i18n.t("app.title", "zh"), page_icon=str(widgets.ICON), layout="wide")
    try:
        state.begin_run()
    except PassStale:
        refusal_pages.signed_out()
        return
    st.set_page_config(page_title=t("app.title"))
    with st.sidebar:
        bar.choose(t("app.language"), tuple(i18n.LANGUAGES), "lang", i18n.LANGUAGES.get, label_visibility="collapsed")
    try:
        chosen = st.navigation(pages(), expanded=True)
        with st.sidebar:
            st.html(widgets.foot(chosen.url_path))
        if refusal_pages.unsettled(chosen):
            st.switch_page("screens/settle.py")
        widgets.flash()
        chosen.run()
    except PassStale:
        refusal_pages.signed_out()
    except Refusal as refusal:
        widgets.sorry(refusal, "")


if __name__ == "__main__":
    run()
