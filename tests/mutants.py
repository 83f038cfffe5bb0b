"""Broken copies of legacy files, drawn by chance from a seed: bytes, XML parts, cells, headers, encodings."""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine
from legacy_files import delimited, workbook

from pipelines.intake.annotate import annotate
from pipelines.intake.findings import write_findings
from pipelines.intake.pack import Pack, gather
from pipelines.intake.read import read_file

from erp_core.foundation.errors import Refusal  # isort: skip

CELLS = [
    "", " ", "=1+1", "+1", "-", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", "1e309", "NaN", "inf", "１２３", "1,2,3",
    "99999999999999999999", "0x10", "2023-02-30", "合计", "小计", "第1页", "'0012", "\x00", "\ud83d\ude00", "—", "一万五",
    "1.005", "-0", "000", "true", "\u202e12", "a" * 40_000, "1/2", "12%", "¥12", "(5)", "同上",
]  # fmt: skip
WORDS = [b"<v>", b"</c>", b' t="s"', b' r="A1"', b"<row", b"</row>", b' s="0"', b"sheetData", b"<si>", b"1", b"2", b'"']
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "gb18030",
    "big5",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "shift_jis",
    "latin-1",
    "cp037",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def mutants(samples: list[Path], folder: Path, count: int, seed: int) -> Iterator[Path]:
    """So many broken copies, one after the other under its own name; the seed gives the same again."""
    lot = random.Random(seed)
    for number in range(count):
        sample = samples[number % len(samples)]
        target = folder / f"{number}_{sample.stem}{lot.choice([sample.suffix, sample.suffix, '.xls', '.csv', '.xlsx'])}"
        ways = [_bytes, _cut, _cells, _headers]
        ways += [_part, _part] if zipfile.is_zipfile(sample) else [_encoded] if sample.suffix == ".csv" else []
        try:
            lot.choice(ways)(lot, sample, target)
        except (UnicodeError, Refusal, ValueError):
            _bytes(lot, sample, target)
        yield target


def _bytes(lot: random.Random, sample: Path, target: Path) -> None:
    content = bytearray(sample.read_bytes())
    for _ in range(lot.choice([1, 3, 30, 300])):
        at = lot.randrange(len(content))
        content[at : at + lot.choice([0, 1, 1, 4])] = lot.randbytes(lot.choice([0, 1, 1, 4]))
    target.write_bytes(content)


def _cut(lot: random.Random, sample: Path, target: Path) -> None:
    content = sample.read_bytes()
    start = lot.choice([0, 0, 0, lot.randrange(len(content))])
    target.write_bytes(content[start : lot.randrange(len(content) + 1)] + content[: lot.choice([0, 0, 500])])


def _part(lot: random.Random, sample: Path, target: Path) -> None:
    with zipfile.ZipFile(sample) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = lot.choice([*parts, *[one for one in parts if "sheet" in one.lower()] * 3])
    content = bytearray(parts[name])
    for _ in range(lot.choice([1, 2, 10])):
        word = lot.choice(WORDS)
        at = content.find(word, lot.randrange(max(len(content), 1)))
        if at >= 0:
            content[at : at + len(word)] = lot.choice([b"", b"", word * 2, lot.choice(WORDS), lot.randbytes(2)])
    if lot.random() < 0.1:
        content = bytearray(b'<!DOCTYPE a [<!ENTITY b "c">]>' + content)
    parts[name] = bytes(content)
    if lot.random() < 0.1:
        del parts[name]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)


def _table(sample: Path) -> list[list[str | None]]:
    grid = read_file(sample)[0]
    return [[row[f"t{n}"] for n in range(grid.width)] for row in grid.frame.iter_rows(named=True)]


def _written(lot: random.Random, rows: list[list[str | None]], target: Path) -> None:
    if lot.random() < 0.5:
        workbook(target, 表=rows)
    else:
        delimited(target, rows, encoding=lot.choice(["utf-8", "gb18030"]))


def _cells(lot: random.Random, sample: Path, target: Path) -> None:
    rows = _table(sample)
    for _ in range(lot.choice([1, 5, 40])):
        row = lot.choice(rows)
        row[lot.randrange(len(row))] = lot.choice(CELLS)
    _written(lot, rows, target)


def _headers(lot: random.Random, sample: Path, target: Path) -> None:
    rows = _table(sample)
    at = lot.randrange(min(3, len(rows)))
    head = rows[at]
    way = lot.randrange(5)
    if way == 0:
        lot.shuffle(head)
    elif way == 1:
        head[lot.randrange(len(head))] = head[lot.randrange(len(head))]
    elif way == 2:
        rows.insert(at, ["标题"] + [None] * (len(head) - 1))
    elif way == 3:
        del rows[at]
    else:
        rows += [list(head), *rows[at + 1 : at + 4]]
    _written(lot, rows, target)


def _encoded(lot: random.Random, sample: Path, target: Path) -> None:
    text = sample.read_bytes().decode("utf-8", "replace")
    half = lot.randrange(len(text))
    one, other = lot.choice(ENCODINGS), lot.choice(ENCODINGS)
    target.write_bytes(text[:half].encode(one, "replace") + text[half:].encode(lot.choice([one, other]), "replace"))


def judged(path: Path, out: Path) -> str:
    """What came of a file: the name of its refusal or 'taken'; anything that is wrong is raised.

    Wrong is an error that is no refusal; rows that do not add up; numbers another reader sees and we do not; and a
    formula in anything that is written about the file.
    """
    try:
        pack = gather([path])
    except Refusal as refusal:
        return type(refusal).__name__
    for sheet in pack.sheets:
        counts = sheet.prepared.batch.notes["counts"]
        assert counts["read"] == counts["loaded"] + counts["rejected"] + counts["dropped"], counts
        assert counts["loaded"] == sheet.prepared.rows.height, counts
    _same_numbers(path)
    _no_formulas(pack, out)
    return "taken"


def _same_numbers(path: Path) -> None:
    """Every number that calamine finds in an .xlsx is in our grid, and no other."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            theirs = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (calamine.CalamineError, OSError, ValueError):
        return
    for grid in read_file(path):
        found = theirs.get(grid.sheet)
        if found is None:
            continue
        ours: dict[tuple[int, int], float] = {}
        for row in grid.frame.iter_rows(named=True):
            ours |= {(row["row"], n): float(row[f"t{n}"]) for n in range(grid.width) if row[f"k{n}"] == "number"}
        both = {
            (r, c): float(value)
            for r, row in enumerate(found, 1)
            for c, value in enumerate(row)
            if type(value) in (int, float)
        }
        wrong = {place: (ours[place], both[place]) for place in ours.keys() & both.keys() if ours[place] != both[place]}
        assert not wrong, wrong
        assert len(both.keys() - ours.keys()) <= sum(
            1 for row in grid.frame.iter_rows(named=True) for n in range(grid.width) if row[f"k{n}"] in ("text", "date")
        ), both.keys() - ours.keys()


def _no_formulas(pack: Pack, out: Path) -> None:
    out.mkdir(exist_ok=True)
    files = write_findings(pack, out, "zh") + annotate(pack, out, "zh")[0]
    for file in files:
        if file.suffix == ".xlsx" and "标注" not in file.name:
            with zipfile.ZipFile(file) as archive:
                parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
            assert not any(b"<f>" in part or b"<f " in part for part in parts), file
        if file.suffix == ".csv":
            lines = file.read_text("utf-8").splitlines()
            assert not any(cell.strip('"').startswith(FORMULA) for line in lines for cell in line.split(",")), file
        file.unlink()
