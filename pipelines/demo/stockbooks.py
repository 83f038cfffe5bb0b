"""The papers of the demo company's shelves as exported: returns, transfers between warehouses, counts."""

from __future__ import annotations

from pipelines.demo.company import MAIN, STORE, WAREHOUSE_NAMES
from pipelines.demo.plan import Plan
from pipelines.demo.settlement import RedInvoice
from pipelines.demo.sheets import FOOTER, Table
from pipelines.demo.trade import Movement


def papers(plan: Plan) -> list[Table]:
    """The sheets of one workbook: sale returns, purchase returns, transfers, counts."""
    trade, settled = plan.trade, plan.settlements
    return [
        _returns("销售退货", "原出库单号", trade.sale_returns, settled.red_invoices),
        _returns("采购退货", "原入库单号", trade.purchase_returns, settled.red_bills),
        _transfers(plan),
        _counts(plan),
    ]


def _returns(sheet: str, paper: str, backs: list[Movement], reds: list[RedInvoice]) -> Table:
    red_of = {red.back.number: red.number for red in reds}
    rows = [
        [
            *(back.number, back.moved_on, back.paper.number, back.paper.order.number, place + 1),
            *(back.paper.order.lines[place].item.code, quantity, back.reason, red_of.get(back.number)),
        ]
        for back in backs
        for place, quantity in back.lines
    ]
    header = f"退货单号|日期|{paper}|原订单号|行号|存货编码|退货数量|原因|红字发票"
    return Table(sheet, f"{sheet}明细", header, rows, footer=FOOTER)


def _transfers(plan: Plan) -> Table:
    rows = [
        [move.number, move.moved_on, WAREHOUSE_NAMES[MAIN], WAREHOUSE_NAMES[STORE], item.code, quantity]
        for move in plan.trade.transfers
        for item, quantity in move.lines
    ]
    return Table("调拨单", "仓库调拨明细", "调拨单号|日期|调出仓库|调入仓库|存货编码|数量", rows, footer=FOOTER)


def _counts(plan: Plan) -> Table:
    rows = [
        [
            move.number,
            move.moved_on,
            WAREHOUSE_NAMES[MAIN],
            item.code,
            counted - difference,
            counted,
            difference,
            move.reason,
        ]
        for move in plan.trade.counts
        for (item, difference), counted in zip(move.lines, move.counted, strict=True)
    ]
    header = "盘点单号|日期|仓库|存货编码|账面数量|实盘数量|盈亏数量|备注"
    return Table("盘点单", "库存盘点表", header, rows, footer=FOOTER)
