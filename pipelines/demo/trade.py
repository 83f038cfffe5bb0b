"""The order book of the demo company, played day by day so that no shelf ever holds less than nothing."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.demo.calendar import SEASON, is_workday, month_number, next_workday
from pipelines.demo.catalogue import Item
from pipelines.demo.company import MAIN, RETURNED, SEED, STORE, stream
from pipelines.demo.demand import SalesOrder, store_range
from pipelines.demo.partners import Supplier

GIVE_UP_AFTER = 45
REVIEW_DAYS = 12


@dataclass(frozen=True)
class Delivery:
    """Goods that left: (line of the order, quantity)."""

    number: str
    delivered_on: date
    order: SalesOrder
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PurchaseLine:
    """One line of a purchase order: the price in 分 with tax and per unit."""

    item: Item
    quantity: int
    price_fen: int


@dataclass(frozen=True)
class PurchaseOrder:
    """One purchase order to a supplier."""

    number: str
    ordered_on: date
    supplier: Supplier
    promised_on: date
    lines: tuple[PurchaseLine, ...]


@dataclass(frozen=True)
class Arrival:
    """Goods that came in: (line of the purchase order, quantity)."""

    number: str
    arrived_on: date
    order: PurchaseOrder
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Movement:
    """A return (line of the paper, quantity), a transfer (item, quantity) or a count (item, difference)."""

    number: str
    moved_on: date
    paper: Delivery | Arrival | None
    lines: tuple[tuple[int | Item, int], ...]
    reason: str = ""
    counted: tuple[int, ...] = ()


@dataclass
class Trade:
    """Everything that happened between two days, in the order in which it happened."""

    opening: dict[tuple[str, str], int]
    orders: list[SalesOrder]
    deliveries: list[Delivery] = field(default_factory=list)
    purchase_orders: list[PurchaseOrder] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    sale_returns: list[Movement] = field(default_factory=list)
    purchase_returns: list[Movement] = field(default_factory=list)
    transfers: list[Movement] = field(default_factory=list)
    counts: list[Movement] = field(default_factory=list)
    given_up: list[tuple[SalesOrder, date]] = field(default_factory=list)
    levels: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    on_hand: dict[tuple[str, str], int] = field(default_factory=dict)


def levels(items: list[Item], orders: list[SalesOrder], days: int) -> dict[str, tuple[int, int, int]]:
    """Minimum, reorder point and maximum of every item from what is sold on an average day."""
    sold: dict[str, list[int]] = defaultdict(list)
    for order in orders:
        for line in order.lines:
            sold[line.item.code].append(line.quantity)
    result = {}
    for item in items:
        daily, usual = sum(sold[item.code]) / days, sum(sold[item.code]) // max(1, len(sold[item.code]))
        minimum = max(item.pack, round(daily * item.lead_days))
        reorder = minimum + max(item.pack * 2, round(daily * 24), min(len(sold[item.code]), 2) * usual)
        result[item.code] = (minimum, reorder, reorder + max(item.pack * 4, round(daily * 38)))
    return result


def play(
    items: list[Item],
    sellers: list[Supplier],
    sources: dict[str, str],
    orders: list[SalesOrder],
    first: date,
    last: date,
    *,
    seed: int = SEED,
) -> Trade:
    """Let the orders be delivered, restocked, returned and counted from first to last."""
    shelf = _Shelf(items, sellers, sources, orders, first, last, seed)
    day = first
    while day <= last:
        shelf.live(day)
        day += timedelta(1)
    return shelf.finish()


class _Shelf:
    """The state of the play: what lies where, what is on its way, who still waits."""

    def __init__(
        self, items: list[Item], sellers: list[Supplier], sources: dict[str, str], orders: list[SalesOrder],
        first: date, last: date, seed: int,
    ) -> None:  # fmt: skip
        self.draw = stream("trade", seed)
        self.items, self.sources, self.first, self.last = {item.code: item for item in items}, sources, first, last
        self.levels = levels(items, orders, (last - first).days)
        self.store = sorted(store_range(items, max(12, len(items) // 5)))
        self.hand = self._opening()
        self.trade = Trade(opening=dict(self.hand), orders=orders, levels=self.levels)
        self.coming: dict[date, list[tuple[PurchaseOrder, list[tuple[int, int]]]]] = defaultdict(list)
        self.on_order: dict[str, int] = defaultdict(int)
        self.waiting: deque[tuple[SalesOrder, list[int]]] = deque()
        self.new = deque(orders)
        self.sellers, self.turn = sellers, 0
        self.goods_of: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            self.goods_of[sources[item.code]].append(item)
        self.month_deliveries: list[Delivery] = []
        self.month_arrivals: list[Arrival] = []
        self.numbers: dict[str, int] = defaultdict(int)

    def _opening(self) -> dict[tuple[str, str], int]:
        hand: dict[tuple[str, str], int] = defaultdict(int)
        for code, (_, reorder, maximum) in self.levels.items():
            portion = self.draw.uniform(0.7, 1.2) if self.items[code].weight > 0.01 else self.draw.uniform(1.5, 3.0)
            hand[code, MAIN] = max(self.items[code].pack, round((reorder + maximum) / 2 * portion))
        for code in self.store:
            hand[code, STORE] = max(1, self.levels[code][0] // 3)
        return hand

    def number(self, prefix: str, day: date) -> str:
        """The next number of the old system for a kind of paper on a day."""
        self.numbers[f"{prefix}{day}"] += 1
        return f"{prefix}-{day:%Y%m%d}-{self.numbers[f'{prefix}{day}']:03d}"

    def live(self, day: date) -> None:
        """One day: goods arrive, the shop is topped up, orders leave, suppliers are asked, papers are squared."""
        for order, lines in self.coming.pop(day, ()):
            self._arrive(day, order, lines)
        while self.new and self.new[0].ordered_on == day:
            order = self.new.popleft()
            self.waiting.append((order, [line.quantity for line in order.lines]))
        if not is_workday(day):
            return
        if not is_workday(day - timedelta(1)) or day.weekday() == 0:
            self._top_up(day)
        self._deliver(day)
        self._restock(day)
        following = next_workday(day + timedelta(1))
        if following.month != day.month:
            self._returns(day)
            if day.month in (6, 12):
                self._count(day)
            self.month_deliveries, self.month_arrivals = [], []

    def _arrive(self, day: date, order: PurchaseOrder, lines: list[tuple[int, int]]) -> None:
        for place, quantity in lines:
            code = order.lines[place].item.code
            self.hand[code, MAIN] += quantity
            self.on_order[code] -= quantity
        arrival = Arrival(self.number("CGRK", day), day, order, tuple(lines))
        self.trade.arrivals.append(arrival)
        self.month_arrivals.append(arrival)

    def _top_up(self, day: date) -> None:
        """Bring the shop's stock up from the main warehouse on the first working days of a month."""
        if self.trade.transfers and month_number(self.trade.transfers[-1].moved_on) == month_number(day):
            return
        lines = []
        for code in self.store:
            wanted = max(2, round(self.levels[code][1] * 0.5)) - self.hand[code, STORE]
            spare = self.hand[code, MAIN] - self.levels[code][0]
            moved = min(wanted, spare)
            if moved > 0:
                lines.append((self.items[code], moved))
                self.hand[code, MAIN] -= moved
                self.hand[code, STORE] += moved
        if lines:
            self.trade.transfers.append(Movement(self.number("DB", day), day, None, tuple(lines)))

    def _deliver(self, day: date) -> None:
        still: deque[tuple[SalesOrder, list[int]]] = deque()
        for order, open_quantities in self.waiting:
            age = (day - order.ordered_on).days
            if age < order.patience:
                still.append((order, open_quantities))
                continue
            shipped = self._pick(order, open_quantities, age)
            if shipped:
                delivery = Delivery(self.number("XSCK", day), day, order, tuple(shipped))
                self.trade.deliveries.append(delivery)
                self.month_deliveries.append(delivery)
            if not any(open_quantities):
                continue
            if age > GIVE_UP_AFTER:
                self.trade.given_up.append((order, day))
            else:
                still.append((order, open_quantities))
        self.waiting = still

    def _pick(self, order: SalesOrder, open_quantities: list[int], age: int) -> list[tuple[int, int]]:
        """Take from the shelf all that is open, or after two days of waiting what there is."""
        house = order.warehouse
        there = [
            min(quantity, self.hand[line.item.code, house])
            for line, quantity in zip(order.lines, open_quantities, strict=True)
        ]
        whole = there == open_quantities
        partly = age >= order.patience + 2 and 2 * sum(there) >= sum(open_quantities)
        if not whole and not partly:
            return []
        shipped = []
        for place, quantity in enumerate(there):
            if quantity:
                self.hand[order.lines[place].item.code, house] -= quantity
                open_quantities[place] -= quantity
                shipped.append((place, quantity))
        return shipped

    def _restock(self, day: date) -> None:
        self.turn = (self.turn + 1) % REVIEW_DAYS
        for seller in self.sellers:
            if seller.review != self.turn:
                continue
            lines = [line for item in self.goods_of[seller.code] if (line := self._need(item, day)) is not None]
            if lines:
                self._order(day, seller, lines)

    def _need(self, item: Item, day: date) -> PurchaseLine | None:
        season = SEASON[(day + timedelta(20)).month]
        reorder, maximum = (round(level * season) for level in self.levels[item.code][1:])
        available = self.hand[item.code, MAIN] + self.on_order[item.code]
        if available > reorder:
            return None
        quantity = -(-(maximum - available) // item.pack) * item.pack
        return PurchaseLine(item, quantity, purchase_price(item, day, self.draw.uniform(-0.008, 0.008)))

    def _order(self, day: date, seller: Supplier, lines: list[PurchaseLine]) -> None:
        promised = next_workday(day + timedelta(max(line.item.lead_days for line in lines)))
        order = PurchaseOrder(self.number("CGDD", day), day, seller, promised, tuple(lines))
        self.trade.purchase_orders.append(order)
        for line in lines:
            self.on_order[line.item.code] += line.quantity
        late = self.draw.choice((2, 3, 5, 9)) if self.draw.random() < seller.late else self.draw.choice((0, 0, 0, -1))
        arrives = next_workday(promised + timedelta(late))
        whole = [(place, line.quantity) for place, line in enumerate(lines)]
        if self.draw.random() < 0.09 and len(lines) > 1:
            later = next_workday(arrives + timedelta(self.draw.choice((4, 6, 8, 12))))
            cut = self.draw.randint(1, len(lines) - 1)
            self.coming[arrives].append((order, whole[:cut]))
            self.coming[later].append((order, whole[cut:]))
        else:
            self.coming[arrives].append((order, whole))

    def _returns(self, day: date) -> None:
        returnable = [
            d
            for d in self.month_deliveries
            if d.order.warehouse == MAIN and d.order.customer.manner in ("prompt", "normal", "slow")
        ]
        for delivery in self._some(returnable, 50):
            place, quantity = self.draw.choice(delivery.lines)
            back = max(1, quantity // self.draw.choice((1, 2, 4)))
            # What comes back waits for inspection; it is not sold again.
            self.hand[delivery.order.lines[place].item.code, RETURNED] += back
            reason = self.draw.choice(("规格不符", "外包装破损", "客户多订", "质量问题"))
            self.trade.sale_returns.append(Movement(self.number("XSTH", day), day, delivery, ((place, back),), reason))
        for arrival in self._some(self.month_arrivals, 40):
            place, quantity = self.draw.choice(arrival.lines)
            code = arrival.order.lines[place].item.code
            back = min(quantity, max(1, quantity // 8), self.hand[code, MAIN])
            if back:
                self.hand[code, MAIN] -= back
                self.trade.purchase_returns.append(
                    Movement(self.number("CGTH", day), day, arrival, ((place, back),), "来货有瑕疵")
                )

    def _some(self, papers: list, one_in: int) -> list:
        return [paper for paper in papers if self.draw.random() * one_in < 1]

    def _count(self, day: date) -> None:
        lines, counted = [], []
        for code in self.draw.sample(sorted(self.items), max(4, len(self.items) // 20)):
            difference = self.draw.choice((-2, -1, -1, 1, 2))
            if self.hand[code, MAIN] + difference > 0:
                lines.append((self.items[code], difference))
                self.hand[code, MAIN] += difference
                counted.append(self.hand[code, MAIN])
        self.trade.counts.append(Movement(self.number("PD", day), day, None, tuple(lines), "半年盘点", tuple(counted)))

    def finish(self) -> Trade:
        """The play's result with what lies on the shelves at the end."""
        self.trade.on_hand = dict(self.hand)
        return self.trade


def purchase_price(item: Item, day: date, noise: float) -> int:
    """What a supplier asks in 分 with tax: steel and copper goods swing with the season, all drift upwards slowly."""
    months = (day.year - 2025) * 12 + day.month
    swing = (0.02 if item.category in ("01", "03", "06") else 0.008) * ((months % 12) / 6 - 1)
    return max(1, round(item.cost_fen * (1 + swing + 0.0009 * months + noise)))
