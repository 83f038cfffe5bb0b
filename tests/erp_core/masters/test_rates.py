"""Tax rates are superseded by day and never overwritten; exchange rates hold until the next."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from erp_core.foundation.rights import Actor
from erp_core.foundation.session import Session
from erp_core.masters import rates, refusals

T8 = {
    "code": "T8",
    "name_zh": "试用 8%",
    "direction": "sales",
    "rate": "0.08",
    "role": "output_vat",
    "valid_from": "2026-01-01",
}


@pytest.fixture
def reading(books):
    session = Session(books.database, Actor("owner", frozenset({"*"})), dt.date(2026, 1, 31))
    with books.database.read() as cursor:
        session.cursor = cursor
        yield session


def save(books, **changed):
    return books.call("masters.tax_code.save", codes=[T8 | changed])


def test_a_rate_is_superseded_from_a_later_day(books, reading):
    assert save(books)["added"] == 1
    assert save(books)["unchanged"] == 1
    assert save(books, rate="0.07", valid_from="2026-07-01")["added"] == 1
    assert rates.tax_rate(reading, "T8", dt.date(2026, 6, 30))[0] == Decimal("0.08")
    assert rates.tax_rate(reading, "T8", dt.date(2026, 7, 1)) == (Decimal("0.07"), "output_vat", True)


@pytest.mark.parametrize(
    "changed", [{"rate": "0.09"}, {"rate": "0.09", "valid_from": "2025-01-01"}, {"role": "input_vat"}]
)
def test_the_past_is_not_rewritten(books, changed):
    save(books)
    with pytest.raises(refusals.RateIsHistory):
        save(books, **changed)


def test_a_code_may_end(books, reading):
    save(books)
    assert save(books, valid_to="2026-06-30")["changed"] == 1
    with pytest.raises(refusals.NoRate):
        rates.tax_rate(reading, "T8", dt.date(2026, 7, 1))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"rate": "13"}, refusals.WrongNumber),
        ({"rate": "-0.01"}, refusals.WrongNumber),
        ({"role": "nobody"}, refusals.UnknownCode),
        ({"direction": "sideways"}, refusals.NotAChoice),
        ({"valid_to": "2025-01-01"}, refusals.EndsBeforeStart),
        ({"name_zh": ""}, refusals.MissingField),
    ],
)
def test_refused(books, changed, refusal):
    with pytest.raises(refusal):
        save(books, **changed)


def test_rates_of_a_set_keep_its_order(books, reading):
    save(books)
    save(books, rate="0.07", valid_from="2026-07-01")
    wanted = pl.DataFrame(
        {"tax_code": ["T8", "S13", "T8"], "on": [dt.date(2026, 7, 2), dt.date(2026, 3, 1), dt.date(2026, 3, 1)]}
    )
    found = rates.tax_rates(reading, wanted)
    assert found["tax_rate"].to_list() == [Decimal("0.07"), Decimal("0.13"), Decimal("0.08")]
    with pytest.raises(refusals.NoRate):
        rates.tax_rates(reading, pl.DataFrame({"tax_code": ["T8"], "on": [dt.date(2020, 1, 1)]}))


def test_exchange_rates(books, reading):
    dollars = [
        {"currency": "USD", "rate_on": "2026-01-05", "rate": "7.1"},
        {"currency": "USD", "rate_on": "2026-01-09", "rate": "7.2"},
    ]
    assert books.call("masters.exchange_rate.save", rates=dollars)["added"] == 2
    assert rates.exchange_rate(reading, "USD", dt.date(2026, 1, 8)) == Decimal("7.1")
    with pytest.raises(refusals.NoExchangeRate):
        rates.exchange_rate(reading, "USD", dt.date(2026, 1, 4))
    with pytest.raises(refusals.WrongNumber):
        books.call("masters.exchange_rate.save", rates={"currency": "USD", "rate_on": "2026-01-05", "rate": "0"})
