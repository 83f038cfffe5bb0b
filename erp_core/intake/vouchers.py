"""Legacy vouchers: posted through the ledger's one door, with who made them and where they came from."""

from __future__ import annotations

import polars as pl

from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.intake.lineage import Entered
from erp_core.ledger import posting

NEEDS = ("voucher_on", "word", "number", "account", "debit", "credit")
LINE_TEXTS = ("party", "department", "employee", "project", "item", "reference")


def _document() -> pl.Expr:
    parts = [pl.col("voucher_on").dt.strftime("%Y-%m"), pl.col("word"), pl.col("number").cast(pl.String)]
    return pl.concat_str(parts, separator="-")


def key(rows: pl.DataFrame, run: dict[str, object]) -> pl.Expr:
    """A legacy voucher is known by its system, month, word and number."""
    del rows
    return pl.lit(f"{run.get('source') or run.get('file')}/") + _document()


def enter(session: Session, rows: pl.DataFrame, run: dict[str, object]) -> Entered:
    """Post the vouchers of a set as a whole; our own numbers are drawn, the legacy number stays as the source's.

    rows: target_key, voucher_on, word, number, account, debit, credit, and optionally line, summary, account_name,
    dimensions, attachments, made_by, reference, due_on, quantity.
    """
    del run
    rows = _ordered(rows)
    summary = pl.coalesce(
        [pl.col(name) for name in ("summary", "account_name") if name in rows.columns] or [pl.lit("-")]
    )
    heads = rows.group_by("target_key", maintain_order=True).agg(
        pl.col("voucher_on").first(),
        summary.first().fill_null("-").alias("summary"),
        pl.col("word").first(),
        _first(rows, "attachments", pl.Int32).fill_null(0).alias("attachments"),
        _first(rows, "made_by", pl.String).alias("made_by"),
        pl.col("number").first().alias("legacy"),
    )
    heads = heads.with_columns(
        key="target_key",
        source_kind=pl.lit("intake"),
        source_number=pl.col("word") + "-" + pl.col("legacy").cast(pl.String),
        event_key=pl.lit("intake/") + pl.col("target_key"),
    ).drop("target_key", "legacy")
    lines = rows.select(
        pl.col("target_key").alias("key"),
        "account",
        pl.col("debit").fill_null(0).cast(MONEY),
        pl.col("credit").fill_null(0).cast(MONEY),
        summary.alias("summary"),
        *[pl.col(name).fill_null("") for name in LINE_TEXTS if name in rows.columns],
        *[name for name in ("due_on", "quantity") if name in rows.columns],
    )
    posted = posting.post(session, heads, lines, kind="manual")
    result = {"vouchers": posted.height, "lines": lines.height, "debit": str(lines["debit"].sum())}
    return Entered(result, _links(rows, posted))


def _links(rows: pl.DataFrame, posted: pl.DataFrame) -> pl.DataFrame:
    """Which line each row became: posting numbers the lines of a voucher in the order given."""
    side = pl.when(pl.col("debit").fill_null(0) != 0).then(pl.lit("debit")).otherwise(pl.lit("credit"))
    lines = rows.select(
        "row", "target_key", kind=pl.lit("voucher_line"), fields=side,
        line=pl.col("target_key").cum_count().over("target_key"),
    )  # fmt: skip
    found = lines.join(posted.select(target_key="key", target_id="voucher_id"), on="target_key", maintain_order="left")
    return found.select("row", "kind", "target_id", "line", "fields")


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """Documents in the order of day and number, lines as their own numbers say or as they stand."""
    within = "line" if "line" in rows.columns else "row"
    return rows.sort("voucher_on", "word", "number", within, "row", maintain_order=True)


def _first(rows: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).first()
