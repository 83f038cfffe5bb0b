"""Users: saved, limited, suspended; nobody reaches above the own rank and somebody always keeps the users."""

import pytest

from erp_core.access import refusals
from erp_core.foundation.errors import NotPermitted, UnknownUser
from erp_core.reports.catalog import ReportClosed


def test_a_user_is_added_with_limits_and_profile_and_changed_in_part(door):
    call = door.books.call
    call(
        "access.user.save",
        login="wang",
        name="王芳",
        roles=["clerk"],
        scopes=[{"kind": "warehouse", "value": "W1"}, {"kind": "own"}],
        employee="E1",
        email="wang@example.com",
    )
    hands = door.books.as_user("wang")
    assert hands.actor.roles == ("clerk",)
    assert hands.actor.scope.warehouses == {"W1"}
    assert hands.actor.scope.employees == {"E1"}
    call("access.user.save", login="wang", phone="13800000000")
    row = next(row for row in door.books.report("access_users").iter_rows(named=True) if row["login"] == "wang")
    assert (row["name"], row["roles"], row["scope"]) == ("王芳", "clerk", "own; warehouse W1")
    assert (row["employee"], row["email"], row["phone"], row["password"]) == (
        "E1",
        "wang@example.com",
        "13800000000",
        False,
    )
    call("access.user.save", login="wang", roles=["clerk", "analyst"], scopes=[])
    assert door.books.as_user("wang").actor.scope.whole
    assert door.books.as_user("wang").actor.roles == ("analyst", "clerk")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"login": "a b"}, refusals.LoginInvalid),
        ({"login": "王芳"}, refusals.LoginInvalid),
        ({"login": "Owner"}, refusals.LoginTaken),
        ({"login": "wang", "roles": ["chief"]}, refusals.UnknownRole),
        ({"login": "wang", "scopes": [{"kind": "planet", "value": "3"}]}, refusals.ScopeInvalid),
        ({"login": "wang", "scopes": [{"kind": "warehouse", "value": "W9"}]}, refusals.ScopeInvalid),
        ({"login": "wang", "scopes": [{"kind": "own", "value": "E1"}]}, refusals.ScopeInvalid),
        ({"login": "wang", "employee": "E9"}, refusals.ProfileInvalid),
        ({"login": "wang", "email": "nowhere"}, refusals.ProfileInvalid),
    ],
)
def test_bad_users_are_refused_and_nothing_is_written(door, given, refused):
    before = door.rows("select * from core.app_user order by all")
    with pytest.raises(refused):
        door.books.call("access.user.save", **given)
    assert door.rows("select * from core.app_user order by all") == before


def test_the_older_verb_still_saves_users(door):
    door.books.call("company.user.save", login="wang", name="王芳", roles=["clerk"])
    door.books.call("company.user.save", login="wang", name="王芳", roles=["clerk"], active=False)
    with pytest.raises(UnknownUser):
        door.books.as_user("wang")


def test_an_administrator_does_not_reach_above_the_own_rank(door):
    hands = door.books.as_user("administrator")
    for verb, arguments in (
        ("access.user.save", {"login": "owner", "name": "别人"}),
        ("access.user.save", {"login": "administrator", "roles": ["owner"]}),
        ("access.user.save", {"login": "freund", "roles": ["owner"]}),
        ("access.user.suspend", {"login": "owner", "reason": "x"}),
        ("access.ticket.issue", {"login": "owner"}),
        ("access.password.issue", {"login": "owner"}),
        ("access.role.save", {"role": "administrator", "permissions": ["*"]}),
        ("access.role.save", {"role": "owner", "permissions": ["read.sales"]}),
        ("access.identity.link", {"login": "owner", "issuer": "https://id", "subject": "me"}),
    ):
        with pytest.raises(refusals.OwnerOnly):
            hands.call(verb, **arguments)


def test_somebody_always_keeps_the_users(door):
    door.books.call("access.user.suspend", login="administrator", reason="离职")
    for verb, arguments in (
        ("access.user.suspend", {"login": "owner", "reason": "离职"}),
        ("access.user.save", {"login": "owner", "roles": ["clerk"]}),
        ("access.role.save", {"role": "owner", "permissions": []}),
    ):
        with pytest.raises(refusals.LastAdministrator):
            door.books.call(verb, **arguments)
    assert door.books.as_user("owner").actor.may("access.user.save")


def test_who_leaves_the_company_leaves_the_books(door):
    door.books.call("access.user.save", login="wang", name="王芳", roles=["clerk"], employee="E1")
    door.give_password("wang")
    entered = door.sign_in("wang")
    result = door.books.call("masters.employee.save", employees=[{"code": "E1", "active": False}])
    assert result["suspended"] == ["wang"]
    with pytest.raises(refusals.PassStale):
        door.show(entered.token)
    with pytest.raises(UnknownUser):
        door.books.as_user("wang")
    # Other changes of employees suspend nobody, and come back as they did before.
    assert "suspended" not in door.books.call("masters.employee.save", employees=[{"code": "E1", "name": "张三丰"}])


def test_one_ends_only_ones_own_passes(clerk):
    mine, other = clerk.sign_in("clerk"), clerk.sign_in("owner")
    hands = clerk.books.as_user("clerk")
    for pass_id in (other.pass_id, 9999):
        with pytest.raises(NotPermitted):
            hands.call("access.pass.end", pass_id=pass_id)
    hands.call("access.pass.end", pass_id=mine.pass_id)
    with pytest.raises(refusals.PassStale):
        clerk.show(mine.token)
    with pytest.raises(refusals.OwnerOnly):
        clerk.books.as_user("administrator").call("access.pass.end", pass_id=other.pass_id)
    clerk.books.call("access.pass.end", pass_id=other.pass_id)
    with pytest.raises(refusals.UnknownPass):
        clerk.books.call("access.pass.end", pass_id=other.pass_id)


def test_everybody_sees_the_own_passes_and_rights_and_no_others(clerk):
    clerk.sign_in("clerk"), clerk.sign_in("owner")
    hands = clerk.books.as_user("clerk")
    assert set(hands.report("access_passes")["login"]) == {"clerk"}
    assert set(hands.sql("select login from rpt.access_pass")["login"]) == {"clerk"}
    assert set(hands.report("access_rights")["login"]) == {"clerk"}
    assert hands.report("access_rights", login="owner").is_empty()
    assert set(clerk.books.report("access_passes")["login"]) == {"clerk", "owner"}
    for name in ("access_users", "access_roles", "account_requests", "outbox"):
        with pytest.raises(ReportClosed):
            hands.report(name)


def test_tokens_live_for_days_and_are_revoked(clerk):
    hands = clerk.books.as_user("clerk")
    issued = hands.call("access.token.issue", name="笔记本", days=30)
    clerk.wait(days=29)
    assert clerk.show(issued["token"]).kind == "token"
    clerk.wait(days=2)
    with pytest.raises(refusals.PassStale):
        clerk.show(issued["token"])
    issued = hands.call("access.token.issue", name="笔记本")
    hands.call("access.token.revoke", pass_id=issued["pass_id"])
    with pytest.raises(refusals.PassStale):
        clerk.show(issued["token"])
    for days in (0, 91):
        with pytest.raises(refusals.PassTooLong):
            hands.call("access.token.issue", name="笔记本", days=days)
    with pytest.raises(refusals.ProfileInvalid):
        hands.call("access.token.issue", name=" ")


def test_the_first_run_settles_language_landing_and_warehouse(door):
    hands = door.books.as_user("clerk")
    assert not hands.me()["settled"]
    hands.call("access.profile.save", language="en", landing="sales/orders", warehouse="W1")
    me = hands.me()
    assert (me["settled"], me["language"], me["landing"], me["warehouse"]) == (True, "en", "sales/orders", "W1")
    for bad in ({"language": "fr"}, {"landing": "https://elsewhere"}, {"warehouse": "W9"}):
        with pytest.raises(refusals.ProfileInvalid):
            hands.call("access.profile.save", **bad)
    door.books.call("access.user.save", login="clerk", scopes=[{"kind": "warehouse", "value": "W2"}])
    with pytest.raises(refusals.ProfileInvalid):
        door.books.as_user("clerk").call("access.profile.save", warehouse="W1")


def test_what_changed_of_a_user_is_kept(door):
    door.books.call("access.user.save", login="clerk", roles=["analyst"])
    found = door.rows(
        "select table_name, row_key, kind from core.change where table_name = 'user_role' and act_id = (select max(act_id) from core.act) order by all"
    )
    assert found == [("user_role", "clerk / analyst", "added"), ("user_role", "clerk / clerk", "removed")]
