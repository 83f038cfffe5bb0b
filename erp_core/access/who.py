"""What a person is told of himself: name, roles, how far eyes and hands reach, and how to be greeted."""

from __future__ import annotations

from typing import Any

from erp_core.foundation.database import Database
from erp_core.foundation.rights import Actor

_PERSON = """
    select u.name, coalesce(p.employee, '') as employee, coalesce(p.language, '') as language,
           coalesce(p.landing, '') as landing, coalesce(p.warehouse, '') as warehouse,
           coalesce(p.settled, false) as settled, coalesce(c.must_change, false) as must_change
    from core.app_user u left join core.user_profile p on p.login = u.login
    left join core.credential c on c.login = u.login where u.login = $login
"""


def describe(database: Database, actor: Actor) -> dict[str, Any]:
    """login, name, roles, permissions, areas, masks, scope (dimension to list, or nothing), sight, and the profile."""
    with database.read() as cursor:
        found = cursor.sql(_PERSON, params={"login": actor.login}).pl().row(0, named=True)
    limits = vars(actor.scope)
    return {
        "login": actor.login,
        **found,
        "roles": list(actor.roles),
        "permissions": sorted(actor.permissions),
        "areas": list(actor.areas),
        "masks": list(actor.masks),
        "scope": {name: None if limit is None else sorted(limit) for name, limit in limits.items()},
        "whole": actor.scope.whole,
        "sight": actor.sight,
    }
