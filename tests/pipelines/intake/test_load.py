"""Loading goes through the books, in one act a batch: masters first, openings as a pack, a second run changes nothing."""

import os
import signal
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from legacy_files import delimited, workbook

import erp_core
from erp_core.intake.refusals import LoadedDiffers, RunIsPosted, RunIsUsed, RunUndone, RunUnknown
from pipelines.intake import errors
from pipelines.intake.load import Loaded, load_pack
from pipelines.intake.pack import gather

ROOT = Path(__file__).parents[3]


def load(books: erp_core.Books, *paths: Path, layout: str | None = None) -> list[Loaded]:
    """Prepare and load files."""
    return load_pack(books, gather(list(paths), layout))


def numbers(done: list[Loaded]) -> list[tuple[str, int, int, int]]:
    """What the acts did: target, added, changed, unchanged."""
    return [(one.target, one.added, one.changed, one.unchanged) for one in done]


def customers(tmp_path: Path, phone: str = "13812345678") -> Path:
    rows = [["客户编码", "客户名称", "电话"], ["K01", "长沙子公司", phone], ["K02", "株洲丑公司", None]]
    return workbook(tmp_path / "客户.xlsx", S=rows)


def test_a_second_run_changes_nothing_and_a_third_only_what_changed(books: erp_core.Books, tmp_path: Path):
    assert numbers(load(books, customers(tmp_path))) == [("customers", 2, 0, 0)]
    before = books.version()
    assert numbers(load(books, customers(tmp_path))) == [("customers", 0, 0, 2)]
    assert books.sql("select count(*) as runs from rpt.intake_run")["runs"][0] == 1
    assert numbers(load(books, customers(tmp_path, "13912345678"))) == [("customers", 0, 1, 1)]
    assert books.version() > before
    found = books.sql("select code, name, customer from rpt.party where code like 'K%' order by code")
    assert found.rows() == [("K01", "长沙子公司", True), ("K02", "株洲丑公司", True)]


def test_every_loaded_row_knows_where_it_came_from(books: erp_core.Books, tmp_path: Path):
    load(books, customers(tmp_path))
    rows = books.sql("select file, sheet, source_row, target_key, action from rpt.intake_row order by source_row")
    assert rows.rows() == [("客户.xlsx", "S", 2, "K01", "added"), ("客户.xlsx", "S", 3, "K02", "added")]


OPENING = {
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1001", "库存现金", "借", 500], ["1122", "应收账款", "借", 300], ["1405", "库存商品", "借", 1000],
        ["220201", "应付账款", "贷", 200], ["3001", "实收资本", "贷", 1600],
    ],
    "应收明细": [["客户编码", "发票号", "开票日期", "到期日", "余额"], ["C01", 536365, date(2025, 12, 1), date(2025, 12, 31), 120], ["C02", "F2", date(2025, 11, 1), date(2026, 1, 31), 180]],
    "应付明细": [["供应商编码", "发票号", "开票日期", "余额"], ["S01", "P1", date(2025, 12, 5), 200]],
    "期初库存": [["仓库编码", "存货编码", "数量", "金额"], ["W1", "A", 10, 400], ["W2", "B", 5, 600]],
}  # fmt: skip


def opening(tmp_path: Path, **other: list) -> Path:
    return workbook(tmp_path / "期初.xlsx", **{**OPENING, **other})


def test_openings_are_loaded_as_one_pack_with_their_documents(books: erp_core.Books, tmp_path: Path):
    done = load(books, opening(tmp_path))
    assert numbers(done) == [("opening_balances", 6, 0, 0), ("opening_stock", 2, 0, 0)]
    items = books.sql("select party, reference, due_on, amount from rpt.open_item order by amount desc")
    assert items.rows() == [
        ("C02", "F2", date(2026, 1, 31), Decimal("180.00")), ("C01", "536365", date(2025, 12, 31), Decimal("120.00")),
        ("S01", "P1", date(2025, 12, 5), Decimal("-200.00")),
    ]  # fmt: skip
    assert numbers(load(books, opening(tmp_path))) == [("opening_balances", 0, 0, 6), ("opening_stock", 0, 0, 2)]


def test_an_opening_whose_items_differ_from_the_account_is_refused_whole(books: erp_core.Books, tmp_path: Path):
    short = OPENING["应收明细"][:2]
    with pytest.raises(errors.SubledgerDiffers) as caught:
        load(books, opening(tmp_path, 应收明细=short))
    assert caught.value.facts["difference"] == Decimal("180.00")
    assert books.sql("select count(*) as n from rpt.voucher")["n"][0] == 0


def test_opening_stock_must_equal_its_accounts(books: erp_core.Books, tmp_path: Path):
    with pytest.raises(errors.SubledgerDiffers):
        load(books, opening(tmp_path, 期初库存=OPENING["期初库存"][:2]))


def test_an_unbalanced_opening_is_refused(books: erp_core.Books, tmp_path: Path):
    with pytest.raises(errors.BatchUnbalanced) as caught:
        load(books, opening(tmp_path, 科目余额=OPENING["科目余额"][:-1]))
    assert caught.value.facts["difference"] == Decimal("1600.00")


def test_one_bad_row_stops_a_whole_target(books: erp_core.Books, tmp_path: Path):
    bad = [*OPENING["应付明细"], ["S02", "P2", "下周", 0]]
    with pytest.raises(errors.WholeTargetRejected) as caught:
        load(books, opening(tmp_path, 应付明细=bad))
    assert caught.value.facts["row"] == 3


VOUCHERS = [
    ["日期", "凭证字", "凭证号", "摘要", "科目编码", "借方金额", "贷方金额"],
    [date(2026, 1, 5), "记", 7, "提现", "1001", 10, None],
    [date(2026, 1, 5), "记", 7, "提现", "1002", None, 10],
]


def test_vouchers_are_posted_once_and_never_changed(books: erp_core.Books, tmp_path: Path):
    path = workbook(tmp_path / "凭证.xlsx", S=VOUCHERS)
    assert numbers(load(books, path)) == [("vouchers", 2, 0, 0)]
    assert books.sql("select voucher, source_number from rpt.voucher").rows() == [("记-1", "记-7")]
    assert numbers(load(books, path)) == [("vouchers", 0, 0, 2)]
    workbook(path, S=[VOUCHERS[0], *[[*row[:3], "别的摘要", *row[4:]] for row in VOUCHERS[1:]]])
    with pytest.raises(LoadedDiffers):
        load(books, path)


def test_what_is_posted_or_used_is_not_taken_back(books: erp_core.Books, tmp_path: Path):
    first = load(books, customers(tmp_path))[0].run_id
    posted = load(books, workbook(tmp_path / "凭证.xlsx", S=VOUCHERS))[0].run_id
    sales = [
        ["订单编号", "订单日期", "客户编码", "商品编码", "数量", "单价"],
        ["D1", date(2025, 1, 2), "K01", "A", 2, 3.5],
    ]
    history = load(books, workbook(tmp_path / "订单.xlsx", S=sales), layout="orders")[0].run_id
    with pytest.raises(RunIsPosted):
        books.call("intake.undo", run_id=posted, reason="试")
    with pytest.raises(RunIsUsed) as caught:
        books.call("intake.undo", run_id=first, reason="试")
    assert caught.value.facts["first"] == "K01"
    assert books.call("intake.undo", run_id=history, reason="试")["removed"] == 1
    assert books.call("intake.undo", run_id=first, reason="试")["removed"] == 2
    assert books.sql("select count(*) as n from rpt.party where code like 'K%'")["n"][0] == 0
    with pytest.raises(RunUndone):
        books.call("intake.undo", run_id=first, reason="试")
    with pytest.raises(RunUnknown):
        books.call("intake.undo", run_id="R999", reason="试")
    assert numbers(load(books, customers(tmp_path))) == [("customers", 2, 0, 0)]


def test_an_empty_result_is_refused(books: erp_core.Books, tmp_path: Path):
    path = delimited(tmp_path / "客户.csv", [["客户编码", "客户名称"], [None, "甲公司"]])
    with pytest.raises(errors.NothingToLoad):
        load(books, path)


KILLED = """
import os, signal, sys
import erp_core
from pathlib import Path
from erp_core.foundation.{module} import {owner}
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
real = {owner}.{method}
def die(self, *given, **more):
    {order}
{owner}.{method} = die
with erp_core.open(sys.argv[1]) as books:
    load_pack(books, gather([Path(sys.argv[2])], "orders"))
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
MOMENTS = {
    "after the lines, before their lineage": ("session", "Session", "insert", f"real(self, *given, **more); given[0] == 'sales_history' and {KILL}"),
    "after the last row, before the commit": ("database", "Database", "mark", f"real(self, *given, **more); {KILL}"),
    "after the commit, before the mark": ("database", "Database", "_write_mark", KILL),
}  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_load_killed_at_any_moment_leaves_whole_books_and_is_completed_by_a_second(tmp_path: Path, moment: str):
    path = tmp_path / "books.duckdb"
    erp_core.create(path, company="长沙测试五金有限公司", standard="sbe", start="2026-01").close()
    rows = [["订单编号", "订单日期", "数量", "单价"], *[[f"D{n}", "2025-01-02", n, "3.5"] for n in range(1, 3001)]]
    orders = delimited(tmp_path / "订单.csv", rows)
    module, owner, method, order = MOMENTS[moment]
    script = KILLED.format(module=module, owner=owner, method=method, order=order)
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [sys.executable, "-c", script, str(path), str(orders)], env=place, check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with erp_core.open(path) as books:
        there = books.sql("select count(*) as n from rpt.sales_history")["n"][0]
        assert there == (3000 if "after the commit" in moment else 0)
        done = load(books, orders, layout="orders")
        assert numbers(done) == [("sales_history", 3000 - there, 0, there)]
        total = books.sql("select count(*) as n, count(distinct line) as lines from rpt.sales_history").rows()
        assert total == [(3000, 3000)]
        broken = books.check()
        assert broken.filter(~broken["ok"]).is_empty()
