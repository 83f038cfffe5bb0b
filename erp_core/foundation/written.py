"""Arguments and results as they are written down: readable, bounded, and without secrets."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

AUDIT_ROWS_MAX = 20
# Never written down: not in the audit, not in the result kept for a repeated key.
SECRETS = frozenset({"token", "ticket", "password", "old_password", "new_password", "secret", "passphrase"})


def _plain(value: Any) -> Any:
    if isinstance(value, pl.DataFrame):
        if value.height <= AUDIT_ROWS_MAX:
            return value.to_dicts()
        return {"rows": value.height, "columns": value.columns}
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be an argument")


def without_secrets(named: dict[str, Any]) -> dict[str, Any]:
    """Named values without those that are never written down."""
    return {name: value for name, value in named.items() if name not in SECRETS}


def audited(arguments: dict[str, Any]) -> str:
    """Arguments as the audit keeps them: small sets whole, large ones counted, no secrets."""
    shown = {
        name: {"rows": len(value)} if isinstance(value, list) and len(value) > AUDIT_ROWS_MAX else value
        for name, value in without_secrets(arguments).items()
    }
    return json.dumps(shown, default=_plain, ensure_ascii=False)


def digest_of(arguments: dict[str, Any]) -> str:
    """What tells whether a repeated key stands for the same act."""
    total = hashlib.sha256()
    for name in sorted(arguments):
        value = arguments[name]
        total.update(name.encode())
        if isinstance(value, pl.DataFrame):
            total.update(value.write_ipc(None).getvalue())
        else:
            total.update(json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False).encode())
    return total.hexdigest()
