"""The benches run: tiny sizes, no claim about speed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benches import costing_rows, kill_load

HERE = Path(__file__).parent


def test_the_raced_kernels_agree_to_the_cent():
    assert costing_rows.same(20_000)


@pytest.mark.slow
def test_every_bench_runs():
    run = subprocess.run(
        [sys.executable, str(HERE / "run.py"), "--small", "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE,
    )
    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)
    assert len(rows) == 14
    assert all(row["ratio"] > 0 for row in rows)


def test_loads_killed_at_any_moment_leave_whole_books_and_are_completed_by_a_second(tmp_path: Path):
    found = kill_load.run(tmp_path, rounds=3, rows=3_000)
    assert found["wrong"] == []
    assert found["rounds"] == 3
