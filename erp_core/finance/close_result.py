"""The canonical form of what a close brings: the same figures give the same SHA-256, wherever they are computed."""

import hashlib

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.ledger.accounts import DIMENSIONS

SEAL = "seal"
VOUCHERS = {"key": pl.String, "voucher_on": pl.Date, "summary": pl.String, "closing": pl.Boolean}
LINES = {
    "key": pl.String,
    "summary": pl.String,
    "account": pl.String,
    "debit": MONEY,
    "credit": MONEY,
    **dict.fromkeys(DIMENSIONS, pl.String),
    "currency": pl.String,
    "amount_foreign": MONEY,
}
VALUES = {
    "step": pl.String,
    "move_id": pl.Int64,
    "item": pl.String,
    "account": pl.String,
    "kind": pl.String,
    "amount": MONEY,
}


def shaped(frame: pl.DataFrame | list[dict] | None, schema: dict) -> pl.DataFrame:
    """A frame brought to the columns and types of a part of the result; absent text is empty, absent rows are none."""
    if isinstance(frame, pl.DataFrame) and list(frame.schema.items()) == list(schema.items()):
        return frame
    frame = pl.DataFrame(schema=schema) if frame is None else frame
    frame = pl.DataFrame(frame, schema_overrides=schema) if isinstance(frame, list) else frame
    columns = [pl.col(c).cast(t) if c in frame.columns else pl.lit(None, t).alias(c) for c, t in schema.items()]
    return frame.select(columns).with_columns(
        pl.col(pl.String).fill_null(""), pl.col(pl.Boolean).fill_null(value=False)
    )


def result_hash(vouchers: pl.DataFrame, lines: pl.DataFrame, stock_values: pl.DataFrame) -> str:
    """SHA-256 over vouchers by key, their lines in order, and stock values by move; ids of the books stay out."""
    total = hashlib.sha256()
    for frame, schema, order in (
        (vouchers, VOUCHERS, ["key"]),
        (lines, LINES, ["key"]),
        (stock_values, VALUES, ["step", "move_id", "kind"]),
    ):
        canonical = shaped(frame, schema).sort(order, maintain_order=True)
        total.update(canonical.write_csv(separator="|", line_terminator="\n").encode())
    return total.hexdigest()


def step_hash(step: str, vouchers: pl.DataFrame, lines: pl.DataFrame, stock_values: pl.DataFrame) -> str:
    """The hash of what one step brings."""
    own = step_of(pl.col("key")) == step
    return result_hash(vouchers.filter(own), lines.filter(own), stock_values.filter(pl.col("step") == step))


def event(period: str, step: str, version: int) -> str:
    """The key of what a step of a close writes."""
    return f"close/{period}/{step}/{version}"


def step_of(key: pl.Expr) -> pl.Expr:
    """The step a voucher belongs to: its key, or what stands before the slash where a step brings several."""
    return key.str.split("/").list.first()
