"""Large workbooks for the benches, written as Excel writes them: shared texts, styles, one cell in a hundred bad."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.intake.cells import letter

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
NAMES = ["订单编号", "订单日期", "客户编码", "客户名称", "联系电话", "存货编码", "存货名称", "规格型号", "单位"]
NAMES += ["数量", "单价", "金额"]
LAYOUT = """
layout: bench_orders
extends: base_cn
source: bench
target: sales_history
match: {min_hit: 0.1}
columns:
  number: {from: 订单编号, parse: code, required: yes}
  sold_on: {from: 订单日期, parse: moment, required: yes}
  party: {from: 客户编码, parse: code, required: yes}
  party_name: {from: 客户名称, parse: company}
  phone: {from: 联系电话, parse: phone}
  item: {from: 存货编码, parse: code, required: yes}
  description: {from: 存货名称, parse: text}
  specification: {from: 规格型号, parse: text}
  unit: {from: 单位, parse: unit}
  quantity: {from: 数量, parse: quantity, required: yes}
  unit_price: {from: 单价, parse: price, required: yes}
  amount_given: {from: 金额, parse: amount}
derive:
  amount: {multiply: [quantity, unit_price]}
  kind: {case: [{then: sale}]}
duplicates: keep
totals: [{count: rows}, {sum: amount, by: kind}]
"""
BAD_TEXTS = {
    0: ("s", "见合同"), 1: ("s", "2025-13-45"), 2: ("e", "#N/A"), 3: ("e", "#REF!"), 4: ("s", "138001380"),
    5: ("s", "1.23E+11"), 6: ("e", "#VALUE!"), 7: ("e", "#NAME?"), 8: ("s", "几箱"), 9: ("s", "约100"),
    10: ("e", "#DIV/0!"), 11: ("s", "12,34"),
}  # fmt: skip
SHARE = 100


def _columns(rows: int, chance: np.random.Generator) -> list[tuple[str, pl.Series]]:
    """Kind (s shared text, d date, n number) and values of each of the twelve columns."""
    at = pl.int_range(rows, eager=True)
    party, item = chance.integers(5_000, size=rows), chance.integers(8_000, size=rows)
    quantity, price = chance.integers(1, 500, size=rows), chance.integers(100, 99_999, size=rows)

    def shown(pattern: str, numbers: np.ndarray) -> pl.Series:
        return pl.select(pl.format(pattern, pl.Series(numbers).cast(pl.String).str.zfill(5))).to_series()

    towns = pl.Series(["长沙", "株洲", "湘潭", "武汉", "南昌", "广州", "深圳", "杭州"])
    name = towns.gather(party % 8) + shown("宏达第{}商贸有限公司", party)
    phone = pl.Series(13_800_000_000 + party * 17 + chance.integers(10, size=rows)).cast(pl.String)
    amount = pl.Series(quantity * price)
    return [
        ("s", pl.select(pl.format("SO{}", at.cast(pl.String).str.zfill(8))).to_series()),
        ("d", (at % 900 + 45_000).cast(pl.String)),
        ("s", shown("K{}", party)),
        ("s", name),
        ("s", phone),
        ("s", shown("W{}", item)),
        ("s", shown("内六角螺丝{}号", item % 700)),
        ("s", shown("M{}*20", item % 300)),
        ("s", pl.Series(["个", "箱", "套", "米"]).gather(item % 4)),
        ("n", pl.Series(quantity).cast(pl.String)),
        ("n", _cents(pl.Series(price))),
        ("n", _cents(amount)),
    ]  # fmt: skip


def _cents(numbers: pl.Series) -> pl.Series:
    whole, rest = (numbers // 100).cast(pl.String), (numbers % 100).cast(pl.String).str.zfill(2)
    text = whole + "." + rest
    return text.str.strip_chars_end("0").str.strip_chars_end(".")


def orders(path: Path, rows: int, wide: int = 12) -> int:
    """Write past sales of so many rows and columns (twelve, again from the first beyond them); return the bad cells."""
    chance = np.random.default_rng(7)
    texts: dict[str, int] = {}
    made = _columns(rows, chance)
    columns, bad_cells = [], 0
    for n in range(wide):
        kind, values = made[n % 12]
        bad = chance.random(rows) < 1 / SHARE
        bad_cells += int(bad.sum())
        columns.append(_cells(letter(n), kind, values, pl.Series(bad), BAD_TEXTS[n % 12], texts))
    names = [f"{NAMES[n % 12]}{'' if n < 12 else n}" for n in range(wide)]
    head = "".join(f'<c r="{letter(n)}1" t="s"><v>{_number(name, texts)}</v></c>' for n, name in enumerate(names))
    number = pl.int_range(2, rows + 2, eager=True).cast(pl.String)
    body = pl.select(
        pl.concat_str([pl.lit('<row r="'), number, pl.lit('" spans="1:12">'), *columns, pl.lit("</row>")])
    ).to_series()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _frame_of(archive)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{SPACE}"><sheetData><row r="1">{head}</row>'.encode())
            for start in range(0, rows, 50_000):
                sheet.write("".join(body[start : start + 50_000]).encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'{HEAD}<sst xmlns="{SPACE}">{items}</sst>')
    return bad_cells


def _number(text: str, texts: dict[str, int]) -> int:
    return texts.setdefault(text, len(texts))


def _cells(
    name: str, kind: str, values: pl.Series, bad: pl.Series, wrong: tuple[str, str], texts: dict[str, int]
) -> pl.Expr:
    """The cells of one column as XML."""
    if kind == "s":
        known = values.unique(maintain_order=True)
        numbers = pl.Series([_number(text, texts) for text in known]).cast(pl.String)
        values = values.replace_strict(known, numbers, return_dtype=pl.String)
    style = {"s": ' t="s"', "d": ' s="1"', "n": ""}[kind]
    other = f't="s"><v>{_number(wrong[1], texts)}' if wrong[0] == "s" else f't="e"><v>{wrong[1]}'
    row = pl.int_range(2, len(values) + 2, eager=True).cast(pl.String)
    good = pl.concat_str([pl.lit(f'<c r="{name}'), row, pl.lit(f'"{style}><v>'), values, pl.lit("</v></c>")])
    odd = pl.concat_str([pl.lit(f'<c r="{name}'), row, pl.lit(f'" {other}</v></c>')])
    return pl.when(bad).then(odd).otherwise(good)


def _frame_of(archive: zipfile.ZipFile) -> None:
    """The parts of a workbook beside its sheet and texts."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KINDS}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KINDS}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{OFFICE}"><sheets><sheet name="订单" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{SPACE}"><fonts count="1"><font/></fonts><fills count="2"><fill/><fill/>'
        '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>',
    }
    for name, content in parts.items():
        archive.writestr(name, content if content.startswith("<?xml") else HEAD + content)
