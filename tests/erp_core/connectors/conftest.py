"""A company with a folder for connectors, and another system to talk to."""

from __future__ import annotations

from datetime import date

import pytest

from tests.erp_core.connectors.elsewhere import running

PARTIES = {
    "external_id": "编号",
    "arguments": {
        "parties": {
            "code": "编号",
            "name": "名称",
            "credit_days": {"from": "账期", "type": "number", "default": "30"},
            "customer": {"value": True},
        }
    },
}
ORDERS = {
    "external_id": "no",
    "rows": "data.orders",
    "lines": "items",
    "since": "changed_after",
    "watermark": "changed",
    "arguments": {
        "documents": {"party": "buyer", "document_on": {"from": "day", "type": "date"}, "reference": "no"},
        "lines": {
            "item": "items.sku",
            "quantity": {"from": "items.pieces", "type": "number"},
            "unit_price": {"from": "items.price", "type": "number"},
        },
    },
}


def set_parameter(books, name, value):
    books.call(
        "company.parameter.set", parameter=f"connectors.{name}", value=value, valid_from=date(2026, 1, 1), reason="test"
    )


@pytest.fixture
def folder(books, tmp_path):
    place = tmp_path / "exchange"
    place.mkdir()
    set_parameter(books, "folder", str(place))
    return place


@pytest.fixture
def elsewhere(books):
    set_parameter(books, "allowed_hosts", "localhost")
    with running() as other:
        yield other


@pytest.fixture
def parties(books, folder):
    """A drop folder for customers."""
    (folder / "customers").mkdir()
    books.call(
        "connector.save",
        connectors={
            "name": "customers",
            "direction": "in",
            "kind": "csv",
            "target": "masters.party.save",
            "place": "customers",
            "mapping": PARTIES,
        },
    )
    return folder / "customers"


@pytest.fixture
def orders(books, elsewhere):
    """Orders from a shop by its JSON address."""
    books.call(
        "connector.save",
        connectors={
            "name": "shop",
            "direction": "in",
            "kind": "json_api",
            "target": "sales.order.place",
            "place": f"{elsewhere.address}/orders",
            "mapping": ORDERS,
            "every_minutes": 5,
        },
    )
    return elsewhere


def order(no, changed, sku="A", pieces="3", day="2026-01-15", buyer="C01"):
    items = [{"sku": sku, "pieces": pieces, "price": 12.5}, {"sku": "B", "pieces": 1, "price": "40"}]
    return {"no": no, "buyer": buyer, "day": day, "changed": changed, "items": items}
