"""Files are known by their bytes; a bad one is refused by name, place, rule and remedy, in both languages."""

import time
from datetime import date
from pathlib import Path

import pytest
from legacy_files import cut_in_half, delimited, ocean, with_part, workbook

from erp_core.foundation.errors import Refusal
from erp_core.foundation.words import refusal_text
from pipelines.intake import errors, sniff
from pipelines.intake.read import files_of, read_file

SHEET = "xl/worksheets/sheet1.xml"


def cells(path: Path) -> list[list[tuple[str | None, str | None]]]:
    """The first sheet as (kind, text) pairs."""
    grid = read_file(path)[0]
    return [[(row[f"k{n}"], row[f"t{n}"]) for n in range(grid.width)] for row in grid.frame.iter_rows(named=True)]


def refused(path: Path, kind: type[Refusal]) -> Refusal:
    """Read the file, expect the refusal, and check that it names the file and a remedy in both languages."""
    with pytest.raises(kind) as caught:
        read_file(path)
    for language in ("zh", "en"):
        text, fix = refusal_text(caught.value, language)
        assert path.name in text
        assert fix and "{" not in text + fix
    return caught.value


def test_a_number_and_a_text_that_look_alike_stay_apart(tmp_path: Path):
    path = workbook(
        tmp_path / "a.xlsx", S=[["no", "when"], [536365, date(2023, 1, 5)], ["536365", "2023-01-05"], ["C536379", 2.55]]
    )
    assert cells(path)[1:] == [
        [("number", "536365"), ("date", "2023-01-05")],
        [("text", "536365"), ("text", "2023-01-05")],
        [("text", "C536379"), ("number", "2.55")],
    ]


def test_numbers_keep_their_shortest_form(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["x"], [1e15], [17850.0], [2.55], [1e-7]])
    assert [row[0][1] for row in cells(path)[1:]] == ["1000000000000000", "17850", "2.55", "0.0000001"]


def test_excel_writes_seventeen_digits_and_means_fewer(tmp_path: Path):
    path = with_part(
        workbook(tmp_path / "a.xlsx", S=[["x"], [2.55]]), SHEET, b"<v>2.55</v>", b"<v>2.5499999999999998</v>"
    )
    assert cells(path)[1] == [("number", "2.55")]


def test_row_numbers_are_those_of_the_file(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["a", "b"], [None, None], [None, 1], [None, None], [2, None]])
    assert read_file(path)[0].frame["row"].to_list() == [1, 3, 5]


def test_errors_booleans_and_inline_texts_are_read(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["x"], [1], [True]])
    with_part(
        path,
        SHEET,
        b'<c r="A2"><v>1</v></c>',
        b'<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="inlineStr"><is><t>a &amp; b</t></is></c>',
    )
    assert cells(path)[1:] == [[("error", "#N/A"), ("text", "a & b")], [("bool", "1"), (None, None)]]


def test_a_workbook_with_prefixed_tags_is_read_the_slow_way(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["x"], [12]])
    for old, new in ((b"<c ", b"<x:c "), (b"</c>", b"</x:c>")):
        with_part(path, SHEET, old, new)
    assert read_file(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str):
    path = delimited(
        tmp_path / "a.csv", [["編號", "名稱", "金額"], ["001", "國際貿易公司", "1,234.50"]], encoding=encoding
    )
    assert cells(path) == [
        [("text", "編號"), ("text", "名稱"), ("text", "金額")],
        [("text", "001"), ("text", "國際貿易公司"), ("text", "1,234.50")],
    ]


def test_tab_text_called_xls_is_read_as_what_it_is(tmp_path: Path):
    path = delimited(tmp_path / "a.xls", [["编码", "名称"], ["001", "螺丝"]], encoding="gb18030", sign="\t")
    assert cells(path)[1] == [("text", "001"), ("text", "螺丝")]


def test_a_web_page_called_xls_is_read_as_a_table(tmp_path: Path):
    path = tmp_path / "a.xls"
    path.write_text(
        "<html><table><tr><td>编码</td><td>名称</td></tr><tr><td>001</td><td>甲&amp;乙</td></tr></table></html>",
        "utf-8",
    )
    assert cells(path)[1] == [("text", "001"), ("text", "甲&乙")]


def test_unreadable_lines_are_set_aside_by_number(tmp_path: Path):
    path = delimited(
        tmp_path / "a.csv", [["编码", "名称"]] + [[f"{n:03}", "螺丝"] for n in range(40)], encoding="gb18030"
    )
    lines = path.read_bytes().split(b"\n")
    lines[20] = b"020,\xff\xff\r"
    path.write_bytes(b"\n".join(lines))
    grid = read_file(path)[0]
    assert [row for row, _ in grid.bad_lines] == [21]
    assert grid.height == 40


def test_a_workbook_cut_in_half_is_refused(tmp_path: Path):
    path = cut_in_half(workbook(tmp_path / "a.xlsx", S=[["编码", "名称"], *[[f"{n}", "甲"] for n in range(500)]]))
    refused(path, errors.DamagedWorkbook)


def test_a_sheet_cut_in_half_inside_a_whole_archive_is_refused(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["编码", "名称"], ["1", "甲"]])
    refused(with_part(path, SHEET, b"</worksheet>", b""), errors.DamagedWorkbook)


def test_text_named_xlsx_is_refused(tmp_path: Path):
    refused(delimited(tmp_path / "a.xlsx", [["编码", "名称"], ["1", "甲"]]), errors.TextNamedWorkbook)


def test_an_empty_sheet_and_an_empty_file_are_refused(tmp_path: Path):
    refused(workbook(tmp_path / "a.xlsx", 空表=[]), errors.EmptySheet)
    (tmp_path / "b.csv").write_bytes(b"")
    refused(tmp_path / "b.csv", errors.EmptyFile)


def test_two_encodings_in_one_file_are_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes("编码,名称\n".encode() + "001,螺丝钉子\n".encode("gb18030") * 30 + "002,锤子\n".encode() * 30)
    assert refused(path, errors.WrongEncoding).facts["line"] == 2


def test_a_protected_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sniff.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    refused(path, errors.EncryptedWorkbook)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sniff, "UNPACKED_LIMIT", 10_000)
    refused(workbook(tmp_path / "a.xlsx", S=[["x"] * 50] * 500), errors.WorkbookTooLarge)


def test_formulas_without_results_are_refused(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", S=[["x"], [12]])
    with_part(path, SHEET, b'<c r="A2"><v>12</v></c>', b'<c r="A2"><f>1+1</f><v></v></c>')
    assert refused(path, errors.FormulasNotCalculated).facts["cell"] == "A2"


def test_a_missing_file_and_a_foreign_one_are_refused(tmp_path: Path):
    refused(tmp_path / "none.xlsx", errors.FileNotFound)
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 20)
    refused(tmp_path / "a.bin", errors.UnknownFileKind)
    with pytest.raises(errors.FileNotFound):
        list(files_of([tmp_path / "nowhere"]))


def test_a_million_blank_rows_cost_little(tmp_path: Path):
    path = ocean(tmp_path / "a.xlsx", [["编码", "名称"], ["1", "甲"], ["2", "乙"]])
    started = time.process_time()
    grid = read_file(path)[0]
    assert grid.height == 3
    assert grid.rows_declared == 1_048_576
    assert time.process_time() - started < 10
