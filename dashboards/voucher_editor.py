"""The editor of one voucher: head, grid, running balance, templates, paste, and saving it once."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import acts, i18n, state, tables, voucher_grid, voucher_sheet, widgets
from dashboards.state import t
from dashboards.voucher_sheet import Sheet
from erp_core.foundation.money import chinese_capitals
from erp_core.ledger import templates

WORDS = ("记", "收", "付", "转")
SHORT_LIST = 1500


def show(sheet: Sheet) -> None:
    """Show the editor of a sheet; what is written is kept at every change."""
    if sheet.restored:
        st.info(t("desk.restored"), icon=":material/history:")
    _head(sheet)
    chart = state.load("account_chart").to_dicts()
    _grid(sheet, chart)
    debit, credit = voucher_grid.sums(sheet.lines)
    _balance(debit, credit)
    _missing(sheet, chart)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _save(sheet, submit=False)
        _save(sheet, submit=True)
        if st.button(t("desk.balance"), key=f"balance_{sheet.place}", disabled=debit == credit):
            sheet.take(voucher_grid.balanced(sheet.lines))
            st.rerun()
        _paste(sheet, chart)
        _templates(sheet)
        if st.button(t("desk.drop"), key=f"drop_{sheet.place}", icon=":material/delete:", disabled=sheet.empty):
            voucher_sheet.drop(sheet)
            st.rerun()
    voucher_sheet.keep(sheet)


def _head(sheet: Sheet) -> None:
    words = WORDS if sheet.word in WORDS else (sheet.word, *WORDS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = sheet.place
        word = st.selectbox(t("desk.word"), words, index=words.index(sheet.word), key=f"word_{name}", width=90)
        day = st.date_input(t("desk.day"), sheet.day, key=f"day_{name}", width=150)
        attachments = st.number_input(
            t("desk.attachments"), 0, 9999, sheet.attachments, key=f"attachments_{name}", width=130
        )
        note = st.text_input(t("desk.note"), sheet.note, key=f"note_{name}", width=260, max_chars=200)
        groups = st.pills(
            t("desk.columns"),
            list(voucher_grid.GROUPS),
            selection_mode="multi",
            default=sheet.groups,
            format_func=lambda group: t(f"desk.group_{group}"),
            key=f"groups_{name}",
        )
    sheet.word, sheet.attachments, sheet.note = word, int(attachments), note
    sheet.voucher_on = day.isoformat() if day else sheet.voucher_on
    if list(groups or []) != sheet.groups:
        # Other columns make another grid; it begins with what was written so far.
        sheet.groups, sheet.turn = list(groups or []), sheet.turn + 1
        st.rerun()


def _grid(sheet: Sheet, chart: list[dict[str, Any]]) -> None:
    slot = f"_grid_{sheet.place}"
    if slot not in st.session_state:
        st.session_state[slot] = voucher_grid.frame_of(sheet.lines)
    edited = st.data_editor(
        st.session_state[slot],
        num_rows="dynamic",
        hide_index=True,
        column_order=voucher_grid.columns_of(sheet.groups),
        column_config=_columns(chart),
        key=f"editor_{sheet.place}",
        placeholder="",
        alt=t("desk.title"),
    )
    rows = edited.to_dicts() if isinstance(edited, pl.DataFrame) else edited.to_dict("records")
    sheet.lines = voucher_grid.lines_of(rows)


def _columns(chart: list[dict[str, Any]]) -> dict[str, Any]:
    language = state.language()
    leaves = [row for row in chart if row["leaf"] and row["active"]]
    labels = {row["account"]: voucher_grid.account_label(row, i18n.name_of(row, language)) for row in leaves}
    shown = {
        "summary": st.column_config.TextColumn(t("voucher.summary"), width="medium", max_chars=200),
        "account": st.column_config.SelectboxColumn(
            t("voucher.account"), options=list(labels), format_func=labels.get, width="medium"
        ),
        "due_on": st.column_config.DateColumn(t("desk.due_on"), format="YYYY-MM-DD"),
        "side": st.column_config.SelectboxColumn(
            t("desk.side"), options=["debit", "credit"], format_func=lambda side: t(f"accounts.{side}"), width="small"
        ),
        "currency": st.column_config.TextColumn(t("desk.currency"), max_chars=3, width="small"),
        **{
            name: st.column_config.NumberColumn(t(f"desk.{name}"), format="%.2f", step=0.01)
            for name in ("debit", "credit", "amount_foreign")
        },
        **{name: st.column_config.NumberColumn(t(f"desk.{name}")) for name in ("quantity", "price", "rate")},
        **{name: st.column_config.TextColumn(t(f"desk.{name}")) for name in ("cash_flow", "reference")},
    }
    return shown | {name: _dimension(name) for name in voucher_grid.GROUPS["dimensions"]}


def _dimension(name: str) -> Any:
    codes = state.load("dimension_values", kind=name)
    title = t(f"books.by_{name}")
    if codes.height > SHORT_LIST:
        return st.column_config.TextColumn(title)
    labels = {code: f"{code} {text} {voucher_grid.initials(text).upper()}" for code, text in codes.rows()}
    return st.column_config.SelectboxColumn(title, options=list(labels), format_func=labels.get)


def _balance(debit: Any, credit: Any) -> None:
    even = debit == credit
    word = t("desk.even") if even else t("desk.uneven", amount=i18n.amount(debit - credit))
    pairs = [
        (t("desk.debit"), i18n.amount(debit)),
        (t("desk.credit"), i18n.amount(credit)),
        (t("desk.state"), tables.badge(word, "good" if even and debit else "quiet" if even else "bad")),
    ]
    if state.language() == "zh" and even and debit:
        pairs.append((t("desk.capitals"), tables.plain(chinese_capitals(debit))))
    st.html(tables.facts(pairs))


def _missing(sheet: Sheet, chart: list[dict[str, Any]]) -> None:
    """Say while one writes which dimensions an account still asks for."""
    rules = {row["account"]: row for row in chart}
    found = [
        t("desk.wants", line=at, what=t(f"books.by_{name}"))
        for at, line in enumerate(sheet.lines, 1)
        for name in voucher_grid.GROUPS["dimensions"]
        if rules.get(line.get("account"), {}).get(f"{name}_rule") == "required" and not line.get(name)
    ]
    if found:
        widgets.chips(found[:8])


def _save(sheet: Sheet, *, submit: bool) -> None:
    verb = "ledger.voucher.revise" if sheet.draft else "ledger.voucher.draft"
    if sheet.corrects:
        verb = "ledger.voucher.reverse"
    if not state.may(verb) or (submit and (sheet.corrects or not state.may("ledger.voucher.submit"))):
        return
    title = t("desk.submit") if submit else t("desk.correct") if sheet.corrects else t("desk.save")
    more = {} if submit else {"type": "primary", "shortcut": "Ctrl+Enter"}
    if not st.button(title, key=f"save_{submit}_{sheet.place}", disabled=not sheet.lines, **more):
        return
    made = _written(sheet, verb)
    if made is None:
        return
    if submit:
        acts.act("ledger.voucher.submit", t("desk.submitted"), drafts=[made["draft"]])
    voucher_sheet.drop(sheet)
    st.query_params.clear()
    st.rerun()


def _written(sheet: Sheet, verb: str) -> dict[str, Any] | None:
    st.session_state[f"_draft_{sheet.name}"] = sheet.key
    day = sheet.day.isoformat()
    if sheet.corrects:
        return acts.act(
            verb, t("desk.corrected"), draft=sheet.name, voucher_id=sheet.corrects, voucher_on=sheet.day,
            reason=sheet.note, correct=sheet.lines,
        )  # fmt: skip
    head = {"voucher_on": day, "word": sheet.word, "attachments": sheet.attachments, "note": sheet.note}
    change = {"draft_id": sheet.draft, "version": sheet.version} if sheet.draft else {}
    made = acts.act(verb, t("desk.saved"), draft=sheet.name, lines=sheet.lines, **head, **change)
    if made is None:
        # What is corrected now is another voucher to the books.
        sheet.key = Sheet(sheet.name).key
    return made


def _paste(sheet: Sheet, chart: list[dict[str, Any]]) -> None:
    with st.popover(t("desk.paste"), icon=":material/content_paste:"), st.form(f"paste_{sheet.name}", border=False):
        st.caption(t("desk.paste_why"))
        text = st.text_area(t("desk.paste_here"), key=f"pasted_{sheet.place}", height=160)
        if st.form_submit_button(t("desk.paste_do"), type="primary") and text.strip():
            lines, unknown = voucher_grid.pasted(text, chart)
            sheet.take([*sheet.lines, *lines])
            if unknown:
                widgets.say_later(t("desk.unknown", names="、".join(unknown[:5])))
            st.rerun()


def _templates(sheet: Sheet) -> None:
    rows = {row["template"]: row for row in state.load("voucher_templates").to_dicts()}
    with st.popover(t("desk.template"), icon=":material/bookmark:"):
        if rows:
            with st.form(f"use_{sheet.name}", border=False):
                chosen = st.selectbox(t("desk.template_which"), list(rows), key=f"template_{sheet.place}")
                total = st.text_input(t("desk.template_total"), key=f"total_{sheet.place}")
                if st.form_submit_button(t("desk.template_use"), type="primary"):
                    _use(sheet, rows[chosen], total)
        else:
            st.caption(t("desk.template_none"))
        if state.may("ledger.template.save") and sheet.lines:
            with st.form(f"keep_{sheet.name}", border=False):
                name = st.text_input(t("desk.template_name"), key=f"name_{sheet.place}", max_chars=40)
                shared = st.checkbox(t("desk.template_shared"), key=f"shared_{sheet.place}")
                if st.form_submit_button(t("desk.template_keep")):
                    given = {"template": name, "lines": sheet.lines, "word": sheet.word, "shared": shared}
                    if acts.act("ledger.template.save", t("desk.template_kept"), **given) is not None:
                        st.rerun()


def _use(sheet: Sheet, row: dict[str, Any], total: str) -> None:
    lines = pl.Series([row["lines"]]).str.json_decode(pl.List(pl.Struct(dict.fromkeys(voucher_grid.SCHEMA, pl.String))))
    lines = [{k: v for k, v in line.items() if v} for line in lines[0].to_list()]
    if row["shared"]:
        amount = voucher_grid.exact(total)
        if amount is None:
            st.error(t("desk.template_needs_total"))
            return
        lines = templates.filled(lines, amount)
    sheet.word = row["word"]
    sheet.take(lines)
    st.rerun()
