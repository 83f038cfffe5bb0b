"""The list of screens, nothing else; every screen is a file that runs by itself."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import bar, catalogue, i18n, refusal_pages, state, widgets
from dashboards.state import t
from erp_core.access.refusals import PassStale
from erp_core.foundation.errors import Refusal

# section -> (file, address, icon); the first screen is the home page. Screens without a section are reached by links.
SCREENS = {
    "overview": [
        ("home", "", ":material/space_dashboard:"),
        ("approvals", "approvals", ":material/task_alt:"),
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
    "administration": [
        ("people", "people", ":material/group:"),
        ("rights", "rights", ":material/key:"),
        ("audit", "audit", ":material/history:"),
        ("health", "health", ":material/monitor_heart:"),
    ],
    "": [
        ("rows", "rows", ":material/list:"),
        ("document", "document", ":material/article:"),
        ("voucher", "voucher", ":material/receipt_long:"),
        ("settle", "settle", ":material/waving_hand:"),
        ("account", "account", ":material/person:"),
    ],
}
# The reports a screen stands on: it is open to who may run one of them. Screens not named are open to everybody.
STANDS_ON = {
    "approvals": ("approval_tasks",),
    "sales": ("sales_analysis",),
    "inventory": ("stock_on_hand",),
    "finance": ("balance_sheet",),
    "accounts": ("trial_balance",),
    "ledger": ("general_ledger",),
    "ageing": ("aged_receivables", "aged_payables"),
    "document": ("document",),
    "voucher": ("voucher_lines",),
    "people": ("access_users",),
    "rights": ("access_rights",),
    "audit": ("audit_trail",),
    "health": ("operations_samples",),
}

# Everybody may look at their own rights; in the list this screen stands only for who looks at those of others.
LISTED_ON = {"rights": ("access_roles",)}
# The screens one may be greeted with.
LANDINGS = ("home", "sales", "inventory", "finance", "ageing", "reports")


def pages() -> dict[str, list]:
    """Return the screens by section, as the navigation wants them: those without a right are there but not listed."""
    found = {
        t(f"nav.{section}") if section else " ": [_page(*it, hidden=not section) for it in screens if ready(it[0])]
        for section, screens in SCREENS.items()
    }
    return {section: screens for section, screens in found.items() if screens}


def ready(file: str) -> bool:
    """Tell whether a screen has something to stand on in these books."""
    reports = STANDS_ON.get(file, ())
    return not reports or any(catalogue.definition(report) for report in reports)


def is_open(file: str) -> bool:
    """Tell whether the visitor may see a screen."""
    reports = STANDS_ON.get(file, ())
    return not reports or any(state.sees(report) for report in reports)


def _listed(file: str) -> bool:
    return file not in LISTED_ON or any(state.sees(report) for report in LISTED_ON[file])


def _page(file: str, address: str, icon: str, hidden: bool) -> Page:
    closed = not is_open(file)
    shown: str | Callable[[], None] = f"screens/{file}.py"
    if closed:
        shown = partial(refusal_pages.denied, file, STANDS_ON[file])
    return st.Page(
        shown,
        title=t(f"{file}.title"),
        icon=icon,
        url_path=address or None,
        default=not address,
        visibility="hidden" if hidden or closed or not _listed(file) else "visible",
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
        chosen = st.navigation(pages())
        with st.sidebar:
            st.html(widgets.foot())
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
