"""Duplicates: precision and recall on lists with truth whose seeds were not used while tuning, vetoes, answers, merges."""

from pathlib import Path

import duplicate_lists
import polars as pl
import pytest
import typer
from legacy_files import workbook
from typer.testing import CliRunner

import erp_core
from pipelines.intake import commands
from pipelines.intake.duplicates.search import groups, read_decisions, search, survivor, write_pairs


def measured(target: str, made: tuple[pl.DataFrame, set]) -> tuple[float, float, float]:
    """Precision of auto, recall of auto, recall of auto and ask together."""
    cards, truth = made
    found = search(target, cards)
    auto = set(found.of("auto").select("code_a", "code_b").iter_rows())
    asked = set(found.of("ask").select("code_a", "code_b").iter_rows())
    truth = {tuple(sorted(pair)) for pair in truth}
    return len(auto & truth) / len(auto), len(auto & truth) / len(truth), len((auto | asked) & truth) / len(truth)


@pytest.mark.parametrize("seed", [101, 202, 303])
def test_parties_on_lists_never_seen(seed: int):
    precision, recall, together = measured("customers", duplicate_lists.parties(seed, 4000))
    assert precision >= 0.97
    assert recall >= 0.6
    assert together >= 0.93


@pytest.mark.parametrize("seed", [101, 202])
def test_items_on_lists_never_seen(seed: int):
    precision, recall, together = measured("items", duplicate_lists.items(seed))
    assert precision >= 0.97
    assert recall >= 0.5
    assert together >= 0.85


def pair(*rows: dict) -> dict:
    cards = pl.DataFrame(
        [
            {"code": f"K{n}", "uscc": "", "phone": "13812345678", "contact": "王伟", "address": ""} | row
            for n, row in enumerate(rows)
        ]
    )
    found = search("customers", cards)
    return found.pairs.row(0, named=True) if found.pairs.height else {}


@pytest.mark.parametrize("other", ["长沙宏达商贸有限公司第一分公司", "长沙宏达商贸二厂", "武汉宏达商贸有限公司"])
def test_branches_and_other_towns_are_never_merged(other: str):
    assert pair({"name": "长沙宏达商贸有限公司"}, {"name": other}).get("tier", "no") == "no"


def test_two_valid_tax_numbers_are_two_companies():
    lot = duplicate_lists.random.Random(5)
    one, two = (duplicate_lists._tax(lot) for _ in range(2))
    found = pair({"name": "长沙宏达商贸有限公司", "uscc": one}, {"name": "长沙宏达商贸有限公司", "uscc": two})
    assert found["tier"] == "no"
    assert "税号" in found["reasons"]


def test_reasons_are_sentences_in_the_language_asked_for():
    found = pair({"name": "长沙市宏达商贸有限公司"}, {"name": "宏達商貿(长沙)公司"})
    assert found["tier"] == "auto"
    assert "电话相同 +3.5" in found["reasons"]


def test_answers_are_kept_and_replayed(tmp_path: Path):
    cards, _ = duplicate_lists.parties(7, 300)
    found = search("customers", cards)
    path = write_pairs(tmp_path / "d.csv", [found])
    first = found.of("auto").row(0, named=True)
    text = path.read_text("utf-8-sig").replace(f"{first['reasons']},", f"{first['reasons']},不同", 1)
    path.write_text(text, "utf-8-sig")
    decisions = read_decisions(path)
    assert list(decisions.values()) == ["keep"]
    again = search("customers", cards, decisions=decisions)
    assert again.of("auto").height == found.of("auto").height - 1
    (kept,) = [row for row in again.pairs.to_dicts() if row["decision"]]
    assert kept["tier"] == "no"


def test_what_was_kept_apart_is_not_joined_by_a_third():
    pairs = pl.DataFrame(
        {
            "code_a": ["A", "A", "B"],
            "code_b": ["B", "C", "C"],
            "tier": ["auto", "auto", "no"],
            "points": [9.0, 8.0, 1.0],
        }
    )
    assert groups(pairs) == {"B": "A"}


def test_the_survivor_keeps_its_own_and_takes_what_it_lacks():
    rows = pl.DataFrame({"code": ["A", "B"], "name": ["甲", "甲公司"], "phone": ["", "138"], "address": [None, "路"]})
    assert survivor(rows, "A") == {"code": "A", "name": "甲", "phone": "138", "address": "路"}


def test_the_command_finds_and_merges_in_the_books(tmp_path: Path, books: erp_core.Books):
    rows = [
        ["客户编码", "客户名称", "电话", "联系人"],
        ["K1", "长沙市宏达商贸有限公司", "13812345678", "王伟"],
        ["K2", "宏达商贸(长沙)公司", "13812345678", "王伟"],
    ]
    app = typer.Typer()
    commands.register(app)
    path = books.path
    books.close()
    for words in (
        ["load", workbook(tmp_path / "客户.xlsx", S=rows), "--books", path],
        ["duplicates", "--books", path, "--merge", "--out", tmp_path],
    ):
        result = CliRunner().invoke(app, ["migrate", *map(str, words)], env={"COLUMNS": "200"}, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    with erp_core.open(path) as opened:
        held = dict(opened.sql("select code, status from rpt.party where code in ('K1', 'K2')").iter_rows())
    assert held == {"K1": "active", "K2": "blocked"}
