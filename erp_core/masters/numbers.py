"""Number series: how documents of each kind are numbered."""

from typing import Any

import polars as pl

from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import refusals, saving

SERIES = saving.Table(
    name="number_series",
    keys=("series",),
    required=("prefix", "cycle", "width"),
    codes=("prefix",),
    choices={"cycle": ("month", "year", "never")},
)
WIDTHS = range(3, 10)


@verb("masters.number_series.save")
def save(session: Session, *, series: saving.Given) -> dict[str, Any]:
    """Add or change number series: series, prefix, cycle (month, year, never), width; prefixes differ.

    Prefix and cycle stay once numbers were drawn: a number given out must not come a second time.
    """
    frame = saving.complete(session, SERIES, series)
    bad = frame.filter(~pl.col("width").is_in(list(WIDTHS)))
    if bad.height:
        raise refusals.WrongNumber(**refusals.first_of(bad, code="series", value="width"), field="width")
    _refuse_shared_prefix(session, frame)
    _refuse_drawn(session, frame)
    return saving.write(session, SERIES, frame)


def _refuse_shared_prefix(session: Session, frame: pl.DataFrame) -> None:
    held = session.frame("select series, prefix from core.number_series").join(frame, on="series", how="anti")
    both = pl.concat([held, frame.select("series", "prefix")])
    shared = both.filter(pl.col("prefix").is_duplicated())
    if shared.height:
        raise refusals.PrefixShared(prefix=shared["prefix"][0], series=", ".join(shared["series"].sort()))


def _refuse_drawn(session: Session, frame: pl.DataFrame) -> None:
    drawn = session.frame(
        "select series, prefix, cycle from core.number_series s "
        "where exists (select 1 from core.number_counter c where c.series = s.series)"
    )
    both = frame.join(drawn, on="series", suffix="_held")
    bad = both.filter((pl.col("prefix") != pl.col("prefix_held")) | (pl.col("cycle") != pl.col("cycle_held")))
    if bad.height:
        raise refusals.SeriesInUse(series=bad["series"][0])
