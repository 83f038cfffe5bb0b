"""Name what is broken as an accountant looks for it: a voucher by its number, a move by its item, a gap as a gap."""

from __future__ import annotations

from typing import Any

import duckdb

from erp_core.foundation.words import word
from erp_core.seals.proof import Break

_VOUCHER = "select period, word || '-' || number, summary from core.voucher where voucher_id = $id"
_ACT = "select verb, actor, cast(happened_at + interval 8 hour as timestamp) from core.act where act_id = $act"
_THIN = """
    select v.voucher_id from core.voucher v left join core.voucher_line l using (voucher_id) where v.act_id = $act
    group by v.voucher_id having count(l.line) <> coalesce(max(l.line), -1) or sum(l.debit) <> sum(l.credit)
    order by v.voucher_id limit 1
"""
_NUMBER_GAP = """
    select period, word, number from (
        select period, word, number - 1 as number,
               lag(number, 1, 0) over (partition by period, word order by number) as before
        from core.voucher)
    where number <> before order by period, word, number limit 1
"""
_MOVE = "select item, warehouse, moved_on, quantity from core.stock_move where move_id = $id"
_APPROVAL = "select subject, number from core.approval where approval_id = $id"
_DOCUMENT = "select kind, number from core.document where document_id = $id"


def told(cursor: duckdb.DuckDBPyConnection, found: Break, language: str) -> str:
    """One sentence that says what is broken and where."""
    place = _place(cursor, found, language)
    text = word("erp_core", f"seal.{found.what}", language, place=place, act=found.act_id or "-")
    rows = cursor.execute(_ACT, {"act": found.act_id}).fetchall() if found.act_id else []
    if rows:
        verb, actor, at = rows[0]
        text += word(
            "erp_core", "seal.by_act", language, act=found.act_id, verb=verb, actor=actor, at=f"{at:%Y-%m-%d %H:%M}"
        )
    return text


def facts(cursor: duckdb.DuckDBPyConnection, found: Break) -> dict[str, Any]:
    """What is broken as plain values: what, act, table, key, zh, en."""
    return {
        "what": found.what,
        "act": found.act_id,
        "table": found.table,
        "key": {name: str(value) for name, value in found.key.items()},
        "zh": told(cursor, found, "zh"),
        "en": told(cursor, found, "en"),
    }


def _place(cursor: duckdb.DuckDBPyConnection, found: Break, language: str) -> str:
    key = dict(found.key)
    if found.what == "missing" and not key:
        key = _gap(cursor, found)
    table = word("erp_core", f"seal.table.{found.table}", language) if found.table in _NAMED else f"core.{found.table}"
    return " ".join([table, *_said(cursor, found.table, key)]).strip()


_NAMED = (
    "act", "voucher", "voucher_line", "open_item", "open_item_match", "stock_move", "stock_value", "approval_event",
    "close_step", "document_step", "document_revision", "change", "period_seal",
)  # fmt: skip


def _said(cursor: duckdb.DuckDBPyConnection, table: str, key: dict[str, Any]) -> list[str]:
    """The key of a row in words, the voucher by its number where there is one."""
    said = [f"{name} {value}" for name, value in key.items() if value is not None]
    for name, query in (
        ("voucher_id", _VOUCHER),
        ("move_id", _MOVE),
        ("approval_id", _APPROVAL),
        ("document_id", _DOCUMENT),
    ):
        if key.get(name) is not None:
            rows = cursor.execute(query, {"id": key[name]}).fetchall()
            if rows:
                said = [*(str(value) for value in rows[0]), *(s for s in said if not s.startswith(f"{name} "))]
            break
    return said


def _gap(cursor: duckdb.DuckDBPyConnection, found: Break) -> dict[str, Any]:
    """Where something is missing: by the gap that it left in numbers, or by the voucher that lost a line."""
    if found.table == "voucher":
        rows = cursor.execute(_NUMBER_GAP).fetchall()
        if rows:
            return dict(zip(("period", "word", "number"), rows[0], strict=True))
    if found.table == "voucher_line":
        rows = cursor.execute(_THIN, {"act": found.act_id}).fetchall()
        return {"voucher_id": rows[0][0]} if rows else {}
    keys = [row[0] for row in cursor.execute(
        "select column_name from core.seal_form where table_name = $table and key_position > 0"
        " and version = (select max(version) from core.seal_form)", {"table": found.table}).fetchall()]  # fmt: skip
    if len(keys) != 1 or not keys[0].endswith("_id"):
        return {}
    rows = cursor.execute(
        f"select before + 1 from (select {keys[0]} as id, lag({keys[0]}, 1, 0) over (order by {keys[0]}) as before"
        f" from core.{found.table}) where id > before + 1 order by id limit 1"
    ).fetchall()
    return {keys[0]: rows[0][0]} if rows else {}
