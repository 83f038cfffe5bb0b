"""Warehouses and bins."""

import pytest

from erp_core.masters import refusals
from tests.erp_core.masters.test_items import give_stock


def test_add_and_switch_off(books):
    saved = books.call(
        "masters.warehouse.save", warehouses=[{"code": "W3", "name": "退货仓", "kind": "quality", "keeper": "E1"}]
    )
    assert saved == {"added": 1, "changed": 0, "unchanged": 0}
    assert books.call("masters.warehouse.save", warehouses={"code": "W3", "active": False})["changed"] == 1


def test_a_warehouse_with_stock_stays_on(books):
    give_stock(books)
    with pytest.raises(refusals.StillInStock):
        books.call("masters.warehouse.save", warehouses={"code": "W1", "active": "否"})


def test_bins_belong_to_a_warehouse(books):
    bins = [{"warehouse": "W1", "code": "A-01"}, {"warehouse": "W2", "code": "A-01", "zone": "北"}]
    assert books.call("masters.bin.save", bins=bins)["added"] == 2
    with pytest.raises(refusals.UnknownCode):
        books.call("masters.bin.save", bins={"warehouse": "W9", "code": "A-01"})


@pytest.mark.parametrize("bad", [{"keeper": "E9"}, {"kind": "cellar"}, {"name": ""}])
def test_refused(books, bad):
    with pytest.raises((refusals.UnknownCode, refusals.NotAChoice, refusals.MissingField)):
        books.call("masters.warehouse.save", warehouses={"code": "W3", "name": "三仓"} | bad)
