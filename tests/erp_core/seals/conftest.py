"""A company whose papers, approvals and closed month are sealed, made once; every test spoils a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.closing import run
from tests.dashboards.small_company import make


def trade(path: Path) -> None:
    """Three months of trade, an order that waited for its chain, a month closed, opened again and closed once more."""
    books = make(path, rounds=6)
    books.call(
        "approval.rule.save",
        rule="大额",
        subject="sales_order",
        condition="amount_over",
        threshold="10",
        steps=[{"step": 1, "role": "owner"}],
    )
    head = {"document_on": date(2026, 2, 3), "party": "C01", "warehouse": "W1"}
    number = books.call("sales.order.place", documents=head, lines=[{"item": "B2", "quantity": 1}])["numbers"]["1"]
    books.call("sales.order.submit", numbers=[number])
    approval = books.report("approvals")["approval_id"][0]
    books.as_user("reviewer").call("approval.decide", approval_id=approval, decision="approve", comment="同意\t可\\")
    run.close(books, "2026-01")
    run.reopen(books, "2026-01", reason="漏记")
    run.close(books, "2026-01")
    books.close()


@pytest.fixture(scope="session")
def sealed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "books.duckdb"
    trade(path)
    return path


@pytest.fixture
def sealed(sealed_file: Path, tmp_path: Path) -> Path:
    """A copy of the file, without the small file beside it."""
    return Path(shutil.copy(sealed_file, tmp_path / "books.duckdb"))


@pytest.fixture(scope="module")
def bare(sealed_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same rows in tables without keys, checks and triggers, as a forger with a raw connection would have them."""
    path = Path(shutil.copy(sealed_file, tmp_path_factory.mktemp("bare") / "books.duckdb"))
    with closing(duckdb.connect(str(path))) as connection:
        for trigger, table in connection.execute("select trigger_name, table_name from duckdb_triggers()").fetchall():
            connection.execute(f"drop trigger {trigger} on core.{table}")
        sealed = "select distinct table_name from core.seal_form order by table_name desc"
        for (table,) in connection.execute(sealed).fetchall():
            connection.execute(f"create table core.{table}_2 as select * from core.{table}")
            connection.execute(f"drop table core.{table} cascade")
            connection.execute(f"alter table core.{table}_2 rename to {table}")
        yield connection
