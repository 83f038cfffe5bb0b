"""Eight threads approve and post at once, on both bindings: each thing happens once, numbers have no gap, the chain holds."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from erp_core.foundation.errors import BooksBusy, Refusal
from tests import by_hand

THREADS, EACH = 8, 3


def at_once(acts):
    """What each act came to: a result, or the name of its refusal; anything else is raised."""

    def tried(act):
        while True:
            try:
                return act()
            except BooksBusy:
                continue
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(tried, acts))


def test_every_voucher_is_posted_once_by_whoever_comes_first(books):
    day = date(2026, 1, 31)
    made = [
        by_hand.draft(books, day, "费", ("560205", 1, "", {"department": "D1"}), ("1002", "", 1))
        for _ in range(EACH * 2)
    ]
    books.as_user("accountant").call("ledger.voucher.submit", drafts=made)
    hands = [books.as_user("supervisor") for _ in range(THREADS)]
    for verb in ("ledger.voucher.review", "ledger.voucher.post"):
        acts = [lambda b=hand, d=draft, v=verb: b.call(v, drafts=[d]) for draft in made for hand in hands]
        found = at_once(acts)
        done = [one for one in found if isinstance(one, dict)]
        assert len(done) == len(made), found
        assert {one for one in found if isinstance(one, str)} == {"DraftStep"}
    numbers = books.sql("select number from rpt.voucher where period = '2026-01' order by number")["number"].to_list()
    assert numbers == list(range(1, len(made) + 1))
    assert books.check()["ok"].all()


def test_one_key_from_eight_threads_is_one_act(books):
    hands = [books.as_user("owner") for _ in range(THREADS)]
    head = {"document_on": date(2026, 1, 5), "party": "C01", "warehouse": "W1"}
    place = [
        lambda b=hand: b.call("sales.order.place", documents=head, lines=[{"item": "B", "quantity": 1}], key="einmal")[
            "numbers"
        ]["1"]
        for hand in hands
    ]
    assert len(set(at_once(place))) == 1
    number = books.report("documents", kind="sales_order")["number"][0]
    books.call("sales.order.submit", numbers=number)
    found = Counter(
        str(one)
        for one in at_once([lambda b=hand: b.call("sales.order.approve", numbers=number)["count"] for hand in hands])
    )
    assert found == {"1": 1, "IllegalStep": THREADS - 1}
    seals = books.sql("select count(*) as n, count(distinct seal) as d from rpt.seal")
    assert seals["n"][0] == seals["d"][0]


def test_one_chain_is_decided_once(books):
    books.call("approval.rule.save", rule="大额", subject="sales_order", condition="amount_over", threshold="1",
               steps=[{"step": 1, "role": "supervisor"}])  # fmt: skip
    head = {"document_on": date(2026, 1, 5), "party": "C01", "warehouse": "W1"}
    number = books.call("sales.order.place", documents=head, lines=[{"item": "C", "quantity": 1}])["numbers"]["1"]
    books.call("sales.order.submit", numbers=number)
    approval = books.report("approvals")["approval_id"][0]
    hands = [books.as_user("supervisor") for _ in range(THREADS)]
    found = at_once(
        [lambda b=hand: b.call("approval.decide", approval_id=approval, decision="approve") for hand in hands]
    )
    assert sum(isinstance(one, dict) for one in found) == 1, found
    assert books.report("documents", kind="sales_order")["status"].to_list() == ["approved"]
    assert books.check()["ok"].all()
