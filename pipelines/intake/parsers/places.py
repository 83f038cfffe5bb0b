"""Addresses divided into province, city, district and rest; a place that could be two stays undivided."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pipelines.intake.parsers.kinds import Options, Read, is_null
from pipelines.intake.parsers.texts import tidy

# The longest name of a division: 双江拉祜族佤族布朗族傣族自治县.
LONGEST = 16
PARTS = ("province", "city", "district", "rest")
LINE = re.compile(r'\s*(\d+) (?:province|county)="([^"]+)"')
PERIOD = re.compile(r"^\[(\d*)-(\d*)\]")
# Headings of the official list that stand where a city would, and are none.
NO_PLACE = re.compile(r"^(市辖区|县|市|省直辖.*|自治区直辖.*|.*行政单位|.*行政区划)$")
PROVINCE_ENDS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特別行政區", "省", "市")
CITY_ENDS = ("自治州", "地区", "盟", "市")
# Districts that ended earlier are in no address anybody still writes.
SINCE = 1990


@dataclass(frozen=True)
class Place:
    """One district: the names of its province, city and itself; `now` is what it became when it ended."""

    province: str
    city: str
    district: str
    now: str = ""


def address(text: str, kind: str, options: Options) -> Read:
    """Read an address as province|city|district|rest; option part gives one of the four alone.

    A district that several provinces have is not put anywhere without its city or province.
    """
    if kind == "error":
        return None, "E_EXCEL_ERROR"
    plain = tidy(text)
    if is_null(plain, options):
        return None, ""
    compact = plain.replace(" ", "") if re.search(r"[\u3400-\u9fff]", plain) else plain
    if kind != "text" or not re.search(r"[^\W\d_]", compact):
        return None, "E_ADDRESS_INVALID"
    parts, code = divided(compact)
    part = options.get("part")
    return (parts[PARTS.index(part)] or None if part else "|".join(parts)), code


def divided(text: str) -> tuple[tuple[str, str, str, str], str]:
    """Return (province, city, district, rest) of an address and what was assumed; places unknown are empty."""
    provinces, cities, places = _gazetteer()
    province, after = _taken(text, provinces, lambda _: True)
    city, behind = _taken(after, cities, lambda full: not province or full[0] in province)
    district, rest = _taken(behind, places, lambda place: _of(place, province, city))
    whole = behind != after and after[: len(after) - len(behind)].endswith(CITY_ENDS)
    if city and not whole and not district:
        # 朝阳区 is no district of 朝阳市, and 中山路 no road of 中山市: a shortened city needs its district behind it.
        city = set()
        district, rest = _taken(after, places, lambda place: _of(place, province, city))
    district = {place for place in district if not place.now} or district
    if not district:
        bare = bool(city) and not any(_of(place, province, city) for each in places.values() for place in each)
        found = _one({full[0] for full in city} or province), _one({full[1] for full in city})
        return (found[0], found[1], "", rest), "" if bare else "W_REGION_UNKNOWN"
    place = next(iter(district))
    if len({(each.province, each.city) for each in district}) > 1:
        return (_one(province), "", place.district, rest), "W_REGION_AMBIGUOUS"
    return (place.province, place.city, place.now or place.district, rest), "W_RENAMED_DIVISION" if place.now else ""


def _one(names: set[str] | None) -> str:
    return next(iter(names)) if names and len(names) == 1 else ""


def _of(place: Place, province: set[str], city: set[tuple[str, str]]) -> bool:
    if city:
        return (place.province, place.city) in city
    return not province or place.province in province


def _taken(text: str, names: dict[str, set[Any]], fits: Callable[[Any], bool]) -> tuple[set[Any], str]:
    """Return what the longest fitting name at the start of a text stands for, and the rest of the text."""
    for size in range(min(len(text), LONGEST), 1, -1):
        if found := {place for place in names.get(text[:size], ()) if fits(place)}:
            return found, text[size:]
    return set(), text


@cache
def _gazetteer() -> tuple[dict[str, set[str]], dict[str, set[tuple[str, str]]], dict[str, set[Place]]]:
    """Return provinces and cities by every name they go by, and all districts, of the official list of divisions."""
    provinces: dict[str, set[str]] = {}
    cities: dict[str, set[tuple[str, str]]] = {}
    places: dict[str, set[Place]] = {}
    for name, counties in _listed().items():
        for short in _short(name, PROVINCE_ENDS):
            provinces.setdefault(short, set()).add(name)
        municipal = name.endswith("市")
        if municipal:
            for short in _short(name, CITY_ENDS):
                cities.setdefault(short, set()).add((name, name))
        centres = {code[:2]: full for code, full, ended in counties if code.endswith("00") and not ended}
        for centre in set(centres.values()) - {name}:
            if not NO_PLACE.match(centre):
                for short in _short(centre, CITY_ENDS):
                    cities.setdefault(short, set()).add((name, centre))
        for place in _places(name, counties, centres, municipal=municipal):
            places.setdefault(place.district, set()).add(place)
    return provinces, cities, places


def _places(
    province: str, counties: list[tuple[str, str, int]], centres: dict[str, str], *, municipal: bool
) -> list[Place]:
    made = []
    current = {(code[:2], full) for code, full, ended in counties if not ended}
    for code, full, ended in counties:
        centre = province if municipal else centres.get(code[:2], "")
        if code.endswith("00") or NO_PLACE.match(full) or (ended and ((code[:2], full) in current or ended < SINCE)):
            continue
        city = "" if NO_PLACE.match(centre) else centre
        stem = re.sub(r"(市|县|区)$", "", full)
        later = [name for name in (f"{stem}区", f"{stem}市") if len(stem) > 1 and (code[:2], name) in current]
        made.append(Place(province, city, full, (later[0] if later else full) if ended else ""))
    return made


def _listed() -> dict[str, list[tuple[str, str, int]]]:
    """Return per province its (code of four digits, name, the year it ended or 0)."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text("utf-8").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        if "province=" in line:
            province = match[2]
            found[province] = []
            continue
        for name in match[2].split(","):
            period = PERIOD.match(name)
            found[province].append((match[1], PERIOD.sub("", name), int(period[2] or 0) if period else 0))
    return found


def _short(name: str, ends: tuple[str, ...]) -> list[str]:
    """Return a place's full name and the name without its rank; names of one character keep it."""
    for end in ends:
        if name.endswith(end) and len(name) - len(end) > 1:
            return [name, name.removesuffix(end)]
    return [name]
