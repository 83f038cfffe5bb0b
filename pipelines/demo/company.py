"""Who the demo company is: its name, people, warehouses and the balances it opens with."""

from __future__ import annotations

import random

SEED = 20261120
NAME = "长沙湘江五金有限公司"
NAME_EN = "Changsha Xiangjiang Hardware Co., Ltd."
START = "2025-01"
# Built like a real one around an organisation number that was never given out.
USCC = "91430100XX0000035P"

DEPARTMENTS = (
    ("D01", "总经办", ""),
    ("D02", "财务部", ""),
    ("D03", "销售部", ""),
    ("D031", "销售一组", "D03"),
    ("D032", "销售二组", "D03"),
    ("D04", "采购部", ""),
    ("D05", "仓储物流部", ""),
    ("D06", "高桥门店", ""),
)
EMPLOYEES = (
    ("E001", "江怀岳", "D01"),
    ("E002", "彭望舒", "D01"),
    ("E003", "谭秋实", "D02"),
    ("E004", "殷素问", "D02"),
    ("E005", "苏明砚", "D02"),
    ("E006", "邹立夏", "D031"),
    ("E007", "柳长庚", "D031"),
    ("E008", "易北辰", "D031"),
    ("E009", "文若川", "D032"),
    ("E010", "龙千禾", "D032"),
    ("E011", "向晚晴", "D032"),
    ("E012", "成竹青", "D04"),
    ("E013", "欧阳沐", "D04"),
    ("E014", "伍仓粟", "D05"),
    ("E015", "石守库", "D05"),
    ("E016", "田载途", "D05"),
    ("E017", "车行远", "D05"),
    ("E018", "侯理货", "D05"),
    ("E019", "贺迎客", "D06"),
    ("E020", "盛开门", "D06"),
)
SALES_PEOPLE = ("E006", "E007", "E008", "E009", "E010", "E011")
STORE_PEOPLE = ("E019", "E020")
BUYERS = ("E012", "E013")
WAREHOUSES = (
    ("W01", "雨花主仓", "normal", "E014"),
    ("W02", "高桥门店仓", "normal", "E019"),
    ("W03", "退换待检仓", "quality", "E015"),
    ("W09", "在途仓", "transit", "E014"),
)
MAIN, STORE, RETURNED = "W01", "W02", "W03"
WAREHOUSE_NAMES = {code: name for code, name, _, _ in WAREHOUSES}

# Opening balances that no sub-ledger explains, in 分 at full scale; debit positive. The rest (receivables, payables,
# advances, stock) comes from the lists and undistributed profit balances the sheet.
OPENING_FEN = {
    "1001": 1_286_040,
    "1002": 168_734_515,
    "1601": 78_640_000,
    "1602": -31_456_000,
    "2001": -80_000_000,
    "222102": -3_864_521,
    "222103": -135_258,
    "222104": -57_968,
    "222105": -38_645,
    "222106": -1_286_300,
    "2241": -1_050_000,
    "3001": -260_000_000,
    "310401": -18_600_000,
}


def stream(name: str, seed: int = SEED) -> random.Random:
    """A random stream of its own for every noun, so that a change of one leaves the others as they were."""
    return random.Random(f"{seed}/{name}")  # noqa: S311 (a story, not a secret)


def scaled(fen: int, scale: float) -> int:
    """An amount in 分 of the full company brought to the size of a smaller one, which is thriftier too."""
    return round(fen * scale**1.15)
