"""A layout: how one kind of legacy file becomes rows of one target, written in YAML without any Python."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.intake.errors import LayoutInvalid, LayoutNotFound
from pipelines.intake.parsers import PARSERS
from pipelines.intake.targets import TARGETS

FOLDER = Path(__file__).parents[2] / "data" / "layouts"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


def _truth(value: Any) -> Any:
    return (
        {"true": True, "yes": True, "false": False, "no": False}.get(value, value) if isinstance(value, str) else value
    )


Words = Annotated[list[str], BeforeValidator(_listed)]
Truth = Annotated[bool, BeforeValidator(_truth)]


class Strict(BaseModel):
    """A part of a layout; unknown keys are errors, since a misspelt one would be silently without effect."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class When(Strict):
    """A condition on one field: matches (pattern), equals, below or above (number), blank (yes or no)."""

    field: str
    matches: str | None = None
    equals: str | None = None
    below: str | None = None
    above: str | None = None
    blank: Truth | None = None


class Case(Strict):
    """One branch of a derived field: the first whose conditions all hold gives a constant or another field's value."""

    when: Annotated[list[When], BeforeValidator(_listed)] = []
    then: str = ""
    take: str | None = None


class Derive(Strict):
    """A field computed from others: multiply, add, subtract, first_of, join (texts), or case by case."""

    multiply: list[str] | None = None
    add: list[str] | None = None
    subtract: list[str] | None = None
    first_of: list[str] | None = None
    join: list[str] | None = None
    by: str = "/"
    case: list[Case] | None = None


class Split(Strict):
    """One part of a cell that holds several facts: text between separators, counted from 1, if the first part is so."""

    by: str
    part: int
    if_first: str | None = None


class Column(Strict):
    """Where a field comes from and how it is read.

    sheet_name: where no column is found, the date or month in the sheet's name, its titles or the file's name counts.
    orphan: what becomes of a row whose code is in no list: the row is rejected, its reference goes, or it is kept.
    lookup: the cell holds the name of a card (主仓) rather than its code, which books and files are asked for.
    """

    source: Words = Field(default=[], alias="from")
    parse: str | dict[str, dict[str, Any]] = "text"
    required: Truth = False
    const: str | None = None
    default: str | None = None
    map: dict[str, str] = {}
    unmapped: Literal["reject", "keep", "blank"] = "keep"
    split: Split | None = None
    fill: Literal["none", "down"] = "none"
    on_reject: Literal["row", "blank"] = "row"
    orphan: Literal["", "reject", "blank", "keep"] = ""
    lookup: Literal["", "name"] = ""
    sheet_name: Truth = False

    @field_validator("parse")
    @classmethod
    def known_parser(cls, value: str | dict[str, dict[str, Any]]) -> str | dict[str, dict[str, Any]]:
        """Refuse a reader that does not exist, and more than one."""
        names = [value] if isinstance(value, str) else list(value)
        if len(names) != 1 or names[0] not in PARSERS:
            raise ValueError(f"parse: {', '.join(names)} (known: {', '.join(sorted(PARSERS))})")
        return value

    @property
    def parser(self) -> str:
        """Return the name of the reader."""
        return self.parse if isinstance(self.parse, str) else next(iter(self.parse))

    @property
    def options(self) -> dict[str, Any]:
        """Return the options of the reader, as the readers understand them."""
        given = {} if isinstance(self.parse, str) else dict(next(iter(self.parse.values())))
        options = {name: _truth(value) for name, value in given.items()}
        return options | ({"required": True} if self.required else {})


class Match(Strict):
    """Which sheets the layout is for: a sheet pattern, headers that must be there, the least share of columns found.

    words in the name of the file, the sheet or the title decide between layouts that fit equally well; of the fields in
    any_of at least one must be found. by_name: the layout is only for what one of its words names.
    """

    sheet: str = "*"
    words: Words = []
    require: Words = []
    any_of: Words = []
    min_hit: float = 0.6
    by_name: Truth = False

    @field_validator("min_hit", mode="before")
    @classmethod
    def number(cls, value: Any) -> Any:
        """Accept the number as the text it is in the file."""
        return float(value) if isinstance(value, str) else value


class Read(Strict):
    """How the sheet is read: encoding of text files, rows that are no data."""

    encoding: str = ""
    drop: list[str] = ["blank", "subtotal", "total", "repeated_header", "footer", "carry", "section", "note"]


class DropRule(Strict):
    """Rows that are no business of the target, each counted under its reason."""

    reason: str
    when: Annotated[list[When], BeforeValidator(_listed)]


class Also(Strict):
    """A second target made out of the same rows: one row per key, other fields by the commonest or the last value."""

    target: str
    key: str
    columns: dict[str, str]
    const: dict[str, str] = {}
    pick: Literal["commonest", "last", "first"] = "commonest"
    case: dict[str, list[Case]] = {}


class Total(Strict):
    """A control total shown after the load: of a money column, perhaps by another field."""

    sum: str | None = None
    count: str | None = None
    by: str | None = None


class Layout(Strict):
    """A whole layout file."""

    layout: str
    version: str = "1"
    title: dict[str, str] = {}
    extends: str | None = None
    source: str = ""
    target: str
    match: Match = Match()
    read: Read = Read()
    columns: dict[str, Column]
    derive: dict[str, Derive] = {}
    drop_rows: list[DropRule] = []
    key: Words = []
    duplicates: Literal["reject", "keep", "drop"] = "reject"
    group: Words = []
    unknown_columns: Literal["report", "refuse"] = "report"
    also: list[Also] = []
    totals: list[Total] = []
    sha256: str = ""

    @model_validator(mode="after")
    def fits_target(self) -> "Layout":
        """Refuse targets and fields that do not exist."""
        for name in [self.target, *[also.target for also in self.also]]:
            if name not in TARGETS:
                raise ValueError(f"target: {name} (known: {', '.join(sorted(TARGETS))})")
        missing = [name for name in self.key if name not in {**self.columns, **self.derive}]
        if missing:
            raise ValueError(f"key: {', '.join(missing)}")
        return self


def load_layout(name: str) -> Layout:
    """Return a layout by its name among those shipped, or by the path of a file."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise LayoutNotFound(layout=name)
    try:
        content = _inherited(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Layout.model_validate(content | {"sha256": digest})
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LayoutInvalid(layout=path.name, detail=f"{where}: {first['msg']}") from problem
    except yaml.YAMLError as problem:
        raise LayoutInvalid(layout=path.name, detail=str(problem).replace("\n", " ")[:200]) from problem


@cache
def shipped_layouts() -> tuple[Layout, ...]:
    """Return the layouts that come with the project; those whose name begins with base only hand things down."""
    names = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.startswith("base"))
    return tuple(load_layout(name) for name in names)


# The parser in C where the wheel has it; either makes every scalar a text: 001 stays 001, `no` stays no, 12:30 too.
_TEXTS: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _inherited(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_TEXTS)  # noqa: S506 - it makes texts only
    if not isinstance(content, dict):
        raise LayoutInvalid(layout=path.name, detail="not a mapping")
    above = content.get("extends")
    if not above:
        return content
    base = path.parent / f"{above}.yaml"
    if not base.is_file():
        base = FOLDER / f"{above}.yaml"
    if not base.is_file():
        raise LayoutNotFound(layout=above)
    return _merged(_inherited(base), content)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for name, value in own.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if both else value
    return result
