"""The pieces screens are laid out with: heading, period picker, cards, tables, charts, downloads, empty states."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import analysis, bar, cards, catalogue, charts, i18n, scope, state, tables
from dashboards.span import SPANS, Span, month_list, span_of
from dashboards.state import t
from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import refusal_text

PAGE_ROWS = 50
ICON = Path(__file__).with_name("assets") / "mark.png"


def heading(
    title: str, *, crumbs: Iterable[tuple[str, str]] = (), badge: str = "", period: bool = False, dated: bool = True
) -> str:
    """Open a page: where it stands, its title, if dated how fresh it is; with period, ask for the month too."""
    trail = " / ".join(tables.anchor(text, address) for text, address in crumbs)
    trail = f'<p class="erp-crumbs">{trail}</p>' if trail else ""
    fresh_line = f'<span class="fresh">{escape(fresh())}</span>' if dated else ""
    top = f'<div class="erp-top"><h1>{escape(title)}</h1>{badge}{fresh_line}</div>'
    if not period:
        st.html(trail + top)
        return ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        st.html(trail + top)
        return pick_period()


def fresh() -> str:
    """Say up to which day there are documents, and up to which month the books are closed."""
    closed = state.calendar().closed_until
    known = t("fresh.as_of", day=i18n.day(state.today()))
    return f"{known} · {t('fresh.closed', period=closed) if closed else t('fresh.none_closed')}"


def pick_period() -> str:
    """Ask for a month; the choice goes along to the other screens."""
    periods = state.calendar().periods
    return bar.select(t("filter.period"), periods, "period", _month_words, width=150, label_visibility="collapsed")


def pick_span(period: str, kinds: Sequence[str] = SPANS) -> Span:
    """Ask how far back from a month: the month, the quarter, the year to date or twelve months."""
    kind = bar.choose(t("filter.span"), kinds, "span", lambda value: t(f"span.{value}"), label_visibility="collapsed")
    return span_of(kind, period, state.today())


def show_cards(*items: cards.Card) -> None:
    """Show a row of key figures."""
    st.html(cards.cards(items, state.language()))


def panel(name: str, title: str, *, note: str = "", link: tuple[str, str] | None = None) -> DeltaGenerator:
    """Open a titled card for a chart or a table; use it as a context."""
    box = st.container(border=True, key=f"card_{name}", gap="small")
    more = tables.anchor(link[0], link[1]) if link else ""
    small = f"<small>{escape(note)}</small>" if note else ""
    box.html(f'<div class="erp-h"><span>{escape(title)}</span>{small}{more}</div>')
    return box


def show_chart(
    option: dict, alt: str, *, height: int = 280, key: str | None = None, clicks: bool = False
) -> int | None:
    """Show a chart; with clicks, return the position that was clicked."""
    if not clicks:
        st.echarts_chart(option, height=height, alt=alt, key=key)
        return None
    event = st.echarts_chart(option, height=height, alt=alt, key=key, on_select="rerun")
    chosen = [i for part in (event or {}).get("selection", {}).get("selected", []) for i in part["data_indices"]]
    return chosen[0] if chosen else None


def show_sales_trend(
    key: str, title: str, days: Span, *, link: tuple[str, str] | None = None, height: int = 270
) -> None:
    """Show the sales of twelve months, and of the same months a year before where there were any."""
    reach = span_of("twelve", days.period, days.to_day)
    figures, earlier = _monthly(reach), _monthly(reach.year_before)
    divisor, unit = i18n.scale(max([*figures, *earlier]), state.language())
    series = {t("trend.this_year"): figures} | ({t("trend.last_year"): earlier} if any(earlier) else {})
    with panel(key, title, note=t("trend.note"), link=link):
        months = month_list(days.to_day, 12)
        show_chart(charts.trend(months, series, divisor=divisor, unit=unit), title, height=height)


def _monthly(reach: Span) -> list:
    frame = state.load("sales_analysis", by="month", **reach.with_history())
    return analysis.monthly(frame, month_list(reach.to_day, 12), "net")


def show_table(rows: Sequence[dict], columns: Sequence[tables.Column], **options: object) -> None:
    """Show a whole table of few rows."""
    st.html(tables.table(rows, columns, **options))


def show_pages(
    key: str,
    rows: pl.DataFrame | list[dict],
    columns: Sequence[tables.Column],
    *,
    worded: Callable[[dict], dict] | None = None,
    **options: object,
) -> None:
    """Show a long table page by page; the totals are those of all rows, worded is applied to the rows shown."""
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    slot, page = st.container(), 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("table.rows", rows=f"{len(rows):,}"), width="content")
            page = st.pagination(pages, key=f"page_{key}", width="stretch")
    shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    shown = shown.to_dicts() if isinstance(shown, pl.DataFrame) else shown
    slot.html(tables.table([worded(row) for row in shown] if worded else shown, columns, **options))


def excel(report: str, parameters: dict, *, key: str) -> None:
    """Offer the report under these filters as an Excel file, built only when asked for."""
    offer("xlsx", report, parameters, key)


def paper(report: str, parameters: dict, *, key: str) -> None:
    """Offer the report under these filters as printed paper (PDF), set only when asked for."""
    offer("pdf", report, parameters, key)


def offer(kind: str, report: str, parameters: dict, key: str) -> None:
    """Offer the report under these filters as a file of a kind: xlsx, pdf or csv."""
    # A link of our own: the front looks at the cookie, the host makes the file as this reader may see it.
    given = {name: i18n.day(value) for name, value in parameters.items() if value is not None}
    query = urlencode(given | {"lang": state.language()})
    st.html(
        f'<a class="erp-button" data-download="{kind}_{escape(key)}" href="/download/{report}.{kind}?{escape(query)}"'
        f' target="_self" download>{escape(t(f"export.{kind}"))}</a>',
        width="content",
    )


def foot(page: str = "") -> str:
    """Return the foot of the sidebar as HTML: help on the page, who is here, the way out, whose books these are."""
    who, it = state.me(), state.company()
    standard = catalogue.label("company_card", "standard", it["standard"], state.language())
    language = state.language()
    links = " · ".join(
        f'<a href="{address}?lang={language}" target="_self" data-out>{escape(t(f"foot.{key}"))}</a>'
        for key, address in (("password", "/auth/password"), ("sign_out", "/auth/sign-out"))
    )
    about = to("help", topic=page or "home")
    return (
        f'<div class="erp-foot"><a class="erp-help" href="{escape(about)}" target="_self">{escape(t("help.here"))}</a>'
        f'<div class="erp-who">'
        f'<a href="{escape(to("account"))}" target="_self"><b>{escape(who["name"])}</b></a>'
        f"<span>{escape(role_names(who['roles']))}</span><span>{links}</span></div>"
        f"{escape(i18n.name_of(it, language))}<br>{escape(standard)}</div>"
    )


def role_names(roles: Sequence[str]) -> str:
    """Return roles in the words of the reader; those made by the company keep their own names."""
    return "、".join(t(f"role.{role}") if i18n.has(f"role.{role}") else role for role in roles)


def say_later(text: str) -> None:
    """Keep a sentence for the run that follows an act."""
    st.session_state["_flash"] = text


def flash() -> None:
    """Say what the act before this run came to."""
    text = st.session_state.pop("_flash", "")
    if text:
        st.toast(text, icon=":material/check_circle:")


def empty(title: str, why: str) -> None:
    """Say that there is nothing, and why."""
    st.html(f'<div class="erp-empty"><b>{escape(title)}</b>{escape(why)}</div>')


def chips(parts: Iterable[str]) -> None:
    """Show which filters a figure uses."""
    st.html(f'<div class="erp-chips">{"".join(tables.badge(part, "accent") for part in parts if part)}</div>')


def sorry(error: BaseException, mark: str) -> None:
    """Tell a person what went wrong without a traceback: a refusal in its own words, anything else with a number."""
    if isinstance(error, Refusal):
        text, fix = refusal_text(error, state.language())
        more = f"[{t('help.more')}]({to('help', error=error.code)})"
        st.error("\n\n".join(part for part in (text, fix, more) if part))
        return
    st.error(t("error.unexpected", mark=mark))


def to(page: str, **query: object) -> str:
    """Return the address of a page in the language of this session."""
    return scope.address(page, state.language(), **query)


def _month_words(period: str) -> str:
    return t("format.month", year=period[:4], month=int(period[5:7]), number=period[5:7])
