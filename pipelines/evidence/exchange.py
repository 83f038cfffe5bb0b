"""Files of exchange: vouchers with the elements of 入账信息, and tables in the style of GB/T 24589, each with its mapping.

The full list of elements of GB/T 24589.1-2024 is not public, so the names here follow its modules and no more; the
elements of 入账信息 are those of 财会〔2025〕9号.
"""

from __future__ import annotations

import json
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
# Module -> table -> element -> (column of the pack, where it comes from).
GBT_STYLE: dict[str, dict[str, tuple[str, dict[str, str]]]] = {
    "基础档案": {
        "会计科目": ("charts/account", {"科目编号": "code", "科目名称": "name_zh", "科目级次": "level", "上级科目编号": "parent",
                                  "余额方向": "side", "是否末级": "leaf"}),
        "往来单位": ("charts/party", {"单位编码": "code", "单位名称": "name", "统一社会信用代码": "uscc"}),
    },
    "总账": {
        "科目余额及发生额": ("ledgers/trial_balance", {"科目编号": "account", "期初借方余额": "opening_debit", "期初贷方余额": "opening_credit",
                                         "本期借方发生额": "debit", "本期贷方发生额": "credit", "期末借方余额": "closing_debit",
                                         "期末贷方余额": "closing_credit"}),
        "记账凭证": ("posted/voucher", {"会计期间": "period", "凭证类型": "word", "凭证编号": "number", "凭证日期": "voucher_on",
                                    "附件数": "attachments", "制单人": "made_by", "审核人": "reviewed_by", "记账人": "posted_by",
                                    "凭证来源": "source_kind", "凭证内码": "voucher_id"}),
        "记账凭证分录": ("posted/voucher_line", {"凭证内码": "voucher_id", "分录号": "line", "摘要": "summary", "科目编号": "account",
                                           "借方金额": "debit", "贷方金额": "credit", "往来单位编码": "party", "部门编码": "department",
                                           "职员编码": "employee", "项目编码": "project", "现金流量项目": "cash_flow", "数量": "quantity",
                                           "币种编码": "currency", "原币金额": "amount_foreign"}),
    },
    "财务报告": {
        "资产负债表": ("statements/balance_sheet", {"行次": "line_no", "项目": "name_zh", "期末余额": "closing",
                                               "年初余额": "opening_of_year"}),
        "利润表": ("statements/income_statement", {"行次": "line_no", "项目": "name_zh", "本月金额": "month", "本年累计金额": "year_to_date"}),
        "现金流量表": ("statements/cash_flow", {"行次": "line_no", "项目": "name_zh", "本月金额": "month", "本年累计金额": "year_to_date"}),
    },
    "应收应付": {
        "往来明细": ("reconciliations/open_items", {"科目编号": "account", "往来单位编码": "party", "凭证内码": "voucher_id",
                                              "单据号": "reference", "发生日期": "item_on", "到期日": "due_on", "金额": "amount"}),
    },
}  # fmt: skip


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
    for module, of_module in GBT_STYLE.items():
        for table, (source, elements) in of_module.items():
            frame = frames[source].select(pl.col(column).cast(pl.String).alias(name) for name, column in elements.items())
            modules.setdefault(module, {})[table] = frame.to_dicts()
    head = {"会计主体": company["name"], "统一社会信用代码": company["uscc"] or "", "会计期间": period, "记账本位币": "CNY",
            "说明": "GB/T 24589 风格 · in the style of GB/T 24589; see MAPPING.md"}  # fmt: skip
    return json.dumps({"电子账簿": head, **modules}, ensure_ascii=False, indent=1).encode()


def mapping() -> str:
    """Which element comes from which column, as a page to read."""
    lines = ["# 对照表 · Mapping", "",
             "`gbt24589_style.json` 依 GB/T 24589.1-2024 的模块编排；标准的完整元素清单不公开，元素名仅为其风格。",
             "*Follows the modules of GB/T 24589.1-2024; its full list of elements is not public, so names are in its style only.*",
             "", "| 模块 · module | 表 · table | 元素 · element | 来源 · source |", "|---|---|---|---|"]  # fmt: skip
    for module, of_module in GBT_STYLE.items():
        for table, (source, elements) in of_module.items():
            lines += [f"| {module} | {table} | {name} | `{source}` · `{column}` |" for name, column in elements.items()]
    lines += ["", "## 入账信息 · accounting information (财会〔2025〕9号)", "", "| 元素 · element | 来源 · source |", "|---|---|"]
    lines += [f"| {name} | {source} |" for name, source in ACCOUNTING_INFORMATION.items()]
    return "\n".join(lines) + "\n"
