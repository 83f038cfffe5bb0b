"""Legacy workbooks: read, clean, validate and annotate next to fastexcel's reading to strings; likely doubles."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests import duplicate_lists
from tests.benches import intake_books
from tests.benches.measure import Row, Timing

ROOT = Path(__file__).parents[2]
MEMORY_MB, ANNOTATED_MS, DOUBLES_MS = 1536, 3000, 6000
# Each way runs in a program of its own, so that neither pays for the other's memory; imports are not counted.
PROGRAM = """
import json, resource, sys, time
from pathlib import Path
import fastexcel, pandera.polars, polars
from pipelines.intake.annotate import annotate
from pipelines.intake.pack import gather
way, source, layout, folder = sys.argv[1:]
before = time.perf_counter(), time.process_time()
issues = 0
if way == "bare":
    fastexcel.read_excel(source).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
else:
    pack = gather([Path(source)], layout)
    issues = pack.sheets[0].prepared.batch.rejects.height
    annotate(pack, Path(folder), "zh")
wall, cpu = time.perf_counter() - before[0], time.process_time() - before[1]
print(json.dumps([wall * 1000, cpu * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, issues]))
"""


def rows(folder: Path, *, full: bool, small: bool) -> Iterator[Row]:
    """Ratio and memory of a long workbook, CPU of a wide one, doubles among customers."""
    long, wide, parties = (500_000, 50_000, 20_000) if full else (500, 100, 300) if small else (50_000, 5_000, 2_000)
    layout = folder / "bench_orders.yaml"
    layout.write_text(intake_books.LAYOUT, encoding="utf-8")
    book = folder / "long.xlsx"
    bad = intake_books.orders(book, long)
    bare, _ = _run("bare", book, layout, folder)
    ours, memory = _run("ours", book, layout, folder)
    work = "读取、清洗、校验、标注 · read, clean, validate, annotate"
    yield Row(work, f"{long:,} × 12, {bad:,} bad", "fastexcel to strings", ours, bare, 2)
    most = Timing(MEMORY_MB, MEMORY_MB)
    yield Row("同上，内存峰值 MB · its peak memory, MB", f"{long:,} × 12", "1,536 MB", Timing(memory, memory), most, 1)
    book = folder / "wide.xlsx"
    bad = intake_books.orders(book, wide, 20)
    ours, _ = _run("ours", book, layout, folder)
    allowed = Timing(ANNOTATED_MS, ANNOTATED_MS)
    yield Row("二十列，标注在内 · twenty columns, annotated", f"{wide:,} × 20, {bad:,} bad", "3 s", ours, allowed, 1)
    yield _doubles(parties)


def _run(way: str, book: Path, layout: Path, folder: Path) -> tuple[Timing, float]:  # not money
    """Time and peak of memory (MB) of one way."""
    command = [sys.executable, "-c", PROGRAM, way, str(book), str(layout), str(folder)]
    told = json.loads(subprocess.check_output(command, cwd=ROOT))
    return Timing(told[0], told[1]), told[2]


def _doubles(count: int) -> Row:
    from pipelines.intake.duplicates.search import search

    cards, _ = duplicate_lists.parties(11, int(count / 1.111))
    before = time.perf_counter(), time.process_time()
    search("customers", cards)
    ours = Timing((time.perf_counter() - before[0]) * 1000, (time.process_time() - before[1]) * 1000)
    work = "疑似重复的客户 · likely doubles among customers"
    return Row(work, f"{cards.height:,}", "6 s", ours, Timing(DOUBLES_MS, DOUBLES_MS), 1)
