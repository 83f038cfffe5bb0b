"""Books whose owner has a password, a clock that tests turn by hand, and the door's functions with that clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

import erp_core
from erp_core.access import passwords, sign_in
from erp_core.foundation.session import Session, business_today

GOOD = "Korrekt-Pferd-77"
BETTER = "Batterie_Heftklammer_88"
OFFICE = "10.0.0.7"


@dataclass
class Person:
    """Somebody in front of the door, and what the clock says."""

    books: erp_core.Books
    now: datetime

    @property
    def database(self):
        return self.books.database

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def sign_in(self, login: str = "owner", password: str = GOOD, address: str = OFFICE) -> sign_in.Entered:
        return sign_in.sign_in(self.database, login=login, password=password, address=address, now=self.now)

    def enter(self, ticket: str, address: str = OFFICE) -> sign_in.Entered:
        return sign_in.enter(self.database, ticket=ticket, address=address, now=self.now)

    def show(self, token: str, address: str = OFFICE, **how: Any) -> sign_in.Visitor:
        return sign_in.verify(self.database, token, address=address, now=self.now, **how)

    def rows(self, query: str, **parameters: Any) -> list[tuple]:
        with self.database.read() as cursor:
            return cursor.execute(query, parameters).fetchall()

    def attempts(self) -> list[tuple[str, str]]:
        return self.rows("select login, outcome from core.sign_in_attempt order by attempt_id")

    def give_password(self, login: str, password: str = GOOD) -> None:
        with self.database.write() as cursor:
            passwords.choose(cursor, login, password, self.now)


@pytest.fixture
def door(books) -> Person:
    """The door of a small company on the morning of today; the owner has a password."""
    person = Person(books, Session(books.database, books.actor, business_today()).now)
    person.give_password("owner")
    return person


@pytest.fixture
def clerk(door) -> Person:
    """The same door; the clerk has a password too."""
    door.give_password("clerk")
    return door
