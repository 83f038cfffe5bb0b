"""Where the files that come with the project lie."""

from pathlib import Path


def data_folder() -> Path:
    """The folder `data/` beside the packages: charts, layouts, and the books unless told otherwise."""
    return Path(__file__).resolve().parents[2] / "data"
