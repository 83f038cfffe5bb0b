"""The account books, 账簿: one chooser for every ledger, each row opening its voucher and the paper behind it."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboards import bar, catalogue, i18n, state, widgets
from dashboards.state import t
from dashboards.tables import Column
from erp_core.reports import columnar
from erp_core.reports.definition import Definition

DIMENSIONS = ("party", "department", "employee", "project", "item")
HIDDEN = {"voucher_id", "source_kind", "row_kind", "period", "position", "column_code", "column_name", "amount"}
NARROW = {"posted_on", "voucher", "row_kind", "account", "name", "debit", "credit", "balance", "summary"}
GROUPS = {
    "auxiliary_balance": {
        name: group
        for group, names in (
            ("opening", ("opening_debit", "opening_credit")),
            ("movement", ("debit", "credit")),
            ("year", ("ytd_debit", "ytd_credit")),
            ("closing", ("closing_debit", "closing_credit")),
        )
        for name in names
    }
}


@dataclass(frozen=True)
class Book:
    """A ledger: the report it is, and what it asks besides the months."""

    report: str
    ask: Callable[[str, str], dict | None]


def show() -> None:
    """Ask which book, for what and for which months; show it, and offer it as workbook and paper."""
    period = widgets.heading(t("books.title"), crumbs=[(t("accounts.title"), widgets.to("accounts"))], period=True)
    open_books = [name for name in BOOKS if state.sees(BOOKS[name].report)]
    chosen = bar.choose(t("books.book"), open_books, "book", lambda name: t(f"books.{name}"))
    book = BOOKS[chosen]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        months = state.calendar().periods
        earlier = [month for month in months if month <= period]
        first = bar.select(t("books.from"), earlier, "from", lambda month: month, width=130)
        asked = book.ask(first, period)
        if asked is None:
            widgets.empty(t("empty.nothing"), t("books.nothing_to_choose"))
            return
        widgets.excel(book.report, asked, key="book")
        widgets.paper(book.report, asked, key="book")
    frame = state.load(book.report, **asked)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_rows"))
        return
    _show(frame, catalogue.definition(book.report), asked)


def _show(frame: pl.DataFrame, found: Definition, asked: dict) -> None:
    frame, laid = columnar.laid_out(frame, found)
    language = state.language()
    hidden = HIDDEN - {"period", "row_kind"} if found.name == "ledger_summary" else HIDDEN
    names = [c.name for c in laid.columns if c.name not in hidden and _wanted(c.name, frame, language)]
    columns = [_column(laid, name, asked) for name in names]
    totals, kinds = None, frame["row_kind"].unique().to_list() if "row_kind" in frame.columns else []
    if found.total:
        totals = {column.key: frame[column.key].sum() for column in columns if column.kind == "money"}
    widgets.show_pages(
        f"book_{found.name}",
        frame,
        columns,
        worded=lambda row: _worded(row, found, language),
        marked=lambda row: row.get("row_kind") or "" if "line" in kinds and row.get("row_kind") != "line" else "",
        totals=totals,
        total_title=t("table.total"),
    )


def _wanted(name: str, frame: pl.DataFrame, language: str) -> bool:
    """Leave out the name in the other language, and texts that no row has."""
    if name in ("name_zh", "name_en"):
        return name == f"name_{language}"
    return frame.schema[name] != pl.String or bool((frame[name].fill_null("") != "").any())


def _column(laid: Definition, name: str, asked: dict) -> Column:
    language, found = state.language(), laid.column(name)
    group = GROUPS.get(laid.name, {}).get(name, "")
    short = t(f"accounts.{'debit' if name.endswith('debit') else 'credit'}") if group else found.title.to(language)
    return Column(
        name,
        short,
        catalogue.KINDS.get(found.kind, found.kind),
        link=_link(laid.name, name, asked),
        words=(lambda value: catalogue.label(laid.name, name, value, language)) if found.values else None,
        wide_only=name not in NARROW and not name.startswith("column "),
        group=t(f"accounts.{group}") if group else "",
    )


def _link(report: str, name: str, asked: dict) -> Callable[[dict], str | None] | None:
    def voucher(row: dict) -> str | None:
        return widgets.to("voucher", id=row["voucher_id"]) if row.get("voucher_id") else None

    def document(row: dict) -> str | None:
        kind = row.get("source_kind")
        return widgets.to("document", number=row["source_number"]) if state.is_document(kind) else None

    def ledger(row: dict) -> str | None:
        return widgets.to("ledger", account=row["account"]) if row.get("account") else None

    def of_code(row: dict) -> str:
        more = {"by": asked["by"], "code": row["code"], "account": row["account"]}
        return widgets.to("books", book="auxiliary_ledger", **more)

    found = {"voucher": voucher, "source_number": document, "account": ledger, "name_zh": ledger, "name_en": ledger}
    if report == "auxiliary_balance":
        found |= {"code": of_code, "name": of_code}
    return found.get(name)


def _worded(row: dict, found: Definition, language: str) -> dict:
    """Openings and sums say what they are where lines have their summary; a nil amount is left out of a line."""
    kind = row.get("row_kind")
    nil = ("debit", "credit") if kind == "line" else GROUPS.get(found.name, ())
    changed = {name: None for name in nil if not row[name]}
    if kind and "summary" in row and not row["summary"]:
        changed["summary"] = catalogue.label(found.name, "row_kind", kind, language)
    if found.name == "ledger_summary":
        changed["name_zh"] = changed["name_en"] = i18n.name_of(row, language)
    return row | changed


def _span(first: str, last: str) -> dict:
    return {"from_period": first, "to_period": last}


def _accounts(*, cash: bool = False, optional: bool = False) -> str | None:
    language = state.language()
    rows = [row for row in state.load("account_chart").to_dicts() if row["cash"] or not cash]
    names = {row["account"]: f"{row['account']} {i18n.name_of(row, language)}" for row in rows}
    options = ([""] if optional else []) + list(names)
    if not options:
        return None
    return bar.select(
        t("ledger.account"), options, "account", lambda code: names.get(code, t("books.all_accounts")), width=260
    )


def _of_account(first: str, last: str) -> dict | None:
    account = _accounts()
    return None if account is None else {"account": account, **_span(first, last)}


def _summary(first: str, last: str) -> dict:
    level = bar.choose(t("accounts.level"), ("1", "2", "9"), "level", lambda it: t(f"accounts.level_{it}"))
    return {**_span(first, last), "level": int(level)}


def _journal(first: str, last: str) -> dict | None:
    account = _accounts(cash=True)
    if account is None:
        return None
    start = f"{first}-01"
    return {"account": account, "from_day": start, "to_day": i18n.day(state.calendar().end_of(last))}


def _columnar(first: str, last: str) -> dict | None:
    account = _accounts()
    by = bar.select(t("books.columns"), ("account", *DIMENSIONS), "by", lambda it: t(f"books.by_{it}"), width=140)
    return None if account is None else {"account": account, "by": by, **_span(first, last)}


def _quantity(first: str, last: str) -> dict | None:
    rows = state.load("stock_on_hand", as_of=state.today()).to_dicts()
    names = {row["item"]: f"{row['item']} {row['name']}" for row in rows}
    if not names:
        return None
    item = bar.select(t("books.by_item"), tuple(names), "item", names.get, width=260)
    return {"item": item, **_span(first, last)}


def _auxiliary_balance(first: str, last: str) -> dict:
    by = bar.select(t("books.by"), DIMENSIONS, "by", lambda it: t(f"books.by_{it}"), width=140)
    others = ("none", *(name for name in DIMENSIONS if name != by))
    and_by = bar.select(t("books.and_by"), others, "and_by", lambda it: t(f"books.by_{it}"), width=140)
    account = _accounts(optional=True) or ""
    return {"by": by, "and_by": and_by, "account": account, "from_period": first, "period": last}


def _auxiliary_ledger(first: str, last: str) -> dict | None:
    by = bar.select(t("books.by"), DIMENSIONS, "by", lambda it: t(f"books.by_{it}"), width=140)
    rows = state.load("auxiliary_balance", by=by, period=last, zero=True).to_dicts()
    names = {row["code"]: f"{row['code']} {row['name']}" for row in rows}
    if not names:
        return None
    code = bar.select(t(f"books.by_{by}"), tuple(names), "code", names.get, width=240)
    return {"by": by, "code": code, "account": _accounts(optional=True) or "", **_span(first, last)}


BOOKS = {
    "summary": Book("ledger_summary", _summary),
    "detail": Book("general_ledger", _of_account),
    "journal": Book("cash_journal", _journal),
    "quantity": Book("quantity_ledger", _quantity),
    "account_quantity": Book("account_quantity_ledger", _of_account),
    "columnar": Book("columnar_ledger", _columnar),
    "auxiliary_balance": Book("auxiliary_balance", _auxiliary_balance),
    "auxiliary_ledger": Book("auxiliary_ledger", _auxiliary_ledger),
}


if __name__ == "__main__":
    show()
