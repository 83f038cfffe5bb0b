"""Moves for tests: written as short tuples, or drawn by Hypothesis."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import polars as pl
from hypothesis import strategies as st

import erp_core
from erp_core.foundation.money import MONEY
from erp_core.foundation.session import Session
from erp_core.inventory.moves import move, value
from erp_core.ledger import posting

SCHEMA = {"item": pl.String, "quantity": pl.Decimal(18, 6), "amount": pl.Decimal(18, 2)}


def moves(*rows: tuple, item: str = "A") -> pl.DataFrame:
    """Rows (quantity, amount or None), or (quantity, amount, move_id, origin_move), of one item."""
    full = [(item, Decimal(str(q)), None if a is None else Decimal(a), *ids) for q, a, *ids in rows]
    ids = {"move_id": pl.Int64, "origin_move": pl.Int64} if len(full[0]) > 3 else {}
    return pl.DataFrame(full, schema=SCHEMA | ids, orient="row")


def amounts(column: pl.Series) -> list[str]:
    """A money column as text."""
    return [str(value) for value in column]


@st.composite
def histories(draw: st.DrawFn, *, items: int = 3, never_below_zero: bool = True) -> pl.DataFrame:
    """Receipts with amounts and issues without, mixed over a few items, never more out than in."""
    unit = draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.000001"), Decimal(1_000_000)]))
    held = dict.fromkeys("ABCDEFGH"[:items], 0)
    rows = []
    for _ in range(draw(st.integers(1, 40))):
        item = draw(st.sampled_from(sorted(held)))
        if held[item] and draw(st.booleans()):
            count = draw(st.integers(1, held[item]) | st.just(held[item]))
            rows.append((item, -count * unit, None))
            held[item] -= count
        else:
            # Millionths may come in numbers whose products need more than 64 bits.
            count = draw(st.integers(1, 9) | st.integers(1, 10**11 if unit < Decimal("0.1") else 5000))
            amount = draw(st.integers(0, 20) | st.integers(0, 10_000_00) | st.integers(0, 10**12))
            rows.append((item, count * unit, Decimal(amount) / 100))
            held[item] += count
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@contextmanager
def acting(books: erp_core.Books) -> Iterator[Session]:
    """A session in the middle of an act, for functions that are no verbs."""
    session = Session(books.database, books.actor, date(2026, 3, 31))
    with session.act("test", {}) as act:
        act.result = {}
        yield session


def stock(session: Session, *rows: tuple, **more) -> list[str]:
    """Move and value rows (kind, day of 2026 as MM-DD, item, warehouse, quantity, amount or None) and book them.

    Returns the amounts as text. The other side of every voucher is 2241.
    """
    frame = pl.DataFrame(
        [
            (k, date.fromisoformat(f"2026-{d}"), i, w, Decimal(str(q)), None if a is None else Decimal(a))
            for k, d, i, w, q, a, *_ in rows
        ],
        schema={
            "kind": pl.String,
            "moved_on": pl.Date,
            "item": pl.String,
            "warehouse": pl.String,
            "quantity": pl.Decimal(18, 6),
            "amount": pl.Decimal(18, 2),
        },
        orient="row",
    ).with_columns(pl.Series("origin_move", [row[6] if len(row) > 6 else None for row in rows], pl.Int64))
    moved = move(session, frame)
    book(session, frame, moved)
    return ["-" if amount is None else str(amount) for amount in moved["amount"]]


def book(session: Session, frame: pl.DataFrame, moved: pl.DataFrame) -> None:
    """Give moves their values and one voucher a day, as a department would."""
    rows = moved.with_columns(
        valued_on=frame["moved_on"],
        kind=pl.when(pl.col("quantity") > 0).then(pl.lit("receipt")).otherwise(pl.lit("issue")),
    )
    rows = rows.filter(pl.col("amount").is_not_null() & ~frame["kind"].is_in(["transfer_in", "transfer_out"]))
    if rows.is_empty():
        return
    rows = rows.with_columns(
        event_key=pl.format("test/{}/{}", pl.lit(moved["move_id"][0]), "valued_on"),
        period=pl.col("valued_on").dt.strftime("%Y-%m"),
    )
    value(session, rows.drop("quantity"))
    booked = rows.filter(pl.col("amount") != 0)
    days = booked.unique("event_key", maintain_order=True)
    lines = [
        booked.select(
            key="event_key", account=pl.lit(a), debit=sign * pl.col("amount"), credit=pl.lit(0, pl.Decimal(18, 2))
        )
        for a, sign in (("1405", 1), ("2241", -1))
    ]
    if days.height:
        posting.post(
            session,
            days.select(key="event_key", voucher_on="valued_on", summary=pl.lit("测试"), event_key="event_key"),
            pl.concat(lines),
        )


def ties(books: erp_core.Books) -> None:
    """Assert what must hold after every act, see tied()."""
    with books.database.read() as cursor:
        tied(cursor)


def tied(cursor: duckdb.DuckDBPyConnection) -> None:
    """Stock values = ledger, places = moves, pools = values, nowhere below zero, quantity 0 is worth 0.00."""
    ledger = "select coalesce(sum(debit - credit), 0) from core.account_balance where account = '1405'"
    stock_values = "select coalesce(sum(amount), 0) from core.stock_value"
    assert cursor.execute(ledger).fetchall() == cursor.execute(stock_values).fetchall()
    for query in (_PLACES, _BELOW_ZERO, _POOLS):
        assert not cursor.execute(query).fetchall()


_PLACES = """
    select item, warehouse, bin, sum(quantity) from core.stock_move group by all
    except select item, warehouse, bin, quantity from core.stock_now
"""
_BELOW_ZERO = """
    select * from (
        select *, sum(quantity) over (partition by item, warehouse, bin order by moved_on, move_id) as balance
        from core.stock_move
    ) where balance < 0
"""
_POOLS = """
    with v as (select item, sum(amount) as amount from core.stock_value group by item),
    m as (select item, sum(quantity) as quantity from core.stock_move group by item),
    l as (select item, sum(quantity) as quantity, sum(amount) as amount from core.stock_layer group by item)
    select p.item, p.quantity, m.quantity, p.amount, v.amount, l.quantity, l.amount
    from core.stock_pool p join v using (item) join m using (item) join core.item i on i.code = p.item
    left join l using (item)
    where p.quantity <> m.quantity or p.amount <> v.amount or p.amount < 0 or (p.quantity = 0 and p.amount <> 0)
       or (i.cost_method = 'fifo' and (coalesce(l.quantity, 0) <> p.quantity or coalesce(l.amount, 0) <> p.amount))
"""


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "purchase", "sale", "sale", "sale_return", "purchase_return", "adjustment", "transfer", "loss", "gain"]),
        st.sampled_from("BC"),
        st.sampled_from(["W1", "W2"]),
        st.integers(0, 50),
        st.integers(1, 7),
        st.integers(0, 2000),
        st.integers(0, 10),
    ),
    max_size=14,
)  # fmt: skip


class Undone(Exception):
    """Ends an example without leaving a trace."""


def take(session, kind, item, warehouse, day, quantity, cents, choice):
    on = f"{date(2026, 1, 1) + timedelta(day):%m-%d}"
    amount = f"{Decimal(cents) / 100}"
    if kind == "purchase":
        stock(session, (kind, on, item, warehouse, quantity, amount))
    elif kind in {"sale", "loss"}:
        stock(session, (kind, on, item, warehouse, -quantity, None))
    elif kind == "gain":
        stock(session, (kind, on, item, warehouse, quantity, amount if choice % 2 else None))
    elif kind == "transfer":
        other = "W2" if warehouse == "W1" else "W1"
        stock(
            session,
            ("transfer_out", on, item, warehouse, -quantity, None),
            ("transfer_in", on, item, other, quantity, None),
        )
    else:
        origin = {"sale_return": "sale", "purchase_return": "purchase", "adjustment": "purchase"}[kind]
        known = session.rows(
            "select move_id, moved_on from core.stock_move where item = $i and kind = $k order by move_id",
            i=item,
            k=origin,
        )
        if not known:
            return
        move_id, moved_on = known[choice % len(known)]
        later = max(moved_on, date(2026, 1, 1) + timedelta(day))
        if kind == "adjustment":
            adjust(session, move_id, item, later, Decimal(cents - 1000) / 100)
            return
        sign = 1 if kind == "sale_return" else -1
        stock(session, (kind, f"{later:%m-%d}", item, warehouse, sign * quantity, None, move_id))


def adjust(session, move_id, item, day, amount):
    if not amount:
        return
    worth = session.one("select sum(amount) from core.stock_value where move_id = $m", m=move_id)[0]
    if worth + amount < 0:
        return
    event = f"bill/{session.act_id}"
    row = {
        "move_id": move_id,
        "item": item,
        "period": f"{day:%Y-%m}",
        "valued_on": day,
        "kind": "adjustment",
        "amount": amount,
        "event_key": event,
    }
    value(session, pl.DataFrame([row], schema_overrides={"amount": MONEY}))
    lines = [("1405", amount, Decimal(0)), ("2241", Decimal(0), amount)]
    posting.post(
        session,
        pl.DataFrame([{"key": event, "voucher_on": day, "summary": "价差", "event_key": event}]),
        pl.DataFrame(lines, schema={"account": pl.String, "debit": MONEY, "credit": MONEY}, orient="row").with_columns(
            key=pl.lit(event)
        ),
    )
