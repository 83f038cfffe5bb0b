"""First step: files from the visitor's machine, several at once; what they are is found out by their bytes."""

import streamlit as st

from dashboards import tables, widgets
from dashboards.state import t
from dashboards.wizard import steps
from dashboards.wizard.intake import FILE_MB, FILES_MAX, TOTAL_MB, Intake

_ROUND = "_intake_round"


def show(work: Intake) -> None:
    """Take files in, list them, and begin to recognise them."""
    with widgets.panel("intake_upload", t("intake.step_upload"), note=t("intake.limits", files=FILES_MAX, mb=FILE_MB)):
        st.caption(t("intake.upload_why"))
        number = st.session_state.setdefault(_ROUND, 0)
        given = st.file_uploader(
            t("intake.choose"), accept_multiple_files=True, key=f"intake_files_{number}", max_upload_size=FILE_MB
        )
        if given:
            _take(work, given)
        if not work.files:
            return
        _list(work)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(t("intake.recognise"), key="intake_recognise", type="primary", icon=":material/search:"):
                work.recognise()
                st.rerun()
            st.button(t("intake.anew"), key="intake_anew", type="tertiary", on_click=steps.anew)


def _take(work: Intake, given: list) -> None:
    """Move what came into the visitor's folder, and empty the widget so that the bytes are not kept twice."""
    broken = [(one.name, limit) for one in given if (limit := work.take(one.name, one.getvalue()))]
    st.session_state[_ROUND] += 1
    st.session_state["_intake_broken"] = broken
    st.rerun()


def _list(work: Intake) -> None:
    facts = {"files": FILES_MAX, "mb": FILE_MB, "total": TOTAL_MB}
    for name, limit in st.session_state.pop("_intake_broken", []):
        st.warning(f"{name}：{t(f'intake.{limit}', **facts)}")
    for number, (name, path) in enumerate(sorted(work.files.items())):
        with st.container(horizontal=True, vertical_alignment="center", key=f"row_intake_file_{number}"):
            size = f"{path.stat().st_size / 1024:,.1f} KB"  # not money
            st.html(f'<div class="erp-line"><b>{tables.plain(name)}</b><span>{size}</span></div>')
            if st.button(t("intake.remove"), key=f"intake_remove_{number}", type="tertiary"):
                work.remove(name)
                st.rerun()
