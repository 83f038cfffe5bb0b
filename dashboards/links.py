"""Where a row leads: the columns that name a document, a voucher, an account, an item or a party become addresses."""

from collections.abc import Callable

from dashboards import state
from dashboards.scope import address

Link = Callable[[dict], str | None]


def known(report: str, language: str, period: str = "") -> dict[str, Link]:
    """Return the links of a report's columns by column name."""

    def to(page: str, **query: object) -> str:
        return address(page, language, **query)

    def paper(column: str, kind_column: str = "") -> Link:
        def link(row: dict) -> str | None:
            if not row.get(column) or (kind_column and not state.is_document(row.get(kind_column))):
                return None
            return to("document", number=row[column])

        return link

    def voucher(row: dict) -> str | None:
        return to("voucher", id=row["voucher_id"]) if row.get("voucher_id") else None

    def account(row: dict) -> str | None:
        return to("ledger", account=row["account"], period=period) if row.get("account") else None

    def item(row: dict) -> str | None:
        return to("inventory", view="ledger", item=row["item"]) if row.get("item") else None

    found: dict[str, Link] = {"voucher": voucher, "account": account, "item": item, "item_name": item}
    found |= {"source_number": paper("source_number", "source_kind"), "document": paper("document")}
    if report == "document":
        found["source_number"] = paper("source_number")
    if report not in ("voucher_list", "voucher_lines", "voucher_gaps"):
        found["number"] = paper("number")
    else:
        found |= {"number": voucher, "word": voucher}
    return found
