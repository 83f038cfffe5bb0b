"""The opening workbooks of the demo company: account balances, open invoices and bills, stock by warehouse."""

from __future__ import annotations

from typing import Any

from pipelines.demo.company import MAIN, NAME, stream
from pipelines.demo.plan import Plan
from pipelines.demo.sheets import FOOTER, Table, written_code, written_date, yuan

ACCOUNT_NAMES = {
    "1001": "库存现金",
    "1002": "银行存款",
    "1122": "应收账款",
    "1405": "库存商品",
    "1601": "固定资产",
    "1602": "累计折旧",
    "2001": "短期借款",
    "220201": "应付账款",
    "2203": "预收账款",
    "2211": "应付职工薪酬",
    "222102": "未交增值税",
    "222103": "应交城市维护建设税",
    "222104": "应交教育费附加",
    "222105": "应交地方教育附加",
    "222106": "应交企业所得税",
    "2241": "其他应付款",
    "3001": "实收资本",
    "310401": "提取法定盈余公积",
    "310415": "未分配利润",
}


def balances(plan: Plan) -> list[Table]:
    """The sheets of the opening workbook: trial balance, receivables, advances, payables."""
    return [_accounts(plan), _receivables(plan), _advances(plan), _payables(plan)]


def _accounts(plan: Plan) -> Table:
    rows: list[list[Any]] = []
    for code, fen in sorted(plan.openings.accounts.items()):
        rows.append(
            [
                code,
                ACCOUNT_NAMES[code],
                "借" if fen > 0 else "贷",
                yuan(fen) if fen > 0 else None,
                yuan(-fen) if fen < 0 else None,
            ]
        )
    return Table(
        "科目余额",
        f"{NAME}科目期初余额",
        "科目编码|科目名称|方向|期初借方|期初贷方",
        rows,
        sums=(3, 4),
        total=True,
        footer=FOOTER,
        note="期间：2025年1月期初   单位：元",
    )


def _receivables(plan: Plan) -> Table:
    draw = stream("dirt/receivables", plan.seed)
    rows = [
        [
            written_code(draw, x.party.code),
            x.party.name,
            x.number,
            written_date(draw, x.invoiced_on),
            x.due_on,
            yuan(x.gross),
        ]
        for x in plan.openings.invoices
    ]
    header = "客户编码|客户名称|发票号码|开票日期|到期日|余额"
    return Table("应收明细", "应收账款期初明细表", header, rows, sums=(5,), total=True, footer=FOOTER)


def _advances(plan: Plan) -> Table:
    names = {buyer.code: buyer.name for buyer in plan.customers}
    rows = [[code, names[code], reference, "2024-12-31", yuan(fen)] for code, reference, fen in plan.openings.advances]
    header = "客户编码|客户名称|单据编号|收款日期|余额"
    return Table("预收明细", "预收账款期初明细表", header, rows, sums=(4,), total=True, footer=FOOTER)


def _payables(plan: Plan) -> Table:
    draw = stream("dirt/payables", plan.seed)
    rows = [
        [x.party.code, x.party.name, x.number, written_date(draw, x.invoiced_on), x.due_on, yuan(x.gross)]
        for x in plan.openings.bills
    ]
    return Table(
        "应付明细",
        "应付账款期初明细表",
        "供应商编码|供应商名称|发票号码|开票日期|到期日|余额",
        rows,
        sums=(5,),
        total=True,
        footer=FOOTER,
    )


def stock(plan: Plan) -> Table:
    """Opening stock by warehouse and item with quantity and value."""
    names = {item.code: item for item in plan.items}
    rows = []
    for (code, house), (quantity, fen) in sorted(plan.openings.stock.items(), key=lambda x: (x[0][1] != MAIN, x[0])):
        item = names[code]
        rows.append([house, code, item.name, item.specification, item.unit, quantity, yuan(fen)])
    return Table(
        "期初库存",
        "期初库存明细表",
        "仓库|存货编码|存货名称|规格型号|单位|结存数量|结存金额（元）",
        rows,
        sums=(5, 6),
        total=True,
        footer=FOOTER,
        note="截止日期：2024-12-31",
    )
