"""Every layout of a known system has a small sample, finds it among all layouts, and tells exactly what is expected.

A new layout is one YAML file, a folder of samples in tests/golden/layouts with the sample and expected.json; no Python.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.intake.layout import shipped_layouts
from pipelines.intake.pack import gather

SAMPLES = Path(__file__).parents[2] / "golden" / "layouts"
# Layouts with a source of their own are those of known systems; samples of these two are real and large.
ELSEWHERE = {"kingdee_k3_voucher", "uci_retail", "orders"}


def told(folder: Path) -> dict[str, Any]:
    """Return what a sample gives: its layout, counts, rows and issues, as the expectation writes them."""
    sample = next(path for path in folder.iterdir() if path.name != "expected.json")
    sheet = gather([sample]).sheets[0]
    notes = sheet.prepared.batch.notes
    issues = sheet.prepared.batch.rejects.sort("row", "column", "code")
    rows = [
        {name: str(value) for name, value in row.items() if value is not None} for row in sheet.prepared.rows.to_dicts()
    ]
    return {
        "layout": sheet.fit.layout.layout,
        "counts": notes["counts"],
        "dropped_by": notes["dropped_by"],
        "wrong_totals": [one["row"] for one in notes["findings"]],
        "issues": [f"{row['column']}{row['row']} {row['code']} {row['severity']}" for row in issues.to_dicts()],
        "rows": rows,
    }


@pytest.mark.parametrize("folder", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_sample_gives_what_is_expected(folder: Path):
    found = told(folder)
    assert found["layout"] == folder.name
    assert found == json.loads((folder / "expected.json").read_text("utf-8"))


def test_every_layout_of_a_known_system_has_a_sample():
    known = {one.layout for one in shipped_layouts() if one.source and not one.layout.startswith("demo_")}
    assert known - ELSEWHERE == {path.name for path in SAMPLES.iterdir()}
