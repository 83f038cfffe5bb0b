"""The arrows of the house point down: the import contracts of pyproject.toml are kept, and would catch a fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("erp_core", "pipelines", "dashboards")
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)


def test_all_contracts_are_kept() -> None:
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("module", "fault", "named"),
    [
        (
            "erp_core/ledger/accounts.py",
            "import erp_core.inventory.moves",
            "erp_core.ledger.accounts -> erp_core.inventory.moves",
        ),
        ("pipelines/commands.py", "import dashboards.i18n", "pipelines.commands -> dashboards.i18n"),
    ],
)
def test_a_planted_fault_is_caught_and_named(tmp_path: Path, module: str, fault: str, named: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    spoilt = tmp_path / module
    spoilt.write_text(spoilt.read_text(encoding="utf-8") + f"\n\n{fault}\n", encoding="utf-8")
    run = lint(tmp_path)
    assert run.returncode == 1
    assert named in run.stdout
