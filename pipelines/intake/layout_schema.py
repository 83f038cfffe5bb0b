"""The JSON Schema of layout files, by which an editor completes their words and finds the misspelt ones."""

import json
from pathlib import Path
from typing import Any

from pipelines.intake.layout import FOLDER, Layout
from pipelines.intake.parsers import PARSERS
from pipelines.intake.targets import TARGETS

FILE = FOLDER / "schema.json"
# What YAML calls a number or a truth is read as the text it is, so the schema must let it pass.
SCALAR = ["string", "number", "boolean"]


def layout_schema() -> dict[str, Any]:
    """Return the schema of a layout file as it is written: short forms allowed, parts may come from `extends`."""
    schema = Layout.model_json_schema(by_alias=True)
    schema["properties"].pop("sha256")
    schema["properties"]["target"] |= {"enum": sorted(TARGETS)}
    # All but the name may be inherited.
    schema["required"] = ["layout"]
    column = schema["$defs"]["Column"]["properties"]
    column["parse"] = {
        "anyOf": [
            {"enum": sorted(PARSERS)},
            {
                "type": "object",
                "properties": {name: {"type": "object"} for name in sorted(PARSERS)},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ],
        "default": "text",
    }
    described = _as_written(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "layout"} | described


def _as_written(node: Any) -> Any:
    """Return a part of the schema with the freedoms of the file: one word for a list of one, texts unquoted."""
    if isinstance(node, list):
        return [_as_written(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: _as_written(each) for name, each in node.items() if name != "title" or not isinstance(each, str)}
    kind = made.get("type")
    if kind == "string" and "enum" not in made and "const" not in made:
        made["type"] = SCALAR
    elif kind == "boolean":
        made = {**{name: each for name, each in made.items() if name != "type"}, "enum": [True, False, "yes", "no"]}
    elif kind == "number":
        made["type"] = ["number", "string"]
    elif kind == "array":
        rest = {name: made.pop(name) for name in ("default", "description") if name in made}
        made = {"anyOf": [made, made["items"]], **rest}
    return made


def write_schema(path: Path = FILE) -> Path:
    """Write the schema beside the layouts and return where it is."""
    path.write_text(json.dumps(layout_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
