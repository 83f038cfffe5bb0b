"""A voucher being written: kept for its writer at every change, so that no lost session and no reload loses it."""

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboards import state, voucher_grid

_SLOT = "_sheet_{name}"


@dataclass
class Sheet:
    """What is being written: a new voucher, a draft under change, or the blue voucher that corrects a posted one."""

    name: str
    voucher_on: str = ""
    word: str = "记"
    attachments: int = 0
    note: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    groups: list[str] = field(default_factory=lambda: ["dimensions"])
    draft: int | None = None
    version: int | None = None
    corrects: int | None = None
    # One key for one voucher: however often it is sent, it is saved once.
    key: str = field(default_factory=lambda: f"sheet-{uuid.uuid4().hex}")
    # The grid begins anew with these lines whenever the turn rises.
    turn: int = 0
    restored: bool = False
    # Tells this sheet from others of the same name, so that no widget remembers what one before it held.
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def place(self) -> str:
        """The part of the keys of its widgets that changes whenever the grid begins anew."""
        return f"{self.name}_{self.mark}_{self.turn}"

    @property
    def day(self) -> date:
        """The day of the voucher, today where none was chosen."""
        return date.fromisoformat(self.voucher_on) if self.voucher_on else state.today()

    @property
    def empty(self) -> bool:
        """Tell whether nothing was written yet."""
        return not self.lines and not self.note

    def content(self) -> str:
        """What is kept of it, as text."""
        kept = asdict(self)
        return json.dumps({k: v for k, v in kept.items() if k not in ("turn", "restored", "mark")}, ensure_ascii=False)

    def take(self, lines: list[dict[str, Any]]) -> None:
        """Put other lines into the grid."""
        self.lines, self.turn = lines, self.turn + 1
        self.groups = list(dict.fromkeys([*self.groups, *voucher_grid.groups_in(lines)]))


def opened(name: str, begin: Sheet) -> Sheet:
    """The sheet of that name: as this session has it, else as it was kept, else as it begins."""
    slot = _SLOT.format(name=name)
    if slot not in st.session_state:
        st.session_state[slot] = _kept(name) or begin
        st.session_state[slot + "_kept"] = st.session_state[slot].content()
    return st.session_state[slot]


def _kept(name: str) -> Sheet | None:
    rows = state.load("voucher_sheets", login=state.me()["login"]).filter(pl.col("sheet") == name)
    if rows.is_empty():
        return None
    known = Sheet.__dataclass_fields__
    return Sheet(**{k: v for k, v in json.loads(rows["content"][0]).items() if k in known}, restored=True)


def keep(sheet: Sheet) -> None:
    """Keep what was written since the last time; where nothing was written yet there is nothing to keep."""
    slot, content = _SLOT.format(name=sheet.name) + "_kept", sheet.content()
    nothing = sheet.empty and not sheet.restored and slot + "_stored" not in st.session_state
    if nothing or st.session_state.get(slot) == content or not state.may("ledger.sheet.keep"):
        return
    state.call("ledger.sheet.keep", sheet=sheet.name, content=content)
    st.session_state[slot] = content
    st.session_state[slot + "_stored"] = True


def drop(sheet: Sheet) -> None:
    """Let go of a sheet: it was saved, or is not wanted."""
    slot = _SLOT.format(name=sheet.name)
    for key in [key for key in st.session_state if str(key).startswith(slot)]:
        del st.session_state[key]
    if state.may("ledger.sheet.drop"):
        state.call("ledger.sheet.drop", sheet=sheet.name)
