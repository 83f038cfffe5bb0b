"""The guide: the same pages in both languages, a page for every screen, every refusal explained, found and printed."""

import re

import pytest

from dashboards import app as pages
from dashboards import guide, i18n, manual
from tests.dashboards.test_screens import opened, text_of

# Screens reached by a link that need no words of their own.
WITHOUT = {"rows", "settle", "help"}


def test_both_languages_have_the_same_pages_and_sections():
    zh, en = guide.topics("zh"), guide.topics("en")
    assert list(zh) == list(en)
    for name in zh:
        assert len(list(zh[name].sections())) == len(list(en[name].sections())), name


def test_every_screen_has_a_page():
    files = {file for section in pages.SCREENS.values() for file, *_ in section}
    assert files - WITHOUT - guide.topics("zh").keys() == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_called_what_its_screen_is_called(language):
    for name, topic in guide.topics(language).items():
        assert not i18n.has(f"{name}.title") or topic.title == i18n.t(f"{name}.title", language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_is_explained_without_its_facts(language):
    found = guide.explained(language)
    assert len(found) > 300
    for one in found.values():
        assert one.text != one.code, one.code
        assert "{" not in one.text + one.fix
        # Nobody may read Chinese in the English manual.
        chinese, latin = (len(re.findall(kind, one.text)) for kind in (r"[\u4e00-\u9fff]", "[a-zA-Z]"))
        assert language == "zh" or latin >= 2 * chinese, one


def test_a_word_is_found_in_titles_first_and_in_refusals():
    hits = guide.search("zh", "反结账")
    assert any(hit.topic == "questions" for hit in hits)
    assert any(not hit.topic for hit in hits)
    assert guide.search("en", "trial balance")[0].topic == "accounts"
    assert guide.search("en", "nosuchword") == guide.search("zh", "  ") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manual_prints_every_topic(language):
    printed = manual.pdf(language)
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= len(guide.topics(language)) or len(printed) > 100_000


def test_markdown_becomes_blocks_of_styled_parts():
    found = manual.blocks("## H\n\nA **b** `c`\n\n- x\n- y\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert [block["kind"] for block in found] == ["heading", "paragraph", "list", "table"]
    assert found[1]["parts"] == [
        {"style": "", "text": "A "},
        {"style": "strong", "text": "b"},
        {"style": "", "text": " "},
        {"style": "code", "text": "c"},
    ]
    assert found[3]["columns"] == 2
    assert [part[0]["text"] for part in found[3]["cells"]] == ["a", "b", "1", "2"]


def test_the_screen_shows_topics_finds_and_explains(trading):
    from dashboards import state

    state.open_books(trading)
    assert guide.topics("zh")["sales"].title in opened("help", topic="sales").markdown[0].value
    assert "PeriodClosed" in text_of(opened("help", error="PeriodClosed"))
    assert "反结账" in text_of(opened("help", find="反结账"))
    assert not opened("help", "en", find="<script>").exception
    state._held.clear()
