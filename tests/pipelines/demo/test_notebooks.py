"""Every notebook that comes with the project runs from top to bottom, draws what it promises and speaks both languages."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

import IPython.display
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[3] / "notebooks"
NAMES = sorted(place.stem for place in FOLDER.glob("*.ipynb"))
VEGA = "application/vnd.vegalite.v5+json"
CHARTS = {
    "00_index": 1,
    "01_tour": 5,
    "02_sales_analysis": 6,
    "03_inventory_optimisation": 4,
    "04_close_walkthrough": 2,
    "05_migration_quality": 3,
    "06_month_end_evidence": 2,
    "07_whole_erp_in_a_branch": 2,
}
ROWS_MAX = 5000
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3,}")


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_of(name: str) -> str:
    return "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "code")


@pytest.fixture(scope="session")
def executed(made, tmp_path_factory) -> dict[str, list[nbformat.NotebookNode]]:
    """The cells of every notebook with their outputs, over a copy of the demo company: one kernel, emptied in between."""
    copy = tmp_path_factory.mktemp("notebooks") / "books.duckdb"
    shutil.copy(made.path, copy)
    parted = {name: read(name).cells for name in NAMES}
    whole = nbformat.v4.new_notebook()
    for cells in parted.values():
        whole.cells += [*cells, nbformat.v4.new_code_cell("books.close()\n%reset -f")]
    before = nbformat.v4.new_code_cell(f"import os\nos.environ['ERP_BOOKS'] = {str(copy)!r}")
    whole.cells.insert(0, before)
    NotebookClient(whole, timeout=300, allow_errors=True, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return parted


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_notebook_runs_and_draws(executed, name):
    outputs = [output for cell in executed[name] for output in cell.get("outputs", ())]
    errors = [f"{output['ename']}: {output['evalue']}" for output in outputs if output["output_type"] == "error"]
    assert not errors
    charts = [output["data"][VEGA] for output in outputs if VEGA in output.get("data", {})]
    assert len(charts) == CHARTS[name]
    for chart in charts:
        rows = sum(len(values) for values in chart["datasets"].values())
        title = chart["title"]
        assert 0 < rows <= ROWS_MAX, title
        assert CHINESE.search(title) and ENGLISH.search(title)
        # Drawn by JupyterLab itself: nothing is fetched.
        assert "url" not in str(chart.get("data", {}))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "05_migration_quality"])
def test_notebook_runs_over_a_company_that_has_just_begun(template, tmp_path, name, monkeypatch):
    """No sales, no closed month, no history: nothing to show is no reason to fall over."""
    shutil.copy(template, tmp_path / "books.duckdb")
    monkeypatch.setenv("ERP_BOOKS", str(tmp_path / "books.duckdb"))
    monkeypatch.chdir(FOLDER)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setattr(IPython.display, "display", lambda *_, **__: None)
    space: dict = {"__name__": "__main__"}
    try:
        for number, cell in enumerate(cell for cell in read(name).cells if cell.cell_type == "code"):
            exec(compile(cell.source, f"{name}[{number}]", "exec"), space)
    finally:
        if "books" in space:
            space["books"].close()
        sys.modules.pop("drawing", None)


@pytest.mark.parametrize("name", NAMES)
def test_notebook_speaks_both_languages(name):
    prose = [cell.source for cell in read(name).cells if cell.cell_type == "markdown"]
    assert len(prose) >= 2
    for text in prose:
        assert CHINESE.search(text) and ENGLISH.search(text), text
        assert CHINESE.search(text).start() < ENGLISH.search(re.sub(r"`[^`]*`|ABC|XYZ", "", text)).start() + 40, text


@pytest.mark.parametrize("name", NAMES)
def test_notebook_knows_only_the_public_face(name):
    code = code_of(name)
    assert "import erp_core as erp" in code
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    # The one kernel by name: the what-if of costing runs the very code that costs.
    inside = {place for place in imported if place.startswith("erp_core.")} - {"erp_core.inventory"}
    assert not inside
    for forbidden in ("import duckdb", "core.", "books.call", "books.database", "streamlit"):
        assert forbidden not in re.sub(r"from erp_core\.inventory import costing|rpt\.\w+", "", code)


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_listed_in_the_index_and_holds_no_output(name):
    for cell in read(name).cells:
        assert not cell.get("outputs") and not cell.get("execution_count")
    assert name == "00_index" or f"({name}.ipynb)" in "\n".join(cell.source for cell in read("00_index").cells)
