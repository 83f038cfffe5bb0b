"""A drafted layout is a valid one that reads the file it was drafted from; the schema says what layouts may say."""

import json
from pathlib import Path

import jsonschema
import pytest
import typer
import yaml
from legacy_files import workbook
from typer.testing import CliRunner

from erp_core.foundation.words import words
from pipelines.intake import errors, layout_commands
from pipelines.intake.dictionary import dictionary, write_dictionary
from pipelines.intake.draft import draft_layout
from pipelines.intake.layout import FOLDER, load_layout
from pipelines.intake.layout_schema import FILE, layout_schema
from pipelines.intake.pack import gather
from pipelines.intake.schemas import SCHEMAS
from pipelines.intake.targets import TARGETS

ITEMS = [
    ["商品编号", "商品全名", "计量单位", "成本核算方式", "货架"],
    ["P1", "螺丝", "个", "移动加权平均", "A"],
    ["P2", "螺母", "个", "手工", "B"],
]


def drafted(tmp_path: Path, path: Path, target: str = "") -> tuple[str, Path]:
    """The text of a drafted layout, and its file."""
    text = draft_layout(path, "own", target)
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    return text, tmp_path / "own.yaml"


def test_a_draft_knows_columns_guesses_one_and_asks_about_the_rest(tmp_path: Path):
    path = workbook(tmp_path / "商品.xlsx", S=ITEMS)
    text, layout = drafted(tmp_path, path)
    assert "code: {from: 商品编号, parse: {code: {wide: yes, upper: yes}}, required: yes}" in text
    assert "name: {from: 商品全名, parse: text, required: yes}  # 请核对" in text or "name: {from: 商品全名" in text
    assert "手工" in text and "#   货架 (code)" in text
    assert load_layout(str(layout)).target == "items"
    pack = gather([path], str(layout))
    assert pack.sheets[0].prepared.rows.select("code", "name").rows()[0] == ("P1", "螺丝")
    assert pack.sheets[0].prepared.batch.rejects["code"].to_list() == ["E_VALUE_UNMAPPED"]


def test_a_draft_of_an_unknown_table_reads_every_column(tmp_path: Path):
    path = workbook(tmp_path / "体重.xlsx", S=[["身高", "体重（公斤）", '引"号'], [170, 65.5, "a"], [180, 70, "b"]])
    text, layout = drafted(tmp_path, path)
    assert load_layout(str(layout)).target == "rows"
    assert gather([path], str(layout)).sheets[0].prepared.batch.notes["counts"]["loaded"] == 2
    assert "parse: amount" in text


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "rows"])
def test_a_draft_for_any_target_is_a_valid_layout(tmp_path: Path, target: str):
    _, layout = drafted(tmp_path, workbook(tmp_path / "商品.xlsx", S=ITEMS), target)
    assert load_layout(str(layout)).target == target


def test_unknown_targets_and_files_without_a_table_are_refused(tmp_path: Path):
    path = workbook(tmp_path / "商品.xlsx", S=ITEMS)
    with pytest.raises(errors.TargetUnknown):
        draft_layout(path, "own", "goods")
    with pytest.raises(errors.EmptySheet):
        draft_layout(path, "own", sheet="没有")


def test_init_writes_once_and_never_over_a_file(tmp_path: Path):
    app = typer.Typer()
    layout_commands.register(app)
    path, out = workbook(tmp_path / "商品.xlsx", S=ITEMS), tmp_path / "own.yaml"
    words_ = ["layout", "init", str(path), "--out", str(out)]
    assert CliRunner().invoke(app, words_).exit_code == 0
    kept = out.read_bytes()
    assert isinstance(CliRunner().invoke(app, words_).exception, errors.LayoutExists)
    assert out.read_bytes() == kept


def test_the_published_schema_is_the_one_of_the_code():
    assert json.loads(FILE.read_text("utf-8")) == layout_schema()


def test_the_schema_lets_all_shipped_layouts_pass_and_finds_misspelt_words():
    check = jsonschema.Draft202012Validator(layout_schema())
    for path in FOLDER.glob("*.yaml"):
        if not path.stem.startswith("base"):
            content = yaml.safe_load(path.read_text("utf-8"))
            assert [problem.message for problem in check.iter_errors(content)] == [], path.name
    good = {"layout": "x", "target": "items", "columns": {"code": {"from": "编码", "parse": "code", "required": "yes"}}}
    assert check.is_valid(good)
    for wrong in ({"target": "goods"}, {"colums": {}}, {"columns": {"code": {"parse": "codes"}}}, {"duplicates": "no"}):
        assert not check.is_valid(good | wrong)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_dictionary_has_every_field_rule_and_issue(tmp_path: Path, language: str):
    page, plain = write_dictionary(tmp_path / "out", language)
    facts = json.loads(plain.read_text("utf-8"))
    assert facts == dictionary(language)
    assert [one["name"] for one in facts["targets"]] == [name for name, target in TARGETS.items() if target.fields]
    for one in facts["targets"]:
        assert [field["field"] for field in one["fields"]] == list(TARGETS[one["name"]].fields)
        rules = {str(check.error) for check in SCHEMAS[one["name"]].to_schema().checks}
        assert rules == set(one["rules"])
    assert {one["code"] for one in facts["issues"]} == set(words("pipelines", language)["issue"])
    assert "intake." not in page.read_text("utf-8")
