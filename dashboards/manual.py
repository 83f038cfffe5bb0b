"""The guide as one printed book: Markdown read by markdown-it, set by typst; text travels as data, never as markup."""

import json
from importlib.resources import files
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dashboards import guide, i18n


def pdf(language: str) -> bytes:
    """Return the manual of a language as PDF: every topic, then every refusal with its remedy."""
    data = {
        "title": i18n.t("help.manual", language),
        "subtitle": i18n.t("app.title", language),
        "contents": i18n.t("help.contents", language),
        "language": language,
        "blocks": [*_topics(language), *_refusals(language)],
    }
    template = files("dashboards").joinpath("assets", "manual.typ").read_bytes()
    return typst.compile(template, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


def _topics(language: str) -> list[dict[str, Any]]:
    found = []
    for topic in guide.topics(language).values():
        found.append({"kind": "heading", "level": 1, "parts": _plain(topic.title)})
        found += blocks(topic.text)
    return found


def _refusals(language: str) -> list[dict[str, Any]]:
    cells = [
        _plain(part) for one in guide.explained(language).values() for part in (one.code, f"{one.text}\n{one.fix}")
    ]
    heading = {"kind": "heading", "level": 1, "parts": _plain(i18n.t("help.refusals", language))}
    return [heading, {"kind": "table", "columns": 2, "cells": cells}]


def blocks(text: str) -> list[dict[str, Any]]:
    """Return Markdown as blocks: headings, paragraphs, lists and tables of styled parts."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found: list[dict[str, Any]] = []
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        block = _block(tokens[at : end + 1])
        found += [block] if block else []
        at = end + 1
    return found


def _end(tokens: list[Token], at: int) -> int:
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _block(tokens: list[Token]) -> dict[str, Any] | None:
    kind, inlines = tokens[0].type, [token for token in tokens if token.type == "inline"]
    if kind == "heading_open":
        return {"kind": "heading", "level": int(tokens[0].tag[1]), "parts": _parts(inlines[0])}
    if kind == "paragraph_open":
        return {"kind": "paragraph", "parts": _parts(inlines[0])}
    if kind in ("bullet_list_open", "ordered_list_open"):
        return {"kind": "list" if kind.startswith("bullet") else "enum", "items": [_parts(one) for one in inlines]}
    if kind == "table_open":
        columns = sum(token.type == "th_open" for token in tokens)
        return {"kind": "table", "columns": columns, "cells": [_parts(one) for one in inlines]}
    return None


def _parts(inline: Token) -> list[dict[str, str]]:
    style, found = "", []
    for token in inline.children or []:
        if token.type in ("strong_open", "em_open"):
            style = token.type.removesuffix("_open")
        elif token.type in ("strong_close", "em_close"):
            style = ""
        elif token.type == "code_inline":
            found.append({"style": "code", "text": token.content})
        elif token.type == "softbreak":
            found.append({"style": "", "text": " "})
        elif token.content:
            found.append({"style": style, "text": token.content})
    return found


def _plain(text: str) -> list[dict[str, str]]:
    return [{"style": "", "text": text}]
