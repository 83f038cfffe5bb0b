"""Tables and cards as HTML: figures to the right, red negatives, everything from the books escaped."""

from decimal import Decimal

import polars as pl

from dashboards import analysis, cards
from dashboards.cards import Card, Comparison
from dashboards.tables import Column, chain, facts, table

D = Decimal
MONEY = Column("net", "销售额", "money")


def test_figures_stand_right_and_negatives_are_red():
    html = table([{"name": "甲", "net": D("-5")}], [Column("name", "客户"), MONEY])
    assert '<td class="txt">甲</td>' in html
    assert '<td class="num neg">−5.00</td>' in html


def test_names_are_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    shown = [
        table([{"name": evil}], [Column("name", evil, link=lambda _: '/x?"><script>')], name=evil),
        chain([(evil, evil, '"><script>', False)]),
        facts([(evil, "")]),
        cards.card(Card("k", evil, D(1), '"><script>', evil, note=evil), "zh"),
    ]
    assert not any("<script>" in html for html in shown)


def test_titles_over_two_rows_span_their_columns():
    columns = [
        Column("a", "科目"),
        Column("b", "借方", "money", group="期初"),
        Column("c", "贷方", "money", group="期初"),
    ]
    html = table([], columns)
    assert '<th class="group" colspan="2">期初</th>' in html
    assert 'rowspan="2"' in html


def test_totals_carry_their_title_in_the_first_empty_cell():
    html = table([], [Column("name", "客户"), MONEY], totals={"net": D(3)}, total_title="合计")
    assert html.endswith('<tfoot><tr><td class="txt">合计</td><td class="num">3.00</td></tr></tfoot></table></div>')


def test_a_bar_shades_a_cell_by_its_share_of_the_largest():
    html = table([{"net": D(10)}, {"net": D(5)}], [Column("net", "", "money", bar=True)])
    assert "--share:100.0%" in html
    assert "--share:50.0%" in html


def test_more_overdue_is_no_good_news():
    worse = cards.card(Card("k", "", D(12), comparisons=(Comparison("上月", D(10), more_is_better=False),)), "zh")
    assert '<span class="bad">▲ 20.0%</span>' in worse


def test_nothing_before_is_not_a_rise():
    assert cards.change(D(5), D(0)) is None
    assert cards.change(D(5), D(-10)) == D("1.5")


def test_classes_cut_at_eighty_and_ninety_five():
    frame = pl.DataFrame(
        {"key": list("abcd"), "net": [D(70), D(20), D(6), D(4)]}, schema_overrides={"net": pl.Decimal(18, 2)}
    )
    assert [row["abc"] for row in analysis.classified(frame, "net")] == ["A", "A", "B", "C"]


def test_the_rest_is_counted_not_forgotten():
    rows = [{"key": k, "name": k, "net": D(n)} for k, n in (("a", 5), ("b", 3), ("c", 2))]
    assert analysis.top(rows, "net", 1) == (["a"], [D(5)], D(5))


def test_quantities_of_different_items_are_not_added():
    frame = pl.DataFrame({"item": ["A", "B"], "quantity": [D(1), D(2)], "net": [D(3), D(4)]})
    kinds = {"item": "text", "quantity": "quantity", "net": "money"}
    assert analysis.totals(frame, kinds) == {"net": D(7)}
    assert analysis.totals(frame.head(1), kinds) == {"quantity": D(1), "net": D(3)}


def test_who_bought_last_year_only_is_still_compared():
    now = [{"key": "a", "name": "甲", "net": D(6)}]
    before = pl.DataFrame({"key": ["a", "z"], "name": ["甲", "乙"], "net": [D(3), D(2)]})
    rows = analysis.compared(now, before, "net")
    assert [(r["key"], r["before"], r["change"]) for r in rows] == [("a", D(3), D(1)), ("z", D(2), D(-1))]
