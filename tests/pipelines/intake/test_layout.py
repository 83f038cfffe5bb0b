"""Layouts are data: read as text only, checked word by word, handed down from a base."""

from pathlib import Path

import pytest

from pipelines.intake import errors
from pipelines.intake.layout import load_layout, shipped_layouts

SMALL = """
layout: small
target: customers
columns:
  code: {from: 编码, parse: code, required: yes}
  name: {from: 名称, parse: text, const: %s}
"""


def written(tmp_path: Path, text: str) -> str:
    """Write a layout file and return its path as a person types it."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("scalar", ["001", "010", "no", "12:30", "1e3"])
def test_scalars_stay_the_texts_they_are(tmp_path: Path, scalar: str):
    assert load_layout(written(tmp_path, SMALL % scalar)).columns["name"].const == scalar


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("parse: code", "parse: codes"),
        ("target: customers", "target: clients"),
        ("required: yes", "requierd: yes"),
        ("layout: small", "key: [nothing]\nlayout: x"),
    ],
)
def test_a_misspelt_word_is_refused(tmp_path: Path, old: str, new: str):
    with pytest.raises(errors.LayoutInvalid):
        load_layout(written(tmp_path, (SMALL % "x").replace(old, new)))


def test_broken_yaml_and_a_missing_layout_are_refused(tmp_path: Path):
    with pytest.raises(errors.LayoutInvalid):
        load_layout(written(tmp_path, "layout: [unclosed"))
    with pytest.raises(errors.LayoutNotFound):
        load_layout("no_such_layout")


def test_a_layout_inherits_from_its_base(tmp_path: Path):
    layout = load_layout(written(tmp_path, (SMALL % "x") + "extends: base_cn\n"))
    assert layout.match.min_hit == 0.5
    assert "subtotal" in layout.read.drop


def test_all_shipped_layouts_are_valid_and_named_as_their_files():
    assert {"uci_retail", "kingdee_k3_voucher", "customers", "opening_balances"} <= {
        one.layout for one in shipped_layouts()
    }
    for layout in shipped_layouts():
        assert load_layout(layout.layout).layout == layout.layout
