"""Work that must not be done in the process that holds the books: a child reads the file, and says how far it is.

To open the file of open books a second time in one process and close it again would drop the engine's lock on it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from erp_core.operations.blocks import Tell
from erp_core.operations.refusals import ChildFailed, named

HOME = Path(__file__).parents[2]


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def run(task: str, job: dict[str, Any], tell: Tell = quiet) -> dict[str, Any]:
    """Have a child do one task and return its answer; its refusals are raised here, keys travel by its input only."""
    command = [sys.executable, "-P", "-m", "erp_core.operations.child", task]
    surroundings = {**os.environ, "PYTHONPATH": str(HOME), "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True, env=surroundings
        )
        try:
            child.stdin.write(json.dumps(job))
            child.stdin.close()
            answer = _listen(child, tell)
            child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            child.stdout.close()
        if answer is None:
            complaints.seek(0)
            lines = complaints.read().strip().splitlines() or [f"exit {child.returncode}"]
            raise ChildFailed(task=task, detail=lines[-1])
    if "refusal" in answer:
        raise named(answer["refusal"], answer["facts"]) or ChildFailed(task=task, detail=answer["refusal"])
    return answer["answer"]


def _listen(child: subprocess.Popen[str], tell: Tell) -> dict[str, Any] | None:
    answer = None
    for line in child.stdout:
        said = json.loads(line)
        if "stage" in said:
            tell(said["stage"], said["done"], said["of"])
        else:
            answer = said
    return answer
