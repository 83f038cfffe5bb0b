"""The pages outside the screens: signing in, asking for an account, a new password; whole HTML without any script."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from dashboards import i18n


@dataclass(frozen=True)
class Field:
    """One question of a form; the words come from door.<name>."""

    name: str
    kind: str = "text"
    value: str = ""
    complete: str = "off"
    optional: bool = False
    hint: str = ""
    most: int = 128
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of the door in one language: its address, what it carries along, and what it has to say."""

    name: str
    action: str
    language: str
    form_token: str = ""
    carried: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    fix: str = ""
    notice: str = ""

    def say(self, key: str, **facts: object) -> str:
        """Say a key of the door."""
        return i18n.t(f"door.{key}", self.language, **facts)


def form(page: Page, fields: Iterable[Field], *, links: Iterable[tuple[str, str]] = (), extra: str = "") -> str:
    """Return a page with one form; links are (key, address), extra is HTML under the form."""
    questions = "".join(_field(page, field, first=not n) for n, field in enumerate(fields))
    body = (
        f'<form method="post" action="{escape(page.action)}" autocomplete="on">{_carried(page)}{questions}'
        f'<button type="submit" class="main">{escape(page.say(f"{page.name}_do"))}</button></form>'
    )
    return _whole(page, body + _links(page, links) + extra)


def notice(page: Page, *, links: Iterable[tuple[str, str]] = ()) -> str:
    """Return a page that only says something."""
    return _whole(page, _links(page, links))


def providers(page: Page, links: Iterable[tuple[str, str]]) -> str:
    """Return one link per provider of identities, given as (name, address)."""
    parts = "".join(
        f'<a class="provider" href="{escape(_with_language(address, page.language))}">'
        f"{escape(page.say('outside', name=name))}</a>"
        for name, address in links
    )
    return f'<section class="outside">{parts}</section>' if parts else ""


def entrances(page: Page, people: Iterable[dict]) -> str:
    """Return one button per role of the demo company, without a password."""
    people = list(people)
    if not people:
        return ""
    buttons = "".join(
        f'<button name="login" value="{escape(one["login"])}"><b>{escape(_role_name(one, page.language))}</b>'
        f"<small>{escape(' · '.join(dict.fromkeys((one['login'], one['name']))))}</small></button>"
        for one in people
    )
    return (
        f'<section class="demo"><h2>{escape(page.say("demo"))}</h2><p>{escape(page.say("demo_why"))}</p>'
        f'<form method="post" action="/auth/demo">{_carried(page)}<div class="roles">{buttons}</div></form></section>'
    )


def _role_name(person: dict, language: str) -> str:
    role = (person.get("roles") or "").split(", ")[0]
    return i18n.t(f"role.{role}", language) if i18n.has(f"role.{role}") else role or person["login"]


def _field(page: Page, field: Field, *, first: bool) -> str:
    label = escape(page.say(field.name))
    if field.optional:
        label += f" <small>{escape(page.say('optional'))}</small>"
    hint = f'<span class="hint">{escape(page.say(field.hint))}</span>' if field.hint else ""
    more = ("" if field.optional else " required") + (" autofocus" if first and not field.value else "")
    if field.choices:
        options = "".join(
            f'<option value="{escape(choice)}">{escape(i18n.t(f"role.{choice}", page.language))}</option>'
            for choice in field.choices
        )
        box = f'<select name="{field.name}"><option value=""></option>{options}</select>'
    else:
        box = (
            f'<input name="{field.name}" type="{field.kind}" value="{escape(field.value)}" maxlength="{field.most}"'
            f' autocomplete="{field.complete}" autocapitalize="none" spellcheck="false"{more}>'
        )
    return f"<label><span>{label}</span>{box}{hint}</label>"


def _carried(page: Page) -> str:
    pairs = (("form_token", page.form_token), ("lang", page.language), *page.carried)
    return "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in pairs if v)


def _links(page: Page, links: Iterable[tuple[str, str]]) -> str:
    parts = "".join(
        f'<a href="{escape(_with_language(address, page.language))}">{escape(page.say(key))}</a>'
        for key, address in links
    )
    return f'<nav class="links">{parts}</nav>' if parts else ""


def _with_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': language})}"


def _whole(page: Page, body: str) -> str:
    title, product = page.say(f"{page.name}_title"), i18n.t("app.title", page.language)
    why = page.say(f"{page.name}_why") if i18n.has(f"door.{page.name}_why") else ""
    said = f'<p class="why">{escape(why)}</p>' if why else ""
    if page.notice:
        said += f'<div class="said good" role="status">{escape(page.notice)}</div>'
    if page.problem:
        fix = f"<span>{escape(page.fix)}</span>" if page.fix else ""
        said += f'<div class="said bad" role="alert"><b>{escape(page.problem)}</b>{fix}</div>'
    return f"""<!doctype html>
<html lang="{"zh-CN" if page.language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex"><title>{escape(title)} · {escape(product)}</title>
<link rel="icon" href="/ui/mark.png"><link rel="stylesheet" href="/ui/door.css"></head>
<body><main>
<header><img src="/ui/mark.png" alt="" width="36" height="36"><b>{escape(product)}</b>{_languages(page)}</header>
<section class="card"><h1>{escape(title)}</h1>{said}{body}</section>
<footer>{escape(page.say("foot"))}</footer></main></body></html>"""


def _languages(page: Page) -> str:
    kept = [pair for pair in page.carried if pair[0] in ("next", "ticket", "token")]
    parts = "".join(
        f'<a href="{escape(page.action)}?{escape(urlencode([*kept, ("lang", code)]))}"'
        f'{" aria-current=true" if code == page.language else ""} lang="{code}">{name}</a>'
        for code, name in i18n.LANGUAGES.items()
    )
    return f'<span class="languages">{parts}</span>'
