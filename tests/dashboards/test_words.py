"""Both languages say the same things, every key that is used exists, and figures are written as readers expect."""

import re
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

import dashboards
from dashboards import app as pages
from dashboards import i18n

HOME = Path(dashboards.__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in HOME.rglob("*.py")}


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys():
    assert set(i18n.words("zh")) == set(i18n.words("en"))


def test_both_languages_name_the_same_facts():
    differing = [key for key, text in i18n.words("zh").items() if facts(text) != facts(i18n.words("en")[key])]
    assert not differing


def test_every_key_that_is_used_exists():
    used = {key for text in SOURCES.values() for key in re.findall(r'\bt\(\s*"([\w.]+)"', text)}
    used |= {f"{file}.title" for screens in pages.SCREENS.values() for file, *_ in screens}
    assert not sorted(key for key in used if not i18n.has(key))


def test_every_key_is_used():
    text = "\n".join(SOURCES.values())
    stems = (
        set(re.findall(r'\bt\(\s*f"(\w+)\.', text))
        | set(re.findall(r"\bt\(\s*f'(\w+)\.", text))
        | {"refusal", "kind", "status", "metric", "door", "role", "area", "mask"}
    )
    unused = [
        key
        for key in i18n.words("en")
        if f'"{key}"' not in text and f"'{key}'" not in text and key.split(".")[0] not in stems
    ]
    assert not unused


def test_screens_hold_no_words_of_their_own():
    han = re.compile(r"[\u4e00-\u9fff]")
    for path, text in SOURCES.items():
        if path.parent.name != "screens":
            continue
        spoken = [line for line in text.splitlines() if han.search(line.split("#")[0]) and '"""' not in line]
        # Names that come with the official form, and marks stripped from it.
        assert all("re.sub" in line or "负债" in line or '"、"' in line or "：" in line for line in spoken), (
            path.name,
            spoken,
        )


def test_screens_hold_no_sql():
    for path, text in SOURCES.items():
        assert not re.search(r"\bselect\s+[\w*].*\bfrom\b", text), path.name
        assert "books().sql" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234567.5", "1,234,567.50"), ("-0.004", "0.00"), ("-1234.5", "−1,234.50"), ("0", "0.00")],
)
def test_amounts(value, text):
    assert i18n.amount(Decimal(value)) == text


def test_units_follow_the_reader():
    assert i18n.compact(Decimal(1234567), "zh") == ("123.46", "万元")
    assert i18n.compact(Decimal(1234567), "en") == ("1,234.57", "CNY k")
    assert i18n.compact(Decimal("99.5"), "zh") == ("99.50", "元")
    assert i18n.compact(Decimal(12345678900), "zh") == ("123.46", "亿元")


def test_quantities_and_shares():
    assert i18n.quantity(Decimal("1200.500000")) == "1,200.5"
    assert i18n.quantity(Decimal("-3.000000")) == "−3"
    assert i18n.percent(Decimal("0.1234")) == "12.3%"
    assert i18n.percent(None) == "–"


def test_a_missing_key_is_shown_as_itself():
    assert i18n.t("no.such.key", "zh") == "no.such.key"
