"""Statements of one's own, later formats of the official ones, comparisons over spans, and what falls due within a year."""

from datetime import date
from decimal import Decimal

import pytest

import erp_core
from erp_core.finance.statements import StatementHistory, StatementInvalid, StatementUncovered
from erp_core.foundation.errors import NotPermitted
from erp_core.ledger import chart
from tests import by_hand

MARGIN = [
    {"name_zh": "经营情况", "kind": "header"},
    {"line_no": 1, "name_zh": "收入", "kind": "item", "formula": "income_statement:1"},
    {"line_no": 2, "name_zh": "房租", "kind": "deduction", "accounts": "560208", "rule": "movement"},
    {"line_no": 3, "name_zh": "其他费用", "kind": "deduction", "accounts": "5602 - 560208", "rule": "movement"},
    {"line_no": 4, "name_zh": "贡献", "kind": "subtotal", "formula": "1 - 2 - 3"},
    {"line_no": 5, "name_zh": "现金加应收", "kind": "item", "accounts": "1001+1002+1122", "rule": "balance"},
    {"line_no": 6, "name_zh": "合计", "kind": "total", "formula": "4 + 5 - balance_sheet:41"},
]


def service(books, day: date, net: int) -> None:
    by_hand.post(books, day, "服务费", ("1002", net, ""), ("5051", "", net))


@pytest.fixture(scope="module")
def trading():
    with erp_core.create(":memory:", company="对比公司", standard="sbe", start="2026-01") as books:
        for day, net in (
            (date(2026, 2, 1), 100),
            (date(2026, 4, 1), 200),
            (date(2026, 5, 1), 300),
            (date(2027, 5, 1), 700),
        ):
            service(books, day, net)
        by_hand.post(books, date(2026, 5, 9), "房租", ("560208", 50, ""), ("1002", "", 50))
        by_hand.post(books, date(2026, 5, 9), "办公费", ("560205", 20, ""), ("1002", "", 20))
        loan = ("2501", "", 900, {"due_on": date(2027, 12, 31)}), ("2501", "", 600, {"due_on": date(2026, 11, 30)})
        by_hand.post(books, date(2026, 3, 1), "借款", ("1002", 1500, ""), *loan)
        by_hand.post(books, date(2026, 5, 20), "还款", ("2501", 250, ""), ("1002", "", 250))
        yield books


def line(books, number: int, period: str = "2026-05", statement: str = "income_statement", span: str = "month"):
    row = books.report("statement", statement=statement, period=period, span=span).filter(line_no=number)
    names = ("amount", "previous", "last_year", "year_to_date", "last_year_to_date")
    return [str(value) for value in row.select(names).row(0)]


@pytest.mark.parametrize(
    ("period", "span", "expected"),
    [
        ("2026-05", "month", ["300.00", "200.00", "0.00", "600.00", "0.00"]),
        ("2026-05", "quarter", ["500.00", "100.00", "0.00", "600.00", "0.00"]),
        ("2026-08", "half_year", ["0.00", "600.00", "0.00", "600.00", "0.00"]),
        ("2027-05", "month", ["700.00", "0.00", "300.00", "700.00", "600.00"]),
        ("2027-05", "quarter", ["700.00", "0.00", "500.00", "700.00", "600.00"]),
        ("2027-05", "year", ["700.00", "600.00", "600.00", "700.00", "600.00"]),
    ],
)
def test_revenue_over_spans(trading, period, span, expected):
    assert line(trading, 1, period, span=span) == expected


def test_balances_and_cash_over_spans(trading):
    assert line(trading, 1, "2026-05", "balance_sheet", "quarter") == ["1780.00", "1600.00", "0.00", "0.00", "0.00"]
    assert line(trading, 22, "2026-05", "cash_flow", "quarter") == ["1780.00", "1600.00", "0.00", "1780.00", "0.00"]
    assert line(trading, 21, "2026-05", "cash_flow", "quarter") == ["1600.00", "0.00", "0.00", "0.00", "0.00"]


@pytest.mark.parametrize("statement", ["balance_sheet", "income_statement", "cash_flow"])
def test_the_month_is_that_of_the_official_form(trading, statement):
    ours = trading.report("statement", statement=statement, period="2026-05")
    form = trading.report(statement, period="2026-05")
    column = "closing" if statement == "balance_sheet" else "month"
    assert ours["amount"].to_list() == form[column].to_list()


def test_what_falls_due_within_a_year_is_current_and_repayments_settle_it_first(trading):
    def sheet(period: str) -> list[str]:
        frame = trading.report("balance_sheet", period=period)
        return [str(frame.filter(line_no=number)["closing"][0]) for number in (40, 41, 42, 47, 53)]

    assert sheet("2026-03")[:3] == ["600.00", "600.00", "900.00"]
    assert sheet("2026-05")[:4] == ["350.00", "350.00", "900.00", "1250.00"]
    assert sheet("2027-05")[:3] == ["1250.00", "1250.00", "0.00"]
    detail = trading.report("statement_detail", statement="balance_sheet", line_no=40, period="2026-05")
    assert detail.select("account", "amount").rows() == [("2501", Decimal("350.00"))]
    assert trading.check().filter(ok=False).is_empty()


def test_a_statement_of_ones_own_drills_and_tells_what_it_leaves_out(trading):
    made = trading.as_user("supervisor").call(
        "ledger.statement.save", statement="margin", name_zh="贡献表", lines=MARGIN
    )
    assert made["own"]
    frame = trading.report("statement", statement="margin", period="2026-05")
    amounts = [str(value) for value in frame["amount"]]
    assert amounts == ["None", "300.00", "50.00", "20.00", "230.00", "1780.00", "1660.00"]
    detail = trading.report("statement_detail", statement="margin", line_no=4, period="2026-05")
    assert detail["amount"].sum() == Decimal("230.00")
    uncovered = trading.report("statement_coverage", statement="margin", period="2026-05")
    assert uncovered.filter(account="560208").is_empty()
    assert uncovered.filter(account="3001")["lines"].to_list() == [0]
    trading.call("ledger.statement.drop", statement="margin")
    assert trading.report("statement", statement="margin", period="2026-05").is_empty()
    with pytest.raises(StatementInvalid):
        trading.call("ledger.statement.drop", statement="margin")


@pytest.mark.parametrize("statement", ["balance_sheet", "income_statement"])
def test_the_official_statements_together_cover_everything(trading, statement):
    alone = {
        row["account"] for row in trading.report("statement_coverage", statement=statement, period="2026-05").to_dicts()
    }
    other = "income_statement" if statement == "balance_sheet" else "balance_sheet"
    both = alone & set(trading.report("statement_coverage", statement=other, period="2026-05")["account"])
    assert both == set()


def official(drop: str = "") -> list[dict]:
    """The official income statement again, in one line less detail; without an account where asked."""
    lines = chart.of_standard("statement_lines", "sbe").filter(statement="income_statement")
    fed = chart.of_standard("statement_accounts", "sbe").filter(statement="income_statement").to_dicts()
    of_line: dict[int, list[str]] = {}
    for row in fed:
        if row["account"] != drop:
            of_line.setdefault(row["line_no"], []).append(row["account"])
    made = []
    for row in lines.select("line_no", "name_zh", "name_en", "kind", "formula").to_dicts():
        if row["kind"] == "of_which" and not row["formula"] and row["line_no"] not in of_line:
            continue
        accounts = "" if row["formula"] else " + ".join(of_line.get(row["line_no"], ["5001"]))
        made.append(row | {"accounts": accounts, "rule": "movement" if accounts else ""})
    return made


def test_a_later_format_holds_from_its_month_on_and_the_past_stays(trading):
    lines = official()
    lines[0] |= {"name_zh": "一、营业总收入"}
    trading.call(
        "ledger.statement.save",
        statement="income_statement",
        name_zh="利润表",
        lines=lines,
        from_period="2027-01",
        note="新准则",
    )
    first = {p: trading.report("income_statement", period=p).row(0, named=True) for p in ("2026-05", "2027-05")}
    assert [(row["name_zh"], row["month"]) for row in first.values()] == [
        ("一、营业收入", Decimal("300.00")), ("一、营业总收入", Decimal("700.00")),
    ]  # fmt: skip
    formats = (
        trading.report("statement_formats").filter(statement="income_statement").select("from_period", "until_period")
    )
    assert formats.rows() == [("0000-00", "2027-01"), ("2027-01", "9999-99")]
    assert trading.check().filter(ok=False).is_empty()
    with pytest.raises(StatementHistory):
        trading.call(
            "ledger.statement.save", statement="income_statement", name_zh="利润表", lines=lines, from_period="2026-06"
        )
    with pytest.raises(StatementHistory):
        trading.call("ledger.statement.save", statement="cash_flow", name_zh="x", lines=lines, from_period="2028-01")
    with pytest.raises(StatementHistory):
        trading.call("ledger.statement.drop", statement="income_statement")
    with pytest.raises(StatementUncovered):
        trading.call(
            "ledger.statement.save",
            statement="income_statement",
            name_zh="利润表",
            lines=official("5601"),
            from_period="2028-01",
        )
    assert trading.report("statement_formats").filter(statement="income_statement").height == 2


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "sum"}, {"line_no": None}, {"line_no": 2}, {"accounts": "1001"}, {"formula": "9"},
        {"formula": "cash_flow:1"}, {"formula": "4"}, {"formula": "1 +"}, {"formula": "2 * 3"}, {"formula": ""},
        {"formula": "income_statement:99"}, {"formula": "", "accounts": "7777", "rule": "balance"},
        {"formula": "", "accounts": "1001", "rule": "average"},
    ],
)  # fmt: skip
def test_a_line_that_could_not_be_worked_out_is_refused(trading, change):
    lines = [*MARGIN[:1], MARGIN[1] | change, *MARGIN[2:]]
    with pytest.raises(StatementInvalid):
        trading.call("ledger.statement.save", statement="bad", name_zh="坏", lines=lines)
    assert trading.report("statement_formats").filter(statement="bad").is_empty()


@pytest.mark.parametrize(
    "head", [{"statement": "X; drop"}, {"name_zh": " "}, {"ties": ["1=99"]}, {"ties": ["1<2"]}, {"lines": []}]
)
def test_a_head_that_could_not_be_kept_is_refused(trading, head):
    with pytest.raises(StatementInvalid):
        trading.call("ledger.statement.save", **{"statement": "bad", "name_zh": "坏", "lines": MARGIN, **head})


def test_formats_are_for_the_supervisor(trading):
    with pytest.raises(NotPermitted):
        trading.as_user("accountant").call("ledger.statement.save", statement="bad", name_zh="坏", lines=MARGIN)
