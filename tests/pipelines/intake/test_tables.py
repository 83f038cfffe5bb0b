"""Tables side by side are taken apart, spacer columns are not taken for gaps, and no cell changes its place."""

from pathlib import Path

import polars as pl
from legacy_files import Rows, workbook

import erp_core
from pipelines.intake.layout import shipped_layouts
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from pipelines.intake.read import read_file
from pipelines.intake.tables import tables_of

CUSTOMERS = [["客户编码", "客户名称"], ["K1", "甲公司"], ["K2", "乙公司"]]
SUPPLIERS = [["供应商编码", "供应商名称"], ["G1", "丙公司"], [None, None]]


def beside(left: Rows, right: Rows, *, gap: int = 1) -> Rows:
    """The rows of two tables next to each other."""
    return [[*one, *[None] * gap, *other] for one, other in zip(left, right, strict=True)]


def shapes(path: Path) -> list[tuple[int, list[str]]]:
    """Rows and headers of the tables of the first sheet."""
    found = tables_of(read_file(path)[0], shipped_layouts())
    return [(one.height, [text for text in one.frame.row(0)[1::2] if text]) for one in found]


def test_two_lists_beside_each_other_are_two_tables(tmp_path: Path):
    path = workbook(tmp_path / "往来.xlsx", S=beside(CUSTOMERS, SUPPLIERS))
    assert shapes(path) == [(3, ["客户编码", "客户名称"]), (2, ["供应商编码", "供应商名称"])]
    pack = gather([path])
    assert [(sheet.prepared.target, sheet.prepared.rows["code"].to_list()) for sheet in pack.sheets] == [
        ("suppliers", ["G1"]), ("customers", ["K1", "K2"]),
    ]  # fmt: skip


def test_cells_of_the_right_table_keep_their_letters(tmp_path: Path):
    bad = [SUPPLIERS[0], ["G1", "丙公司"], [None, "丁公司"]]
    pack = gather([workbook(tmp_path / "往来.xlsx", S=beside(CUSTOMERS, bad))])
    rejects = pack.of("suppliers")[0].prepared.batch.rejects.filter(pl.col("severity") == "reject")
    assert rejects.select("row", "column", "code").rows() == [(3, "D", "E_KEY_MISSING")]


def test_a_list_that_goes_on_at_its_right_is_read_in_parts(tmp_path: Path):
    for gap in (0, 1):
        path = workbook(
            tmp_path / f"客户{gap}.xlsx", S=beside(CUSTOMERS, [CUSTOMERS[0], ["K3", "丁"], [None, None]], gap=gap)
        )
        assert [rows for rows, _ in shapes(path)] == [3, 2]


def test_a_spacer_column_divides_nothing(tmp_path: Path):
    rows = beside(CUSTOMERS, [["电话", "地址"], ["13812345678", "长沙"], ["13812345679", "株洲"]])
    assert len(shapes(workbook(tmp_path / "客户.xlsx", S=rows))) == 1


def test_a_table_that_needs_both_sides_stays_whole(tmp_path: Path):
    left = [["仓库编码", "仓库名称"], ["W1", "总仓"]]
    right = [["存货编码", "存货名称", "结存数量", "结存金额"], ["P1", "螺丝", 10, 25]]
    assert len(shapes(workbook(tmp_path / "期初库存.xlsx", S=beside(left, right)))) == 1


def test_a_page_with_headers_alone_is_passed_over_beside_a_full_one(tmp_path: Path):
    pack = gather([workbook(tmp_path / "客户.xlsx", 甲=CUSTOMERS, 乙=[CUSTOMERS[0]])])
    assert [sheet.fit.grid.sheet for sheet in pack.sheets] == ["甲"]
    assert pack.passed_over == [("客户.xlsx", "乙")]


def test_a_list_in_two_parts_is_loaded_once(tmp_path: Path, books: erp_core.Books):
    rows = beside(CUSTOMERS, [CUSTOMERS[0], ["K3", "丁公司"], ["K4", "戊公司"]])
    path = workbook(tmp_path / "客户.xlsx", S=rows)
    added = [[one.added for one in load_pack(books, gather([path]))] for _ in range(2)]
    assert added == [[2, 2], [0, 0]]
    codes = books.sql("select code from rpt.party where code like 'K%' order by code")["code"].to_list()
    assert codes == ["K1", "K2", "K3", "K4"]
