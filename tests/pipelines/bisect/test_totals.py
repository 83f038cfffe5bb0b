"""Where two totals part: named to the event, among a million in no time, and silent where they agree."""

import random
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from pipelines.bisect import commands, open_items, part, running, since, stock
from pipelines.bisect.totals import AccountNotPosted, TotalsUnreadable
from tests.dashboards.small_company import make


def log(amounts, at=None, by="0"):
    frame = pl.DataFrame(
        {"place": range(len(amounts)), "event": [f"E{n}" for n in range(len(amounts))], "amount": amounts}
    )
    frame = frame.with_columns(pl.col("amount").cast(pl.Decimal(18, 2)))
    return (
        frame
        if at is None
        else frame.with_columns(
            amount=pl.when(pl.col("place") == at)
            .then(pl.col("amount") + Decimal(by))
            .otherwise("amount")
            .cast(pl.Decimal(18, 2))
        )
    )


def test_equal_logs_do_not_part():
    assert part(log([1, 2, 3]), log([1, 2, 3])) is None
    assert part(log([]), log([])) is None


def test_what_a_later_event_makes_good_is_no_parting():
    assert part(log([5, 0, 1]), log([0, 5, 1])) is None
    found = part(log([5, 0, 1, 2]), log([0, 5, 1, 3]))
    assert (found.event, found.agreed, found.left, found.right, found.total) == ("E3", 6, 2, 3, -1)


def test_the_planted_event_is_named_whatever_it_is():
    rng = random.Random(3)
    amounts = [rng.randrange(-(10**6), 10**6) for _ in range(3000)]
    for at in [0, 2999, *rng.sample(range(3000), 20)]:
        found = part(log(amounts, at, "0.01"), log(amounts))
        assert (found.place, found.difference, found.later) == (at, Decimal("0.01"), 0)


def test_among_a_hundred_thousand_it_takes_a_blink():
    amounts = list(range(100_000))
    left, right = log(amounts, 77_777, "-3"), log(amounts)
    begun = time.process_time()
    assert part(left, right).place == 77_777
    assert time.process_time() - begun < 2


@pytest.fixture(scope="module")
def traded(tmp_path_factory):
    books = make(tmp_path_factory.mktemp("bisect") / "books.duckdb", rounds=6)
    yield books
    books.close()


@pytest.fixture
def spoilt(traded):
    """The books in a branch whose triggers are gone."""
    with traded.branch() as tried:
        for name, table in tried.database.root.execute(
            "select trigger_name, table_name from duckdb_triggers()"
        ).fetchall():
            tried.database.root.execute(f"drop trigger {name} on core.{table}")
        yield tried


def test_sound_books_agree(traded):
    assert stock(traded) is None
    assert open_items(traded) is None


def test_a_changed_value_of_stock_is_named_by_its_voucher(spoilt):
    root = spoilt.database.root
    value, event = root.execute(
        "select value_id, event_key from core.stock_value order by value_id limit 1 offset 4"
    ).fetchone()
    root.execute("update core.stock_value set amount = amount + 7 where value_id = ?", [value])
    period, number = root.execute(
        "select period, word || '-' || number from core.voucher where event_key = ?", [event]
    ).fetchone()
    found = stock(spoilt)
    assert (found.event, found.difference, found.total) == (f"{period} {number}", -7, -7)


def test_a_lost_open_item_is_named_by_its_voucher(spoilt):
    root = spoilt.database.root
    item, voucher, amount = root.execute(
        "select open_item_id, voucher_id, amount from core.open_item limit 1 offset 3"
    ).fetchone()
    root.execute("delete from core.open_item where open_item_id = ?", [item])
    found = open_items(spoilt)
    assert (found.place, found.difference) == (voucher, amount)


def test_now_against_then_names_the_first_voucher_since(traded):
    at = traded.sql(
        "select voucher_id, period || ' ' || voucher as voucher, posted_at from rpt.voucher order by voucher_id"
    )
    lines = traded.sql("select voucher_id from rpt.voucher_line where account = '1002' order by voucher_id")[
        "voucher_id"
    ]
    then = at.filter(pl.col("voucher_id") == lines[1])["posted_at"][0] + timedelta(hours=8)
    found = since(traded, then, account="1002")
    assert found.place == lines[1]
    assert found.event == at.filter(pl.col("voucher_id") == lines[1])["voucher"][0]
    assert since(traded, at["posted_at"].max() + timedelta(hours=9), account="1002") is None
    assert since(traded, date(2020, 1, 1), account="1002").place == lines[0]
    with pytest.raises(AccountNotPosted):
        since(traded, datetime(2020, 1, 1), account="9999")  # noqa: DTZ001


def test_a_running_total_of_another_system_names_the_day_and_voucher(traded, tmp_path):
    lines = traded.sql(
        "select voucher_on, sum(debit - credit) as amount from rpt.voucher_line where account = '1002' group by 1 order by 1"
    )
    theirs = lines.select(pl.col("voucher_on").alias("日期"), pl.col("amount").cum_sum().alias("余额"))
    path = tmp_path / "旧账.csv"
    theirs.write_csv(path)
    assert running(traded, path, account="1002") is None
    wrong = theirs.with_row_index().with_columns(
        余额=pl.col("余额") + pl.when(pl.col("index") >= 2).then(100).otherwise(0)
    )
    wrong.drop("index").write_csv(path)
    found = running(traded, path, account="1002")
    assert found.event.startswith(str(lines["voucher_on"][2]))
    assert found.difference == -100
    path.write_text("日期,余额\n2026-13-01,5\n", encoding="utf-8")
    with pytest.raises(TotalsUnreadable) as refused:
        running(traded, path, account="1002")
    assert refused.value.facts["line"] == 2
    with pytest.raises(TotalsUnreadable):
        running(traded, tmp_path / "none.csv", account="1002")


def test_the_command_says_it_in_both_languages(spoilt):
    spoilt.database.root.execute("update core.stock_value set amount = amount + 7 where value_id = 5")
    spoilt.database.root.execute("checkpoint")
    path = spoilt.database.path
    spoilt.database.root.close()
    app = typer.Typer()
    commands.register(app)
    app.callback()(lambda: None)
    for language, start in (
        ("zh", "总账存货与库存金额相差 -7.00"),
        ("en", "inventory accounts of the ledger and value of stock differ by -7.00"),
    ):
        done = CliRunner().invoke(app, ["bisect", "stock", "--books", path, "--lang", language])
        assert done.exit_code == 1
        assert done.stdout.startswith(start)
    assert CliRunner().invoke(app, ["bisect", "open-items", "--books", path]).exit_code == 0
