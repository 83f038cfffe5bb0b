"""Cross checks: cells that are right alone and odd together: price against amount, value without quantity, twins."""

from collections.abc import Collection
from decimal import Decimal

import polars as pl

from pipelines.intake.layout import Layout
from pipelines.intake.parsers.names import spec_key
from pipelines.step import REJECTS, Batch, no_rejects

# 10 × 2.50 may say 25.10, but not 26.00: prices are often kept rounded to the cent.
TOLERANCE = Decimal("0.01")
WIDE = pl.Decimal(38, 6)
PRICES = ("unit_price", "unit_cost")


def crosschecked(batch: Batch, layout: Layout) -> Batch:
    """Return the batch with what its rows say against themselves or each other, as warnings."""
    batch = batch.reject(price_against_amount(batch.frame, layout))
    if layout.target == "opening_stock":
        batch = batch.reject(value_without_quantity(batch.frame)).reject(places_twice(batch.frame))
    if layout.target == "items":
        batch = batch.reject(twins(batch.frame))
    return batch


def price_against_amount(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return the rows whose amount is not quantity × price, to a cent per unit; derived amounts are not asked."""
    price = next((name for name in PRICES if name in frame.columns), "")
    given = "amount_given" if "amount_given" in frame.columns else "amount"
    if not price or given in layout.derive or not {"quantity", given} <= set(frame.columns):
        return no_rejects()
    exact = pl.col("quantity").cast(WIDE) * pl.col(price).cast(WIDE)
    allowed = pl.col("quantity").cast(WIDE).abs().clip(Decimal(1)) * TOLERANCE
    off = (exact - pl.col(given).cast(WIDE)).abs() > allowed
    wrong = frame.filter(off.fill_null(value=False))
    return _warnings(wrong, given, "W_QTY_X_PRICE", pl.col(given).cast(pl.String))


def value_without_quantity(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of stock that are worth something without being there."""
    odd = frame.filter((pl.col("quantity") == 0) & (pl.col("amount") != 0))
    return _warnings(odd, "amount", "W_VALUE_WITHOUT_QTY", pl.col("amount").cast(pl.String))


def places_twice(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of stock that name item, place and batch of another row; an empty bin or batch is one too."""
    names = [name for name in ("item", "warehouse", "bin", "batch") if name in frame.columns]
    keys = [pl.col(name).fill_null("") for name in names]
    days = [name for name in ("produced_on", "expires_on") if name in frame.columns]
    read = frame.filter(pl.col("item").is_not_null() & pl.col("warehouse").is_not_null())
    # Rows that are alike in everything are dropped as doubles, and told as such.
    read = read.filter(pl.struct(pl.exclude("row")).is_first_distinct())
    again = read.filter(pl.struct(*keys, *days).is_duplicated())
    shown = pl.concat_str([pl.col(name).fill_null("") for name in names], separator="/")
    return _warnings(again, "item", "E_DUPLICATE_KEY", shown, severity="reject")


def twins(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the items that have name, specification and unit of an earlier one under another code."""
    if "name" not in frame.columns or frame.is_empty():
        return no_rejects()
    names = [name for name in ("name", "specification", "unit") if name in frame.columns]
    distinct = frame.select(names).unique(maintain_order=True)
    keys = distinct.with_columns(
        pl.Series("key", ["|".join(spec_key(text or "") for text in row) for row in distinct.iter_rows()])
    )
    keyed = frame.join(keys, on=names, how="left", nulls_equal=True, maintain_order="left")
    first = keyed.group_by("key", maintain_order=True).agg(first=pl.col("code").drop_nulls().first())
    again = keyed.join(first, on="key", how="left", maintain_order="left").filter(pl.col("code") != pl.col("first"))
    return _warnings(again, "code", "W_POSSIBLE_DUPLICATE", pl.col("first"))


def orphans(frame: pl.DataFrame, field: str, known: Collection[str]) -> pl.DataFrame:
    """Return the rows whose field names a master that neither the books nor the files have."""
    lost = frame.filter(pl.col(field).is_not_null() & ~pl.col(field).is_in(list(known)))
    return _warnings(lost, field, "E_ORPHAN_REF", pl.col(field), severity="reject")


def _warnings(rows: pl.DataFrame, field: str, code: str, found: pl.Expr, *, severity: str = "warn") -> pl.DataFrame:
    if rows.is_empty():
        return no_rejects()
    return rows.select(
        "row", field=pl.lit(field), column=pl.lit(""), code=pl.lit(code), severity=pl.lit(severity), found=found
    ).cast(REJECTS)
