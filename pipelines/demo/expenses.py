"""What a month costs besides the goods: vouchers that the accountant writes by hand. Amounts in 分 at full scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from pipelines.demo.calendar import TODAY, last_workday, month_end, next_workday
from pipelines.demo.company import SEED, scaled, stream
from pipelines.demo.sheets import yuan

INPUT_VAT, BANK, CASH, PAYROLL, OTHER_PAYABLE, INCOME_TAX_WITHHELD = (
    "22210101",
    "1002",
    "1001",
    "2211",
    "2241",
    "222107",
)
CASH_WANTED, CASH_MOST = 1_800_000, 2_600_000


@dataclass(frozen=True)
class Expense:
    """One monthly cost: words, account, department, net amount, how much it varies, VAT rate, paid from, day."""

    summary: str
    account: str
    department: str
    fen: int
    wobble: float
    vat_percent: int
    paid_from: str
    day: int


EXPENSES = (
    Expense("支付仓库及门店租金", "560208", "D05", 3_120_000, 0.0, 9, BANK, 5),
    Expense("支付运输费", "560104", "D05", 2_380_000, 0.22, 9, BANK, 26),
    Expense("报销业务招待费", "560202", "D03", 420_000, 0.45, 0, CASH, 18),
    Expense("支付水电费", "560209", "D01", 268_000, 0.25, 13, BANK, 15),
    Expense("购买办公用品", "560205", "D02", 96_000, 0.5, 0, CASH, 12),
    Expense("支付通讯及网络费", "560299", "D01", 138_000, 0.1, 6, BANK, 16),
    Expense("报销差旅费", "560105", "D031", 310_000, 0.5, 0, CASH, 22),
    Expense("报销差旅费", "560206", "D04", 160_000, 0.6, 0, CASH, 23),
    Expense("支付广告宣传费", "560102", "D03", 260_000, 0.6, 6, BANK, 20),
    Expense("支付车辆油费及维修费", "560199", "D05", 480_000, 0.3, 13, BANK, 25),
    Expense("支付银行手续费", "560302", "D02", 31_500, 0.4, 0, BANK, 28),
    Expense("支付借款利息", "560301", "D02", 290_000, 0.0, 0, BANK, 21),
)
# Gross wages per department and month; the employer pays 22 in the hundred on top, the employee leaves 10.5.
WAGES_FEN = {"D01": 1_560_000, "D02": 1_350_000, "D03": 3_200_000, "D04": 1_040_000, "D05": 2_240_000, "D06": 860_000}
SELLING = ("D03", "D05", "D06")
DEPRECIATION_FEN = {"D01": 128_000, "D05": 472_000, "D06": 96_000}
VAN_PERIOD, VAN_FEN, VAN_DEPRECIATION_FEN = "2025-08", 13_800_000, 218_500
# What happens once: period, day, words, debit account, credit account, amount.
SINGLE = (
    ("2025-11", 18, "收到稳岗补贴", BANK, "530101", 680_000),
    ("2025-12", 10, "归还部分短期借款", "2001", BANK, 20_000_000),
    ("2026-06", 17, "支付税收滞纳金", "571105", BANK, 12_600),
    ("2026-09", 10, "归还部分短期借款", "2001", BANK, 20_000_000),
)
Voucher = dict[str, Any]


def line(summary: str, account: str, debit: int = 0, credit: int = 0, **dimensions: str) -> dict[str, Any]:
    """One voucher line from amounts in 分."""
    return {
        "summary": summary,
        "account": account,
        "debit": str(yuan(debit)),
        "credit": str(yuan(credit)),
        **dimensions,
    }


def voucher(day: date, lines: Iterable[dict[str, Any]]) -> Voucher:
    """One voucher without the lines that would be zero."""
    kept = [one for one in lines if one["debit"] != "0.00" or one["credit"] != "0.00"]
    return {"voucher_on": day, "lines": kept, "attachments": 1 + len(kept) % 3}


def wages(scale: float) -> dict[str, int]:
    """Gross wages by department in 分."""
    return {department: scaled(fen, scale) for department, fen in WAGES_FEN.items()}


def accrued_wages(scale: float) -> int:
    """What a month's accrual leaves on the payroll account: wages and the employer's part."""
    return sum(gross + gross * 22 // 100 for gross in wages(scale).values())


def month(period: str, shop_cash: int, cash: int, *, scale: float = 1.0, seed: int = SEED) -> tuple[list[Voucher], int]:
    """All manual vouchers of a month but the taxes, and the cash that is left when shop_cash came in on top of cash."""
    draw = stream(f"expenses/{period}", seed)
    vouchers = [_fetch_cash(period, cash, scale)]
    cash += _fetched(cash, scale) + shop_cash
    for expense in EXPENSES:
        made = _expense(expense, period, draw, scale)
        if expense.paid_from == CASH:
            cash -= sum(int(Decimal(one["credit"]).scaleb(2)) for one in made["lines"])
        vouchers.append(made)
    vouchers += [*_payroll(period, scale), *_single(period, scale), _depreciation(period, scale)]
    if cash > scaled(CASH_MOST, scale):
        surplus = cash - scaled(CASH_WANTED, scale)
        cash -= surplus
        vouchers.append(
            voucher(last_workday(period), [line("现金存入银行", BANK, surplus), line("现金存入银行", CASH, 0, surplus)])
        )
    return [made for made in vouchers if made["lines"] and made["voucher_on"] <= TODAY], cash


def _day(period: str, day: int) -> date:
    return min(next_workday(date.fromisoformat(f"{period}-{day:02d}")), last_workday(period))


def _fetched(cash: int, scale: float) -> int:
    return max(0, scaled(CASH_WANTED, scale) - cash)


def _fetch_cash(period: str, cash: int, scale: float) -> Voucher:
    fetched = _fetched(cash, scale)
    return voucher(_day(period, 1), [line("提取备用金", CASH, fetched), line("提取备用金", BANK, 0, fetched)])


def _expense(expense: Expense, period: str, draw: Random, scale: float) -> Voucher:
    net = scaled(round(expense.fen * (1 + expense.wobble * draw.uniform(-1, 1)), -2), scale)
    vat = (net * expense.vat_percent * 2 + 100) // 200
    lines = [
        line(expense.summary, expense.account, net, department=expense.department),
        line(expense.summary, INPUT_VAT, vat),
        line(expense.summary, expense.paid_from, 0, net + vat),
    ]
    return voucher(_day(period, expense.day), lines)


def _payroll(period: str, scale: float) -> list[Voucher]:
    """Pay last month's wages and contributions, and accrue this month's."""
    gross_total = sum(wages(scale).values())
    kept, taxed = gross_total * 105 // 1000, gross_total * 6 // 1000
    employer = accrued_wages(scale) - gross_total
    pay, hand, accrue = "发放上月工资", "缴纳社保公积金及个税", "计提本月工资及社保"
    accrued = [
        line(accrue, "560103" if department in SELLING else "560204", gross + gross * 22 // 100, department=department)
        for department, gross in wages(scale).items()
    ]
    return [
        voucher(_day(period, 10), [
            line(pay, PAYROLL, gross_total), line(pay, OTHER_PAYABLE, 0, kept),
            line(pay, INCOME_TAX_WITHHELD, 0, taxed), line(pay, BANK, 0, gross_total - kept - taxed),
        ]),
        voucher(_day(period, 15), [
            line(hand, PAYROLL, employer), line(hand, OTHER_PAYABLE, kept),
            line(hand, INCOME_TAX_WITHHELD, taxed), line(hand, BANK, 0, employer + kept + taxed),
        ]),
        voucher(month_end(period), [*accrued, line(accrue, PAYROLL, 0, accrued_wages(scale))]),
    ]  # fmt: skip


def _depreciation(period: str, scale: float) -> Voucher:
    words = "计提本月折旧"
    amounts = dict(DEPRECIATION_FEN)
    if period > VAN_PERIOD:
        amounts["D05"] += VAN_DEPRECIATION_FEN
    amounts = {department: scaled(fen, scale) for department, fen in amounts.items()}
    lines = [
        line(words, "560106" if department in SELLING else "560207", fen, department=department)
        for department, fen in amounts.items()
    ]
    return voucher(month_end(period), [*lines, line(words, "1602", 0, sum(amounts.values()))])


def _single(period: str, scale: float) -> list[Voucher]:
    made = [
        voucher(_day(when, day), [line(words, debit, scaled(fen, scale)), line(words, credit, 0, scaled(fen, scale))])
        for when, day, words, debit, credit, fen in SINGLE
        if when == period
    ]
    if period == VAN_PERIOD:
        net = scaled(VAN_FEN, scale)
        vat = (net * 26 + 100) // 200
        words = "购入送货车辆"
        made.append(
            voucher(
                _day(period, 19),
                [line(words, "1601", net), line(words, INPUT_VAT, vat), line(words, BANK, 0, net + vat)],
            )
        )
    if period[5:] in ("03", "06", "09", "12"):
        interest = scaled(86_000, scale)
        words = "收到银行存款利息"
        made.append(voucher(_day(period, 21), [line(words, BANK, interest), line(words, "560301", -interest)]))
    return made


def taxes(period: str, owed: dict[str, int]) -> list[Voucher]:
    """Pay what stood on the tax accounts at the end of last month: account to 分 owed."""
    words = {"222102": "缴纳上月增值税", "222106": "缴纳企业所得税"}
    lines = [
        line(words.get(account, "缴纳上月附加税费"), account, fen) for account, fen in sorted(owed.items()) if fen > 0
    ]
    if not lines:
        return []
    total = sum(fen for fen in owed.values() if fen > 0)
    return [voucher(_day(period, 14), [*lines, line("缴纳上月税费", BANK, 0, total)])]
