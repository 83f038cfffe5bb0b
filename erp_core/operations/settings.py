"""The parameters of operations: where and when backups are made, what is kept, what counts as slow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from erp_core.foundation.database import Database
from erp_core.operations.retention import Keep

DEFAULTS = {
    "backup_folder": "",
    "backup_second": "",
    "backup_recipient": "",
    "backup_hour": "2",
    "keep_daily": "14",
    "keep_weekly": "8",
    "keep_monthly": "24",
    "keep_samples_days": "90",
    "keep_logs_days": "90",
    "slow_ms": "1000",
}
_QUERY = """
    select replace(key, 'operations.', ''), arg_max(value, (valid_from, act_id)) from core.parameter
    where starts_with(key, 'operations.') and valid_from <= $day group by key
"""


@dataclass(frozen=True)
class Settings:
    """The parameters of operations on one day, by name without the prefix."""

    values: dict[str, str]

    def number(self, name: str) -> int:
        """A whole number; what cannot be read as one counts as its default, so that a slip stops no backup."""
        value = self.values[name]
        return int(value) if value.isdecimal() else int(DEFAULTS[name])

    def folder(self, name: str) -> Path | None:
        """A folder, or nothing."""
        return Path(self.values[name]) if self.values[name] else None

    @property
    def keep(self) -> Keep:
        """How long backups are kept."""
        return Keep(self.number("keep_daily"), self.number("keep_weekly"), self.number("keep_monthly"))


def read(database: Database, day: date) -> Settings:
    """The settings as they hold on a day."""
    with database.read() as cursor:
        return Settings({**DEFAULTS, **dict(cursor.execute(_QUERY, {"day": day}).fetchall())})
