"""Who is invoiced when, and who pays when, in part, late or never. Amounts in 分 with tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import TODAY, last_workday, next_workday
from pipelines.demo.company import SEED, STORE, stream
from pipelines.demo.partners import Customer, Supplier
from pipelines.demo.trade import Arrival, Delivery, Movement, Trade

# What one party pays on a day from an account, and for which invoices.
Purse = tuple[date, str, str]
Purses = dict[Purse, list[tuple[str, int]]]


@dataclass
class Invoice:
    """A sales invoice over deliveries of one customer, or a purchase bill over arrivals of one supplier."""

    number: str
    invoiced_on: date
    party: Customer | Supplier
    due_on: date
    papers: list[Delivery] | list[Arrival]
    gross: int
    # Billed price in 分 per (arrival number, line) where it differs from the order.
    prices: dict[tuple[str, int], int]
    settled: int = 0


@dataclass(frozen=True)
class RedInvoice:
    """The red invoice or bill for a return."""

    number: str
    invoiced_on: date
    original: Invoice
    back: Movement
    gross: int


@dataclass(frozen=True)
class Money:
    """A receipt or payment; shares say which invoices it settles, what is left over is an advance."""

    number: str
    paid_on: date
    party: str
    account: str
    gross: int
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Application:
    """An advance that is set against an invoice."""

    applied_on: date
    party: str
    invoice: str
    gross: int


@dataclass
class Settlements:
    """All that follows the goods."""

    invoices: list[Invoice]
    bills: list[Invoice]
    red_invoices: list[RedInvoice]
    red_bills: list[RedInvoice]
    receipts: list[Money]
    payments: list[Money]
    applications: list[Application]


def settle(trade: Trade, open_invoices: list[Invoice], open_bills: list[Invoice], *, seed: int = SEED) -> Settlements:
    """Invoice what was delivered, bill what arrived, and let the money follow up to the demo's today."""
    draw = stream("settlement", seed)
    invoices = _invoices(trade, draw)
    bills = _bills(trade, draw)
    reds = _reds(trade.sale_returns, invoices, "RED", _delivered_price)
    red_bills = _reds(trade.purchase_returns, bills, "RB", _arrived_price)
    receipts, applications = _receipts(draw, [*open_invoices, *invoices], reds, trade)
    payments = _payments(draw, [*open_bills, *bills], red_bills)
    return Settlements(invoices, bills, reds, red_bills, receipts, payments, applications)


def delivery_gross(delivery: Delivery) -> int:
    """What a delivery is worth with tax."""
    return sum(quantity * delivery.order.lines[place].price_fen for place, quantity in delivery.lines)


def _delivered_price(_: Invoice, delivery: Delivery, place: int) -> int:
    return delivery.order.lines[place].price_fen


def _arrived_price(bill: Invoice, arrival: Arrival, place: int) -> int:
    return bill.prices.get((arrival.number, place), arrival.order.lines[place].price_fen)


def _invoices(trade: Trade, draw: Random) -> list[Invoice]:
    returned = {back.paper.number for back in trade.sale_returns}
    groups: dict[tuple, list[Delivery]] = defaultdict(list)
    for delivery in trade.deliveries:
        buyer, day = delivery.order.customer, delivery.delivered_on
        if buyer.monthly_invoice and delivery.number not in returned:
            key = (last_workday(f"{day:%Y-%m}"), buyer.code, "")
        else:
            wait = 0 if delivery.number in returned else draw.choices((0, 1, 2), weights=(80, 12, 8))[0]
            key = (next_workday(day + timedelta(wait)), buyer.code, delivery.number)
        if key[0] <= TODAY:
            groups[key].append(delivery)
    result = []
    for number, key in enumerate(sorted(groups), 1):
        papers = groups[key]
        buyer = papers[0].order.customer
        result.append(
            Invoice(
                f"{key[0]:%y}432{number:015d}",
                key[0],
                buyer,
                key[0] + timedelta(buyer.credit_days),
                papers,
                sum(map(delivery_gross, papers)),
                {},
            )
        )
    return result


def _bills(trade: Trade, draw: Random) -> list[Invoice]:
    returned = {back.paper.number for back in trade.purchase_returns}
    groups: dict[tuple, list[Arrival]] = defaultdict(list)
    for arrival in trade.arrivals:
        seller, day = arrival.order.supplier, arrival.arrived_on
        if seller.bills_with_goods or arrival.number in returned:
            key = (day, seller.code, arrival.number)
        elif seller.review % 2:
            key = (next_workday(day + timedelta(draw.randint(4, 26))), seller.code, arrival.number)
        else:
            statement = next_workday(date(day.year, day.month, 24))
            if statement < day:
                following = day.replace(day=1) + timedelta(32)
                statement = next_workday(following.replace(day=24))
            key = (statement, seller.code, "")
        if key[0] <= TODAY:
            groups[key].append(arrival)
    return [_bill(number, key[0], groups[key], draw) for number, key in enumerate(sorted(groups), 1)]


def _bill(number: int, day: date, papers: list[Arrival], draw: Random) -> Invoice:
    seller = papers[0].order.supplier
    with_goods = papers[0].arrived_on == day and len(papers) == 1
    prices, gross = {}, 0
    for arrival in papers:
        for place, quantity in arrival.lines:
            price = arrival.order.lines[place].price_fen
            if not with_goods and draw.random() < seller.price_trouble:
                price = round(price * draw.choice((1.01, 1.02, 0.99)))
                prices[arrival.number, place] = price
            gross += quantity * price
    return Invoice(f"{day:%y}332{number:015d}", day, seller, day + timedelta(seller.credit_days), papers, gross, prices)


def _reds(backs: list[Movement], invoices: list[Invoice], prefix: str, price: Callable[..., int]) -> list[RedInvoice]:
    by_paper = {paper.number: invoice for invoice in invoices for paper in invoice.papers}
    result = []
    for number, back in enumerate(backs, 1):
        original = by_paper.get(back.paper.number)
        if original is not None:
            gross = sum(quantity * price(original, back.paper, place) for place, quantity in back.lines)
            middle = "432" if prefix == "RED" else "332"
            result.append(
                RedInvoice(f"{back.moved_on:%y}{middle}{900000 + number:015d}", back.moved_on, original, back, gross)
            )
    return result


def patience(draw: Random, buyer: Customer) -> int | None:
    """Days after the due date on which a customer pays; nothing when it never does."""
    if buyer.manner == "bad" and draw.random() < 0.6:
        return None
    low, high = {"prompt": (-3, 4), "normal": (-1, 18), "slow": (15, 75), "bad": (50, 160), "advance": (0, 0)}[
        buyer.manner
    ]
    return draw.randint(low, high)


def _receipts(
    draw: Random, invoices: list[Invoice], reds: list[RedInvoice], trade: Trade
) -> tuple[list[Money], list[Application]]:
    """Gather what every customer pays on a day; shop customers pay at once, advance customers with the order."""
    paid_back: dict[str, tuple[int, date]] = {}
    for red in reds:
        before = paid_back.get(red.original.number, (0, red.invoiced_on))
        paid_back[red.original.number] = (before[0] + red.gross, max(before[1], red.invoiced_on))
    purses: dict[tuple[date, str, str], list[tuple[str, int]]] = defaultdict(list)
    advances: dict[tuple[date, str, str], int] = defaultdict(int)
    applications = []
    for order in trade.orders:
        if order.customer.manner == "advance" and order.warehouse != STORE:
            advances[order.ordered_on, order.customer.code, "1002"] += sum(
                x.quantity * x.price_fen for x in order.lines
            )
    for invoice in invoices:
        at_shop = bool(invoice.papers) and invoice.papers[0].order.warehouse == STORE and len(invoice.papers) == 1
        if at_shop:
            account = "1001" if invoice.gross < 150_000 else "1002"
            purses[invoice.invoiced_on, invoice.party.code, account].append((invoice.number, invoice.gross))
        elif invoice.party.manner == "advance" and invoice.papers:
            applications.append(Application(invoice.invoiced_on, invoice.party.code, invoice.number, invoice.gross))
        else:
            for day, gross in _parts(draw, invoice, *paid_back.get(invoice.number, (0, invoice.invoiced_on))):
                purses[day, invoice.party.code, "1002"].append((invoice.number, gross))
    return _gather("SK", purses, advances), applications


def _parts(draw: Random, invoice: Invoice, back: int, not_before: date) -> list[tuple[date, int]]:
    """When and how much of an invoice is paid: mostly all at once, on the customer's pay day."""
    late, owed = patience(draw, invoice.party), invoice.gross - back
    if late is None or owed <= 0:
        return []
    day = _pay_day(max(invoice.due_on + timedelta(late), not_before, invoice.invoiced_on), invoice.party)
    if draw.random() < 0.07 and owed > 500_000:
        part = owed * draw.choice((40, 50, 60)) // 100 // 10_000 * 10_000
        plan = [(day, part), (_pay_day(day + timedelta(draw.randint(18, 40)), invoice.party), owed - part)]
    else:
        plan = [(day, owed)]
    return [(on, gross) for on, gross in plan if on <= TODAY]


def _pay_day(day: date, buyer: Customer) -> date:
    """Large customers pay on the 10th and 25th, others on their own weekday."""
    day = max(day, date(2025, 1, 2))
    if buyer.level == "A":
        while day.day not in (10, 25):
            day += timedelta(1)
    else:
        while day.weekday() != int(buyer.code[1:]) % 5:
            day += timedelta(1)
    return next_workday(day)


def _gather(prefix: str, purses: Purses, advances: dict[Purse, int]) -> list[Money]:
    numbers: dict[date, int] = defaultdict(int)
    result = []
    for key in sorted({*purses, *advances}):
        day, party, account = key
        numbers[day] += 1
        shares = tuple(purses.get(key, ()))
        gross = sum(share for _, share in shares) + advances.get(key, 0)
        result.append(Money(f"{prefix}-{day:%Y%m%d}-{numbers[day]:03d}", day, party, account, gross, shares))
    return result


def _payments(draw: Random, bills: list[Invoice], reds: list[RedInvoice]) -> list[Money]:
    """Two payment runs a month; some bills are put off once, some paid in two parts."""
    back: dict[str, int] = defaultdict(int)
    for red in reds:
        back[red.original.number] += red.gross
    purses: dict[tuple[date, str, str], list[tuple[str, int]]] = defaultdict(list)
    for bill in bills:
        day = _run_day(
            max(bill.due_on, bill.invoiced_on + timedelta(11))
            + timedelta(draw.choices((0, 15, 30), weights=(82, 13, 5))[0])
        )
        owed = bill.gross - back[bill.number]
        if draw.random() < 0.05 and owed > 2_000_000:
            purses[day, bill.party.code, "1002"].append((bill.number, owed // 2 // 100_000 * 100_000))
            owed -= owed // 2 // 100_000 * 100_000
            day = _run_day(day + timedelta(10))
        purses[day, bill.party.code, "1002"].append((bill.number, owed))
    return [money for money in _gather("FK", purses, {}) if money.paid_on <= TODAY]


def _run_day(day: date) -> date:
    day = max(day, date(2025, 1, 2))
    while day.day not in (10, 25):
        day += timedelta(1)
    return next_workday(day)
