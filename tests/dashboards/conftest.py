"""The small trading company, made once for all tests of the screens."""

from collections.abc import Iterator

import pytest

import erp_core
from tests.dashboards.small_company import make


@pytest.fixture(scope="session")
def trading() -> Iterator[erp_core.Books]:
    """Books with three months of trade; the tests only read them."""
    made = make()
    yield made
    made.close()
