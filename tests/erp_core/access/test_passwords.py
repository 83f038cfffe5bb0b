"""What a good password is, and the last five that are not used again."""

from itertools import pairwise

import pytest

from erp_core.access import own, passwords, refusals
from tests.erp_core.access.conftest import BETTER, GOOD


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("Kurz-1", refusals.PasswordShort),
        ("", refusals.PasswordShort),
        ("Aa1-" + "x" * 400, refusals.PasswordShort),
        ("nurkleinbuchstaben", refusals.PasswordPlain),
        ("kleinundgross-nicht", refusals.PasswordPlain),
        ("123456789012", refusals.PasswordPlain),
        ("MeinWang99-Wort", refusals.PasswordLikeLogin),
        ("Password123!", refusals.PasswordCommon),
        ("Qwertyuiop1!", refusals.PasswordCommon),
        ("P@ssw0rd-2026", None),
        ("Korrekt-Pferd-77", None),
        ("我的密码很长Abc1", None),
        ("abc DEF 123 xyz", None),
    ],
)
def test_policy(password, refused):
    if refused is None:
        passwords.refuse_weak(password, "wang99")
        return
    with pytest.raises(refused):
        passwords.refuse_weak(password, "wang99")


def test_a_hash_fits_its_password_and_nothing_fits_no_hash():
    known = passwords.hashed(GOOD)
    assert known.startswith("$argon2id$")
    assert passwords.fits(known, GOOD)
    assert not passwords.fits(known, GOOD + " ")
    assert not passwords.fits("", "nobody has this password")
    assert not passwords.fits("damaged", GOOD)


def test_the_last_five_are_not_used_again(door):
    used = [GOOD] + [f"Anderes-Wort-{n}x" for n in range(6)]
    for old, new in pairwise(used):
        door.books.call("access.password.set", old_password=old, new_password=new)
    for former in used[2:]:
        with pytest.raises(refusals.PasswordUsedBefore):
            door.books.call("access.password.set", old_password=used[-1], new_password=former)
    door.books.call("access.password.set", old_password=used[-1], new_password=used[1])


def test_changing_asks_for_the_old_one_and_ends_every_other_pass(door):
    here, elsewhere = door.sign_in(), door.sign_in()
    token = door.books.call("access.token.issue", name="笔记本")["token"]
    with pytest.raises(refusals.PasswordOldWrong):
        door.books.call("access.password.set", old_password="Falsch-Falsch-1", new_password=BETTER)
    assert door.show(elsewhere.token)
    result = door.books.call("access.password.set", old_password=GOOD, new_password=BETTER, keep=here.pass_id)
    assert result == {"login": "owner", "ended": 2}
    assert door.show(here.token)
    for ended in (elsewhere.token, token):
        with pytest.raises(refusals.PassStale):
            door.show(ended)


def test_a_session_is_no_place_to_guess_the_old_password(door):
    for _ in range(5):
        with pytest.raises(refusals.PasswordOldWrong):
            door.books.call("access.password.set", old_password="Falsch-Falsch-1", new_password=BETTER)
    with pytest.raises(refusals.SignInLocked):
        door.books.call("access.password.set", old_password=GOOD, new_password=BETTER)


def test_after_an_issued_ticket_there_is_no_old_password(clerk):
    entered = clerk.sign_in("clerk")
    ticket = clerk.books.call("access.password.issue", login="clerk")["ticket"]
    with pytest.raises(refusals.PassStale):
        clerk.show(entered.token)
    with pytest.raises(refusals.SignInWrong):
        clerk.sign_in("clerk")
    assert clerk.enter(ticket).must_change
    hands = clerk.books.as_user("clerk")
    with pytest.raises(refusals.PasswordUsedBefore):
        hands.call("access.password.set", old_password="", new_password=GOOD)
    hands.call("access.password.set", old_password="", new_password=BETTER)
    assert not clerk.sign_in("clerk", BETTER).must_change


def test_landing_pages_are_names_not_addresses():
    assert own._LANDING.fullmatch("sales/orders")
    assert not own._LANDING.fullmatch("https://elsewhere")
