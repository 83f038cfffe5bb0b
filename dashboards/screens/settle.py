"""x."""

from dashboards import widgets
from dashboards.state import t


def show() -> None:
    """x."""
    widgets.heading(t("settle.title"))


if __name__ == "__main__":
    show()
