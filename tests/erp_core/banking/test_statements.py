"""Statements of banks: each line once, equal lines told apart, nothing lost, odd files refused."""

from __future__ import annotations

import pytest

from erp_core.banking.accounts import AccountKeptTwice, BankAccountInUse, NotABankLeaf, UnknownBankAccount
from erp_core.banking.statements import LineOfNothing, StatementEarly, StatementEmpty
from erp_core.foundation.given import BinaryFraction, NoSuchColumn, ValueMissing
from tests.erp_core.banking.statement import account, broken, lines, load
from tests.trading import day

JANUARY = """
    1-05 |  1000.00 | 1000.00 | 长沙甲商行   | 货款   | S1
    1-06 |   -15.00 |  985.00 | -            | 手续费 | S2
    1-08 |  -200.00 |  785.00 | 佛山丙五金厂 | 货款   | S3
"""


def counts(told):
    return tuple(told[name] for name in ("read", "added", "known", "double"))


@pytest.fixture
def bank(books):
    account(books)
    return books


def test_a_line_counts_once_however_often_it_comes(bank):
    assert counts(load(bank, JANUARY)) == (3, 3, 0, 0)
    assert counts(load(bank, JANUARY)) == (3, 0, 3, 0)
    overlapping = (
        JANUARY + "    1-08 |  -200.00 |  585.00 | 佛山丙五金厂 | 货款   | S3\n    1-09 | 50 | 635 | - | 利息 | S4\n"
    )
    assert counts(load(bank, overlapping)) == (5, 2, 3, 0)
    twice = load(bank, JANUARY + "    1-06 | -15.00 | 985.00 | - | 手续费 | S2\n")
    assert (counts(twice), twice["double_rows"]) == ((4, 0, 3, 1), [5])
    assert bank.report("bank_accounts").select("bank_balance", "open_bank").rows() == [(635, 5)]
    assert bank.report("bank_statements").select("rows_added", "rows_known", "rows_double").rows() == [
        (0, 3, 1), (2, 3, 0), (0, 3, 0), (3, 0, 0),
    ]  # fmt: skip
    assert broken(bank) == []


def test_equal_lines_without_serial_number_are_told_apart_by_balance_or_sequence(bank):
    with_balance = """
        1-10 | -5 | 95 | - | 工本费 | -
        1-10 | -5 | 90 | - | 工本费 | -
        1-10 | -5 | 90 | - | 工本费 | -
    """
    assert counts(load(bank, with_balance)) == (3, 2, 0, 1)
    without = """
        1-11 | -5 | - | - | 短信费 | -
        1-11 | -5 | - | - | 短信费 | -
    """
    assert counts(load(bank, without)) == (2, 2, 0, 0)
    assert counts(load(bank, without + "        1-11 | -5 | - | - | 短信费 | -\n")) == (3, 1, 2, 0)
    # The same days from a format that states no balances.
    assert counts(load(bank, "1-10 | -5 | - | - | 工本费 | -\n1-10 | -5 | - | - | 工本费 | -")) == (2, 0, 2, 0)


def test_the_latest_first_is_turned_round_and_gaps_are_told(bank):
    backwards = "\n".join(reversed(JANUARY.strip().splitlines()))
    told = load(bank, backwards)
    assert (told["gaps"], told["from_on"], told["to_on"]) == ([], "2026-01-05", "2026-01-08")
    assert bank.report("bank_lines", bank_account="ICBC")["balance"].to_list() == [1000, 985, 785]
    missing = load(bank, "1-12 | 100 | 885 | - | 存款 | S7\n1-14 | 10 | 945 | - | 存款 | S9")
    assert missing["gaps"] == [{"row": "3", "expected": "895.00", "found": "945.00"}]


def test_odd_statements_are_refused_and_nothing_is_loaded(bank):
    whole = {"posted_on": day(5), "amount": "1"}
    for rows, refusal in (
        ([], StatementEmpty),
        ([whole, whole | {"amount": "0"}], LineOfNothing),
        ([whole, {"posted_on": day(5).replace(year=2025), "amount": "1"}], StatementEarly),
        ([whole | {"amount": 1.5}], BinaryFraction),
        ([{"amount": "1"}], ValueMissing),
        ([whole | {"colour": "red"}], NoSuchColumn),
    ):
        with pytest.raises(refusal):
            bank.call("banking.statement.load", bank_account="ICBC", lines=rows, file="x.csv")
    with pytest.raises(UnknownBankAccount):
        bank.call("banking.statement.load", bank_account="ABC", lines=[whole], file="x.csv")
    assert bank.report("bank_lines", bank_account="ICBC").is_empty()


def test_an_account_at_a_bank_has_one_leaf_of_cash_and_keeps_it(bank):
    row = {"code": "CCB", "name": "一般户", "account": "1002", "begins_on": day(1)}
    for account_code, refusal in (("5602", NotABankLeaf), ("1122", NotABankLeaf), ("1002", AccountKeptTwice)):
        with pytest.raises(refusal):
            bank.call("banking.account.save", accounts=[row | {"account": account_code}])
    load(bank, JANUARY)
    with pytest.raises(BankAccountInUse):
        account(bank, begins_on=day(3))
    assert lines(JANUARY)[0]["reference"] == "S1"
