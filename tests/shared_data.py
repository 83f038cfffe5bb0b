"""Real files kept beside the project for trying things; tests that need them skip when they are not there."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """Return the path of a shared file, or skip the test."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path
