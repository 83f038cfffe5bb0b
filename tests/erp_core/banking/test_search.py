"""The search for lines that belong together: rules in order, nothing guessed, bounded, whatever the order of the lines."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from random import Random

from erp_core.banking.search import Line, plain, search
from tests.trading import day

RULES = [
    {"rule": kind, "position": at, "kind": kind, "days": days, "confidence": Decimal(1), "automatic": False}
    for at, (kind, days) in enumerate((("reference", 60), ("amount", 3), ("counterparty", 30), ("several", 15)))
]


def bank(item, on, amount, text="", name=""):
    return Line(f"bank/{item}", on, Decimal(amount), plain(text + name), name)


def book(item, on, amount, name="", *tokens):
    return Line(f"book/{item}", on, Decimal(amount), plain(name), plain(name), tokens)


def found(banks, books):
    return [(one.rule, one.bank, one.book) for one in search(banks, books, RULES).proposals]


def test_a_number_in_the_text_goes_before_everything():
    banks = [bank(1, day(9), "500", "付 PB260100001 货款"), bank(2, day(9), "500")]
    books = [book(1, day(1), "500", "", "PB260100001"), book(2, day(9), "500", "", "PB260100002")]
    assert found(banks, books) == [
        ("reference", ("bank/1",), ("book/1",)),
        ("amount", ("bank/2",), ("book/2",)),
    ]


def test_an_amount_is_matched_only_where_there_is_no_other_choice():
    assert found([bank(1, day(9), "500")], [book(1, day(11), "500")]) == [("amount", ("bank/1",), ("book/1",))]
    assert found([bank(1, day(9), "500")], [book(1, day(20), "500")]) == []
    assert found([bank(1, day(9), "500")], [book(1, day(9), "500"), book(2, day(10), "500")]) == []
    assert found([bank(1, day(9), "500")], [book(1, day(9), "-500")]) == []


def test_the_counterparty_decides_among_equal_amounts_and_equal_ones_pair_by_day():
    banks = [bank(1, day(9), "500", "", "长沙甲商行"), bank(2, day(9), "500", "", "株洲乙建材有限公司")]
    books = [book(1, day(9), "500", "株洲乙建材"), book(2, day(10), "500", "长沙甲商行")]
    assert set(found(banks, books)) == {
        ("counterparty", ("bank/2",), ("book/1",)),
        ("counterparty", ("bank/1",), ("book/2",)),
    }
    same = [bank(at, day(at), "80", "", "长沙甲商行") for at in (5, 6)]
    kept = [book(at, day(at), "80", "长沙甲商行") for at in (5, 6)]
    assert set(found(same, kept)) == {("counterparty", (f"bank/{at}",), (f"book/{at}",)) for at in (5, 6)}


def test_several_lines_add_up_on_either_side_and_two_answers_are_none():
    books = [book(1, day(9), "100"), book(2, day(9), "200.50"), book(3, day(10), "33.33"), book(4, day(9), "7")]
    assert found([bank(1, day(10), "340.83")], books) == [
        ("several", ("bank/1",), ("book/1", "book/2", "book/3", "book/4"))
    ]
    reverse = search([bank(1, day(9), "60"), bank(2, day(9), "40")], [book(1, day(9), "100")], RULES)
    assert [(one.bank, one.book) for one in reverse.proposals] == [(("bank/1", "bank/2"), ("book/1",))]
    two = search([bank(1, day(9), "30")], [book(1, day(9), "10"), book(2, day(9), "20"), book(3, day(9), "20")], RULES)
    assert (two.proposals, two.ambiguous) == ([], ["bank/1"])


def test_the_order_of_the_lines_does_not_matter():
    banks = [bank(1, day(9), "100"), bank(2, day(9), "30"), bank(3, day(8), "70", "", "长沙甲商行")]
    books = [book(1, day(9), "60"), book(2, day(9), "40"), book(3, day(20), "70", "长沙甲商行"), book(4, day(9), "30")]
    wanted = found(banks, books)
    assert len(wanted) == 3
    assert all(found(list(a), list(b)) == wanted for a in permutations(banks) for b in permutations(books))


def test_a_search_among_many_ends_soon_and_says_where_it_gave_up():
    draw = Random(7)
    books = [
        book(at, day(1) + timedelta(draw.randrange(10)), str(Decimal(draw.randrange(10_000, 90_000)) / 100))
        for at in range(400)
    ]
    banks = [bank(at, day(5), str(Decimal(200_000_007 + at * 2) / 100)) for at in range(10)]
    begun = time.process_time()
    told = search(banks, books, RULES)
    assert time.process_time() - begun < 5
    assert told.proposals == []
    assert told.gave_up == [line.item for line in banks]
