"""A month's close, rehearsed whole, next to its bare parts: the same reads, the bare kernel, the bare insert of its values."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

import erp_core
from erp_core.inventory import exact, month
from pipelines.closing import costing, run
from tests.benches import costing_rows, ledgers
from tests.benches.measure import Row, alternating

VALUE = "(value_id, move_id, item, account, period, valued_on, kind, amount, event_key, act_id)"
PERIOD, LAST = "2026-01", "2026-01-31"


def books_with(folder: Path, count: int) -> erp_core.Books:
    """So many moves of one month, planted as the moves would have been written, and a ledger of as many lines."""
    books = ledgers.company(folder, "close")
    items = [
        {"code": f"I{n:05}", "name": f"货{n}", "unit": "个", "cost_method": "month_average"}
        for n in range(costing_rows.ITEMS)
    ]
    books.call("masters.warehouse.save", warehouses=[{"code": "W1", "name": "主仓"}])
    books.call("masters.item.save", items=items)
    ledgers.fill(books, count, 0)
    moves = costing_rows.moves(count).with_columns(move_id=pl.col("move_id") + 1)
    root = books.database.root
    root.register("planted", moves.drop("cents"))
    root.execute(
        "insert into core.stock_move (move_id, kind, moved_on, period, item, warehouse, quantity, act_id)"
        f" select move_id, case when quantity > 0 then 'purchase' else 'sale' end, date '{LAST}', '{PERIOD}', item, 'W1',"
        " quantity, 1 from planted"
    )
    root.execute(
        f"insert into core.stock_value {VALUE}"
        f" select move_id, move_id, item, '1405', '{PERIOD}', date '{LAST}', 'receipt', amount, 'planted/' || move_id, 1"
        " from planted where amount is not null"
    )
    root.unregister("planted")
    return books


def rows(folder: Path, count: int, times: int = 3) -> Iterator[Row]:
    """The rehearsal of a close: read, eleven steps, thirteen gates, every row written and taken back; medians."""
    with books_with(folder, count) as books:
        ours, bare = alternating(lambda _: run.close(books, PERIOD, dry_run=True), lambda _: _bare(books), times)
    yield Row(
        "结账一个月 · close of a month", f"{count:,} moves, {count:,} lines", "reads, kernel, insert", ours, bare, 2
    )


def _bare(books: erp_core.Books) -> None:
    """The reads of the costing, the kernel on whole numbers, and the values inserted by one statement."""
    stock = costing.read_stock(books, PERIOD)
    moves = stock["moves"]
    codes = exact.by_item(moves["item"])
    quantity = exact.integers(moves["quantity"], pl.Decimal(18, 6))[codes.order]
    given = moves["amount"].is_not_null().to_numpy()[codes.order]
    amount = exact.integers(moves["amount"].fill_null(0), pl.Decimal(18, 2))[codes.order]
    change = exact.in_given_order(month.shared_out(quantity, amount, given, codes)[0], codes)
    found = moves.select("move_id", "item", amount=pl.Series(exact.decimals(change)))
    found = found.filter(moves["amount"].is_null())
    with books.database.read() as cursor:
        cursor.register("found", found)
        cursor.execute("create temp table bare_value as select * from core.stock_value limit 0")
        cursor.execute(
            f"insert into bare_value {VALUE} select 9000000 + move_id, move_id, item, '1405', '{PERIOD}', date '{LAST}', 'issue',"
            " amount, 'x', 1 from found"
        )
        cursor.execute("drop table bare_value")
