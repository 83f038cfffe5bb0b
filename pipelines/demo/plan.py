"""The whole story of the demo company before any of it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.demo import catalogue, demand, openings, partners, settlement, trade
from pipelines.demo.calendar import FIRST_DAY, TODAY
from pipelines.demo.company import SEED


@dataclass(frozen=True)
class Plan:
    """Masters, openings and two years of trade that fit together."""

    scale: float
    seed: int
    items: list[catalogue.Item]
    sources: dict[str, str]
    customers: list[partners.Customer]
    suppliers: list[partners.Supplier]
    trade: trade.Trade
    openings: openings.Openings
    settlements: settlement.Settlements


def make(scale: float = 1.0, seed: int = SEED) -> Plan:
    """The same story for the same scale and seed, every time."""
    goods = catalogue.items(scale, seed)
    buyers, sellers = partners.customers(scale, seed), partners.suppliers(scale, seed)
    sources = partners.supplier_of(goods, sellers, seed)
    wishes = demand.orders(goods, buyers, FIRST_DAY, TODAY, scale=scale, seed=seed)
    traded = trade.play(goods, sellers, sources, wishes, FIRST_DAY, TODAY, seed=seed)
    begin = openings.openings(goods, buyers, sellers, traded.opening, scale=scale, seed=seed)
    settled = settlement.settle(traded, begin.invoices, begin.bills, seed=seed)
    return Plan(scale, seed, goods, sources, buyers, sellers, traded, begin, settled)
