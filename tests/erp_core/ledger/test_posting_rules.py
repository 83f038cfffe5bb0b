"""Automatic vouchers by rules kept as data: shipped ones hold, changed ones are dated, proved and traced."""

from datetime import date
from decimal import Decimal as D

import polars as pl
import pytest

import erp_core
from erp_core.ledger import chart, posting_rules, rule_terms
from tests.trading import DAY_10, day, deliver, invoice, one, order, stock, voucher

RULE = "ledger.rule.save"


def lines_of(event: str) -> list[dict]:
    """The shipped lines of an event, as the verb takes them."""
    rows = chart.read("posting_rules")
    keep = ("side", "source", "account", "amount", "condition", "dimensions", "summary")
    return [{name: row[name] for name in keep} for row in rows.to_dicts() if row["event"] == event]


@pytest.fixture
def sold(books):
    """Goods on stock, so that something can be sold."""
    stock(books, "B", 100, "20")
    stock(books, "C", 10, "200")
    return books


def test_every_shipped_rule_is_of_a_known_event_and_balances_in_every_case(books):
    events = set(chart.read("posting_rules")["event"])
    assert events == set(chart.read("posting_events")["event"]) == set(rule_terms.EVENTS)
    for name, event in rule_terms.EVENTS.items():
        assert rule_terms.unbalanced(event, lines_of(name)) == {}
    for name in events:
        result = books.call(RULE, event=name, valid_from=day(1, 2), lines=lines_of(name), reason="same")
        assert result["lines"] == len(lines_of(name))


def test_a_voucher_names_its_rule_and_who_made_it(sold):
    number = invoice(sold, deliver(sold, "C01", [{"item": "B", "quantity": 3}]))
    found = sold.sql("select rule, made_by, source_number from rpt.voucher where source_number = $n", n=number)
    assert found.rows() == [("sales_invoice/2000-01-01", "owner", number)]


def test_a_new_version_holds_from_its_day_and_the_old_one_before(sold):
    before = deliver(sold, "C01", [{"item": "B", "quantity": 1}])
    after = deliver(sold, "C01", [{"item": "B", "quantity": 1}], on=day(20))
    lines = lines_of("sales_invoice")
    lines[1]["account"] = "role:other_revenue"
    lines[1]["summary"] = "其他销售 {number}"
    sold.call(
        RULE,
        event="sales_invoice",
        valid_from="2026-01-15",
        lines=lines,
        summary_zh="卖 {number} 给 {name}",
        reason="x",
    )
    made = sold.call(
        "sales.invoice.issue",
        documents=[
            {"key": "1", "delivery": before, "document_on": DAY_10},
            {"key": "2", "delivery": after, "document_on": day(20)},
        ],
    )["numbers"]
    assert [line[0] for line in voucher(sold, made["1"])] == ["1122", "5001", "22210107"]
    assert [line[0] for line in voucher(sold, made["2"])] == ["1122", "5051", "22210107"]
    said = sold.sql(
        "select v.summary, l.summary as line, v.rule from rpt.voucher v join rpt.voucher_line l using (voucher_id)"
        " where v.source_number = $n order by l.line",
        n=made["2"],
    ).rows()
    assert said[0] == (f"卖 {made['2']} 给 长沙甲商行", f"卖 {made['2']} 给 长沙甲商行", "sales_invoice/2026-01-15")
    assert said[1][1] == f"其他销售 {made['2']}"


def test_conditions_send_lines_to_other_accounts(sold):
    lines = lines_of("sales_invoice")
    plain = lines[1]
    lines[1] = plain | {"condition": "item = C", "account": "account:5051"}
    lines.insert(2, plain | {"condition": "item <> C"})
    sold.call(RULE, event="sales_invoice", valid_from=day(9), lines=lines, reason="apart")
    number = invoice(sold, deliver(sold, "C01", [{"item": "B", "quantity": 1}, {"item": "C", "quantity": 1}]))
    found = {line[0]: line[3] for line in voucher(sold, number)}
    assert found["5051"] == D("260.00")
    assert found["5001"] == D("40.00")


def test_a_partner_or_warehouse_may_have_its_own_account(sold):
    sold.call("ledger.rule.set_account", kind="party", code="C02", use="revenue", account="5051", reason="export")
    sold.call("ledger.rule.set_account", kind="warehouse", code="W1", use="cost", account="5402", reason="export")
    ours = invoice(sold, deliver(sold, "C01", [{"item": "B", "quantity": 1}]))
    theirs = invoice(sold, deliver(sold, "C02", [{"item": "B", "quantity": 1}]))
    assert [line[0] for line in voucher(sold, ours)][1] == "5001"
    assert [line[0] for line in voucher(sold, theirs)][1] == "5051"
    used = sold.sql("select distinct account from rpt.voucher_line where account in ('5401', '5402')")
    assert used["account"].to_list() == ["5402"]
    sold.call("ledger.rule.set_account", kind="party", code="C02", use="revenue", account="", reason="over")
    again = invoice(sold, deliver(sold, "C02", [{"item": "B", "quantity": 1}]))
    assert [line[0] for line in voucher(sold, again)][1] == "5001"
    assert sold.check().filter(~pl.col("ok"))["check"].to_list() == []


BAD = {
    "an amount that is not there": (1, {"amount": "netto"}, posting_rules.PostingRuleInvalid),
    "a sum that is none": (1, {"amount": "net ++ tax"}, posting_rules.PostingRuleInvalid),
    "an account that is none": (1, {"account": "account:9999"}, posting_rules.PostingRuleInvalid),
    "a parent account": (1, {"account": "account:2221"}, posting_rules.PostingRuleInvalid),
    "a role that is none": (1, {"account": "role:nothing"}, posting_rules.PostingRuleInvalid),
    "no certain account": (1, {"account": "party:revenue"}, posting_rules.PostingRuleInvalid),
    "no account term": (1, {"account": "revenue"}, posting_rules.PostingRuleInvalid),
    "a side that is none": (1, {"side": "left"}, posting_rules.PostingRuleInvalid),
    "a source that is none": (1, {"source": "moon"}, posting_rules.PostingRuleInvalid),
    "a condition that is none": (1, {"condition": "item"}, posting_rules.PostingRuleInvalid),
    "an unknown column": (1, {"condition": "colour = red"}, posting_rules.PostingRuleInvalid),
    "an unknown dimension": (1, {"dimensions": "colour"}, posting_rules.PostingRuleInvalid),
    "an unknown place": (1, {"summary": "{secret}"}, posting_rules.PostingRuleInvalid),
    "a torn place": (1, {"summary": "{number"}, posting_rules.PostingRuleInvalid),
    "one case left out": (1, {"condition": "item = C"}, posting_rules.PostingRuleUnbalanced),
    "twice the net": (1, {"amount": "net + net"}, posting_rules.PostingRuleUnbalanced),
    "the receivable moved": (0, {"account": "role:other_receivable"}, posting_rules.PostingRuleTied),
    "the tax moved": (2, {"account": "role:vat_unpaid"}, posting_rules.PostingRuleTied),
    "a control account by its code": (1, {"account": "account:1122"}, posting_rules.PostingRuleTied),
}


def test_a_rule_that_could_go_wrong_is_refused(books):
    before = books.report("posting_rules")
    for what, (at, change, refusal) in BAD.items():
        lines = lines_of("sales_invoice")
        lines[at] |= change
        with pytest.raises(refusal):
            print(what, books.call(RULE, event="sales_invoice", valid_from=day(15), lines=lines, reason="x"))
    assert books.report("posting_rules").equals(before)


def test_odd_arguments_are_told_by_name(books):
    lines = lines_of("sales_invoice")
    with pytest.raises(posting_rules.PostingRuleUnknown):
        books.call(RULE, event="moonrise", valid_from=day(15), lines=lines, reason="x")
    with pytest.raises(erp_core.foundation.given.ValueMissing):
        books.call(RULE, event="sales_invoice", valid_from=day(15), lines=[{"side": "debit"}], reason="x")
    with pytest.raises(erp_core.foundation.given.ValueUnreadable):
        books.call(RULE, event="sales_invoice", valid_from="soon", lines=lines, reason="x")
    for wrong in ({"kind": "moon"}, {"code": "C99"}, {"use": "luck"}):
        given = {"kind": "party", "code": "C01", "use": "revenue", "account": "5051"} | wrong
        with pytest.raises(posting_rules.PostingRuleInvalid):
            books.call("ledger.rule.set_account", **given, reason="x")


def test_a_rule_never_changes_behind_its_vouchers(sold):
    invoice(sold, deliver(sold, "C01", [{"item": "B", "quantity": 1}]))
    lines = lines_of("sales_invoice")
    with pytest.raises(posting_rules.PostingRuleInUse):
        sold.call(RULE, event="sales_invoice", valid_from=DAY_10, lines=lines, reason="x")
    sold.call(RULE, event="sales_invoice", valid_from=day(11), lines=lines, reason="x")
    lines[1]["account"] = "role:other_revenue"
    sold.call(RULE, event="sales_invoice", valid_from=day(11), lines=lines, reason="not used yet")
    with pytest.raises(posting_rules.PostingRuleInUse):
        sold.call(RULE, event="sales_invoice", valid_from=date(2025, 12, 1), lines=lines, reason="x")


def test_one_event_has_one_voucher_and_can_be_rehearsed(sold):
    number = order(sold, "sales", "C01", [{"item": "B", "quantity": 2}])
    head = {"order": number, "document_on": DAY_10}
    seen = sold.rehearse("sales.delivery.ship", documents=head)
    assert seen.lines["account"].to_list() == ["5401", "1405"]
    shipped = one(sold.call("sales.delivery.ship", documents=head))
    found = sold.sql("select count(*) as n from rpt.voucher where event_key = $key", key=f"sales_delivery/{shipped}")
    assert found["n"][0] == 1


def test_a_protected_rule_waits_for_a_second_person(books):
    books.call(
        "approval.rule.save", rule="规则", subject="change", condition="protected_change",
        steps=[{"step": 1, "role": "owner"}],
    )  # fmt: skip
    books.call("approval.protection.save", table="posting_rule", reason="two pairs of eyes")
    lines = lines_of("sales_invoice")
    lines[1]["account"] = "role:other_revenue"
    asked = books.as_user("supervisor").call(
        RULE, event="sales_invoice", valid_from=day(15), lines=lines, reason="other revenue"
    )
    assert asked["status"] == "open"
    shown = books.report("posting_rules", event="sales_invoice")
    assert shown["valid_from"].unique().to_list() == [date(2000, 1, 1)]
    task = books.report("approval_tasks")
    assert task.height == 1
    books.call("approval.decide", approval_id=task["approval_id"][0], decision="approve")
    assert books.report("posting_rules", event="sales_invoice", on_day=day(15))["account"].to_list()[1] == (
        "role:other_revenue"
    )
