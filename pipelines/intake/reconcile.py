"""Reconcile: what was read is loaded, rejected or dropped, row by row and cent by cent, or the run does not count."""

from decimal import Decimal

import polars as pl

from pipelines.intake.errors import CountsDoNotClose
from pipelines.intake.layout import Layout
from pipelines.intake.mapping import Fit
from pipelines.intake.parsers import PARSERS
from pipelines.step import Batch

ROWS_OF = (
    ("rejected", "rejected_rows"),
    ("dropped", "dropped_rows"),
    ("dropped", "double_rows"),
    ("dropped", "parent_rows"),
)
WIDE = pl.Decimal(38, 6)


def reconciled(batch: Batch, found: Fit) -> Batch:
    """Return the batch with its proof in the notes: counts, and per total column the sum by outcome and reason."""
    counts = {
        "read": batch.notes["read"],
        "loaded": batch.frame.height,
        "rejected": batch.notes.get("rejected", 0),
        "dropped": batch.drops.height,
    }
    if counts["read"] != counts["loaded"] + counts["rejected"] + counts["dropped"]:
        raise CountsDoNotClose(file=found.grid.file, **counts)
    return batch.note(
        counts=counts,
        dropped_by=dict(batch.drops.group_by("reason").len().sort("reason").rows()),
        rejected_by=dict(_first_codes(batch).group_by("code").len().sort("code").rows()),
        sums=_sums(batch, found.layout),
        findings=_wrong_totals(batch, found),
    )


def _first_codes(batch: Batch) -> pl.DataFrame:
    """Return one code per rejected row: the first that was found."""
    return batch.rejects.filter(pl.col("severity") == "reject").unique("row", keep="first", maintain_order=True)


def _outcomes(batch: Batch) -> pl.DataFrame:
    """Return every row that was read and typed, with what became of it and why."""
    parts = [batch.frame.with_columns(outcome=pl.lit("loaded"), reason=pl.lit(""))]
    for outcome, note in ROWS_OF:
        rows = batch.notes.get(note)
        if rows is None or rows.is_empty():
            continue
        if "reason" not in rows.columns:
            rows = rows.with_columns(reason=pl.lit("exact_duplicate" if note == "double_rows" else ""))
        if outcome == "rejected":
            codes = _first_codes(batch).select("row", reason="code")
            rows = rows.drop("reason").join(codes, on="row", how="left", maintain_order="left")
        parts.append(rows.with_columns(outcome=pl.lit(outcome)))
    return pl.concat(parts, how="diagonal")


def _sums(batch: Batch, layout: Layout) -> list[dict[str, object]]:
    """Return per total: column, outcome, reason, group, rows, amount; the amounts of a column add up to all parsed."""
    outcomes = _outcomes(batch)
    proof = []
    for total in layout.totals:
        if not total.sum or total.sum not in outcomes.columns:
            continue
        groups = ["outcome", "reason", *([total.by] if total.by else [])]
        rows = outcomes.group_by(groups).agg(pl.len().alias("rows"), pl.col(total.sum).cast(WIDE).sum().alias("amount"))
        for row in rows.sort(groups).iter_rows(named=True):
            group = row[total.by] if total.by else ""
            proof.append({
                "column": total.sum, "outcome": row["outcome"], "reason": row["reason"] or "", "group": group or "",
                "rows": row["rows"], "amount": row["amount"] or Decimal(0),
            })  # fmt: skip
    return proof


def _wrong_totals(batch: Batch, found: Fit) -> list[dict[str, object]]:
    """Return the total rows of the sheet that disagree with the rows above them: row, field, found, expected."""
    said = batch.notes.get("totals", [])
    if not said:
        return []
    # The sheet's own total counts what it shows, doubles included, but not a parent beside its children.
    rows = _outcomes(batch).filter(pl.col("reason") != "parent_account").sort("row")
    wrong, since = [], {}
    for total in sorted(said, key=lambda one: one["row"]):
        field = str(total["field"])
        if field not in rows.columns:
            continue
        first = since.get(field, 0) if total["kind"] == "subtotal" else 0
        above = rows.filter((pl.col("row") < total["row"]) & (pl.col("row") > first))
        if total["kind"] == "subtotal":
            since[field] = total["row"]
        if above[field].null_count() and _unread(batch, above, field):
            continue
        column = found.layout.columns[field]
        value, _ = PARSERS[column.parser].one(str(total["text"]), "text", column.options)
        expected = above[field].sum() or Decimal(0)
        if value is not None and value != expected:
            wrong.append({"row": total["row"], "field": field, "found": value, "expected": expected})
    return wrong


def _unread(batch: Batch, rows: pl.DataFrame, field: str) -> bool:
    """Return whether a cell above the total could not be read, so that the total cannot be judged."""
    bad = batch.rejects.filter((pl.col("field") == field) & pl.col("code").str.starts_with("E_"))
    return bad.join(rows.select("row"), on="row", how="semi").height > 0
