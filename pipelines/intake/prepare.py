"""Prepare: a sheet under its layout through map, clean, derive, validate and reconcile, up to the door of the books."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from pipelines.intake.clean import cleaned
from pipelines.intake.crosschecks import crosschecked
from pipelines.intake.derive import by_case, derived, dropped
from pipelines.intake.layout import Also
from pipelines.intake.mapping import Fit, mapped
from pipelines.intake.reconcile import reconciled
from pipelines.intake.targets import TARGETS
from pipelines.intake.validate import validated
from pipelines.step import Batch, Step, run


@dataclass(frozen=True)
class Prepared:
    """A sheet ready to be loaded: its fit, its batch with the proof, and the further targets made out of it."""

    fit: Fit
    batch: Batch
    also: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Return the target of the sheet's own rows."""
        return self.fit.layout.target

    @property
    def rows(self) -> pl.DataFrame:
        """Return the rows to load, in the fields of the target."""
        fields = TARGETS[self.target].fields
        return self.batch.frame.select("row", *[name for name in fields if name in self.batch.frame.columns])


def steps_of(found: Fit) -> list[tuple[str, Step]]:
    """Return the steps of a sheet in order; each takes a batch and gives a batch."""
    return [
        ("clean", lambda batch: cleaned(batch, found)),
        ("derive", lambda batch: derived(batch, found.layout)),
        # Dropping needs derived fields; validating must not reject what is dropped anyway.
        ("drop", lambda batch: dropped(batch, found.layout)),
        ("validate", lambda batch: validated(crosschecked(batch, found.layout), found)),
        ("reconcile", lambda batch: reconciled(batch, found)),
    ]


def prepare(found: Fit, on_step: Callable[[str], None] | None = None) -> Prepared:
    """Return a sheet prepared under the layout that fits it; counts close or the sheet is refused."""
    if on_step:
        on_step("map")
    batch = run(mapped(found), steps_of(found), on_step)
    return Prepared(found, batch, {also.target: further(batch.frame, also) for also in found.layout.also})


def further(frame: pl.DataFrame, also: Also) -> pl.DataFrame:
    """Return one row per key of a further target, each field by its commonest, first or last value."""
    keyed = frame.filter(pl.col(also.key).is_not_null())
    filled = [source for source in also.columns.values() if source != also.key]
    picked = [_picked(source, also.pick).alias(f"__{source}") for source in dict.fromkeys(filled)]
    rows = keyed.group_by(also.key, maintain_order=True).agg(pl.col("row").first(), *picked)
    columns = [pl.col("row")]
    for name, source in also.columns.items():
        value = pl.col(also.key) if source == also.key else pl.col(f"__{source}")
        columns.append(value.alias(name))
    for name, text in also.const.items():
        columns.append(pl.lit(text).alias(name))
    for name, cases in also.case.items():
        columns.append(by_case(cases, rows.schema).alias(name))
    made = rows.select(columns).sort(next(iter(also.columns)))
    # A party or item without any name still needs one: its code.
    name = next((each for each in ("name", "name_zh") if each in made.columns), None)
    code = next(iter(also.columns))
    return made.with_columns(pl.coalesce(pl.col(name), pl.col(code)).alias(name)) if name else made


def _picked(source: str, pick: str) -> pl.Expr:
    values = pl.col(source).drop_nulls()
    if pick == "first":
        return values.first()
    return values.last() if pick == "last" else values.mode(maintain_order=True).first()
