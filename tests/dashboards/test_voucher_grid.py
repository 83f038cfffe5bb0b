"""The grid of the voucher desk: what is typed or pasted becomes lines, found by code, name or initials."""

from datetime import date
from decimal import Decimal as D

from dashboards import voucher_grid as grid

CHART = [
    {"account": code, "name_zh": zh, "name_en": en, "leaf": leaf, "active": True}
    for code, zh, en, leaf in (
        ("1001", "库存现金", "Cash", True),
        ("1002", "银行存款", "Bank", True),
        ("2202", "应付账款", "Payables", False),
        ("220201", "应付货款", "Trade payables", True),
        ("560201", "办公费", "Office", True),
        ("560202", "差旅费", "Travel", True),
    )
]


def test_an_account_is_found_by_code_name_or_initials():
    for asked, code in (
        ("1001", "1001"), ("1002 银行存款 YHCK", "1002"), ("库存现金", "1001"), ("yhck", "1002"), ("YHCK", "1002"),
        ("bank", "1002"), ("办公", "560201"), ("2202", "220201"), ("5602", None), ("费", None), ("没有", None),
    ):  # fmt: skip
        assert grid.find_account(asked, CHART) == code, asked


def test_initials_know_phrases():
    assert grid.initials("银行存款") == "yhck"
    assert grid.initials("长期待摊费用") == "cqdtfy"


def test_rows_from_a_worksheet_become_lines_and_what_is_unclear_is_told():
    text = "摘要\t科目\t借方\t贷方\n付电费\t办公费\t1,200.50\t\n\t1002\t\t￥1,200.50\n\t费\t(3)\t\n"
    lines, unknown = grid.pasted(text, CHART)
    assert unknown == ["费"]
    assert [line["account"] for line in lines] == ["560201", "1002", ""]
    frame = grid.frame_of(lines)
    assert frame["debit"].to_list()[:3] == [D("1200.50"), None, D("-3.00")]
    back = grid.lines_of(frame.to_dicts())
    assert [line["summary"] for line in back] == ["付电费"] * 3
    assert back[1] == {"summary": "付电费", "account": "1002", "credit": "1200.50"}


def test_sums_follow_rates_and_prices_and_the_rest_is_put_into_the_empty_line():
    lines = [
        {"account": "1002", "amount_foreign": "100.05", "rate": "7.1234", "side": "debit"},
        {"account": "560201", "quantity": "2", "price": "10", "side": "credit"},
        {"account": "1001", "credit": ""},
    ]
    assert grid.sums(lines) == (D("712.70"), D("20.00"))
    filled = grid.balanced(lines)
    assert filled[2]["credit"] == "692.70"
    assert grid.sums(filled) == (D("712.70"), D("712.70"))
    assert grid.balanced(filled) == filled
    assert grid.balanced([{"account": "1001", "debit": "5", "summary": "x"}])[1] == {"summary": "x", "credit": "5.00"}


def test_the_grid_shows_what_lines_need():
    lines = [{"account": "1002", "currency": "USD", "amount_foreign": "1", "due_on": "2026-01-31"}]
    assert grid.groups_in(lines) == ["currency", "more"]
    assert grid.columns_of(["currency"]) == [
        "summary", "account", "debit", "credit", "currency", "amount_foreign", "rate", "side",
    ]  # fmt: skip
    frame = grid.frame_of(lines)
    assert frame["due_on"][0] == date(2026, 1, 31)
    assert frame.height == grid.BLANK_ROWS
    assert grid.lines_of(frame.to_dicts())[0]["due_on"] == "2026-01-31"
