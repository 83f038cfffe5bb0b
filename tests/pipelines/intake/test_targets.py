"""Targets that came later: purchases before the books, partners of both sides in one list, stock by batch."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from legacy_files import workbook

import erp_core
from erp_core.assets.refusals import OpeningCardsDiffer
from erp_core.inventory.openings import OpeningPlaceTwice
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from pipelines.intake.references import referred

PURCHASES = [
    ["入库单号", "入库日期", "供应商编码", "存货编码", "存货名称", "数量", "单价"],
    ["R1", date(2025, 3, 1), "S01", "A", "螺丝", 100, "1.25"],
    ["R1", date(2025, 3, 1), "S01", "B", "扳手", 2, 30],
    ["R2", date(2025, 4, 2), "S01", "A", "螺丝", -10, "1.25"],
]
STOCK = [
    ["仓库编码", "存货编码", "批号", "生产日期", "数量", "金额"],
    ["W1", "A", "001", date(2025, 1, 1), 10, 100],
    ["W1", "A", "002", date(2025, 2, 1), 5, 60],
    ["W1", "B", None, None, 3, 90],
]


def test_purchases_before_the_books_are_history_for_analysis(tmp_path: Path, books: erp_core.Books):
    source = workbook(tmp_path / "采购入库.xlsx", S=PURCHASES)
    (done,) = load_pack(books, gather([source]))
    assert (done.target, done.added) == ("purchase_history", 3)
    assert load_pack(books, gather([source]))[0].unchanged == 3
    found = books.report("purchase_history", from_day=date(2025, 1, 1), to_day=date(2025, 12, 31), by="item")
    assert found.select("key", "quantity", "amount").rows() == [
        ("A", Decimal("90.000000"), Decimal("112.50")),
        ("B", Decimal("2.000000"), Decimal("60.00")),
    ]
    assert books.sql("select count(*) as n from rpt.stock_move")["n"][0] == 0
    assert books.call("intake.undo", run_id=done.run_id, reason="试")["removed"] == 3
    assert books.sql("select count(*) as n from rpt.purchase_history")["n"][0] == 0


def test_one_list_of_partners_says_of_each_what_it_is(tmp_path: Path, books: erp_core.Books):
    rows = [
        ["往来单位编码", "往来单位名称", "往来单位性质"],
        ["P1", "长沙甲公司", "客户"],
        ["P2", "长沙乙公司", "供应商"],
        ["P3", "长沙丙公司", "客户/供应商"],
        ["P4", "长沙丁公司", "其他"],
    ]
    pack = gather([workbook(tmp_path / "往来单位.xlsx", S=rows)])
    assert pack.sheets[0].prepared.batch.rejects["code"].to_list() == ["E_NEITHER_SIDE"]
    assert load_pack(books, pack)[0].added == 3
    found = books.sql("select code, customer, supplier from rpt.party where code like 'P%' order by code").rows()
    assert found == [("P1", True, False), ("P2", False, True), ("P3", True, True)]


def test_batches_of_the_opening_stock_count_together_and_are_kept(tmp_path: Path, books: erp_core.Books):
    (done,) = load_pack(books, gather([workbook(tmp_path / "期初库存.xlsx", S=STOCK)]))
    assert done.result["count"] == 2 and done.result["batches"] == 2
    batches = books.sql("select item, batch, produced_on, quantity from rpt.opening_batch order by batch").rows()
    assert batches == [
        ("A", "001", date(2025, 1, 1), Decimal("10.000000")),
        ("A", "002", date(2025, 2, 1), Decimal("5.000000")),
    ]
    stock = books.sql("select item, quantity from rpt.stock_now order by item").rows()
    assert stock == [("A", Decimal("15.000000")), ("B", Decimal("3.000000"))]
    broken = books.check()
    assert "opening_batches" not in broken.filter(~broken["ok"])["check"].to_list()


def test_one_batch_in_one_place_stands_once(tmp_path: Path, books: erp_core.Books):
    pack = gather([workbook(tmp_path / "期初库存.xlsx", S=[*STOCK, ["W1", "B", None, None, 4, 80]])])
    told = pack.sheets[0].prepared.batch.rejects.select("row", "code", "found").rows()
    assert told == [(4, "E_DUPLICATE_KEY", "B/W1//"), (5, "E_DUPLICATE_KEY", "B/W1//")]
    rows = [{"row": n, "item": "A", "warehouse": "W1", "quantity": Decimal(1), "amount": Decimal(1)} for n in (1, 2)]
    with pytest.raises(OpeningPlaceTwice):
        books.call("intake.load", target="opening_stock", rows=rows, run={})


ASSETS = {
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期初余额"], ["1601", "固定资产", "借", 65000], ["1602", "累计折旧", "贷", 7771.04],
        ["3001", "实收资本", "贷", 57228.96],
    ],
    "固定资产": [
        ["资产编码", "资产名称", "资产类别", "使用部门", "开始使用日期", "使用年限", "原值", "残值率", "累计折旧"],
        ["Z1", "电脑", "电子设备", "销售部", date(2024, 3, 10), 3, 5000, "5%", "2771.04"],
        ["Z2", "机床", "MACHINE", "D1", date(2025, 1, 10), 10, 60000, "5%", 5000],
    ],
}  # fmt: skip


def test_cards_of_assets_come_in_whole_and_tie_to_their_accounts(tmp_path: Path, books: erp_core.Books):
    pack = gather([workbook(tmp_path / "期初.xlsx", **ASSETS)])
    done = load_pack(books, pack)
    assert [(one.target, one.added) for one in done] == [("opening_balances", 3), ("assets", 2)]
    cards = books.sql("select asset, category, department, life_months, residual from rpt.asset order by asset").rows()
    assert cards == [
        ("Z1", "ELECTRONIC", "D1", 36, Decimal("250.00")),
        ("Z2", "MACHINE", "D1", 120, Decimal("3000.00")),
    ]
    assert [one.unchanged for one in load_pack(books, pack)] == [3, 2]


def test_cards_that_do_not_tie_or_name_nobody_are_refused(tmp_path: Path, books: erp_core.Books):
    rows = ASSETS["固定资产"]
    short = gather([workbook(tmp_path / "期初.xlsx", **{**ASSETS, "固定资产": rows[:2]})])
    with pytest.raises(OpeningCardsDiffer):
        load_pack(books, short)
    strange = [*rows[:2], ["Z3", "飞机", "航空器", "D9", date(2025, 1, 10), 10, 1, "5%", 0]]
    pack = referred(gather([workbook(tmp_path / "资产.xlsx", 固定资产=strange)]), books)
    told = pack.sheets[0].prepared.batch.rejects.select("row", "column", "code", "found").rows()
    assert told == [(3, "C", "E_ORPHAN_REF", "航空器"), (3, "D", "E_ORPHAN_REF", "D9")]
