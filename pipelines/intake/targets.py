"""What can be loaded: the fields of each target, in which order targets are loaded, which stand or fall as a whole."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A kind of rows the books take in.

    order: lower ones are loaded first. whole: one bad row and nothing of it is loaded. money: columns whose sums are
    shown and must close.
    """

    name: str
    order: int
    fields: tuple[str, ...]
    required: tuple[str, ...]
    money: tuple[str, ...] = ()
    whole: bool = False


def _target(
    name: str, order: int, required: str, optional: str = "", money: str = "", *, whole: bool = False
) -> Target:
    needed = tuple(required.split())
    return Target(name, order, needed + tuple(optional.split()), needed, tuple(money.split()), whole)


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        _target("accounts", 10, "code name_zh", "name_en parent"),
        _target("departments", 20, "code name", "parent"),
        _target("employees", 21, "code name", "department active"),
        _target("warehouses", 22, "code name", "kind keeper active"),
        _target("item_categories", 23, "code name", "parent"),
        _target(
            "suppliers", 30, "code name",
            "short_name uscc contact phone address region level category credit_limit credit_days employee bank_name"
            " bank_account status external_code note",
        ),
        _target(
            "customers", 31, "code name",
            "short_name uscc contact phone address region level category credit_limit credit_days employee bank_name"
            " bank_account status external_code note",
        ),
        _target(
            "parties", 30, "code name customer supplier",
            "short_name uscc contact phone address region level category credit_limit credit_days employee bank_name"
            " bank_account status external_code note",
        ),
        _target(
            "items", 40, "code name unit",
            "specification kind category barcode tax_class cost_method sales_tax purchase_tax list_price floor_price"
            " supplier lead_days minimum maximum reorder_point active external_code",
        ),
        _target("item_units", 41, "item unit numerator", "denominator"),
        _target(
            "opening_balances", 50, "account",
            "name debit credit ytd_debit ytd_credit party department employee project",
            "debit credit ytd_debit ytd_credit", whole=True,
        ),
        _target("open_receivables", 51, "party reference item_on amount", "account due_on name", "amount", whole=True),
        _target("open_payables", 52, "party reference item_on amount", "account due_on name", "amount", whole=True),
        _target("advances_received", 53, "party reference item_on amount", "account due_on name", "amount", whole=True),
        _target("advances_paid", 54, "party reference item_on amount", "account due_on name", "amount", whole=True),
        _target(
            "opening_stock", 60, "item warehouse quantity amount", "bin unit name batch produced_on expires_on former",
            "amount", whole=True,
        ),
        _target(
            "assets", 65, "name category started_on value",
            "asset specification quantity department custodian supplier location accumulated impairment method"
            " life_months months_used residual external_code note",
            "value accumulated impairment", whole=True,
        ),
        _target(
            "vouchers", 70, "voucher_on word number account debit credit",
            "line summary account_name party party_name department employee project item attachments made_by reference"
            " due_on quantity document",
            "debit credit", whole=False,
        ),
        _target(
            "sales_history", 80, "number sold_on quantity unit_price amount kind",
            "party item description region", "amount",
        ),
        _target(
            "purchase_history", 81, "number bought_on quantity unit_price amount kind",
            "party item description warehouse", "amount",
        ),
        # Rows that are read, cleaned and handed back to the caller; nothing of them is loaded from here.
        _target("rows", 90, ""),
    )
}  # fmt: skip
