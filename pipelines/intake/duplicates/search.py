"""Which cards of a list are one: pairs in three tiers with their reasons in sentences, and answers given before."""

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from erp_core.foundation.words import word
from pipelines.intake.duplicates import normal
from pipelines.intake.duplicates.pairs import candidates, judged

COLUMNS = ("target", "code_a", "name_a", "code_b", "name_b", "tier", "points", "reasons", "decision")
YES, NO = ("merge", "合并", "yes", "y", "是"), ("keep", "不同", "no", "n", "否")
EVIDENCE = ("stem", "region", "item", "tax", "phone", "contact", "address")
Decisions = dict[tuple[str, str, str], str]
"""merge or keep, by target and the two codes in order."""


@dataclass(frozen=True)
class Found:
    """The pairs of one list: target, pairs (code_a, name_a, code_b, name_b, tier, points, reasons), cards compared."""

    target: str
    pairs: pl.DataFrame
    cards: int

    def of(self, tier: str) -> pl.DataFrame:
        """Return the pairs of a tier: auto, ask or no."""
        return self.pairs.filter(pl.col("tier") == tier)


def search(target: str, cards: pl.DataFrame, language: str = "zh", decisions: Decisions | None = None) -> Found:
    """Return the likely duplicates among cards (code, name and what else is known) of customers, suppliers or items.

    What was decided before stands: merge puts a pair into auto, keep into no.
    """
    compared = (normal.items if target == "items" else normal.parties)(cards)
    pairs = judged(compared, candidates(compared))
    near = pairs.filter((pl.col("tier") != "no") | ((pl.col("veto") != "") & (pl.col("points") >= 7)))
    names = dict(cards.select(pl.col("code").cast(pl.String), "name").iter_rows())
    rows = []
    for pair in near.iter_rows(named=True):
        first, second = sorted((pair["code_a"], pair["code_b"]))
        answer = (decisions or {}).get((target, first, second), "")
        tier = {"merge": "auto", "keep": "no"}.get(answer, pair["tier"])
        reasons = _reasons(pair, language, answer)
        rows.append((first, names[first], second, names[second], tier, round(pair["points"], 1), reasons, answer))
    schema = ["code_a", "name_a", "code_b", "name_b", "tier", "points", "reasons", "decision"]
    frame = (
        pl.DataFrame(rows, schema=schema, orient="row")
        if rows
        else pl.DataFrame(schema=dict.fromkeys(schema, pl.String))
    )
    return Found(target, frame.sort("tier", "points", "code_a", descending=[False, True, False]), cards.height)


def _reasons(pair: dict, language: str, answer: str) -> str:
    """Return each piece of evidence as a sentence with its points."""
    said = [word("pipelines", f"duplicates.decided.{answer}", language)] if answer else []
    if pair["veto"]:
        said.append(word("pipelines", f"duplicates.{pair['veto']}", language))
    for name in EVIDENCE:
        points = pair[f"p_{name}"]
        if points:
            kind = _kind(name, points)
            said.append(f"{word('pipelines', f'duplicates.{kind}', language)} {points:+.1f}")
    return word("pipelines", "duplicates.between", language).join(said)


def _kind(name: str, points: float) -> str:
    """Return which sentence fits: same, alike or other."""
    most = {"stem": 4.5, "region": 1.0, "item": 4.0, "tax": 8.0, "phone": 3.5, "contact": 2.0, "address": 3.0}[name]
    return f"{name}_{'same' if points == most else 'alike' if points > 0 else 'other'}"


def groups(pairs: pl.DataFrame) -> dict[str, str]:
    """Return the code that stays by each code that goes, along the pairs to be merged; the first code stays.

    Pairs are followed only as far as every card of a group agrees: one pair that was kept apart keeps both sides apart.
    """
    stays: dict[str, str] = {}
    apart = {frozenset(pair) for pair in pairs.filter(pl.col("tier") == "no").select("code_a", "code_b").iter_rows()}
    members: dict[str, set[str]] = {}
    wanted = pairs.filter(pl.col("tier") == "auto").sort("points", descending=True)
    for first, second in wanted.select("code_a", "code_b").iter_rows():
        one, two = stays.get(first, first), stays.get(second, second)
        left, right = members.get(one, {one}), members.get(two, {two})
        if one == two or any(frozenset((a, b)) in apart for a in left for b in right):
            continue
        head, other = sorted((one, two))
        members[head] = left | right
        members.pop(other, None)
        stays |= dict.fromkeys(members[head] - {head}, head)
    return stays


def survivor(rows: pl.DataFrame, code: str) -> dict[str, object]:
    """Return one card out of several: each field of the card that stays, where it has none of the fullest other."""
    filled = [sum(value not in (None, "") for value in row) for row in rows.iter_rows()]
    ranked = rows.with_columns(__full=pl.Series(filled), __own=pl.col("code") == code)
    ranked = ranked.sort("__own", "__full", descending=True)
    card = {}
    for name in rows.columns:
        values = [value for value in ranked[name] if value not in (None, "")]
        card[name] = values[0] if values else ranked[name][0]
    return card


def read_decisions(path: Path) -> Decisions:
    """Return the answers in a CSV of pairs; a pair without an answer is none."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    found: Decisions = {}
    for row in rows:
        said = (row.get("decision") or "").strip().lower()
        answer = "merge" if said in YES else "keep" if said in NO else ""
        if answer:
            found[row["target"], *sorted((row["code_a"], row["code_b"]))] = answer
    return found


def write_pairs(path: Path, found: list[Found]) -> Path:
    """Write the pairs as CSV with an empty column for the answers; formulas are defused."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        out = csv.DictWriter(target, COLUMNS)
        out.writeheader()
        for one in found:
            for row in one.pairs.iter_rows(named=True):
                out.writerow({"target": one.target} | {name: _plain(value) for name, value in row.items()})
    return path


def _plain(value: object) -> object:
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t")) else value
