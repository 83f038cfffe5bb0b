"""What an asset loses each month of its life: straight line, double declining balance, sum of the years' digits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from erp_core.foundation.money import CENT, money, split

STRAIGHT_LINE, DOUBLE_DECLINING, SUM_OF_YEARS = "straight_line", "double_declining", "sum_of_years"
METHODS = (STRAIGHT_LINE, DOUBLE_DECLINING, SUM_OF_YEARS)
ZERO = Decimal("0.00")
YEAR = 12
# The last two years of the declining method are straight (企业会计准则第4号应用指南).
LAST_STRAIGHT = 24


def charges(method: str, value: Decimal, residual: Decimal, life: int) -> list[Decimal]:
    """The charge of every month of a life: amounts to the cent that add up to value less residual exactly.

    A month's charge is the even part rounded half up; the last month takes what is left, and with the two accelerated
    methods the last month of each year of use does, so that each year's sum is the one of the textbook.
    """
    base = max(value - residual, ZERO)
    if method == DOUBLE_DECLINING:
        return _declining(value, residual, life)
    return _by_digits(base, life) if method == SUM_OF_YEARS else even(base, life)


def even(base: Decimal, months: int) -> list[Decimal]:
    """An amount spread evenly: rounded half up each month, never beyond what is left, the rest in the last month."""
    part, left, spread = money(base / months), base, []
    for _ in range(months - 1):
        charge = min(part, left)
        spread.append(charge)
        left -= charge
    return [*spread, left]


def _declining(value: Decimal, residual: Decimal, life: int) -> list[Decimal]:
    """Each year twice the straight rate of what the year began with; the last two years straight to the residual."""
    made: list[Decimal] = []
    book = value
    while life - len(made) > LAST_STRAIGHT:
        months = min(YEAR, life - len(made) - LAST_STRAIGHT)
        year = money(book * 2 * months / life)
        year = min(year, max(book - residual, ZERO))
        made += even(year, months)
        book -= year
    rest = max(book - residual, ZERO)
    if not made:
        return even(rest, life)
    half = money(rest / 2)
    return [*made, *even(half, YEAR), *even(rest - half, YEAR)]


def _by_digits(base: Decimal, life: int) -> list[Decimal]:
    """Each year by the months of life it begins with, as a part of the sum of them all."""
    years = [(life - begun, min(YEAR, life - begun)) for begun in range(0, life, YEAR)]
    whole = sum(left * months for left, months in years)
    amounts = [money(base * left * months / whole) for left, months in years]
    amounts[-1] += base - sum(amounts, ZERO)
    return [charge for amount, (_, months) in zip(amounts, years, strict=True) for charge in even(amount, months)]


def going_on(
    method: str, *, value: Decimal, spent: Decimal, residual: Decimal, life: int, used: int
) -> tuple[list[Decimal], bool]:
    """The charges of the months left of a life that began in other books, and whether those books reckoned as these do.

    spent: what was charged and impaired before. Where it differs from this schedule by no more than rounding, the
    months go on as they were, the last one taking the difference; else what is left is spread over the months left.
    """
    left = max(value - spent - residual, ZERO)
    if used >= life:
        return [], left == ZERO
    whole = charges(method, value, residual, life)
    before, rest = sum(whole[:used], ZERO), whole[used:]
    alike = abs(before - spent) <= CENT * life
    if not alike:
        return charges(method, value - spent, residual, life - used), False
    return _to_total(rest, left), True


def _to_total(rest: list[Decimal], total: Decimal) -> list[Decimal]:
    """The months as they are, cut or filled at the end so that they add up to a total."""
    made, left = [], total
    for charge in rest[:-1]:
        made.append(min(charge, left))
        left -= made[-1]
    return [*made, left]


def part_of(rest: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """A part of a schedule that adds up to a total: each month as much of it as of the whole, rounded over the sum."""
    whole = sum(rest, ZERO)
    made, before, so_far = [], ZERO, ZERO
    for charge in rest:
        so_far += charge
        now = money(total * so_far / whole) if whole else ZERO
        made.append(now - before)
        before = now
    if made and not whole:
        made[-1] = total
    return made


def shared(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A month's charge by the departments that use the asset, by largest remainder."""
    return [amount] if len(weights) == 1 else split(amount, weights)


def caught_up(rest: list[Decimal], missed: int) -> list[Decimal]:
    """Months that went by before the asset came into the books are charged together with its first month."""
    if not missed or not rest:
        return rest
    missed = min(missed, len(rest) - 1)
    return [sum(rest[: missed + 1], ZERO), *rest[missed + 1 :]]
