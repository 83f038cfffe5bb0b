"""The three statements in their official form; every line opens into the accounts behind it."""

from html import escape

import streamlit as st

from dashboards import bar, catalogue, i18n, state, tables, widgets
from dashboards.state import t

STATEMENTS = ("balance_sheet", "income_statement", "cash_flow")
SPANS = ("month", "quarter", "half_year", "year")
COMPARED = ("amount", "previous", "last_year", "year_to_date", "change")
TOTALS = ("subtotal", "total", "grand_total")
DEPTHS = {"of_which": "in2", "deduction": "in1", "item": "in1"}


def show() -> None:
    """Show the chosen statement of the chosen month."""
    period = widgets.heading(t("finance.title"), period=True)
    names = _names(period)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = bar.choose(
            t("finance.statement"), list(names), "statement", lambda it: names[it], label_visibility="collapsed"
        )
        forms = ("form", "compare") if name in STATEMENTS else ("compare",)
        form = bar.choose(t("finance.view"), forms, "view", lambda it: t(f"finance.{it}"), label_visibility="collapsed")
        span = "month"
        if form == "compare":
            span = bar.choose(
                t("filter.span"), SPANS, "span", lambda it: t(f"finance.span_{it}"), label_visibility="collapsed"
            )
        report, asked = (name, {"period": period}) if form == "form" else _compared(name, period, span)
        widgets.excel(report, asked, key="statement")
        widgets.paper(report, asked, key="statement")
    rows = state.load(report, **asked)
    if rows.is_empty():
        widgets.empty(t("empty.nothing"), t("empty.no_postings", period=period))
        return
    line = st.query_params.get("line", "")
    if line.isdigit():
        _behind(name, int(line), period, rows.to_dicts())
    if form == "compare":
        _comparison(name, period, rows.to_dicts(), names[name])
        return
    form = _two_sided if name == "balance_sheet" else _one_sided
    st.html(_paper(name, period, form(name, period, rows.to_dicts())))


def _names(period: str) -> dict[str, str]:
    """The statements there are in a month: the official three, then those of the company's own."""
    names = {name: t(f"finance.{name}") for name in STATEMENTS}
    for row in state.load("statement_formats").to_dicts():
        if row["own"] and row["from_period"] <= period < row["until_period"]:
            names[row["statement"]] = i18n.name_of(row, state.language())
    return names


def _compared(name: str, period: str, span: str) -> tuple[str, dict]:
    return "statement", {"statement": name, "period": period, "span": span}


def _comparison(name: str, period: str, rows: list[dict], title: str) -> None:
    """One statement beside the period before, the same of last year and the year to date."""
    language = state.language()

    def link(row: dict) -> str | None:
        if row.get("line_no") is None:
            return None
        return widgets.to("finance", statement=name, period=period, view="compare", line=row["line_no"])

    titles = {column.key: column.title for column in catalogue.columns("statement", language)}
    wide = ("last_year", "year_to_date", "change")
    columns = [
        tables.Column("title", t("finance.item")),
        tables.Column("line_no", t("finance.line"), "count", wide_only=True),
        *(
            tables.Column(key, titles[key], "money", link if key == "amount" else None, wide_only=key in wide)
            for key in COMPARED
        ),
    ]
    shown = [_shown(row, list(COMPARED)) | {"title": i18n.name_of(row, language)} for row in rows]
    body = tables.table(shown, columns, marked=_mark, name=title)
    st.html(f'<div class="erp-paper"><h2>{escape(title)}</h2>{body}</div>')


def _paper(name: str, period: str, body: str) -> str:
    language = state.language()
    day = state.calendar().end_of(period) if name == "balance_sheet" else period
    when = i18n.day(day) if name == "balance_sheet" else t("finance.month", period=period)
    company = state.company()
    under = f"<span>{escape(t('finance.company', company=i18n.name_of(company, language)))}</span>"
    under += f"<span>{escape(when)}</span><span>{escape(t('finance.unit'))}</span>"
    title = escape(t(f"finance.{name}"))
    return f'<div class="erp-paper"><h2>{title}</h2><div class="under">{under}</div>{body}</div>'


def _two_sided(name: str, period: str, rows: list[dict]) -> str:
    total = next(i for i, row in enumerate(rows) if row["kind"] in TOTALS and _is_grand(rows, i))
    sides = (rows[: total + 1], rows[total + 1 :])
    longest = max(len(side) for side in sides)
    padded = [side[:-1] + [{"kind": "blank"}] * (longest - len(side)) + side[-1:] for side in sides]
    heads = (t("finance.assets"), t("finance.liabilities"))
    tables_of_sides = [_lines(name, period, side, head) for side, head in zip(padded, heads, strict=True)]
    return f'<div class="erp-two">{"".join(tables_of_sides)}</div>'


def _one_sided(name: str, period: str, rows: list[dict]) -> str:
    return _lines(name, period, rows, t("finance.item"))


def _is_grand(rows: list[dict], position: int) -> bool:
    # The left side ends where the second half of the form begins: with the heading of the liabilities.
    following = rows[position + 1] if position + 1 < len(rows) else None
    return following is not None and following["kind"] == "header" and "负债" in following["name_zh"]


def _lines(name: str, period: str, rows: list[dict], head: str) -> str:
    language = state.language()

    def link(row: dict) -> str | None:
        if row.get("line_no") is None:
            return None
        return widgets.to("finance", statement=name, period=period, line=row["line_no"])

    figures = [c for c in catalogue.columns(name, language) if c.kind == "money"]
    columns = [
        tables.Column("title", head),
        tables.Column("line_no", t("finance.line"), "count"),
        *(tables.Column(c.key, c.title, "money", link) for c in figures),
    ]
    shown = [_shown(row, [c.key for c in figures]) | {"title": i18n.name_of(row, language)} for row in rows]
    return tables.table(shown, columns, marked=_mark, name=t(f"finance.{name}"))


def _shown(row: dict, figures: list[str]) -> dict:
    # Paper leaves nil lines empty; only sums are written out.
    return row if row["kind"] in TOTALS else row | {figure: row.get(figure) or None for figure in figures}


def _mark(row: dict) -> str:
    if row["kind"] in TOTALS:
        return "total"
    if row["kind"] == "blank":
        return "blank"
    return "heading" if row["kind"] == "header" else DEPTHS.get(row["kind"], "")


def _behind(name: str, line: int, period: str, form: list[dict]) -> None:
    language = state.language()
    rows = state.load("statement_detail", statement=name, line_no=line, period=period).to_dicts()
    lines = {row["line_no"]: i18n.name_of(row, language) for row in form}
    close = (t("finance.close"), widgets.to("finance", statement=name, period=period))
    with widgets.panel("behind", t("finance.behind", line=line, name=lines.get(line, "").strip()), link=close):
        if not rows:
            widgets.empty(t("empty.nothing"), t("finance.no_accounts"))
            return

        def ledger(row: dict) -> str:
            return widgets.to("ledger", account=row["account"], period=period)

        columns = catalogue.columns("statement_detail", language, links={"account": ledger, "name": ledger})
        total = {"amount": sum(row["amount"] for row in rows)}
        widgets.show_table(rows, columns, totals=total, total_title=t("table.total"))


if __name__ == "__main__":
    show()
