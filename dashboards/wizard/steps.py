"""Which step of the intake is shown, how one goes on, and the bar of the work that goes on behind it."""

import streamlit as st

from dashboards import state, widgets
from dashboards.state import t
from dashboards.wizard.intake import Intake
from erp_core.foundation.words import word

STEPS = ("upload", "recognise", "map", "check", "prove", "load", "log")
AFTER = {"recognise": "recognise", "check": "check", "rehearse": "load", "load": "load"}
_INTAKE, _STEP, _WANTED, _SEEN = "_intake", "_intake_step", "_intake_wanted", "_intake_seen"
SECONDS = 1.0


def intake() -> Intake:
    """Return the intake of this session."""
    if _INTAKE not in st.session_state:
        st.session_state[_INTAKE] = Intake()
    return st.session_state[_INTAKE]


def anew() -> None:
    """Throw the files of this session away and begin again."""
    old = st.session_state.pop(_INTAKE, None)
    if old is not None:
        old.clear()
    to("upload")


def to(step: str) -> None:
    """Show another step in the next run."""
    st.session_state[_WANTED] = step


def chosen(work: Intake) -> str:
    """Show the steps and return the one to be shown; steps whose ground is missing lead back to it."""
    if _WANTED in st.session_state:
        st.session_state[_STEP] = st.session_state.pop(_WANTED)
    titles = {step: f"{number} {t(f'intake.step_{step}')}" for number, step in enumerate(STEPS, 1)}
    st.session_state.setdefault(_STEP, STEPS[0])
    step = st.segmented_control(
        t("intake.steps"), list(STEPS), required=True, format_func=titles.get, key=_STEP, label_visibility="collapsed"
    )
    return step if step in reachable(work) else ""


def reachable(work: Intake) -> tuple[str, ...]:
    """Return the steps that have something to show."""
    found = ["upload", "log"]
    if work.tables or work.refused:
        found += ["recognise", "map"]
    if work.pack is not None:
        found += ["check", "prove", "load"]
    return tuple(found)


def onward(title: str, step: str, *, key: str) -> None:
    """Offer the next step."""
    if st.button(title, key=key, type="primary", icon=":material/arrow_forward:"):
        to(step)
        st.rerun()


def progress(work: Intake) -> bool:
    """Show the work that goes on, or how it ended; return whether it goes on."""
    job = work.job
    if job is None:
        return False
    if job.running:
        _bar(work)
        return True
    if st.session_state.get(_SEEN) is not job:
        st.session_state[_SEEN] = job
        if job.well:
            to(AFTER[job.name])
            st.rerun()
    if job.refusal is not None:
        widgets.sorry(job.refusal, "")
    elif job.mark:
        st.error(t("error.unexpected", mark=job.mark))
    return False


@st.fragment(run_every=SECONDS)
def _bar(work: Intake) -> None:
    job = work.job
    if job is None or not job.running:
        st.rerun(scope="app")
        return
    own = f"intake.work_{job.step}"
    known = (
        t(own) if job.step in ("waiting", "copy") else word("pipelines", f"intake.step.{job.step}", state.language())
    )
    st.progress(job.share, text=f"{t(f'intake.job_{job.name}')} · {known} · {job.file}".rstrip(" ·"))
