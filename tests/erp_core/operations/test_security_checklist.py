"""The quarterly look at security: accounts nobody uses, failures at the door, conflicts of duties, changed rights."""

from datetime import datetime

DAYS = {"from_day": "2026-01-01", "to_day": "2099-12-31"}


def found(books) -> dict[str, set[str]]:
    rows = books.report("security_checklist", **DAYS).to_dicts()
    return {item: {row["subject"] for row in rows if row["item"] == item} for item in {row["item"] for row in rows}}


def test_new_books_name_accounts_without_use_and_nothing_worse(books):
    items = found(books)
    assert "clerk" in items["stale_user"] and "clerk" in items["no_password"] and "clerk" in items["not_reviewed"]
    assert not items.keys() & {"failures", "conflict", "drift", "long_token"}


def test_failures_conflicts_and_drift_are_named(books):
    with books.database.write() as cursor:
        for number in range(1, 11):
            cursor.execute(
                "insert into core.sign_in_attempt (attempt_id, login, address, outcome, happened_at)"
                " values (?, 'clerk', '10.0.0.9', 'wrong', ?)",
                [number, datetime(2026, 2, 3, 4, number)],  # noqa: DTZ001
            )
        # As a legacy system might have left it: one person in two roles that should be apart.
        cursor.execute("insert into core.user_role values ('clerk', 'supervisor')")
    books.call("access.role.save", role="keeper", permissions=["inventory.count.*", "read.stock"])
    items = found(books)
    assert items["failures"] == {"clerk"} and "clerk" in items["conflict"]
    assert items["drift"] == {"role_permission keeper"}
