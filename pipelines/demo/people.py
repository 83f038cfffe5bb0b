"""People of the demo company: two sellers see their own rows, an order waits for a yes, no first-run questions."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any

from pipelines.demo.calendar import TODAY

RULE, LIMIT, WAITING = "大额销售订单", Decimal(30000), Decimal(48000)
SELLERS = ("seller1", "seller2")


def settle(books: Any) -> None:
    """Give the company what only shows with several people: limits of rows, a rule of approval, and an open task."""
    _sellers(books)
    for login in books.sql("select login from rpt.user where active order by login")["login"]:
        books.as_user(login).call("access.profile.save", language="zh")
    books.call(
        "approval.rule.save", rule=RULE, name_zh=RULE, name_en="Large sales orders", subject="sales_order",
        condition="amount_over", threshold=str(LIMIT), steps=[{"step": 1, "role": "supervisor"}],
    )  # fmt: skip
    _waiting_order(books)


def _sellers(books: Any) -> None:
    """The two employees with most customers, each limited to what is theirs."""
    busiest = books.sql(
        "select e.code, e.name from rpt.employee e join rpt.party p on p.employee = e.code and p.customer"
        " group by e.code, e.name order by count(*) desc, e.code limit 2"
    )
    for login, (code, name) in zip(SELLERS, busiest.rows(), strict=False):
        person = {"login": login, "name": name, "employee": code, "roles": ["clerk"]}
        books.call("access.user.save", **person, scopes=[{"kind": "own", "value": ""}])


def _waiting_order(books: Any) -> None:
    """An order above the limit, handed in by the clerk today."""
    item, price = books.sql(
        "select code, list_price from rpt.item where kind = 'goods' and active and list_price > 0"
        " order by list_price desc, code limit 1"
    ).row(0)
    party = books.sql("select min(code) as c from rpt.party where customer and status = 'active'")["c"][0]
    house = books.sql("select min(code) as c from rpt.warehouse where kind = 'normal' and active")["c"][0]
    clerk = books.as_user("clerk")
    head = {"document_on": TODAY, "party": party, "warehouse": house, "note": "工程项目备货"}
    quantity = (WAITING / price).to_integral_value(ROUND_CEILING)
    placed = clerk.call("sales.order.place", documents=head, lines=[{"item": item, "quantity": quantity}])
    clerk.call("sales.order.submit", numbers=list(placed["numbers"].values()))
