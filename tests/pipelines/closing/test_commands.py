"""`erp close` and `erp reopen` at the terminal."""

from datetime import date

import pytest
import typer
from typer.testing import CliRunner

import erp_core
from erp_core.finance.closing import CloseRefused
from pipelines.closing import commands
from tests import by_hand

DAY = date(2026, 1, 15)


@pytest.fixture
def path(books):
    by_hand.post(books, DAY, "服务费", ("1002", 1060, ""), ("5051", "", 1000), ("22210107", "", 60))
    books.close()
    return books.path


def erp(*arguments: str):
    app = typer.Typer()
    commands.register(app)
    return CliRunner().invoke(app, list(arguments))


def sha(output: str) -> str:
    return output.split("SHA-256 ")[1].split(maxsplit=1)[0]


def test_dry_run_and_close_print_the_same_hash(path):
    rehearsed = erp("close", "2026-01", "--dry-run", "--books", path)
    closed = erp("close", "2026-01", "--books", path)
    again = erp("close", "2026-01", "--dry-run", "--books", path)
    assert [result.exit_code for result in (rehearsed, closed, again)] == [0, 0, 0]
    assert sha(rehearsed.output) == sha(closed.output) == sha(again.output)
    assert len(sha(closed.output)) == 64
    assert "未写入任何内容" in rehearsed.output
    assert "2026-01 已结账（第 0 版）" in closed.output


def test_a_dry_run_that_finds_something_exits_1_and_lists_it(path):
    with erp_core.open(path) as books:
        by_hand.draft(books, DAY, "待审", ("560205", 1, ""), ("1002", "", 1))
    result = erp("close", "2026-01", "--dry-run", "--books", path)
    assert result.exit_code == 1
    assert "✗ G1" in result.output
    assert "status draft" in result.output
    assert isinstance(erp("close", "2026-01", "--books", path).exception, CloseRefused)


def test_reopen_says_what_was_undone(path):
    erp("close", "2026-01", "--books", path)
    result = erp("reopen", "2026-01", "--reason", "漏记", "--books", path)
    assert result.exit_code == 0
    assert "红冲结账凭证 3 张" in result.output.replace("\n", "")
    assert erp("reopen", "2026-01", "--books", path).exit_code == 2
