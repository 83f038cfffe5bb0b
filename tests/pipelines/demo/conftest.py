"""A small story of the demo company, made once for all tests that only read it, and its first months as books."""

from __future__ import annotations

import pytest

from pipelines.demo import plan, run

SMALL = 0.04


@pytest.fixture(scope="session")
def scale() -> float:
    return SMALL


@pytest.fixture(scope="session")
def story() -> plan.Plan:
    return plan.make(SMALL)


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> run.Demo:
    """The first quarter of the small company."""
    return run.run(tmp_path_factory.mktemp("demo") / "books.duckdb", scale=SMALL, last_period="2025-03")
