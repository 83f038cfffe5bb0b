"""Roles: what each grants, from where its holders may enter; and unlocking those who failed too often."""

from __future__ import annotations

from datetime import date
from typing import Any

from erp_core.access import attempts, conflicts, holdings, networks, refusals
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb


@verb("access.role.save")
def save_role(
    session: Session,
    *,
    role: str,
    permissions: list[str],
    accept_reason: str = "",
    accept_until: date | None = None,
) -> dict[str, Any]:
    """Say what a role grants: verbs, read.<area>, see.<mask>, patterns such as sales.*; an empty list ends the role."""
    known = holdings.known_permissions()
    for permission in permissions:
        if not any(holdings.covers(permission, name) for name in known):
            raise refusals.UnknownPermission(permission=permission)
    holdings.refuse_above(session, role, *permissions, *holdings.of_roles(session, [role]))
    before = conflicts.held(session)
    session.execute("delete from core.role_permission where role = $role", role=role)
    for permission in dict.fromkeys(permissions):
        session.execute(
            "insert into core.role_permission values ($role, $permission)", role=role, permission=permission
        )
    holdings.refuse_without_administrator(session, role)
    signed = conflicts.settle(session, before, accept_reason, accept_until)
    return {"role": role, "count": len(set(permissions)), "signed": signed}


@verb("access.network.save")
def save_networks(session: Session, *, role: str, networks: list[str]) -> dict[str, Any]:
    """Say from which networks the holders of a role may enter, IPv4 or IPv6; an empty list stands for anywhere."""
    holdings.refuse_unknown_roles(session, [role])
    holdings.refuse_above(session, role, *holdings.of_roles(session, [role]))
    kept = list(dict.fromkeys(_normal(network) for network in networks))
    session.execute("delete from core.role_network where role = $role", role=role)
    for network in kept:
        session.execute("insert into core.role_network values ($role, $network)", role=role, network=network)
    return {"role": role, "networks": kept}


@verb("access.unlock", reason=True)
def unlock(session: Session, *, reason: str, login: str = "", address: str = "") -> dict[str, Any]:
    """Let a login, an address, or both try again at once although they failed too often."""
    if not login and not address:
        raise refusals.PersonIncomplete(field="login")
    attempts.note(
        session.database,
        session.cursor,
        "unlocked",
        login=login,
        address=address,
        now=session.now,
        reason=f"{session.actor.login}: {reason}",
    )
    return {"login": login, "address": address}


def _normal(network: str) -> str:
    found = networks.normal(network)
    if found is None:
        raise refusals.NetworkInvalid(network=network)
    return found
