"""Answers about duplicates are applied before the load: one card, its fields from both, everything named after it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import typer
from legacy_files import workbook
from typer.testing import CliRunner

import erp_core
from erp_core.intake.refusals import AnswerUnclear
from pipelines.intake import commands
from pipelines.intake.duplicates.answers import answers_of, merged, read_answers
from pipelines.intake.errors import AnswersUnreadable
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather

FILES = {
    "客户": [
        ["客户编码", "客户名称", "电话", "联系人", "地址"],
        ["K1", "长沙市宏达商贸有限公司", "13812345678", "王伟", None],
        ["K2", "宏达商贸(长沙)公司", "13812345678", "王伟", "人民路 1 号"],
        ["K3", "株洲丰泰建材", None, None, None],
    ],
    "存货": [["存货编码", "存货名称", "计量单位"], ["X1", "螺栓 M8", "个"], ["X2", "螺栓M8", "个"]],
    "应收明细": [["客户编码", "发票号", "开票日期", "余额"], ["K1", "F1", date(2025, 12, 1), 100], ["K2", "F2", date(2025, 12, 2), 50]],
    "科目余额": [["科目编码", "科目名称", "方向", "期初余额"], ["1122", "应收账款", "借", 150], ["1405", "库存商品", "借", 30], ["3001", "实收资本", "贷", 180]],
    "期初库存": [["仓库编码", "存货编码", "数量", "金额"], ["W1", "X1", 1, 10], ["W1", "X2", 2, 20]],
}  # fmt: skip
DECISIONS = {("customers", "K1", "K2"): "merge", ("items", "X1", "X2"): "merge"}


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    commands.register(made)
    return made


def run(app: typer.Typer, *words: object, code: int = 0) -> str:
    result = CliRunner().invoke(
        app, ["migrate", *(str(word) for word in words)], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert result.exit_code == code, result.output
    return result.output


def test_cards_are_made_one_and_every_row_is_named_after_the_one_that_stays(tmp_path: Path, books: erp_core.Books):
    pack = merged(gather([workbook(tmp_path / "旧账.xlsx", **FILES)]), answers_of(books, DECISIONS))
    counts = {sheet.prepared.target: sheet.prepared.batch.notes["counts"] for sheet in pack.sheets}
    assert counts["customers"] == {"read": 3, "loaded": 2, "rejected": 0, "dropped": 1}
    assert pack.of("customers")[0].prepared.batch.notes["dropped_by"] == {"merged": 1}
    load_pack(books, pack)
    card = books.sql("select code, name, address from rpt.party where code like 'K%' order by code").rows()
    assert card == [("K1", "长沙市宏达商贸有限公司", "人民路 1 号"), ("K3", "株洲丰泰建材", "")]
    items = books.sql("select party, reference, amount from rpt.open_item order by reference").rows()
    assert items == [("K1", "F1", Decimal("100.00")), ("K1", "F2", Decimal("50.00"))]
    stock = books.sql("select item, quantity from rpt.stock_now where quantity <> 0").rows()
    assert stock == [("X1", Decimal("3.000000"))]
    assert books.check().filter("ok").height == books.check().height


def test_answers_are_kept_and_replayed_on_what_comes_later(tmp_path: Path, books: erp_core.Books):
    given = [{"target": "customers", "code_a": "K2", "code_b": "K1", "answer": "merge"}]
    assert books.call("intake.duplicate.answer", answers=given) == {"given": 1, "new": 1}
    assert books.call("intake.duplicate.answer", answers=given) == {"given": 1, "new": 0}
    load_pack(books, gather([workbook(tmp_path / "客户.xlsx", 客户=FILES["客户"])]))
    assert books.sql("select code from rpt.party where code like 'K%' order by code")["code"].to_list() == ["K1", "K3"]
    later = [
        ["订单编号", "订单日期", "客户编码", "商品编码", "数量", "单价"],
        ["D1", date(2025, 1, 2), "K2", "A", 2, 3],
    ]
    load_pack(books, gather([workbook(tmp_path / "订单.xlsx", S=later)], "orders"))
    assert books.sql("select party from rpt.sales_history")["party"].to_list() == ["K1"]
    # A merge done in the books is remembered in the same way.
    books.call("masters.party.merge", code="K3", into="K1", reason="同一家")
    more = [later[0], ["D2", date(2025, 1, 2), "K3", "A", 2, 3]]
    load_pack(books, gather([workbook(tmp_path / "订单二.xlsx", S=more)], "orders"))
    assert set(books.sql("select party from rpt.sales_history")["party"]) == {"K1"}
    # Changing one's mind is one more answer.
    books.call("intake.duplicate.answer", answers=[given[0] | {"answer": "keep"}])
    assert answers_of(books).stays["party"] == {"K3": "K1"}


def test_from_the_workbook_of_pairs_to_the_load(app: typer.Typer, tmp_path: Path, books: erp_core.Books):
    path = books.path
    books.close()
    folder = tmp_path / "旧账"
    folder.mkdir()
    workbook(folder / "旧账.xlsx", **FILES)
    run(app, "duplicates", folder)
    book = openpyxl.load_workbook(folder / "duplicates.xlsx")
    tab = book.active
    assert tab.data_validations.dataValidation
    for row in tab.iter_rows(min_row=2):
        row[8].value = "合并"
    book.save(folder / "duplicates.xlsx")
    text = run(app, "check", folder, "--duplicates", folder / "duplicates.xlsx")
    assert "并入留下的卡片" in text
    text = run(app, "load", folder, "--books", path, "--duplicates", folder / "duplicates.xlsx")
    assert "查重答复" in text
    with erp_core.open(path) as opened:
        assert opened.sql("select count(*) as n from rpt.party where code = 'K2'")["n"][0] == 0
        assert opened.sql("select count(*) as n from rpt.duplicate_answer")["n"][0] >= 2


def test_what_is_no_answer_is_refused(tmp_path: Path, books: erp_core.Books):
    with pytest.raises(AnswersUnreadable):
        read_answers(workbook(tmp_path / "别的.xlsx", S=FILES["客户"]))
    (tmp_path / "别的.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(AnswersUnreadable):
        read_answers(tmp_path / "别的.csv")
    for wrong in ({}, {"target": "customers", "code_a": "A", "code_b": "A", "answer": "merge"}, "K1=K2"):
        with pytest.raises(AnswerUnclear):
            books.call("intake.duplicate.answer", answers=[wrong])
