"""`erp bench` runs what lies beside the packages, and says so when nothing does."""

import pytest
import typer
from typer.testing import CliRunner

from erp_core import bench


def test_where_nothing_lies_it_refuses(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "FOLDER", tmp_path / "nowhere")
    app = typer.Typer()
    bench.register(app)
    with pytest.raises(bench.BenchesMissing) as no:
        CliRunner().invoke(app, [], catch_exceptions=False)
    assert str(tmp_path) in str(no.value)
