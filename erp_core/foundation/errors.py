"""A named "no": what a person may not do, with the facts of the case and no words of any screen."""

from __future__ import annotations

import inspect
from typing import Any


class Refusal(Exception):
    """This cannot be done."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.english)

    @property
    def code(self) -> str:
        """The stable name under which other languages keep their sentence."""
        return type(self).__name__

    @property
    def english(self) -> str:
        """The English sentence: the docstring of the class with the facts filled in."""
        return inspect.cleandoc(type(self).__doc__ or self.code).format_map(_Facts(self.facts))


class _Facts(dict[str, Any]):
    """Facts for a sentence; a missing one shows its own name rather than breaking the refusal."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def first_and_count(offenders: list[Any]) -> dict[str, Any]:
    """Name the first offender of a set and say how many there are, as facts of one refusal."""
    return {"first": offenders[0], "count": len(offenders)}


class NotPermitted(Refusal):
    """{actor} may not do {verb}."""


class ChangeProtected(Refusal):
    """Nobody changes {table} {row} {field} alone: it needs somebody else to agree."""


class UnknownVerb(Refusal):
    """There is no act named {verb}; near: {near}."""


class UnknownArgument(Refusal):
    """{verb} was called with arguments that do not fit: {problem}."""


class KeyReused(Refusal):
    """The key {key} already stands for {verb} with other content."""


class UnknownUser(Refusal):
    """{login} is not a user of these books."""


class ReasonMissing(Refusal):
    """{verb} needs a reason."""


class BooksBusy(Refusal):
    """Another act is writing and did not end within {seconds} seconds."""


class BooksInUse(Refusal):
    """The file {path} is held by another program ({detail})."""


class BooksFrozen(Refusal):
    """These are the books as they were known then; nothing can be written into the past."""


class BooksMissing(Refusal):
    """There are no books at {path}."""


class BooksExist(Refusal):
    """There is already a file at {path}."""


class BooksDamaged(Refusal):
    """The file {path} is not a readable set of books ({detail}); latest backup known: {backup}."""


class BooksBehindMark(Refusal):
    """The books end at act {found}, but act {expected} was confirmed: something was lost; latest backup: {backup}."""


class BooksNotAsMarked(Refusal):
    """Act {act} of the books is not the one confirmed: the file was changed outside; latest backup: {backup}."""


class SchemaChanged(Refusal):
    """The schema file {name} is not the one these books were made with."""


class BooksNeedUpgrade(Refusal):
    """The books {path} were made by an earlier version: {count} schema files are not in them, the first is {first}."""


class BooksTooNew(Refusal):
    """The books {path} were written by a later version of this program ({name})."""


class DiskFull(Refusal):
    """The disk that holds {path} is full; nothing of this act was written."""


class ColumnMissing(Refusal):
    """{table} needs the column {column}."""


class ParameterMissing(Refusal):
    """The parameter {key} has no value."""
