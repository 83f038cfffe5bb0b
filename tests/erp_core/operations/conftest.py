"""One small company and a folder with a full and an incremental backup of it, made once."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

import erp_core
from erp_core.operations import manifests
from erp_core.operations.backup import Wish, make

FIRST, SECOND = datetime(2026, 3, 1, 18), datetime(2026, 3, 2, 18)  # noqa: DTZ001


@dataclass(frozen=True)
class Saved:
    """Books, the folder of their backups, and what making them told."""

    books: Path
    folder: Path
    full: dict
    incremental: dict

    def manifest(self, kind: str) -> manifests.Manifest:
        return manifests.read(self.folder / "backups" / f"{getattr(self, kind)['name']}.json")


def spend(books: erp_core.Books, code: str) -> None:
    """An act like any other."""
    books.call("masters.department.save", departments=[{"code": code, "name": f"部门{code}"}])


@pytest.fixture(scope="session")
def saved_once(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    home = tmp_path_factory.mktemp("saved")
    path = home / "books.duckdb"
    shutil.copy(template, path)
    with erp_core.open(path) as books:
        full = make(books.database, books.actor, Wish(home / "backups"), now=FIRST)
        spend(books, "D2")
        wish = Wish(home / "backups", incremental=True, second=home / "second")
        incremental = make(books.database, books.actor, wish, now=SECOND)
        spend(books, "D3")
    return Saved(path, home / "backups", full, incremental)


@pytest.fixture
def saved(saved_once: Saved, tmp_path: Path) -> Saved:
    """A copy of one's own, to be spoilt at will."""
    shutil.copytree(saved_once.folder, tmp_path / "backups")
    for ending in ("", ".mark", ".backups"):
        shutil.copy(f"{saved_once.books}{ending}", f"{tmp_path / 'books.duckdb'}{ending}")
    return Saved(tmp_path / "books.duckdb", tmp_path / "backups", saved_once.full, saved_once.incremental)
