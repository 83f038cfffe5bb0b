"""What the events of purchasing offer to the rules that make vouchers of them."""

from __future__ import annotations

from erp_core.ledger.papers import DIMENSIONS
from erp_core.ledger.rule_terms import Event, declare

_ITEM = {"item:stock_or_cost": "bought_account", "item:inventory": "inventory_account", "item:cost": "cost_account"}
_LINE = ("party", "item", "item_kind", "warehouse", "reference", *DIMENSIONS)
_BILL_LINE = ("party", "item", "item_kind", "tax_code", *DIMENSIONS)
_PAPER = ("party", "reference", "due_on", *DIMENSIONS)

RECEIPT = declare(
    Event("purchase_receipt", amounts={"line": ("cost",)}, accounts={"line": _ITEM}, columns={"line": _LINE})
)
BILLED = declare(
    Event(
        "purchase_receipt_billed",
        amounts={"paper": ("gross",), "line": ("cost", "deducted")},
        accounts={"line": _ITEM | {"tax:tax": "tax_account"}},
        columns={"paper": _PAPER, "line": ("item", "item_kind", "warehouse", "tax_code", *DIMENSIONS)},
        equal=("gross = cost + deducted",),
    )
)
BILL = declare(
    Event(
        "purchase_bill",
        amounts={"paper": ("gross",), "line": ("estimate", "to_stock", "to_cost", "deducted")},
        accounts={"line": {name: column for name, column in _ITEM.items() if name != "item:stock_or_cost"}
                  | {"tax:tax": "tax_account"}},
        columns={"paper": _PAPER, "line": _BILL_LINE},
        equal=("gross = estimate + to_stock + to_cost + deducted",),
    )
)  # fmt: skip
RETURN = declare(
    Event("purchase_return", amounts={"line": ("worth",)}, accounts={"line": _ITEM}, columns={"line": _LINE})
)
