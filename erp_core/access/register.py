"""The register of verbs as a table, so that the effective rights of a person can be asked for in SQL."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from erp_core.access.holdings import known_permissions
from erp_core.foundation.database import Database
from erp_core.foundation.session import EVERYBODY
from erp_core.foundation.verbs import VERBS

# How many verbs were known when the register of an open file was last compared; books are opened per reader.
_COMPARED: WeakKeyDictionary[Database, int] = WeakKeyDictionary()


def publish_once(database: Database) -> None:
    """Publish unless that was done for this open file and these verbs."""
    if _COMPARED.get(database) != len(VERBS):
        publish(database)
        _COMPARED[database] = len(VERBS)


def publish(database: Database) -> bool:
    """Write what can be granted into core.verb where it differs from what stands there; whether it did."""
    wanted = {
        (name, VERBS[name].summary if name in VERBS else "", name in EVERYBODY) for name in known_permissions()
    } | {(name, "", True) for name in EVERYBODY - VERBS.keys()}
    with database.read() as cursor:
        if set(cursor.execute("select name, summary, everybody from core.verb").fetchall()) == wanted:
            return False
    with database.write(counted=False) as cursor:
        # Rows are put over each other and the rest taken out: a key deleted and given again in one go is refused.
        cursor.executemany(
            "insert into core.verb values (?, ?, ?) on conflict (name) do update"
            " set summary = excluded.summary, everybody = excluded.everybody",
            [list(row) for row in sorted(wanted)],
        )
        names = [name for name, _, _ in wanted]
        cursor.execute("delete from core.verb where not list_contains($names, name)", {"names": names})
    return True
