"""Which area each published view belongs to, and whether a reader whose rows are limited may ask it directly."""

from __future__ import annotations

EVERYBODY = ""
# view -> area; '' is open to everybody who may sign in. Areas joined by | open with any one of them.
AREA = {
    "company": EVERYBODY, "parameter": EVERYBODY, "period": EVERYBODY, "reach": EVERYBODY, "tax_code": EVERYBODY,
    "exchange_rate": EVERYBODY, "number_counter": "audit", "closing_basis": "ledger",
    "account": "masters|ledger", "account_ancestor": "masters|ledger", "account_role": "masters|ledger",
    "statement_line": "ledger", "statement_account": "ledger", "statement_term": "ledger", "statement_tie": "ledger",
    "statement_feed": "ledger", "cash_flow_rule": "ledger", "close_step": "ledger",
    "close_scheme": "ledger", "close_scheme_line": "ledger", "amortisation": "ledger", "monetary_account": "ledger",
    "close_run": "ledger", "year_seal": EVERYBODY,
    "voucher": "ledger", "voucher_line": "ledger", "voucher_draft": "ledger", "balance": "ledger",
    "open_item": "ledger|sales|purchasing", "open_item_match": "ledger",
    "party": "masters", "item": "masters", "item_category": "masters", "item_unit": "masters", "warehouse": "masters",
    "bin": "masters", "department": "masters|claims", "employee": "masters|claims", "project": "masters|claims",
    "price_rule": "sales",
    "document": "sales|purchasing|stock|ledger|claims", "document_line": "sales|purchasing|stock|ledger|claims",
    "document_progress": "sales|purchasing", "document_step": "sales|purchasing|stock|ledger|claims",
    "order_line": "sales|purchasing", "sales_line": "sales", "sales_history": "sales",
    "claim": "claims", "claim_line": "claims", "claim_invoice": "claims", "claim_advance": "claims",
    "claim_category": "claims", "claim_account": "claims", "claim_receipt": "claims", "claim_city": "claims",
    "claim_limit": "claims",
    "bank_account": "bank", "bank_statement": "bank", "bank_line": "bank", "bank_book": "bank", "bank_match": "bank",
    "bank_match_item": "bank", "bank_proposal": "bank", "bank_rule": "bank", "bank_booking": "bank",
    "bank_reconciliation": "bank", "bank_outstanding": "bank", "bank_balance": "bank", "cash_count": "bank",
    "cash_recurring": "bank", "cash_plan": "bank", "cash_day": "bank|ledger",
    "cash_expected": "bank",
    "cash_occurrence": "bank",
    "stock_move": "stock", "stock_value": "stock", "stock_flow": "stock", "stock_now": "stock",
    "stock_commitment": "stock",
    "person": "people", "role_grant": "people", "role_network": "people",
    "access_right": "people|masters|sales|purchasing|stock|ledger|claims|bank", "access_conflict": "people",
    "access_pass": "people|masters|sales|purchasing|stock|ledger|claims|bank", "sign_in_attempt": "people|audit",
    "account_request": "people", "access_review": "people", "last_use": "people", "outbox": "people",
    "inbox": "people|masters|sales|purchasing|stock|ledger|claims|bank|operations",
    "approval": EVERYBODY, "approval_task": EVERYBODY, "approval_duty": EVERYBODY, "approval_event": EVERYBODY,
    "approval_rule": EVERYBODY, "protection": EVERYBODY, "change_request": EVERYBODY,
    "document_revision": "sales|purchasing",
    "connector": "operations", "connector_run": "operations", "connector_row": "operations",
    "dead_letter": "operations",
    "user": "people", "act": "audit", "change": "audit",
    "purchase_history": "purchasing", "opening_batch": "stock", "duplicate_answer": "masters", "merged_code": "masters",
    "asset_category": "ledger", "asset": "ledger", "asset_event": "ledger", "asset_estimate": "ledger",
    "asset_charge": "ledger", "asset_share": "ledger", "asset_count_line": "ledger",
    "intake_run": "intake", "intake_row": "intake", "intake_key": "intake",
    "intake_rehearsal": "intake", "intake_run": "intake", "intake_row": "intake", "intake_key": "intake",
    "backup": "operations", "sample": "operations", "timing": "operations", "job": "operations",
    "threshold": "operations", "alert": "operations", "upgrade": "operations",
}  # fmt: skip
# These carry nothing by which rows could be held back, so they answer only readers who see the whole.
WHOLE = frozenset(
    {"document_progress", "document_step", "voucher", "voucher_draft", "open_item_match", "intake_run", "intake_row",
     "intake_key", "act", "change", "closing_basis", "bank_statement", "bank_line", "bank_book", "bank_match",
     "bank_match_item", "bank_proposal", "bank_reconciliation", "bank_outstanding", "bank_balance", "cash_count",
     "cash_day", "cash_expected", "close_run"}
     "cash_day", "cash_expected"}
     "intake_key", "act", "change", "closing_basis", "close_run"}
     "intake_rehearsal", "intake_key", "act", "change", "closing_basis"}
     "cash_day", "cash_expected", "close_run", "intake_rehearsal"}
)  # fmt: skip
