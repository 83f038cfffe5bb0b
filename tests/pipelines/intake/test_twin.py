"""The parallel run: planted differences of each cause are found and labelled, and nothing is written."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from legacy_files import workbook
from typer.testing import CliRunner

import erp_core
from pipelines.intake import commands
from pipelines.intake.errors import NothingToCompare
from pipelines.intake.pack import gather
from pipelines.intake.twin import compared
from tests import by_hand

ON = date(2026, 1, 31)


def owed(party: str, reference: str, amount: str) -> dict:
    day = date(2025, 12, 1)
    return {
        "account": "1122", "debit": amount, "credit": "0", "party": party, "reference": reference, "item_on": day,
        "due_on": day,
    }  # fmt: skip


@pytest.fixture
def running(books: erp_core.Books) -> erp_core.Books:
    """Openings, and in February a withdrawal and money for F4, which the legacy system has in January already."""
    balances = [
        {"account": "1001", "debit": "500", "credit": "0"}, {"account": "1101", "debit": "40", "credit": "0"},
        owed("C01", "F1", "100"), owed("C02", "F2", "80"), owed("C01", "F3", "10"), owed("C02", "F4", "60"),
        {"account": "1405", "debit": "59", "credit": "0"}, {"account": "3001", "debit": "0", "credit": "849"},
    ]  # fmt: skip
    books.call("ledger.opening.load", balances=balances)
    stock = [("A", "10", "30"), ("B", "5", "20"), ("C", "1", "9")]
    books.call(
        "inventory.opening.load",
        stock=[{"item": item, "warehouse": "W1", "quantity": n, "amount": value} for item, n, value in stock],
    )
    by_hand.post(books, date(2026, 2, 3), "存现", ("1002", 20, ""), ("1001", "", 20))
    books.call(
        "finance.receipt.receive", party="C02", account="1002", amount="60", on=date(2026, 2, 4), allocate=[{"reference": "F4"}]
    )  # fmt: skip
    return books


LEGACY = {
    "科目余额": [
        ["科目编码", "科目名称", "方向", "期末余额"], ["1001", "库存现金", "借", 480], ["1002", "银行存款", "借", 20], ["1501", "长期债券投资", "借", 40],
        ["1122", "应收账款", "借", "223.02"], ["1405", "库存商品", "借", 59], ["1701", "无形资产", "借", 7], ["3001", "实收资本", "贷", "849.01"],
    ],
    "应收明细": [
        ["客户编码", "发票号", "开票日期", "余额"], ["C01", "F1", date(2025, 12, 1), 100], ["C01", "F2", date(2025, 12, 1), 80],
        ["C01", "F9", date(2025, 12, 1), 33], ["C01", "F3", date(2025, 12, 1), "10.02"],
    ],
    "结存": [["仓库编码", "存货编码", "结存数量", "结存金额"], ["W1", "A", 10, "30.03"], ["W2", "B", 5, 20]],
}  # fmt: skip


def test_each_planted_difference_is_labelled_with_its_cause(tmp_path: Path, running: erp_core.Books):
    before = running.version()
    twin = compared(running, gather([workbook(tmp_path / "旧系统.xlsx", **LEGACY)]), ON)
    told = {(one["kind"], one["key"]): (Decimal(one["difference"]), one["cause"]) for one in twin.residuals}
    assert told == {
        ("account", "1001"): (Decimal(-20), "timing"),
        ("account", "1002"): (Decimal(20), "timing"),
        ("account", "1101"): (Decimal(-40), "mapping"),
        ("account", "1501"): (Decimal(40), "mapping"),
        ("account", "1122"): (Decimal("-26.98"), "documents"),
        ("account", "1701"): (Decimal(7), "missing"),
        ("account", "3001"): (Decimal("-0.01"), "rounding"),
        ("document", "1122 C01 F2"): (Decimal(80), "mapping"),
        ("document", "1122 C02 F2"): (Decimal(-80), "mapping"),
        ("document", "1122 C01 F9"): (Decimal(33), "missing"),
        ("document", "1122 C01 F3"): (Decimal("0.02"), "rounding"),
        ("document", "1122 C02 F4"): (Decimal(-60), "timing"),
        ("quantity", "W1 B"): (Decimal(-5), "mapping"),
        ("quantity", "W2 B"): (Decimal(5), "mapping"),
        ("quantity", "W1 C"): (Decimal(-1), "missing"),
        ("value", "A"): (Decimal("0.03"), "rounding"),
        ("value", "C"): (Decimal(-9), "missing"),
    }
    assert running.version() == before


def test_the_command_reports_until_nothing_differs(tmp_path: Path, running: erp_core.Books):
    path = running.path
    running.close()
    app = typer.Typer()
    commands.register(app)

    def run(source: Path, on: str) -> tuple[int, str]:
        words = ["migrate", "compare", str(source), "--books", path, "--on", on, "--out", str(tmp_path / "out")]
        result = CliRunner().invoke(app, words, env={"COLUMNS": "220"})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    code, text = run(workbook(tmp_path / "旧系统.xlsx", **LEGACY), "2026-01-31")
    assert code == 1 and "时间差" in text and "科目或编码对应不同" in text
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "<svg" in page and "F4" in page
    same = {"科目余额": [LEGACY["科目余额"][0], *[
        [code, "", "借" if amount > 0 else "贷", abs(amount)]
        for code, amount in (("1001", 500), ("1101", 40), ("1122", 250), ("1405", 59), ("3001", -849))
    ]]}  # fmt: skip
    code, text = run(workbook(tmp_path / "一致.xlsx", **same), "2026-01-31")
    assert code == 0 and "完全一致" in text
    assert run(workbook(tmp_path / "一致.xlsx", **same), "一月")[0] == 2
    with pytest.raises(NothingToCompare):
        run(workbook(tmp_path / "客户.xlsx", 客户=[["客户编码", "客户名称"], ["K1", "甲公司"]]), "2026-01-31")
