"""Locks against a plain telling of the rule: five failures within a quarter of an hour shut the door for a quarter."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erp_core.access import attempts
from erp_core.access.refusals import SignInLocked
from erp_core.access.settings import DEFAULTS, Settings
from erp_core.foundation.database import Database

START = datetime.fromisoformat("2026-03-01T08:00")
TURNS = count(1)
QUARTER = timedelta(minutes=15)
LIMITS = Settings({**DEFAULTS, "access.address_failures": "8"})
events = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(["wrong", "wrong", "wrong", "entered", "unlocked"]),
        st.sampled_from(["a", "b"]),
    ),
    max_size=30,
)


def shut_until(told: list[tuple[datetime, str]], most: int, forgets: set[str]) -> datetime:
    """The rule as one would tell it: walk through the failures and close the door when enough came close together."""
    failures: list[datetime] = []
    shut = START
    for at, outcome in told:
        if outcome in forgets:
            failures, shut = [], START
        elif outcome == "wrong":
            failures = [earlier for earlier in failures if at - earlier <= QUARTER] + [at]
            if len(failures) >= most:
                shut = at + QUARTER
    return shut


@pytest.fixture(scope="module")
def database():
    made = Database(":memory:", create=True)
    yield made
    made.close()


@given(events)
@settings(max_examples=60)
def test_the_door_is_shut_exactly_when_the_rule_says_so(database, found):
    # Each example stands a year after the one before, at an address of its own.
    turn = next(TURNS)
    now, address = START + timedelta(days=365 * turn), f"10.0.{turn // 256}.{turn % 256}"
    by_login: dict[str, list] = {"a": [], "b": []}
    by_address: list[tuple[datetime, str]] = []
    for minutes, outcome, who in found:
        now += timedelta(minutes=minutes)
        login = f"{who}{turn}"
        told = [shut_until(by_login[who], 5, {"entered", "unlocked"}), shut_until(by_address, 8, {"unlocked"})]
        refused = None
        with database.write() as cursor:
            try:
                attempts.refuse_locked(cursor, login, address, now, LIMITS)
            except SignInLocked as locked:
                refused = locked
            if refused is None or outcome == "unlocked":
                attempts.note(database, cursor, outcome, login=login, address=address, now=now)
                by_login[who].append((now, outcome))
                by_address.append((now, outcome))
        left = max(told) - now
        assert (refused is not None) == (left > timedelta(0))
        if refused is not None:
            assert refused.facts["minutes"] == -(-left // timedelta(minutes=1))


def test_what_strangers_write_is_cut_to_size():
    assert attempts.legible("own\x00er\ud800\n") == "owner"
    assert attempts.legible("李雷 li@example.com") == "李雷 li@example.com"
