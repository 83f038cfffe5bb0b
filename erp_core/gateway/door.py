"""The one way to open books: through their running host if there is one, else in this process; or at an address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from erp_core import books as core
from erp_core.gateway import place
from erp_core.masters import company

if TYPE_CHECKING:
    from erp_core.gateway.client import RemoteBooks

ADDRESSES = ("http://", "https://")


def open_books(
    path: str | Path | None = None, *, user: str = company.OWNER, token: str | None = None
) -> core.Books | RemoteBooks:
    """Open books: the given file, else $ERP_BOOKS, else data/books/company.duckdb; http://… asks the host there.

    An address needs a token (else $ERP_TOKEN); a file that a host on this machine holds is asked through it, as `user`.
    """
    wanted = str(path or os.environ.get("ERP_BOOKS") or core.default_path())
    if wanted.startswith(ADDRESSES):
        from erp_core.gateway.client import RemoteBooks

        return RemoteBooks(wanted, token=token or os.environ.get("ERP_TOKEN", "")).greeted()
    hosted = through_host(wanted, user)
    return hosted if hosted is not None else core.open_books(wanted, user=user)


def through_host(path: str | Path, user: str) -> RemoteBooks | None:
    """The books through the living host that holds them, or nothing; word of a dead host is taken away."""
    found = place.read(path)
    if found is None:
        return None
    if not found.alive:
        place.remove(path, found)
        return None
    from erp_core.gateway.client import RemoteBooks, answers

    if not answers(found):
        return None
    return RemoteBooks(found.address, key=found.key, user=user, path=str(path)).greeted()
