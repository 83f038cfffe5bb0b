"""From asking for an account to the first entry; rights are the administrator's choice alone."""

import pytest

from erp_core.access import refusals, sign_in
from tests.erp_core.access.conftest import BETTER, OFFICE
from tests.erp_core.access.test_sign_in import token_in_letter


def ask(door, **given) -> int:
    asked = {"login": "li", "name": "李雷", "contact": "li@example.com", "department": "销售部", "wanted_role": "owner"}
    return sign_in.apply_for_account(door.database, **{**asked, **given}, address=OFFICE, now=door.now)


def test_asked_approved_entered(door):
    number = ask(door)
    waiting = door.books.report("account_requests")
    assert waiting.select("request_id", "login", "wanted_role", "status").rows() == [(number, "li", "owner", "applied")]
    hands = door.books.as_user("administrator")
    done = hands.call(
        "access.request.approve", request_id=number, roles=["clerk"], scopes=[{"kind": "warehouse", "value": "W1"}]
    )
    assert (done["login"], done["roles"]) == ("li", ["clerk"])
    with pytest.raises(refusals.SignInWrong):
        door.sign_in("li", BETTER)
    ticket = token_in_letter(door, "welcome")
    assert ticket == done["ticket"]
    entered = door.enter(ticket)
    assert entered.must_change and entered.login == "li"
    assert door.books.as_user("li").actor.scope.warehouses == {"W1"}
    door.books.as_user("li").call("access.password.set", old_password="", new_password=BETTER, keep=entered.pass_id)
    assert not door.show(entered.token).must_change
    assert not door.sign_in("li", BETTER).must_change
    with pytest.raises(refusals.RequestDecided):
        hands.call("access.request.approve", request_id=number, roles=["clerk"])


def test_turned_down_with_a_reason(door):
    number = ask(door)
    door.books.call("access.request.reject", request_id=number, reason="不是本公司员工")
    assert door.books.report("account_requests", status="rejected")["note"].to_list() == ["不是本公司员工"]
    letter = door.rows("select address, body from core.outbox where event = 'rejected'")[0]
    assert letter[0] == "li@example.com" and "不是本公司员工" in letter[1]
    assert not door.rows("select * from core.app_user where login = 'li'")
    assert ask(door) > number


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"login": ""}, refusals.PersonIncomplete),
        ({"name": "  "}, refusals.PersonIncomplete),
        ({"contact": ""}, refusals.PersonIncomplete),
        ({"login": "李雷"}, refusals.LoginInvalid),
        ({"login": "../x"}, refusals.LoginInvalid),
        ({"login": "x'; drop table core.app_user --"}, refusals.LoginInvalid),
    ],
)
def test_bad_requests_are_refused(door, given, refused):
    with pytest.raises(refused):
        ask(door, **given)
    assert not door.rows("select * from core.account_request")


def test_one_request_a_login_and_five_a_day_from_one_address(door):
    ask(door)
    with pytest.raises(refusals.LoginTaken):
        ask(door, login="LI")
    for n in range(4):
        ask(door, login=f"li{n}")
    with pytest.raises(refusals.TooManyRequests):
        ask(door, login="li9")
    door.wait(days=1, minutes=1)
    ask(door, login="li9")


def test_a_login_that_is_taken_is_found_out_only_at_the_approval(door):
    number = ask(door, login="Clerk")
    with pytest.raises(refusals.LoginTaken):
        door.books.call("access.request.approve", request_id=number, roles=["clerk"])
