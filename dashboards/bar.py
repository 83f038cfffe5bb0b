"""Filters live in the address: a link opens exactly what its sender saw, and Back brings back the filters before."""

from collections.abc import Callable, Sequence

import streamlit as st

# Choices that go along from screen to screen; the others belong to the screen that asks for them.
SHARED = ("lang", "period")
_KEPT = "_kept_{key}"


def current(key: str, options: Sequence[str] | None, default: str) -> str:
    """Return what the address says, else what this session chose before, else the default."""
    kept = st.session_state.get(_KEPT.format(key=key)) if key in SHARED else None
    for asked in (st.query_params.get(key), kept):
        if asked is not None and (options is None or asked in options):
            return asked
    return default


def prefer(key: str, value: str | None) -> None:
    """Let a shared choice begin with what this person likes, until it is chosen otherwise."""
    if value and key not in st.query_params:
        st.session_state.setdefault(_KEPT.format(key=key), value)


def follow(key: str, options: Sequence[str] | None, default: str) -> dict[str, object]:
    """Set a widget to what the address says; return the arguments that make the widget write its changes there."""
    value = current(key, options, default)
    st.session_state[key] = value
    if key in SHARED:
        st.session_state[_KEPT.format(key=key)] = value
        if value != default and key not in st.query_params:
            st.query_params[key] = value
    return {"key": key, "on_change": _write, "args": (key, default)}


def choose(title: str, options: Sequence[str], key: str, words: Callable[[str], str], **more: object) -> str:
    """Ask for one of a few, all visible."""
    follower = follow(key, options, options[0])
    return (
        st.segmented_control(
            title, list(options), required=True, format_func=_labels(options, words), **follower, **more
        )
        or options[0]
    )


def select(title: str, options: Sequence[str], key: str, words: Callable[[str], str], **more: object) -> str:
    """Ask for one of many, in a list that opens."""
    follower = follow(key, options, options[0])
    return st.selectbox(title, list(options), format_func=_labels(options, words), **follower, **more)


def _labels(options: Sequence[str], words: Callable[[str], str]) -> Callable[[str], str]:
    # Said now, in the language of this run, not when Streamlit happens to ask.
    labels = {option: words(option) for option in options}
    return lambda option: labels.get(option, option)


def search(title: str, key: str = "find", **more: object) -> str:
    """Ask for a word to look for."""
    return (st.text_input(title, **follow(key, None, ""), **more) or "").strip()


def _write(key: str, default: str) -> None:
    value = st.session_state[key]
    if key in SHARED:
        st.session_state[_KEPT.format(key=key)] = value
    if value in (None, "", default):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value
