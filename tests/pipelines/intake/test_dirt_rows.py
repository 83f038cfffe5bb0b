"""The cases of the table of dirt that more than one cell decides: rows, headers and cross checks, on whole files."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from legacy_files import delimited, workbook
from shared_data import shared

from erp_core.foundation.errors import Refusal
from pipelines.intake import errors
from pipelines.intake.crosschecks import orphans
from pipelines.intake.header import find_header, plain_name
from pipelines.intake.layout import Layout, load_layout
from pipelines.intake.mapping import best_fit, fit, mapped
from pipelines.intake.openings import combined
from pipelines.intake.pack import gather
from pipelines.intake.parsers.names import spec_key
from pipelines.intake.prepare import Prepared, prepare
from pipelines.intake.read import read_file

LEDGER = ["日期", "凭证号", "摘要", "金额"]
LIST = ["编码", "品名", "数量"]
# The table names the fault; what the whole file is refused with is named by us.
REFUSALS = {"E_SUBLEDGER": errors.SubledgerDiffers, "E_LAYOUT_MISMATCH": errors.LayoutMismatch}

LEDGER_LAYOUT = """
layout: ledger
target: rows
columns:
  day: {from: 日期}
  number: {from: 凭证号}
  text: {from: 摘要}
  amount: {from: 金额, parse: amount}
totals: [{sum: amount}]
"""
LIST_LAYOUT = """
layout: list
target: rows
columns:
  code: {from: 编码, parse: code, required: yes}
  name: {from: 品名}
  quantity: {from: 数量, parse: integer}
key: [code]
"""


def cases(kind: str) -> dict[str, dict[str, str]]:
    """Return the table's rows of a kind by their number."""
    with shared("dirt_cases.csv").open(encoding="utf-8") as source:
        return {row["id"]: row for row in csv.DictReader(source) if row["field_kind"] == kind}


def layout(folder: Path, text: str) -> Layout:
    """Write a layout and read it as a person's own."""
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return load_layout(str(path))


def prepared(path: Path, folder: Path, text: str) -> Prepared:
    """Read a file under a layout of its own."""
    return prepare(fit(read_file(path)[0], layout(folder, text)))


def seen(done: Prepared) -> str:
    """Return what became of the row in the middle, as the table writes it."""
    batch = done.batch
    issues = batch.rejects.filter(pl.col("severity") == "reject")
    if issues.height:
        return issues["code"][0]
    if done.batch.notes["findings"]:
        return "E_TOTAL_MISMATCH"
    if batch.drops.height:
        return f"drop:{batch.drops['reason'][0]}"
    row = batch.frame.filter(pl.col("row") == 3).drop("row").row(0)
    return "|".join("" if value is None else str(value) for value in row)


def ledger(folder: Path, row: dict[str, str]) -> Prepared:
    """A ledger of two rows, perhaps with a sum of its own, and the row of the case between or below."""
    cells: list = row["raw_value"].split("|")
    total = cells[3].replace(",", "")
    kept = Decimal(row["context"].partition("kept_sum=")[2] or (total if total and cells != LEDGER else "9"))
    rows = [["d1", "1", "甲", float(kept) - 1], ["d1", "2", "甲", 1]]
    below = [["d2", "2", "乙", 0]] if row["expected"] == "drop:blank" else []
    path = workbook(folder / "a.xlsx", S=[LEDGER, *rows, [cell or None for cell in cells], *below])
    return prepared(path, folder, LEDGER_LAYOUT)


def listed(folder: Path, row: dict[str, str]) -> Prepared:
    """A list whose second row is the row of the case, with the facts of the case about the sheet."""
    facts = dict(part.split("=") for part in row["context"].split(";") if part)
    if "width" in facts or "unquoted" in facts:
        # 甲,乙 without quotes is four fields where three belong; K001|甲 is two.
        fields = [field for cell in row["raw_value"].split("|") for field in cell.split(",")]
        path = delimited(folder / "a.csv", [LIST, ["K000", "丙", "1"], fields, ["K009", "丁", "4"]])
        return prepared(path, folder, LIST_LAYOUT)
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, struck = book.add_worksheet("S"), book.add_format({"font_strikeout": True})
        sheet.write_row(0, 0, LIST)
        sheet.write_row(1, 0, [facts.get("above", "K000"), "丙", 3])
        for column, cell in enumerate(row["raw_value"].split("|")):
            value = int(cell) if cell.isdigit() else cell
            sheet.write(2, column, value, struck if "strike" in facts else None) if cell else None
        if facts.get("merged") == "1":
            sheet.merge_range(1, 0, 2, 0, facts["above"])
        if "hidden" in facts:
            sheet.set_row(2, None, None, {"hidden": True})
    return prepared(path, folder, LIST_LAYOUT.replace("key: [code]", "key: [code, name]"))


@pytest.mark.parametrize("number", [f"row-{n:02}" for n in range(1, 21)])
def test_rows_are_what_the_table_says(tmp_path: Path, number: str):
    row = cases("row")[number]
    done = ledger(tmp_path, row) if row["raw_value"].count("|") == 3 else listed(tmp_path, row)
    warned = done.batch.rejects.filter(pl.col("severity") == "warn")["code"].to_list()
    told = [code for code in warned if code != "W_EXACT_DUPLICATE"]
    assert seen(done) == row["expected"]
    assert told == ([row["note"].split()[0]] if row["action"] == "warn" else [])


@pytest.mark.parametrize("number", ["header-01", "header-02", "header-03"])
def test_header_texts_lose_their_dress(number: str):
    row = cases("header")[number]
    assert plain_name(row["raw_value"].replace("\\n", "\n")) == row["expected"]


def test_headers_over_two_rows_are_joined(tmp_path: Path):
    row = cases("header")["header-04"]
    upper, lower = row["raw_value"].split("|")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range("A1:A2", "科目编码")
        sheet.merge_range("B1:C1", upper)
        sheet.write_row("B2", [lower, "贷方"])
        sheet.write_row("A3", ["1001", 100, 0])
    assert find_header(read_file(path)[0], {"科目编码"}).names[1] == row["expected"]


def test_the_second_of_equal_headers_has_a_name_of_its_own(tmp_path: Path):
    row = cases("header")["header-05"]
    path = workbook(tmp_path / "a.xlsx", S=[["日期", *row["raw_value"].split("|")], ["d1", 1, 2]])
    done = fit(read_file(path)[0], layout(tmp_path, LEDGER_LAYOUT))
    assert "|".join(name for name in done.header.columns if name != "日期") == row["expected"]
    assert mapped(done).rejects.select("code", "severity").row(0) == (
        row["note"] or "W_DUPLICATE_HEADER",
        row["action"],
    )


def test_a_file_with_few_of_the_headers_is_refused(tmp_path: Path):
    row = cases("header")["header-06"]
    path = workbook(tmp_path / "a.xlsx", S=[[row["raw_value"], "甲"], ["K1", "x"]])
    with pytest.raises(REFUSALS[row["expected"]]):
        gather([path], "suppliers")


def accounts(folder: Path, name: str, rows: list) -> Path:
    """A workbook of opening balances."""
    return workbook(folder / name, S=[["科目编码", "科目名称", "期初借方", "期初贷方"], *rows])


@pytest.mark.parametrize(
    ("number", "rows"),
    [
        ("cross-01", [["K001", "甲", 1], ["K001", "乙", 2]]),
        ("cross-02", [["K001", "甲", 1], ["k001 ", "乙", 2]]),
        ("cross-03", [["K001", "甲", 1], ["K001", "甲", 1]]),
    ],
)
def test_keys_are_there_once(tmp_path: Path, number: str, rows: list):
    path = workbook(tmp_path / "a.xlsx", S=[LIST, *rows])
    assert seen(prepared(path, tmp_path, LIST_LAYOUT)) == cases("cross")[number]["expected"]


def test_a_reference_without_its_master_is_told():
    row = cases("cross")["cross-04"]
    frame = pl.DataFrame({"row": pl.Series([2, 3], dtype=pl.Int32), "party": ["K001", row["raw_value"]]})
    assert orphans(frame, "party", {"K001"}).select("row", "code", "found").rows() == [(3, row["expected"], "C999")]


def test_an_opening_that_does_not_balance_is_refused(tmp_path: Path):
    assert cases("cross")["cross-05"]["expected"] == "E_UNBALANCED"
    path = accounts(tmp_path, "期初余额.xlsx", [["1001", "库存现金", 100.00, 0], ["3001", "实收资本", 0, 99.99]])
    with pytest.raises(errors.BatchUnbalanced, match=r"0\.01"):
        combined(gather([path]), {})


def test_parents_equal_their_children(tmp_path: Path):
    rows = [["1002", "银行存款", 100, 0], ["100201", "工行", 60, 0], ["100202", "建行", 30, 0]]
    pack = gather([accounts(tmp_path, "期初余额.xlsx", rows)])
    rejects = pack.sheets[0].prepared.batch.rejects
    assert rejects["code"].to_list() == [cases("cross")["cross-06"]["expected"]]


def test_control_accounts_equal_their_parties(tmp_path: Path):
    accounts(tmp_path, "期初余额.xlsx", [["1122", "应收账款", 500, 0], ["3001", "实收资本", 0, 500]])
    head = ["客户编码", "客户名称", "单据号", "单据日期", "余额"]
    workbook(tmp_path / "应收.xlsx", S=[head, ["K1", "甲公司", "F1", "2023-01-05", 480]])
    with pytest.raises(REFUSALS[cases("cross")["cross-07"]["expected"]]) as caught:
        combined(gather([tmp_path]), {"receivable": "1122"})
    assert isinstance(caught.value, Refusal) and caught.value.facts["difference"] == 20


@pytest.mark.parametrize(
    ("number", "quantity", "price", "amount"), [("cross-08", 10, 2.50, 26.00), ("cross-09", 0, 0, 12.00)]
)
def test_stock_that_contradicts_itself_is_told(tmp_path: Path, number: str, quantity: int, price: float, amount: float):
    row = cases("cross")[number]
    head = ["仓库编码", "存货编码", "存货名称", "结存数量", "结存单价", "结存金额"]
    # The same item lies in another warehouse too, so that its value stands on something.
    rows = [["W2", "P1", "螺丝", 1, None, 1], ["W1", "P1", "螺丝", quantity, price or None, amount]]
    grid = read_file(workbook(tmp_path / "期初库存.xlsx", S=[head, *rows]))[0]
    done = prepare(best_fit(grid, [load_layout("opening_stock")]))
    assert done.batch.rejects.select("row", "severity", "code").rows() == [(3, "warn", row["note"].split()[0])]
    value = done.batch.frame.filter(pl.col("row") == 3).select("quantity", "amount").row(0)
    assert value == (quantity, Decimal(row["expected"].split(";")[-1]))


def test_one_thing_under_several_codes_is_told(tmp_path: Path):
    row = cases("cross")["cross-10"]
    specs = row["raw_value"].split(";")
    assert {spec_key(spec) for spec in specs} == {row["expected"].split()[-1]}
    rows = [[f"P{n}", "螺丝", spec, "个"] for n, spec in enumerate(specs)]
    grid = read_file(workbook(tmp_path / "商品.xlsx", S=[["商品编码", "商品名称", "规格", "单位"], *rows]))[0]
    done = prepare(best_fit(grid, [load_layout("items")]))
    assert done.batch.rejects.select("row", "code").rows() == [(3, "W_POSSIBLE_DUPLICATE"), (4, "W_POSSIBLE_DUPLICATE")]
    assert row["action"] == "warn" and done.batch.frame.height == 3
