"""What all screens share: the books, the language of the session, and reads kept until the books change."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from threading import Lock, local
from time import monotonic
from typing import Any

import httpx
import polars as pl
import streamlit as st

import erp_core
from dashboards import bar, catalogue, i18n
from dashboards.desk import address_of_host
from dashboards.gate import COOKIE
from erp_core.access.refusals import PassStale
from erp_core.foundation.rights import TRADE
from erp_core.gateway.client import RemoteBooks

DEFAULT_LANGUAGE = "zh"
READS_KEPT = 600
VISITS_KEPT = 500
# A run of a screen begins by asking whether the books have changed, and shows one state of them to its end; only a part
# of a screen that runs alone asks by the clock.
VERSION_SECONDS = 5.0
RESTS_SECONDS, ACTED_SECONDS = 5.0, 30.0
ZONE = timezone(timedelta(hours=8))
# Reports of these areas show the same to all whose eyes reach equally far; what others show may depend on who asks.
SHARED_AREAS = set(TRADE)
OWN = ("access_", "approval", "voucher_sheets")
Books = erp_core.Books | RemoteBooks
_lock = Lock()
_held: list = []
_visits: OrderedDict[str, "Visit"] = OrderedDict()
_run = local()
# (report, eyes) -> the version answers are kept for, and since when.
_settled: dict[tuple, tuple[int, float]] = {}
_asking = [Lock() for _ in range(64)]


@dataclass
class Visit:
    """The books in one visitor's hands, what the host says of the visitor, and at which version of the books."""

    books: Books
    versions: dict[str, int] = field(default_factory=dict)
    asked_at: float = 0.0
    acted_at: float = -1e9
    who: dict[str, Any] = field(default_factory=dict)
    who_at: int | None = None

    def refresh(self, *, at_once: bool = False) -> None:
        """Ask how far the books are; a pass that opens nothing any more is refused here."""
        if at_once or monotonic() - self.asked_at > VERSION_SECONDS:
            self.versions, self.asked_at = self.books.versions(), monotonic()

    @property
    def version(self) -> int:
        """The number that every commit raises."""
        return self.versions.get("", -1)

    def me(self) -> dict[str, Any]:
        """Return who the visitor is, as of the last change of anybody's rights."""
        if self.who_at != self.versions.get("me"):
            self.who, self.who_at = self.books.me(), self.versions.get("me")
        return self.who


@lru_cache(maxsize=1)
def _line() -> httpx.Client:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30)
    return httpx.Client(limits=limits, trust_env=False)


def open_books(books: Books) -> Books:
    """Show books that are open already to whoever comes, in the hands they are in; for tests."""
    with _lock:
        _held[:] = [Visit(books)]
        _read.cache_clear()
    return books


def visit() -> Visit:
    """Return the visit of this session: the cookie of the browser says whose. Refuses PassStale without one."""
    if _held:
        found = _held[0]
    else:
        token = st.context.cookies.get(COOKIE)
        if not isinstance(token, str) or not token:
            raise PassStale
        found = _visit_of(token)
    found.refresh()
    return found


def _visit_of(token: str) -> Visit:
    with _lock:
        if token not in _visits:
            address = st.context.ip_address
            address = address if isinstance(address, str) else "127.0.0.1"
            _visits[token] = Visit(RemoteBooks(address_of_host(), token=token, visitor=address, line=_line()))
            while len(_visits) > VISITS_KEPT:
                _visits.popitem(last=False)
        _visits.move_to_end(token)
        return _visits[token]


def is_remote() -> bool:
    """Tell whether the visitor came through the door, rather than books having been handed in."""
    return not _held


def books() -> Books:
    """Return the books in the visitor's hands."""
    return visit().books


def version() -> int:
    """Return the number that every commit raises."""
    return visit().version


def me() -> dict[str, Any]:
    """Return who is looking: login, name, roles, permissions, areas, masks, scope, profile."""
    return visit().me()


def may(permission: str) -> bool:
    """Tell whether the visitor holds a permission; the host asks again for itself."""
    return any(fnmatchcase(permission, pattern) for pattern in me()["permissions"])


def sees(report: str) -> bool:
    """Tell whether the visitor may run a report: one of its areas is open, and no limit of rows stands against it."""
    found = catalogue.definition(report)
    if found is None:
        return False
    who = me()
    limited = {name for name, limit in who["scope"].items() if limit is not None}
    whole = not limited if "whole" in found.complete else not limited & set(found.complete)
    return whole and (not found.areas or bool(set(found.areas) & set(who["areas"])))


def hides(report: str, column: str) -> bool:
    """Tell whether a column of a report is kept from the visitor."""
    found = catalogue.definition(report)
    return found is not None and column in found.hidden(tuple(me()["masks"]))


def call(verb: str, **arguments: object) -> dict[str, Any]:
    """Do one act in the visitor's name, and look at the books anew."""
    made = visit().books.call(verb, **arguments)
    visit().acted_at = monotonic()
    visit().refresh(at_once=True)
    return made


def acted() -> None:
    """Look at the books anew after something that ended in an act of its own, such as a close."""
    visit().acted_at = monotonic()
    visit().refresh(at_once=True)


def load(report: str, **parameters: object) -> pl.DataFrame:
    """Run a report, or return what it gave since the last change of the books. Never change the frame."""
    given = tuple(sorted((name, value) for name, value in parameters.items() if value is not None))
    here = visit()
    known_for = _known_for(here, report)
    # Twenty people who open the same page after a change wait for one answer instead of asking for twenty.
    with _asking[hash((report, given, known_for)) % len(_asking)]:
        return _read(report, given, known_for)


def _known_for(here: Visit, report: str) -> tuple[int, tuple[str, str]]:
    """The version and the eyes for which an answer is kept.

    Where others write without pause, an answer may be RESTS seconds old before it is asked for again; whoever has just
    acted sees the books as they are. Books handed in (tests) are always read as they are.
    """
    stamp, eyes = here.versions.get(report, here.version), _eyes(report, here.me())
    if not is_remote() or monotonic() - here.acted_at < ACTED_SECONDS:
        return stamp, eyes
    with _lock:
        settled, since = _settled.get((report, eyes), (None, -1e9))
        if settled is not None and (settled == stamp or monotonic() - since < RESTS_SECONDS):
            return settled, eyes
        _settled[report, eyes] = (stamp, monotonic())
        while len(_settled) > READS_KEPT:
            _settled.pop(next(iter(_settled)))
    return stamp, eyes


def _eyes(report: str, who: dict) -> tuple[str, str]:
    found = catalogue.definition(report)
    shared = found is not None and bool(found.areas) and SHARED_AREAS.issuperset(found.areas)
    shared = shared and not report.startswith(OWN)
    return who["sight"], "" if shared else who["login"]


@lru_cache(maxsize=READS_KEPT)
def _read(report: str, parameters: tuple, _known_for: tuple) -> pl.DataFrame:
    # What is kept is kept for one version of the books and for all whose eyes reach equally far.
    return books().report(report, **dict(parameters))


def begin_run() -> None:
    """Settle who looks and in which language; what another person left in this session is taken away."""
    here = visit()
    here.refresh(at_once=True)
    who = here.me()
    if st.session_state.get("_who", who["login"]) != who["login"]:
        st.session_state.clear()
    st.session_state["_who"] = who["login"]
    bar.prefer("lang", who.get("language") if who.get("settled") else None)
    _run.language = bar.current("lang", tuple(i18n.LANGUAGES), DEFAULT_LANGUAGE)


def language() -> str:
    """Return the language of this run."""
    return getattr(_run, "language", None) or bar.current("lang", tuple(i18n.LANGUAGES), DEFAULT_LANGUAGE)


def t(key: str, **facts: object) -> str:
    """Say a key in the language of this session."""
    return i18n.t(key, language(), **facts)


@dataclass(frozen=True)
class Calendar:
    """The months that can be looked at, newest first, and how far the books reach."""

    periods: tuple[str, ...]
    last_days: tuple[tuple[str, date], ...]
    closed_until: str
    last_on: date | None

    def end_of(self, period: str) -> date:
        """Return the last day of a month of the books."""
        return dict(self.last_days)[period]


def calendar() -> Calendar:
    """Return the months of the books up to the last business day."""
    rows = load("calendar").to_dicts()
    last_on = rows[0]["last_on"] if rows else None
    reached = [row for row in rows if last_on and row["first_day"] <= last_on] or rows[:1]
    closed = [row["period"] for row in rows if row["status"] == "closed"]
    return Calendar(
        tuple(row["period"] for row in reversed(reached)),
        tuple((row["period"], row["last_day"]) for row in rows),
        max(closed, default=""),
        last_on,
    )


def now() -> datetime:
    """Return the time of day in the zone of the books."""
    return datetime.now(ZONE)


def today() -> date:
    """Return the day the screens stand on: today, or the last business day when the books end earlier."""
    known = calendar()
    day = now().date()
    return min(day, known.last_on) if known.last_on else day


def company() -> dict:
    """Return the company whose books these are."""
    return load("company_card").row(0, named=True)


def is_document(kind: str | None) -> bool:
    """Tell whether a voucher's source is a document that can be opened."""
    return i18n.has(f"kind.{kind}")
