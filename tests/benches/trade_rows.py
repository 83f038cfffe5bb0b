"""One sales delivery with its stock move, cost and voucher, next to bare inserts of the very rows it wrote."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import erp_core
from tests.benches.measure import Copyist, Row, middle, timed

WARM_UP = 5


def rows(folder: Path, times: int = 100) -> Iterator[Row]:
    """Each delivery is of one order line of an item on moving average, so that its cost is posted at once."""
    books = _stocked(folder, times + WARM_UP)
    numbers = _orders(books, times + WARM_UP)
    copyist = Copyist(books, folder)
    mine, bare = [], []
    for at, number in enumerate(numbers):
        head = {"key": "1", "order": number, "document_on": dt.date(2026, 1, 20)}
        ours = timed(lambda head=head: books.call("sales.delivery.ship", documents=[head]))
        written = copyist.new_rows()
        theirs = timed(lambda written=written: copyist.write(written))
        if at >= WARM_UP:
            mine.append(ours)
            bare.append(theirs)
    copyist.close()
    books.close()
    work = "一张销售出库，含成本与凭证 · one delivery with cost and voucher"
    yield Row(work, f"{times} ×", "bare inserts, same rows", middle(mine), middle(bare), 3)


def _stocked(folder: Path, quantity: int) -> erp_core.Books:
    books = erp_core.create(folder / "trade.duckdb", company="量度公司", standard="sbe", start="2026-01")
    books.call("masters.warehouse.save", warehouses=[{"code": "W1", "name": "主仓"}])
    item = {"code": "B", "name": "扳手", "unit": "把", "cost_method": "moving_average", "list_price": "40"}
    books.call("masters.item.save", items=[item])
    parties = [{"code": "C", "name": "客户", "customer": True}, {"code": "S", "name": "供应商", "supplier": True}]
    books.call("masters.party.save", parties=[p | {"phone": "0731-88881234", "address": "长沙"} for p in parties])
    head = {"key": "1", "party": "S", "document_on": dt.date(2026, 1, 5), "warehouse": "W1"}
    line = {"key": "1", "item": "B", "quantity": str(quantity * 3), "unit_price": "20.01"}
    placed = books.call("purchasing.order.place", documents=[head], lines=[line])["numbers"]
    _approve(books, "purchasing", list(placed.values()))
    received = {"key": "1", "order": placed["1"], "document_on": dt.date(2026, 1, 6), "warehouse": "W1"}
    books.call("purchasing.receipt.receive", documents=[received])
    return books


def _orders(books: erp_core.Books, count: int) -> list[str]:
    heads = [
        {"key": str(i), "party": "C", "document_on": dt.date(2026, 1, 10), "warehouse": "W1"} for i in range(count)
    ]
    lines = [{"key": str(i), "item": "B", "quantity": "1"} for i in range(count)]
    numbers = list(books.call("sales.order.place", documents=heads, lines=lines)["numbers"].values())
    _approve(books, "sales", numbers)
    return numbers


def _approve(books: erp_core.Books, department: str, numbers: list[str]) -> None:
    books.call(f"{department}.order.submit", numbers=numbers)
    books.call(f"{department}.order.approve", numbers=numbers)
