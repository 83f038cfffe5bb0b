"""What stands in place of a screen: no right to it, no longer signed in, not settled in yet."""

from html import escape

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t

SKIPPED = "_settling_skipped"


def denied(file: str, reports: tuple[str, ...], act: str = "") -> None:
    """Say which permission a screen asks for and who can grant it; the address stays."""
    widgets.heading(t(f"{file}.title"), dated=False)
    areas = sorted({area for report in reports if (found := catalogue.definition(report)) for area in found.areas})
    needed = ", ".join([*(f"read.{area}" for area in areas), *([act] if act else [])])
    limited = set(areas) & set(state.me()["areas"]) and (not act or state.may(act))
    who = state.me()
    facts = tables.facts(
        [
            (t("denied.needs"), f"<code>{escape(needed)}</code>" if not limited else escape(t("denied.whole"))),
            (t("denied.you"), escape(f"{who['name']} ({who['login']}) · {widgets.role_names(who['roles'])}")),
            (t("denied.ask"), escape(t("denied.who"))),
        ]
    )
    st.html(
        f'<div class="erp-denied"><b>{escape(t("denied.title"))}</b><p>{escape(t("denied.why"))}</p>{facts}'
        f"{tables.anchor(t('denied.home'), widgets.to(''))}</div>"
    )


def signed_out() -> None:
    """Say that the session has ended, and lead to the door; nothing of the books is shown."""
    language = bar.current("lang", tuple(i18n.LANGUAGES), state.DEFAULT_LANGUAGE)
    st.session_state.clear()
    said = {key: escape(i18n.t(f"signed_out.{key}", language)) for key in ("title", "why", "link")}
    st.html(
        f'<div class="erp-denied"><b>{said["title"]}</b><p>{said["why"]}</p>'
        f'<a class="erp-button main" href="/sign-in?lang={language}" target="_self">{said["link"]}</a></div>'
    )


def unsettled(chosen: Page) -> bool:
    """Tell whether this person should say first how to be greeted; a link to one screen is followed first."""
    who = state.me()
    if who.get("settled", True) or SKIPPED in st.session_state or not state.is_remote():
        return False
    return chosen.url_path == ""
