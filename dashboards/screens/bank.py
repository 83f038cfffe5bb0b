"""Bank: the bank's lines and the books' side by side, proposals to confirm, matchings to undo, statements to load."""

import tempfile
from decimal import Decimal
from html import escape
from pathlib import Path

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t
from erp_core.foundation.errors import Refusal
from pipelines.banking.read import prepare

VIEWS = ("match", "proposals", "history", "statements", "accounts")
KINDS = ("csv", "txt", "xls", "xlsx", "sta", "mt940", "940", "xml", "html")


def show() -> None:
    """Show one view of one account at a bank."""
    widgets.heading(t("bank.title"), dated=False)
    known = state.load("bank_accounts").to_dicts()
    if not known:
        widgets.empty(t("bank.none"), t("bank.none_why"))
        _set_up()
        return
    rows = {row["code"]: row for row in known}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = bar.select(t("bank.account"), list(rows), "account", lambda one: f"{one} {rows[one]['name']}", width=240)
        view = bar.choose(
            t("people.view"), VIEWS, "view", lambda name: _title(name, rows[code]), label_visibility="collapsed"
        )
    {"match": _match, "proposals": _proposals, "history": _history, "statements": _statements, "accounts": _accounts}[
        view
    ](code, rows)


def _title(view: str, row: dict) -> str:
    count = {"proposals": row["proposals"], "match": row["open_bank"] + row["open_book"]}.get(view, 0)
    return f"{t(f'bank.{view}')} {count}" if count else t(f"bank.{view}")


def _match(code: str, _: dict) -> None:
    acts.button(
        "banking.match.propose", t("bank.search"), t("bank.searched"), key="search", main=True, bank_account=code
    )
    bank = state.load("bank_lines", bank_account=code, state="open")
    book = state.load("bank_books", bank_account=code, state="open")
    if bank.is_empty() and book.is_empty():
        widgets.empty(t("bank.nothing_open"), t("bank.nothing_open_why"))
        return
    left, right = st.columns(2)
    with left, widgets.panel("bank_lines", t("bank.of_bank"), note=t("bank.lines", count=bank.height)):
        chosen_bank = _pick("bank_lines", bank, ("posted_on", "amount", "counterparty", "summary", "reference"))
    with right, widgets.panel("bank_books", t("bank.of_books"), note=t("bank.lines", count=book.height)):
        chosen_book = _pick("bank_books", book, ("voucher_on", "amount", "voucher", "summary", "source_number"))
    _link(code, bank[chosen_bank], book[chosen_book])


def _pick(report: str, frame: pl.DataFrame, names: tuple[str, ...]) -> list[int]:
    """A list in which several rows can be chosen; returns their positions."""
    if frame.is_empty():
        st.caption(t("empty.nothing"))
        return []
    titles = {column.key: column.title for column in catalogue.columns(report, state.language(), *names)}
    # Figures are shown as text, so that no browser rounds them.
    shown = frame.select(
        pl.col(name).map_elements(_words, pl.String, skip_nulls=False).alias(titles[name]) for name in names
    )
    event = st.dataframe(
        shown, key=f"pick_{report}", on_select="rerun", selection_mode="multi-row", hide_index=True, height=380
    )
    return list((event or {}).get("selection", {}).get("rows", []))


def _words(value: object) -> str:
    if isinstance(value, Decimal):
        return i18n.amount(value)
    return "" if value is None else str(value)


def _link(code: str, bank: pl.DataFrame, book: pl.DataFrame) -> None:
    if bank.is_empty() and book.is_empty():
        st.caption(t("bank.choose"))
        return
    sums = bank["amount"].sum() or Decimal(0), book["amount"].sum() or Decimal(0)
    apart = sums[0] - sums[1]
    pairs = [
        (t("bank.of_bank"), i18n.amount(sums[0])),
        (t("bank.of_books"), i18n.amount(sums[1])),
        (t("bank.apart"), tables.badge(i18n.amount(apart), "good" if not apart else "bad")),
    ]
    with st.container(border=True, key="card_link"):
        st.html(tables.facts(pairs))
        with st.container(horizontal=True):
            if not apart:
                acts.button(
                    "banking.match.link", t("bank.link"), t("bank.linked"), key="link", main=True, bank_account=code,
                    bank=bank["line_id"].to_list(), book=book["book_line"].to_list(),
                )  # fmt: skip
            if book.is_empty():
                _book(bank["line_id"].to_list())


def _book(lines: list[int]) -> None:
    acts.button("banking.line.book", t("bank.book_ruled"), t("bank.booked"), key="ruled", lines=lines)
    acts.asked("banking.line.book", t("bank.book"), t("bank.booked"), key="book", ask=lambda: _booking(lines))


def _booking(lines: list[int]) -> dict[str, object]:
    account = st.text_input(t("bank.other_account"), key="book_account")
    summary = st.text_input(t("bank.summary"), key="book_summary", max_chars=200)
    party = st.text_input(t("bank.party"), key="book_party")
    department = st.text_input(t("bank.department"), key="book_department")
    in_red = st.checkbox(t("bank.in_red"), key="book_red", help=t("bank.in_red_why"))
    given = {"account": account.strip(), "summary": summary, "party": party.strip(), "department": department.strip()}
    return {"lines": lines, "in_red": in_red, **given}


def _proposals(code: str, _: dict) -> None:
    frame = state.load("bank_proposals", bank_account=code)
    if frame.is_empty():
        widgets.empty(t("bank.no_proposals"), t("bank.no_proposals_why"))
        return
    sure = frame.filter(pl.col("confidence") >= 0.9)["proposal_id"].unique().sort().to_list()
    if sure:
        acts.button(
            "banking.match.confirm",
            t("bank.confirm_sure", count=len(sure)),
            t("bank.confirmed"),
            key="sure",
            main=True,
            proposals=sure,
        )
    groups = frame.partition_by("proposal_id", maintain_order=True)
    for group in groups[: widgets.PAGE_ROWS]:
        row = group.row(0, named=True)
        rule = catalogue.label("bank_proposals", "rule", row["rule"], state.language())
        note = t("bank.confidence", percent=f"{row['confidence']:.0%}")
        with widgets.panel(f"proposal_{row['proposal_id']}", rule, note=note):
            _sides(group, "bank_proposals", ("side", "known_on", "amount", "counterparty", "summary", "number"))
            acts.button(
                "banking.match.confirm", t("bank.confirm"), t("bank.confirmed"), key=f"confirm_{row['proposal_id']}",
                proposals=[row["proposal_id"]],
            )  # fmt: skip
    if len(groups) > widgets.PAGE_ROWS:
        st.caption(t("bank.more", count=len(groups) - widgets.PAGE_ROWS))


def _sides(group: pl.DataFrame, report: str, names: tuple[str, ...]) -> None:
    columns = catalogue.columns(report, state.language(), *names, wide_only=("counterparty", "number"))
    widgets.show_table(group.to_dicts(), columns)


def _history(code: str, _: dict) -> None:
    frame = state.load("bank_matches", bank_account=code)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("bank.no_history"))
        return
    names = ("match_id", "side", "known_on", "amount", "summary", "rule", "matched_by", "undone_by", "reason")
    columns = catalogue.columns(
        "bank_matches", state.language(), *names, wide_only=("rule", "matched_by", "undone_by", "reason")
    )
    widgets.show_pages("matches", frame, columns, marked=lambda row: "quiet" if row["undone_by"] else "")
    live = frame.filter(pl.col("undone_by").is_null())["match_id"].unique().sort(descending=True).to_list()
    if live:
        acts.asked(
            "banking.match.undo", t("bank.undo"), t("bank.undone"), key="undo", icon=":material/undo:",
            ask=lambda: {"match": st.selectbox(t("bank.matching"), live, key="undo_match")} | acts.reason("undo"),
        )  # fmt: skip


def _statements(code: str, _: dict) -> None:
    if state.may("banking.statement.load"):
        with st.form("statement", clear_on_submit=True, border=False):
            files = st.file_uploader(t("bank.file"), KINDS, accept_multiple_files=True)
            sent = st.form_submit_button(t("bank.load"), type="primary", icon=":material/upload_file:")
        if sent and files:
            loaded = [_load(code, file.name, file.getvalue()) for file in files]
            if all(loaded):
                st.rerun()
    frame = state.load("bank_statements", bank_account=code)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("bank.no_statements"))
        return
    names = (
        "file",
        "layout",
        "from_on",
        "to_on",
        "rows_read",
        "rows_added",
        "rows_known",
        "rows_double",
        "closing",
        "loaded_by",
    )
    columns = catalogue.columns(
        "bank_statements", state.language(), *names, wide_only=("layout", "rows_read", "closing", "loaded_by")
    )
    widgets.show_pages("statements", frame, columns)


def _load(code: str, name: str, content: bytes) -> bool:
    """Read an uploaded file and load it; what it came to is told, and why it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        # The name is only told, never a path.
        path = Path(folder) / ("statement" + Path(name).suffix[:8])
        path.write_bytes(content)
        try:
            given, over = prepare(state.books(), path, bank_account=code, file=name)
        except Refusal as refusal:
            refusal.facts["file"] = name
            widgets.sorry(refusal, "")
            return False
    made = acts.act("banking.statement.load", "", draft=f"load_{given['file_hash']}", **given)
    if made is None:
        return False
    told = {key: made[key] for key in ("read", "added", "known", "double")}
    widgets.say_later(t("bank.loaded", file=name, over=sum(over.values()), gaps=len(made["gaps"]), **told))
    return True


def _accounts(_: str, rows: dict[str, dict]) -> None:
    names = (
        "code",
        "name",
        "bank",
        "number",
        "account",
        "bank_balance",
        "loaded_to",
        "open_bank",
        "open_book",
        "kept_on",
    )
    columns = catalogue.columns("bank_accounts", state.language(), *names, wide_only=("bank", "number", "account"))
    widgets.show_table(list(rows.values()), columns)
    _set_up()
    rules = state.load("bank_rules").to_dicts()
    columns = catalogue.columns(
        "bank_rules", state.language(), "what", "rule", "kind", "contains", "account", "days", "automatic"
    )
    with widgets.panel("rules", t("bank.rules")):
        words = {True: t("rows.yes"), False: t("rows.no")}
        widgets.show_table([row | {"automatic": words[row["automatic"]]} for row in rules], columns)


def _set_up() -> None:
    acts.asked("banking.account.save", t("bank.set_up"), t("bank.saved"), key="account", ask=_account)


def _account() -> dict[str, object]:
    code, name, bank, number, account, opening = (
        st.text_input(escape(t(f"bank.new_{field}")), key=f"new_{field}")
        for field in ("code", "name", "bank", "number", "account", "opening")
    )
    begins = st.date_input(t("bank.new_begins"), state.today().replace(day=1), key="new_begins", format="YYYY-MM-DD")
    row = {"code": code, "name": name, "bank": bank, "number": number, "account": account, "begins_on": begins}
    return {"accounts": [row | {"bank_opening": opening or "0"}]}


if __name__ == "__main__":
    show()
