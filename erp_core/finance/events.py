"""What the events of money offer to the rules that make vouchers of them."""

from __future__ import annotations

from erp_core.ledger.papers import DIMENSIONS
from erp_core.ledger.rule_terms import Event, declare

MONEY_EVENTS = tuple(
    declare(
        Event(
            name,
            amounts={"paper": ("amount", "settled", "rest")},
            accounts={"paper": {"paper:money": "account"}},
            columns={"paper": ("party", "reference", *DIMENSIONS)},
            equal=("amount = settled + rest",),
        )
    )
    for name in ("receipt", "receipt_advance", "payment", "payment_advance")
)
