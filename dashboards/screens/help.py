"""Help: a page per screen, words, questions, every refusal; found by typing, printed as a manual."""

from html import escape

import streamlit as st

from dashboards import bar, guide, manual, state, tables, widgets
from dashboards.state import t


def show() -> None:
    """Show what was searched for, one refusal, one topic, or the list of topics."""
    widgets.heading(t("help.title"), dated=False)
    language = state.language()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = bar.search(t("help.search"), placeholder=t("help.search_hint"), width=360)
        _manual(language)
    code, topic = st.query_params.get("error", ""), st.query_params.get("topic", "")
    if wanted:
        _hits(language, wanted)
    elif code in guide.explained(language):
        _refusal(guide.explained(language)[code])
    else:
        chosen = topic if topic in guide.topics(language) else "first_steps"
        # Where columns stand below each other, on a phone, the page comes before the contents.
        left, right = st.columns([3, 1])
        with left, st.container(border=True, key="card_topic"):
            page = guide.topics(language)[chosen]
            st.markdown(f"## {page.title}\n\n{page.text.replace('## ', '#### ')}")
        with right:
            _list(language, chosen)


def _manual(language: str) -> None:
    # Setting some forty pages takes a second: it is done when the file is asked for.
    st.download_button(
        t("help.manual"),
        data=lambda: manual.pdf(language),
        file_name=f"{t('help.manual')}.pdf",
        mime="application/pdf",
        icon=":material/print:",
        on_click="ignore",
    )


def _list(language: str, chosen: str) -> None:
    rows = "".join(
        f"<li>{tables.anchor(topic.title, widgets.to('help', topic=topic.name))}</li>"
        if topic.name != chosen
        else f"<li><b>{escape(topic.title)}</b></li>"
        for topic in guide.topics(language).values()
    )
    with widgets.panel("topics", t("help.contents")):
        st.html(f'<ul class="erp-list">{rows}</ul>')


def _hits(language: str, wanted: str) -> None:
    hits = guide.search(language, wanted)
    if not hits:
        widgets.empty(t("help.nothing"), t("help.nothing_why"))
        return
    for hit in hits:
        address = widgets.to("help", topic=hit.topic) if hit.topic else widgets.to("help", error=hit.title)
        title = tables.anchor(hit.title if hit.heading == hit.title else f"{hit.title} · {hit.heading}", address)
        st.html(f'<div class="erp-line"><b>{title}</b><span>{escape(hit.excerpt)}</span></div>')


def _refusal(one: guide.Explained) -> None:
    with widgets.panel("refusal", one.code):
        st.html(tables.facts([(t("help.says"), escape(one.text)), (t("help.fix"), escape(one.fix) or "–")]))
        st.caption(t("help.refused"))


if __name__ == "__main__":
    show()
