"""The monthly look through the rights."""

import pytest

from erp_core.access import refusals


def state(books, login: str) -> tuple:
    frame = books.report("access_review", period="2026-01")
    return frame.filter(frame["login"] == login).select("roles", "decision", "decided_by", "note").row(0)


def test_everybody_waits_until_confirmed_or_withdrawn(clerk):
    books = clerk.books
    assert set(books.report("access_review", period="2026-01")["decision"]) == {"waiting"}
    entered = clerk.sign_in("clerk")
    books.call("access.review.decide", period="2026-01", login="keeper", decision="confirmed", note="在岗")
    assert state(books, "keeper") == ("keeper", "confirmed", "owner", "在岗")
    done = books.call("access.review.decide", period="2026-01", login="clerk", decision="withdrawn", note="已转岗")
    assert done["withdrawn"] == ["clerk"]
    assert state(books, "clerk") == ("", "withdrawn", "owner", "已转岗")
    assert not books.as_user("clerk").actor.permissions
    with pytest.raises(refusals.PassStale):
        clerk.show(entered.token)
    assert books.database.root.execute("select roles from core.access_review where login = 'clerk'").fetchall() == [
        ("clerk",)
    ]


def test_part_of_the_roles_is_withdrawn_and_the_last_word_counts(books):
    books.call("access.user.save", login="keeper", roles=["keeper", "analyst"])
    books.call("access.review.decide", period="2026-01", login="keeper", decision="confirmed")
    books.call("access.review.decide", period="2026-01", login="keeper", decision="withdrawn", roles=["analyst"])
    assert state(books, "keeper")[:2] == ("keeper", "withdrawn")


def test_last_use_and_denials_are_shown(books):
    with pytest.raises(Exception, match="may not"):
        books.as_user("clerk").call("access.user.save", login="clerk", roles=["owner"])
    frame = books.report("access_review", period="2026-01")
    row = frame.filter(frame["login"] == "clerk").row(0, named=True)
    assert row["denied"] == 1 and row["used_at"] is not None and row["entered_at"] is None


@pytest.mark.parametrize(
    "given",
    [
        {"login": "owner", "decision": "confirmed"},
        {"login": "clerk", "decision": "maybe"},
        {"login": "clerk", "decision": "confirmed", "period": "2026-13"},
    ],
)
def test_bad_decisions_are_refused(books, given):
    with pytest.raises(refusals.ReviewInvalid):
        books.call("access.review.decide", **{"period": "2026-01", **given})
    assert not books.database.root.execute("select * from core.access_review").fetchall()


def test_reviewers_are_told_while_somebody_waits(books):
    told = books.call("access.review.remind", period="2026-01")
    assert told["waiting"] == books.report("access_users").height
    assert told["told"] == ["administrator", "owner"]
    letters = books.report("inbox", state="unread").select("login", "event", "subject").rows()
    assert sorted(letters) == [(login, "review", "2026-01 权限复核") for login in ("administrator", "owner")]
    for login in books.report("access_users")["login"]:
        hands = books.as_user("administrator" if login == "owner" else "owner")
        hands.call("access.review.decide", period="2026-01", login=login, decision="confirmed")
    assert books.call("access.review.remind", period="2026-01") == {"period": "2026-01", "waiting": 0, "told": []}


def test_who_is_alone_looks_through_the_own_rights(books):
    books.call("access.user.suspend", login="administrator", reason="x")
    books.call("access.review.decide", period="2026-01", login="owner", decision="confirmed")
    with pytest.raises(refusals.LastAdministrator):
        books.call("access.review.decide", period="2026-01", login="owner", decision="withdrawn")
