"""Prints every row of the table of speeds as a ratio to its yardstick, measured on this machine in this run."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from tests.benches import (  # noqa: E402 - the path comes first
    balance_rows,
    bisect_rows,
    close_rows,
    costing_rows,
    intake_rows,
    posting_rows,
    trade_rows,
)
from tests.benches.measure import Row  # noqa: E402

MILLION = 1_000_000
PARTS = ("voucher", "delivery", "set", "balance", "flat", "costing", "close", "intake", "bisect")


def rows(part: str, folder: Path, *, full: bool, small: bool) -> Iterator[Row]:
    """The rows of one part; full goes to ten million lines, small only shows that the benches run."""
    times = 5 if small else 100
    million = 4_000 if small else MILLION
    if part == "voucher":
        yield from posting_rows.one_voucher(folder, times)
    if part == "delivery":
        yield from trade_rows.rows(folder, times)
    if part == "set":
        yield from posting_rows.one_set(folder, million)
    if part == "balance":
        yield from balance_rows.rows(folder, 10 * million if full else million)
    if part == "flat":
        yield from posting_rows.flatness(folder, [0, million, 10 * million] if full else [0, million], times)
    if part == "costing":
        yield from costing_rows.rows(million)
    if part == "close":
        yield from close_rows.rows(folder, million)
    if part == "intake":
        yield from intake_rows.rows(folder, full=full, small=small)
    if part == "bisect":
        yield from bisect_rows.rows(million)


def main() -> int:
    """Measure, print, and say by the exit code whether every target was reached."""
    parser = argparse.ArgumentParser(prog="erp bench")
    parser.add_argument("--full", action="store_true", help="账到一千万行 · ledgers of ten million lines")
    parser.add_argument("--small", action="store_true", help="只看能跑 · tiny sizes, only to see them run")
    parser.add_argument("--only", choices=PARTS, action="append", help="只量这些 · only these parts")
    parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")
    chosen = parser.parse_args()
    console = Console(stderr=chosen.json)
    table = Table("项目 · work", "规模 · size", "标尺 · yardstick", title="erp bench")
    for heading in ("毫秒 · ms", "标尺 · bare", "倍数 · ratio", "CPU", "目标 · target"):
        table.add_column(heading, justify="right")
    found = []
    for part in chosen.only or PARTS:
        with console.status(part), tempfile.TemporaryDirectory() as folder:
            for row in rows(part, Path(folder), full=chosen.full, small=chosen.small):
                found.append(row)
                colour = "green" if row.reached else "red"
                ratio, cpu = f"[{colour}]{row.ratio:.2f}[/{colour}]", f"{row.cpu_ratio:.2f}"
                times = f"{row.ours.wall:,.2f}", f"{row.bare.wall:,.2f}"
                table.add_row(row.work, row.size, row.yardstick, *times, ratio, cpu, f"≤ {row.target}")
    if chosen.json:
        print(
            json.dumps(
                [asdict(row) | {"ratio": row.ratio, "cpu_ratio": row.cpu_ratio} for row in found],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
