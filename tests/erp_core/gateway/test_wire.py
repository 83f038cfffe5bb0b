"""What goes in comes out: values, types, frames; what is broken is refused."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal as D

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_core.foundation.errors import Refusal
from erp_core.gateway import wire
from erp_core.gateway.refusals import BodyUnreadable, ValueNotCarried

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes().map(lambda at: at.replace(fold=0))
    | st.times().map(lambda at: at.replace(fold=0))
    | st.timedeltas()
    | st.binary()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["a", "b", "$decimal", "$frame", "$dict", ""]), inner, max_size=3)
        | st.dictionaries(st.integers() | st.dates(), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value):
    back = wire.unpack(wire.pack(value))
    assert back == value
    assert repr(back) == repr(value), "types too"
    assert wire.untagged(wire.tagged(value)) == value


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "amount": pl.Series([D("12.50"), None, D("-0.01")], dtype=pl.Decimal(18, 2)),
            "quantity": pl.Series([D("1.000001"), D(0), None], dtype=pl.Decimal(18, 6)),
            "day": [date(2026, 1, 31), None, date(1999, 12, 31)],
            "at": pl.Series(
                [datetime(2026, 1, 1, 12, 30, 0, 123456, UTC).replace(tzinfo=None), None, None], dtype=pl.Datetime("us")
            ),
            "zoned": pl.Series([datetime(2026, 1, 1, tzinfo=UTC)] * 3, dtype=pl.Datetime("us", "UTC")),
            "clock": [time(1, 2, 3), None, time(0)],
            "names": [["甲", "乙"], [], None],
            "inner": [{"a": D("1.10"), "b": [1]}, None, {"a": None, "b": []}],
            "kind": pl.Series(["x", "y", "x"], dtype=pl.Enum(["x", "y"])),
            "nothing": [None, None, None],
            "small": pl.Series([1, 2, None], dtype=pl.Int16),
            "raw": [b"\x00\xff", None, b""],
        }
    )


@pytest.mark.parametrize("rows", [0, 3])
def test_frames_keep_their_types(rows):
    sent = {"documents": frame().head(rows), "lines": [1, frame().head(rows)], "note": {"$frame": 0}}
    back = wire.unpack(wire.pack(sent))
    assert back["documents"].equals(sent["documents"])
    assert back["documents"].schema == sent["documents"].schema
    assert back["lines"][1].equals(sent["lines"][1])
    assert back["note"] == {"$frame": 0}, "what only looks like a tag stays what it is"


def test_series_sets_and_durations():
    sent = {"s": frame()["amount"], "set": {1, 2}, "took": timedelta(days=-1, microseconds=5)}
    back = wire.unpack(wire.pack(sent))
    assert back["s"].equals(sent["s"]) and back["s"].name == "amount"
    assert back["set"] == {1, 2} and back["took"] == sent["took"]


def test_what_cannot_travel_is_refused_by_its_type():
    with pytest.raises(ValueNotCarried, match="object"):
        wire.pack({"x": object()})


def test_facts_of_a_refusal_may_hold_frames_and_still_be_json():
    assert wire.untagged(wire.tagged({"rows": frame().select("amount")}))["rows"][0] == {"amount": D("12.50")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ERP1",
        b"ERP1\x00\x00",
        b"ERP1" + b"\xff" * 8,
        b"ERP1" + (2).to_bytes(8, "big") + b"{}"[:1],
        b"ERP1" + (7).to_bytes(8, "big") + b'{"a":1 ',
        b"ERP1" + (12).to_bytes(8, "big") + b'{"$frame":7}',
        b"ERP1" + (14).to_bytes(8, "big") + b'{"$decimal":1}',
        b"ERP1" + (16).to_bytes(8, "big") + b'{"$date":"x-y-"}',
        b"ERP1" + (12).to_bytes(8, "big") + b'{"$frame":0}' + (4).to_bytes(8, "big") + b"ARRO",
    ],
)
def test_a_broken_body_is_refused(body):
    if body.endswith(b'{"$decimal":1}'):
        assert wire.unpack(body) == D(1)
        return
    with pytest.raises(BodyUnreadable):
        wire.unpack(body)


def test_deep_nesting_is_refused_not_followed():
    for text in (b"[" * 100_000 + b"]" * 100_000, b"[" * 500 + b"]" * 500):
        with pytest.raises(BodyUnreadable):
            wire.unpack(wire.MAGIC + len(text).to_bytes(8, "big") + text)


def test_half_a_character_is_refused():
    with pytest.raises(BodyUnreadable):
        wire.read_json(b'{"a": "\\ud800"}')


def test_flipped_bytes_never_bring_it_down():
    """Whatever arrives is a value or a refusal; four hundred spoilt bodies."""
    whole = wire.pack({"f": frame(), "x": [D("1.5"), date(2026, 1, 1)]})
    chance = random.Random(7)
    for _ in range(400):
        spoilt = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        with suppress(Refusal):
            wire.unpack(bytes(spoilt))


def test_plain_json_shows_amounts_as_text_and_no_number_as_nothing():
    shown = wire.plain({"f": frame().select("amount").head(1), "r": float("nan"), "d": date(2026, 1, 1)})
    assert shown == {"f": [{"amount": "12.50"}], "r": None, "d": "2026-01-01"}


def test_an_arrow_stream_is_read_by_others():
    import pyarrow as pa

    table = pa.ipc.open_stream(wire.arrow_stream(frame())).read_all()
    assert table.column("amount").to_pylist() == [D("12.50"), None, D("-0.01")]
    assert table.schema.field("amount").type == pa.decimal128(18, 2)
