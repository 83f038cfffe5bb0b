"""Connections to other systems: how each stands, what its runs brought, and the rows nobody could take yet."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, catalogue, i18n, state, tables, widgets
from dashboards.state import t

RUNS_SHOWN = 30
LETTERS_SHOWN = 50
TONES = {"done": "good", "unchanged": "quiet", "partial": "warn", "failed": "bad"}


def show() -> None:
    """Show the connectors, or one of them with its runs and dead letters."""
    frame = state.load("connectors")
    wanted = st.query_params.get("name", "")
    chosen = [row for row in frame.to_dicts() if row["name"] == wanted]
    crumbs = [(t("connectors.title"), widgets.to("connectors"))] if chosen else []
    widgets.heading(chosen[0]["title"] or wanted if chosen else t("connectors.title"), crumbs=crumbs, dated=False)
    if chosen:
        _about(chosen[0])
    else:
        _list(frame)
    _letters(wanted if chosen else "")
    _runs(wanted if chosen else "")


def _list(frame: pl.DataFrame) -> None:
    with widgets.panel("connectors", t("connectors.all")):
        if frame.is_empty():
            widgets.empty(t("connectors.none"), t("connectors.none_why"))
            return
        names = ("name", "direction", "kind", "target", "last_run_at", "outcome", "letters", "next_run_at")
        wide = ("kind", "target", "last_run_at", "next_run_at")
        columns = catalogue.columns("connectors", state.language(), *names, links={"name": _address}, wide_only=wide)
        rows = [
            row | {key: i18n.instant(row[key]) for key in ("last_run_at", "next_run_at")} for row in frame.to_dicts()
        ]
        widgets.show_table(rows, columns, marked=lambda row: "bad" if row["outcome"] == "failed" else "")


def _address(row: dict) -> str:
    return widgets.to("connectors", name=row["name"])


def _about(row: dict) -> None:
    word = catalogue.label("connectors", "outcome", row["outcome"], state.language()) if row["outcome"] else "–"
    pairs = [
        (
            t("connectors.direction"),
            escape(catalogue.label("connectors", "direction", row["direction"], state.language())),
        ),
        (t("connectors.kind"), escape(catalogue.label("connectors", "kind", row["kind"], state.language()))),
        (t("connectors.target"), escape(row["target"])),
        (t("connectors.place"), escape(row["place"])),
        (t("connectors.last"), i18n.instant(row["last_run_at"]) or "–"),
        (t("connectors.outcome"), tables.badge(word, TONES.get(row["outcome"] or "", "quiet"))),
        (t("connectors.next"), i18n.instant(row["next_run_at"]) or t("connectors.by_hand")),
    ]
    with widgets.panel("connector", row["name"]):
        st.html(tables.facts(pairs))
        acts.button(
            "connector.run",
            t("connectors.run"),
            t("connectors.ran"),
            key="run",
            icon=":material/sync:",
            name=row["name"],
        )


def _letters(name: str) -> None:
    frame = state.load("dead_letters", connector=name)
    with widgets.panel("letters", t("connectors.letters"), note=f"{frame.height:,}" if frame.height else ""):
        if frame.is_empty():
            widgets.empty(t("connectors.no_letters"), t("connectors.no_letters_why"))
            return
        columns = catalogue.columns(
            "dead_letters", state.language(), "letter_id", "connector", "external_id", "field", "problem", "tries",
            "next_try_at", wide_only=("connector", "field", "tries", "next_try_at"),
        )  # fmt: skip
        shown = frame.head(LETTERS_SHOWN)
        rows = [row | {"next_try_at": i18n.instant(row["next_try_at"])} for row in shown.to_dicts()]
        widgets.show_table(rows, columns)
        if frame.height > LETTERS_SHOWN:
            st.caption(t("connectors.more", shown=LETTERS_SHOWN, all=f"{frame.height:,}"))
        numbers = shown["letter_id"].to_list()
        with st.container(horizontal=True):
            acts.asked(
                "connector.retry", t("connectors.retry"), t("connectors.retried"), key="retry", icon=":material/redo:",
                ask=lambda: {"letters": _chosen(numbers, "retry")},
            )  # fmt: skip
            acts.asked(
                "connector.resolve", t("connectors.resolve"), t("connectors.resolved"), key="resolve",
                ask=lambda: {"letters": _chosen(numbers, "resolve"), **acts.reason("resolve")},
            )  # fmt: skip


def _chosen(numbers: list[int], key: str) -> list[int]:
    return st.multiselect(
        t("connectors.letters"), numbers, numbers[:1], key=f"letters_{key}", placeholder=t("people.choose")
    )


def _runs(name: str) -> None:
    frame = state.load("connector_runs", connector=name).head(RUNS_SHOWN)
    with widgets.panel("runs", t("connectors.runs")):
        if frame.is_empty():
            widgets.empty(t("connectors.no_runs"), t("connectors.no_runs_why"))
            return
        names = (
            "started_at",
            "connector",
            "outcome",
            "rows_in",
            "rows_taken",
            "rows_known",
            "rows_rejected",
            "rows_out",
        )
        wide = ("connector", "rows_known", "rows_out")
        columns = catalogue.columns("connector_runs", state.language(), *names, wide_only=wide)
        rows = [row | {"started_at": i18n.instant(row["started_at"])} for row in frame.to_dicts()]
        widgets.show_table(rows, columns, marked=lambda row: "bad" if row["outcome"] == "failed" else "")


if __name__ == "__main__":
    show()
