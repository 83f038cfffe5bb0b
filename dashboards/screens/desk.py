"""The voucher desk: write, change, submit, review, post, correct and print vouchers, alone or many at once."""

from functools import partial

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, state, voucher_editor, voucher_sheet, widgets
from dashboards.state import t
from dashboards.tables import Column
from dashboards.voucher_sheet import Sheet

VIEWS = ("write", "drafts", "posted", "checks", "rules")
STATES = ("live", "draft", "submitted", "reviewed", "posted", "void", "all")
LISTED = (
    "word", "provisional", "voucher_on", "summary", "debit", "status", "attachments", "made_by", "reviewed_by", "note",
)  # fmt: skip
# verb -> (states it takes, whether it asks for a reason)
STEPS = {
    "submit": (("draft",), False),
    "review": (("submitted",), False),
    "post": (("reviewed",), False),
    "reject": (("submitted",), True),
    "unreview": (("reviewed",), True),
    "void": (("draft", "submitted"), True),
}


def show() -> None:
    """Show the desk: the voucher that the address names, or what is asked for."""
    period = widgets.heading(t("desk.title"), crumbs=[(t("ledger.title"), widgets.to("ledger"))], period=True)
    asked = st.query_params
    if asked.get("draft", "").isdigit():
        _draft(int(asked["draft"]))
        return
    if asked.get("correct", "").isdigit():
        _correct(int(asked["correct"]))
        return
    views = [view for view in VIEWS if view != "write" or state.may("ledger.voucher.draft")]
    view = bar.choose(t("desk.view"), views, "view", lambda it: t(f"desk.view_{it}"), label_visibility="collapsed")
    {"write": _write, "drafts": _drafts, "posted": _posted, "checks": _checks, "rules": _rules}[view](period)


def _write(period: str) -> None:
    del period
    voucher_editor.show(voucher_sheet.opened("new", Sheet("new")))
    st.caption(t("desk.import_why"))


def _draft(draft: int) -> None:
    rows = state.load("voucher_drafts", status="all", draft=draft).to_dicts()
    if not rows:
        widgets.empty(t("desk.missing"), t("desk.missing_why", number=draft))
        return
    row = rows[0]
    lines = state.load("voucher_draft_lines", draft=draft)
    if row["status"] != "draft" or not state.may("ledger.voucher.revise"):
        _read_only(row, lines)
        return
    kept = {name: row[name] for name in ("word", "attachments", "note", "version")}
    given = [{k: v for k, v in line.items() if v not in (None, "")} for line in lines.to_dicts()]
    begun = Sheet(f"draft-{draft}", str(row["voucher_on"]), draft=draft, **kept)
    begun.take([_text_of(line) for line in given])
    st.caption(t("desk.changing", number=_number(row), who=row["changed_by"] or row["made_by"]))
    sheet = voucher_sheet.opened(begun.name, begun)
    if sheet.version != row["version"]:
        st.warning(t("desk.changed", who=row["changed_by"]), icon=":material/group:")
    voucher_editor.show(sheet)


def _text_of(line: dict) -> dict:
    names = voucher_editor.voucher_grid.SCHEMA
    return {k: str(v) for k, v in line.items() if k in names and not (k in ("debit", "credit") and not v)}


def _number(row: dict) -> str:
    """The provisional number, in brackets as long as it is one."""
    return f"{row['word']}-({row['provisional']})"


def _read_only(row: dict, lines: pl.DataFrame) -> None:
    status = catalogue.label("voucher_drafts", "status", row["status"], state.language())
    widgets.chips([_number(row), str(row["voucher_on"]), status, row["made_by"], row["note"]])
    names = ("summary", "account", "account_name", "debit", "credit", "party", "department", "amount_foreign")
    columns = catalogue.columns("voucher_draft_lines", state.language(), *names)
    totals = {side: lines[side].sum() for side in ("debit", "credit")}
    widgets.show_table(lines.to_dicts(), columns, totals=totals, total_title=t("table.total"))
    _steps([row], key="one")


def _correct(voucher_id: int) -> None:
    lines = state.load("voucher_lines", voucher_id=voucher_id).to_dicts()
    if not lines or not state.may("ledger.voucher.reverse"):
        widgets.empty(t("voucher.missing"), t("voucher.missing_why", number=voucher_id))
        return
    begun = Sheet(f"correct-{voucher_id}", corrects=voucher_id)
    begun.take([_text_of({k: v for k, v in line.items() if v not in (None, "")}) for line in lines])
    st.info(t("desk.correcting", number=lines[0]["voucher"]), icon=":material/undo:")
    voucher_editor.show(voucher_sheet.opened(begun.name, begun))


def _drafts(period: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        status = bar.select(t("desk.state"), STATES, "status", lambda it: t(f"desk.state_{it}"), width=130)
        span = bar.choose(t("desk.reach"), ("month", "ever"), "reach", lambda it: t(f"desk.reach_{it}"))
        search = bar.search(t("filter.search"), width=200)
        everything = st.checkbox(t("desk.all"), key="all_drafts")
        _renumber(period)
    asked = {"status": status, "search": search, "period": period if span == "month" else ""}
    frame = state.load("voucher_drafts", **asked)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("desk.no_drafts"))
        return
    shown = catalogue.columns("voucher_drafts", state.language(), *LISTED)
    picked = _table("drafts", frame, shown)
    rows = frame.to_dicts()
    chosen = rows if everything else [rows[at] for at in picked if at < len(rows)]
    st.caption(t("desk.chosen", count=len(chosen), of=len(rows)))
    _steps(chosen, key="many")
    if len(chosen) == 1 and st.button(t("desk.open"), icon=":material/edit:"):
        st.query_params.from_dict({"draft": str(chosen[0]["draft_id"])})
        st.rerun()


def _table(key: str, frame: pl.DataFrame, columns: list[Column]) -> list[int]:
    """A list in which rows can be picked; returns the places of those picked."""
    worded = frame.select(column.key for column in columns).with_columns(pl.col(pl.Decimal).cast(pl.Float64))
    for column in columns:
        if column.words and column.key in worded.columns:
            worded = worded.with_columns(pl.col(column.key).map_elements(column.words, pl.String))
    kinds = {
        "money": partial(st.column_config.NumberColumn, format="%,.2f"),
        "date": partial(st.column_config.DateColumn, format="YYYY-MM-DD"),
    }
    config = {column.key: kinds.get(column.kind, st.column_config.Column)(column.title) for column in columns}
    event = st.dataframe(
        worded, column_config=config, hide_index=True, on_select="rerun", selection_mode="multi-row", key=f"list_{key}",
        height=480 if frame.height > 12 else "content", alt=t("desk.title"),
    )  # fmt: skip
    return list((event or {}).get("selection", {}).get("rows", []))


def _steps(chosen: list[dict], key: str) -> None:
    """Offer the steps that all chosen drafts can take."""
    if not chosen:
        return
    drafts, states = [row["draft_id"] for row in chosen], {row["status"] for row in chosen}
    with st.container(horizontal=True):
        for step, (takes, why) in STEPS.items():
            if not states <= set(takes):
                continue
            verb, slot = f"ledger.voucher.{step}", f"{step}_{key}"
            done = t(f"desk.done_{step}", count=len(drafts))
            if why:
                ask = partial(_with_reason, drafts, slot)
                acts.asked(verb, t(f"desk.do_{step}"), done, key=slot, ask=ask)
            else:
                acts.button(verb, t(f"desk.do_{step}"), done, key=slot, main=step == "post", drafts=drafts)


def _with_reason(drafts: list[int], slot: str) -> dict[str, object]:
    return {"drafts": drafts, **acts.reason(slot)}


def _renumber(period: str) -> None:
    if not state.may("ledger.voucher.renumber"):
        return
    acts.asked(
        "ledger.voucher.renumber",
        t("desk.renumber"),
        t("desk.renumbered"),
        key="renumber",
        why=t("desk.renumber_why"),
        ask=lambda: {"period": period, "word": st.selectbox(t("desk.word"), voucher_editor.WORDS)},
    )


def _posted(period: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = bar.search(t("filter.search"), width=240)
        everything = st.checkbox(t("desk.all"), key="all_posted")
    frame = state.load("voucher_list", period=period, search=search)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_rows"))
        return
    names = ("word", "number", "voucher_on", "summary", "debit", "kind", "source_number", "made_by", "reviewed_by")
    picked = _table("posted", frame, catalogue.columns("voucher_list", state.language(), *names))
    chosen = frame if everything else frame[picked]
    st.caption(t("desk.chosen", count=chosen.height, of=frame.height))
    if chosen.height:
        numbers = ",".join(map(str, chosen["voucher_id"]))
        whole = {"period": period} if everything and not search else {"vouchers": numbers}
        with st.container(horizontal=True, vertical_alignment="center"):
            widgets.paper("voucher_paper", whole, key="vouchers")
            if chosen.height == 1:
                voucher_id = chosen["voucher_id"][0]
                st.html(widgets.tables.anchor(t("desk.open"), widgets.to("voucher", id=voucher_id), "erp-button"))
    _gaps(period)


def _gaps(period: str) -> None:
    frame = state.load("voucher_gaps", period=period)
    with widgets.panel("gaps", t("desk.gaps"), note=t("desk.gaps_why")):
        if frame.is_empty():
            st.caption(t("desk.no_gaps"))
        else:
            widgets.show_table(frame.to_dicts(), catalogue.columns("voucher_gaps", state.language()))


def _checks(period: str) -> None:
    stage = bar.choose(t("desk.reach"), ("waiting", "posted"), "stage", lambda it: t(f"desk.stage_{it}"))
    frame = state.load("voucher_checks", period=period, stage=stage)
    if frame.is_empty():
        widgets.empty(t("empty.nothing"), t("desk.no_checks"))
        return
    place = ("desk", "draft") if stage == "waiting" else ("voucher", "id")
    links = {"voucher": lambda row: widgets.to(place[0], **{place[1]: row["id"]})}
    names = ("reason", "voucher", "voucher_on", "summary", "amount", "made_by")
    widgets.show_pages("checks", frame, catalogue.columns("voucher_checks", state.language(), *names, links=links))


def _rules(period: str) -> None:
    del period
    language = state.language()
    frame = state.load("posting_rules", on_day=state.today())
    title = f"title_{language}"
    names = (title, "valid_from", "side", "account", "resolved", "amount", "condition", "dimensions", "tied", "used")
    first = frame.with_columns(again=pl.col("event").shift(1) == pl.col("event")).to_dicts()
    rows = [row | {title: "" if row["again"] else row[title], "tied": "✓" if row["tied"] else ""} for row in first]
    st.caption(t("desk.rules_why"))
    with st.container(horizontal=True):
        widgets.excel("posting_rules", {}, key="rules")
    widgets.show_table(rows, catalogue.columns("posting_rules", language, *names), name=t("desk.view_rules"))


if __name__ == "__main__":
    show()
