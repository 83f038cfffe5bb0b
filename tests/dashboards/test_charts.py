"""Charts are plain data: what is drawn is asserted without a browser."""

import json
from decimal import Decimal

from dashboards import charts

D = Decimal


def test_a_trend_draws_bars_and_the_year_before_as_a_dashed_line():
    option = charts.trend(
        ["2026-01", "2026-02"], {"今年": [D(20000), D(30000)], "上年": [D(10000), None]}, divisor=10000, unit="万元"
    )
    bars, line = option["series"]
    assert (bars["type"], bars["data"]) == ("bar", [2.0, 3.0])
    assert (line["type"], line["data"], line["lineStyle"]["type"]) == ("line", [1.0, None], "dashed")
    assert option["yAxis"]["name"] == "万元"
    json.dumps(option)


def test_a_ranking_puts_the_largest_on_top_and_writes_thousands():
    option = charts.ranking(["甲", "乙"], [D("12345.678"), D(5)], divisor=1, unit="元")
    assert option["yAxis"]["data"] == ["乙", "甲"]
    assert option["series"][0]["data"][-1] == {"value": 12345.68, "label": {"formatter": "12,345.68"}}


def test_a_pareto_ends_at_one_hundred_percent():
    option = charts.pareto(["a", "b", "c"], [D(6), D(3), D(1)], divisor=1, unit="元", series=("额", "累计"))
    assert option["series"][1]["data"] == [60.0, 90.0, 100.0]
    assert option["yAxis"][1]["max"] == 100


def test_a_pareto_of_nothing_is_nil_not_a_crash():
    assert charts.pareto(["a"], [D(0)], divisor=1, unit="元", series=("额", "累计"))["series"][1]["data"] == [0]


def test_a_waterfall_hangs_each_step_where_the_last_one_ended():
    option = charts.waterfall(["收入", "成本", "净利"], [D(100), D(-60), D(40)], divisor=1, unit="元", totals=(0, 2))
    hidden, shown = option["series"]
    assert hidden["data"] == [0, 40.0, 0]
    assert [bar["value"] for bar in shown["data"]] == [100.0, 60.0, 40.0]
    assert shown["data"][1]["itemStyle"]["color"] == charts.RED
    assert shown["data"][1]["label"]["formatter"] == "-60.00"


def test_ages_are_stacked_in_one_colour_each():
    option = charts.stacked(["甲"], {"未到期": [D(1)], "逾期": [D(2)]}, divisor=1, unit="元")
    assert [part["stack"] for part in option["series"]] == ["whole", "whole"]
    assert len({part["itemStyle"]["color"] for part in option["series"]}) == 2


def test_shares_leave_out_what_has_no_area():
    assert [
        box["name"] for box in charts.shares({"甲": D(3), "乙": D(-1), "丙": D(0)}, divisor=1)["series"][0]["data"]
    ] == ["甲"]
