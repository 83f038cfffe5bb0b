"""The trading company of these tests: made once, then only read, or copied to be spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import erp_core
from tests.conftest import bound
from tests.erp_core.reports import trading


@pytest.fixture(scope="session")
def trading_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a company with two months of trade."""
    path = tmp_path_factory.mktemp("trading") / "books.duckdb"
    trading.company(str(path)).close()
    return path


@pytest.fixture(scope="module")
def traded(
    trading_file: Path, tmp_path_factory: pytest.TempPathFactory, binding: str, request: pytest.FixtureRequest
) -> Iterator[erp_core.Books]:
    """Its books, for reading only."""
    with bound(_copy(trading_file, tmp_path_factory.mktemp("read")), binding, request) as books:
        yield books


@pytest.fixture
def spoilt(
    trading_file: Path, tmp_path: Path, binding: str, request: pytest.FixtureRequest
) -> Iterator[erp_core.Books]:
    """Its books for one test that plants a fault in them."""
    with bound(_copy(trading_file, tmp_path), binding, request) as books:
        yield books


def _copy(path: Path, folder: Path) -> Path:
    for part in (path, path.with_suffix(".duckdb.mark")):
        shutil.copy(part, folder / part.name)
    return folder / path.name
