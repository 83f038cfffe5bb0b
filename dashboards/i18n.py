"""Words and numbers as people of a language write them; the only place that formats for the screen."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

LANGUAGES = {"zh": "中文", "en": "English"}
MINUS = "−"


@cache
def words(language: str) -> dict[str, str]:
    """Return every key of one language, flattened to dotted names."""
    text = files("dashboards").joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def t(key: str, language: str, **facts: object) -> str:
    """Say a key in a language; falls back to English, then to the key, never to a crash."""
    text = words(language).get(key) or words("en").get(key) or key
    if not facts:
        return text
    try:
        return text.format(**facts)
    except (KeyError, IndexError, ValueError):
        return text


def has(key: str) -> bool:
    """Tell whether a key is known, for words that come with the data (kinds, statuses)."""
    return key in words("en")


def amount(value: object, places: int = 2) -> str:
    """Write an amount with thousands and a real minus sign; nothing for nothing."""
    if value is None:
        return ""
    text = f"{abs(Decimal(str(value))):,.{places}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def quantity(value: object) -> str:
    """Write a quantity without the zeros that carry no meaning."""
    if value is None:
        return ""
    text = f"{abs(Decimal(str(value))):,.6f}".rstrip("0").rstrip(".")
    return MINUS + text if value < 0 and text != "0" else text


def percent(share: object, places: int = 1, sign: bool = False) -> str:
    """Write a share of one as a percentage; a dash when there is nothing to compare with."""
    if share is None:
        return "–"
    text = f"{abs(share) * 100:.{places}f}%"
    if share < 0 and text.strip("0.%"):
        return MINUS + text
    return f"+{text}" if sign else text


def day(value: date | datetime | str | None) -> str:
    """Write a date the ISO way, which both languages read."""
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


def instant(value: datetime | None) -> str:
    """Write an instant to the minute, in the zone it is in."""
    return f"{value:%Y-%m-%d %H:%M}" if value is not None else ""


def scale(largest: object, language: str) -> tuple[int, str]:
    """Choose the unit of a chart or a card: (divisor, name of the unit) for the largest amount shown."""
    size = abs(largest or 0)
    steps = {
        "zh": [(100_000_000, "亿元", 1_000_000_000), (10_000, "万元", 100_000)],
        "en": [(1_000_000, "CNY m", 10_000_000), (1_000, "CNY k", 100_000)],
    }
    for divisor, unit, threshold in steps.get(language, steps["en"]):
        if size >= threshold:
            return divisor, unit
    return 1, "元" if language == "zh" else "CNY"


def compact(value: object, language: str) -> tuple[str, str]:
    """Write an amount short for a card: (number, unit)."""
    if value is None:
        return "–", ""
    divisor, unit = scale(value, language)
    return amount(Decimal(str(value)) / divisor), unit


def name_of(row: dict, language: str) -> str:
    """Choose the name of a row that carries name_zh and name_en, or one name for both."""
    chosen = row.get(f"name_{language}") or row.get("name") or row.get("name_zh")
    return chosen or row.get("name_en") or ""


def _flat(tree: dict, prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
