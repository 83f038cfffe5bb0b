"""The limits of the door as parameters: how many failures, how long a pass lives, how a message leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from erp_core.access.refusals import SettingInvalid

# What holds until somebody sets the parameter; all but the mail ones are whole numbers above zero.
DEFAULTS = {
    "access.lock_failures": "5",
    "access.lock_minutes": "15",
    "access.address_failures": "20",
    "access.idle_minutes": "60",
    "access.absolute_hours": "12",
    "access.token_days": "90",
    "access.reset_minutes": "15",
    "access.ticket_hours": "72",
    "access.max_sessions": "10",
    "access.requests_per_day": "5",
    "access.open_door": "",
    "access.oidc_issuers": "",
    "access.oidc_client": "",
    "mail.host": "",
    "mail.port": "587",
    "mail.user": "",
    "mail.sender": "",
    "mail.security": "starttls",
}
_CHOICES = {"mail.security": ("starttls", "tls", "none"), "access.open_door": ("", "demo")}
_FREE = ("access.oidc_issuers", "access.oidc_client", "mail.host", "mail.user", "mail.sender")
_QUERY = """
    select key, arg_max(value, (valid_from, act_id)) from core.parameter
    where (starts_with(key, 'access.') or starts_with(key, 'mail.')) and valid_from <= $day group by key
"""


@dataclass(frozen=True)
class Settings:
    """The parameters of access on one day, by name."""

    values: dict[str, str]

    def number(self, name: str) -> int:
        """The whole number access.<name>."""
        return int(self.values[f"access.{name}"])

    @property
    def issuers(self) -> tuple[str, ...]:
        """The OpenID issuers whose word is taken, separated by commas in the parameter."""
        return tuple(part.strip() for part in self.values["access.oidc_issuers"].split(",") if part.strip())

    def mail(self, name: str) -> str:
        """The parameter mail.<name> of the way out by mail."""
        return self.values[f"mail.{name}"]


def read(cursor: duckdb.DuckDBPyConnection, day: date) -> Settings:
    """The settings as they hold on a day; what was never set has its default."""
    return Settings({**DEFAULTS, **dict(cursor.execute(_QUERY, {"day": day}).fetchall())})


def check(key: str, value: str) -> None:
    """Refuse a value with which nobody could enter any more."""
    if key not in DEFAULTS or key in _FREE:
        return
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            raise SettingInvalid(key=key, value=value, wanted=" | ".join(repr(choice) for choice in _CHOICES[key]))
    elif not value.isdecimal() or not 1 <= int(value) <= 100_000:
        raise SettingInvalid(key=key, value=value, wanted="1, 2, 3 … 100000")
