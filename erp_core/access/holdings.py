"""What people hold: permissions by login, who may do everything, and who keeps the users."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from erp_core.access import refusals
from erp_core.foundation.rights import AREAS, MASKS
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import VERBS

ADMINISTRATION = "access.user.save"
EVERYTHING = "*"
# Permissions that are no verb, no area and no mask.
BESIDES = ("books.branch",)


def known_permissions() -> tuple[str, ...]:
    """Everything that can be granted: verbs, areas, masks and what stands beside them."""
    return (*sorted(VERBS), *(f"read.{area}" for area in AREAS), *(f"see.{mask}" for mask in MASKS), *BESIDES)


@lru_cache(maxsize=4096)
def covers(pattern: str, permission: str) -> bool:
    """Whether a granted pattern covers a permission."""
    return fnmatchcase(permission, pattern)


def by_login(session: Session) -> dict[str, frozenset[str]]:
    """The granted patterns of every active user."""
    rows = session.rows(
        "select u.login, p.permission from core.app_user u left join core.user_role r on r.login = u.login"
        " left join core.role_permission p on p.role = r.role where u.active order by u.login"
    )
    found: dict[str, set[str]] = {}
    for login, permission in rows:
        found.setdefault(login, set()).update([permission] if permission else [])
    return {login: frozenset(granted) for login, granted in found.items()}


def of_roles(session: Session, roles: Iterable[str]) -> frozenset[str]:
    """The patterns that roles grant together."""
    listed = list(roles)
    rows = session.rows("select permission from core.role_permission where list_contains($roles, role)", roles=listed)
    return frozenset(permission for (permission,) in rows)


def refuse_above(session: Session, login: str, *granting: str) -> None:
    """Refuse to touch one who may do everything, or to grant everything, unless one may do everything oneself."""
    if EVERYTHING in session.actor.permissions:
        return
    rows = session.rows(
        "select p.permission from core.user_role r join core.role_permission p using (role) where r.login = $login",
        login=login,
    )
    if EVERYTHING in {*granting, *(permission for (permission,) in rows)}:
        raise refusals.OwnerOnly(actor=session.actor.login, login=login)


def refuse_without_administrator(session: Session, login: str) -> None:
    """Refuse a change after which no active user could keep the users."""
    if not any(covers(p, ADMINISTRATION) for granted in by_login(session).values() for p in granted):
        raise refusals.LastAdministrator(login=login)


def refuse_unknown_roles(session: Session, roles: Iterable[str]) -> None:
    """Refuse a role that grants nothing because it does not exist."""
    known = sorted({role for (role,) in session.rows("select distinct role from core.role_permission")})
    for role in roles:
        if role not in known:
            raise refusals.UnknownRole(role=role, known=", ".join(known))


def refuse_unknown_person(session: Session, login: str) -> None:
    """Refuse a login that is no user's."""
    if not session.one("select 1 from core.app_user where login = $login", login=login):
        raise refusals.UnknownPerson(login=login)
