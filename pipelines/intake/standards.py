"""Which accounting standard a legacy chart follows: the same codes mean different accounts, so it is told by names."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.intake.cells import Grid
from pipelines.intake.errors import ChartOfOtherStandard
from pipelines.intake.header import Header
from pipelines.intake.parsers.kinds import folded
from pipelines.intake.rows import body_of

CHARTS = Path(__file__).parents[2] / "data" / "charts"
TOP = 4
# One account alone may be renamed; a chart is told by at least two, and by nine in ten of those that tell anything.
LEAST, MOST_OF = 2, 0.9
SHOWN = 5
OFFICIAL = {"sbe": "小企业会计准则", "asbe": "企业会计准则", "old": "企业会计制度（2001）"}
CODES = ("科目编码", "科目代码", "科目编号", "会计科目编码")
# Names any list has count only where the file or sheet says that it is about accounts.
BARE_CODES, BARE_NAMES = ("代码", "编码", "code", "account_code"), ("名称", "name_zh", "name")
NAMES = ("科目名称", "会计科目", "会计科目名称")
# The system of 2001, before both: charts of old books still follow it.
OLD = {
    "1131": "应收账款", "1133": "其他应收款", "1141": "坏账准备", "1151": "预付账款", "1201": "物资采购",
    "1211": "原材料", "1243": "库存商品", "1301": "待摊费用", "1501": "固定资产", "1502": "累计折旧",
    "1603": "在建工程", "1801": "无形资产", "2101": "短期借款", "2111": "应付票据", "2121": "应付账款",
    "2131": "预收账款", "2151": "应付工资", "2153": "应付福利费", "2171": "应交税金", "2176": "其他应交款",
    "2181": "其他应付款", "2191": "预提费用", "2301": "长期借款", "3101": "实收资本", "3111": "资本公积",
    "3121": "盈余公积", "3131": "本年利润", "3141": "利润分配", "4101": "生产成本", "4105": "制造费用",
    "5101": "主营业务收入", "5102": "其他业务收入", "5201": "投资收益", "5301": "营业外收入",
    "5401": "主营业务成本", "5402": "主营业务税金及附加", "5405": "其他业务支出", "5501": "营业费用",
    "5502": "管理费用", "5503": "财务费用", "5601": "营业外支出", "5701": "所得税",
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """standard: sbe, asbe, old, mixed or unclear; accounts that speak for each, and a few of them."""

    standard: str
    votes: dict[str, int]
    evidence: tuple[tuple[str, str, str], ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the verdict as plain values for JSON."""
        told = [{"code": code, "name": name, "speaks_for": standard} for code, name, standard in self.evidence]
        return {"standard": self.standard, "votes": self.votes, "evidence": told}


@cache
def charts() -> dict[str, dict[str, str]]:
    """Return top account code -> name of each standard."""
    found = {"old": dict(OLD)}
    for standard in ("sbe", "asbe"):
        with (CHARTS / f"{standard}_accounts.csv").open(encoding="utf-8", newline="") as source:
            found[standard] = {row["code"]: row["name_zh"] for row in csv.DictReader(source) if len(row["code"]) == TOP}
    return found


def accounts_of(grid: Grid, header: Header) -> list[tuple[str, str]]:
    """Return the distinct (code, name) of a sheet that lists accounts, whatever else it lists; nothing otherwise."""
    columns = header.columns
    code = next((columns[name] for name in CODES if name in columns), None)
    name = next((columns[name] for name in NAMES if name in columns), None)
    place = f"{grid.file} {grid.sheet}".lower()
    if code is None and name is None and ("科目" in place or "account" in place):
        code = next((columns[each] for each in BARE_CODES if each in columns), None)
        name = next((columns[each] for each in BARE_NAMES if each in columns), None)
    if code is None or name is None:
        return []
    rows = body_of(grid, header).frame.select(pl.col(f"t{code}"), pl.col(f"t{name}")).drop_nulls().unique()
    return sorted((folded(left), folded(right)) for left, right in rows.iter_rows())


def standard_of(accounts: Iterable[tuple[str, str]]) -> Verdict:
    """Return the standard that codes with their names speak for; an account all standards share says nothing."""
    told: dict[tuple[str, str], str] = {}
    for code, name in accounts:
        digits = "".join(sign for sign in code if sign.isdigit())
        top = digits[:TOP]
        # Of 1002.01 银行存款/工行 only the part before the dash is the name of the top account.
        spoken = name if len(digits) == TOP else name.replace("\\", "/").split("/")[0].split("-")[0]
        fits = {standard for standard, chart in charts().items() if top in chart and _same(chart[top], spoken)}
        if fits and len(fits) < len(charts()):
            told[top, chart_name(top, fits)] = "+".join(sorted(fits))
    votes = {standard: sum(standard in fits.split("+") for fits in told.values()) for standard in charts()}
    sole = {standard: sum(fits == standard for fits in told.values()) for standard in charts()}
    evidence = tuple((code, name, fits) for (code, name), fits in sorted(told.items()) if "+" not in fits)
    return Verdict(_decided(votes, sole), votes, _spread(evidence))


def refuse_other_standard(tables: Iterable[tuple[str, Grid, Header]], standard: str) -> None:
    """Refuse files (place, grid, header) whose accounts follow another standard than the books: codes would clash."""
    for place, grid, header in tables:
        verdict = standard_of(accounts_of(grid, header))
        if verdict.standard not in charts() or verdict.standard == standard:
            continue
        here = charts()[standard]
        clashes = [code for code, _, fits in verdict.evidence if fits == verdict.standard]
        account = next((code for code in clashes if code in here), clashes[0])
        facts = {"found": OFFICIAL[verdict.standard], "standard": OFFICIAL[standard], "account": account}
        raise ChartOfOtherStandard(file=place, **facts, name=here.get(account, "—"))


def chart_name(top: str, fits: Iterable[str]) -> str:
    """Return the name that a standard gives an account."""
    return charts()[min(fits)][top]


def _same(official: str, spoken: str) -> bool:
    plain = spoken.replace(" ", "").replace("帐", "账")
    return plain == official or plain.split("(")[0] == official


def _decided(votes: dict[str, int], sole: dict[str, int]) -> str:
    best = max(votes, key=lambda standard: (sole[standard], votes[standard]))
    against = sum(count for standard, count in sole.items() if standard != best)
    if sole[best] < LEAST:
        return "unclear"
    return best if sole[best] >= MOST_OF * (sole[best] + against) else "mixed"


def _spread(evidence: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    """Return a few accounts for each standard that any speak for."""
    kept: list[tuple[str, str, str]] = []
    for standard in dict.fromkeys(fits for _, _, fits in evidence):
        kept += [each for each in evidence if each[2] == standard][:SHOWN]
    return tuple(kept)
