"""The chart forms we use, one look: pure functions from plain values to ECharts options in a chosen unit."""

from collections.abc import Sequence

RED, GREEN, SLATE, AMBER = "#D2544C", "#2E9E6B", "#94A0B2", "#E0A030"
AGES = ("#5FB58C", "#C9C45A", "#E9AE45", "#E07B3C", "#C94A43")
MUTED = "#8692A4"
NUMBER = "%,.2f"

Numbers = Sequence[object]


def scaled(values: Numbers, divisor: int) -> list[float | None]:
    """Turn amounts into the figures drawn; pictures, unlike books, may be floats."""
    return [None if value is None else round(float(value) / divisor, 2) for value in values]


def trend(months: Sequence[str], series: dict[str, Numbers], *, divisor: int, unit: str) -> dict:
    """Draw the first series as bars and each later one as a dashed line over the same months."""
    drawn = []
    for position, (name, values) in enumerate(series.items()):
        form = {"name": name, "data": scaled(values, divisor)}
        if position == 0:
            drawn.append({**form, "type": "bar", "barMaxWidth": 26, "itemStyle": {"borderRadius": [3, 3, 0, 0]}})
        else:
            dashes = {"type": "dashed", "width": 1.6, "color": SLATE}
            drawn.append({**form, "type": "line", "symbolSize": 5, "lineStyle": dashes, "itemStyle": {"color": SLATE}})
    return _axes({"type": "category", "data": list(months), "axisTick": {"show": False}}, _measure(unit), drawn)


def lines(days: Sequence[str], series: dict[str, Numbers], *, divisor: int, unit: str) -> dict:
    """Draw each series as a plain line with a light area under the first."""
    drawn = [
        {
            "name": name,
            "type": "line",
            "data": scaled(values, divisor),
            "showSymbol": False,
            "lineStyle": {"width": 2},
            **({"areaStyle": {"opacity": 0.10}} if position == 0 else {}),
        }
        for position, (name, values) in enumerate(series.items())
    ]
    axis = {"type": "category", "data": list(days), "boundaryGap": False, "axisTick": {"show": False}}
    return _axes(axis, _measure(unit), drawn)


def ranking(names: Sequence[str], values: Numbers, *, divisor: int, unit: str, clickable: bool = False) -> dict:
    """Draw horizontal bars, the largest on top, each with its figure."""
    bars = {
        "type": "bar",
        "name": unit,
        "data": [_said(figure) for figure in scaled(values, divisor)[::-1]],
        "barMaxWidth": 16,
        "itemStyle": {"borderRadius": [0, 3, 3, 0]},
        "label": {"show": True, "position": "right", "color": MUTED, "fontSize": 11},
    }
    if clickable:
        bars |= {"selectedMode": "single", "cursor": "pointer"}
    names_axis = {
        "type": "category",
        "data": list(names)[::-1],
        "axisTick": {"show": False},
        "axisLine": {"show": False},
        "axisLabel": {"width": 110, "overflow": "truncate"},
    }
    return {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": NUMBER},
        "grid": {"left": 4, "right": 64, "top": 6, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "splitNumber": 4, "axisLabel": {"color": MUTED}, "splitLine": _faint()},
        "yAxis": names_axis,
        "series": [bars],
    }


def pareto(names: Sequence[str], values: Numbers, *, divisor: int, unit: str, series: tuple[str, str]) -> dict:
    """Draw falling bars with their running share of the whole on a second axis, and the 80 % line of ABC analysis."""
    figures = scaled(values, divisor)
    whole, running, shares = sum(figures), 0.0, []
    for figure in figures:
        running += figure
        shares.append(round(running / whole * 100, 2) if whole else 0)
    mark = {
        "silent": True,
        "symbol": "none",
        "data": [{"yAxis": 80}],
        "lineStyle": {"type": "dotted", "color": AMBER},
        "label": {"formatter": "80%", "color": MUTED},
    }
    option = _axes(
        {"type": "category", "data": list(names), "axisTick": {"show": False}, "axisLabel": {"show": False}},
        _measure(unit),
        [
            {
                "name": series[0],
                "type": "bar",
                "data": figures,
                "barMaxWidth": 22,
                "itemStyle": {"borderRadius": [3, 3, 0, 0]},
            },
            {
                "name": series[1],
                "type": "line",
                "yAxisIndex": 1,
                "data": shares,
                "showSymbol": False,
                "lineStyle": {"width": 2, "color": AMBER},
                "itemStyle": {"color": AMBER},
                "markLine": mark,
            },
        ],
    )
    share_axis = {"type": "value", "min": 0, "max": 100, "splitLine": {"show": False}}
    option["yAxis"] = [option["yAxis"], share_axis | {"axisLabel": {"formatter": "{value}%", "color": MUTED}}]
    return option


def stacked(
    names: Sequence[str], parts: dict[str, Numbers], *, divisor: int, unit: str, colors: Sequence[str] = AGES
) -> dict:
    """Draw horizontal bars stacked by part, one colour a part; for ages of money or of stock."""
    drawn = [
        {
            "name": part,
            "type": "bar",
            "stack": "whole",
            "data": scaled(values, divisor)[::-1],
            "barMaxWidth": 18,
            "itemStyle": {"color": colors[position % len(colors)]},
        }
        for position, (part, values) in enumerate(parts.items())
    ]
    return {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": NUMBER},
        "legend": {"top": 0, "itemWidth": 12, "itemHeight": 10, "textStyle": {"color": MUTED}},
        "grid": {"left": 4, "right": 48, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": _measure(unit) | {"nameGap": 8, "nameTextStyle": {"color": MUTED}},
        "yAxis": {
            "type": "category",
            "data": list(names)[::-1],
            "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {"width": 110, "overflow": "truncate"},
        },
        "series": drawn,
    }


def waterfall(names: Sequence[str], changes: Numbers, *, divisor: int, unit: str, totals: Sequence[int] = ()) -> dict:
    """Draw steps from one total to the next; positions in totals are sums so far, the others rise or fall."""
    figures, base, bars, level = scaled(changes, divisor), [], [], 0.0
    for position, figure in enumerate(figures):
        if position in totals:
            level = figure
            low, color = min(0.0, figure), "#2F6BDE"
        else:
            low, color = min(level, level + figure), GREEN if figure >= 0 else RED
            level += figure
        base.append(round(low, 2) if low > 0 else 0)
        drawn = {"value": round(abs(figure), 2), "itemStyle": {"color": color, "borderRadius": 2}}
        bars.append(drawn | {"label": {"formatter": f"{figure:,.2f}"}})
    hidden = {"type": "bar", "stack": "steps", "silent": True, "itemStyle": {"color": "transparent"}, "data": base}
    hidden |= {"tooltip": {"show": False}, "emphasis": {"disabled": True}, "name": ""}
    shown = {"type": "bar", "stack": "steps", "data": bars, "barMaxWidth": 38, "name": unit}
    shown["label"] = {"show": True, "position": "top", "color": MUTED, "fontSize": 11}
    axis = {"type": "category", "data": list(names), "axisTick": {"show": False}}
    option = _axes(
        axis | {"axisLabel": {"interval": 0, "color": MUTED, "fontSize": 11, "width": 62, "overflow": "break"}},
        _measure(unit),
        [hidden, shown],
    )
    option["tooltip"] = {"trigger": "item", "formatter": "{b}<br>{c}"}
    option["legend"] = {"show": False}
    option["grid"]["top"] = 30
    return option


def shares(parts: dict[str, object], *, divisor: int) -> dict:
    """Draw a treemap of parts: area is the amount. For wholes of many parts, where a pie would fail."""
    boxes = [
        {"name": name, "value": figure}
        for name, figure in zip(parts, scaled(list(parts.values()), divisor), strict=True)
        if figure and figure > 0
    ]
    label = {"show": True, "formatter": "{b}\n{c}", "fontSize": 12, "lineHeight": 16, "overflow": "truncate"}
    return {
        "tooltip": {"valueFormatter": NUMBER},
        "series": [
            {
                "type": "treemap",
                "roam": False,
                "nodeClick": False,
                "breadcrumb": {"show": False},
                "label": label,
                "itemStyle": {"gapWidth": 2, "borderWidth": 0, "borderRadius": 3},
                "left": 0,
                "right": 0,
                "top": 0,
                "bottom": 0,
                "data": boxes,
            }
        ],
    }


def _axes(across: dict, up: dict, series: list[dict]) -> dict:
    across = {"axisLine": {"lineStyle": {"color": "#A9B3C2", "opacity": 0.5}}, "axisLabel": {"color": MUTED}} | across
    return {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "valueFormatter": NUMBER},
        "legend": {"top": 0, "right": 4, "itemWidth": 14, "itemHeight": 9, "textStyle": {"color": MUTED}},
        "grid": {"left": 4, "right": 10, "top": 40, "bottom": 4, "containLabel": True},
        "xAxis": across,
        "yAxis": up,
        "series": series,
    }


def _measure(unit: str) -> dict:
    label = {"color": MUTED}
    name = {"color": MUTED, "align": "left", "padding": [0, 0, 0, -4]}
    return {
        "type": "value",
        "name": unit,
        "nameTextStyle": name,
        "axisLabel": label,
        "splitNumber": 4,
        "splitLine": _faint(),
    }


def _said(figure: float | None) -> dict:
    # ECharts formats labels by functions only; so each figure brings its own words.
    return {"value": figure, "label": {"formatter": "" if figure is None else f"{figure:,.2f}"}}


def _faint() -> dict:
    return {"lineStyle": {"color": "#8692A4", "opacity": 0.18}}
