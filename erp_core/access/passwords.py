"""Passwords: argon2id hashes, what a good one is, and the last five that are not used again."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import duckdb
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from erp_core.access import refusals

# 19 MiB and two passes, one lane: what OWASP asks of argon2id, some 40 ms on one core.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
LENGTH_LEAST = 10
LENGTH_MOST = 256
CLASSES_LEAST = 3
FORMER_COUNT = 5
# Stems of the passwords that are tried first; a password is common when little besides a stem is left of it.
COMMON = (
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "qwertyuiop", "1qaz2wsx", "qazwsx", "asdfghjkl",
    "zxcvbnm", "letmein", "welcome", "administrator", "admin", "iloveyou", "woaini", "changeme", "123456789",
    "1234567890", "12345678", "123456", "abc123", "a123456", "aa123456", "q1w2e3r4", "1q2w3e4r", "changsha",
    "company", "kuaiji", "caiwu",
)  # fmt: skip
_LEFT_OVER = 4


def hashed(password: str) -> str:
    """The argon2id hash of a password with the parameters of the day."""
    return HASHER.hash(_bytes(password))


def fits(known: str, password: str) -> bool:
    """Whether a password belongs to a hash; without a hash it takes just as long to say no."""
    try:
        return HASHER.verify(known or _of_nobody(), _bytes(password)) and bool(known)
    except (VerificationError, InvalidHashError):
        return False


def outdated(known: str) -> bool:
    """Whether a hash was made with other parameters than those of the day."""
    return HASHER.check_needs_rehash(known)


def _bytes(password: str) -> bytes:
    # Half a sign, as a damaged request may hold, is a wrong password and no error.
    return password.encode("utf-8", "surrogatepass")


@cache
def _of_nobody() -> str:
    return HASHER.hash("nobody has this password")


def refuse_weak(password: str, login: str) -> None:
    """Refuse a password that is short, plain, common, or holds the login."""
    if not LENGTH_LEAST <= len(password) <= LENGTH_MOST:
        raise refusals.PasswordShort(least=LENGTH_LEAST)
    classes = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum() or sign > "\x7f")
    if sum(any(has(sign) for sign in password) for has in classes) < CLASSES_LEAST:
        raise refusals.PasswordPlain
    low = password.casefold()
    if login.casefold() in low:
        raise refusals.PasswordLikeLogin
    if any(stem in low and len(low) - len(stem) <= _LEFT_OVER for stem in COMMON):
        raise refusals.PasswordCommon


def choose(cursor: duckdb.DuckDBPyConnection, login: str, password: str, now: datetime) -> None:
    """Give a person a new password: checked, not among the last five, hashed; the one before is remembered."""
    refuse_weak(password, login)
    former = cursor.execute(
        "select hash from core.credential where login = $login and hash <> '' union all"
        " (select hash from core.former_credential where login = $login order by set_on desc limit $count)",
        {"login": login, "count": FORMER_COUNT},
    ).fetchall()
    if any(fits(known, password) for (known,) in former[:FORMER_COUNT]):
        raise refusals.PasswordUsedBefore(count=FORMER_COUNT)
    _remember(cursor, login)
    write(cursor, login, hashed(password), now, must_change=False)


def void(cursor: duckdb.DuckDBPyConnection, login: str, now: datetime) -> None:
    """Take a person's password away until a new one is chosen."""
    _remember(cursor, login)
    write(cursor, login, "", now, must_change=True)


def write(cursor: duckdb.DuckDBPyConnection, login: str, known: str, now: datetime, *, must_change: bool) -> None:
    """Keep the hash of a person's password."""
    cursor.execute(
        "insert into core.credential values ($login, $hash, $now, $must_change) on conflict (login) do update"
        " set hash = excluded.hash, set_on = excluded.set_on, must_change = excluded.must_change",
        {"login": login, "hash": known, "now": now, "must_change": must_change},
    )


def _remember(cursor: duckdb.DuckDBPyConnection, login: str) -> None:
    cursor.execute(
        "insert into core.former_credential select login, hash, set_on from core.credential"
        " where login = $login and hash <> ''",
        {"login": login},
    )
