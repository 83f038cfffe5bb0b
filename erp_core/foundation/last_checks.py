"""What is asked when an act has done all it does: departments above sign in; each may refuse, or make remarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], list[dict[str, Any]]]
LAST_CHECKS: list[Check] = []


def run(session: Any, act: Any = None) -> None:
    """Ask every check about the act under way; their remarks go with its result, as remarks."""
    remarks = [remark for check in LAST_CHECKS for remark in check(session)]
    if remarks and act is not None and act.result is not None:
        act.result["remarks"] = [*act.result.get("remarks", []), *remarks]
