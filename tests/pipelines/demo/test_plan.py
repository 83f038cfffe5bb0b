"""The story behind the demo company: believable, dated on working days, and never short of stock."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from stdnum import ean
from stdnum.cn import uscc

from pipelines.demo import catalogue, company, demand, expenses, openings, partners, plan, settlement, trade
from pipelines.demo.calendar import FIRST_DAY, SEASON, TODAY, is_workday, month_end, next_workday, periods


def test_nobody_works_on_sundays_or_at_spring_festival():
    assert not is_workday(date(2026, 11, 15))
    assert not is_workday(date(2026, 2, 17))
    assert next_workday(date(2025, 1, 27)) == date(2025, 2, 6)
    assert (periods()[0], periods()[-1], len(periods())) == ("2025-01", "2026-11", 23)
    assert month_end("2026-02") == date(2026, 2, 28)


def test_the_same_seed_tells_the_same_story():
    one, other = plan.make(0.03), plan.make(0.03)
    assert one == other
    assert plan.make(0.03, seed=7).trade.orders != one.trade.orders


def test_full_catalogue_has_every_category_and_an_uneven_demand():
    items = catalogue.items()
    assert len(items) == 800
    assert {item.category for item in items} == {code for code, _ in catalogue.CATEGORIES}
    assert len({(item.name, item.specification) for item in items}) == 800
    assert all(ean.is_valid(item.barcode) for item in items)
    weights = sorted((item.weight for item in items), reverse=True)
    assert sum(weights[:160]) > 0.5 * sum(weights)


def test_partners_have_right_but_invented_credit_codes():
    people = [*partners.customers(), *partners.suppliers()]
    assert len(people) == 360
    assert all(uscc.is_valid(one.uscc) and "XX" in one.uscc for one in people)
    assert uscc.is_valid(company.USCC)
    assert len({one.name for one in people}) == len(people)


def test_orders_follow_the_season():
    buyers = partners.customers()
    orders = demand.orders(catalogue.items(), buyers, date(2025, 1, 1), date(2025, 12, 31))
    month = defaultdict(int)
    for order in orders:
        month[order.ordered_on.month] += 1
        assert is_workday(order.ordered_on)
        assert order.lines
    assert month[2] == min(month.values())
    assert month[11] > month[7]
    assert min(SEASON.values()) == SEASON[2]


def test_no_shelf_ever_holds_less_than_nothing(story):
    hand = dict(story.trade.opening)
    moves = []
    for paper in story.trade.arrivals:
        moves += [(paper.arrived_on, 0, paper.order.lines[at].item.code, company.MAIN, n) for at, n in paper.lines]
    for move in story.trade.transfers:
        moves += [(move.moved_on, 1, item.code, company.MAIN, -n) for item, n in move.lines]
        moves += [(move.moved_on, 1, item.code, company.STORE, n) for item, n in move.lines]
    for paper in story.trade.deliveries:
        lines = paper.order.lines
        moves += [(paper.delivered_on, 2, lines[at].item.code, paper.order.warehouse, -n) for at, n in paper.lines]
    for back in story.trade.purchase_returns:
        lines = back.paper.order.lines
        moves += [(back.moved_on, 3, lines[at].item.code, company.MAIN, -n) for at, n in back.lines]
    for count in story.trade.counts:
        moves += [(count.moved_on, 4, item.code, company.MAIN, difference) for item, difference in count.lines]
    for _, _, item, house, quantity in sorted(moves):
        hand[item, house] = hand.get((item, house), 0) + quantity
        assert hand[item, house] >= 0, (item, house)
    kept = {place: quantity for place, quantity in story.trade.on_hand.items() if place[1] != company.RETURNED}
    assert {place: n for place, n in hand.items() if n} == {place: n for place, n in kept.items() if n}


def test_goods_never_leave_before_they_are_ordered_or_beyond_it(story):
    shipped = defaultdict(int)
    for delivery in story.trade.deliveries:
        assert delivery.delivered_on >= delivery.order.ordered_on
        for place, quantity in delivery.lines:
            shipped[delivery.order.number, place] += quantity
    ordered = {(order.number, at): line.quantity for order in story.trade.orders for at, line in enumerate(order.lines)}
    assert all(quantity <= ordered[key] for key, quantity in shipped.items())
    assert sum(shipped.values()) > 0.9 * sum(ordered.values())


def test_money_settles_no_invoice_twice_and_stays_in_the_story(story):
    settled = story.settlements
    owed = {one.number: one.gross for one in [*story.openings.invoices, *settled.invoices]}
    for red in settled.red_invoices:
        owed[red.original.number] -= red.gross
    for money in settled.receipts:
        assert money.paid_on <= TODAY
        assert is_workday(money.paid_on)
        for reference, share in money.shares:
            owed[reference] -= share
    for applied in settled.applications:
        owed[applied.invoice] -= applied.gross
    assert min(owed.values()) >= 0
    assert sum(owed.values()) > 0


def test_some_bills_come_late_and_some_are_dearer(story):
    late = [bill for bill in story.settlements.bills if bill.invoiced_on > bill.papers[0].arrived_on]
    assert late
    assert all(bill.due_on >= bill.invoiced_on for bill in story.settlements.bills)
    full = plan.make(0.2).settlements
    assert any(bill.prices for bill in full.bills)


def test_openings_balance(story):
    accounts = story.openings.accounts
    assert sum(accounts.values()) == 0
    assert accounts["1122"] == sum(invoice.gross for invoice in story.openings.invoices)
    assert accounts["1405"] == sum(fen for _, fen in story.openings.stock.values())
    assert accounts["2211"] == -expenses.accrued_wages(story.scale)
    assert isinstance(story.openings, openings.Openings)


def test_margin_is_that_of_a_wholesaler():
    story = plan.make(0.25)
    gross = sum(settlement.delivery_gross(delivery) for delivery in story.trade.deliveries)
    cost = sum(n * d.order.lines[at].item.cost_fen for d in story.trade.deliveries for at, n in d.lines)
    assert 0.18 < 1 - cost / gross < 0.28


def test_steel_swings_with_the_season():
    screw = next(item for item in catalogue.items(0.1) if item.category == "01")
    prices = {trade.purchase_price(screw, date(2025, month, 1), 0) for month in range(1, 13)}
    assert len(prices) > 1
    assert FIRST_DAY.year == 2025
