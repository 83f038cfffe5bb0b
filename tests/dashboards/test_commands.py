"""`erp serve` and `erp demo` refuse politely; served pages carry our style and never a stranger's path."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import erp_core
from dashboards import commands, front
from erp_core.foundation.errors import BooksExist, BooksMissing


@pytest.fixture
def erp() -> typer.Typer:
    app = typer.Typer()
    commands.register(app)
    return app


def ran(erp: typer.Typer, *words: str) -> object:
    return CliRunner().invoke(erp, list(words))


def test_missing_books_are_refused(erp, tmp_path):
    assert isinstance(ran(erp, "serve", "--books", str(tmp_path / "none.duckdb")).exception, BooksMissing)


def test_the_demo_writes_over_nothing(erp, tmp_path):
    there = tmp_path / "there.duckdb"
    there.write_text("mine")
    assert isinstance(ran(erp, "demo", "--books", str(there), "--no-serve").exception, BooksExist)
    assert there.read_text() == "mine"


def test_a_port_in_use_is_refused(erp, tmp_path):
    path = tmp_path / "books.duckdb"
    erp_core.create(path, company="甲", start="2026-01").close()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        result = ran(erp, "serve", "--books", str(path), "--port", str(held.getsockname()[1]), "--no-browser")
    assert isinstance(result.exception, commands.PortTaken)


def test_the_page_gets_our_style_and_our_language():
    page = front.injected(b'<html lang="en"><head></head><body></body></html>')
    assert page.startswith(b'<html lang="zh-CN">')
    assert b'href="/ui/erp.css"' in page


def test_every_asset_named_exists_and_nothing_else_is_served():
    for name in front.ASSETS:
        assert (Path(front.HERE) / "assets" / name).is_file()
    assert all(name.endswith((".css", ".js", ".png")) for name in front.ASSETS)
