"""A real host on a port of its own, over books of one test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from erp_core.gateway.serving import Host


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    """The file of a small company that nobody holds."""
    path = tmp_path / "books.duckdb"
    shutil.copy(template, path)
    return path


@pytest.fixture
def host(place: Path) -> Iterator[Host]:
    """Its host while it runs."""
    with Host(place) as running:
        yield running


@pytest.fixture
def line(host: Host) -> Iterator[httpx.Client]:
    """A bare line to the host, without credentials."""
    with httpx.Client(base_url=host.address, trust_env=False, timeout=60) as client:
        yield client
