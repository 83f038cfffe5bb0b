"""Every refusal, verb and report has its words in both languages, and both languages say the same things."""

import ast
import importlib
import pkgutil
import string
from functools import cache

import pytest

from erp_core.foundation.errors import Refusal
from erp_core.foundation.verbs import VERBS
from tests.house.reading import PACKAGES, ROOT, flat, modules, words

LANGUAGES = ("zh", "en")
# Facts that any refusal of a set may show besides those in its sentence.
COMMON_FACTS = {"count", "first", "row", "rows", "code"}


@cache
def refusals() -> dict[str, list[type[Refusal]]]:
    """Every kind of refusal by package."""
    for package in PACKAGES:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if ".screens" not in module.name and module.name not in {"dashboards.front", "dashboards.app"}:
                importlib.import_module(module.name)
    kinds: dict[str, list[type[Refusal]]] = {package: [] for package in PACKAGES}
    waiting = list(Refusal.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        package = kind.__module__.split(".")[0]
        if package in kinds:
            kinds[package].append(kind)
    return kinds


def places(text: str) -> set[str]:
    """The facts a sentence asks for."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_refusal_says_what_and_how_to_put_it_right(package):
    problems = []
    zh, en = words(package, "zh").get("refusal", {}), words(package, "en").get("refusal", {})
    for kind in refusals()[package]:
        name, sentence = kind.__name__, kind.__doc__ or ""
        chinese = zh.get(name, {})
        if not sentence:
            problems.append(f"{name}: no English sentence")
        if not chinese.get("text") or not chinese.get("fix"):
            problems.append(f"{name}: no Chinese text or fix")
        if not en.get(name, {}).get("fix"):
            problems.append(f"{name}: no English fix")
        for text in (chinese.get("text", ""), chinese.get("fix", ""), en.get(name, {}).get("fix", "")):
            extra = places(text) - places(sentence) - COMMON_FACTS
            if extra:
                problems.append(f"{name}: {sorted(extra)} not in the English sentence")
    known = {kind.__name__ for kind in refusals()[package]}
    problems += [f"{name}: words without a refusal" for name in {*zh, *en} - known]
    assert not problems, "\n" + "\n".join(sorted(problems))


def test_refusals_are_raised_with_the_facts_they_name():
    facts = {kind.__name__: places(kind.__doc__ or "") for kinds in refusals().values() for kind in kinds}
    problems = []
    for module in modules():
        for node in ast.walk(module.tree):
            call = node.exc if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
            if call is None or any(keyword.arg is None for keyword in call.keywords):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            missing = facts.get(name, set()) - {keyword.arg for keyword in call.keywords}
            if missing:
                problems.append(f"{module.path}:{node.lineno} {name} lacks {sorted(missing)}")
    assert not problems, "\n" + "\n".join(problems)


def test_no_two_refusals_share_a_name():
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for package, kinds in refusals().items():
        for kind in kinds:
            where = seen.setdefault((package, kind.__name__), kind.__module__)
            if where != kind.__module__:
                problems.append(f"{kind.__name__}: {where} and {kind.__module__}")
    assert not problems, problems


@pytest.mark.parametrize("package", PACKAGES)
def test_both_languages_have_the_same_words(package):
    zh, en = flat(words(package, "zh")), flat(words(package, "en"))
    # The English sentence of a refusal is its docstring.
    keys = {key for key in {**zh, **en} if not (key.startswith("refusal.") and key.endswith(".text"))}
    assert not (alone := [key for key in keys if key not in zh or key not in en]), sorted(alone)
    unlike = [key for key in keys if places(zh[key]) != places(en[key]) and not key.startswith("refusal.")]
    assert not unlike, unlike


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_has_words(language):
    refusals()
    known = flat(words("erp_core", language).get("verb", {}))
    assert VERBS.keys() == known.keys(), sorted(VERBS.keys() ^ known.keys())


def test_every_report_has_titles_and_labels_in_both_languages():
    problems = []
    for place in sorted((ROOT / "erp_core" / "reports").glob("*.sql")):
        header = [line[3:] for line in place.read_text(encoding="utf-8").splitlines() if line.startswith("-- ")]
        title = header[0].split(" · ")
        if len(title) != 3 or title[0] != place.stem or not all(title):
            problems.append(f"{place.name}: first line is not `name · 中文 · English`")
        if not any(line.startswith("grain: ") for line in header):
            problems.append(f"{place.name}: does not say its grain")
        for line in header:
            if line.startswith(("parameter ", "column ")) and len(line.split(" · ")) < 3:
                problems.append(f"{place.name}: {line}")
    assert not problems, "\n" + "\n".join(problems)
