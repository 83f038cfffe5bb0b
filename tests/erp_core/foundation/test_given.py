"""What a caller hands in: dicts, lists and frames take one exact way to their types, or are refused by name."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation import given
from erp_core.foundation.money import QUANTITY

HEADER = {"document_on": pl.Date, "party": pl.String, "papers": pl.List(pl.String)}
LINES = {"item": pl.String, "quantity": QUANTITY, "line": pl.Int32}


def test_one_dict_is_a_set_of_one():
    frame = given.documents({"document_on": "2026-01-05", "party": "C01", "papers": "X"}, HEADER, ("party",))
    assert frame.row(0) == ("1", date(2026, 1, 5), "C01", ["X"])


@pytest.mark.parametrize("value", [Decimal("1.5"), "1.5", "1.500000"])
def test_quantities_come_exactly_from_decimal_and_text(value):
    heads = given.documents({"party": "C01"}, HEADER, ())
    assert given.lines([{"quantity": value}], LINES, (), heads)["quantity"][0] == Decimal("1.5")


def test_a_frame_may_leave_columns_out():
    frame = given.documents(pl.DataFrame({"key": ["a", "b"], "party": ["C01", "C02"]}), HEADER, ("party",))
    assert frame.columns == ["key", *HEADER]
    assert frame["document_on"].null_count() == 2


@pytest.mark.parametrize(
    ("heads", "lines", "refusal"),
    [
        ({"colour": "红"}, None, given.NoSuchColumn),
        (pl.DataFrame({"colour": ["红"]}), None, given.NoSuchColumn),
        ({"document_on": "5. Januar"}, None, given.ValueUnreadable),
        ({"document_on": None}, None, given.ValueMissing),
        ([{"key": "a"}, {"key": "a"}], None, given.KeyGivenTwice),
        ({"document_on": "2026-01-05"}, [{"quantity": 0.1}], given.BinaryFraction),
        ({"document_on": "2026-01-05"}, pl.DataFrame({"quantity": [0.1]}), given.BinaryFraction),
        ({"document_on": "2026-01-05"}, [{"key": "z", "quantity": 1}], given.LineWithoutDocument),
        ({"document_on": "2026-01-05"}, [{"item": ""}], given.ValueMissing),
    ],
)
def test_what_does_not_fit_is_refused(heads, lines, refusal):
    with pytest.raises(refusal):
        given.lines(lines, LINES, ("item",), given.documents(heads, HEADER, ("document_on",)))


def test_lines_of_several_documents_need_their_key():
    heads = given.documents([{"key": "a"}, {"key": "b"}], HEADER, ())
    with pytest.raises(given.LineWithoutDocument):
        given.lines([{"quantity": 1}], LINES, (), heads)
