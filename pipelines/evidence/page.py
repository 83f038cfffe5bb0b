"""The two pages of a pack that people open first: what is in it, and the notebook that checks it."""

from __future__ import annotations

import json

README = """# {company} · {period}

封印码 · code **{code}** (v{version}) · SHA-256 {root}

本包凭自身即可核对：打开 `recompute.ipynb`（只需 Python 与 polars），
它核对每个文件的哈希、期间根，并从记账凭证重算三张报表。
*The pack proves itself: `recompute.ipynb` needs Python and polars only; it checks the hash of every part
and the root of the period, and reckons the three statements anew from the posted lines.*

| 文件夹 · folder | 内容 · what |
|---|---|
| statements | 三张报表 · the statements |
| ledgers | 科目余额表、总账、序时账、往来、收发存 · trial balance, ledgers, journal, parties, stock |
| reconciliations | 账龄、未清项、断号、账实核对 · ageing, open items, gaps, reconciliations in words |
| gates | 结账关口与结果哈希 · gates of the close and the hash of its result |
| approvals | 审批经过 · who agreed to what |
| lineage | 期初来自哪个文件哪一行；凭证来自哪张单据 · where openings and vouchers came from |
| seals | 封印链、规范格式、期间封印 · chain of seals, canonical form, seals of periods |
| posted, charts | 已记账的行与科目、报表公式（Parquet） · posted rows, accounts and formulas |
| exchange | 入账信息、GB/T 24589 风格文件与对照表 · files of exchange and their mapping |
| manifest.json | 每个文件的 SHA-256、参数、版本 · SHA-256 of every part, parameters, versions |

与账套核对：`erp seal verify 账套 --code {period}={code}` · *against the books: the same command with the file.*
"""
_START = """import sys
from pathlib import Path

pack = Path.cwd()
sys.dont_write_bytecode = True
sys.path.insert(0, str(pack))
import recompute

said = recompute.manifest(pack)
said["period"], said["code"], said["versions"]"""
_STATEMENTS = """wrong = recompute.differences(pack)
assert not wrong, wrong
recompute.statements(pack)["balance_sheet"].sort("line_no")"""
_CELLS = (
    "# {company} · {period}\n\n只靠本文件夹核对 · Everything below reads this folder and nothing else.",
    _START,
    "## 文件未被改动 · No part was changed",
    "changed = recompute.changed_parts(pack)\nassert not changed, changed\nlen(said['parts'])",
    "## 期间根 · The root of the period, from the posted rows",
    "found = recompute.root(pack)\nassert found == said['root'], found\nfound",
    "## 报表重算 · The statements, reckoned anew from the posted lines",
    _STATEMENTS,
    "recompute.statements(pack)['income_statement'].sort('line_no')",
    "recompute.statements(pack)['cash_flow'].sort('line_no')",
)


def notebook(company: str, period: str) -> bytes:
    """The notebook as its file; no outputs, so that the pack is the same every time."""
    cells = []
    for at, text in enumerate(_CELLS):
        prose = text.startswith("#")
        source = text.format(company=company, period=period) if prose else text
        cell = {"cell_type": "markdown" if prose else "code", "id": f"c{at}", "metadata": {}}
        cells.append(cell | ({} if prose else {"execution_count": None, "outputs": []}) | {"source": source})
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1).encode()
