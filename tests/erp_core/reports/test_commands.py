"""The commands that read: what they print, and with which code they leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from erp_core.books import open_books
from erp_core.foundation.errors import Refusal
from erp_core.reports import commands
from tests.erp_core.reports.test_invariants import tamper


@pytest.fixture
def erp(spoilt, monkeypatch):
    """Run `erp` with these books; returns (exit code, what was printed)."""
    path = spoilt.path
    spoilt.close()
    monkeypatch.setenv("ERP_BOOKS", path)
    app = typer.Typer()
    commands.register(app, open_books)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, list(words))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout

    run.path = path
    return run


def test_reports_lists_names_parameters_and_columns(erp):
    code, text = erp("reports")
    assert code == 0
    assert "trial_balance" in text
    assert "科目余额表" in text
    assert "期初借方" in erp("reports", "trial_balance")[1]
    rows = json.loads(erp("reports", "trial_balance", "--format", "json")[1])
    assert [row["column"] for row in rows][:2] == ["account", "name_zh"]


def test_report_prints_json_with_amounts_as_text(erp):
    code, text = erp("report", "balance_sheet", "--period", "2026-01", "--format", "json")
    amounts = {row["line_no"]: row["closing"] for row in json.loads(text)}
    assert code == 0
    assert amounts[30] == amounts[53] == "57860.00"


def test_report_prints_a_table_in_either_language(erp):
    assert "57,860.00" in erp("report", "balance_sheet", "--period", "2026-01")[1]
    assert "Total assets" in erp("report", "balance_sheet", "--period", "2026-01", "--lang", "en")[1]


def test_short_options_find_their_parameter(erp):
    assert "期初余额" in erp("report", "general_ledger", "--param", "account=1002", "--period", "2026-01")[1]
    assert erp("report", "sales_lines", "--from", "2026-01-01", "--to", "2026-01-31")[0] == 0
    assert "长沙甲商行" in erp("report", "aged_receivables", "--as-of", "2026-02-28")[1]


def test_report_writes_files_by_ending(erp, tmp_path: Path):
    for ending in ("xlsx", "csv", "json", "pdf", "parquet"):
        out = tmp_path / "new" / f"book.{ending}"
        assert erp("report", "trial_balance", "--period", "2026-01", "--out", str(out))[0] == 0
        assert out.stat().st_size > 500


@pytest.mark.parametrize(
    "words",
    [
        ("report", "trial_balanc"),
        ("report", "trial_balance"),
        ("report", "trial_balance", "--period", "2030-01"),
        ("report", "trial_balance", "--period", "2026-01", "--param", "level"),
        ("report", "trial_balance", "--period", "2026-01", "--as-of", "2026-01-31"),
        ("report", "trial_balance", "--period", "2026-01", "--format", "xlsx"),
        ("reports", "nothing_like_it"),
    ],
)
def test_what_cannot_be_done_is_refused(erp, words):
    with pytest.raises(Refusal):
        erp(*words)


def test_wrong_usage_leaves_with_two(erp):
    assert erp("report", "trial_balance", "--nope")[0] == 2
    assert erp("verify", "--lang", "fr")[0] == 2


def test_verify_leaves_with_zero_while_all_holds_and_one_when_not(erp):
    code, text = erp("verify")
    assert code == 0
    assert "全部通过" in text
    with open_books(erp.path) as books:
        tamper(books, "update core.stock_now set quantity = quantity + 1 where item = 'A'")
    code, text = erp("verify", "--lang", "en")
    assert code == 1
    assert "A @ W1" in text
    broken = [row["check"] for row in json.loads(erp("verify", "--format", "json")[1]) if not row["ok"]]
    assert broken == ["stock_quantity"]
    assert erp("health")[0] == 1


def test_health_is_one_object_and_names_the_next_period_to_close(erp):
    code, text = erp("health", "--format", "json")
    facts = json.loads(text)
    assert code == 0
    assert facts["next_period_to_close"] == "2026-01"
    assert facts["healthy"] is True
    assert facts["vouchers"] == 13
    assert "下一个待结账期间" in erp("health")[1]
