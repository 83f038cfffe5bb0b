"""Words of screens and papers, kept per package in locale/zh.toml and locale/en.toml and found by key."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from erp_core.foundation.errors import Refusal

LANGUAGES = ("zh", "en")
# Facts whose value is the name of a column or table.
NAMING = ("field", "column", "dimension", "what", "table")


@cache
def words(package: str, language: str) -> dict[str, Any]:
    """All words of a package in one language, nested as in its file."""
    text = resources.files(package).joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(package: str, key: str, language: str, **facts: Any) -> str:
    """One word by dotted key with facts filled in; English when missing, the key itself at the very last."""
    for choice in (language, "en"):
        found: Any = words(package, choice)
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found.format(**facts) if facts else found
    return key


@cache
def _home(kind: type[Refusal]) -> str:
    return kind.__module__.split(".", 1)[0]


def refusal_text(refusal: Refusal, language: str) -> tuple[str, str]:
    """What went wrong and how to put it right, in the language of the user."""
    home = words(_home(type(refusal)), language)
    entry = home.get("refusal", {}).get(refusal.code, {})
    facts = _Shown(_told(refusal.facts, {**words("erp_core", language).get("column", {}), **home.get("column", {})}))
    sentence = entry.get("text")
    text = sentence.format_map(facts) if sentence else refusal.english
    return text, str(entry.get("fix", "")).format_map(facts)


def _told(facts: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Facts that name a column or a kind of thing are told in the words of the language."""
    return {
        key: names.get(value, value) if isinstance(value, str) and key in NAMING else value
        for key, value in facts.items()
    }


class _Shown(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
