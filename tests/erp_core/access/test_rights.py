"""Why somebody can do something and why not; the page says what the core does."""

import pytest

from erp_core.access import refusals, register
from erp_core.foundation.rights import AREAS, MASKS
from erp_core.foundation.session import EVERYBODY
from erp_core.foundation.verbs import VERBS


def right(books, login: str, permission: str) -> tuple:
    frame = books.report("access_rights", login=login, permission=permission)
    return frame.select("may", "because", "roles", "patterns", "scope").row(0)


def test_why_and_why_not(books):
    assert right(books, "owner", "sales.order.place") == (True, "role", "owner", "*", "")
    assert right(books, "keeper", "purchasing.receipt.receive") == (True, "role", "keeper", "purchasing.receipt.*", "")
    assert right(books, "keeper", "ledger.voucher.post") == (False, "no_role", "", "", "")
    assert right(books, "keeper", "access.password.set")[:2] == (True, "everybody")
    books.call(
        "access.user.save", login="keeper", roles=["keeper", "analyst"], scopes=[{"kind": "warehouse", "value": "W1"}]
    )
    assert right(books, "keeper", "read.stock") == (True, "role", "analyst, keeper", "read.stock", "warehouse W1")
    assert right(books, "keeper", "see.cost")[:2] == (False, "warehouses")
    assert right(books, "keeper", "read.ledger")[:2] == (False, "warehouses")
    books.call("access.role.save", role="auditor", permissions=["read.*"])
    books.call("access.user.save", login="sun", name="孙", roles=["auditor"])
    assert right(books, "sun", "read.ledger")[:2] == (False, "needs_cost")
    books.call("access.user.suspend", login="sun", reason="离职")
    assert right(books, "sun", "read.sales")[:2] == (False, "inactive")


def test_the_page_says_of_everybody_what_the_core_does(books):
    books.call(
        "access.role.save",
        role="head",
        permissions=["sales.order.*", "read.*", "see.bank", "*.approve", "ledger.voucher.?oid"],
    )
    books.call(
        "access.user.save",
        login="sun",
        name="孙",
        roles=["head"],
        scopes=[{"kind": "warehouse", "value": "W1"}],
        accept_reason="试",
    )
    for login in books.report("access_users")["login"]:
        actor = books.as_user(login).actor
        told = dict(books.report("access_rights", login=login).select("permission", "may").rows())
        assert {name: actor.may(name) or name in EVERYBODY for name in VERBS} == {name: told[name] for name in VERBS}
        assert {f"read.{area}": area in actor.areas for area in AREAS}.items() <= told.items()
        assert {f"see.{mask}": mask not in actor.masks for mask in MASKS}.items() <= told.items()


def test_the_register_follows_the_verbs(books):
    assert not register.publish(books.database)
    with books.database.write() as cursor:
        cursor.execute("delete from core.verb where name = 'sales.order.place'")
        cursor.execute("insert into core.verb values ('moon.land', 'gone', false)")
    assert register.publish(books.database)
    names = {row[0] for row in books.database.root.execute("select name from core.verb").fetchall()}
    assert names >= VERBS.keys() and "moon.land" not in names


@pytest.mark.parametrize("permission", ["moon.land", "read.moon", "see.everything", "sales", "", "drop table"])
def test_a_role_grants_what_there_is(books, permission):
    with pytest.raises(refusals.UnknownPermission):
        books.call("access.role.save", role="clerk", permissions=[permission])


def test_a_role_works_at_once_and_is_listed(books):
    books.call("access.role.save", role="analyst", permissions=["read.sales", "read.masters"])
    assert books.as_user("analyst").actor.areas == ("masters", "sales")
    books.call("access.network.save", role="analyst", networks=["10.1.2.3/8", "::ffff:192.168.0.0/112"])
    frame = books.report("access_roles", role="analyst")
    assert frame.select("permission", "holders", "networks").rows() == [
        ("read.masters", 1, "10.0.0.0/8, 192.168.0.0/16"),
        ("read.sales", 1, "10.0.0.0/8, 192.168.0.0/16"),
    ]
    for bad in ("10.0.0.0/33", "office", "", "10.0.0.1-9"):
        with pytest.raises(refusals.NetworkInvalid):
            books.call("access.network.save", role="analyst", networks=[bad])
    with pytest.raises(refusals.UnknownRole):
        books.call("access.network.save", role="moon", networks=[])


def test_settings_that_would_shut_everybody_out_are_refused(books):
    for key, value in (("access.idle_minutes", "0"), ("access.lock_failures", "many"), ("mail.security", "rot13")):
        with pytest.raises(refusals.SettingInvalid):
            books.call("company.parameter.set", parameter=key, value=value, valid_from="2026-01-01", reason="试")
