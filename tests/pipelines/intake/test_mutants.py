"""Broken files by the hundred: refused by name or read with all rows accounted for, never an error, never a guess.

The ordinary suite tries some forty; ERP_MUTANTS=2000 tries two thousand (twelve minutes of CPU), always the same ones.
"""

import io
import os
import resource
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from legacy_files import delimited, ocean, with_part, workbook
from mutants import judged, mutants
from shared_data import FOLDER

from erp_core.foundation.errors import Refusal
from pipelines.intake import errors
from pipelines.intake.pack import gather
from pipelines.intake.read import read_file

COUNT = int(os.environ.get("ERP_MUTANTS", "40"))
GOLDEN = Path(__file__).parents[2] / "golden" / "layouts"
SMALL = 300_000
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every sample of a layout, small files of the shared folder where it is there, and some made here."""
    folder = tmp_path_factory.mktemp("samples")
    rows = [
        ["客户编码", "客户名称", "电话", "信用额度"],
        *[[f"K{n}", f"甲{n}公司", "13812345678", n * 1.5] for n in range(30)],
    ]
    made = [workbook(folder / "客户.xlsx", 客户=rows), delimited(folder / "客户表.csv", rows, encoding="gb18030")]
    golden = [path for path in sorted(GOLDEN.rglob("*")) if path.is_file() and path.name != "expected.json"]
    real = [path for path in sorted(FOLDER.rglob("*")) if path.suffix in (".xls", ".xlsx", ".csv")]
    return made + golden + [path for path in real if path.stat().st_size < SMALL and "peer" not in str(path)]


def test_no_mutant_is_read_wrong_or_ends_in_an_error(samples: list[Path], tmp_path: Path):
    told: Counter[str] = Counter()
    for path in mutants(samples, tmp_path, COUNT, seed=20261125):
        try:
            told[judged(path, tmp_path / "out")] += 1
        except BaseException as problem:
            raise AssertionError(f"{path.name}: {type(problem).__name__} {str(problem)[:200]}") from problem
        path.unlink()
    assert told.total() == COUNT
    assert len(told) > 2, told


def refused(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        gather([path])
    return type(caught.value).__name__


def grown() -> float:  # not money
    """The most memory this program ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bomb(path: Path, part: str, content: bytes, times: int) -> Path:
    """A workbook one part of which unfolds into very much of the same."""
    workbook(path, 客户=[["客户编码", "客户名称"], ["K1", "甲公司"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open(part, "w") as target:
            for _ in range(times):
                target.write(content)
    return path


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml"])
def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path, part: str):
    before = grown()
    assert refused(bomb(tmp_path / "a.xlsx", part, b"<a>" + b" " * (1 << 20), 420)) == "WorkbookTooLarge"
    assert grown() - before < 50


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml"])
def test_entities_that_multiply_are_refused(tmp_path: Path, part: str):
    path = workbook(tmp_path / "a.xlsx", 客户=[["客户编码", "客户名称"], ["K1", "甲公司"]])
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bad = f'standalone="yes"?>\n<!DOCTYPE l [<!ENTITY l0 "lol">{laughs}]>'.encode()
    before = grown()
    assert refused(with_part(path, part, b'standalone="yes"?>', bad)) == "DamagedWorkbook"
    assert grown() - before < 50


def test_a_million_declared_rows_and_cells_far_out_stay_small(tmp_path: Path):
    rows = [["客户编码", "客户名称"], *[[f"K{n}", "甲公司"] for n in range(3)]]
    path = workbook(tmp_path / "客户.xlsx", 客户=rows)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    before = grown()
    assert read_file(with_part(path, SHEET, b"</sheetData>", far))[0].height == 5
    assert read_file(ocean(tmp_path / "b.xlsx", rows, 200_000))[0].height == 4
    assert grown() - before < 400
    many = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(10, 20_000)).encode()
    with pytest.raises(errors.SheetTooWide):
        read_file(with_part(path, SHEET, b'<row r="1048576">', many + b'<row r="1048576">'))


def test_text_without_end_and_deep_nests_are_refused_or_read(tmp_path: Path):
    page = io.StringIO()
    page.write("<html><table>" + "<tr><td>" * 20_000)
    (tmp_path / "a.xls").write_text(page.getvalue(), "utf-8")
    (tmp_path / "b.csv").write_text('客户编码,客户名称\n"K1,' + "x" * 300_000, "utf-8")
    (tmp_path / "c.csv").write_bytes(b"," * 100_000)
    assert [refused(tmp_path / name) for name in ("a.xls", "b.csv", "c.csv")]
