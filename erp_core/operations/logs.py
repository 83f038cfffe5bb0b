"""The log of the program: a file a day beside the books, packed when turned over, gone after its days."""

from __future__ import annotations

import gzip
import logging
import os
import re
import shutil
from datetime import datetime, timedelta
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

NAME = "erp.log"
FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
_SECRET = re.compile(
    r"(?i)((?:pass(?:word|phrase)?|token|ticket|secret|authorization|x-erp-key|erp_sid)\W{1,4}(?:bearer\s+)?)[^\s,'\"&;}]+"
    r"|AGE-SECRET-KEY-1\w+"
)


class NoSecrets(logging.Filter):
    """Blots out what looks like a password, token or key before a line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes, its secrets do not."""
        record.msg, record.args = blot(record.getMessage()), ()
        return True


def blot(text: str) -> str:
    """A text without secrets."""
    return _SECRET.sub(lambda found: f"{found[1] or ''}***", text)


def start(folder: Path, *, days: int) -> TimedRotatingFileHandler:
    """Begin to write the log of all parts named erp.* and of uvicorn's errors into a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    writer = TimedRotatingFileHandler(folder / NAME, when="midnight", backupCount=days, encoding="utf-8", utc=True)
    os.chmod(folder / NAME, 0o600)  # noqa: PTH101
    writer.setFormatter(logging.Formatter(FORM))
    writer.addFilter(NoSecrets())
    writer.namer = lambda name: f"{name}.gz"
    writer.rotator = _pack
    for name in ("erp", "uvicorn.error", "apscheduler"):
        logging.getLogger(name).addHandler(writer)
    logging.getLogger("erp").setLevel(logging.INFO)
    return writer


def stop(writer: logging.Handler) -> None:
    """End what start began."""
    for name in ("erp", "uvicorn.error", "apscheduler"):
        logging.getLogger(name).removeHandler(writer)
    writer.close()


def sweep(folder: Path, *, now: datetime, days: int) -> list[str]:
    """Remove packed logs older than so many days, also those that a former setting left; returns their names."""
    before = (now - timedelta(days=days)).timestamp()
    gone = [place for place in folder.glob(f"{NAME}.*.gz") if place.stat().st_mtime < before]
    for place in gone:
        place.unlink(missing_ok=True)
    return sorted(place.name for place in gone)


def _pack(source: str, target: str) -> None:
    with Path(source).open("rb") as plain, gzip.open(target, "wb") as packed:
        shutil.copyfileobj(plain, packed)
    os.chmod(target, 0o600)  # noqa: PTH101
    Path(source).unlink()
