"""Derive: fields computed from others by the few expressions a layout may use, and rows dropped by its rules."""

from decimal import Decimal

import polars as pl

from pipelines.intake.layout import Case, Derive, Layout, When
from pipelines.step import Batch

WIDE = pl.Decimal(38, 12)
AMOUNT = pl.Decimal(24, 6)


def condition(when: When, schema: pl.Schema) -> pl.Expr:
    """Return the Polars expression of one condition; an empty field fulfils only `blank: yes`."""
    column = pl.col(when.field)
    numeric = schema[when.field].is_numeric()
    tests = []
    if when.matches is not None:
        tests.append(column.cast(pl.String).str.contains(when.matches))
    if when.equals is not None:
        tests.append(column == Decimal(when.equals) if numeric else column.cast(pl.String) == when.equals)
    if when.below is not None:
        tests.append(column < Decimal(when.below))
    if when.above is not None:
        tests.append(column > Decimal(when.above))
    if when.blank is not None:
        blank = column.is_null() | (column.cast(pl.String) == "")
        tests.append(blank if when.blank else ~blank)
    return pl.all_horizontal(tests).fill_null(value=False)


def holds(conditions: list[When], schema: pl.Schema) -> pl.Expr:
    """Return whether all conditions hold."""
    return pl.all_horizontal([condition(when, schema) for when in conditions]) if conditions else pl.lit(value=True)


def by_case(cases: list[Case], schema: pl.Schema) -> pl.Expr:
    """Return the value of the first case that holds."""
    values = [pl.col(case.take) if case.take else pl.lit(case.then) for case in cases]
    branches = [pl.when(holds(case.when, schema)).then(value) for case, value in zip(cases, values, strict=True)]
    return pl.coalesce(branches)


def expression(rule: Derive, schema: pl.Schema) -> pl.Expr:
    """Return the Polars expression of a derived field."""
    if rule.multiply:
        # Both sides at twelve decimals: Polars multiplies at the larger scale and would cut the product.
        product = pl.col(rule.multiply[0]).cast(WIDE)
        for name in rule.multiply[1:]:
            product = product * pl.col(name).cast(WIDE)
        return product.round(6, mode="half_away_from_zero").cast(AMOUNT)
    if rule.add:
        return pl.sum_horizontal([pl.col(name).fill_null(0) for name in rule.add]).cast(schema[rule.add[0]])
    if rule.subtract:
        taken = pl.sum_horizontal([pl.col(name).fill_null(0) for name in rule.subtract[1:]])
        return (pl.col(rule.subtract[0]).fill_null(0) - taken).cast(schema[rule.subtract[0]])
    if rule.first_of:
        return pl.coalesce([pl.col(name) for name in rule.first_of])
    if rule.join:
        return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in rule.join], separator=rule.by)
    return by_case(rule.case or [], schema)


def derived(batch: Batch, layout: Layout) -> Batch:
    """Return the batch with the layout's derived fields, in the order they are written."""
    frame = batch.frame
    for field, rule in layout.derive.items():
        value = expression(rule, frame.schema)
        if field in frame.columns:
            value = pl.coalesce(pl.col(field), value)
        frame = frame.with_columns(value.alias(field))
    return batch.with_frame(frame)


def dropped(batch: Batch, layout: Layout) -> Batch:
    """Return the batch without the rows its rules drop; their values stay in the notes, so that sums can close."""
    kept = []
    for rule in layout.drop_rows:
        rows = batch.frame.filter(holds(rule.when, batch.frame.schema))
        # A row with an unreadable cell is rejected, not dropped: nobody knows what it is.
        bad = batch.rejects.filter(pl.col("severity") == "reject").select("row")
        rows = rows.join(bad, on="row", how="anti", maintain_order="left").with_columns(reason=pl.lit(rule.reason))
        kept.append(rows)
        batch = batch.drop(rows.select("row", "reason"))
    return batch.note(dropped_rows=pl.concat(kept)) if kept else batch
