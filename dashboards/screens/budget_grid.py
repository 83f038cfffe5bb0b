"""The grid of a budget: accounts by twelve months, filled by hand, by paste or from Excel while it is a draft."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, state, widgets
from dashboards.state import t
from erp_core.budget import workbook
from erp_core.foundation.errors import Refusal

KEY = ("account", "department", "project")
MONTHS = tuple(f"m{month:02}" for month in range(1, 13))


def show() -> None:
    """Show the grid of one version: to read, or to fill while it is a draft."""
    crumbs = [(t("budget.title"), widgets.to("budget"))]
    widgets.heading(t("budget_grid.title"), crumbs=crumbs, dated=False)
    versions = [row for row in state.load("budget_versions").to_dicts() if row["status"] != "cancelled"]
    if not versions:
        widgets.empty(t("budget.none"), t("budget.none_why"))
        return
    names = {row["number"]: _told(row) for row in versions}
    number = bar.select(t("budget.version"), list(names), "number", names.get)
    row = next(one for one in versions if one["number"] == number)
    frame = state.load("budget_grid", number=number)
    with st.container(horizontal=True):
        widgets.excel("budget_grid", {"number": number}, key="grid")
    if row["status"] == "draft" and state.may("budget.version.put"):
        _edit(number, frame)
    else:
        _read(frame)


def _told(row: dict) -> str:
    status = catalogue.label("budget_versions", "status", row["status"], state.language())
    return f"{row['year']} · {row['number']} {row['name']} · {status}"


def _read(frame: pl.DataFrame) -> None:
    columns = catalogue.columns(
        "budget_grid",
        state.language(),
        "account",
        "account_name",
        "department",
        "project",
        *MONTHS,
        "total",
        wide_only=MONTHS,
    )
    with widgets.panel("grid", t("budget_grid.title")):
        widgets.show_pages("grid", frame, columns)


def _edit(number: str, frame: pl.DataFrame) -> None:
    """Twelve months to type into or paste into; only what changed is handed to the books."""
    titles = {
        name: column.title
        for name, column in zip(
            (*KEY, *MONTHS), catalogue.columns("budget_grid", state.language(), *KEY, *MONTHS), strict=True
        )
    }
    held = frame.select(*KEY, *(pl.col(name).cast(pl.String) for name in MONTHS))
    shown = {name: st.column_config.TextColumn(title, pinned=name == "account") for name, title in titles.items()}
    with widgets.panel("edit", t("budget.fill"), note=t("budget.fill_why")):
        filled = st.data_editor(
            held, num_rows="dynamic", hide_index=True, key=f"edit_{number}_{state.version()}", width="stretch",
            column_config=shown,
        )  # fmt: skip
        with st.container(horizontal=True):
            if st.button(t("budget.save"), type="primary", icon=":material/save:", key="save_grid"):
                _save(number, changed(held.to_dicts(), filled.to_dicts()))
            _upload(number)
            acts.button("budget.version.submit", t("budget.submit"), t("budget.submitted"), key="submit", number=number)


def changed(before: Sequence[dict], after: Sequence[dict]) -> list[dict]:
    """Return the rows typed into: cells that differ, cleared ones as nothing; rows that are gone become nothing."""
    old = {tuple(row[name] or "" for name in KEY): row for row in before}
    cells = []
    for row in after:
        key = tuple((row[name] or "").strip() for name in KEY)
        was = old.pop(key, {})
        typed = {name: (row[name] or "").replace(",", "") for name in MONTHS}
        new = {name: text or "0" for name, text in typed.items() if text != (was.get(name) or "")}
        if key[0] and new:
            cells.append(dict(zip(KEY, key, strict=True)) | new)
    return cells + [dict(zip(KEY, key, strict=True)) | dict.fromkeys(MONTHS, "0") for key in old if key[0]]


def _save(number: str, cells: list[dict]) -> None:
    if not cells:
        st.info(t("budget.unchanged"))
    elif (
        acts.act("budget.version.put", t("budget.saved"), draft=f"grid_{number}", number=number, cells=cells)
        is not None
    ):
        st.rerun()


def _upload(number: str) -> None:
    with st.popover(t("budget.upload"), icon=":material/upload:", key="pop_upload"):
        st.caption(t("budget.upload_why"))
        file = st.file_uploader(t("budget.file"), type=["xlsx"], key="budget_file", max_upload_size=10)
        if file is not None and st.button(t("budget.upload"), key="upload", type="primary"):
            try:
                cells = workbook.grid_of(file.getvalue(), file.name)
            except Refusal as refusal:
                widgets.sorry(refusal, "")
                return
            _save(number, cells)


if __name__ == "__main__":
    show()
