"""What the customers of the demo company ask for, day by day, whether or not it is in stock."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from pipelines.demo.calendar import busyness, workdays
from pipelines.demo.catalogue import Item
from pipelines.demo.company import MAIN, SEED, STORE, STORE_PEOPLE, stream
from pipelines.demo.partners import SHARES, Customer

ORDERS_A_DAY = 10.3
LEVEL_DISCOUNT = {"A": 90, "B": 94, "C": 98}
STORE_SHARE = 0.14
# List prices went up by two per cent with the second year.
PRICE_STEPS = ((date(2024, 1, 1), 98), (date(2025, 1, 1), 100), (date(2026, 1, 1), 102))


@dataclass(frozen=True)
class OrderLine:
    """One line of a sales order: the price in 分 with tax and per unit."""

    item: Item
    quantity: int
    price_fen: int


@dataclass(frozen=True)
class SalesOrder:
    """One sales order as the customer placed it."""

    number: str
    ordered_on: date
    customer: Customer
    employee: str
    warehouse: str
    patience: int
    lines: tuple[OrderLine, ...]


class Wishes:
    """Draws what one customer wants: interests first, then how popular an item is (ABC)."""

    def __init__(self, items: list[Item]) -> None:
        self._by_category: dict[str, tuple[list[Item], list[float]]] = {}
        for item in items:
            goods, _ = self._by_category.setdefault(item.category, ([], []))
            goods.append(item)
        for category, (goods, _) in list(self._by_category.items()):
            self._by_category[category] = (goods, list(accumulate(item.weight for item in goods)))
        self._categories = sorted(self._by_category)
        self._shares = [SHARES[category] for category in self._categories]

    def draw(self, draw: Random, customer: Customer, count: int, store: frozenset[str] | None) -> list[Item]:
        """Up to count different items."""
        wanted: dict[str, Item] = {}
        for _ in range(count):
            category = (
                draw.choice(customer.interests)
                if draw.random() < 0.85
                else draw.choices(self._categories, weights=self._shares)[0]
            )
            goods, cumulated = self._by_category.get(category) or next(iter(self._by_category.values()))
            item = goods[min(bisect(cumulated, draw.random() * cumulated[-1]), len(goods) - 1)]
            if store is None or item.code in store:
                wanted[item.code] = item
        return list(wanted.values())


def store_range(items: list[Item], count: int) -> frozenset[str]:
    """The items that the shop keeps: the most asked for."""
    ranked = sorted(items, key=lambda item: (-item.weight, item.code))
    return frozenset(item.code for item in ranked[:count])


def orders(
    items: list[Item],
    buyers: list[Customer],
    first: date,
    last: date,
    *,
    scale: float = 1.0,
    seed: int = SEED,
) -> list[SalesOrder]:
    """All sales orders from first to last in order of day; as many a day as season, weekday and growth suggest."""
    draw = stream(f"orders/{first}", seed)
    wishes, store = Wishes(items), store_range(items, max(12, len(items) // 5))
    result: list[SalesOrder] = []
    owed = 0.0
    active, cumulated = [], []
    for day in workdays(first, last):
        if not result or day.month != result[-1].ordered_on.month:
            active = [buyer for buyer in buyers if buyer.joined_on <= day < buyer.left_on]
            cumulated = list(accumulate(buyer.weight for buyer in active))
        owed += ORDERS_A_DAY * scale * busyness(day) * draw.uniform(0.75, 1.25)
        count, owed = int(owed), owed - int(owed)
        for number in range(1, count + 1):
            buyer = active[min(bisect(cumulated, draw.random() * cumulated[-1]), len(active) - 1)]
            result.append(_order(draw, wishes, store, buyer, day, number))
    return result


def _order(draw: Random, wishes: Wishes, store: frozenset[str], buyer: Customer, day: date, number: int) -> SalesOrder:
    at_store = buyer.level == "C" and draw.random() < STORE_SHARE / 0.7
    wanted: list[Item] = []
    while not wanted:
        count = draw.choices((1, 2, 3, 4, 5, 6, 8), weights=(16, 22, 22, 16, 12, 8, 4))[0]
        wanted = wishes.draw(draw, buyer, count, store if at_store else None)
    lines = tuple(_line(draw, item, buyer, day, 0.45 if at_store else 1.0) for item in wanted)
    return SalesOrder(
        number=f"XSDD-{day:%Y%m%d}-{number:03d}",
        ordered_on=day,
        customer=buyer,
        employee=draw.choice(STORE_PEOPLE) if at_store else buyer.employee,
        warehouse=STORE if at_store else MAIN,
        patience=0 if at_store else draw.choices((0, 1, 2, 3, 5), weights=(18, 38, 25, 12, 7))[0],
        lines=lines,
    )


def _line(draw: Random, item: Item, buyer: Customer, day: date, portion: float) -> OrderLine:
    worth_fen = 98_000 * portion * buyer.size * draw.lognormvariate(0, 0.85)
    pack = item.pack if portion == 1.0 else max(1, item.pack // 5)
    quantity = max(1, round(worth_fen / item.price_fen / pack)) * pack
    discount = LEVEL_DISCOUNT[buyer.level] - (2 if quantity >= item.pack * 12 else 0)
    step = next(percent for since, percent in reversed(PRICE_STEPS) if day >= since)
    return OrderLine(item, quantity, max(item.cost_fen * step // 100 + 1, item.price_fen * discount * step // 10_000))
