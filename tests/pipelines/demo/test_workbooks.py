"""The legacy workbooks are as untidy as real ones, the same every time, and the intake accounts for every row of them."""

from __future__ import annotations

import pytest

from pipelines.demo import plan, sheets, workbooks
from pipelines.intake.pack import gather


@pytest.fixture(scope="module")
def pack(story, tmp_path_factory):
    told = []
    folder = tmp_path_factory.mktemp("books")
    paths = workbooks.write(folder, story, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(paths), len(paths))
    return gather(paths)


def counts(pack, layout):
    found = [sheet.prepared.batch.notes["counts"] for sheet in pack.sheets if sheet.fit.layout.layout == layout]
    return {name: sum(one[name] for one in found) for name in ("read", "loaded", "rejected", "dropped")}


def test_every_sheet_finds_a_layout_and_every_row_is_accounted_for(pack):
    assert not pack.passed_over
    assert len(pack.sheets) == 26
    for sheet in pack.sheets:
        one = sheet.prepared.batch.notes["counts"]
        assert one["read"] == one["loaded"] + one["rejected"] + one["dropped"], sheet.place
        assert one["loaded"] > 0, sheet.place


def test_bad_rows_are_set_aside_with_a_reason(pack, story):
    assert counts(pack, "customers")["rejected"] == 2
    assert counts(pack, "items")["rejected"] == 2
    assert counts(pack, "items")["loaded"] == len(story.items)
    codes = {code for sheet in pack.sheets for code in sheet.prepared.batch.rejects["code"]}
    assert {"E_DATE_INVALID", "E_APPROXIMATE", "E_KEY_MISSING", "E_REQUIRED", "E_USCC_CHECKSUM"} <= codes


def test_titles_subtotals_and_doubles_are_dropped_by_reason(pack):
    reasons = {reason for sheet in pack.sheets for reason in sheet.prepared.batch.drops["reason"]}
    assert {"footer", "subtotal", "total", "exact_duplicate"} <= reasons


def test_subtotals_of_the_sheets_agree_with_their_rows(pack):
    for sheet in pack.sheets:
        assert not sheet.prepared.batch.notes["findings"], sheet.place


def test_the_same_story_gives_the_same_bytes(tmp_path):
    story = plan.make(0.02)
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        workbooks.write(folder, story, lambda *_: None)
    names = sorted(place.name for place in first.iterdir())
    assert len(names) == 14
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_table_is_written_with_its_dirt():
    table = sheets.Table(
        "甲",
        "标题",
        "日期|金额",
        [["x", sheets.yuan(150)], ["y", "￥1,000.00"]],
        sums=(1,),
        total=True,
        footer="制表人",
    )
    rows = sheets.lines(table)
    assert rows[0] == ["标题", None]
    assert rows[2] == ["日期", "金额"]
    assert rows[-2] == ["合计", sheets.yuan(100_150)]
    assert rows[-1] == ["制表人", None]
