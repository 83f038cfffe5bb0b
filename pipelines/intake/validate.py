"""Validate: the schema of the target, unique keys, whole groups; then the bad rows are set aside."""

import polars as pl

from pipelines.intake.layout import Layout
from pipelines.intake.mapping import Fit
from pipelines.intake.targets import TARGETS
from pipelines.step import Batch


def validated(batch: Batch, found: Fit) -> Batch:
    """Return the batch with only the rows that may be loaded; the others are issues, their values notes."""
    layout = found.layout
    batch = _complete(batch, layout)
    batch = _schema(batch, layout, found)
    batch = _parents(batch, layout)
    batch = _duplicates(batch, layout)
    batch = _groups(batch, layout)
    bad = batch.rejects.filter(pl.col("severity") == "reject").select("row").unique()
    aside = batch.frame.join(bad, on="row", how="semi", maintain_order="left")
    kept = batch.frame.join(bad, on="row", how="anti", maintain_order="left")
    return batch.with_frame(kept).note(rejected_rows=aside, rejected=bad.height)


def _complete(batch: Batch, layout: Layout) -> Batch:
    """Return the batch with every money column of the target, empty where the layout has none."""
    absent = [name for name in TARGETS[layout.target].money if name not in batch.frame.columns]
    return batch.with_frame(batch.frame.with_columns(pl.lit(None, pl.Decimal(18, 2)).alias(name) for name in absent))


def _told(batch: Batch) -> pl.DataFrame:
    return batch.rejects.filter(pl.col("severity") == "reject").select("row", "field").unique()


def _schema(batch: Batch, layout: Layout, found: Fit) -> Batch:
    # pandera takes seconds to import; commands that validate nothing need not wait for it.
    from pipelines.intake.schemas import failures

    broken = failures(layout.target, batch.frame)
    if broken.is_empty():
        return batch
    # A cell that could not be read is empty; saying so twice helps nobody.
    told = _told(batch)
    named = broken.filter(pl.col("field") != "").join(told, on=["row", "field"], how="anti", maintain_order="left")
    named = named.filter(~((pl.col("code") == "E_REQUIRED") & pl.col("row").is_in(told["row"].implode())))
    whole = broken.filter(pl.col("field") == "").join(told.select("row").unique(), on="row", how="anti")
    letters = batch.notes.get("letters", {})
    issues = pl.concat([named, whole]).with_columns(
        column=pl.col("field").replace_strict(letters, default="", return_dtype=pl.String) if letters else pl.lit(""),
        severity=pl.lit("reject"),
    )
    return batch.reject(issues)


def _parents(batch: Batch, layout: Layout) -> Batch:
    """Return opening balances without the parents that a list shows beside their children, once their sums agree."""
    if layout.target != "opening_balances":
        return batch
    frame = batch.frame.with_columns(net=pl.col("debit").fill_null(0) - pl.col("credit").fill_null(0))
    codes = frame["account"].drop_nulls().unique().to_list()
    below = {code: [other for other in codes if other != code and other.startswith(code)] for code in codes}
    nets = dict(frame.group_by("account").agg(pl.col("net").sum()).iter_rows())
    leaves = {code for code in codes if not below[code]}
    parents = frame.filter(pl.col("account").is_in([code for code in codes if below[code]]))
    sums = {code: sum(nets[other] for other in below[code] if other in leaves) for code in parents["account"].unique()}
    wrong = parents.filter(
        pl.col("net") != pl.col("account").replace_strict(sums, default=0, return_dtype=pl.Decimal(38, 2))
    )
    batch = batch.reject(_issue(wrong.select("row", found="account"), "E_PARENT_SUM", "reject", "account"))
    right = parents.join(wrong.select("row"), on="row", how="anti")
    rows = batch.frame.join(right.select("row"), on="row", how="semi").with_columns(reason=pl.lit("parent_account"))
    return batch.note(parent_rows=rows).drop(rows.select("row", "reason"))


def _duplicates(batch: Batch, layout: Layout) -> Batch:
    """Return the batch with equal rows dropped or told, and unlike rows of one key rejected."""
    values = [name for name in batch.frame.columns if name != "row"]
    if layout.duplicates == "keep":
        again = batch.frame.filter(~pl.struct(values).is_first_distinct()).select("row") if not layout.group else None
        return batch if again is None or again.is_empty() else batch.reject(_issue(again, "W_EXACT_DUPLICATE", "warn"))
    exact = batch.frame.filter(~pl.struct(values).is_first_distinct())
    # Rows that cannot be read are rejected for that, not dropped as doubles.
    exact = exact.join(_told(batch).select("row"), on="row", how="anti", maintain_order="left")
    batch = batch.note(double_rows=exact).drop(exact.select("row", reason=pl.lit("exact_duplicate")))
    if not layout.key or layout.duplicates == "drop":
        return batch
    keyed = batch.frame.filter(pl.all_horizontal(pl.col(layout.key).is_not_null()))
    keyed = keyed.join(_told(batch).select("row"), on="row", how="anti", maintain_order="left")
    twice = keyed.filter(pl.struct(layout.key).is_duplicated())
    shown = pl.concat_str([pl.col(name).cast(pl.String) for name in layout.key], separator="/")
    return batch.reject(_issue(twice.select("row", found=shown), "E_DUPLICATE_KEY", "reject", layout.key[0]))


def _groups(batch: Batch, layout: Layout) -> Batch:
    """Return the batch with whole groups rejected: an unbalanced voucher, and the good lines beside a bad one."""
    if not layout.group:
        return batch
    frame = batch.frame
    if {"debit", "credit"} <= set(frame.columns):
        uneven = pl.col("debit").fill_null(0).sum() - pl.col("credit").fill_null(0).sum()
        sums = frame.group_by(layout.group).agg(uneven.alias("difference")).filter(pl.col("difference") != 0)
        lines = frame.join(sums, on=layout.group, maintain_order="left")
        told = _told(batch).select("row")
        lines = lines.join(told, on="row", how="anti", maintain_order="left")
        batch = batch.reject(
            _issue(lines.select("row", found=pl.col("difference").cast(pl.String)), "E_UNBALANCED", "reject")
        )
    bad = batch.rejects.filter(pl.col("severity") == "reject").select("row").unique()
    groups = frame.join(bad, on="row", how="semi").select(layout.group).unique()
    beside = frame.join(groups, on=layout.group, how="semi", maintain_order="left").join(bad, on="row", how="anti")
    return batch.reject(_issue(beside.select("row"), "E_GROUP_REJECTED", "reject"))


def _issue(rows: pl.DataFrame, code: str, severity: str, field: str = "") -> pl.DataFrame:
    found = pl.col("found") if "found" in rows.columns else pl.lit("")
    return rows.select(
        "row", field=pl.lit(field), column=pl.lit(""), code=pl.lit(code), severity=pl.lit(severity), found=found
    )
