"""The guide: what each screen is for, words, questions and every refusal, found by topic or by what is typed."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import walk_packages

from erp_core.foundation.errors import Refusal

PACKAGES = ("erp_core", "pipelines", "dashboards")
# In the order in which the screens stand in the menu; what is not named comes after them.
FIRST = (
    "first_steps", "home", "approvals", "sales", "inventory", "finance", "accounts", "ledger", "ageing", "reports",
    "document", "voucher",
)  # fmt: skip
LAST = ("people", "rights", "audit", "health", "connectors", "account", "questions", "glossary")
HITS_MOST = 20
EXCERPT = 90


@dataclass(frozen=True)
class Topic:
    """One page of the guide."""

    name: str
    title: str
    text: str

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield (heading, text) of each section; what stands before the first heading goes under the title."""
        heading, lines = self.title, []
        for line in self.text.splitlines():
            if line.startswith("## "):
                yield heading, "\n".join(lines).strip()
                heading, lines = line[3:], []
            else:
                lines.append(line)
        yield heading, "\n".join(lines).strip()


@dataclass(frozen=True)
class Hit:
    """A place of the guide that holds what was typed; topic is empty for a refusal."""

    topic: str
    title: str
    heading: str
    excerpt: str


@dataclass(frozen=True)
class Explained:
    """A refusal in words: its code, what it says, what to do."""

    code: str
    text: str
    fix: str


@cache
def topics(language: str) -> dict[str, Topic]:
    """Return the pages of one language by name, in reading order."""
    folder = files("dashboards").joinpath("help", language)
    found = {}
    for entry in folder.iterdir():
        name = entry.name.removesuffix(".md")
        title, _, text = entry.read_text(encoding="utf-8").partition("\n")
        found[name] = Topic(name, title.removeprefix("# ").strip(), text.strip())
    middle = sorted(found.keys() - {*FIRST, *LAST})
    return {name: found[name] for name in (*FIRST, *middle, *LAST) if name in found}


@cache
def explained(language: str) -> dict[str, Explained]:
    """Return every refusal of the product by code; a text not written in this language is the code's own sentence."""
    found = {}
    for package in PACKAGES:
        text = files(package).joinpath("locale", f"{language}.toml").read_text(encoding="utf-8")
        for code, entry in tomllib.loads(text).get("refusal", {}).items():
            said = entry.get("text") or _sentences().get(code, code)
            found[code] = Explained(code, _open(said), _open(entry.get("fix", "")))
    return dict(sorted(found.items()))


def search(language: str, wanted: str) -> list[Hit]:
    """Return the places that hold every word typed, those with it in a title or heading first; twenty at most."""
    words = wanted.casefold().split()
    if not words:
        return []
    hits = [
        (_rank(words, topic.title, heading), Hit(topic.name, topic.title, heading, _excerpt(text, words[0])))
        for topic in topics(language).values()
        for heading, text in topic.sections()
        if _holds(f"{topic.title} {heading} {text}", words)
    ]
    hits += [
        (_rank(words, one.code, one.text), Hit("", one.code, one.text, one.fix))
        for one in explained(language).values()
        if _holds(f"{one.code} {one.text} {one.fix}", words)
    ]
    return [hit for _, hit in sorted(hits, key=lambda pair: pair[0])][:HITS_MOST]


def _holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def _rank(words: list[str], title: str, heading: str) -> int:
    return 0 if _holds(title, words) else 1 if _holds(heading, words) else 2


def _excerpt(text: str, word: str) -> str:
    plain = re.sub(r"[*`|#]|-{3,}", " ", text)
    plain = re.sub(r"\s+", " ", plain).strip()
    at = max(plain.casefold().find(word) - EXCERPT // 3, 0)
    return ("…" if at else "") + plain[at : at + EXCERPT] + ("…" if len(plain) > at + EXCERPT else "")


def _open(text: str) -> str:
    """Return a sentence with dots where its facts go."""
    return re.sub(r"\{[^{}]*\}", "…", text)


@cache
def _sentences() -> dict[str, str]:
    # English sentences are the first lines of the refusals themselves, which stand there once their modules do.
    for package in ("erp_core", "pipelines"):
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)
    found: dict[str, str] = {}
    left = [Refusal]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found[kind.__name__] = (kind.__doc__ or "").strip().split("\n")[0]
    return found
