"""What all screens share: the books, the language of the session, and reads kept until the books change."""

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from threading import Lock, local

import polars as pl

import erp_core
from dashboards import bar, i18n

DEFAULT_LANGUAGE = "zh"
READS_KEPT = 600
ZONE = timezone(timedelta(hours=8))
_lock = Lock()
_held: list = []
_run = local()


def books_path() -> Path:
    """Return the file the screens show: $ERP_BOOKS, else the usual place."""
    return Path(os.environ.get("ERP_BOOKS", "data/books/company.duckdb"))


def open_books(books: erp_core.Books | None = None) -> erp_core.Books:
    """Open the books once for the whole server, or take books that are open already (tests); return them."""
    with _lock:
        if books is not None:
            _held[:] = [books]
            _read.cache_clear()
        if not _held:
            _held.append(erp_core.open(str(books_path()), user=os.environ.get("ERP_USER", "owner")))
        return _held[0]


def close_books() -> None:
    """Let go of the file."""
    with _lock:
        while _held:
            _held.pop().close()


def books() -> erp_core.Books:
    """Return the open books."""
    return _held[0] if _held else open_books()


def version() -> int:
    """Return the number that every commit raises."""
    return books().version()


def load(report: str, **parameters: object) -> pl.DataFrame:
    """Run a report, or return what it gave since the last change of the books. Never change the frame."""
    given = tuple(sorted((name, value) for name, value in parameters.items() if value is not None))
    return _read(report, given, (version(), books().user))


@lru_cache(maxsize=READS_KEPT)
def _read(report: str, parameters: tuple, _known_for: tuple) -> pl.DataFrame:
    # What is kept is kept for one version of the books and one reader.
    return books().report(report, **dict(parameters))


def begin_run() -> None:
    """Settle the language for the run that starts; a screen asks for it some hundred times."""
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


def today() -> date:
    """Return the day the screens stand on: today, or the last business day when the books end earlier."""
    known = calendar()
    now = datetime.now(ZONE).date()
    return min(now, known.last_on) if known.last_on else now


def company() -> dict:
    """Return the company whose books these are."""
    return load("company_card").row(0, named=True)


def is_document(kind: str | None) -> bool:
    """Tell whether a voucher's source is a document that can be opened."""
    return i18n.has(f"kind.{kind}")
