"""The legacy workbooks of the demo company: masters and openings as the old system exported them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from pipelines.demo import openingbooks, orderbooks
from pipelines.demo.catalogue import CATEGORIES
from pipelines.demo.company import DEPARTMENTS, EMPLOYEES, NAME, WAREHOUSES, stream
from pipelines.demo.demand import LEVEL_DISCOUNT
from pipelines.demo.partners import Customer
from pipelines.demo.plan import Plan
from pipelines.demo.sheets import (
    FOOTER,
    Table,
    write_csv,
    write_text_xls,
    write_workbook,
    written_amount,
    yuan,
)

FILES = (
    "01基础资料.xlsx", "02商品档案.xlsx", "03客户资料.xlsx", "04供应商.xls", "05价格表.xlsx", "06期初余额.xlsx",
    "07期初库存.xlsx", "08销售流水2024.csv",
)  # fmt: skip


def write(folder: Path, plan: Plan, told: Callable[[int, int], None]) -> list[Path]:
    """Write every workbook into the folder and return the files by name; told hears how many of how many."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in FILES]
    write_workbook(paths[0], [_departments(), _employees(), _warehouses(), _categories()])
    write_workbook(paths[1], [_items(plan), _units(plan)])
    write_workbook(paths[2], [_customers(plan)])
    write_text_xls(paths[3], _suppliers(plan))
    write_workbook(paths[4], [_prices(plan)])
    write_workbook(paths[5], openingbooks.balances(plan))
    write_workbook(paths[6], [openingbooks.stock(plan)])
    write_csv(paths[7], _history(plan))
    told(len(paths), len(paths) + len(orderbooks.FILES))
    return paths + orderbooks.write(
        folder, plan, lambda done: told(len(paths) + done, len(paths) + len(orderbooks.FILES))
    )


def _departments() -> Table:
    return Table(
        "部门",
        f"{NAME}部门档案",
        "部门编码|部门名称|上级部门",
        [list(row) for row in DEPARTMENTS],
        footer=FOOTER,
    )


def _employees() -> Table:
    return Table("职员", f"{NAME}职员档案", "职员编号|姓名|所属部门", [list(row) for row in EMPLOYEES], footer=FOOTER)


def _warehouses() -> Table:
    kinds = {"normal": "普通仓", "quality": "待检仓", "transit": "在途仓"}
    rows = [[code, name, kinds[kind], keeper] for code, name, kind, keeper in WAREHOUSES]
    return Table("仓库", "仓库档案", "仓库编码|仓库名称|仓库类型|仓管员", rows)


def _categories() -> Table:
    return Table(
        "商品分类", "商品分类", "分类编码|分类名称|上级分类", [[code, name, None] for code, name in CATEGORIES]
    )


def _items(plan: Plan) -> Table:
    draw = stream("dirt/items", plan.seed)
    names, methods = (
        dict(CATEGORIES),
        {"month_average": "月末加权平均", "moving_average": "移动加权平均", "fifo": "先进先出"},
    )
    rows: list[list[Any]] = []
    for item in plan.items:
        minimum, reorder, maximum = plan.trade.levels[item.code]
        # The levels plan one warehouse; the card speaks of all of them, and leaves room.
        maximum = maximum * 17 // 10
        name = item.name + ("　" if draw.random() < 0.01 else "")
        rows.append(
            [
                item.code,
                name,
                item.specification,
                item.category,
                names[item.category],
                item.unit,
                item.barcode,
                methods[item.cost_method],
                _net(item.price_fen),
                yuan(item.cost_fen),
                plan.sources[item.code],
                item.lead_days,
                minimum,
                reorder,
                maximum,
            ]
        )
    rows.append([*rows[3]])
    rows.append(["99-0001", None, "停用", "01", "紧固件", "个", None, "月末加权平均", None, None, None, 7, 0, 0, 0])
    rows.append([None, "赠品小样", None, "08", "化工辅料", "个", None, "月末加权平均", None, None, None, 7, 0, 0, 0])
    header = (
        "存货编码|存货名称|规格型号|分类编码|分类名称|计量单位|条形码|计价方式|不含税售价(元)|参考进价(元)|"
        "主供应商|采购提前期(天)|最低库存|补货点|最高库存"
    )
    return Table("商品档案", f"{NAME}商品档案", header, rows, footer=FOOTER)


def _units(plan: Plan) -> Table:
    rows = [[item.code, "箱", item.pack, item.unit] for item in plan.items if item.pack > 1 and item.unit != "箱"]
    return Table("辅助单位", "辅助计量单位", "存货编码|辅助单位|换算率|主单位", rows)


def _customers(plan: Plan) -> Table:
    draw = stream("dirt/customers", plan.seed)
    rows = [_customer_row(draw, buyer) for buyer in plan.customers]
    rows.insert(len(rows) // 2, [*rows[4]])
    rows.append([None, "零散客户（无编码）", *[None] * 11])
    rows.append(["C9001", None, None, "测试", "电话不详", *[None] * 8])
    # A credit code with two digits swapped cannot be right; the row is kept, the code is not.
    code = rows[7][2]
    rows[7][2] = code[:9] + code[10] + code[9] + code[11:]
    header = (
        "客户编码|客户名称|统一社会信用代码|联系人|手机|地址|地区|客户级别|信用额度(元)|账期(天)|业务员编码|状态|备注"
    )
    return Table("客户", f"{NAME}客户资料", header, rows, footer=FOOTER)


def _customer_row(draw: Random, buyer: Customer) -> list[Any]:
    phone = buyer.phone if draw.random() < 0.9 else f"{buyer.phone[:3]}-{buyer.phone[3:7]}-{buyer.phone[7:]}"
    name = (
        buyer.name.replace("有限公司", "（有限公司）")
        if draw.random() < 0.01
        else buyer.name + ("  " if draw.random() < 0.02 else "")
    )
    note = {"advance": "款到发货", "bad": "注意催款"}.get(buyer.manner)
    return [
        buyer.code,
        name,
        buyer.uscc,
        buyer.contact,
        phone,
        buyer.address,
        buyer.region,
        buyer.level,
        written_amount(draw, buyer.credit_limit_fen),
        buyer.credit_days,
        buyer.employee,
        "启用",
        note,
    ]


def _suppliers(plan: Plan) -> Table:
    rows = [
        [
            s.code,
            s.name,
            s.uscc,
            s.contact,
            s.phone,
            s.address,
            s.region,
            s.credit_days,
            s.employee,
            "中国农工商银行虚拟支行",
            s.bank_account,
            "启用",
        ]
        for s in plan.suppliers
    ]
    header = "供应商编码|供应商名称|税号|联系人|电话|地址|所在地|付款期(天)|采购员编码|开户行|银行账号|状态"
    return Table("供应商", f"{NAME}供应商资料", header, rows, footer=FOOTER)


def _prices(plan: Plan) -> Table:
    """Prices for levels on the most asked-for items, and for single large customers."""
    rows: list[list[Any]] = []
    ranked = sorted(plan.items, key=lambda item: (-item.weight, item.code))[: max(6, len(plan.items) // 8)]
    for item in ranked:
        for level in ("A", "B"):
            rows.append(
                [
                    "级别价",
                    None,
                    level,
                    item.code,
                    0,
                    _net(item.price_fen * LEVEL_DISCOUNT[level] // 100),
                    "2025-01-01",
                ]
            )
        rows.append(["数量价", None, None, item.code, item.pack * 12, _net(item.price_fen * 94 // 100), "2025/1/1"])
    for buyer in plan.customers[:8]:
        for item in ranked[:4]:
            rows.append(["客户价", buyer.code, None, item.code, 0, _net(item.price_fen * 88 // 100), "2025.01.01"])
    header = "价格类型|客户编码|客户级别|存货编码|起订量|不含税单价|生效日期"
    return Table("价格", "销售价格表（不含税）", header, rows)


def _net(gross_fen: int) -> Any:
    return yuan((gross_fen * 200 + 113) // 226)


def _history(plan: Plan) -> Table:
    rows: list[list[Any]] = []
    for order in plan.openings.history:
        day, buyer = order.ordered_on, order.customer
        for line in order.lines:
            when = f"{day:%Y-%m-%d}" if len(rows) % 7 else f"{day.year}/{day.month}/{day.day}"
            net = _net(line.quantity * line.price_fen)
            rows.append(
                [
                    *(order.number, when, buyer.code, buyer.name, line.item.code, line.item.name, buyer.region),
                    *(line.quantity, (net / line.quantity).quantize(Decimal("0.0001")), net),
                ]
            )
    rows.insert(5, ["XSDD-20240103-999", "2024-13-40", "C0001", "日期写错", "01-0001", "x", "长沙", 1, 1, yuan(100)])
    rows.insert(
        50, ["XSDD-20240110-998", "2024-01-10", "C0002", "数量不清", "01-0001", "x", "长沙", "若干", 1, yuan(100)]
    )
    header = "单据号|日期|客户编码|客户名称|存货编码|存货名称|地区|数量|不含税单价|不含税金额"
    return Table("销售流水", "2024年度销售流水", header, rows)
