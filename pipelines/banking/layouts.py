"""How banks name the columns of their statements, as YAML: one more bank is one more file, no Python."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.banking.errors import BankLayoutInvalid
from pipelines.intake.header import plain_name

FOLDER = Path(__file__).parents[2] / "data" / "bank_layouts"
FIELDS = Literal[
    "posted_on", "money_in", "money_out", "amount", "direction", "balance", "counterparty", "counter_account",
    "summary", "reference",
]  # fmt: skip


class BankLayout(BaseModel):
    """One way in which a bank writes statements: what the columns are called, and which words mean in and out.

    Texts of several columns of a field are joined. signed: one column of amounts holds both, out is negative.
    """

    model_config = ConfigDict(extra="forbid")
    layout: str
    title_zh: str
    title_en: str
    columns: dict[FIELDS, list[str]]
    words_in: list[str] = ["贷", "收入", "收", "转入", "存入", "来账", "C", "CR", "CREDIT", "IN"]
    words_out: list[str] = ["借", "支出", "付", "支", "转出", "取出", "往账", "D", "DR", "DEBIT", "OUT"]

    @property
    def named(self) -> dict[str, str]:
        """Return the field of each column name, in the form in which names are compared."""
        return {plain_name(name): field for field, names in self.columns.items() for name in names}


@cache
def layouts() -> tuple[BankLayout, ...]:
    """Return the layouts there are, those of one bank before the general one."""
    found = [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda layout: (layout.layout == "general", layout.layout)))


def read(path: Path) -> BankLayout:
    """Read one layout file, every value as text; refuse it by name when it does not fit."""
    try:
        # BaseLoader makes texts and nothing else: 05 stays 05.
        return BankLayout.model_validate(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))  # noqa: S506
    except (ValidationError, yaml.YAMLError) as problem:
        raise BankLayoutInvalid(layout=path.name, detail=str(problem).replace("\n", " ")[:300]) from problem
