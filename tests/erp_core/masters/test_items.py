"""Items, categories and units; what stock moves have fixed stays fixed."""

from decimal import Decimal

import pytest

from erp_core.masters import refusals
from erp_core.masters.items import to_base


def save(books, **item):
    return books.call("masters.item.save", items=[item])


def give_stock(books, item="A", warehouse="W1"):
    books.database.root.execute(
        "insert into core.stock_move (move_id, kind, moved_on, period, item, warehouse, quantity, act_id) "
        "values (900001, 'opening', date '2026-01-01', '2026-01', $item, $warehouse, 5, 1)",
        {"item": item, "warehouse": warehouse},
    )
    books.database.root.execute(
        "insert into core.stock_now values ($item, $warehouse, '', 5, date '2026-01-01')",
        {"item": item, "warehouse": warehouse},
    )


def test_add_and_change(books):
    books.call(
        "masters.item_category.save",
        categories=[{"code": "K1", "name": "锁具"}, {"code": "K11", "name": "挂锁", "parent": "K1"}],
    )
    new = {"code": "L1", "name": "挂锁", "unit": "把", "category": "K11", "supplier": "S01", "list_price": "12.5"}
    assert save(books, **new)["added"] == 1
    assert save(books, **new)["unchanged"] == 1
    assert save(books, code="L1", list_price="13")["changed"] == 1


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        ({"code": "L1", "name": "挂锁"}, refusals.MissingField),
        ({"code": "L1", "unit": "把"}, refusals.MissingField),
        ({"code": "L1", "name": "挂锁", "unit": "把", "category": "K9"}, refusals.UnknownCode),
        ({"code": "L1", "name": "挂锁", "unit": "把", "supplier": "C01"}, refusals.UnknownCode),
        ({"code": "L1", "name": "挂锁", "unit": "把", "sales_tax": "P13"}, refusals.UnknownCode),
        ({"code": "L1", "name": "挂锁", "unit": "把", "inventory_account": "9999"}, refusals.UnknownCode),
        ({"code": "L1", "name": "挂锁", "unit": "把", "cost_method": "lifo"}, refusals.NotAChoice),
        ({"code": "L1", "name": "挂锁", "unit": "把", "list_price": "-1"}, refusals.WrongNumber),
    ],
)
def test_refused(books, item, refusal):
    with pytest.raises(refusal):
        save(books, **item)


@pytest.mark.parametrize(
    ("field", "value"), [("unit", "盒"), ("cost_method", "fifo"), ("inventory_account", "1403"), ("kind", "service")]
)
def test_an_item_that_moved_keeps_what_its_moves_rest_on(books, field, value):
    give_stock(books)
    with pytest.raises(refusals.ItemHasMoves) as no:
        save(books, code="A", **{field: value})
    assert no.value.facts["field"] == field
    assert save(books, code="A", name="新名")["changed"] == 1, "its name may change"


def test_an_item_in_stock_is_not_switched_off(books):
    give_stock(books)
    with pytest.raises(refusals.StillInStock):
        save(books, code="A", active=False)
    assert save(books, code="B", active=False)["changed"] == 1


def test_units_are_exact_fractions(books):
    units = [
        {"item": "A", "unit": "箱", "numerator": 12},
        {"item": "A", "unit": "两", "numerator": 1, "denominator": 3},
    ]
    assert books.call("masters.item_unit.save", units=units)["added"] == 2
    with books.database.write() as cursor:
        session = type("Reader", (), {"rows": lambda _, sql, **p: cursor.execute(sql, p).fetchall()})()
        assert to_base(session, "A", "箱", Decimal("1.5")) == Decimal("18.000000")
        assert to_base(session, "A", "两", Decimal(1)) == Decimal("0.333333")
        assert to_base(session, "A", "个", Decimal(2)) == Decimal("2.000000")
        with pytest.raises(refusals.UnknownUnit):
            to_base(session, "A", "吨", Decimal(1))


@pytest.mark.parametrize(
    ("unit", "refusal"),
    [({"numerator": 0}, refusals.WrongNumber), ({"item": "Z", "numerator": 1}, refusals.UnknownCode)],
)
def test_units_refused(books, unit, refusal):
    with pytest.raises(refusal):
        books.call("masters.item_unit.save", units=[{"item": "A", "unit": "箱"} | unit])


def test_categories_make_no_circle(books):
    books.call(
        "masters.item_category.save",
        categories=[{"code": "K1", "name": "一"}, {"code": "K2", "name": "二", "parent": "K1"}],
    )
    with pytest.raises(refusals.CircularTree):
        books.call("masters.item_category.save", categories=[{"code": "K1", "parent": "K2"}])


def test_a_likely_double_is_warned_of(books):
    save(books, code="L1", name="挂锁", specification="40mm", unit="把")
    warned = save(books, code="L2", name="挂锁 ", specification="４０MM", unit="把")["warnings"]
    assert warned == [{"code": "L2", "like": "L1", "why": "name"}]
