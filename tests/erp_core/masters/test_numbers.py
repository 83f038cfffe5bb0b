"""Number series: prefixes differ, and what was given out stays."""

import pytest

from erp_core.masters import refusals


def save(books, **series):
    return books.call("masters.number_series.save", series=series)


def test_add_and_change(books):
    assert save(books, series="gift", prefix="GF", cycle="year", width=5)["added"] == 1
    assert save(books, series="gift", width=6)["changed"] == 1


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"width": 2}, refusals.WrongNumber),
        ({"cycle": "week"}, refusals.NotAChoice),
        ({"prefix": ""}, refusals.MissingField),
        ({"prefix": "SO"}, refusals.PrefixShared),
    ],
)
def test_refused(books, changed, refusal):
    with pytest.raises(refusal):
        save(books, **{"series": "gift", "prefix": "GF", "cycle": "year", "width": 5} | changed)


def test_a_series_that_gave_out_numbers_keeps_prefix_and_cycle(books):
    books.database.root.execute("insert into core.number_counter values ('sales_order', '2601', 3)")
    with pytest.raises(refusals.SeriesInUse):
        save(books, series="sales_order", prefix="XS")
    assert save(books, series="sales_order", width=6)["changed"] == 1
