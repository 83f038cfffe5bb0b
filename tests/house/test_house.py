"""What drifts in any house is measured here: sizes, names, docstrings, floats, clocks, stray mentions."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from statistics import quantiles

import pytest

from tests.house.reading import PACKAGES, ROOT, core, functions, length, modules, tracked

LINES_MAX = 350
FUNCTION_NINE_IN_TEN = 30
FUNCTION_MAX = 60
# A longer function needs a line here that says why.
LONGER: dict[str, str] = {}
ROOMS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "service",
    "services",
    "common",
    "misc",
    "manager",
    "managers",
    "handlers",
}
NAMES = ("transaction", "entry", "record", "manager", "helper", "util", "utils", "handle", "handler", "service")
# Python's own parsers call these by name.
CALLED_BY_PYTHON = {"handle_starttag", "handle_endtag", "handle_data"}
CLOCKS = {"now", "utcnow", "today", "time", "localtime", "strftime"}
# The session is the one clock; the database stamps the schema files that it applies; jobs that no act causes have theirs.
MAY_LOOK_AT_THE_CLOCK = {
    "erp_core/foundation/session.py",
    "erp_core/foundation/database.py",
    "erp_core/operations/clock.py",
}
FLOATS = {"float", "Float64", "Float32", "DOUBLE"}
# Refusing a binary fraction names it; likeness of words and ratios for charts are not money.
NOT_MONEY = ("# not money", "seconds: float", "isinstance(", "get_close_matches(", '"ratio"', '"percent"')


def gather(problems: list[str]) -> None:
    assert not problems, "\n" + "\n".join(problems)


def test_no_file_is_longer_than_a_person_reads_at_once():
    gather([f"{m.path}: {len(m.lines)} lines" for m in modules() if len(m.lines) > LINES_MAX])


def test_functions_are_short():
    measured = [(length(f), f"{m.path}:{f.lineno} {f.name}") for m in modules() for f in functions(m)]
    nine_in_ten = quantiles([size for size, _ in measured], n=10)[-1]
    assert nine_in_ten < FUNCTION_NINE_IN_TEN
    gather([f"{where}: {size} lines" for size, where in measured if size > FUNCTION_MAX and where not in LONGER])


def test_every_module_says_in_one_sentence_what_it_is():
    problems = []
    for module in modules():
        words = ast.get_docstring(module.tree)
        if not words:
            problems.append(f"{module.path}: no docstring")
        elif not re.search(r"[.。:?]$", words.split("\n\n")[0].strip()):
            problems.append(f"{module.path}: the docstring does not begin with a sentence")
    gather(problems)


def test_every_public_function_says_what_it_does():
    problems = []
    for module in modules():
        for node in module.tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                problems.append(f"{module.path}:{node.lineno} {node.name}")
    gather(problems)


def test_names_mean_something():
    problems = [m.path for m in modules() if m.path.rsplit("/", 1)[1].removesuffix(".py") in ROOMS]
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in CALLED_BY_PYTHON:
                parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower().split("_")
                problems += [f"{module.path}:{node.lineno} {node.name}" for part in parts if part in NAMES]
    gather(problems)


def test_money_is_never_a_binary_fraction():
    problems = []
    for module in core() + [m for m in modules() if m.path.startswith("pipelines/closing/")]:
        for node in ast.walk(module.tree):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            constant = isinstance(node, ast.Constant) and isinstance(node.value, float)
            line = module.lines[node.lineno - 1].strip() if name or constant else ""
            if (name in FLOATS or constant) and not any(mark in line for mark in NOT_MONEY):
                problems.append(f"{module.path}:{node.lineno} {line}")
    gather(problems)


def test_the_core_has_one_clock():
    problems = []
    for module in core():
        if module.path in MAY_LOOK_AT_THE_CLOCK:
            continue
        for node in ast.walk(module.tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS and _is_clock(called.value):
                problems.append(f"{module.path}:{node.lineno} {ast.unparse(called)}")
    gather(problems)


def _is_clock(value: ast.expr) -> bool:
    return ast.unparse(value) in {
        "datetime",
        "date",
        "time",
        "dt.datetime",
        "dt.date",
        "datetime.datetime",
        "datetime.date",
    }


def test_only_the_sole_writers_write_what_is_posted():
    # few.py is the short way of moves.py for a handful of rows; a law holds both to the same result.
    writers = {
        "voucher_line": {"erp_core/ledger/posting.py"},
        "stock_move": {"erp_core/inventory/moves.py", "erp_core/inventory/few.py"},
    }
    problems = []
    for module in modules():
        for table, homes in writers.items():
            written = rf"insert into core\.{table}\b|\.insert\(\s*\"{table}\"|\.upsert\w*\(\s*\"{table}\""
            if module.path not in homes and re.search(written, module.text):
                problems.append(f"{module.path} writes {table}")
    gather(problems)


# Assembled, so that this file does not mention what it forbids.
STRAY = {
    "a path of one machine": rf"(?<![\w.])/(?:{'work'}|{'home'}|{'root'}|{'Users'})/\w",
    "a folder beside the project": r"\.\./" + "shared",
    "a registry": r"\b(?:pypi|registry|mirrors?|artifact\w*)\.[a-z0-9.-]+\.(?:org|com|cn|net|io|dev|internal)\b",
}
MAY_MENTION = {"a folder beside the project": {"tests/shared_data.py"}}


@pytest.mark.parametrize("what", STRAY)
def test_nothing_mentions(what):
    problems = []
    for place in tracked():
        name = place.relative_to(ROOT).as_posix()
        if name == "uv.lock" or name in MAY_MENTION.get(what, ()):
            continue
        text = place.read_text(encoding="utf-8", errors="replace")
        problems += [f"{name}: {match[0]}" for match in re.finditer(STRAY[what], text)]
    gather(problems)


def test_notebooks_are_stripped():
    problems = []
    for place in (ROOT / "notebooks").rglob("*.ipynb"):
        for cell in json.loads(place.read_text(encoding="utf-8"))["cells"]:
            if cell.get("outputs") or cell.get("execution_count"):
                problems.append(f"{place.name}: {''.join(cell['source'])[:60]}")
    gather(problems)


def test_schema_tables_say_what_one_row_is():
    problems = []
    for place in sorted((ROOT / "erp_core" / "schema").glob("*.sql")):
        lines = place.read_text(encoding="utf-8").splitlines()
        for at, line in enumerate(lines):
            if line.startswith("create table ") and not lines[at - 1].startswith("-- "):
                problems.append(f"{place.name}:{at + 1} {line}")
    gather(problems)


def test_the_machine_runs_the_test_command_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```bash\n(python3 -m venv .*)\n```", readme)
    assert len(commands) == 2, "one runs the main job, one passes the tests"
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().splitlines()[-1]
    assert last == commands[1]


def test_the_lock_file_names_only_the_public_default():
    lock = ROOT / "uv.lock"
    hosts = set(re.findall(r"https://([^/\"]+)", lock.read_text(encoding="utf-8"))) if lock.exists() else set()
    assert hosts <= {"py" + "pi.org", "files.python" + "hosted.org"}


def test_tests_mirror_the_house():
    problems = []
    for place in sorted((ROOT / "tests").glob("*/**/")):
        name = place.relative_to(ROOT / "tests")
        of_tests = name.parts[0] in PACKAGES and any(place.rglob("*.py"))
        if of_tests and not (ROOT / name).is_dir() and "__pycache__" not in name.parts:
            problems.append(f"tests/{name} mirrors no folder")
    gather(problems)
    assert all((ROOT / "tests" / package).is_dir() for package in PACKAGES)


# Used without an import of their own: analysts' frames, the notebook command, Polars' way to Arrow, charts and forecasts.
# By notebooks, by the engine, and by whoever opens our workbooks from Python.
USED_OTHERWISE = {"pandas", "jupyterlab", "pyarrow", "altair", "statsmodels", "openpyxl"}
COMES_ALONG = {"starlette"}  # the server inside Streamlit, in the version Streamlit wants
IMPORTED_AS = {
    "python-calamine": "python_calamine",
    "pyyaml": "yaml",
    "markdown-it-py": "markdown_it",
    "python-stdnum": "stdnum",
    "prometheus-client": "prometheus_client",
    "mt-940": "mt940",
    "argon2-cffi": "argon2",
}


def test_what_is_imported_is_declared_and_the_other_way_round():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0] for line in project["dependencies"]}
    imported = set()
    for module in modules():
        for node in ast.walk(module.tree):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported |= {name.split(".")[0] for name in names if not getattr(node, "level", 0)}
    foreign = imported - set(sys.stdlib_module_names) - set(PACKAGES) - COMES_ALONG
    assert foreign == {IMPORTED_AS.get(name, name) for name in declared - USED_OTHERWISE} | (foreign & USED_OTHERWISE)


def test_the_linter_has_nothing_to_say():
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
