"""What the events of stock offer to the rules that make vouchers of them."""

from __future__ import annotations

from erp_core.ledger.rule_terms import Event, declare

COUNT, TRANSFER = (
    declare(
        Event(
            name,
            amounts={"line": ("gain", "loss")},
            accounts={"line": {"item:inventory": "inventory_account", "item:cost": "cost_account"}},
            columns={"line": ("item", "warehouse")},
            says=("number",),
        )
    )
    for name in ("stock_count", "stock_transfer")
)
RECOST = declare(
    Event(
        "stock_recost",
        amounts={"line": ("difference",)},
        accounts={"line": {"item:inventory": "account", "item:counter": "counter"}},
        says=(),
    )
)
