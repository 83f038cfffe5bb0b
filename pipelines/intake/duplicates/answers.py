"""Answers about duplicates applied to a pack before it is loaded: one card each, everything else renamed after it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine as calamine

from pipelines.intake.duplicates.search import COLUMNS, NO, YES, Decisions, groups, read_decisions, survivor
from pipelines.intake.errors import AnswersUnreadable
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.reconcile import reconciled
from pipelines.intake.references import REFERENCES
from pipelines.step import Batch

MERGED = "merged"
PARTIES = ("customers", "suppliers", "parties")
KIND = dict.fromkeys(PARTIES, "party") | {"items": "item"}
NAMED = {"parties": "party", "items": "item"}
WORKBOOK = (".xlsx", ".xls")


@dataclass(frozen=True)
class Answers:
    """What was decided: pairs by target, and by kind (party, item) the code that stands for each code that went."""

    decisions: Decisions = field(default_factory=dict)
    stays: dict[str, dict[str, str]] = field(default_factory=dict)


def answers_of(books: Any | None, decisions: Decisions | None = None) -> Answers:
    """Return what the books remember, answers and merges, with new answers over them."""
    held: Decisions = {}
    stays: dict[str, dict[str, str]] = {"party": {}, "item": {}}
    if books is not None:
        rows = books.sql("select target, code_a, code_b, answer from rpt.duplicate_answer")
        held = {(target, a, b): answer for target, a, b, answer in rows.iter_rows()}
        for kind, code, into in books.sql("select kind, code, into_code from rpt.merged_code").iter_rows():
            stays[kind][code] = into
    both = held | (decisions or {})
    for target in sorted({target for target, *_ in both}):
        pairs = [
            (a, b, "auto" if answer == "merge" else "no", 0.0) for (of, a, b), answer in both.items() if of == target
        ]
        schema = {"code_a": pl.String, "code_b": pl.String, "tier": pl.String, "points": pl.Float64}
        # A card that is merged in the books stays merged, whatever else is said of its pair.
        stays[KIND[target]] = groups(pl.DataFrame(sorted(pairs), schema=schema, orient="row")) | stays[KIND[target]]
    return Answers(both, {kind: _through(codes) for kind, codes in stays.items()})


def _through(codes: dict[str, str]) -> dict[str, str]:
    """Return each code with the last one of its chain: A into B and B into C is A into C."""
    found = {}
    for code in codes:
        end, seen = code, {code}
        while end in codes and codes[end] not in seen:
            end = codes[end]
            seen.add(end)
        if end != code:
            found[code] = end
    return found


def read_answers(path: Path) -> Decisions:
    """Return the answers in a CSV or workbook of pairs; refuse a file that has not its columns."""
    if path.suffix.lower() in WORKBOOK:
        try:
            with calamine.CalamineWorkbook.from_path(str(path)) as book:
                head, *rows = book.get_sheet_by_index(0).to_python()
        except (calamine.CalamineError, OSError, ValueError) as problem:
            raise AnswersUnreadable(file=path.name, missing=", ".join(COLUMNS)) from problem
        names = [str(name).strip() for name in head]
        _refuse_foreign(path, names)
        return _read(dict(zip(names, row, strict=False)) for row in rows)
    try:
        decisions = read_decisions(path)
    except (KeyError, ValueError) as problem:
        raise AnswersUnreadable(file=path.name, missing=", ".join(COLUMNS)) from problem
    with path.open(encoding="utf-8-sig", newline="") as source:
        _refuse_foreign(path, [name.strip() for name in source.readline().split(",")])
    return decisions


def _refuse_foreign(path: Path, names: list[str]) -> None:
    missing = [name for name in ("target", "code_a", "code_b", "decision") if name not in names]
    if missing:
        raise AnswersUnreadable(file=path.name, missing=", ".join(missing))


def _read(rows: Iterable[dict[str, Any]]) -> Decisions:
    found: Decisions = {}
    for row in rows:
        said = str(row.get("decision") or "").strip().lower()
        answer = "merge" if said in YES else "keep" if said in NO else ""
        if answer and str(row.get("target")) in KIND:
            found[str(row["target"]), *sorted((_code(row["code_a"]), _code(row["code_b"])))] = answer
    return found


def _code(value: Any) -> str:
    """Return a code as text; a workbook may have made a number of it."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.removeprefix("'").strip()


def merged(pack: Pack, answers: Answers) -> Pack:
    """Return the pack with each group of cards made one: the code that stays takes what it lacks from the others.

    Rows of cards that go are dropped as merged and counted; every other row names the code that stays.
    """
    if not any(answers.stays.values()):
        return pack
    return replace(pack, sheets=[_renamed(_one(sheet, answers), answers) for sheet in pack.sheets])


def _one(sheet: Sheet, answers: Answers) -> Sheet:
    """Return a list of cards without those that go, the ones that stay completed from them."""
    target, batch = sheet.prepared.target, sheet.prepared.batch
    also = {of: _without(frame, of, answers) for of, frame in sheet.prepared.also.items()}
    sheet = replace(sheet, prepared=replace(sheet.prepared, also=also))
    codes = answers.stays.get(KIND.get(target, ""), {})
    there = set(batch.frame["code"]) if "code" in batch.frame.columns else set()
    gone = {code: head for code, head in codes.items() if code in there}
    if not gone or target not in KIND:
        return sheet
    frame = _completed(batch.frame, gone)
    away = batch.frame.filter(pl.col("code").is_in(list(gone))).with_columns(reason=pl.lit(MERGED))
    batch = _noted(batch.with_frame(frame), away).drop(away.select("row", "reason"))
    return replace(sheet, prepared=replace(sheet.prepared, batch=reconciled(batch, sheet.fit)))


def _completed(frame: pl.DataFrame, gone: dict[str, str]) -> pl.DataFrame:
    """Return the frame with the cards that stay filled, field by field, from the cards that go."""
    rows = []
    for head in sorted(set(gone.values())):
        group = [head, *(code for code, into in gone.items() if into == head)]
        cards = frame.filter(pl.col("code").is_in(group))
        if cards.height > 1 and head in cards["code"].to_list():
            own = cards.filter(pl.col("code") == head)
            card = survivor(cards.drop("row"), head)
            rows.append({"row": own["row"][0]} | card | {"code": head})
    if not rows:
        return frame
    fresh = pl.DataFrame(rows, schema=frame.schema)
    kept = frame.join(fresh.select("row"), on="row", how="anti", maintain_order="left")
    return pl.concat([kept, fresh.select(frame.columns)]).sort("row")


def _without(frame: pl.DataFrame, target: str, answers: Answers) -> pl.DataFrame:
    codes = answers.stays.get(KIND.get(target, ""), {})
    return frame.filter(~pl.col("code").is_in(list(codes))) if codes and "code" in frame.columns else frame


def _renamed(sheet: Sheet, answers: Answers) -> Sheet:
    """Return a sheet whose rows name the codes that stay."""
    batch, target = sheet.prepared.batch, sheet.prepared.target
    fields = {field: NAMED[master] for field, master in REFERENCES.get(target, {}).items() if master in NAMED}
    changed = False
    for name, kind in fields.items():
        codes = answers.stays.get(kind, {})
        if not codes or name not in batch.frame.columns or not batch.frame[name].is_in(list(codes)).any():
            continue
        if target == "opening_stock":
            # Two codes of one item may lie in one place: the old code tells the rows apart, and they count together.
            old = pl.when(pl.col(name).is_in(list(codes))).then(pl.col(name))
            batch = batch.with_frame(batch.frame.with_columns(former=old))
        batch = batch.with_frame(batch.frame.with_columns(pl.col(name).replace(codes)))
        changed = True
    if not changed:
        return sheet
    if target == "item_units":
        batch = _units_once(batch)
    return replace(sheet, prepared=replace(sheet.prepared, batch=reconciled(batch, sheet.fit)))


def _units_once(batch: Batch) -> Batch:
    """Return the units without those that the item that stays has already."""
    again = batch.frame.filter(~pl.struct("item", "unit").is_first_distinct()).with_columns(reason=pl.lit(MERGED))
    return _noted(batch, again).drop(again.select("row", "reason"))


def _noted(batch: Batch, rows: pl.DataFrame) -> Batch:
    """Return the batch with rows that go noted among the dropped, so that sums still close."""
    before = batch.notes.get("dropped_rows")
    return batch.note(dropped_rows=rows if before is None else pl.concat([before, rows], how="diagonal_relaxed"))
