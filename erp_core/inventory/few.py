"""The short way for a few ordinary moves, such as one delivery: the same rules on plain values, without frames.

It takes only what is plainly in order (known goods and places, enough stock, nothing back-dated, no returns) and leaves
everything else, refusals included, to the general road of moves.py before anything is written. A law in the tests holds
both roads to the same result.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import polars as pl

from erp_core.foundation.database import Database
from erp_core.foundation.money import MONEY, QUANTITY
from erp_core.foundation.session import Session
from erp_core.inventory import linked
from erp_core.inventory.average import step
from erp_core.inventory.linked import Move
from erp_core.ledger import accounts, periods

FEW = 16
UPDATES_MAX = 4
_SIGNS = {"purchase": 1, "sale": -1, "loss": -1, "gain": 1, "transfer_out": -1, "transfer_in": 1}
_REQUIRED = ("kind", "moved_on", "item", "warehouse", "quantity")
_TRANSFERS = ("transfer_out", "transfer_in")
_MOVE = {
    "move_id": pl.Int64, "kind": pl.String, "moved_on": pl.Date, "period": pl.String, "item": pl.String,
    "warehouse": pl.String, "bin": pl.String, "quantity": QUANTITY, "document_id": pl.Int64, "document_line": pl.Int32,
    "reference": pl.String, "act_id": pl.Int64,
}  # fmt: skip
_NOW = {"item": pl.String, "warehouse": pl.String, "bin": pl.String, "quantity": QUANTITY, "last_moved_on": pl.Date}
_POOL = {
    "item": pl.String, "quantity": QUANTITY, "amount": MONEY, "basis_quantity": QUANTITY, "basis_amount": MONEY,
    "last_moved_on": pl.Date,
}  # fmt: skip
_LAYER = {
    "item": pl.String, "layer": pl.Int64, "move_id": pl.Int64, "quantity": QUANTITY, "amount": MONEY,
    "basis_quantity": QUANTITY, "basis_amount": MONEY,
}  # fmt: skip
_VALUE = {
    "value_id": pl.Int64, "move_id": pl.Int64, "item": pl.String, "account": pl.String, "period": pl.String,
    "valued_on": pl.Date, "kind": pl.String, "amount": MONEY, "event_key": pl.String, "act_id": pl.Int64,
}  # fmt: skip
_GIVEN = ("move_id", "item", "period", "valued_on", "kind", "amount", "event_key")
_kept: WeakKeyDictionary[Database, tuple[pl.DataFrame, dict[str, str], dict[str, str]]] = WeakKeyDictionary()


class _State(NamedTuple):
    """What is kept of the items that move: places, pools, layers with their numbers; known: keys that have rows."""

    places: dict[tuple[str, str, str], list[Any]]
    pools: dict[str, list[Any]]
    layers: dict[str, list[list[Any]]]
    known: set[tuple]


def move(session: Session, moves: pl.DataFrame) -> pl.DataFrame | None:
    """Write a few ordinary moves and answer as moves.move(), or nothing when they have to take the general road."""
    if moves.height > FEW or not set(_REQUIRED) <= set(moves.columns):
        return None
    methods, _ = _items(session)
    rows = [row | {"place": at, "bin": row.get("bin") or ""} for at, row in enumerate(moves.to_dicts())]
    if not all(_ordinary(row, methods) for row in rows) or not _known_places(session, rows) or not _even(rows):
        return None
    periods.require_open(session, pl.Series([row["moved_on"] for row in rows], dtype=pl.Date), stock=True)
    rows.sort(key=lambda row: (row["moved_on"], row["quantity"] < 0))
    state = _state(session, rows, methods)
    if not _enough(rows, state.places) or not _on_time(rows, state.pools):
        return None
    first = session.take_ids("stock_move", "move_id", len(rows))
    for at, row in enumerate(rows):
        row["move_id"] = first + at
    _cost(rows, state, methods)
    _write(session, rows, state)
    rows.sort(key=lambda row: row["place"])
    found = [(row["move_id"], row["item"], row["quantity"], row["change"]) for row in rows]
    schema = {"move_id": pl.Int64, "item": pl.String, "quantity": QUANTITY, "amount": MONEY}
    return pl.DataFrame(found, schema=schema, orient="row")


def value(session: Session, values: pl.DataFrame) -> bool:
    """Write a few values as moves.value(); False when they have to take the general road (changes of price)."""
    if values.height > FEW or not set(_GIVEN) <= set(values.columns):
        return False
    _, stock_accounts = _items(session)
    rows = values.select(_GIVEN).rows()
    for _, item, _, day, kind, amount, _ in rows:
        if item not in stock_accounts or not isinstance(day, date) or kind == "adjustment" or not _exact(amount, 2):
            return False
    days = [day for _, _, period, day, *_ in rows if period != periods.OPENING_PERIOD]
    periods.require_open(session, pl.Series(days, dtype=pl.Date))
    first, act_id = session.take_ids("stock_value", "value_id", len(rows)), session.act_id
    own = accounts.account_for(session, "inventory")
    written = [
        (first + at, row[0], row[1], stock_accounts[row[1]] or own, *row[2:], act_id) for at, row in enumerate(rows)
    ]
    session.insert("stock_value", pl.DataFrame(written, schema=_VALUE, orient="row"))
    return True


def _items(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Cost methods of goods in use, and inventory accounts of all items, kept until the items change."""
    frame = session.reference("item")
    kept = _kept.get(session.database)
    if kept is None or kept[0] is not frame:
        used = frame.filter((pl.col("kind") == "goods") & pl.col("active")).select("code", "cost_method")
        owned = frame.select("code", "inventory_account")
        kept = _kept[session.database] = (frame, dict(used.rows()), dict(owned.rows()))
    return kept[1:]


def _ordinary(row: dict[str, Any], methods: dict[str, str]) -> bool:
    quantity, amount, sign = row["quantity"], row.get("amount"), _SIGNS.get(row["kind"], 0)
    return (
        row["item"] in methods
        and isinstance(row["moved_on"], date)
        and row.get("origin_move") is None
        and _exact(quantity, 6)
        and quantity * sign > 0
        and (sign < 0 or row["kind"] == "transfer_in" or (_exact(amount, 2) and amount >= 0))
        and (amount is None or sign > 0)
    )


def _exact(value: Any, places: int) -> bool:
    return isinstance(value, Decimal) and -value.as_tuple().exponent <= places


def _known_places(session: Session, rows: list[dict[str, Any]]) -> bool:
    if any(row["bin"] for row in rows):
        return False
    known = {code for code, active in session.reference("warehouse").select("code", "active").rows() if active}
    return all(row["warehouse"] in known for row in rows)


def _even(rows: list[dict[str, Any]]) -> bool:
    """Whether as much arrives by transfer as leaves, per item and day."""
    sums: dict[tuple[str, date], Decimal] = {}
    for row in rows:
        if row["kind"] in _TRANSFERS:
            key = row["item"], row["moved_on"]
            sums[key] = sums.get(key, Decimal(0)) + row["quantity"]
    return not any(sums.values())


def _state(session: Session, rows: list[dict[str, Any]], methods: dict[str, str]) -> _State:
    names = list(dict.fromkeys(row["item"] for row in rows))
    places = {
        (item, warehouse, place): [quantity, last]
        for item, warehouse, place, quantity, last in _rows(session, "stock_now", tuple(_NOW), names)
    }
    valued = [row["item"] for row in rows if row["kind"] not in _TRANSFERS and methods[row["item"]] != "month_average"]
    names = list(dict.fromkeys(valued))
    held = _rows(session, "stock_pool", tuple(_POOL), names) if names else []
    pools = {item: [_millionths(q), _cents(a), _millionths(bq), _cents(ba), last] for item, q, a, bq, ba, last in held}
    layers: dict[str, list[list[Any]]] = {}
    in_layers = [name for name in names if methods[name] == "fifo"]
    for item, layer, move_id, q, a, bq, ba in (
        _rows(session, "stock_layer", tuple(_LAYER), in_layers) if in_layers else ()
    ):
        held = [_millionths(q), _cents(a), _millionths(bq), _cents(ba), move_id]
        layers.setdefault(item, []).append([*held, layer, held[:2]])
    for of_item in layers.values():
        of_item.sort(key=lambda layer: layer[5])
    return _State(places, pools, layers, {*places, *((item,) for item in pools)})


def _rows(session: Session, table: str, columns: tuple[str, ...], items: list[str]) -> list[tuple]:
    marks = ", ".join(f"$i{at}" for at in range(len(items)))
    values = {f"i{at}": name for at, name in enumerate(items)}
    return session.rows(f"select {', '.join(columns)} from core.{table} where item in ({marks})", **values)


def _enough(rows: list[dict[str, Any]], places: dict[tuple[str, str, str], list[Any]]) -> bool:
    """Bring the places up to date; whether nothing is back-dated and nothing falls below zero."""
    for row in rows:
        place = places.setdefault((row["item"], row["warehouse"], ""), [Decimal(0), row["moved_on"]])
        if row["moved_on"] < place[1]:
            return False
        place[:] = place[0] + row["quantity"], row["moved_on"]
        if place[0] < 0:
            return False
    return True


def _on_time(rows: list[dict[str, Any]], pools: dict[str, list[Any]]) -> bool:
    return all(row["item"] not in pools or row["moved_on"] >= pools[row["item"]][4] for row in rows)


def _cost(rows: list[dict[str, Any]], state: _State, methods: dict[str, str]) -> None:
    """Give each row its change of value, and bring pools and layers up to date."""
    for row in rows:
        method = methods[row["item"]]
        if row["kind"] in _TRANSFERS or method == "month_average":
            row["change"] = None if row["kind"] in _TRANSFERS else row.get("amount")
            continue
        amount = None if row.get("amount") is None else _cents(row["amount"])
        event = Move(_millionths(row["quantity"]), amount, row["move_id"])
        pool = state.pools.setdefault(row["item"], [0, 0, 0, 0, row["moved_on"]])
        if method == "moving_average":
            worth = pool[:4]
            change = step(worth, event.quantity, event.amount)
            pool[:4] = worth
        else:
            change = linked.fifo([event], state.layers.setdefault(row["item"], []))[0]
            pool[0], pool[1] = pool[0] + event.quantity, pool[1] + change
        pool[4] = row["moved_on"]
        row["change"] = _yuan(change)


def _write(session: Session, rows: list[dict[str, Any]], state: _State) -> None:
    act_id = session.act_id
    written = [
        (row["move_id"], row["kind"], row["moved_on"], f"{row['moved_on']:%Y-%m}", row["item"], row["warehouse"], "",
         row["quantity"], row.get("document_id"), row.get("document_line"), row.get("reference") or "", act_id)
        for row in rows
    ]  # fmt: skip
    session.insert("stock_move", pl.DataFrame(written, schema=_MOVE, orient="row"))
    touched = dict.fromkeys((row["item"], row["warehouse"], "") for row in rows)
    now = [(*place, *state.places[place]) for place in touched]
    _put(session, "stock_now", _NOW, 3, now, state.known)
    pools = [(item, _units(p[0]), _yuan(p[1]), _units(p[2]), _yuan(p[3]), p[4]) for item, p in state.pools.items()]
    _put(session, "stock_pool", _POOL, 1, pools, state.known)
    for item, layers in state.layers.items():
        _write_layers(session, item, layers)


def _write_layers(session: Session, item: str, layers: list[list[Any]]) -> None:
    """Write the layers that changed and those that are new, and remove those used up."""
    last = max((layer[5] for layer in layers if len(layer) > 5), default=0)
    kept, known = [], set()
    for layer in layers:
        number, before = layer[5:] or (None, None)
        if number is None:
            last += 1
        elif not layer[0]:
            session.execute("delete from core.stock_layer where item = $i and layer = $l", i=item, l=number)
        if layer[0] and before != layer[:2]:
            kept.append((item, number or last, layer[4], *(way(v) for way, v in zip(_WAYS, layer[:4], strict=True))))
            known |= {(item, number)}
    _put(session, "stock_layer", _LAYER, 2, kept, known)


def _put(session: Session, table: str, schema: dict[str, Any], keys: int, rows: list[tuple], known: set[tuple]) -> None:
    """Write rows whose first columns are the key: new ones as a set, known ones one by one while they are few.

    An update by key costs a fourth of what "insert or else update" does.
    """
    old = [row for row in rows if row[:keys] in known]
    new = [row for row in rows if row[:keys] not in known]
    names = list(schema)
    if len(old) > UPDATES_MAX:
        session.upsert(table, pl.DataFrame(old, schema=schema, orient="row"), names[:keys])
        old = []
    where = " and ".join(f"{name} = ${name}" for name in names[:keys])
    puts = ", ".join(f"{name} = ${name}" for name in names[keys:])
    for row in old:
        session.execute(f"update core.{table} set {puts} where {where}", **dict(zip(names, row, strict=True)))
    if new:
        session.insert(table, pl.DataFrame(new, schema=schema, orient="row"))


def _millionths(value: Decimal) -> int:
    return int(value.scaleb(6))


def _cents(value: Decimal) -> int:
    return int(value.scaleb(2))


def _units(value: int) -> Decimal:
    return Decimal(value).scaleb(-6)


def _yuan(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


_WAYS = (_units, _yuan, _units, _yuan)
