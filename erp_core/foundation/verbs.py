"""The register of verbs: a name is at once permission, audit row, API route and button."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from erp_core.foundation.errors import ChangeProtected, ReasonMissing


@dataclass(frozen=True)
class Verb:
    """One registered act: its dotted name, what to call, and its sentence."""

    name: str
    function: Callable[..., dict[str, Any]]
    summary: str
    parameters: tuple[str, ...]


VERBS: dict[str, Verb] = {}
# What is done instead of an act that changes something nobody changes alone; approval.changes signs in here.
INSTEAD: list[Callable[..., dict[str, Any]]] = []


def verb(name: str, *, reason: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the act `name`; with reason=True nobody may do it without saying why."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        takes_reason = "reason" in inspect.signature(function).parameters

        @wraps(function)
        def run(session: Any, *, key: str | None = None, **arguments: Any) -> dict[str, Any]:
            why = arguments.get("reason", "") if takes_reason else arguments.pop("reason", "")
            if reason and not str(why).strip():
                raise ReasonMissing(verb=name)
            try:
                with session.act(name, arguments, key=key, reason=why) as act:
                    if act.result is None:
                        act.result = function(session, **arguments)
            except ChangeProtected as stopped:
                return INSTEAD[0](session, name, arguments, why, stopped, key)
            return act.result

        parameters = tuple(p for p in inspect.signature(function).parameters if p != "session")
        VERBS[name] = Verb(name, run, (inspect.getdoc(function) or "").split("\n", 1)[0], parameters)
        return run

    return register
