"""The order books of the demo company as exported: orders with what was delivered, invoiced and paid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.demo import stockbooks
from pipelines.demo.company import WAREHOUSE_NAMES, stream
from pipelines.demo.plan import Plan
from pipelines.demo.settlement import Money
from pipelines.demo.sheets import (
    FOOTER,
    Table,
    write_csv,
    write_workbook,
    written_amount,
    written_code,
    written_date,
    yuan,
)

FILES = (
    "11销售台账2025.xlsx", "12销售台账2026.csv", "13采购台账2025.xlsx", "14采购台账2026.csv", "15收付款.xlsx",
    "16退货调拨盘点.xlsx",
)  # fmt: skip
ACCOUNT_NAMES = {"1001": "现金", "1002": "银行存款"}
SALES_HEADER = (
    "订单编号|行号|下单日期|客户编码|客户名称|存货编码|存货名称|规格型号|单位|订单数量|"
    "含税单价(元)|价税合计|出货仓库|业务员|交货日期|出库单号|出库日期|出库数量|发票号码|"
    "开票日期"
)
PURCHASE_HEADER = (
    "采购订单号|行号|订货日期|供应商编码|供应商名称|存货编码|存货名称|单位|订货数量|"
    "含税进价(元)|价税合计|约定到货|入库单号|入库日期|入库数量|发票号码|开票日期|开票单价"
)


def write(folder: Path, plan: Plan, told: Callable[[int], None]) -> list[Path]:
    """Write the order books, money books and stock papers; the newer year comes as text from a newer system."""
    sales, buys, settled = _sales(plan), _purchases(plan), plan.settlements
    old = {"month_of": 2, "total": True, "footer": FOOTER}
    paths = [folder / name for name in FILES]
    write_workbook(paths[0], [Table("销售台账", "2025年销售订单执行明细", SALES_HEADER, sales[0], sums=(11,), **old)])
    told(1)
    write_csv(paths[1], Table("销售台账", "2026年销售订单执行明细", SALES_HEADER, sales[1]))
    told(2)
    write_workbook(paths[2], [Table("采购台账", "2025年采购订单执行明细", PURCHASE_HEADER, buys[0], sums=(10,), **old)])
    write_csv(paths[3], Table("采购台账", "2026年采购订单执行明细", PURCHASE_HEADER, buys[1]))
    receipts, payments = (
        _money("收款单", "客户", settled.receipts, plan),
        _money("付款单", "供应商", settled.payments, plan),
    )
    told(4)
    write_workbook(paths[4], [receipts, payments, _applied(plan)])
    write_workbook(paths[5], stockbooks.papers(plan))
    told(6)
    return paths


def _sales(plan: Plan) -> tuple[list[list[Any]], list[list[Any]]]:
    draw = stream("dirt/sales", plan.seed)
    invoice_of = {paper.number: invoice for invoice in plan.settlements.invoices for paper in invoice.papers}
    shipped: dict[tuple[str, int], list] = {}
    for delivery in plan.trade.deliveries:
        for place, quantity in delivery.lines:
            shipped.setdefault((delivery.order.number, place), []).append((delivery, quantity))
    years: tuple[list[list[Any]], list[list[Any]]] = ([], [])
    for order in plan.trade.orders:
        rows = years[order.ordered_on.year - 2025]
        for place, line in enumerate(order.lines):
            item, buyer = line.item, order.customer
            papers = shipped.get((order.number, place), ())
            rest = line.quantity - sum(quantity for _, quantity in papers)
            promised = order.ordered_on.fromordinal(order.ordered_on.toordinal() + max(1, order.patience))
            for delivery, quantity in [*papers, *([(None, rest)] if rest else ())]:
                invoice = invoice_of.get(delivery.number) if delivery else None
                rows.append(
                    [
                        order.number,
                        place + 1,
                        written_date(draw, order.ordered_on),
                        written_code(draw, buyer.code),
                        buyer.name,
                        written_code(draw, item.code),
                        item.name,
                        item.specification,
                        item.unit,
                        line.quantity,
                        yuan(line.price_fen),
                        written_amount(draw, quantity * line.price_fen),
                        WAREHOUSE_NAMES[order.warehouse],
                        order.employee,
                        promised,
                        delivery.number if delivery else None,
                        delivery.delivered_on if delivery else None,
                        quantity if delivery else None,
                        invoice.number if invoice else None,
                        invoice.invoiced_on if invoice else None,
                    ]
                )
    _spoil_sales(years)
    return years


def _spoil_sales(years: tuple[list[list[Any]], list[list[Any]]]) -> None:
    """Plant what every real export has: a row typed twice, an unknown code, a day that never was, no quantity."""
    for rows in years:
        if len(rows) < 40:
            continue
        rows.insert(21, [*rows[20]])
        rows.insert(
            9,
            [
                f"XSDD-{rows[8][0][5:13]}-901",
                1,
                rows[8][2],
                *rows[8][3:5],
                "ZZ-9999",
                "无此商品",
                None,
                "个",
                10,
                yuan(500),
                yuan(5000),
                *rows[8][12:15],
                *[None] * 5,
            ],
        )
        rows.insert(15, [f"XSDD-{rows[14][0][5:13]}-902", 1, "2025-02-30", *rows[14][3:15], *[None] * 5])
        rows.insert(30, [f"XSDD-{rows[29][0][5:13]}-903", 1, *rows[29][2:9], "若干", *rows[29][10:15], *[None] * 5])
        for place in (9, 15, 30):
            rows[place][11] = yuan(0)


def _purchases(plan: Plan) -> tuple[list[list[Any]], list[list[Any]]]:
    draw = stream("dirt/purchases", plan.seed)
    bill_of = {paper.number: bill for bill in plan.settlements.bills for paper in bill.papers}
    arrived: dict[tuple[str, int], list] = {}
    for arrival in plan.trade.arrivals:
        for place, quantity in arrival.lines:
            arrived.setdefault((arrival.order.number, place), []).append((arrival, quantity))
    years: tuple[list[list[Any]], list[list[Any]]] = ([], [])
    for order in plan.trade.purchase_orders:
        rows = years[order.ordered_on.year - 2025]
        for place, line in enumerate(order.lines):
            item, seller = line.item, order.supplier
            papers = arrived.get((order.number, place), ())
            rest = line.quantity - sum(quantity for _, quantity in papers)
            for arrival, quantity in [*papers, *([(None, rest)] if rest else ())]:
                bill = bill_of.get(arrival.number) if arrival else None
                billed = bill.prices.get((arrival.number, place), line.price_fen) if bill else None
                rows.append(
                    [
                        order.number,
                        place + 1,
                        written_date(draw, order.ordered_on),
                        seller.code,
                        seller.name,
                        written_code(draw, item.code),
                        item.name,
                        item.unit,
                        line.quantity,
                        yuan(line.price_fen),
                        written_amount(draw, quantity * line.price_fen),
                        order.promised_on,
                        arrival.number if arrival else None,
                        arrival.arrived_on if arrival else None,
                        quantity if arrival else None,
                        bill.number if bill else None,
                        bill.invoiced_on if bill else None,
                        yuan(billed) if billed else None,
                    ]
                )
    for rows in years:
        if len(rows) > 12:
            rows.insert(11, [*rows[10]])
            rows.insert(
                5,
                [
                    f"CGDD-{rows[4][0][5:13]}-901",
                    1,
                    rows[4][2],
                    "S999",
                    "未建档供应商",
                    *rows[4][5:10],
                    yuan(0),
                    rows[4][11],
                    *[None] * 6,
                ],
            )
    return years


def _money(sheet: str, who: str, moneys: list[Money], plan: Plan) -> Table:
    """One row per settled invoice; an advance has a row without one."""
    draw = stream(f"dirt/{sheet}", plan.seed)
    names = {party.code: party.name for party in [*plan.customers, *plan.suppliers]}
    rows: list[list[Any]] = []
    for money in moneys:
        shares = list(money.shares)
        rest = money.gross - sum(fen for _, fen in shares)
        for reference, fen in [*shares, *([(None, rest)] if rest else ())]:
            rows.append(
                [
                    money.number,
                    money.paid_on,
                    written_code(draw, money.party),
                    names[money.party],
                    ACCOUNT_NAMES[money.account],
                    reference,
                    written_amount(draw, fen),
                    None if reference else "预收货款",
                ]
            )
    header = f"单据编号|日期|{who}编码|{who}名称|结算方式|核销发票|金额|摘要"
    return Table(sheet, f"{sheet}序时簿", header, rows, sums=(6,), month_of=1, total=True, footer=FOOTER)


def _applied(plan: Plan) -> Table:
    rows = [
        [f"HX-{x.applied_on:%Y%m%d}-{n:04d}", x.applied_on, x.party, x.invoice, yuan(x.gross)]
        for n, x in enumerate(plan.settlements.applications, 1)
    ]
    return Table("预收核销", "预收款核销记录", "核销单号|日期|客户编码|核销发票|金额", rows)
