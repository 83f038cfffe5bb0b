"""Moving average: the k-th move of every item is costed at once, a wave over all pools, exact in integers."""

from __future__ import annotations

import numpy as np

from erp_core.inventory.exact import Groups

# With fewer items left than this, a wave costs more than stepping through their moves one by one.
WAVE_MIN = 24


def step(pool: list[int], quantity: int, amount: int | None) -> int:
    """Apply one move to a pool [quantity, amount, basis quantity, basis amount]; return the change of its amount.

    The basis is what the pool held after the last move with a given amount: it sets the unit cost until the next one.
    amount None is an issue at that unit cost: its own value is rounded half up, but what stays in the pool is kept
    within one cent of the exact value, so that rounding never piles up and an empty pool is worth 0.00.
    """
    held, value, basis, basis_value = pool
    left = held + quantity
    if amount is None:
        floor, rest = divmod(basis_value * (basis - left), basis)
        own = (2 * basis_value * -quantity + basis) // (2 * basis)
        now = basis_value - min(max(basis_value - value + own, floor), floor + (rest > 0))
        pool[0], pool[1] = left, now
        return now - value
    now = max(value + amount, 0) if left else 0
    pool[:] = left, now, left, now
    return now - value


def wave(quantity: np.ndarray, amount: np.ndarray, given: np.ndarray, groups: Groups, pools: np.ndarray) -> np.ndarray:
    """The change of the pool by each move, see step().

    quantity, amount, given: sorted rows. pools: four rows (quantity, amount, basis quantity, basis amount) with one
    column per item; changed in place. All quantities of an item stay below exact.SAFE.
    """
    change = np.zeros(len(quantity), dtype=np.int64)
    by_length = np.argsort(-groups.counts, kind="stable")
    starts, counts = groups.starts[by_length], groups.counts[by_length]
    state = np.ascontiguousarray(pools[:, by_length])
    longest = int(counts[0]) if len(counts) else 0
    still = np.searchsorted(-counts, -np.arange(longest), side="left")
    waves = int(np.searchsorted(-still, -WAVE_MIN, side="right"))
    for k in range(waves):
        rows = starts[: still[k]] + k
        change[rows] = _advance(state[:, : still[k]], quantity[rows], amount[rows], given[rows])
    for at in range(int(still[waves]) if waves < longest else 0):
        rows = slice(starts[at] + waves, starts[at] + counts[at])
        pool = state[:, at].tolist()
        moves = zip(quantity[rows].tolist(), amount[rows].tolist(), given[rows].tolist(), strict=True)
        change[rows] = [step(pool, moved, value if known else None) for moved, value, known in moves]
        state[:, at] = pool
    pools[:, by_length] = state
    return change


def _advance(state: np.ndarray, quantity: np.ndarray, amount: np.ndarray, given: np.ndarray) -> np.ndarray:
    """step() for one move of each item; value = whole * basis + part keeps every product within 64 bits."""
    held, value, basis, basis_value = state
    left = held + quantity
    divisor = np.maximum(basis, 1)
    whole, part = np.divmod(basis_value, divisor)
    gone = basis - left
    cents, rest = np.divmod(part * gone, divisor)
    floor = whole * gone + cents
    own = (2 * part * -quantity + divisor) // (2 * divisor) - whole * quantity
    issued = basis_value - np.minimum(np.maximum(basis_value - value + own, floor), floor + (rest > 0))
    received = np.where(left == 0, 0, np.maximum(value + amount, 0))
    now = np.where(given, received, issued)
    change = now - value
    held[:], value[:] = left, now
    np.copyto(basis, left, where=given)
    np.copyto(basis_value, now, where=given)
    return change
