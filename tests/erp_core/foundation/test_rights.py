"""The key by which answers are shared: equal keys, equal answers; what views look at is part of the key."""

import re
from pathlib import Path

import erp_core
from erp_core.foundation.rights import AREAS, MASKS, TRADE, TRADE_MASKS, Actor, Scope

SCHEMA = Path(erp_core.__file__).parent / "schema"


def actor(*permissions: str, **limits: frozenset) -> Actor:
    return Actor("x", frozenset(permissions), Scope(**limits))


def test_what_lies_outside_the_trade_does_not_part_two_readers():
    every = [f"read.{area}" for area in TRADE]
    assert actor("*").sight == actor(*every, "see.cost", "see.bank").sight == "*"
    assert actor(*every, "see.cost").sight != "*"
    assert actor(*every[1:], "see.cost", "see.bank").sight != "*"
    assert actor("*", warehouses=frozenset({"W1"})).sight != actor("*", warehouses=frozenset({"W2"})).sight


def test_limits_of_persons_belong_to_one_person():
    mine, theirs = (Actor(login, frozenset("*"), Scope(frozenset({"E1"}), frozenset())) for login in ("a", "b"))
    assert mine.sight != theirs.sight


def test_every_mask_and_area_that_a_view_of_the_trade_asks_for_is_in_the_key():
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SCHEMA.glob("*.sql")))
    assert set(re.findall(r"core\.hides\('(\w+)'\)", text)) <= set(TRADE_MASKS) <= set(MASKS)
    assert set(TRADE) < set(AREAS)
