"""A small real company for the screens: three months of buying, selling and being paid, all through the books' own verbs."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import erp_core

CATEGORIES = [{"code": "01", "name": "紧固件"}, {"code": "02", "name": "工具"}]
ITEMS = [
    {
        "code": "A1",
        "name": "螺丝 M6×20",
        "unit": "盒",
        "category": "01",
        "list_price": "85",
        "cost_method": "moving_average",
    },
    {"code": "A2", "name": "膨胀螺栓 M8", "unit": "盒", "category": "01", "list_price": "120", "cost_method": "fifo"},
    {
        "code": "B1",
        "name": "扳手 12寸",
        "unit": "把",
        "category": "02",
        "list_price": "40",
        "cost_method": "month_average",
    },
    {
        "code": "B2",
        "name": "电钻 550W",
        "unit": "台",
        "category": "02",
        "list_price": "260",
        "cost_method": "moving_average",
    },
]
LEVELS = {"A1": (20, 30, 400), "A2": (400, 500, 900), "B1": (10, 20, 300), "B2": (5, 8, 100)}
CUSTOMERS = ("长沙甲商行", "株洲乙建材", "湘潭丙五金", "岳阳丁装饰", "衡阳戊机电", "<b>益阳&己</b>")
REGIONS = ("长沙", "株洲", "湘潭", "岳阳", "衡阳", "益阳")


def make(path: str | Path = ":memory:", rounds: int = 24) -> erp_core.Books:
    """Found the company and let it trade; rounds is how many sales there are."""
    books = erp_core.create(
        path, company="长沙测试五金有限公司", name_en="Changsha Test Hardware", standard="sbe", start="2026-01"
    )
    _furnish(books)
    _open(books)
    _buy(books, 1 + rounds // 24)
    _sell(books, rounds)
    _leave_an_order_late(books)
    _by_hand(books)
    return books


def _furnish(books: erp_core.Books) -> None:
    books.call("masters.department.save", departments=[{"code": "D1", "name": "销售部"}])
    books.call(
        "masters.employee.save",
        employees=[{"code": f"E{n}", "name": name, "department": "D1"} for n, name in enumerate(("张三", "李四"), 1)],
    )
    books.call("masters.warehouse.save", warehouses=[{"code": "W1", "name": "主仓"}])
    books.call("masters.item_category.save", categories=CATEGORIES)
    named = ("minimum", "reorder_point", "maximum")
    books.call(
        "masters.item.save", items=[it | dict(zip(named, map(str, LEVELS[it["code"]]), strict=True)) for it in ITEMS]
    )
    customers = [
        {
            "code": f"C{n:02}",
            "name": name,
            "customer": True,
            "credit_days": 15 if n < 4 else 60,
            "region": REGIONS[n - 1],
            "employee": f"E{(n - 1) % 2 + 1}",
        }
        for n, name in enumerate(CUSTOMERS, 1)
    ]
    supplier = {
        "code": "S01",
        "name": "佛山五金厂",
        "supplier": True,
        "credit_days": 30,
        "phone": "0757-82345678",
        "address": "佛山",
    }
    books.call("masters.party.save", parties=[*customers, supplier])


def _open(books: erp_core.Books) -> None:
    books.call(
        "inventory.opening.load", stock=[{"item": "B1", "warehouse": "W1", "quantity": "50", "amount": "1000.00"}]
    )
    balances = [
        {"account": "1002", "debit": Decimal(300000), "credit": Decimal(0)},
        {"account": "1405", "debit": Decimal(1000), "credit": Decimal(0)},
        {"account": "3001", "debit": Decimal(0), "credit": Decimal(301000)},
    ]
    books.call("ledger.opening.load", balances=balances)


def _buy(books: erp_core.Books, times: int) -> None:
    day = date(2026, 1, 3)
    lines = [
        {"item": item, "quantity": quantity * times, "unit_price": price}
        for item, quantity, price in (("A1", 300, "50"), ("A2", 200, "70.5"), ("B1", 200, "21"), ("B2", 40, "150"))
    ]
    order = _number(
        books.call(
            "purchasing.order.place", documents={"document_on": day, "party": "S01", "warehouse": "W1"}, lines=lines
        )
    )
    books.call("purchasing.order.submit", numbers=[order])
    books.call("purchasing.order.approve", numbers=[order])
    receipt = _number(books.call("purchasing.receipt.receive", documents={"order": order, "document_on": day}))
    books.call(
        "purchasing.bill.book",
        documents={"receipt": receipt, "document_on": day + timedelta(days=4), "reference": "F-001"},
    )
    books.call("finance.payment.pay", party="S01", account="1002", amount="20000", on=date(2026, 2, 10))


def _sell(books: erp_core.Books, rounds: int) -> None:
    days = {str(n): date(2026, 1, 5) + timedelta(days=n * 72 // rounds) for n in range(rounds)}
    heads = [
        {
            "key": key,
            "document_on": day,
            "party": f"C{int(key) % 6 + 1:02}",
            "warehouse": "W1",
            "employee": f"E{int(key) % 2 + 1}",
            "department": "D1",
        }
        for key, day in days.items()
    ]
    lines = [
        {"key": key, "item": ITEMS[(int(key) + more) % 4]["code"], "quantity": 2 + int(key) % 3 - more}
        for key in days
        for more in (0, 1)
    ]
    orders = books.call("sales.order.place", documents=heads, lines=lines)["numbers"]
    books.call("sales.order.submit", numbers=list(orders.values()))
    books.call("sales.order.approve", numbers=list(orders.values()))
    shipped = [{"key": key, "order": orders[key], "document_on": day} for key, day in days.items()]
    deliveries = books.call("sales.delivery.ship", documents=shipped)["numbers"]
    billed = [{"key": key, "delivery": deliveries[key], "document_on": day} for key, day in days.items()]
    invoices = books.call("sales.invoice.issue", documents=billed)["numbers"]
    gross = dict(books.report("documents", kind="sales_invoice").select("number", "gross").iter_rows())
    paid = [
        {
            "key": key,
            "party": f"C{int(key) % 6 + 1:02}",
            "account": "1002",
            "amount": gross[invoices[key]],
            "document_on": day + timedelta(days=1),
        }
        for key, day in days.items()
        if int(key) % 3 == 0
    ]
    books.call("finance.receipt.receive", documents=paid)


def _leave_an_order_late(books: erp_core.Books) -> None:
    head = {"document_on": date(2026, 2, 20), "party": "C02", "warehouse": "W1", "due_on": date(2026, 2, 28)}
    order = _number(books.call("sales.order.place", documents=head, lines=[{"item": "B2", "quantity": 3}]))
    books.call("sales.order.submit", numbers=[order])
    books.call("sales.order.approve", numbers=[order])


def _by_hand(books: erp_core.Books) -> None:
    lines = [
        {"summary": "付办公费", "account": "560299", "debit": "680.00", "credit": "0"},
        {"summary": "付办公费", "account": "1002", "debit": "0", "credit": "680.00"},
    ]
    books.call("company.user.save", login="reviewer", name="王五", roles=["owner"])
    draft = books.call("ledger.voucher.draft", voucher_on=date(2026, 3, 16), lines=lines)["draft"]
    books.call("ledger.voucher.submit", drafts=[draft])
    second = books.as_user("reviewer")
    second.call("ledger.voucher.review", drafts=[draft])
    second.call("ledger.voucher.post", drafts=[draft])


def _number(result: dict) -> str:
    return next(iter(result["numbers"].values()))
