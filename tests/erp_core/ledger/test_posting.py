"""Posting: what a voucher must be, and everything that is written with it in one act."""

from datetime import date
from decimal import Decimal as D

import polars as pl
import pytest
from as_text import account_turnover

from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.ledger import periods, posting

DAY = date(2026, 1, 15)


@pytest.fixture
def session(books):
    return Session(books.database, books.actor, DAY)


def heads(*keys: str, on: date = DAY, **more) -> pl.DataFrame:
    return pl.DataFrame({"key": list(keys), "voucher_on": [on] * len(keys), "summary": ["测试"] * len(keys), **more})


def lines(*rows: tuple, **more) -> pl.DataFrame:
    """Rows: key, account, debit, credit[, party]."""
    table = [(*row, "")[:5] for row in rows]
    frame = pl.DataFrame(table, schema=["key", "account", "debit", "credit", "party"], orient="row")
    return frame.with_columns(pl.col("debit", "credit").cast(MONEY))


SALE = (("1", "1122", "113", "0", "C01"), ("1", "5001", "0", "100"), ("1", "22210107", "0", "13"))


def post(session, vouchers, body, **more):
    with session.act("test.post", {}):
        return posting.post(session, vouchers, body, **more)


def test_a_voucher_brings_its_balance_and_its_open_item(books, session):
    posted = post(
        session, heads("1"), lines(*SALE).with_columns(reference=pl.lit("票1"), due_on=pl.lit(date(2026, 2, 14)))
    )
    assert posted.rows() == [("1", 1, "2026-01", "记", 1)]
    assert account_turnover(books, "2026-01") == {
        "1122": (D("113.00"), D("0.00")),
        "22210107": (D("0.00"), D("13.00")),
        "5001": (D("0.00"), D("100.00")),
    }
    with books.database.read() as cursor:
        items = cursor.execute("select account, party, reference, due_on, amount from core.open_item").fetchall()
    assert items == [("1122", "C01", "票1", date(2026, 2, 14), D("113.00"))]


def test_numbers_follow_the_dates_of_a_set_and_have_no_gap(session):
    days = [date(2026, 1, 20), date(2026, 1, 10), date(2026, 2, 1)]
    vouchers = pl.DataFrame({"key": ["a", "b", "c"], "voucher_on": days, "summary": ["x"] * 3})
    body = lines(*[(k, "1001", "1", "0") for k in "abc"], *[(k, "1002", "0", "1") for k in "abc"])
    posted = post(session, vouchers, body)
    assert posted.select("key", "period", "number").rows() == [
        ("a", "2026-01", 2),
        ("b", "2026-01", 1),
        ("c", "2026-02", 1),
    ]


REFUSALS = [
    ("Unbalanced", [("1", "1001", "1", "0"), ("1", "1002", "0", "2")]),
    ("LinesWithoutVoucher", [("2", "1001", "1", "0"), ("2", "1002", "0", "1")]),
    ("NoLines", []),
    ("LineAmount", [("1", "1001", "1", "1")]),
    ("LineAmount", [("1", "1001", "0", "0")]),
    ("NoSuchAccount", [("1", "9999", "1", "0"), ("1", "1002", "0", "1")]),
    ("ParentAccount", [("1", "2221", "1", "0"), ("1", "1002", "0", "1")]),
    ("DimensionMissing", [("1", "1122", "1", "0"), ("1", "1002", "0", "1")]),
    ("DimensionUnknown", [("1", "1122", "1", "0", "Z99"), ("1", "1002", "0", "1")]),
]


@pytest.mark.parametrize(("refusal", "rows"), REFUSALS, ids=[f"{name}{n}" for n, (name, _) in enumerate(REFUSALS)])
def test_a_wrong_voucher_is_refused_by_name_and_nothing_is_written(books, session, refusal, rows):
    with pytest.raises(Exception) as refused:
        post(session, heads("1"), lines(*rows))
    assert refused.type.__name__ == refusal
    with books.database.read() as cursor:
        assert cursor.execute("select count(*) from core.voucher").fetchall() == [(0,)]
        assert cursor.execute("select count(*) from core.number_counter where series like 'voucher%'").fetchall() == [
            (0,)
        ]


def test_one_bad_voucher_stops_the_whole_set_and_is_named(session):
    rows = [("a", "1001", "1", "0"), ("a", "1002", "0", "1"), ("b", "1001", "5", "0"), ("b", "1002", "0", "4")]
    with pytest.raises(posting.Unbalanced) as refused:
        post(session, heads("a", "b"), lines(*rows))
    assert refused.value.facts == {"first": "b", "count": 1, "debit": D("5.00"), "credit": D("4.00")}


def test_an_event_has_one_voucher_only(session):
    event = {"source_kind": ["sales_invoice"], "source_number": ["SI1"]}
    post(session, heads("1", **event), lines(*SALE))
    with pytest.raises(posting.EventPosted):
        post(session, heads("1", **event), lines(*SALE))


def test_a_closed_period_and_a_day_before_the_books_are_refused(books, session):
    with session.act("test.close", {}):
        periods.set_status(session, "2026-01", status="closed", stock_status="closed", raise_version=False)
    with pytest.raises(periods.PeriodClosed):
        post(session, heads("1"), lines(*SALE))
    with pytest.raises(periods.PeriodUnknown):
        post(session, heads("1", on=date(2025, 12, 31)), lines(*SALE))


def test_an_inactive_account_is_refused(books, session):
    books.call("ledger.account.deactivate", code="1101")
    with pytest.raises(posting.InactiveAccount):
        post(session, heads("1"), lines(("1", "1101", "1", "0"), ("1", "1002", "0", "1")))


def test_reversing_is_a_red_voucher_on_the_original_side(books, session):
    posted = post(session, heads("1", source_kind=["x"], source_number=["1"]), lines(*SALE))
    with session.act("test.reverse", {}):
        red = posting.reverse(session, [posted["voucher_id"][0]], on=date(2026, 1, 31), event_suffix="/red")
    assert red["number"][0] == 2
    assert account_turnover(books, "2026-01")["1122"] == (D("0.00"), D("0.00"))
    with pytest.raises(posting.EventPosted), session.act("test.again", {}):
        posting.reverse(session, [posted["voucher_id"][0]], on=date(2026, 1, 31), event_suffix="/red")


CASH = [
    ("sale for cash", [("1", "1002", "113", "0"), ("1", "5001", "0", "100"), ("1", "22210107", "0", "13")], "1"),
    ("tax paid", [("1", "222102", "50", "0"), ("1", "1002", "0", "50")], "5"),
    ("supplier paid", [("1", "220201", "50", "0", "S01"), ("1", "1002", "0", "50")], "3"),
    ("wages paid", [("1", "2211", "80", "0"), ("1", "2241", "0", "14"), ("1", "1002", "0", "66")], "4"),
    ("red expense", [("1", "560299", "-20", "0"), ("1", "1001", "0", "-20")], "6"),
    ("interest in red debit", [("1", "1002", "20", "0"), ("1", "560399", "-20", "0")], "2"),
    ("cash to bank", [("1", "1002", "20", "0"), ("1", "1001", "0", "20")], ""),
]


@pytest.mark.parametrize(("case", "rows", "item"), CASH, ids=[case[0] for case in CASH])
def test_cash_lines_find_their_line_of_the_cash_flow_statement(books, session, case, rows, item):
    post(session, heads("1"), lines(*rows))
    with books.database.read() as cursor:
        found = cursor.execute(
            "select distinct cash_flow from core.voucher_line where account in ('1001', '1002')"
        ).fetchall()
    assert found == [(item,)]
