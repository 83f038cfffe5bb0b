"""The instant of jobs that nobody's act causes: backups, samples, alerts; UTC without a zone, as the books keep it."""

from __future__ import annotations

from datetime import UTC, datetime

from erp_core.foundation.session import BOOKS_ZONE


def instant() -> datetime:
    """Now."""
    return datetime.now(UTC).replace(tzinfo=None)


def told(at: datetime) -> str:
    """An instant as people of these books read it: in their zone, to the second."""
    return f"{at.replace(tzinfo=UTC).astimezone(BOOKS_ZONE):%Y-%m-%d %H:%M:%S}"


def given(text: str) -> datetime:
    """An instant as written by a person: in the zone of the books unless it names another; ValueError if unreadable."""
    read = datetime.fromisoformat(text)
    if len(text) == len("2026-01-01"):
        read = read.replace(hour=23, minute=59, second=59)
    return (read if read.tzinfo else read.replace(tzinfo=BOOKS_ZONE)).astimezone(UTC).replace(tzinfo=None)
