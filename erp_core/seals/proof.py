"""Prove the chain: reckon every seal anew from the rows themselves and name the first thing that is otherwise."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from erp_core.foundation import canon, chain
from erp_core.foundation.canon import Forms
from erp_core.seals import periods, rows

BATCH_ACTS, BATCH_ROWS, BREAKS_MAX = 20_000, 500_000, 100
Tell = Callable[[int, int], None]
Parts = dict[str, tuple[int, bytes]]


@dataclass(frozen=True)
class Break:
    """One thing that is not as it was sealed.

    what: changed, missing, added, act, order, unsealed, form, period, code or end.
    act_id is the act whose seal it breaks, key names the row where it can be named.
    """

    what: str
    act_id: int | None = None
    table: str = ""
    key: dict[str, Any] = field(default_factory=dict)
    voucher: str = ""


@dataclass
class Proof:
    """What was found: acts and rows proved, the seal of the last act, everything broken, the first first."""

    acts: int = 0
    rows: int = 0
    periods: int = 0
    unsealed: int = 0
    last_act: int = 0
    head: str = chain.FIRST
    breaks: list[Break] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything is as it was sealed."""
        return not self.breaks

    def broken(self, found: Break) -> None:
        """Note what is broken; many breaks tell no more than some."""
        if len(self.breaks) < BREAKS_MAX:
            self.breaks.append(found)


def prove(cursor: duckdb.DuckDBPyConnection, *, tell: Tell | None = None, with_periods: bool = True) -> Proof:
    """Prove the books a cursor sees, in batches of acts; tell is told how many acts are done, of how many."""
    proof, forms = Proof(), canon.forms_kept(cursor)
    digests = {version: canon.forms_digest(of) for version, of in forms.items()}
    for batch, whole in _batches(cursor):
        acts = _acts(cursor, forms, batch)
        written = _written(cursor, forms, acts)
        for act in acts:
            _prove_act(proof, forms, digests, act, written)
        proof.rows += written.count
        if tell:
            tell(proof.acts, whole)
    _find_strays(cursor, forms, proof)
    if with_periods:
        _prove_periods(cursor, forms, proof)
    return proof


def _batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[tuple[int, int], int]]:
    """Ranges of acts that wrote about as much as fits into memory, and how many acts there are in all."""
    acts = cursor.execute(
        "select act_id, list_sum(list_transform(regexp_extract_all(coalesce(contents, ''), ':(\\d+):', 1),"
        " lambda n: try_cast(n as bigint))) from core.act order by act_id"
    ).fetchall()
    first, count, held = None, 0, 0
    for at, (act_id, wrote) in enumerate(acts):
        first = act_id if first is None else first
        count, held = count + 1, held + (wrote or 0)
        if count >= BATCH_ACTS or held >= BATCH_ROWS or at == len(acts) - 1:
            yield (first, act_id), len(acts)
            first, count, held = None, 0, 0


def _acts(cursor: duckdb.DuckDBPyConnection, forms: dict[int, Forms], batch: tuple[int, int]) -> list[dict[str, Any]]:
    columns = list(dict.fromkeys(name for of in forms.values() for name in of["act"].names))
    names = ", ".join(f'"{name}"' for name in columns)
    found = cursor.execute(
        f"select {names}, seal, seal_form, contents from core.act where act_id between ? and ? order by act_id", batch
    ).fetchall()
    return [dict(zip((*columns, "seal", "seal_form", "contents"), row, strict=True)) for row in found]


class _Written:
    """What a batch of acts wrote: text by act and table, and the rows whose CRC is not the one kept."""

    def __init__(self) -> None:
        self.parts: dict[int, Parts] = {}
        self.suspects: dict[tuple[int, str], list[dict[str, Any]]] = {}
        self.count = 0


def _written(cursor: duckdb.DuckDBPyConnection, forms: dict[int, Forms], acts: list[dict[str, Any]]) -> _Written:
    found = _Written()
    for version in sorted({act["seal_form"] for act in acts} & forms.keys()):
        for table in sorted(forms[version].keys() - {"act"}):
            _read_table(cursor, forms[version][table], acts, version, found)
    return found


def _read_table(
    cursor: duckdb.DuckDBPyConnection, form: canon.Form, acts: list[dict[str, Any]], version: int, found: _Written
) -> None:
    frame, lines = rows.of_acts(cursor, form, acts[0]["act_id"], acts[-1]["act_id"])
    of_version = {act["act_id"] for act in acts if act["seal_form"] == version}
    at = 0
    for act_id, count in frame.group_by(rows.ACT, maintain_order=True).len().rows():
        own = lines[at : at + count]
        at += count
        if act_id in of_version:
            found.parts.setdefault(act_id, {})[form.table] = (count, canon.joined(own if form.keys else sorted(own)))
            found.count += count
    marked = frame.with_columns(canon.crcs(lines).alias("_found"))
    for row in marked.filter(pl.col(canon.CRC).ne_missing(pl.col("_found"))).head(BREAKS_MAX).iter_rows(named=True):
        found.suspects.setdefault((row[rows.ACT], form.table), []).append(rows.key_of(form, row))


def _prove_act(
    proof: Proof, forms: dict[int, Forms], digests: dict[int, str], act: dict[str, Any], written: _Written
) -> None:
    act_id, seal, version = act["act_id"], act["seal"], act["seal_form"]
    previous, before = proof.head, proof.last_act
    proof.acts, proof.last_act = proof.acts + 1, act_id
    if seal is None and previous == chain.FIRST:
        proof.unsealed += 1
        return
    if seal is None or version not in forms:
        proof.broken(Break("unsealed" if seal is None else "form", act_id, "act"))
        return
    parts = dict(sorted(written.parts.get(act_id, {}).items()))
    form = forms[version]["act"]
    row = canon.text_of_row(form, tuple(act[name] for name in form.names))
    proof.head = seal
    if chain.sealed(version, digests[version], previous, row, parts) != seal:
        proof.broken(_cause(act, parts, written, before))


def _cause(act: dict[str, Any], parts: Parts, written: _Written, before: int) -> Break:
    """What broke the seal of an act: a row changed, one too many or too few, the act itself, or their order."""
    act_id = act["act_id"]
    kept = {}
    for part in (act["contents"] or "").split():
        table, _, rest = part.partition(":")
        kept[table] = rest
    for table in sorted({*kept, *parts}, key=_importance):
        count, text = parts.get(table, (0, b""))
        if kept.get(table, "0:00000000") == f"{count}:{zlib.crc32(text):08x}":
            continue
        suspects = written.suspects.get((act_id, table), [])
        was = int(kept[table].partition(":")[0]) if kept.get(table, "")[:1].isdigit() else 0
        what = "changed" if was == count else "missing" if was > count else "added"
        return Break(what, act_id, table, suspects[0] if suspects else {})
    if before and act_id != before + 1:
        return Break("order", act_id, "act", {"act_id": before + 1})
    return Break("act", act_id, "act", {"act_id": act_id})


def _importance(table: str) -> tuple[bool, str]:
    # Of a line that was changed together with its open item, the line is what an accountant looks for.
    return table not in ("voucher", "voucher_line"), table


def _find_strays(cursor: duckdb.DuckDBPyConnection, forms: dict[int, Forms], proof: Proof) -> None:
    for table, form in sorted(forms[max(forms)].items()):
        for row in rows.strays(cursor, form) if table != "act" else ():
            key = rows.key_of(form, dict(zip(form.names, row, strict=True)))
            proof.broken(Break("added", None, table, key))


def _prove_periods(cursor: duckdb.DuckDBPyConnection, forms: dict[int, Forms], proof: Proof) -> None:
    kept = cursor.execute(
        "select s.period, s.version, s.root, s.seal, s.code, s.act_id, a.seal_form,"
        " (select max_by(b.seal, b.act_id) from core.act b where b.act_id < s.act_id)"
        " from core.period_seal s left join core.act a on a.act_id = s.act_id order by s.period, s.version"
    ).fetchall()
    for period, version, root, seal, code, act_id, form, previous in kept:
        proof.periods += 1
        of = forms.get(form, {})
        parts = {t: rows.of_period(cursor, of[t], period, act_id or 0) for t in periods.TABLES if t in of}
        found = periods.root_of(form, of, period, parts) if len(parts) == len(periods.TABLES) else ""
        if found != root or periods.seal_of(previous or chain.FIRST, root) != seal or periods.code_of(seal) != code:
            proof.broken(Break("period", act_id, "period_seal", {"period": period, "version": version}))
