"""Third step: another layout for a table, or another column for a field; the result is a layout file to take home."""

import streamlit as st

from dashboards import state, widgets
from dashboards.state import t
from dashboards.wizard import layouts
from dashboards.wizard.intake import LEFT_OUT, Intake, Table
from dashboards.wizard.recognise import target_words
from erp_core.foundation.errors import Refusal
from pipelines.intake.layout import Layout, shipped_layouts
from pipelines.intake.mapping import Fit


def show(work: Intake) -> None:
    """Ask which table, which layout, and which column each field is read from."""
    if not work.tables:
        widgets.empty(t("empty.nothing"), t("intake.no_tables"))
        return
    with widgets.panel("intake_map", t("intake.step_map"), note=t("intake.map_note")):
        keys = {table.key: table for table in work.tables}
        key = st.selectbox(
            t("intake.table"), list(keys), format_func=lambda one: keys[one].place, key="intake_map_table"
        )
        table = keys[key]
        if table.best is None:
            widgets.empty(t("intake.no_header"), t("intake.no_header_why"))
            return
        _layout(work, table)
        base = _base(table)
        found = layouts.taken(table.best, base) if base else None
        if base is not None and found is not None:
            _fields(work, table, base, found)
    if st.button(t("intake.check"), key="intake_check_mapped", type="primary", icon=":material/fact_check:"):
        work.check(state.books(), state.language())
        st.rerun()


def _base(table: Table) -> Layout | None:
    if table.choice == LEFT_OUT:
        return None
    if table.choice:
        return layouts.named(table.choice)
    return table.best.layout if table.best else None


def _layout(work: Intake, table: Table) -> None:
    """Ask for the layout: the one that fits best is offered first, every other below it."""
    language = state.language()
    names = {
        layout.layout: f"{target_words(layout.target)} · {layout.title.get(language, layout.layout)}"
        for layout in shipped_layouts()
    }
    best = table.best.layout.layout
    rest = sorted((name for name in names if name != best), key=names.get)
    labels = {best: t("intake.best", layout=names[best]), LEFT_OUT: t("intake.leave_out")}
    options = [best, LEFT_OUT, *rest]
    now = table.choice or best
    wanted = st.selectbox(
        t("intake.layout"), options, options.index(now), format_func=lambda one: labels.get(one) or names[one],
        key=f"intake_layout_{table.key}",
    )  # fmt: skip
    if wanted != now:
        table.choice, table.own = ("" if wanted == best else wanted), None
        work.unchecked()
        st.rerun()


def _fields(work: Intake, table: Table, base: Layout, found: Fit) -> None:
    used = table.own or base
    own = layouts.taken(table.best, used) or found
    headers = ["", *found.header.columns]
    by_place = {place: header for header, place in found.header.columns.items()}
    with st.form(f"intake_fields_{table.key}_{base.layout}", border=False):
        wanted = {}
        for start in range(0, len(fields := layouts.asked(base)), 3):
            for field, column in zip(fields[start : start + 3], st.columns(3), strict=False):
                now = by_place.get(own.found.get(field, -1), "")
                title = base.columns[field].source[0] + (" *" if layouts.required(base, field) else "")
                wanted[field] = column.selectbox(
                    title, headers, headers.index(now), format_func=lambda one: one or t("intake.no_column"),
                    key=f"intake_field_{table.key}_{base.layout}_{field}",
                )  # fmt: skip
        if st.form_submit_button(t("intake.save_layout")):
            _keep(work, table, base, found, wanted)
    if table.own is not None:
        path = work.folder / "layouts" / f"{table.own.layout}.yaml"
        st.download_button(
            t("intake.download_layout"), path.read_bytes(), path.name, "application/yaml", key="intake_yaml",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def _keep(work: Intake, table: Table, base: Layout, found: Fit, wanted: dict[str, str]) -> None:
    by_place = {place: header for header, place in found.header.columns.items()}
    before = {field: by_place.get(found.found.get(field, -1), "") for field in wanted}
    changed = {field: header for field, header in wanted.items() if header != before[field]}
    name = f"{base.layout}_{work.tables.index(table) + 1}"
    try:
        table.own = layouts.kept(layouts.written(base, found, changed, name), name, work.folder / "layouts")
    except Refusal as refusal:
        widgets.sorry(refusal, "")
        return
    if not table.choice:
        table.choice = base.layout
    work.unchecked()
    widgets.say_later(t("intake.layout_kept", name=name))
    st.rerun()
