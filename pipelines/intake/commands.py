"""`erp migrate`: profile, check, load and undo legacy files at the terminal."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import erp_core
from erp_core.books import default_path
from erp_core.foundation.words import word
from pipelines.intake import layout_commands, show, trace_command
from pipelines.intake.compare_command import compare
from pipelines.intake.duplicates.answers import answers_of, merged, read_answers
from pipelines.intake.duplicates.commands import duplicates
from pipelines.intake.duplicates.search import Decisions
from pipelines.intake.findings import write_findings
from pipelines.intake.load import load_pack, ready, refuse_foreign_chart, release_pack, sign_pack
from pipelines.intake.marks_command import unmark_file
from pipelines.intake.pack import OnProgress, Pack, gather
from pipelines.intake.profile import profile_files
from pipelines.intake.proof import examined, files_in, proven
from pipelines.intake.proof_page import write_proof
from pipelines.intake.read import files_of
from pipelines.intake.references import referred
from pipelines.intake.rehearsed import changes, last_signed
from pipelines.intake.residuals import roles_of

Paths = Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders")]
LayoutOption = Annotated[str | None, typer.Option("--layout", help="布局名称或文件 · name or file of a layout")]
OutOption = Annotated[Path | None, typer.Option("--out", help="检查结果放在这里 · folder for the findings")]
BooksOption = Annotated[Path | None, typer.Option("--books", help="账套文件 · the file of the books")]
UserOption = Annotated[str, typer.Option("--user", help="操作员 · who acts")]
AnswersOption = Annotated[
    Path | None, typer.Option("--duplicates", help="查重答复 · answers about duplicates, duplicates.xlsx or .csv")
]
LangOption = Annotated[str | None, typer.Option("--lang", help="zh | en")]
STEPS = ("read", "map", "clean", "derive", "drop", "validate", "reconcile")


def register(app: typer.Typer) -> None:
    """Add the group `migrate`."""
    group = typer.Typer(help="迁移旧系统的表格 · bring in legacy workbooks", no_args_is_help=True)
    group.command("profile")(profile)
    group.command("check")(check)
    group.command("load")(load)
    group.command("undo")(undo)
    group.command("duplicates")(duplicates)
    group.command("unmark")(unmark_file)
    group.command("compare")(compare)
    trace_command.register(group)
    layout_commands.register(group)
    app.add_typer(group, name="migrate")


def profile(paths: Paths, out: OutOption = None, lang: LangOption = None, books: BooksOption = None) -> None:
    """看看文件里有什么 · What is in these files, and will it fit."""
    language = _language(lang, books)
    files = list(files_of(paths))
    with _bar(language) as tell:
        found = profile_files(files, lambda path, done, total: tell(path.name, "read", done / max(total, 1)))
    show.profiles(Console(), found, language)
    if out:
        # The page is written only when it is asked for.
        from pipelines.intake.profile_page import write_page

        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found.plain(), ensure_ascii=False, indent=1, default=str)
        (out / "profile.json").write_text(text, encoding="utf-8")
        page = write_page(found, out / "profile.html", language)
        Console().print(word("pipelines", "intake.profile.page", language, path=page))
    if all(one.refusal for one in found.files):
        raise typer.Exit(1)


def check(
    paths: Paths,
    layout: LayoutOption = None,
    out: OutOption = None,
    lang: LangOption = None,
    books: BooksOption = None,
    answers: AnswersOption = None,
) -> None:
    """试运行，不写账套 · Dry run: counts, issues, annotated workbooks; the books are not touched."""
    language = _language(lang, books)
    with _bar(language) as tell:
        pack = _referred(gather(paths, layout, tell), books, read_answers(answers) if answers else {})
    show.pack(Console(), pack, language)
    _write_out(pack, out, language)
    proof = examined(pack, roles_of(None))
    show.residuals(Console(), proof, language)
    if out and proof.residuals:
        show.written(Console(), write_proof(proof, out, language), [], language)
    ready(pack)
    counts = [sheet.prepared.batch.notes for sheet in pack.sheets]
    if proof.residuals or any(notes["counts"]["rejected"] or notes["findings"] for notes in counts):
        raise typer.Exit(1)


def load(
    paths: Paths,
    layout: LayoutOption = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="先在副本上演练 · on a copy of the books")] = False,
    out: OutOption = None,
    books: BooksOption = None,
    user: UserOption = "owner",
    lang: LangOption = None,
    override: Annotated[str, typer.Option("--override", help="未演练也装入：谁决定 · who says so")] = "",
    reason: Annotated[str, typer.Option("--reason", help="原因 · why")] = "",
    answers: AnswersOption = None,
) -> None:
    """装入账套，或先演练 · Load into the books, or rehearse on a copy."""
    with erp_core.open(books, user=user) as opened:
        language = lang or opened.sql("select language from rpt.company")["language"][0]
        with _bar(language) as tell:
            pack = gather(paths, layout, tell)
        if answers:
            _answer(opened, read_answers(answers), language)
        pack = referred(merged(pack, answers_of(opened)), opened)
        show.pack(Console(), pack, language)
        _write_out(pack, out, language)
        before, files = last_signed(opened), examined(pack, roles_of(opened))
        show.residuals(Console(), files, language)
        if out and files.residuals:
            show.written(Console(), write_proof(files, out, language, before), [], language)
        if not rehearse:
            release_pack(opened, pack, override, reason)
        with _bar(language) as tell, _stage(opened, rehearse=rehearse) as stage:
            done = load_pack(stage, pack, lambda target, place: tell(place, "load", 0.5))
            proof = proven(stage, pack)
        if rehearse:
            sign_pack(opened, pack, files_in(pack), proof)
        if out:
            show.written(Console(), write_proof(proof, out, language, before), [], language)
        show.changed(Console(), changes(proof, before), before, language)
        show.loaded(Console(), done, language, rehearsed=rehearse)
        if out:
            write_findings(pack, out, language, done)


def undo(
    run_id: Annotated[str, typer.Argument(help="批次号 · run, e.g. R12")],
    reason: Annotated[str, typer.Option("--reason", help="原因 · why")] = "undo",
    books: BooksOption = None,
    user: UserOption = "owner",
) -> None:
    """撤回一次装入 · Take a run back, as long as nothing stands on it."""
    with erp_core.open(books, user=user) as opened:
        language = opened.sql("select language from rpt.company")["language"][0]
        done = opened.call("intake.undo", run_id=run_id, reason=reason)
    Console().print(word("pipelines", "intake.undone", language, **done))


def _referred(pack: Pack, books: Path | None, decisions: Decisions) -> Pack:
    """Merge what was answered and check codes against the books, if there are any; else only files against files."""
    path = books or (Path(os.environ["ERP_BOOKS"]) if os.environ.get("ERP_BOOKS") else None)
    if path is None or not path.exists():
        return referred(merged(pack, answers_of(None, decisions)))
    with erp_core.open(path) as opened:
        refuse_foreign_chart(opened, pack)
        return referred(merged(pack, answers_of(opened, decisions)), opened)


def _answer(opened: Any, decisions: Decisions, language: str) -> None:
    """Keep the answers in the books, so that they are replayed whenever these cards come again."""
    told = [{"target": of, "code_a": a, "code_b": b, "answer": said} for (of, a, b), said in decisions.items()]
    done = opened.call("intake.duplicate.answer", answers=told)
    Console().print(word("pipelines", "intake.answered", language, **done))


@contextmanager
def _stage(opened: Any, *, rehearse: bool) -> Iterator[Any]:
    """Give the books, or for a rehearsal a copy of them that is thrown away."""
    if not rehearse:
        yield opened
        return
    with opened.branch() as copy:
        yield copy


@contextmanager
def _bar(language: str) -> Iterator[OnProgress]:
    """Show one line with a bar: file, step, share done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=100)

        def tell(file: str, step: str, share: float) -> None:
            before = STEPS.index(step) / len(STEPS) if step in STEPS else share
            done = before + share / len(STEPS) if step in STEPS else before
            progress.update(
                task, completed=done * 100, description=f"{file} · {word('pipelines', f'intake.step.{step}', language)}"
            )

        yield tell


def _write_out(pack: Pack, out: Path | None, language: str) -> None:
    if not out:
        return
    # openpyxl is needed for the marked copies only.
    from pipelines.intake.annotate import annotate

    files = write_findings(pack, out, language)
    marked, left = annotate(pack, out, language)
    show.written(Console(), [*files, *marked], left, language)


def _language(lang: str | None, books: Path | None) -> str:
    """Return the language asked for, else that of the books if they are there, else Chinese."""
    if lang in ("zh", "en"):
        return lang
    if lang:
        raise typer.BadParameter(lang, param_hint="--lang")
    path = Path(books or os.environ.get("ERP_BOOKS") or default_path())
    if not path.exists():
        return "zh"
    try:
        with erp_core.open(path) as opened:
            return opened.sql("select language from rpt.company")["language"][0]
    except erp_core.Refusal:
        return "zh"
