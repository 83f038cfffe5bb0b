"""How charts and tables of the notebooks look: drawn by JupyterLab itself, without the network, in both languages."""

import altair as alt
import polars as pl

# JupyterLab draws Vega-Lite 5 on its own; a chart of a newer version would stay blank, so it is handed over as one.
VEGA = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.20.1.json"
COLOURS = ["#2f6f73", "#c9772b", "#8a8f98", "#b5483a", "#5b7fb5", "#8a6fa8", "#7d9a4e"]
FONT = "Noto Sans SC, Microsoft YaHei, PingFang SC, Source Han Sans SC, sans-serif"


def _bundle(spec, **_):
    return {VEGA: dict(spec) | {"$schema": SCHEMA}, "text/plain": f"[{_title(spec)}]"}


def _title(spec):
    title = spec.get("title", "")
    return title.get("text", "") if isinstance(title, dict) else title


@alt.theme.register("books", enable=True)
def _theme():
    axis = {"grid": False, "labelFont": FONT, "titleFont": FONT, "labelLimit": 160}
    return alt.theme.ThemeConfig(
        width=680,
        height=260,
        config={
            "title": {"anchor": "start", "fontSize": 15, "font": FONT},
            "view": {"stroke": None},
            "axis": axis,
            "legend": {"labelFont": FONT, "titleFont": FONT},
            "range": {"category": COLOURS},
            "mark": {"color": COLOURS[0]},
        },
    )


alt.renderers.register("books", _bundle)
alt.renderers.enable("books")

pl.Config.set_tbl_rows(20)
pl.Config.set_fmt_str_lengths(40)
pl.Config.set_tbl_hide_column_data_types(True)
pl.Config.set_tbl_hide_dataframe_shape(True)


def chart(rows, title="", **size):
    """A chart over a frame; amounts become plain numbers and days become text only here, never in the frames."""
    plain = rows.with_columns(pl.selectors.decimal().cast(pl.Float64), pl.selectors.date().cast(pl.String))
    return alt.Chart(plain, **({"title": title} if title else {})).properties(**size)


def layers(title, *charts):
    """Several charts one over the other under one title."""
    return alt.layer(*charts).properties(title=title)
