"""The way out that needs no engine of ours: every core table as a Parquet file, with a list of their hashes."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from erp_core.foundation.database import Database
from erp_core.operations.blocks import Tell
from erp_core.operations.children import quiet
from erp_core.operations.sealing import Seal

FOLDER = "parquet"
# Who may enter is not part of the books; a copy that travels carries no hashes of passwords or passes.
LEFT_OUT = frozenset({"credential", "former_credential", "pass", "append_only"})
_TABLES = "select table_name from duckdb_tables() where schema_name = 'core' order by table_name"


def export(database: Database, folder: Path, seal: Seal, *, now: datetime, tell: Tell = quiet) -> Path:
    """Write all core tables, as they are at one instant, into a new folder; returns that folder.

    The list tells for every table: file, rows, and the SHA-256 of the file.
    """
    home = folder / FOLDER / f"{Path(database.path).stem}-{now:%Y%m%dT%H%M%SZ}"
    home.mkdir(parents=True, mode=0o700)
    listed = []
    with database.read() as cursor:
        cursor.execute("begin")
        tables = [row[0] for row in cursor.execute(_TABLES).fetchall() if row[0] not in LEFT_OUT]
        for number, table in enumerate(tables):
            listed.append(_write(cursor, table, home, seal))
            tell("parquet", number + 1, len(tables))
        cursor.execute("rollback")
    text = json.dumps({"made_at": now.isoformat(timespec="seconds"), "tables": listed}, ensure_ascii=False, indent=1)
    (home / "tables.json").write_text(text, encoding="utf-8")
    return home


def _write(cursor: duckdb.DuckDBPyConnection, table: str, home: Path, seal: Seal) -> dict[str, Any]:
    frame = cursor.sql(f'select * from core."{table}"').pl()
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    content = seal.close(buffer.getvalue())
    place = home / f"{table}.parquet{'.age' if seal.recipient else ''}"
    place.write_bytes(content)
    place.chmod(0o600)
    return {
        "table": table,
        "file": place.name,
        "rows": frame.height,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
