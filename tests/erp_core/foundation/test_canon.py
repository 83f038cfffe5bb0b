"""The canonical form: one row and many rows give the same bytes, and different values never the same."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from erp_core.foundation import canon
from erp_core.foundation.canon import Column, Form

FORM = Form(
    "t",
    (
        Column("n", "int", 1), Column("s", "text"), Column("m", "decimal 2"), Column("q", "decimal 6"), Column("d", "date"),
        Column("at", "instant"), Column("b", "bool"),
    ),
)  # fmt: skip
SCHEMA = {
    "n": pl.Int64, "s": pl.String, "m": pl.Decimal(18, 2), "q": pl.Decimal(18, 6), "d": pl.Date, "at": pl.Datetime("us"),
    "b": pl.Boolean,
}  # fmt: skip
texts = st.text(st.sampled_from(["a", "\t", "\n", "\r", "\\", "N", '"', "'", ",", "凭"]), max_size=4)
rows = st.tuples(
    st.integers(-(2**60), 2**60),
    st.none() | texts,
    st.none() | st.decimals(-(10**9), 10**9, places=2),
    st.none() | st.decimals(-(10**9), 10**9, places=6),
    st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001
    st.none() | st.booleans(),
)


@given(st.lists(rows, min_size=1, max_size=5))
def test_one_by_one_and_all_at_once_are_the_same_bytes(made):
    whole = canon.bytes_of(FORM, pl.DataFrame(made, schema=SCHEMA, orient="row"))
    texts = [canon.text_of_row(FORM, row) for row in made]
    assert whole == "".join(f"{text}\n" for text in texts).encode()
    assert [line.decode() for line in canon.lines_of(whole)] == texts
    told = {tuple(repr(v) if v is None or isinstance(v, str) else str(v) for v in row) for row in made}
    assert len(set(texts)) <= len(told)
    plain = [row for row in made if not any(isinstance(v, Decimal) for v in row)]
    assert len({canon.text_of_row(FORM, row) for row in plain}) == len(
        {tuple(repr(v) if v is None or isinstance(v, str) else str(v) for v in row) for row in plain}
    )


def test_the_form_is_what_it_says():
    row = (7, "a\tb\\\n", Decimal("-0.00"), Decimal("1.5"), date(2026, 1, 31), datetime(2026, 1, 31, 8), None)  # noqa: DTZ001
    assert (
        canon.text_of_row(FORM, row) == "7\ta\\tb\\\\\\n\t0.00\t1.500000\t2026-01-31\t2026-01-31 08:00:00.000000\t\\N"
    )
    assert canon.text_of_row(FORM, (7, "\\N", None, None, None, None, True)) == "7\t\\\\N\t\\N\t\\N\t\\N\t\\N\tt"
