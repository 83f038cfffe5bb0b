"""Sessions, tokens and links as lines with a way to end each."""

from html import escape

import streamlit as st

from dashboards import acts, catalogue, i18n, state
from dashboards.state import t

BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


def session_rows(rows: list[dict], *, named: bool = False, own: bool = False) -> None:
    """Show one line per pass; named tells whose it is, own offers to end it without the right of an administrator."""
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", key=f"row_pass_{row['pass_id']}"):
            kind = catalogue.label("access_passes", "kind", row["kind"], state.language())
            seen = t("people.seen", at=i18n.instant(row["seen_at"]), address=row["address"] or "–")
            more = " · ".join(part for part in (row["name"] or browser(row["client"]), seen) if part)
            head = f"{row['login']} · {kind}" if named else kind
            st.html(f'<div class="erp-line"><b>{escape(head)}</b><span>{escape(more)}</span></div>')
            acts.button(
                "access.pass.end",
                t("people.end"),
                t("people.ended"),
                key=f"end_{row['pass_id']}",
                own=own,
                pass_id=row["pass_id"],
            )


def browser(client: str) -> str:
    """Return the name of a browser by what it says of itself, else its own words cut short."""
    return next((name for mark, name in BROWSERS.items() if mark in client), client[:40])
