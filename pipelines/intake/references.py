"""References: every code a row names is in the books or in the files beside it, or the row is told, cell by cell."""

from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.intake.crosschecks import orphans
from pipelines.intake.openings import ITEM_TARGETS
from pipelines.intake.pack import Pack, Sheet
from pipelines.intake.reconcile import reconciled
from pipelines.step import Batch

ORPHAN, WARNED, BLANKED = "E_ORPHAN_REF", "W_ORPHAN_REF", "W_ORPHAN_BLANKED"
AMBIGUOUS = "E_LOOKUP_AMBIGUOUS"
PARTY = {"party": "parties"}
DIMENSIONS = PARTY | {"department": "departments", "employee": "employees", "project": "projects", "item": "items"}
OF_ASSET = {
    "category": "asset_categories", "department": "departments", "custodian": "employees", "supplier": "parties",
}  # fmt: skip
# target -> field -> whose code it is.
REFERENCES: dict[str, dict[str, str]] = {
    "departments": {"parent": "departments"},
    "employees": {"department": "departments"},
    "warehouses": {"keeper": "employees"},
    "item_categories": {"parent": "item_categories"},
    "suppliers": {"employee": "employees"},
    "customers": {"employee": "employees"},
    "parties": {"employee": "employees"},
    "items": {"category": "item_categories", "supplier": "parties"},
    "item_units": {"item": "items"},
    "opening_balances": {"account": "accounts"} | DIMENSIONS,
    **dict.fromkeys(ITEM_TARGETS, {"account": "accounts"} | PARTY),
    "opening_stock": {"item": "items", "warehouse": "warehouses"},
    "assets": OF_ASSET,
    "vouchers": {"account": "accounts"} | DIMENSIONS,
    "sales_history": PARTY | {"item": "items"},
    "purchase_history": PARTY | {"item": "items"},
}
# Whose codes the rows of a target are.
MASTERS = {
    "accounts": "accounts", "departments": "departments", "employees": "employees", "warehouses": "warehouses",
    "item_categories": "item_categories", "suppliers": "parties", "customers": "parties", "parties": "parties",
    "items": "items",
}  # fmt: skip
VIEWS = {
    "accounts": "account", "departments": "department", "employees": "employee", "warehouses": "warehouse",
    "item_categories": "item_category", "parties": "party", "items": "item", "projects": "project",
    "asset_categories": "asset_category",
}  # fmt: skip
# What never touches stock or ledger may name what is gone; it is told and kept.
KEPT = ("sales_history", "purchase_history")
Codes = dict[str, set[str]]


def referred(pack: Pack, books: Any | None = None) -> Pack:
    """Return the pack with rows set aside that name a code which neither the books nor the files have.

    Without books a code is only warned of, and only where the files hold a list of its kind. A layout says by `orphan`
    of a column whether the row goes (reject, the rule), only the reference (blank), or nothing (keep).
    """
    pack = named(pack, books)
    known = (
        {master: set(books.sql(f"select code from rpt.{view}")["code"]) for master, view in VIEWS.items()}
        if books
        else {}
    )
    listed: Codes = {}
    for sheet in pack.sheets:
        for target, frame in sheet.prepared.also.items():
            _list(listed, target, frame)
    # Sheets stand in the order in which they are loaded: a master before what names it.
    return replace(pack, sheets=[_settled(sheet, known, listed, judged=books is not None) for sheet in pack.sheets])


def named(pack: Pack, books: Any | None = None) -> Pack:
    """Return the pack with names of cards turned into codes where a layout says so; a name of two cards is told."""
    wanted = {_master(sheet, field) for sheet in pack.sheets for field in _lookups(sheet)}
    if not wanted:
        return pack
    cards = {master: _cards(pack, books, master) for master in wanted}
    sheets = []
    for sheet in pack.sheets:
        batch = sheet.prepared.batch
        for field in _lookups(sheet):
            batch = _looked_up(batch, field, cards[_master(sheet, field)])
        sheets.append(sheet if batch is sheet.prepared.batch else _with(sheet, _set_aside(batch, sheet)))
    return replace(pack, sheets=sheets)


def _lookups(sheet: Sheet) -> list[str]:
    there = REFERENCES.get(sheet.prepared.target, {})
    return [name for name, column in sheet.fit.layout.columns.items() if column.lookup and name in there]


def _master(sheet: Sheet, field: str) -> str:
    return REFERENCES[sheet.prepared.target][field]


def _cards(pack: Pack, books: Any | None, master: str) -> pl.DataFrame:
    """Return name and codes of all cards of a kind, each name once."""
    title = "name_zh" if master == "accounts" else "name"
    frames = [pl.DataFrame(schema={"name": pl.String, "code": pl.String})]
    if books:
        frames.append(books.sql(f"select {title} as name, code from rpt.{VIEWS[master]}"))
    for sheet in pack.sheets:
        for target, frame in {sheet.prepared.target: sheet.prepared.batch.frame, **sheet.prepared.also}.items():
            if MASTERS.get(target) == master and {title, "code"} <= set(frame.columns):
                frames.append(frame.select(name=title, code="code"))
    return pl.concat(frames).drop_nulls().unique().group_by("name").agg(pl.col("code").unique().sort())


def _looked_up(batch: Batch, field: str, cards: pl.DataFrame) -> Batch:
    codes = set(cards["code"].explode())
    asked = batch.frame.select("row", name=field).filter(
        pl.col("name").is_not_null() & ~pl.col("name").is_in(list(codes))
    )
    found = asked.join(cards, on="name", how="inner", maintain_order="left")
    twice = found.filter(pl.col("code").list.len() > 1)
    once = found.filter(pl.col("code").list.len() == 1).select("row", __code=pl.col("code").list.first())
    if found.is_empty():
        return batch
    letter = batch.notes.get("letters", {}).get(field, "")
    shown = pl.col("name") + ": " + pl.col("code").list.join(", ")
    told = twice.select(
        "row",
        field=pl.lit(field),
        column=pl.lit(letter),
        code=pl.lit(AMBIGUOUS),
        severity=pl.lit("reject"),
        found=shown,
    )
    frame = batch.frame.join(once, on="row", how="left", maintain_order="left")
    frame = frame.with_columns(pl.coalesce("__code", field).alias(field)).drop("__code")
    return batch.with_frame(frame).reject(told)


def _with(sheet: Sheet, batch: Batch) -> Sheet:
    return replace(sheet, prepared=replace(sheet.prepared, batch=reconciled(batch, sheet.fit)))


def _settled(sheet: Sheet, known: Codes, listed: Codes, *, judged: bool) -> Sheet:
    """Return a sheet without its orphans, nor those who named one of its rows that went."""
    _list(listed, sheet.prepared.target, sheet.prepared.batch.frame)
    before, after = sheet, _checked(sheet, known, listed, judged=judged)
    while judged and after.prepared.rows.height < before.prepared.rows.height:
        _unlist(listed, before, after)
        before, after = after, _checked(after, known, listed, judged=judged)
    return after


def _list(listed: Codes, target: str, frame: pl.DataFrame) -> None:
    if target in MASTERS and "code" in frame.columns:
        listed.setdefault(MASTERS[target], set()).update(frame["code"].drop_nulls())


def _unlist(listed: Codes, before: Sheet, after: Sheet) -> None:
    target = before.prepared.target
    if target in MASTERS:
        gone = set(before.prepared.batch.frame["code"]) - set(after.prepared.batch.frame["code"])
        listed[MASTERS[target]] -= gone


def _checked(sheet: Sheet, known: Codes, listed: Codes, *, judged: bool) -> Sheet:
    batch, target = sheet.prepared.batch, sheet.prepared.target
    for field, master in REFERENCES.get(target, {}).items():
        if field not in batch.frame.columns or (not judged and master not in listed):
            continue
        named = (
            batch.frame.with_columns(pl.col(field).replace("", None))
            if batch.frame.schema[field] == pl.String
            else batch.frame
        )
        if named.schema[field] != pl.String:
            continue
        lost = orphans(named, field, known.get(master, set()) | listed.get(master, set()))
        if lost.is_empty():
            continue
        batch = _told(batch, lost, field, _way(sheet, field, judged=judged))
    if batch is sheet.prepared.batch:
        return sheet
    return _with(sheet, _set_aside(batch, sheet))


def _way(sheet: Sheet, field: str, *, judged: bool) -> str:
    """Return what becomes of the row: reject, blank or keep."""
    if not judged:
        return "keep"
    column = sheet.fit.layout.columns.get(field)
    said = column.orphan if column else ""
    return said or ("keep" if sheet.prepared.target in KEPT else "reject")


def _told(batch: Batch, lost: pl.DataFrame, field: str, way: str) -> Batch:
    """Return the batch with an issue per row, and without the references that only are to go."""
    code = {"reject": ORPHAN, "blank": BLANKED, "keep": WARNED}[way]
    letter = batch.notes.get("letters", {}).get(field, "")
    severity = "reject" if way == "reject" else "warn"
    told = lost.with_columns(code=pl.lit(code), severity=pl.lit(severity), column=pl.lit(letter))
    before = batch.rejects.filter(pl.col("code") == code).select("row", "field")
    batch = batch.reject(told.join(before, on=["row", "field"], how="anti", maintain_order="left"))
    if way != "blank":
        return batch
    there = pl.col("row").is_in(lost["row"].implode())
    return batch.with_frame(batch.frame.with_columns(pl.when(there).then(None).otherwise(field).alias(field)))


def _set_aside(batch: Batch, sheet: Sheet) -> Batch:
    """Return the batch without the rows now rejected, whole vouchers with them."""
    bad = batch.rejects.filter(pl.col("severity") == "reject").select("row").unique()
    aside = batch.frame.join(bad, on="row", how="semi", maintain_order="left")
    group = sheet.fit.layout.group
    if group and aside.height:
        beside = batch.frame.join(aside.select(group).unique(), on=group, how="semi", maintain_order="left")
        beside = beside.join(bad, on="row", how="anti", maintain_order="left").select("row")
        constants = {"field": "", "column": "", "code": "E_GROUP_REJECTED", "severity": "reject", "found": ""}
        batch = batch.reject(beside.with_columns(pl.lit(text).alias(name) for name, text in constants.items()))
        aside = pl.concat([aside, batch.frame.join(beside, on="row", how="semi", maintain_order="left")])
    earlier = batch.notes.get("rejected_rows")
    gone = aside if earlier is None else pl.concat([earlier, aside], how="diagonal_relaxed")
    kept = batch.frame.join(aside.select("row"), on="row", how="anti", maintain_order="left")
    return batch.with_frame(kept).note(rejected_rows=gone, rejected=batch.notes.get("rejected", 0) + aside.height)
