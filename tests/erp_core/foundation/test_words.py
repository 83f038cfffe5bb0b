"""Words are found by key and language; refusals are told with their facts."""

import pytest

from erp_core.foundation.errors import NotPermitted, Refusal, UnknownVerb
from erp_core.foundation.words import refusal_text, word


def test_a_word_by_key_in_both_languages():
    assert word("erp_core", "verb.masters.party.save", "zh") == "保存往来单位"
    assert word("erp_core", "verb.masters.party.save", "en") == "Save parties"


def test_a_word_that_is_missing_is_its_own_key():
    assert word("erp_core", "verb.nobody.knows", "zh") == "verb.nobody.knows"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_told_with_its_facts_and_its_remedy(language):
    text, fix = refusal_text(NotPermitted(actor="小王", verb="sales.order.approve"), language)
    assert "小王" in text
    assert "sales.order.approve" in text
    assert fix


def test_the_english_sentence_is_the_docstring():
    refusal = UnknownVerb(verb="sell", near="sales.order.place")
    assert str(refusal) == "There is no act named sell; near: sales.order.place."
    assert refusal.code == "UnknownVerb"


def test_a_missing_fact_shows_its_name():
    class Odd(Refusal):
        """Only {known} and {unknown}."""

    assert str(Odd(known=1)) == "Only 1 and {unknown}."
