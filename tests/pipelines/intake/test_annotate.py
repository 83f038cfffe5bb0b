"""The annotated original: all and only the failing cells are marked, and everything else is as it was."""

import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from legacy_files import delimited, workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from pipelines.intake.annotate import annotate
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
from pipelines.intake.patch import Front, Mark, mark
from pipelines.intake.patch_clean import unmark
from pipelines.intake.patch_front import Line

HEAD = ["客户编码", "客户名称", "电话", "信用额度", "备注"]
RED, YELLOW = "FFF4B6B0", "FFFBE3A8"


def rich(path: Path) -> Path:
    """A workbook with what a careless writer loses: formulas, formats, merges, rules, comments, names, a second sheet."""
    workbook(
        path,
        客户=[HEAD, ["K1", "甲", "138", 5, "x"], ["K2", "乙", "13812345678", "abc", "y"], ["K3", "丙", "", 7, "z"]],
    )
    book = openpyxl.load_workbook(path)
    tab = book["客户"]
    tab["D2"].number_format = "#,##0.00"
    tab["D3"].font = Font(bold=True, name="宋体")
    tab["D3"].alignment = Alignment(horizontal="center")
    tab["D3"].number_format = "0.000"
    tab["E2"].fill = PatternFill("solid", fgColor="FF00FF00")
    tab["C2"].comment = Comment("原来的批注", "王")
    tab["H1"] = "=SUM(D2:D4)"
    other = book.create_sheet("说明")
    other["A1"] = "=客户!D2*2"
    other["A2"].comment = Comment("别动", "李")
    book.defined_names["额度"] = openpyxl.workbook.defined_name.DefinedName("额度", attr_text="客户!$D$2:$D$4")
    tab.auto_filter.ref = "A1:E4"
    book.active = 1
    book.save(path)
    return path


MARKS = {"客户": {(2, 2): Mark("reject", "电话短"), (3, 3): Mark("warn", "不是数字"), (4, 7): Mark("reject", "空")}}
FRONT = Front(
    "检查结果",
    ["表", "行", "格"],
    [Line(("客户", "2", "C2"), "客户", "C2"), Line(("客户", "3", "=1+1"), "客户", "D3")],
    ("a.xlsx", "0" * 64, "检查结果"),
)


def test_only_the_marked_cells_change_and_other_parts_stay_byte_for_byte(tmp_path: Path):
    source, target = rich(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    mark(source, target, MARKS, FRONT)
    old, new = openpyxl.load_workbook(source), openpyxl.load_workbook(target)
    assert new.sheetnames == ["检查结果", "客户", "说明", "_mig"]
    assert new["_mig"].sheet_state == "hidden"
    assert new.active.title == "说明"
    for row in old["客户"].iter_rows():
        for cell in row:
            other = new["客户"][cell.coordinate]
            assert other.value == cell.value
            assert other.number_format == cell.number_format
            for part in ("font", "alignment", "border"):
                assert repr(getattr(other, part)) == repr(getattr(cell, part))
            if cell.coordinate not in ("C2", "D3", "H4"):
                assert repr(other.fill) == repr(cell.fill)
    assert new["客户"]["C2"].fill.fgColor.rgb == new["客户"]["H4"].fill.fgColor.rgb == RED
    assert new["客户"]["D3"].fill.fgColor.rgb == YELLOW
    assert "原来的批注" in new["客户"]["C2"].comment.text
    assert "电话短" in new["客户"]["C2"].comment.text
    assert new["说明"]["A2"].comment.text == "别动"
    assert new["检查结果"]["C2"].hyperlink.location == "'客户'!C2"
    assert new["检查结果"]["C3"].value == "=1+1"
    assert new["检查结果"]["C3"].data_type != "f"
    assert new.defined_names["额度"].attr_text == "客户!$D$2:$D$4"
    assert new["客户"].auto_filter.ref == "A1:E4"
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        same = {name for name in before.namelist() if before.read(name) == after.read(name)}
        assert {"xl/worksheets/sheet2.xml", "xl/theme/theme1.xml", "xl/comments/comment2.xml"} <= same


def test_marks_come_off_again_even_after_another_program_saved_the_copy(tmp_path: Path):
    source, marked = rich(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    mark(source, marked, MARKS, FRONT)
    book = openpyxl.load_workbook(marked)
    book["客户"]["D3"] = 12
    book.save(tmp_path / "saved.xlsx")
    for copy in (marked, tmp_path / "saved.xlsx"):
        assert unmark(copy, tmp_path / "clean.xlsx") == 3
        clean = openpyxl.load_workbook(tmp_path / "clean.xlsx")
        assert clean.sheetnames == ["客户", "说明"]
        for name in ("C2", "D3", "H4"):
            assert clean["客户"][name].fill.fgColor.rgb not in (RED, YELLOW)
        assert clean["客户"]["D3"].number_format == "0.000"
        assert clean["客户"]["E2"].fill.fgColor.rgb == "FF00FF00"
        assert clean["客户"]["C2"].comment.text.strip() == "原来的批注"
        assert clean["客户"]["D3"].comment is None
        assert clean["说明"]["A2"].comment.text == "别动"


def seeded(path: Path, rows: int, errors: int, seed: int = 7) -> set[tuple[int, int]]:
    """Write a list of customers with errors in cells drawn by lot; return those cells."""
    lot = random.Random(seed)
    cells = set()
    while len(cells) < errors:
        cells.add((lot.randrange(2, rows + 2), lot.choice([1, 3])))
    table = [HEAD]
    for row in range(2, rows + 2):
        name = None if (row, 1) in cells else f"客户{row}有限公司"
        limit = "很多" if (row, 3) in cells else row * 10
        table.append([f"K{row:06}", name, None, limit, f"备注{row}"])
    workbook(path, 客户=table)
    return cells


def test_ten_thousand_seeded_errors_are_marked_all_and_only_they(tmp_path: Path):
    wanted = seeded(tmp_path / "客户.xlsx", rows=20_000, errors=10_000)
    pack = gather([tmp_path / "客户.xlsx"], "customers")
    (written,), left = annotate(pack, tmp_path, "zh")
    assert left == []
    tab = openpyxl.load_workbook(written)["客户"]
    filled, noted = set(), set()
    for row in tab.iter_rows():
        for cell in row:
            if cell.fill.fgColor.rgb in (RED, YELLOW):
                filled.add((cell.row, cell.column - 1))
            if cell.comment:
                noted.add((cell.row, cell.column - 1))
    assert filled == noted == wanted


@pytest.mark.parametrize("kind", ["csv", "html"])
def test_a_file_that_is_no_workbook_comes_back_as_one(tmp_path: Path, kind: str):
    rows = [HEAD, ["K1", "甲", "", "5", "=1+1"], ["K2", None, "", "6", "y"]]
    path = tmp_path / "客户.csv"
    if kind == "csv":
        delimited(path, rows, encoding="gb18030")
    else:
        path = tmp_path / "客户.xls"
        cells = "".join("<tr>" + "".join(f"<td>{c or ''}</td>" for c in row) + "</tr>" for row in rows)
        path.write_text(f"<html><meta charset=utf-8><table>{cells}</table></html>", encoding="utf-8")
    (written,), _ = annotate(gather([path], "customers"), tmp_path, "en")
    book = openpyxl.load_workbook(written)
    assert book["Findings"]["F2"].value.startswith("E_")
    tab = book[book.sheetnames[1]]
    assert tab["B3"].fill.fgColor.rgb == RED
    assert tab["E2"].value.endswith("=1+1")
    assert tab["E2"].data_type == "s"


def test_a_corrected_copy_loads_only_what_was_corrected(tmp_path: Path, books):
    source = workbook(tmp_path / "客户.xlsx", 客户=[HEAD, ["K1", "甲", None, 5, "x"], ["K2", None, None, 6, "y"]])
    first = load_pack(books, gather([source], "customers"))
    assert [(one.added, one.unchanged) for one in first] == [(1, 0)]
    (marked,), _ = annotate(gather([source], "customers"), tmp_path, "zh")
    book = openpyxl.load_workbook(marked)
    book["客户"]["B3"] = "乙"
    book.save(marked)
    again = load_pack(books, gather([marked], "customers"))
    assert [(one.added, one.changed, one.unchanged) for one in again] == [(1, 0, 1)]
    rows = books.sql("select file, sheet, source_row from rpt.intake_row order by source_row").rows()
    assert rows == [("客户.xlsx", "客户", 2), ("客户.xlsx", "客户", 3)]
    assert unmark(marked, tmp_path / "clean.xlsx") == 1
