"""Cells keep what the file shows: codes under their number formats, long numbers, spans, hidden and struck rows."""

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from legacy_files import delimited, workbook

from erp_core.foundation.errors import Refusal
from pipelines.intake import errors
from pipelines.intake.header import find_header
from pipelines.intake.layout import load_layout
from pipelines.intake.mapping import best_fit
from pipelines.intake.prepare import prepare
from pipelines.intake.read import read_file

XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Styles><Style ss:ID="c"><NumberFormat ss:Format="000000"/></Style></Styles>
 <Worksheet ss:Name="客户"><Table>
  <Row><Cell ss:MergeAcross="1"><Data ss:Type="String">客户表</Data></Cell></Row>
  <Row ss:Index="3"><Cell><Data ss:Type="String">编码</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">金额</Data></Cell></Row>
  <Row ss:Hidden="1"><Cell ss:StyleID="c"><Data ss:Type="Number">12</Data></Cell>
   <Cell><Data ss:Type="DateTime">2023-01-05T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">2.5</Data></Cell></Row>
 </Table></Worksheet>
</Workbook>
"""


def cells(path: Path) -> list[list[tuple[str | None, str | None]]]:
    """The first sheet as (kind, text) pairs."""
    grid = read_file(path)[0]
    return [[(row[f"k{n}"], row[f"t{n}"]) for n in range(grid.width)] for row in grid.frame.iter_rows(named=True)]


def refused(path: Path, kind: type[Refusal]) -> Refusal:
    """Read the file and expect the refusal."""
    with pytest.raises(kind) as caught:
        read_file(path)
    return caught.value


@pytest.mark.parametrize(
    ("value", "shown", "cell"),
    [
        (12, "000000", ("text", "000012")), (12, '"K"0000', ("text", "K0012")), (12, "\\A000", ("text", "A012")),
        (1234567890, "000-0000", ("text", "123456-7890")), (1234567, "000", ("text", "1234567")),
        (12.5, "000000", ("number", "12.5")), (-3, "000", ("number", "-3")), (12, "#,##0.00", ("number", "12")),
        (12, '"¥"00', ("number", "12")), (12, '0"箱"', ("number", "12")), (0.5, "00%", ("number", "0.5")),
        (45000, "yyyy-mm-dd", ("date", "2023-03-15")),
    ],
)  # fmt: skip
def test_a_number_shown_as_a_code_is_that_code(tmp_path: Path, value: float, shown: str, cell: tuple):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, "编码")
        sheet.write_number(1, 0, value, book.add_format({"num_format": shown}))
    assert cells(path)[1] == [cell]


def test_codes_under_formats_load_as_shown_and_long_numbers_are_refused(tmp_path: Path):
    path = tmp_path / "客户.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["客户编码", "客户名称", "银行账号"])
        sheet.write_row(1, 0, [12, "甲公司", "62220212345678901234"], book.add_format({"num_format": "000000"}))
        sheet.write_row(2, 0, ["K2", "乙公司", 6222021234567890123])
        sheet.write_row(3, 0, [12345678901234567890, "丙公司"])
    done = prepare(best_fit(read_file(path)[0], [load_layout("customers")]))
    assert done.rows.select("code", "bank_account").rows() == [("000012", "62220212345678901234"), ("K2", None)]
    told = done.batch.rejects.select("row", "column", "code", "severity").rows()
    assert sorted(told) == [(3, "C", "E_PRECISION_LOST", "warn"), (4, "A", "E_PRECISION_LOST", "reject")]


def test_a_text_column_does_not_take_a_number_whose_digits_are_gone(tmp_path: Path):
    path = workbook(
        tmp_path / "客户.xlsx", S=[["客户编码", "客户名称", "备注"], ["K1", "甲公司", 12345678901234567890]]
    )
    done = prepare(best_fit(read_file(path)[0], [load_layout("customers")]))
    assert done.batch.rejects["code"].to_list() == ["E_PRECISION_LOST"]


def test_twenty_digits_in_text_files_stay_digits(tmp_path: Path):
    path = delimited(tmp_path / "a.csv", [["账号", "名称"], ["12345678901234567890", "甲"]])
    assert cells(path)[1][0] == ("text", "12345678901234567890")


def test_a_workbook_in_one_xml_text_is_read_with_its_formats_merges_and_hidden_rows(tmp_path: Path):
    path = tmp_path / "客户.xls"
    path.write_text(XML, encoding="utf-8")
    grid = read_file(path)[0]
    assert (grid.sheet, grid.merges, grid.hidden_rows) == ("客户", ((1, 0, 1, 1),), (4,))
    assert grid.frame["row"].to_list() == [1, 3, 4]
    assert cells(path)[2] == [("text", "000012"), ("date", "2023-01-05"), ("number", "2.5")]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("</Workbook>", "", errors.DamagedWorkbook),
        ('ss:Index="3"', 'ss:Index="999999999"', errors.DamagedWorkbook),
        ("<Workbook ", '<!DOCTYPE w [<!ENTITY a "b">]><Workbook ', errors.DamagedWorkbook),
        ('<Data ss:Type="Number">2.5</Data></Cell>', "</Cell>", None),
        ('<Cell><Data ss:Type="Number">2.5</Data></Cell>', '<Cell ss:Formula="=1+1"/>', errors.FormulasNotCalculated),
    ],
)
def test_an_xml_workbook_that_is_broken_or_uncalculated_is_refused(tmp_path: Path, old: str, new: str, kind: type):
    path = tmp_path / "客户.xls"
    path.write_text(XML.replace(old, new), encoding="utf-8")
    assert refused(path, kind) if kind else read_file(path)


def test_spans_of_a_web_page_are_merged_ranges(tmp_path: Path):
    page = (
        "<?xml version='1.0'?><html><head><style>td {x}</style></head><body><table>"
        "<tr><th rowspan=2>科目编码</th><th colspan=2>期初余额</th></tr><tr><th>借方</th><th>贷方</th></tr>"
        "<tr><td>1001</td><td>100</td><td></td></tr></table></body></html>"
    )
    path = tmp_path / "余额.xls"
    path.write_text(page, encoding="gb18030")
    grid = read_file(path)[0]
    assert find_header(grid, {"科目编码"}).names == ("科目编码", "期初余额/借方", "期初余额/贷方")
    path.write_text(page.replace("colspan=2", "colspan=999999999"), encoding="gb18030")
    refused(path, errors.DamagedWorkbook)


def test_a_header_of_three_rows_is_joined(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range("A1:A3", "科目编码")
        sheet.merge_range("B1:E1", "本年")
        sheet.merge_range("B2:C2", "期初余额")
        sheet.merge_range("D2:E2", "累计")
        sheet.write_row("B3", ["借方", "贷方", "借方", "贷方"])
        sheet.write_row("A4", ["1001", 100, 0, 1, 1])
    header = find_header(read_file(path)[0], {"科目编码", "本年/期初余额/借方", "本年/累计/贷方"})
    assert (header.first_row, header.last_row) == (1, 3)
    assert header.names[1:] == ("本年/期初余额/借方", "本年/期初余额/贷方", "本年/累计/借方", "本年/累计/贷方")


def test_hidden_and_struck_rows_are_taken_and_told(tmp_path: Path):
    path = tmp_path / "客户.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        for row, cells_ in enumerate([["客户编码", "客户名称"], ["K1", "甲公司"], ["K2", "乙公司"], ["K3", "丙公司"]]):
            sheet.write_row(row, 0, cells_, book.add_format({"font_strikeout": row == 2}))
        sheet.set_row(3, None, None, {"hidden": True})
    done = prepare(best_fit(read_file(path)[0], [load_layout("customers")]))
    assert done.rows["code"].to_list() == ["K1", "K2", "K3"]
    assert sorted(done.batch.rejects.select("row", "code", "severity").rows()) == [
        (3, "W_STRIKETHROUGH", "warn"), (4, "W_HIDDEN_ROW", "warn"),
    ]  # fmt: skip


def test_formulas_as_a_program_writes_them_have_no_result_and_are_refused(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["数量", "金额"])
    book.active.append([1, "=A2*2"])
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx", errors.FormulasNotCalculated).facts["cell"] == "B2"


def test_a_workbook_under_another_name_is_still_a_workbook(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["编码", "名称"], ["001", "甲"]])
    for name in ("a.xls", "a.csv", "a.txt"):
        assert cells(path.rename(tmp_path / name))[1] == [("text", "001"), ("text", "甲")]
        path = tmp_path / name


def test_the_line_that_names_the_delimiter_is_no_row(tmp_path: Path):
    (tmp_path / "a.csv").write_text("sep=;\r\n编码;名称\r\n001;甲,乙\r\n", encoding="utf-8")
    assert cells(tmp_path / "a.csv") == [[("text", "编码"), ("text", "名称")], [("text", "001"), ("text", "甲,乙")]]
    assert read_file(tmp_path / "a.csv")[0].frame["row"].to_list() == [2, 3]


def old_workbook(path: Path) -> Path:
    """A BIFF workbook with a code under its format, a hidden row and a struck one."""
    book = xlwt.Workbook()
    tab = book.add_sheet("客户")
    code, struck = xlwt.easyxf(num_format_str="000000"), xlwt.easyxf("font: struck_out on")
    for column, name in enumerate(["客户编码", "客户名称"]):
        tab.write(0, column, name)
    for row, (number, name) in enumerate([(12, "甲公司"), (13, "乙公司"), (14, "丙公司")], 1):
        tab.write(row, 0, number, code)
        tab.write(row, 1, name, struck if row == 3 else xlwt.easyxf())
    tab.row(2).hidden = True
    book.save(str(path))
    return path


def test_codes_hidden_and_struck_rows_of_an_old_workbook_are_as_shown(tmp_path: Path):
    grid = read_file(old_workbook(tmp_path / "客户.xls"))[0]
    assert grid.frame["t0"].to_list() == ["客户编码", "000012", "000013", "000014"]
    assert grid.frame["k0"].to_list() == ["text"] * 4
    assert (grid.hidden_rows, grid.struck_rows) == ((3,), (4,))


def test_an_old_workbook_with_a_password_is_refused_as_such(tmp_path: Path):
    path = old_workbook(tmp_path / "客户.xls")
    content = path.read_bytes()
    # The record after the first is renamed FILEPASS, which is how a locked workbook begins.
    start = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    after = start + 4 + 16
    path.write_bytes(content[:after] + b"\x2f\x00" + content[after + 2 :])
    assert refused(path, errors.EncryptedWorkbook).facts["file"] == "客户.xls"
