"""Writing a claim, made for a phone: one receipt after the other, then what it was for, then handed in."""

from datetime import date
from html import escape

import streamlit as st

from dashboards import acts, i18n, state, tables, widgets
from dashboards.state import t

LINES, OF = "_claim_lines", "_claim_of"


def show() -> None:
    """Ask for the lines of a new claim, or of the draft that the address names."""
    number = st.query_params.get("number", "")
    head = _begin(number)
    crumbs = [(t("claims.title"), widgets.to("claims"))]
    widgets.heading(f"{t('claim_entry.title')} {number}".strip(), crumbs=crumbs, dated=False)
    if number and head is None:
        widgets.empty(t("document.missing"), t("claim.missing"))
        return
    choices = _choices()
    _add(choices)
    _listed(choices)
    if st.session_state[LINES]:
        _finish(number, head or {}, choices)


def _begin(number: str) -> dict | None:
    """The lines in preparation: kept over reruns, those of a draft taken from the books once."""
    rows = state.load("claims", number=number).to_dicts() if number else []
    if st.session_state.get(OF) != number or LINES not in st.session_state:
        st.session_state[OF] = number
        st.session_state[LINES] = [_from_books(row) for row in _lines_of(number)] if rows else []
    return rows[0] if rows else None


def _lines_of(number: str) -> list[dict]:
    return state.load("claim_lines", number=number).to_dicts()


def _from_books(row: dict) -> dict:
    texts = ("category", "receipt", "invoice_number", "city", "description", "note", "project", "department")
    figures = {"gross": str(row["gross"]), "units": str(row["units"].normalize()), "untaxed": str(row["untaxed"])}
    stated = {"tax": str(row["tax"])} if row["receipt"] in ("special", "travel", "toll") and row["tax"] else {}
    return {"line": row["line"], "spent_on": row["spent_on"], **figures, **stated} | {
        name: row[name] for name in texts if row[name]
    }


def _choices() -> dict[str, dict[str, str]]:
    """What can be chosen: kind -> code -> name."""
    name = "name_en" if state.language() == "en" else "name_zh"
    found: dict[str, dict[str, str]] = {}
    for row in state.load("claim_choices").to_dicts():
        found.setdefault(row["kind"], {})[row["code"]] = row[name]
    return found


def _add(choices: dict[str, dict[str, str]]) -> None:
    with st.container(border=True, key="card_receipt"), st.form("receipt", clear_on_submit=True, border=False):
        kinds, receipts = choices.get("category", {}), choices.get("receipt", {})
        category = st.selectbox(t("claim_entry.category"), list(kinds), format_func=kinds.get)
        gross = st.text_input(t("claim_entry.gross"), placeholder="0.00")
        spent = st.date_input(t("claim_entry.spent_on"), state.now().date(), format="YYYY-MM-DD")
        codes = sorted(receipts, key=lambda code: (code != "ordinary", code))
        receipt = st.selectbox(t("claim_entry.receipt"), codes, format_func=receipts.get)
        invoice = st.text_input(t("claim_entry.invoice"), max_chars=40)
        with st.expander(t("claim_entry.more")):
            city = st.selectbox(
                t("claim_entry.city"), list(choices.get("city", {})), index=None, accept_new_options=True
            )
            units = st.text_input(t("claim_entry.units"), "1", help=t("claim_entry.units_why"))
            tax = st.text_input(t("claim_entry.tax"), help=t("claim_entry.tax_why"))
            untaxed = st.text_input(t("claim_entry.untaxed"), help=t("claim_entry.untaxed_why"))
            note = st.text_input(t("claim_entry.note"), max_chars=200)
        added = st.form_submit_button(t("claim_entry.add"), icon=":material/add:", type="secondary", width="stretch")
    if added:
        line = {
            "category": category, "gross": gross, "spent_on": spent, "receipt": receipt, "invoice_number": invoice,
            "city": city, "units": units, "tax": tax, "untaxed": untaxed, "note": note,
        }  # fmt: skip
        st.session_state[LINES].append({name: value for name, value in line.items() if value not in (None, "")})
        st.rerun()


def _listed(choices: dict[str, dict[str, str]]) -> None:
    lines = st.session_state[LINES]
    if not lines:
        widgets.empty(t("claim_entry.none"), t("claim_entry.none_why"))
        return
    with widgets.panel("lines", t("claim.lines"), note=t("claim_entry.count", count=len(lines))):
        for at, line in enumerate(lines):
            with st.container(horizontal=True, vertical_alignment="center", key=f"line_{at}"):
                st.html(_told(line, choices))
                if st.button(t("claim_entry.remove"), key=f"remove_{at}", type="tertiary", icon=":material/close:"):
                    lines.pop(at)
                    st.rerun()


def _told(line: dict, choices: dict[str, dict[str, str]]) -> str:
    kind = choices.get("category", {}).get(line["category"], line["category"])
    more = " · ".join(str(line[name]) for name in ("invoice_number", "city", "note") if line.get(name))
    day = i18n.day(line["spent_on"]) if isinstance(line["spent_on"], date) else str(line["spent_on"])
    amount = escape(str(line.get("gross", "")))
    return f"<b>{escape(kind)}</b> {amount}<br><span class='erp-note'>{escape(day)} {escape(more)}</span>"


def _finish(number: str, head: dict, choices: dict[str, dict[str, str]]) -> None:
    projects, employees = choices.get("project", {}), choices.get("employee", {})
    own = state.me().get("employee", "")
    with st.form("claim", border=False):
        note = st.text_input(t("claims.what_for"), head.get("note", ""), max_chars=200)
        project = st.selectbox(
            t("claim_entry.project"), ["", *projects], ["", *projects].index(head.get("project") or ""),
            format_func=lambda code: projects.get(code, t("settle.none")),
        ) if projects else ""  # fmt: skip
        employee = "" if own else st.selectbox(t("claims.employee"), list(employees), format_func=employees.get)
        with st.container(horizontal=True):
            handed = st.form_submit_button(
                t("claim_entry.submit"), type="primary", icon=":material/send:", width="stretch"
            )
            saved = st.form_submit_button(t("claim_entry.save"), width="stretch")
    if not handed and not saved:
        return
    given = {"note": note, "project": project, "employee": employee or head.get("employee") or own}
    made = _save(number, head, {name: value for name, value in given.items() if value})
    if made is None or (handed and not _submit(made)):
        return
    st.session_state.pop(LINES, None)
    query = {"number": made} | ({} if state.language() == state.DEFAULT_LANGUAGE else {"lang": state.language()})
    st.switch_page("screens/claim.py", query_params=query)


def _save(number: str, head: dict, given: dict) -> str | None:
    """Write the draft, or write over it; returns its number."""
    lines = st.session_state[LINES]
    if number:
        asked = {"number": number, "version": head["version"], "document": given, "lines": lines}
        made = acts.act("claims.claim.revise", t("claims.saved"), draft=f"revise_{number}", **asked)
        return number if made is not None else None
    document = given | {"document_on": state.now().date()}
    plain = [{name: value for name, value in line.items() if name != "line"} for line in lines]
    made = acts.act("claims.claim.write", t("claims.saved"), draft="claim", documents=document, lines=plain)
    if made is None:
        return None
    # What is refused from here on is refused to a draft that is there.
    written = next(iter(made["numbers"].values()))
    st.session_state[OF] = written
    return written


def _submit(number: str) -> bool:
    done = acts.act("claims.claim.submit", t("claim.submitted"), draft=f"submit_{number}", numbers=[number])
    if done is None:
        st.html(tables.anchor(t("claim_entry.kept", number=number), widgets.to("claim", number=number), "erp-button"))
    return done is not None


if __name__ == "__main__":
    show()
