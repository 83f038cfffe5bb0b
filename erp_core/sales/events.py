"""What the events of sales offer to the rules that make vouchers of them."""

from __future__ import annotations

from erp_core.ledger.papers import DIMENSIONS
from erp_core.ledger.rule_terms import Event, declare

INVOICE = declare(
    Event(
        "sales_invoice",
        amounts={"paper": ("gross",), "line": ("net", "tax")},
        accounts={"line": {"item:revenue": "revenue_account", "tax:tax": "tax_account"}},
        columns={
            "paper": ("party", "reference", "due_on", *DIMENSIONS),
            "line": ("party", "item", "item_kind", "tax_code", *DIMENSIONS),
        },
        equal=("gross = net + tax",),
    )
)
COST, RETURN = (
    declare(
        Event(
            name,
            amounts={"line": ("cost",)},
            accounts={"line": {"item:cost": "cost_account", "item:inventory": "inventory_account"}},
            columns={"line": ("item", "warehouse", *DIMENSIONS)},
        )
    )
    for name in ("sales_delivery", "sales_return")
)
