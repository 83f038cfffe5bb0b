"""The profile as one page for people: what each file is, what is unclean in it, and what to do first."""

from html import escape
from pathlib import Path
from typing import Any

from erp_core.foundation.words import refusal_text, word
from pipelines.intake.findings import issue_words, reason_words
from pipelines.intake.profile import FileProfile, FolderProfile

STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--line:#dde3ea;--paper:#fff;--wash:#f5f7fa;--good:#1f7a4d;--warn:#9a6400;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa5b4;--line:#303a47;--paper:#151b23;--wash:#1c242e;
--good:#5fc795;--warn:#e0b050;--bad:#f0857d}}
body{font:15px/1.55 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);
background:var(--paper);max-width:72rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;margin:0 0 .2rem}h2{font-size:1.12rem;margin:2rem 0 .4rem;border-top:1px solid var(--line);
padding-top:1.2rem;overflow-wrap:anywhere}h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.3rem 0}
.soft{color:var(--soft)}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.tiles{display:flex;flex-wrap:wrap;gap:.7rem;margin:1rem 0}
.tile{background:var(--wash);border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem;min-width:7rem}
.tile b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.32rem .55rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--soft)}
"""


def write_page(found: FolderProfile, path: Path, language: str) -> Path:
    """Write the page and return where it is; it needs nothing but itself."""
    title = _w("profile.title", language)
    body = [f"<h1>{title}</h1>", _tiles(found, language), _standard(found, language), _references(found, language)]
    body += [_file(one, language) for one in found.files]
    lang = "zh-CN" if language == "zh" else "en"
    path.write_text(
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{''.join(body)}</body></html>\n",
        encoding="utf-8",
    )
    return path


def _w(key: str, language: str, **facts: Any) -> str:
    return escape(word("pipelines", f"intake.{key}", language, **facts))


def _tiles(found: FolderProfile, language: str) -> str:
    sheets = [facts for one in found.files for facts in one.sheets]
    numbers = {
        "files": len(found.files),
        "refused": sum(one.refusal is not None for one in found.files),
        "tables": len(sheets),
        "fitting": sum(bool(facts.get("verdict")) for facts in sheets),
        "rows": sum(facts.get("data_rows", 0) for facts in sheets),
        "rejected": sum((facts.get("outcome") or {}).get("rejected", 0) for facts in sheets),
    }
    tiles = [
        f'<div class="tile"><b>{count:,}</b>{_w(f"profile.{name}", language)}</div>' for name, count in numbers.items()
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _standard(found: FolderProfile, language: str) -> str:
    verdict = found.standard
    if not any(verdict.votes.values()):
        return f'<p class="soft">{_w("profile.no_chart", language)}</p>'
    tone = {"mixed": "bad", "unclear": "warn"}.get(verdict.standard, "good")
    called = _w(f"standard.{verdict.standard}", language)
    head = f'<p>{_w("profile.standard", language)} <b class="{tone}">{called}</b></p>'
    rows = [
        [escape(code), escape(name), " / ".join(_w(f"standard.{each}", language) for each in fits.split("+"))]
        for code, name, fits in verdict.evidence
    ]
    return head + _table([_w(f"profile.{name}", language) for name in ("account", "called", "speaks_for")], rows)


def _references(found: FolderProfile, language: str) -> str:
    if not found.references:
        return ""
    rows = [
        [
            escape(f"{one['file']} {one['sheet']}".strip()), escape(one["field"]),
            _w(f"target.{one['list']}", language), f"{one['rows']:,}", escape("、".join(one["examples"])),
        ]
        for one in found.references
    ]  # fmt: skip
    names = [_w(name, language) for name in ("column.file", "column.field", "profile.list", "column.rows")]
    heads = [*names, _w("column.samples", language)]
    return f"<h2>{_w('profile.orphans', language)}</h2>{_table(heads, rows, (3,))}"


def _file(one: FileProfile, language: str) -> str:
    head = f"<h2>{escape(one.path.name)}</h2>"
    if one.refusal:
        text, fix = refusal_text(one.refusal, language)
        return f'{head}<p class="bad">{escape(text)} {escape(fix)}</p>'
    facts = f'<p class="soft">{escape(one.format)} · {one.size:,} B · sha256 {one.sha256[:12]}</p>'
    return head + facts + "".join(_sheet(each, language) for each in one.sheets)


def _sheet(facts: dict[str, Any], language: str) -> str:
    title = f"<h3>{escape(facts['sheet']) or _w('profile.table', language)}</h3>"
    if facts["header_row"] is None:
        return f'{title}<p class="warn">{_w("profile.no_header", language)}</p>'
    parts = [title, _verdict(facts, language), _dirt(facts, language), _issues(facts, language)]
    return "".join(parts) + _columns(facts, language)


def _verdict(facts: dict[str, Any], language: str) -> str:
    told = [
        _w("profile.shape", language, rows=f"{facts['data_rows']:,}", header=facts["header_row"]),
        *([escape(facts["encoding"])] if facts["encoding"] else []),
        *([_w("profile.month", language, month=facts["month"])] if facts["month"] else []),
        *([_w("profile.units", language, units="、".join(facts["units"]))] if facts["units"] else []),
        *(
            _w(f"profile.{name}", language, count=facts[name])
            for name in ("merged", "hidden_rows", "struck_rows", "unreadable_lines")
            if facts[name]
        ),
        *(f"{escape(reason_words(reason, language))} {count:,}" for reason, count in facts["dropped"].items()),
    ]
    rows = [
        [
            f'<b class="{"good" if each["layout"] == facts["verdict"] else "soft"}">{escape(each["layout"])}</b>',
            _w(f"target.{each['target']}", language), f"{each['found']}/{each['wanted']} · {each['share']:.0%}",
            escape("、".join(each["missing"])), escape("、".join(each["unknown"])),
        ]
        for each in facts["layouts"]
    ]  # fmt: skip
    heads = [
        _w(name, language)
        for name in ("column.layout", "column.target", "column.fit", "profile.missing", "profile.unknown")
    ]
    none = "" if facts["verdict"] else f'<p class="warn">{_w("profile.nothing_fits", language)}</p>'
    return f'<p class="soft">{" · ".join(told)}</p>{none}{_table(heads, rows)}'


def _dirt(facts: dict[str, Any], language: str) -> str:
    if not facts["dirt"]:
        return ""
    told = [f"{_w(f'dirt.{kind}', language)} {count:,}" for kind, count in facts["dirt"].items()]
    return f"<p>{_w('profile.dirt', language)} {' · '.join(told)}</p>"


def _issues(facts: dict[str, Any], language: str) -> str:
    outcome = facts["outcome"]
    if facts.get("refusal"):
        return f'<p class="bad">{escape(facts["refusal"])}</p>'
    if outcome is None:
        return ""
    counts = " · ".join(f"{_w(f'column.{name}', language)} {count:,}" for name, count in outcome.items())
    rows = [
        [
            f'<span class="{"bad" if one["severity"] == "reject" else "warn"}">{escape(one["code"])}</span>',
            *(escape(text) for text in issue_words(one["code"], language)), f"{one['count']:,}", str(one["row"]),
        ]
        for one in facts["issues"]
    ]  # fmt: skip
    heads = [_w(name, language) for name in ("column.code", "column.rule", "column.fix", "column.rows")]
    return f"<p>{counts}</p>" + _table([*heads, _w("column.row", language)], rows, (3, 4))


def _columns(facts: dict[str, Any], language: str) -> str:
    rows = [
        [
            column["column"], escape(column["name"]), _w(f"holds.{column['holds']}", language),
            ", ".join(f"{kind} {count:,}" for kind, count in column["kinds"].items()), f"{column['empty']:,}",
            f"{column['distinct']:,}", escape(" · ".join(column["samples"])),
            " · ".join(f"{_w(f'dirt.{kind}', language)} {count:,}" for kind, count in column["dirt"].items()),
        ]
        for column in facts["columns"]
    ]  # fmt: skip
    names = ("column", "name", "holds", "kinds", "empty", "distinct", "samples", "dirt")
    heads = [_w(f"column.{name}", language) for name in names]
    summary = f"<summary>{_w('profile.columns', language, count=len(rows))}</summary>"
    return f"<details>{summary}{_table(heads, rows, (4, 5))}</details>"


def _table(heads: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> str:
    """Return a table of cells that are HTML already."""
    if not rows:
        return ""

    def line(tag: str, cells: list[str]) -> str:
        made = [f"<{tag}{' class=n' if place in right else ''}>{cell}</{tag}>" for place, cell in enumerate(cells)]
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(line("td", row) for row in rows)
    return f'<div class="scroll"><table><thead>{line("th", heads)}</thead><tbody>{body}</tbody></table></div>'
