"""What the demo company shows with several people: rows of one's own, and an order that waits for a yes."""

from datetime import date

import erp_core
from pipelines.demo import people


def test_two_sellers_see_their_own_customers_and_nothing_of_each_other(made):
    days = {"from_day": date(2025, 1, 1), "to_day": date(2025, 3, 31)}
    with erp_core.open(made.path) as books:
        seen = [set(books.as_user(login).report("sales_lines", **days)["number"]) for login in people.SELLERS]
        whole = set(books.report("sales_lines", **days)["number"])
    assert all(seen)
    assert not seen[0] & seen[1]
    assert seen[0] | seen[1] <= whole


def test_one_large_order_waits_for_the_supervisor(made):
    with erp_core.open(made.path) as books:
        waiting = books.report("approval_tasks", login="supervisor")
        assert waiting.select("subject", "role", "requested_by").rows() == [("sales_order", "supervisor", "clerk")]
        assert waiting["amount"][0] > people.LIMIT
        asked = books.sql("select count(*) as n from rpt.document where kind = 'sales_order' and status = 'submitted'")
        assert asked["n"][0] == 1


def test_nobody_is_asked_where_to_begin(made):
    with erp_core.open(made.path) as books:
        assert all(books.as_user(login).me()["settled"] for login in ("owner", "clerk", *people.SELLERS))
