"""The command line about people: what it prints, what it asks, what it refuses."""

import pytest
import typer
from typer.testing import CliRunner

import erp_core
from erp_core.access import refusals, sign_in
from erp_core.commands import register
from erp_core.foundation.session import Session, business_today
from tests.erp_core.access.conftest import BETTER, GOOD


@pytest.fixture
def run(template, tmp_path):
    path = tmp_path / "books.duckdb"
    path.write_bytes(template.read_bytes())
    app = typer.Typer()
    register(app)

    def command(*words: str, given: str = ""):
        result = CliRunner().invoke(app, ["user", *words, "--books", str(path)], input=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    command.path = path
    return command


def test_a_user_is_added_and_gets_a_ticket_once(run):
    added = run("add", "wang", "--name", "王芳", "--role", "clerk", "--scope", "warehouse=W1", "--scope", "own")
    assert added.exit_code == 0 and len(added.stdout.strip()) == 43
    assert "wang" in added.stderr
    again = run("add", "wang", "--name", "王芳芳", "--role", "clerk", "--lang", "en")
    assert again.stdout == "" and "Saved wang: clerk" in again.stderr
    listed = run("list").stdout
    assert "王芳芳" in listed and "own; warehouse W1" in listed and "登录名" in listed
    assert "Login" in run("list", "--lang", "en").stdout


def test_a_ticket_enters_the_books(run):
    ticket = run("ticket", "owner").stdout.strip()
    with erp_core.open(run.path) as books:
        now = Session(books.database, books.actor, business_today()).now
        assert sign_in.enter(books.database, ticket=ticket, address="127.0.0.1", now=now).login == "owner"


def test_a_password_is_asked_for_twice_and_never_shown(run):
    done = run("password", "owner", given=f"\n{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0 and GOOD not in done.output
    with pytest.raises(refusals.PasswordOldWrong):
        run("password", "owner", given=f"falsch\n{BETTER}\n{BETTER}\n")
    assert len(run("password", "owner", "--issue").stdout.strip()) == 43


def test_tokens_locks_and_leaving(run):
    assert len(run("token", "analyst", "--name", "笔记本", "--days", "7").stdout.strip()) == 43
    assert "may try again" in run("unlock", "analyst", "--reason", "来电", "--lang", "en").stderr
    assert "1" in run("suspend", "analyst", "--reason", "离职").stderr
    with pytest.raises(erp_core.Refusal):
        run("token", "analyst", "--name", "笔记本")


def test_rights_conflicts_and_the_review_are_told_in_words(run):
    assert "没有角色授予" in run("rights", "clerk", "ledger.voucher.post").stdout
    assert "A role grants it" in run("rights", "clerk", "sales.order.*", "--lang", "en").stdout
    assert "全权用户" in run("conflicts").stdout
    assert "待复核" in run("review", "2026-01").stdout
    assert "Confirmed" in run("review", "2026-01", "clerk", "--decide", "confirmed", "--lang", "en").stdout


def test_a_conflict_is_refused_or_signed(run):
    words = ("add", "wang", "--name", "王芳", "--role", "cashier", "--role", "accountant")
    with pytest.raises(refusals.ConflictGained):
        run(*words)
    assert run(*words, "--accept", "仅一名财务").exit_code == 0
    assert "仅一名财务" in run("conflicts").stdout
