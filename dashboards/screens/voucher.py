"""One voucher as it looks on paper: one debit and one credit column, signatures, and links to where it came from."""

from html import escape

import streamlit as st

from dashboards import acts, i18n, origins, state, tables, widgets
from dashboards.state import t
from dashboards.tables import Column
from erp_core.foundation.money import chinese_capitals

DIMENSIONS = ("party_name", "department", "employee", "project", "item")


def show() -> None:
    """Show the voucher that the address names."""
    asked = st.query_params.get("id", "")
    crumbs = [(t("home.title"), widgets.to("")), (t("ledger.title"), widgets.to("ledger"))]
    lines = state.load("voucher_lines", voucher_id=int(asked)).to_dicts() if asked.isdigit() else []
    number = f" {lines[0]['voucher']}" if lines else ""
    widgets.heading(t("voucher.title") + number, crumbs=crumbs)
    if not asked:
        widgets.empty(t("empty.nothing"), t("voucher.none"))
        return
    if not lines:
        widgets.empty(t("voucher.missing"), t("voucher.missing_why", number=asked))
        return
    head = _head(int(asked), lines[0])
    _links(lines[0], head)
    st.html(_paper([row | {"voucher_id": int(asked)} for row in lines], head))
    _acts(int(asked), head)


def _head(voucher_id: int, line: dict) -> dict:
    day = line["voucher_on"]
    found = [
        row
        for row in state.load("voucher_list", from_day=day, to_day=day).to_dicts()
        if row["voucher_id"] == voucher_id
    ]
    return found[0] if found else {}


def _links(line: dict, head: dict) -> None:
    pairs = [(t("voucher.period"), escape(line["period"])), (t("voucher.source"), _source(line))]
    for name in ("reverses", "reversed_by"):
        if head.get(name):
            pairs.append((t(f"voucher.{name}"), tables.anchor(f"# {head[name]}", widgets.to("voucher", id=head[name]))))
    with widgets.panel("source", t("voucher.flow")):
        st.html(tables.facts(pairs))


def _source(line: dict) -> str:
    kind, number = line["source_kind"], line["source_number"]
    if state.is_document(kind):
        return tables.anchor(f"{t(f'kind.{kind}')} {number}", widgets.to("document", number=number))
    if kind == "asset":
        return tables.anchor(f"{t('source.asset')} {number}", widgets.to("asset_card", asset=number))
    return escape(t(f"source.{kind}") if i18n.has(f"source.{kind}") else f"{kind} {number}".strip())


def _acts(voucher_id: int, head: dict) -> None:
    """Print it; correct it by red alone, or by red and blue, where it was made by hand."""
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.paper("voucher_paper", {"vouchers": str(voucher_id)}, key="voucher")
        if head.get("kind") != "manual" or head.get("reversed_by") or not state.may("ledger.voucher.reverse"):
            return
        st.html(
            tables.anchor(t("voucher.correct"), widgets.to("desk", correct=voucher_id), "erp-button"), width="content"
        )
        acts.asked(
            "ledger.voucher.reverse",
            t("voucher.red"),
            t("voucher.red_done"),
            key="red",
            why=t("voucher.red_why"),
            ask=lambda: {
                "voucher_id": voucher_id,
                "voucher_on": st.date_input(t("desk.day"), state.today()),
                **acts.reason("red"),
            },
        )


def _paper(lines: list[dict], head: dict) -> str:
    first = lines[0]
    word, _, number = first["voucher"].partition("-")
    under = f"<span>{escape(t('voucher.date', day=i18n.day(first['voucher_on'])))}</span>"
    under += f"<span>{escape(t('finance.unit'))}</span>"
    under += f"<span><b>{escape(t('voucher.number', word=word, number=number))}</b></span>"
    signed = "".join(
        f"<span>{escape(t(f'voucher.{part}', name=head.get(f'{part}_by') or '—'))}</span>"
        for part in ("posted", "reviewed", "made")
    )
    found = origins.of_voucher(first["voucher_id"])
    body = tables.table(
        _shown(lines, found),
        _columns(first["period"], traced=bool(found)),
        totals=_totals(lines),
        total_title=_capitals(lines),
        name=t("voucher.title"),
    )
    title = escape(t("voucher.title"))
    top = f'<h2>{title}</h2><div class="under">{under}</div>'
    return f'<div class="erp-paper voucher">{top}{body}<div class="under">{signed}</div></div>'


def _columns(period: str, *, traced: bool) -> list[Column]:
    def ledger(row: dict) -> str:
        return widgets.to("ledger", account=row["account"], period=period if period[5:] != "00" else "")

    origin = Column("origin", t("trace.origin"), link=lambda row: origins.address(row["cells"][0]))
    return [
        Column("summary", t("voucher.summary")),
        Column("account_shown", t("voucher.account"), link=ledger),
        Column("dimensions", t("voucher.dimensions"), wide_only=True),
        Column("debit", t("voucher.debit"), "money"),
        Column("credit", t("voucher.credit"), "money"),
        *([origin] if traced else []),
    ]


def _shown(lines: list[dict], found: dict[int, list[dict]]) -> list[dict]:
    english = state.language() == "en"
    return [
        row
        | {
            "account_shown": f"{row['account']} {(english and row['account_name_en']) or row['account_name']}",
            "dimensions": " · ".join(row[name] for name in DIMENSIONS if row[name]),
            "debit": row["debit"] or None,
            "credit": row["credit"] or None,
            "cells": found.get(row["line"], []),
            "origin": origins.labels(found.get(row["line"], [])),
        }
        for row in lines
    ]


def _totals(lines: list[dict]) -> dict:
    return {side: sum(row[side] for row in lines) for side in ("debit", "credit")}


def _capitals(lines: list[dict]) -> str:
    capitals = chinese_capitals(_totals(lines)["debit"]) if state.language() == "zh" else ""
    return t("voucher.total", capitals=capitals).strip()


if __name__ == "__main__":
    show()
