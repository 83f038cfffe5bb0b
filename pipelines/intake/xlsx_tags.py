"""Sheet XML through Polars' own text scanner, tag by tag: whatever the plain scan of bytes leaves over."""

import polars as pl

from pipelines.intake.errors import FormulasNotCalculated

PREFIXES_LOOKED_FOR = 500
TAGS = ("c ", "c>", "v>", "v ", "v/", "t>", "t ", "f>", "f ", "f/", "row ", "row>", "mergeCell ")


class UnusualXml(Exception):
    """The sheet is written in a way that no fast reader knows: prefixed tags or cells without a reference."""


def tags_of(piece: bytes) -> pl.DataFrame:
    """Return one row per tag of interest: the text from its name up to the next tag."""
    tags = pl.read_csv(
        piece,
        has_header=False,
        schema={"tag": pl.String},
        separator="\x01",
        eol_char="<",
        quote_char=None,
        truncate_ragged_lines=True,
    )
    tag = pl.col("tag")
    if tags.head(PREFIXES_LOOKED_FOR).filter(tag.str.contains(r"^\w+:(c|row|sheetData)[ >]")).height:
        raise UnusualXml
    # A comment may hold tags that are none, and text may stand in CDATA, which begins like a tag.
    if tags["tag"].str.starts_with("!").any():
        raise UnusualXml
    return tags.filter(pl.any_horizontal(*[tag.str.starts_with(start) for start in TAGS]))


def cells_of(tags: pl.DataFrame, file: str, sheet: str) -> pl.DataFrame:
    """Return one row per cell that holds something: row, letters, attributes, text."""
    tag = pl.col("tag")
    marked = tags.filter(~tag.str.starts_with("row") & ~tag.str.starts_with("mergeCell")).with_columns(
        sign=tag.str.head(1), cell=tag.str.starts_with("c").cum_sum().cast(pl.UInt32)
    )
    cells = marked.filter(pl.col("sign") == "c")
    if cells.is_empty():
        return pl.DataFrame(schema={"row": pl.Int32, "letters": pl.String, "attributes": pl.String, "text": pl.String})
    texts = _texts(marked.filter((pl.col("sign") == "v") | (pl.col("sign") == "t")))
    split = pl.DataFrame(_split_reference(cells["tag"])).unnest("parts").with_columns(pl.col("row").cast(pl.Int32))
    if split["row"].null_count():
        raise UnusualXml
    formulas = marked.filter(pl.col("sign") == "f")
    if formulas.height:
        numbered = split.with_columns(cell=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
        _refuse_uncalculated(formulas, numbered.join(texts, on="cell", how="left"), file, sheet)
    texts = texts.filter(pl.col("text") != "")
    # Cells are counted from 1 in the order of their tags, so a text finds its cell by position, without a join.
    return split[texts["cell"] - 1].with_columns(texts["text"]).select("row", "letters", "attributes", "text")


def _texts(tags: pl.DataFrame) -> pl.DataFrame:
    """Return cell and text of the value tags; the runs of a rich text are joined."""
    tag = pl.col("tag")
    plain = pl.when(tag.str.starts_with("v>")).then(tag.str.strip_prefix("v>"))
    other = pl.when(tag.str.contains(">", literal=True)).then(tag.str.replace(r"^[^>]*>", ""))
    # Regular expressions are dear on millions of tags, so they see only what is not a bare <v>.
    if (~tags["tag"].str.starts_with("v>")).any():
        plain = plain.otherwise(other)
    texts = tags.select(pl.col("cell").cast(pl.UInt32), text=plain)
    if (texts["cell"] == texts["cell"].shift()).any():
        texts = texts.group_by("cell", maintain_order=True).agg(pl.col("text").drop_nulls().str.join(""))
    return texts


def _split_reference(tags: pl.Series) -> pl.Series:
    parts = tags.str.extract_groups(r'^c r="(?<letters>[A-Z]{1,3})(?<row>[0-9]+)"(?<attributes>[^>]*)>?')
    if parts.struct.field("row").null_count():
        parts = tags.str.extract_groups(r'^c[^>]*?\br="(?<letters>[A-Z]{1,3})(?<row>[0-9]+)"(?<attributes>)[^>]*>?')
        parts = (
            pl.DataFrame({"parts": parts, "tag": tags})
            .select(
                pl.struct(
                    pl.col("parts").struct.field("letters"),
                    pl.col("parts").struct.field("row"),
                    pl.col("tag").str.extract(r"^c([^>]*)").alias("attributes"),
                )
            )
            .to_series()
        )
    return parts.alias("parts")


def _refuse_uncalculated(formulas: pl.DataFrame, cells: pl.DataFrame, file: str, sheet: str) -> None:
    empty = cells.join(formulas.select("cell").unique(), on="cell", how="semi", maintain_order="left").filter(
        (pl.col("text").fill_null("") == "") & ~pl.col("attributes").str.contains('t="str"', literal=True)
    )
    if empty.height:
        first = f"{empty['letters'][0]}{empty['row'][0]}"
        raise FormulasNotCalculated(file=file, sheet=sheet, count=empty.height, cell=first)
