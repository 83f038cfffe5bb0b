"""The list of screens, nothing else; every screen is a file that runs by itself."""

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import bar, i18n, state, widgets
from dashboards.state import t
from erp_core.foundation.errors import Refusal

# section -> (file, address, icon); the first screen is the home page. Screens without a section are reached by links.
SCREENS = {
    "overview": [
        ("home", "", ":material/space_dashboard:"),
        ("sales", "sales", ":material/trending_up:"),
        ("inventory", "inventory", ":material/inventory_2:"),
    ],
    "finance": [
        ("finance", "finance", ":material/account_balance:"),
        ("accounts", "accounts", ":material/table_chart:"),
        ("ledger", "ledger", ":material/menu_book:"),
        ("ageing", "ageing", ":material/hourglass_bottom:"),
    ],
    "look_up": [
        ("reports", "reports", ":material/description:"),
    ],
    "": [
        ("rows", "rows", ":material/list:"),
        ("document", "document", ":material/article:"),
        ("voucher", "voucher", ":material/receipt_long:"),
    ],
}


def pages() -> dict[str, list]:
    """Return the screens by section, as the navigation wants them."""
    return {
        t(f"nav.{section}") if section else " ": [_page(*it, hidden=not section) for it in screens]
        for section, screens in SCREENS.items()
    }


def _page(file: str, address: str, icon: str, hidden: bool) -> Page:
    return st.Page(
        f"screens/{file}.py",
        title=t(f"{file}.title"),
        icon=icon,
        url_path=address or None,
        default=not address,
        visibility="hidden" if hidden else "visible",
    )


def run() -> None:
    """Show the chosen screen between the sidebar and our way of saying no."""
    state.begin_run()
    st.set_page_config(page_title=t("app.title"), page_icon=str(widgets.ICON), layout="wide")
    with st.sidebar:
        bar.choose(t("app.language"), tuple(i18n.LANGUAGES), "lang", i18n.LANGUAGES.get, label_visibility="collapsed")
    try:
        chosen = st.navigation(pages())
        with st.sidebar:
            st.html(f'<div class="erp-foot">{widgets.company_line()}</div>')
        chosen.run()
    except Refusal as refusal:
        widgets.sorry(refusal, "")


if __name__ == "__main__":
    run()
