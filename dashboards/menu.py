"""Which screens there are, on which reports each stands, and so who may see it and where one may be greeted."""

from dashboards import catalogue, state

# section -> (file, address, icon); the first screen is the home page. Screens without a section are reached by links.
SCREENS = {
    "overview": [
        ("home", "", ":material/space_dashboard:"),
        ("approvals", "approvals", ":material/task_alt:"),
        ("sales", "sales", ":material/trending_up:"),
        ("inventory", "inventory", ":material/inventory_2:"),
    ],
    "finance": [
        ("finance", "finance", ":material/account_balance:"),
        ("accounts", "accounts", ":material/table_chart:"),
        ("ledger", "ledger", ":material/menu_book:"),
        ("books", "books", ":material/auto_stories:"),
        ("desk", "desk", ":material/edit_note:"),
        ("ageing", "ageing", ":material/hourglass_bottom:"),
        ("close", "close", ":material/event_available:"),
        ("claims", "claims", ":material/request_quote:"),
        ("bank", "bank", ":material/sync_alt:"),
        ("reconciliation", "reconciliation", ":material/balance:"),
        ("cash", "cash", ":material/payments:"),
        ("assets", "assets", ":material/domain:"),
        ("budget", "budget", ":material/savings:"),
    ],
    "look_up": [
        ("reports", "reports", ":material/description:"),
        ("trace", "trace", ":material/conversion_path:"),
    ],
    "administration": [
        ("intake", "intake", ":material/upload_file:"),
        ("people", "people", ":material/group:"),
        ("rights", "rights", ":material/key:"),
        ("audit", "audit", ":material/history:"),
        ("health", "health", ":material/monitor_heart:"),
        ("connectors", "connectors", ":material/sync_alt:"),
    ],
    "": [
        ("rows", "rows", ":material/list:"),
        ("document", "document", ":material/article:"),
        ("voucher", "voucher", ":material/receipt_long:"),
        ("claim", "claim", ":material/request_quote:"),
        ("claim_entry", "claim_entry", ":material/edit_note:"),
        ("asset_card", "asset_card", ":material/domain:"),
        ("budget_grid", "budget_grid", ":material/grid_on:"),
        ("settle", "settle", ":material/waving_hand:"),
        ("account", "account", ":material/person:"),
        ("help", "help", ":material/help:"),
    ],
}
# The reports a screen stands on: it is open to who may run one of them. Screens not named are open to everybody.
STANDS_ON = {
    "approvals": ("approval_tasks",),
    "sales": ("sales_analysis",),
    "inventory": ("stock_on_hand",),
    "finance": ("balance_sheet",),
    "accounts": ("trial_balance",),
    "ledger": ("general_ledger",),
    "books": ("ledger_summary", "quantity_ledger"),
    "desk": ("voucher_drafts",),
    "ageing": ("aged_receivables", "aged_payables"),
    "close": ("close_runs",),
    "bank": ("bank_lines",),
    "reconciliation": ("bank_reconciliation",),
    "cash": ("cash_forecast",),
    "claims": ("claims",),
    "claim": ("claims",),
    "claim_entry": ("claim_choices",),
    "assets": ("asset_register",),
    "budget": ("budget_variance",),
    "asset_card": ("asset_register",),
    "budget_grid": ("budget_grid",),
    "document": ("document",),
    "voucher": ("voucher_lines",),
    "trace": ("lineage_of_cell",),
    "intake": ("intake_runs",),
    "people": ("access_users",),
    "rights": ("access_rights",),
    "audit": ("audit_trail",),
    "health": ("operations_samples",),
    "connectors": ("connectors",),
}

# The act without which a screen is of no use: it is open to who may do it.
NEEDS = {"intake": "intake.load"}
# Everybody may look at their own rights; in the list this screen stands only for who looks at those of others.
LISTED_ON = {"rights": ("access_roles",)}
# The screens one may be greeted with.
LANDINGS = ("home", "sales", "inventory", "finance", "ageing", "reports")


def ready(file: str) -> bool:
    """Tell whether a screen has something to stand on in these books."""
    reports = STANDS_ON.get(file, ())
    return not reports or any(catalogue.definition(report) for report in reports)


def is_open(file: str) -> bool:
    """Tell whether the visitor may see a screen."""
    reports = STANDS_ON.get(file, ())
    able = file not in NEEDS or state.may(NEEDS[file])
    return able and (not reports or any(state.sees(report) for report in reports))


def listed(file: str) -> bool:
    """Tell whether a screen that is open stands in the list too."""
    return file not in LISTED_ON or any(state.sees(report) for report in LISTED_ON[file])
