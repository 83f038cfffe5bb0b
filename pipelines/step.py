"""One shape for every step of a pipeline: a batch goes in, a batch comes out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

REJECTS = {
    "row": pl.Int32,
    "field": pl.String,
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "found": pl.String,
}
DROPS = {"row": pl.Int32, "reason": pl.String}


def no_rejects() -> pl.DataFrame:
    """Return the empty list of issues: row, field, column (letter), code, severity (reject or warn), found."""
    return pl.DataFrame(schema=REJECTS)


def no_drops() -> pl.DataFrame:
    """Return the empty list of dropped rows: row, reason."""
    return pl.DataFrame(schema=DROPS)


@dataclass(frozen=True)
class Batch:
    """Rows on their way: those still good, the issues found, those dropped, and facts worth telling."""

    frame: pl.DataFrame
    rejects: pl.DataFrame = field(default_factory=no_rejects)
    drops: pl.DataFrame = field(default_factory=no_drops)
    notes: dict[str, Any] = field(default_factory=dict)

    def with_frame(self, frame: pl.DataFrame) -> "Batch":
        """Return the same batch with other rows."""
        return replace(self, frame=frame)

    def reject(self, issues: pl.DataFrame) -> "Batch":
        """Return the batch with more issues; their rows stay in the frame until they are set aside."""
        if issues.is_empty():
            return self
        return replace(self, rejects=pl.concat([self.rejects, issues.select(list(REJECTS)).cast(REJECTS)]))

    def drop(self, dropped: pl.DataFrame) -> "Batch":
        """Return the batch without the rows of the frame (row, reason), which are counted instead."""
        if dropped.is_empty():
            return self
        dropped = dropped.select(list(DROPS)).cast(DROPS)
        frame = self.frame.join(dropped.select("row"), on="row", how="anti", maintain_order="left")
        return replace(self, frame=frame, drops=pl.concat([self.drops, dropped]))

    def note(self, **facts: Any) -> "Batch":
        """Return the batch with more facts."""
        return replace(self, notes={**self.notes, **facts})


Step = Callable[[Batch], Batch]


def run(batch: Batch, steps: Iterable[tuple[str, Step]], on_step: Callable[[str], None] | None = None) -> Batch:
    """Take the batch through the named steps in order; on_step is told each name before it starts."""
    for name, step in steps:
        if on_step:
            on_step(name)
        batch = step(batch)
    return batch
