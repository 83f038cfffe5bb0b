"""Kill -9 of a load at moments drawn by chance, again and again: the books verify each time, and a re-run completes.

    python tests/benches/kill_load.py --rounds 20

Every round loads the same past sales into the same books as if for the first time: their file name is new. The program
that loads says when it begins to write; it is killed so long after that, up to the time a whole load takes.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [entry for entry in (str(ROOT), str(ROOT / "tests")) if entry not in sys.path]

import erp_core  # noqa: E402 - the path comes first
from erp_core.foundation.errors import BooksInUse  # noqa: E402
from pipelines.intake.load import load_pack  # noqa: E402
from pipelines.intake.pack import gather  # noqa: E402

LOAD = """
import sys
from pathlib import Path
import erp_core
from pipelines.intake.load import load_pack
from pipelines.intake.pack import gather
pack = gather([Path(sys.argv[2])], "orders")
with erp_core.open(sys.argv[1]) as books:
    print("ready", flush=True)
    load_pack(books, pack)
    print("done", flush=True)
"""


def orders(path: Path, rows: int) -> Path:
    """Past sales as text."""
    lines = [f"D{n},2025-01-{n % 28 + 1:02},K{n % 50},W{n % 90},{n % 40 + 1},3.5" for n in range(1, rows + 1)]
    path.write_text("\n".join(["订单编号,订单日期,客户编码,商品编码,数量,单价", *lines]) + "\n", encoding="utf-8")
    return path


def _begun(books: Path, file: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(books), str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    if child.stdout is None or child.stdout.readline().strip() != "ready":
        raise SystemExit(f"the load did not begin ({child.poll()})")
    return child


def _opened(path: Path) -> erp_core.Books:
    """The books; the lock of a dead program goes a moment after it."""
    for _ in range(100):
        try:
            return erp_core.open(path)
        except BooksInUse:
            time.sleep(0.05)
    return erp_core.open(path)


def _looked(path: Path, file: Path, rows: int, before: int) -> tuple[bool, list[str]]:
    """Whether the killed load had been kept, and what is wrong with the books before or after its re-run."""
    with _opened(path) as books:
        there = books.sql("select count(*) as n from rpt.sales_history")["n"][0] - before
        wrong = [] if there in (0, rows) else [f"{there} of {rows} rows"]
        checked = books.check()
        wrong += checked.filter(~checked["ok"])["check"].to_list()
        done = load_pack(books, gather([file], "orders"))
        added = sum(one.added for one in done if one.target == "sales_history")
        wrong += [] if added == rows - there else [f"{added} added after {there}"]
        again = load_pack(books, gather([file], "orders"))
        wrong += ["a second run changed rows"] if any(one.added or one.changed for one in again) else []
        checked = books.check()
        wrong += checked.filter(~checked["ok"])["check"].to_list()
    return there == rows, wrong


def run(folder: Path, *, rounds: int, rows: int = 20_000) -> dict[str, Any]:
    """Kill a load `rounds` times and say how many had been kept by then, and what went wrong."""
    path = folder / "books.duckdb"
    erp_core.create(path, company="长沙测试五金有限公司", standard="sbe", start="2026-01").close()
    child = _begun(path, orders(folder / "历史0.csv", rows))
    began = time.monotonic()
    # Leaving the books takes as long again and is no moment of the load.
    child.stdout.readline()
    whole = time.monotonic() - began
    child.wait()
    chance, wrong, kept = random.Random(17), [], 0
    for number in range(1, rounds + 1):
        file = orders(folder / f"历史{number}.csv", rows)
        child = _begun(path, file)
        time.sleep(chance.uniform(0, whole))
        child.send_signal(signal.SIGKILL)
        child.wait()
        stayed, found = _looked(path, file, rows, rows * number)
        kept += stayed
        wrong += [f"round {number}: {one}" for one in found]
    return {"rounds": rounds, "kept": kept, "taken_back": rounds - kept, "wrong": wrong}


def main() -> int:
    """Kill loads, print what happened; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kill-load-"))
    try:
        found = run(folder, rounds=chosen.rounds, rows=chosen.rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
