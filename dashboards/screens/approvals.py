"""x."""

from dashboards import widgets
from dashboards.state import t


def show() -> None:
    """x."""
    widgets.heading(t("approvals.title"))


if __name__ == "__main__":
    show()
