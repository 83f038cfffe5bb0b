"""Budget: what became of it cell by cell, down to lines and papers; its versions, rules of control and warnings."""

from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, i18n, state, tables, widgets
from dashboards.cards import Card
from dashboards.state import t

VIEWS = ("variance", "versions", "rules", "warnings")
SPANS = ("to_date", "month", "year")
KEY = ("account", "department", "project")
TONES = {"approved": "good", "submitted": "warn", "draft": "quiet"}


def show() -> None:
    """Show what became of the budget, or its grid, versions, rules or warnings."""
    period = widgets.heading(t("budget.title"), period=True)
    view = bar.choose(t("people.view"), VIEWS, "view", lambda name: t(f"budget.{name}"), label_visibility="collapsed")
    {"variance": _variance, "versions": _versions, "rules": _rules}.get(view, _warnings)(period)


def _variance(period: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = bar.choose(t("budget.span"), SPANS, "span", lambda name: t(f"budget.span_{name}"))
        widgets.excel("budget_variance", {"period": period, "span": span}, key="variance")
    frame = state.load("budget_variance", period=period, span=span)
    without = not frame["budgeted"].any()
    if without:
        widgets.empty(t("budget.none"), t("budget.none_why"))
    if frame.is_empty():
        return
    chosen = {name: st.query_params.get(name, "") for name in KEY}
    if chosen["account"]:
        _behind(period, frame, chosen)
    if not without:
        _figures(frame)
    name = "account_name_en" if state.language() == "en" else "account_name"
    names = (
        "account",
        name,
        "department_name",
        "project",
        "budget",
        "used",
        "committed",
        "available",
        "rate",
        "comment",
    )
    columns = catalogue.columns(
        "budget_variance", state.language(), *names, links={"account": lambda row: _address(row, period, span)},
        wide_only=("department_name", "project", "committed", "comment"), titles={name: t("budget.account_name")},
    )  # fmt: skip
    with widgets.panel("variance", t("budget.variance"), note=t("budget.once")):
        widgets.show_pages("variance", frame, columns, marked=_mark)


def _address(row: dict, period: str, span: str) -> str:
    asked = {name: row[name] for name in KEY if row[name]}
    return widgets.to("budget", period=period, span=span, **asked)


def _mark(row: dict) -> str:
    if not row["budgeted"]:
        return "quiet"
    return "bad" if row["available"] < 0 else ""


def _figures(frame: pl.DataFrame) -> None:
    """The four figures of spending; income has a side of its own and stays out of the sums."""
    known = dict(state.load("account_chart").select("account", "category").rows())
    spent = frame.filter(pl.col("account").replace_strict(known, default="") != "income")
    sums = {name: spent[name].sum() for name in ("budget", "used", "committed", "available")}
    widgets.show_cards(
        *(
            Card(name, t(f"budget.{name}"), amount, "", t(f"budget.{name}_why"), tone="bad" if amount < 0 else "")
            for name, amount in sums.items()
        )
    )


def _behind(period: str, frame: pl.DataFrame, cell: dict[str, str]) -> None:
    """Show what counts in one cell, and let people say why it is off."""
    rows = frame.filter(pl.all_horizontal(pl.col(name) == cell[name] for name in KEY)).to_dicts()
    if not rows:
        return
    row, english = rows[0], state.language() == "en"
    title = " · ".join(
        part
        for part in (
            row["account"],
            row["account_name_en" if english else "account_name"],
            row["department_name"],
            row["project"],
        )
        if part
    )
    with widgets.panel("behind", title, link=(t("budget.close"), widgets.to("budget", period=period))):
        lines = state.load("budget_lines", from_period=row["from_period"], to_period=row["to_period"], **cell)
        if lines.is_empty():
            widgets.empty(t("empty.nothing"), t("budget.no_lines"))
        else:
            names = ("kind", "period", "happened_on", "voucher", "source_number", "summary", "amount")
            columns = catalogue.columns(
                "budget_lines", state.language(), *names, links={"voucher": _voucher, "source_number": _paper},
                wide_only=("happened_on", "summary"),
            )  # fmt: skip
            widgets.show_pages(
                "lines", lines, columns, totals={"amount": lines["amount"].sum()}, total_title=t("budget.total")
            )
        _comment(cell | {"period": period}, row["comment"])


def _comment(cell: dict[str, str], said: str) -> None:
    def ask() -> dict[str, object]:
        return cell | {"comment": st.text_input(t("budget.comment"), said, key="said", max_chars=300)}

    icon, done = ":material/comment:", t("budget.commented")
    acts.asked("budget.comment.write", t("budget.comment"), done, key="comment", icon=icon, ask=ask)


def _voucher(row: dict) -> str | None:
    return widgets.to("voucher", id=row["voucher_id"]) if row["voucher_id"] else None


def _paper(row: dict) -> str | None:
    return widgets.to("document", number=row["source_number"]) if state.is_document(row["source_kind"]) else None


def _make() -> None:
    year = state.today().year

    def ask() -> dict[str, object]:
        asked = st.number_input(t("budget.year"), year, year + 5, year, key="new_year")
        name = st.text_input(t("budget.name"), key="new_name", max_chars=60)
        numbers = ["", *state.load("budget_versions")["number"].to_list()]
        return {"year": asked, "name": name, "copy_of": st.selectbox(t("budget.copy_of"), numbers, key="copy_of")}

    acts.asked("budget.version.make", t("budget.make"), t("budget.made"), key="make", ask=ask, icon=":material/add:")


def _versions(_: str) -> None:
    rows = state.load("budget_versions").to_dicts()
    _make()
    if not rows:
        widgets.empty(t("budget.none"), t("budget.none_why"))
    for row in rows:
        badge = tables.badge(
            catalogue.label("budget_versions", "status", row["status"], state.language()),
            TONES.get(row["status"], "quiet"),
        )
        with widgets.panel(
            f"version_{row['number']}",
            f"{row['year']} · {row['number']}",
            link=(t("budget.open"), widgets.to("budget_grid", number=row["number"])),
        ):
            st.html(
                tables.facts(
                    [
                        (t("budget.name"), escape(row["name"])),
                        (t("budget.state"), badge),
                        (t("budget.amount"), i18n.amount(row["amount"])),
                        (t("budget.made_by"), escape(row["made_by"])),
                    ]
                )
            )
            if row["status"] == "submitted":
                with st.container(horizontal=True):
                    acts.button(
                        "budget.version.approve",
                        t("budget.approve"),
                        t("budget.approved"),
                        key=f"approve_{row['number']}",
                        main=True,
                        number=row["number"],
                    )
                    acts.asked(
                        "budget.version.return",
                        t("budget.return"),
                        t("budget.returned"),
                        key=f"return_{row['number']}",
                        ask=lambda number=row["number"]: {"number": number} | acts.reason(f"back_{number}"),
                    )
            elif row["status"] == "approved":
                _transfer(row["year"])


def _transfer(year: int) -> None:
    def ask() -> dict[str, object]:
        period, to_period = (
            st.text_input(t(f"budget.{name}"), f"{year}-01", key=f"move_{name}") for name in ("from_month", "to_month")
        )
        said = {
            name: st.text_input(t(f"budget.{name}"), key=f"move_{name}").strip()
            for name in ("account", "department", "to_account", "to_department")
        }
        amount = st.text_input(t("budget.moved"), key="move_amount")
        return {"moves": [said | {"period": period, "to_period": to_period, "amount": amount}]} | acts.reason("move")

    acts.asked(
        "budget.cell.transfer",
        t("budget.transfer"),
        t("budget.transferred"),
        key=f"move_{year}",
        ask=ask,
        icon=":material/swap_horiz:",
        why=t("budget.transfer_why"),
    )


def _rules(_: str) -> None:
    def ask() -> dict[str, object]:
        words = {name: t(f"budget.control_{name}") for name in ("none", "warn", "block")}
        said = {
            name: st.text_input(t(f"budget.{name}"), key=f"rule_{name}").strip()
            for name in ("rule", "account", "department")
        }
        said["span"] = st.selectbox(
            t("budget.span"), SPANS, 2, format_func=lambda name: t(f"budget.span_{name}"), key="rule_span"
        )
        said |= {
            name: st.selectbox(t(f"budget.{name}"), list(words), format_func=words.get, key=f"rule_{name}")
            for name in ("at_request", "at_order", "at_actual")
        }
        return {"rules": [said]}

    acts.asked(
        "budget.rule.save", t("budget.rule_save"), t("budget.rule_saved"), key="rule", ask=ask, icon=":material/rule:"
    )
    frame = state.load("budget_rules")
    if frame.is_empty():
        widgets.empty(t("budget.no_rules"), t("budget.no_rules_why"))
        return
    with widgets.panel("rules", t("budget.rules")):
        columns = catalogue.columns("budget_rules", state.language(), wide_only=("project", "at_request"))
        widgets.show_pages(
            "rules", frame, columns, worded=lambda row: row | {"active": t("rows.yes" if row["active"] else "rows.no")}
        )


def _warnings(_: str) -> None:
    frame = state.load("budget_warnings")
    if frame.is_empty():
        widgets.empty(t("budget.no_warnings"), t("budget.no_warnings_why"))
        return
    with widgets.panel("warnings", t("budget.warnings")):
        columns = catalogue.columns(
            "budget_warnings", state.language(), wide_only=("verb", "project", "rule", "committed")
        )
        widgets.show_pages(
            "warnings", frame, columns, worded=lambda row: row | {"happened_at": i18n.instant(row["happened_at"])}
        )


if __name__ == "__main__":
    show()
