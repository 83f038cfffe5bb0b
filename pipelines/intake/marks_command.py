"""`erp migrate unmark`: our colours, comments and list taken off a workbook that we had marked."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from erp_core.foundation.words import word
from pipelines.intake.errors import NotMarked
from pipelines.intake.patch_known import marked_from
from pipelines.intake.read import read_file

LangOption = Annotated[str, typer.Option("--lang", help="zh | en")]


def unmark_file(
    file: Annotated[Path, typer.Argument(help="带标注的工作簿 · a marked workbook")],
    out: Annotated[Path | None, typer.Option("--out", help="写到文件或文件夹 · file or folder to write to")] = None,
    lang: LangOption = "zh",
) -> None:
    """去掉我们的标注 · Take our marks off a marked workbook; your own colours, comments and corrections stay."""
    _, facts = marked_from(read_file(file))
    if not facts:
        raise NotMarked(file=file.name)
    # The patcher is needed by this command only.
    from pipelines.intake.patch_clean import unmark

    target = _target(file, out, facts["file"])
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that a marked file may be replaced by its clean self.
    fresh = target.with_name(f".{target.name}.new")
    try:
        count = unmark(file, fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    Console().print(word("pipelines", "intake.unmarked", lang, count=count, file=facts["file"]))
    Console().print(f"  → {target}")


def _target(file: Path, out: Path | None, original: str) -> Path:
    """Return where the clean copy goes: as told, else beside the marked one, always under the name it was made from.

    History knows its rows by the name of their file, so another name would make them new.
    """
    name = Path(original).name or file.name
    if out is None:
        beside = file.with_name(name)
        return file.parent / "unmarked" / name if beside.exists() and beside != file else beside
    return out / name if out.is_dir() or not out.suffix else out
