"""The official charts: complete, coded without clashes, and every leaf account in exactly one cell of the statements."""

import polars as pl
import pytest

from erp_core.ledger import chart

both = pytest.mark.parametrize("standard", chart.STANDARDS)
POSTABLE = (
    "1001 1002 1122 1123 2203 220201 220202 1405 5001 5051 5401 560299 560199 560399 540303 540310 5801 222106 3103 310415"
    " 1602 2211 2241 3001"
)


def codes(standard: str) -> list[str]:
    return chart.accounts(standard)["code"].to_list()


def test_the_66_accounts_of_the_small_enterprises():
    top = chart.accounts("sbe").filter(parent="")
    assert top.height == 66
    assert top.filter(code="5403")["name_zh"].to_list() == ["税金及附加"]
    assert top.filter(code="5301")["name_zh"].to_list() == ["营业外收入"]


@both
def test_codes_are_unique_and_children_begin_with_their_parent(standard):
    accounts = chart.accounts(standard)
    assert not accounts["code"].is_duplicated().any()
    children = accounts.filter(pl.col("parent") != "")
    assert children["parent"].is_in(accounts["code"].to_list()).all()
    assert children.select(pl.col("code").str.starts_with(pl.col("parent")).all()).item()


@both
def test_every_account_has_names_in_both_languages(standard):
    accounts = chart.accounts(standard)
    assert (accounts["name_zh"] != "").all()
    assert (accounts["name_en"] != "").all()


@both
def test_ten_columns_below_vat_payable(standard):
    names = chart.accounts(standard).filter(parent="222101")["name_zh"].to_list()
    assert names == [
        "进项税额", "销项税额抵减", "已交税金", "减免税款", "转出未交增值税", "出口抵减内销产品应纳税额", "销项税额", "出口退税",
        "进项税额转出", "转出多交增值税",
    ]  # fmt: skip


def test_what_can_be_posted_to():
    leaves = chart.accounts("sbe").filter("leaf")["code"].to_list()
    assert [code for code in POSTABLE.split() if code not in leaves] == []


@pytest.mark.parametrize(
    ("code", "side"), [("1407", "credit"), ("1622", "credit"), ("1702", "credit"), ("1404", "either")]
)
def test_contra_accounts_stand_on_the_right_side(code, side):
    assert chart.accounts("sbe").filter(code=code)["side"].to_list() == [side]


@both
def test_roles_name_leaf_accounts(standard):
    roles = chart.of_standard("account_roles", standard)
    assert not roles["role"].is_duplicated().any()
    parents = {"vat_payable", "profit_distribution"}
    leaves = chart.accounts(standard).filter("leaf")["code"].to_list()
    assert [r for r, a in roles.select("role", "account").rows() if a not in leaves and r not in parents] == []


def test_both_standards_know_the_same_roles():
    small, full = (set(chart.of_standard("account_roles", standard)["role"]) for standard in chart.STANDARDS)
    assert small == full


@both
def test_statements_and_cash_flow_rules_name_accounts_and_lines_that_exist(standard):
    lines = chart.of_standard("statement_lines", standard).filter(pl.col("line_no").is_not_null())
    known = set(lines.select("statement", "line_no").rows())
    mapped = chart.of_standard("statement_accounts", standard)
    assert set(mapped.select("statement", "line_no").rows()) <= known
    assert set(mapped["account"]) <= set(codes(standard))
    rules = chart.of_standard("cash_flow_rules", standard)
    assert {("cash_flow", line) for line in rules["line_no"]} <= known
    assert set(rules["account"]) <= set(codes(standard))


def test_inventories_of_the_small_enterprises():
    mapped = chart.of_standard("statement_accounts", "sbe").filter(statement="balance_sheet", line_no=9)
    assert mapped.filter(sign=1)["account"].to_list() == (
        ["1401", "1402", "1403", "1404", "1405", "1408", "1411", "1421", "4001", "4101", "4401", "4403"]
    )
    assert mapped.filter(sign=-1)["account"].to_list() == ["1407"]


def test_total_liabilities_reach_the_long_term_loans():
    terms = chart.terms(chart.of_standard("statement_lines", "sbe")).filter(statement="balance_sheet", line_no=47)
    assert terms["term_line"].to_list() == [*range(31, 41), *range(42, 46)]


def test_a_computed_line_is_taken_apart_with_its_signs():
    terms = chart.terms(chart.of_standard("statement_lines", "sbe")).filter(statement="income_statement", line_no=32)
    signs = dict(terms.select("term_line", "sign").rows())
    assert signs == {1: 1, 2: -1, 3: -1, 11: -1, 14: -1, 18: -1, 20: 1, 22: 1, 24: -1, 31: -1}


def test_tax_codes_hold_from_their_day():
    codes = (
        chart.read("tax_codes")
        .select("code", pl.col("rate").cast(pl.String), pl.col("valid_from").cast(pl.String))
        .rows()
    )
    assert ("S13", "0.130000", "2019-04-01") in codes
    assert len(codes) == 12
