"""Reads the source tree once for the house tests: modules, functions, words, texts under version control."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("erp_core", "pipelines", "dashboards")


@dataclass(frozen=True)
class Module:
    """One Python file: where it is, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the three packages."""
    found = []
    for package in PACKAGES:
        for place in sorted((ROOT / package).rglob("*.py")):
            text = place.read_text(encoding="utf-8")
            found.append(Module(place.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def core() -> list[Module]:
    return [module for module in modules() if module.path.startswith("erp_core/")]


def functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    """Lines of a function without decorators and docstring."""
    body = function.body
    has_words = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    words = body[0].end_lineno - body[0].lineno + 1 if has_words else 0
    return function.end_lineno - function.lineno + 1 - words


@cache
def tracked() -> tuple[Path, ...]:
    """Text files under version control, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    places = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(place for place in places if place.is_file() and b"\0" not in place.read_bytes()[:4096])


def words(package: str, language: str) -> dict:
    """The words of a package in one language."""
    place = ROOT / package / "locale" / f"{language}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


def flat(nested: dict, above: str = "") -> dict[str, str]:
    """Nested words as dotted keys."""
    found: dict[str, str] = {}
    for key, value in nested.items():
        name = f"{above}.{key}" if above else key
        found |= flat(value, name) if isinstance(value, dict) else {name: value}
    return found
