"""`erp connect` at the terminal: list, run, retry, with exit codes."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from erp_core.connectors import commands
from tests.erp_core.connectors.conftest import order


class Lent:
    """Books that a command may close without taking them from the test."""

    def __init__(self, books):
        self.books = books

    def __call__(self, *_, **__):
        return self

    def __enter__(self):
        return self.books

    def __exit__(self, *_):
        return None


def asked(books, *words):
    app = typer.Typer()
    commands.register(app, Lent(books))
    app.command("other")(lambda: None)
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["connect", *words])


def test_a_connector_is_listed_run_and_its_letters_tried_again(books, orders):
    orders.pages["/orders"] = {"data": {"orders": [order("W-1", "1"), order("W-2", "1", sku="NEW")]}}
    shown = asked(books, "run")
    assert shown.exit_code == 0 and "装入 1" in shown.output and "拒绝 1" in shown.output
    assert "shop" in asked(books, "list").output
    assert "重试 0" in asked(books, "retry").output  # not due yet
    number = books.report("dead_letters")["letter_id"][0]
    assert "剩下 1" in asked(books, "retry", str(number)).output


def test_a_run_that_fails_says_so_and_exits_with_one(books, orders):
    orders.status = 500
    orders.pages["/orders"] = {}
    failed = asked(books, "run", "shop")
    assert failed.exit_code == 1
    assert "没有正常应答" in failed.output
