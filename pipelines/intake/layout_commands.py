"""`erp migrate layout` and `erp migrate dictionary`: drafts of layouts, their schema, and the page of all fields."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.intake.draft import draft_layout
from pipelines.intake.errors import LayoutExists
from pipelines.intake.layout import load_layout, shipped_layouts

LangOption = Annotated[str, typer.Option("--lang", help="zh | en")]


def register(group: typer.Typer) -> None:
    """Add `layout init`, `layout list`, `layout schema` and `dictionary` to the group `migrate`."""
    layouts = typer.Typer(help="布局文件 · layouts", no_args_is_help=True)
    layouts.command("init")(init)
    layouts.command("list")(shipped)
    layouts.command("schema")(schema)
    group.add_typer(layouts, name="layout")
    group.command("dictionary")(dictionary)


def init(
    file: Annotated[Path, typer.Argument(help="旧文件 · a legacy file")],
    out: Annotated[Path | None, typer.Option("--out", help="布局文件 · the layout to write, NAME.yaml")] = None,
    target: Annotated[str, typer.Option("--target", help="类别 · target")] = "",
    sheet: Annotated[str, typer.Option("--sheet", help="工作表 · sheet")] = "",
) -> None:
    """按一份旧文件起草布局 · Draft a layout from a legacy file; what is not recognised is asked about in it."""
    if out is not None and out.exists():
        raise LayoutExists(file=str(out))
    text = draft_layout(file, (out or file).stem, target, sheet)
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    load_layout(str(out))
    Console().print(f"  → {out}")


def shipped() -> None:
    """列出随附的布局 · The layouts that are shipped."""
    table = Table("layout", "target", "zh", "en")
    for layout in shipped_layouts():
        table.add_row(layout.layout, layout.target, layout.title.get("zh", ""), layout.title.get("en", ""))
    Console().print(table)


def schema(out: Annotated[Path | None, typer.Option("--out", help="写到 · where to")] = None) -> None:
    """布局文件的 JSON Schema · The JSON Schema of layouts, for editors."""
    # Making the schema is for authors of layouts only.
    from pipelines.intake.layout_schema import FILE, write_schema

    Console().print(f"  → {write_schema(out or FILE)}")


def dictionary(
    out: Annotated[Path, typer.Option("--out", help="文件夹 · folder")] = Path("data/out"), lang: LangOption = "zh"
) -> None:
    """生成数据字典 · Write the data dictionary: targets, fields, rules, readers, issues."""
    from pipelines.intake.dictionary import write_dictionary

    if lang not in ("zh", "en"):
        raise typer.BadParameter(lang, param_hint="--lang")
    for path in write_dictionary(out, lang):
        Console().print(f"  → {path}")
