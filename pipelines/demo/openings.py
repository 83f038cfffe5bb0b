"""What the demo company brings along: last year's sales, open invoices and bills, stock and account balances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import HISTORY_FIRST_DAY, next_workday
from pipelines.demo.catalogue import Item
from pipelines.demo.company import OPENING_FEN, SEED, scaled, stream
from pipelines.demo.demand import SalesOrder, orders
from pipelines.demo.expenses import accrued_wages
from pipelines.demo.partners import Customer, Supplier
from pipelines.demo.settlement import Invoice, _pay_day, patience

LAST_DAY = date(2024, 12, 31)
NET_OF_113 = 113


@dataclass(frozen=True)
class Openings:
    """Stock is quantity and value in 分 by (item, warehouse); advances are customer, reference, amount."""

    history: list[SalesOrder]
    invoices: list[Invoice]
    bills: list[Invoice]
    advances: list[tuple[str, str, int]]
    stock: dict[tuple[str, str], tuple[int, int]]
    accounts: dict[str, int]


def openings(
    items: list[Item],
    buyers: list[Customer],
    sellers: list[Supplier],
    shelves: dict[tuple[str, str], int],
    *,
    scale: float = 1.0,
    seed: int = SEED,
) -> Openings:
    """Balanced to the 分: undistributed profit takes what the other balances leave."""
    draw = stream("openings", seed)
    history = orders(items, buyers, HISTORY_FIRST_DAY, LAST_DAY, scale=scale, seed=seed)
    invoices = _open_invoices(history, draw)
    bills = _open_bills(sellers, draw, scale)
    advances = [
        (buyer.code, f"预收-{buyer.code}", draw.randint(8, 60) * 10_000)
        for buyer in buyers
        if buyer.manner == "advance"
    ][:6]
    costs = {item.code: item.cost_fen for item in items}
    stock = {
        place: (quantity, (quantity * costs[place[0]] * 200 + NET_OF_113) // (NET_OF_113 * 2))
        for place, quantity in sorted(shelves.items())
        if quantity
    }
    accounts = {code: scaled(fen, scale) for code, fen in OPENING_FEN.items()}
    accounts["2211"] = -accrued_wages(scale)
    accounts["1122"] = sum(invoice.gross for invoice in invoices)
    accounts["220201"] = -sum(bill.gross for bill in bills)
    accounts["2203"] = -sum(fen for _, _, fen in advances)
    accounts["1405"] = sum(fen for _, fen in stock.values())
    accounts["310415"] = -sum(accounts.values())
    return Openings(history, invoices, bills, advances, stock, accounts)


def _open_invoices(history: list[SalesOrder], draw: Random) -> list[Invoice]:
    result = []
    for order in history:
        buyer = order.customer
        day = next_workday(order.ordered_on + timedelta(2))
        late = patience(draw, buyer)
        due = day + timedelta(buyer.credit_days)
        paid = None if late is None else _pay_day_2024(due + timedelta(late), buyer)
        if day <= LAST_DAY and ((paid is None and draw.random() < 0.25) or (paid is not None and paid > LAST_DAY)):
            gross = sum(line.quantity * line.price_fen for line in order.lines)
            result.append(Invoice(f"24432{len(result) + 1:015d}", day, buyer, due, [], gross, {}))
    return result


def _pay_day_2024(day: date, buyer: Customer) -> date:
    return day if day <= LAST_DAY else _pay_day(day, buyer)


def _open_bills(sellers: list[Supplier], draw: Random, scale: float) -> list[Invoice]:
    # A small company has fewer suppliers, but not as few as its size would have it: their bills are smaller instead.
    size = 60 * scale / len(sellers)
    result = []
    for seller in sellers:
        for _ in range(draw.choice((1, 2, 2, 3))):
            day = next_workday(LAST_DAY - timedelta(draw.randint(2, seller.credit_days)))
            gross = round(draw.randint(320_000, 1_900_000) * size)
            result.append(
                Invoice(
                    f"24332{len(result) + 1:015d}",
                    min(day, LAST_DAY),
                    seller,
                    day + timedelta(seller.credit_days),
                    [],
                    gross,
                    {},
                )
            )
    return result
