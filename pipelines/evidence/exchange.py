"""Files of exchange with their mapping: lines with the elements of 入账信息, tables in the style of GB/T 24589.

The full list of elements of GB/T 24589.1-2024 is not public, so the names here follow its modules and no more; the
elements of 入账信息 are those of 财会〔2025〕9号.
"""

from __future__ import annotations

import io
import json
from importlib import resources
from typing import Any

import polars as pl

ACCOUNTING_INFORMATION = {
    "UnifiedSocialCreditCodeOfAccountingEntity": "company.uscc",
    "NameOfAccountingEntity": "company.name",
    "NumberOfAccountingDocuments": "voucher.word-number",
    "PostingDate": "voucher.voucher_on",
    "AccountingPeriod": "voucher.period",
    "SummaryOfAccountingDocuments": "voucher_line.summary",
    "DebitOrCredit": "voucher_line.debit / credit (red lines keep their side)",
    "NameOfGeneralLedgerSubject": "account.name_zh of level 1",
    "NameOfSubsidiaryLedgerSubject": "account.name_zh of the leaf, empty where it is of level 1",
    "RecordedAmount": "voucher_line.debit or credit, text with two decimals",
}


def elements() -> pl.DataFrame:
    """The elements of the file in the style of GB/T 24589: module, table, source, element, column."""
    place = resources.files("pipelines.evidence").joinpath("gbt24589.csv")
    return pl.read_csv(io.BytesIO(place.read_bytes()), infer_schema=False)


def accounting_information(company: dict[str, Any], tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per line of a voucher with the elements of 入账信息."""
    accounts = tables["charts/account"].select("code", "name_zh", "level")
    top = accounts.filter(pl.col("level") == 1).select(top="code", top_name="name_zh")
    vouchers = tables["posted/voucher"].select("voucher_id", "period", "word", "number", "voucher_on")
    ancestors = tables["charts/account_ancestor"].select("account", top="ancestor").join(top, on="top")
    lines = (
        tables["posted/voucher_line"]
        .join(vouchers, on="voucher_id")
        .join(accounts, left_on="account", right_on="code", how="left")
        .join(ancestors, on="account", how="left")
        .sort("voucher_id", "line")
    )
    debit = pl.col("debit") != 0
    return lines.select(
        UnifiedSocialCreditCodeOfAccountingEntity=pl.lit(company["uscc"] or ""),
        NameOfAccountingEntity=pl.lit(company["name"]),
        NumberOfAccountingDocuments=pl.format("{}-{}", "word", "number"),
        PostingDate=pl.col("voucher_on").cast(pl.String),
        AccountingPeriod="period",
        SummaryOfAccountingDocuments="summary",
        DebitOrCredit=pl.when(debit).then(pl.lit("借")).otherwise(pl.lit("贷")),
        NameOfGeneralLedgerSubject=pl.coalesce("top_name", "name_zh"),
        NameOfSubsidiaryLedgerSubject=pl.when(pl.col("level") > 1).then("name_zh").otherwise(pl.lit("")),
        RecordedAmount=pl.when(debit).then("debit").otherwise("credit").cast(pl.String),
    )


def gbt_style(company: dict[str, Any], period: str, frames: dict[str, pl.DataFrame]) -> bytes:
    """The tables in the style of GB/T 24589 as one JSON text; amounts are text."""
    modules: dict[str, Any] = {}
    for (module, table, source), named in elements().group_by("module", "table", "source", maintain_order=True):
        columns = named.select("element", "column").rows()
        frame = frames[source].select(pl.col(column).cast(pl.String).alias(name) for name, column in columns)
        modules.setdefault(module, {})[table] = frame.to_dicts()
    head = {
        "会计主体": company["name"],
        "统一社会信用代码": company["uscc"] or "",
        "会计期间": period,
        "记账本位币": "CNY",
        "说明": "GB/T 24589 风格 · in the style of GB/T 24589; see MAPPING.md",
    }
    return json.dumps({"电子账簿": head, **modules}, ensure_ascii=False, indent=1).encode()


def mapping() -> str:
    """Which element comes from which column, as a page to read."""
    lines = [_MAPPING]
    lines += [f"| {m} | {t} | {name} | `{source}` · `{column}` |" for m, t, source, name, column in elements().rows()]
    lines += ["", "## 入账信息 · accounting information (财会〔2025〕9号)", ""]
    lines += ["| 元素 · element | 来源 · source |", "|---|---|"]
    lines += [f"| {name} | {source} |" for name, source in ACCOUNTING_INFORMATION.items()]
    return "\n".join(lines) + "\n"


_MAPPING = """# 对照表 · Mapping

`gbt24589_style.json` 依 GB/T 24589.1-2024 的模块编排；标准的完整元素清单不公开，元素名仅为其风格。
*Modules as in GB/T 24589.1-2024; its list of elements is not public, so names are in its style only.*

| 模块 · module | 表 · table | 元素 · element | 来源 · source |
|---|---|---|---|"""
