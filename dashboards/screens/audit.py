"""The audit: who did what and when, what was denied, and each field before and after; searched, and taken along."""

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from dashboards import bar, catalogue, i18n, state, widgets
from dashboards.state import t
from erp_core.foundation.words import word

VIEWS = {"acts": "audit_trail", "changes": "audit_changes"}
DAYS = ("7", "30", "90", "365")
NARROW = ("happened_at", "actor", "verb", "field", "after")


def show() -> None:
    """Show acts or changes of a stretch of days, newest first."""
    widgets.heading(t("audit.title"), dated=False)
    act = st.query_params.get("act", "")
    view = bar.choose(
        t("people.view"), tuple(VIEWS), "view", lambda name: t(f"audit.{name}"), label_visibility="collapsed"
    )
    report = VIEWS[view]
    given = _filters(view)
    frame = state.load(report, **given).reverse()
    if act.isdecimal():
        frame = frame.filter(frame["act_id"] == int(act))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("table.rows", rows=f"{frame.height:,}"), width="content")
        widgets.excel(report, given, key="audit")
        widgets.offer("csv", report, given, key="audit")
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("audit.none"))
        return
    language = state.language()
    names = [
        name for name in (c.name for c in catalogue.definition(report).columns) if name not in ("act_id", "result")
    ]
    columns = catalogue.columns(
        report,
        language,
        *names,
        wide_only=tuple(name for name in names if name not in NARROW),
        links={"verb": _to_other(view)},
    )
    widgets.show_pages(
        view, frame, columns, worded=_worded, marked=lambda row: "bad" if row.get("outcome") == "denied" else ""
    )


def _filters(view: str) -> dict[str, object]:
    today = state.now().date()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = bar.select(t("audit.days"), DAYS, "days", lambda n: t("audit.last_days", days=n), width=140)
        actor = bar.search(t("audit.actor"), "actor", width=150)
        given: dict[str, object] = {"from_day": _first(today, int(days)), "to_day": today, "actor": actor}
        if view == "acts":
            outcome = bar.select(t("audit.outcome"), ("", "done", "denied"), "outcome", _outcome, width=120)
            given |= {"outcome": outcome, "verb": bar.search(t("audit.verb"), "verb", width=170)}
        else:
            given |= {"table": bar.search(t("audit.table"), "table", width=150)}
        given["contains"] = bar.search(t("audit.contains"), "contains", width=200)
    return {name: value for name, value in given.items() if value not in ("", None)}


def _first(today: date, days: int) -> date:
    return today - timedelta(days=days - 1)


def _outcome(value: str) -> str:
    return catalogue.label("audit_trail", "outcome", value, state.language()) if value else t("audit.any")


def _to_other(view: str) -> Callable[[dict], str | None]:
    other = "changes" if view == "acts" else "acts"
    days = st.query_params.get("days", DAYS[0])

    def link(row: dict) -> str | None:
        return widgets.to("audit", view=other, act=row["act_id"], days=days)

    return link


def _worded(row: dict) -> dict:
    key = f"verb.{row['verb']}"
    said = word("erp_core", key, state.language())
    told = row | {
        "happened_at": i18n.instant(row["happened_at"]),
        "verb": row["verb"] if said == key else said.rstrip("。."),
    }
    for column in ("arguments", "before", "after"):
        if row.get(column):
            told[column] = str(row[column])[:160]
    return told


if __name__ == "__main__":
    show()
