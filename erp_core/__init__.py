"""The core of the ERP: one company's books in one DuckDB file, and the only code that writes them.

    gateway       the host, and the one way to open books: through it, or in process
    books         the interface every client uses: verbs, reports, SQL
    reports       questions in SQL: statements, ledgers, ageing, stock, sales; invariants; export
    intake        what came from legacy files, and what it became
    sales │ purchasing │ finance      orders, deliveries, invoices, bills, money, the close
    inventory     moves and their cost
    masters       company, parties, items, warehouses, tax codes
    ledger        accounts, periods, vouchers, open items
    foundation    session ─► database ─► errors, money

An analyst needs two lines: `import erp_core as erp` and `books = erp.open("company.duckdb")`.
"""

from erp_core.books import Books
from erp_core.books import create_books as create
from erp_core.foundation.errors import Refusal
from erp_core.gateway.door import open_books as open

__all__ = ["Books", "Refusal", "create", "open"]
