"""The data dictionary: targets with their fields, rules and column names, readers, and every issue with its remedy."""

import inspect
import json
from html import escape
from pathlib import Path
from typing import Any

from erp_core.foundation.words import word, words
from pipelines.intake.findings import issue_words
from pipelines.intake.layout import Layout, shipped_layouts
from pipelines.intake.parsers import PARSERS
from pipelines.intake.targets import TARGETS, Target

# The page itself has a title and a sentence about it; columns of those names are called otherwise.
HEADS = {"title": "name", "about": "text"}


def dictionary(language: str) -> dict[str, Any]:
    """Return targets, readers and issues as plain values; nothing in it is written by hand."""
    return {
        "targets": [_target(target, language) for target in TARGETS.values() if target.fields],
        "readers": [
            {"name": name, "type": str(parser.dtype), "about": inspect.getdoc(parser.one)}
            for name, parser in PARSERS.items()
        ],
        "issues": [
            {"code": code, "text": issue_words(code, language)[0], "fix": issue_words(code, language)[1]}
            for code in sorted(words("pipelines", language)["issue"])
        ],
    }


def _target(target: Target, language: str) -> dict[str, Any]:
    # pandera takes seconds to import; only the page of rules needs it.
    from pipelines.intake.schemas import SCHEMAS

    schema = SCHEMAS[target.name].to_schema()
    layouts = [layout for layout in shipped_layouts() if layout.target == target.name]
    return {
        "name": target.name,
        "title": word("pipelines", f"intake.target.{target.name}", language),
        "whole": target.whole,
        "layouts": [layout.layout for layout in layouts],
        "rules": [rule.error for rule in schema.checks if rule.error],
        "fields": [_field(name, target, schema, layouts) for name in target.fields],
    }


def _field(name: str, target: Target, schema: Any, layouts: list[Layout]) -> dict[str, Any]:
    given = [layout.columns[name] for layout in layouts if name in layout.columns]
    sources = list(dict.fromkeys(source for column in given for source in column.source))
    rule = schema.columns.get(name)
    return {
        "field": name,
        "title": (rule.title if rule is not None and rule.title else None) or next(iter(sources), name),
        "required": name in target.required,
        "money": name in target.money,
        "readers": list(dict.fromkeys(column.parser for column in given)),
        "type": str(rule.dtype) if rule is not None else str(PARSERS[given[0].parser].dtype) if given else "",
        "rules": [str(check.error) for check in rule.checks if check.error] if rule is not None else [],
        "columns": sources,
        "values": {old: new for column in given for old, new in column.map.items()},
    }


def write_dictionary(folder: Path, language: str) -> list[Path]:
    """Write dictionary.html and dictionary.json and return where they are."""
    # The page shares its look with the profile.
    from pipelines.intake.profile_page import STYLE

    folder.mkdir(parents=True, exist_ok=True)
    facts, page, plain = dictionary(language), folder / "dictionary.html", folder / "dictionary.json"
    title = _w("title", language)
    parts = [f"<h1>{title}</h1><p class=soft>{_w('about', language)}</p>"]
    parts += [_target_part(target, language) for target in facts["targets"]]
    parts.append(f"<h2>{_w('readers', language)}</h2>" + _table(facts["readers"], ("name", "type", "about"), language))
    parts.append(f"<h2>{_w('issues', language)}</h2>" + _table(facts["issues"], ("code", "text", "fix"), language))
    lang = "zh-CN" if language == "zh" else "en"
    page.write_text(
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n",
        encoding="utf-8",
    )
    plain.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [page, plain]


def _w(key: str, language: str) -> str:
    return escape(word("pipelines", f"intake.dictionary.{key}", language))


def _target_part(target: dict[str, Any], language: str) -> str:
    rows = [
        {
            **field,
            "required": "●" if field["required"] else "",
            "readers": "、".join(field["readers"]),
            "rules": "；".join(issue_words(code, language)[0] for code in field["rules"]),
            "columns": "、".join(field["columns"]),
            "values": "、".join(f"{old}→{new}" for old, new in field["values"].items()),
        }
        for field in target["fields"]
    ]
    told = [f"{_w('layouts', language)} {escape('、'.join(target['layouts']))}"] if target["layouts"] else []
    told += [_w("whole", language)] if target["whole"] else []
    told += [escape(issue_words(code, language)[0]) for code in target["rules"]]
    names = ("field", "title", "required", "type", "readers", "rules", "values", "columns")
    head = f"<h2>{escape(target['title'])} <span class=soft>{escape(target['name'])}</span></h2>"
    return f"{head}<p class=soft>{' · '.join(told)}</p>{_table(rows, names, language)}"


def _table(rows: list[dict[str, Any]], names: tuple[str, ...], language: str) -> str:
    heads = "".join(f"<th>{_w(HEADS.get(name, name), language)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(row[name]))}</td>' for name in names)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
