"""One batch of a legacy file, loaded in one act: what is new or changed enters, the rest is known already."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.intake import lineage
from erp_core.intake.doors import DOORS, KEY, ROW, Door
from erp_core.intake.refusals import BatchShapeless, LoadedDiffers, RowsNotWhole, UnknownTarget
from erp_core.intake.rehearsals import refuse_unrehearsed

FACTS = ("layout", "source", "file", "file_hash", "sheet")
HASH_LENGTH = 32
# What goes to the database travels as a copy, so that half a million rows go in parts.
SLICE_ROWS = 100_000


@verb("intake.load")
def load(
    session: Session, *, target: str, rows: pl.DataFrame, run: dict[str, Any],
    origins: pl.DataFrame | list[dict[str, Any]] | None = None,
    aside: pl.DataFrame | list[dict[str, Any]] | None = None,
    notes: pl.DataFrame | list[dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Load the rows of one sheet for one target, all or nothing; rows that came before unchanged stay.

    rows: row (of the source) and the fields of the target. run: layout, source, file, file_hash, sheet, rows_read,
    rows_rejected, rows_dropped, totals, parts (see lineage.addresses). For lineage: origins (row, part, source_row)
    where the row of the source is not the row given; aside (part, source_row, outcome, reason, target_key) of what was
    read and not loaded; notes (part, source_row, letter, field, code, found) of what was assumed.
    Returns run_id ('' when nothing was new), added, changed, unchanged and result.
    Books that ask for rehearsals refuse rows that passed none and that nobody let through by name and reason.
    """
    rows, run = _whole(target, rows, run)
    door = _door(target, rows)
    refuse_unrehearsed(session, target, rows, f"{run.get('file', '')} {run.get('sheet', '')}".strip())
    known = lineage.addresses(rows, run, origins, aside, notes)
    run_id = f"R{session.act_id}"
    facts = dict.fromkeys(FACTS, "") | run | {"run_id": run_id}
    keyed = rows.with_columns(door.key(rows, facts).alias(KEY))
    judged = _met_before(session, door, _judged(session, target, _hashed(session, keyed)))
    counts = dict.fromkeys(("added", "changed", "same"), 0) | dict(judged.group_by("action").len().rows())
    fresh = judged.filter(pl.col("action") != "same")
    if door.fixed and counts["changed"]:
        changed = fresh.filter(pl.col("action") == "changed")[KEY].unique(maintain_order=True).to_list()
        raise LoadedDiffers(first=changed[0], count=len(changed))
    result: Any = {}
    if fresh.height:
        if fresh.height < keyed.height:
            keyed = keyed.join(fresh.select(ROW, KEY), on=[ROW, KEY], how="semi", maintain_order="left")
        entered = door.enter(session, keyed, facts)
        if not isinstance(entered, lineage.Entered):
            entered = lineage.Entered(entered, lineage.no_links())
        result = entered.result
        _write(session, target, known.placed(fresh), facts)
        lineage.write(session, run_id, known, fresh, entered.links)
    return {
        "run_id": run_id if fresh.height else "",
        "added": counts["added"],
        "changed": counts["changed"],
        "unchanged": counts["same"],
        "result": result,
    }


def _whole(target: str, rows: Any, run: Any) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Rows as a table and facts by name, whatever a client of plain JSON sent."""
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        rows = pl.DataFrame(rows)
    if not isinstance(rows, pl.DataFrame) or not isinstance(run, dict):
        raise BatchShapeless(target=str(target))
    return rows, run


def _door(target: str, rows: pl.DataFrame) -> Door:
    if target not in DOORS:
        raise UnknownTarget(target=target, known=", ".join(sorted(DOORS)))
    for column in (ROW, *DOORS[target].needs):
        if column not in rows.columns:
            raise RowsNotWhole(target=target, column=column)
    return DOORS[target]


def _hashed(session: Session, keyed: pl.DataFrame) -> pl.DataFrame:
    """Row, key and hash; rows of one key (the lines of a voucher) share the hash of them all."""
    content = sorted(name for name in keyed.columns if name not in (ROW, KEY))
    parts = ", ".join(f'coalesce(cast("{name}" as varchar), chr(30))' for name in content)
    line = f"concat_ws(chr(31), {parts})" if content else "''"
    if keyed[KEY].n_unique() == keyed.height:
        query = f"select substr(sha256({line}), 1, {HASH_LENGTH}) as row_hash from _keyed order by _at"
        parts = [part.with_row_index("_at") for part in keyed.iter_slices(SLICE_ROWS)]
        hashes = [pl.Series("row_hash", [], pl.String)]
        hashes += [session.frame_with(query, {"_keyed": part})["row_hash"] for part in parts]
        return keyed.select(ROW, KEY).with_columns(pl.concat(hashes, rechunk=True))
    together = f"substr(sha256(string_agg(line, chr(29) order by {ROW})), 1, {HASH_LENGTH})"
    query = (
        f"with each as (select {ROW}, {KEY}, {line} as line from _keyed), "
        f"whole as (select {KEY}, {together} as row_hash from each group by {KEY}) "
        f"select {ROW}, {KEY}, row_hash from each join whole using ({KEY}) order by {ROW}"
    )
    return session.frame_with(query, {"_keyed": keyed})


def _judged(session: Session, target: str, hashed: pl.DataFrame) -> pl.DataFrame:
    """Each row as added, changed or same, against what was loaded last under its key."""
    if session.one("select 1 from core.intake_key where target = $target limit 1", target=target) is None:
        return hashed.with_columns(action=pl.lit("added"))
    known = session.frame_with(
        "select target_key, k.row_hash as held from core.intake_key k "
        "semi join _hashed using (target_key) where k.target = $target",
        {"_hashed": hashed},
        target=target,
    )
    both = hashed.join(known, on=KEY, how="left", maintain_order="left")
    action = pl.when(pl.col("held").is_null()).then(pl.lit("added"))
    action = action.when(pl.col("held") == pl.col("row_hash")).then(pl.lit("same")).otherwise(pl.lit("changed"))
    return both.with_columns(action=action).drop("held")


def _met_before(session: Session, door: Door, judged: pl.DataFrame) -> pl.DataFrame:
    """Masters that the books had before are changed by a run, not added: undoing it must not remove them."""
    if not door.table or door.column not in session.frame(f"select * from core.{door.table} limit 0").columns:
        return judged
    held = session.frame_with(
        f"select {KEY} from _judged semi join core.{door.table} t on t.{door.column} = {KEY} where action = 'added'",
        {"_judged": judged},
    )
    met = pl.col(KEY).is_in(held[KEY].implode()) if held.height else pl.lit(value=False)
    return judged.with_columns(action=pl.when(met).then(pl.lit("changed")).otherwise("action"))


def _write(session: Session, target: str, fresh: pl.DataFrame, facts: dict[str, Any]) -> None:
    """The run, where each row came from, and the hash by which it is known next time."""
    session.insert(
        "intake_run",
        pl.DataFrame(
            {
                "run_id": [facts["run_id"]],
                "started_at": [session.now],
                "layout": [facts["layout"]],
                "target": [target],
                "files": [json.dumps({"file": facts["file"], "sheet": facts["sheet"], "sha256": facts["file_hash"]})],
                "rows_read": [int(facts.get("rows_read", fresh.height))],
                "rows_loaded": [fresh.height],
                "rows_rejected": [int(facts.get("rows_rejected", 0))],
                "rows_dropped": [int(facts.get("rows_dropped", 0))],
                "totals": [json.dumps(facts.get("totals", []), default=str, ensure_ascii=False)],
                "act_id": [session.act_id],
            }
        ),
    )
    rows = fresh.select("part", "source_row", KEY, "row_hash", "action")
    session.insert("intake_row", rows, target=target, run_id=facts["run_id"])
    # The keys are taken from the rows just written: what the database holds already need not travel again.
    once = "" if fresh[KEY].n_unique() == fresh.height else "distinct"
    again = "update set row_hash = excluded.row_hash, run_id = excluded.run_id"
    ending = "" if (fresh["action"] == "added").all() else f" on conflict (target, {KEY}) do {again}"
    session.execute(
        f"insert into core.intake_key select {once} target, {KEY}, row_hash, run_id from core.intake_row"
        f" where run_id = $run_id and target = $target{ending}",
        run_id=facts["run_id"],
        target=target,
    )
