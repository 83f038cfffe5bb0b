"""Moves of stock: what is refused, what is costed at once, what a back-dated move changes."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from stock_moves import acting, stock, ties

from erp_core.foundation.errors import Refusal
from erp_core.inventory import moves as stock_moves
from erp_core.inventory.checks import LaterStockShort, NotEnoughStock


def test_the_three_methods_on_the_worked_example(books):
    for item, expected in {"A": ["-", "-"], "B": ["-1560.00", "-1269.90"], "C": ["-1530.00", "-1272.00"]}.items():
        with acting(books) as session:
            stock(session, ("purchase", "01-01", item, "W1", 100, "1000.00"))
            stock(session, ("purchase", "01-05", item, "W1", 200, "2120.00"))
            first = stock(session, ("sale", "01-10", item, "W1", -150, None))
            stock(session, ("purchase", "01-18", item, "W1", 50, "556.50"))
            assert first + stock(session, ("sale", "01-25", item, "W1", -120, None)) == expected
    ties(books)


def test_one_set_gives_what_single_moves_give(books):
    rows = [
        ("purchase", "01-01", "B", "W1", 3, "100.00"), ("sale", "01-02", "B", "W1", -1, None), ("sale", "01-03", "B", "W1", -1, None),
        ("purchase", "01-01", "C", "W1", 3, "100.00"), ("sale", "01-02", "C", "W1", -1, None), ("sale", "01-03", "C", "W1", -1, None),
    ]  # fmt: skip
    with acting(books) as session:
        assert stock(session, *rows) == ["100.00", "-33.33", "-33.33"] * 2
        assert (
            stock(session, ("sale", "01-04", "B", "W1", -1, None), ("sale", "01-04", "C", "W1", -1, None))
            == ["-33.34"] * 2
        )
    ties(books)


def test_back_dated_receipt_changes_what_later_sales_cost(books):
    for item, voucher in {"B": "-3.34", "C": "-4.00"}.items():
        with acting(books) as session:
            stock(session, ("purchase", "01-02", item, "W1", 4, "40.00"))
            stock(session, ("sale", "02-10", item, "W1", -2, None))
        with acting(books) as session:
            stock(session, ("purchase", "01-01", item, "W1", 2, "24.00"))
            found = session.rows(
                "select v.period, v.kind, v.amount from core.stock_value v where item = $i and kind = 'difference'",
                i=item,
            )
            assert found == [("2026-02", "difference", {"B": Decimal("-1.33"), "C": Decimal("-4.00")}[item])]
            booked = session.rows(
                "select account, debit, credit from core.voucher_line join core.voucher using (voucher_id)"
                " where source_kind = 'stock_recost' order by voucher_id desc, line limit 2"
            )
            assert sorted(booked) == [("1405", 0, -found[0][2]), ("5401", -found[0][2], 0)]
        ties(books)
        del voucher


def test_back_dated_sale_then_goods_come_back(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 3, "100.00"))
        stock(session, ("sale", "02-10", "B", "W1", -2, None))
        sale = session.one("select max(move_id) from core.stock_move")[0]
        assert stock(session, ("sale_return", "02-12", "B", "W1", 1, None, sale)) == ["33.34"]
        stock(session, ("purchase", "02-05", "B", "W1", 1, "60.00"))
    ties(books)
    with acting(books) as session:
        # 160.00 / 4: the sale of two now costs 80.00, one of them came back at 40.00.
        worth = dict(session.rows("select move_id, sum(amount) from core.stock_value group by 1"))
        assert worth[sale] == Decimal("-80.00")
        assert worth[sale + 1] == Decimal("40.00")


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([("sale", "01-05", "A", "W1", -1, None)], NotEnoughStock),
        ([("purchase", "01-05", "A", "W1", 5, "5.00"), ("sale", "01-04", "A", "W1", -1, None)], NotEnoughStock),
        ([("purchase", "01-05", "A", "W1", 5, "5.00"), ("sale", "01-06", "A", "W2", -1, None)], NotEnoughStock),
    ],
)
def test_nothing_falls_below_zero(books, rows, refusal):
    with pytest.raises(refusal), acting(books) as session:
        stock(session, *rows)
    with acting(books) as session:
        assert session.one("select count(*) from core.stock_move") == (0,)


def test_earlier_issue_may_not_leave_later_ones_short(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "A", "W1", 5, "50.00"))
        stock(session, ("sale", "01-10", "A", "W1", -5, None))
        stock(session, ("purchase", "01-20", "A", "W1", 5, "50.00"))
    with pytest.raises(LaterStockShort) as refused, acting(books) as session:
        stock(session, ("sale", "01-05", "A", "W1", -2, None))
    assert refused.value.facts["short"] == "2"
    assert refused.value.facts["day"] == date(2026, 1, 10)
    with acting(books) as session:
        stock(session, ("sale", "01-20", "A", "W1", -2, None))
    ties(books)


def test_within_a_day_a_set_may_bring_in_what_it_takes_out(books):
    with acting(books) as session:
        stock(session, ("sale", "01-05", "B", "W1", -2, None), ("purchase", "01-05", "B", "W1", 2, "9.99"))
    ties(books)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("purchase", "01-05", "X", "W1", 1, "1.00"), "ItemUnknown"),
        (("purchase", "01-05", "V", "W1", 1, "1.00"), "ItemNotStocked"),
        (("purchase", "01-05", "A", "W9", 1, "1.00"), "WarehouseUnknown"),
        (("purchase", "01-05", "A", "W1", 0, "1.00"), "QuantityDirection"),
        (("purchase", "01-05", "A", "W1", -1, "1.00"), "QuantityDirection"),
        (("sale", "01-05", "A", "W1", 1, None), "QuantityDirection"),
        (("theft", "01-05", "A", "W1", -1, None), "MoveKindUnknown"),
        (("purchase", "01-05", "A", "W1", 1, None), "MoveAmount"),
        (("purchase", "01-05", "A", "W1", 1, "-1.00"), "MoveAmount"),
        (("transfer_out", "01-05", "A", "W1", -1, None), "TransferUneven"),
        (("opening", "01-05", "A", "W1", 1, "1.00"), "OpeningAfterStart"),
        (("sale_return", "01-05", "A", "W1", 1, None), "OriginMissing"),
        (("sale_return", "01-05", "A", "W1", 1, None, 99), "OriginUnknown"),
        (("gain", "01-05", "B", "W1", 1, None), "GainWithoutCost"),
    ],
)
def test_refused_by_name(books, row, code):
    with pytest.raises(Refusal) as refused, acting(books) as session:
        stock(session, row)
    assert refused.value.code == code


def test_no_more_comes_back_than_left(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 5, "50.00"))
        stock(session, ("sale", "01-03", "B", "W1", -2, None))
        sale = session.one("select max(move_id) from core.stock_move")[0]
        stock(session, ("sale_return", "01-04", "B", "W1", 1, None, sale))
    with pytest.raises(Refusal) as refused, acting(books) as session:
        stock(session, ("sale_return", "01-05", "B", "W1", 2, None, sale))
    assert (refused.value.code, str(refused.value.facts["left"])) == ("ReturnBeyondOrigin", "1")


def test_goods_go_back_at_what_they_cost_and_the_pool_books_the_rest(books):
    for item in "BC":
        with acting(books) as session:
            stock(session, ("purchase", "01-02", item, "W1", 1, "10.00"))
            receipt = session.one("select max(move_id) from core.stock_move")[0]
            stock(session, ("purchase", "01-03", item, "W1", 9, "9.00"))
            stock(session, ("sale", "01-04", item, "W1", -8, None))
            assert stock(session, ("purchase_return", "01-05", item, "W1", -1, None, receipt)) == ["-10.00"]
        ties(books)


def test_a_change_of_price_reaches_the_pool_or_the_cost_of_sales(books):
    for item in "BC":
        with acting(books) as session:
            stock(session, ("purchase", "01-02", item, "W1", 4, "40.00"))
            receipt = session.one("select max(move_id) from core.stock_move")[0]
            stock(session, ("sale", "01-04", item, "W1", -2, None))
            adjust(session, receipt, item, date(2026, 1, 5), "3.00")
            assert stock(session, ("sale", "01-06", item, "W1", -2, None)) == ["-23.00"]
            adjust(session, receipt, item, date(2026, 1, 7), "5.00")
            adjust(session, receipt, item, date(2026, 1, 3), "2.00")
        ties(books)


def test_a_price_that_comes_after_the_goods_are_sold_is_cost_of_its_own_day(books):
    """The month in which the pool ran empty must not change when the bill of a later month is dearer."""
    for item in "BC":
        with acting(books) as session:
            stock(session, ("purchase", "01-02", item, "W1", 4, "40.00"))
            receipt = session.one("select max(move_id) from core.stock_move")[0]
            stock(session, ("sale", "01-04", item, "W1", -4, None))
            adjust(session, receipt, item, date(2026, 2, 5), "3.00")
            days = session.rows(
                "select kind, period, amount from core.stock_value where move_id = $m and kind <> 'receipt' order by kind",
                m=receipt,
            )
        assert days == [("adjustment", "2026-02", Decimal("3.00")), ("difference", "2026-02", Decimal("-3.00"))]
        ties(books)


def adjust(session, receipt, item, day, amount):
    from erp_core.ledger import posting

    event = f"bill/{item}/{day}"
    row = {
        "move_id": receipt,
        "item": item,
        "period": f"{day:%Y-%m}",
        "valued_on": day,
        "kind": "adjustment",
        "amount": Decimal(amount),
        "event_key": event,
    }
    stock_moves.value(session, pl.DataFrame([row]))
    posting.post(
        session,
        pl.DataFrame([{"key": event, "voucher_on": day, "summary": "价差", "event_key": event}]),
        pl.DataFrame(
            [
                {"key": event, "account": "1405", "debit": Decimal(amount), "credit": None},
                {"key": event, "account": "2241", "debit": None, "credit": Decimal(amount)},
            ]
        ),
    )


def test_transfers_change_no_value(books):
    with acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 4, "40.00"))
        assert stock(
            session, ("transfer_out", "01-03", "B", "W1", -4, None), ("transfer_in", "01-03", "B", "W2", 4, None)
        ) == ["-", "-"]
        assert stock(session, ("sale", "01-03", "B", "W2", -1, None)) == ["-10.00"]
    ties(books)


def test_closed_month_takes_no_moves(books):
    with acting(books) as session:
        session.execute("update core.period set stock_status = 'closed'")
    with pytest.raises(Refusal) as refused, acting(books) as session:
        stock(session, ("purchase", "01-02", "B", "W1", 4, "40.00"))
    assert refused.value.code == "StockPeriodClosed"
