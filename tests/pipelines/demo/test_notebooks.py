"""Every notebook that comes with the project runs from top to bottom over the demo company, and draws what it promises."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[3] / "notebooks"
VEGA = "application/vnd.vegalite.v5+json"


@pytest.mark.parametrize("name", sorted(place.name for place in FOLDER.glob("*.ipynb")))
def test_notebook_runs(made, name, monkeypatch):
    monkeypatch.setenv("ERP_BOOKS", str(made.path))
    notebook = nbformat.read(FOLDER / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(FOLDER)}})
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output["output_type"] == "error"]
    charts = [output["data"][VEGA] for output in outputs if VEGA in output.get("data", {})]
    assert len(charts) == 7
    assert all(chart["data"]["values"] for chart in charts)


@pytest.mark.parametrize("name", sorted(place.name for place in FOLDER.glob("*.ipynb")))
def test_notebook_knows_only_the_public_face(name):
    code = [cell.source for cell in nbformat.read(FOLDER / name, as_version=4).cells if cell.cell_type == "code"]
    assert "import erp_core as erp" in "\n".join(code)
    for forbidden in ("import duckdb", "core.", "erp_core.", "books.call"):
        assert forbidden not in "\n".join(code)
