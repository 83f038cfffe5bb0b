"""The README tells the truth: its commands exist, its folders are there, its Python runs."""

import re

import typer

import dashboards.commands
import erp_core.commands
import pipelines.commands
from tests.house.reading import PACKAGES, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMED = {
    "demo",
    "init",
    "serve",
    "migrate",
    "close",
    "reopen",
    "reports",
    "report",
    "verify",
    "bench",
    "notebook",
    "health",
}


def commands() -> set[str]:
    app = typer.Typer()
    for package in (erp_core, pipelines, dashboards):
        package.commands.register(app)
    single = {command.name or command.callback.__name__ for command in app.registered_commands}
    return single | {group.name or group.typer_instance.info.name for group in app.registered_groups}


def test_every_command_it_names_exists():
    named = set(re.findall(r"\berp (\w+)", README)) - {"as"}
    assert named | NAMED <= commands() | {"core"}


def test_every_folder_has_its_own_readme():
    linked = re.findall(r"\]\((\w+/README\.md)\)", README)
    assert {f"{package}/README.md" for package in PACKAGES} <= set(linked)
    assert all((ROOT / place).exists() for place in linked)


def test_the_python_of_the_first_hour_runs(books):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    wanted = [line.split("#")[0].strip() for line in code.splitlines() if line.startswith("books.")]
    assert len(wanted) == 3
    for line in wanted:
        younger = line.replace("2026-03", "2026-01")  # so is the test company
        assert eval(younger, {"books": books}) is not None
