"""First in, first out on one axis: ends of layers and of issues are merged, each gap has one layer and one issue."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from erp_core.inventory import exact


class Layers(NamedTuple):
    """Layers in the order in which they are used up: what is left, its value, and the basis of their unit cost."""

    quantity: np.ndarray
    amount: np.ndarray
    basis_quantity: np.ndarray
    basis_amount: np.ndarray


class Gaps(NamedTuple):
    """Stretches of the axis: which layer gives, which issue takes, how much, and how far into the layer it reaches."""

    layer: np.ndarray
    issue: np.ndarray
    quantity: np.ndarray
    reach: np.ndarray


def one_axis(quantity: np.ndarray, layers: Layers, groups: exact.Groups) -> tuple[np.ndarray, Layers]:
    """The cost of each issue (positive cents, in row order) and the layers as they are afterwards.

    quantity: sorted rows, positive for layers (as many as in `layers`, same order) and negative for issues; no item
    ever below zero. All quantities of a layer stay below exact.SAFE.
    """
    coming = np.maximum(quantity, 0)
    going = np.maximum(-quantity, 0)
    is_layer, is_issue = quantity > 0, quantity < 0
    layer_ends = np.cumsum(coming)[is_layer]
    item_starts = np.repeat(np.cumsum(exact.sums(coming, groups)) - exact.sums(coming, groups), groups.counts)
    issue_ends = (item_starts + exact.running(going, groups))[is_issue]
    layer_starts = layer_ends - layers.quantity
    gaps = _gaps(layer_ends, issue_ends, layer_starts, groups.item[is_layer], groups.item[is_issue], layers)
    taken = _taken(gaps, layers)
    issued_to = item_starts[is_layer] + exact.sums(going, groups)[groups.item[is_layer]]
    left = layers.quantity - np.clip(issued_to - layer_starts, 0, layers.quantity)
    value = layers.amount - _last_of(gaps.layer, taken, len(layers.quantity))
    total = np.cumsum(taken - _before(gaps.layer, taken))
    upto = _last_of(gaps.issue, total, int(is_issue.sum()))
    return np.diff(upto, prepend=0), Layers(left, value, layers.basis_quantity, layers.basis_amount)


def _gaps(
    layer_ends: np.ndarray,
    issue_ends: np.ndarray,
    layer_starts: np.ndarray,
    layer_item: np.ndarray,
    issue_item: np.ndarray,
    layers: Layers,
) -> Gaps:
    # A stable sort of two rising runs is one merge; where ends coincide, the layer's comes first.
    ends = np.concatenate([layer_ends, issue_ends])
    order = np.argsort(ends, kind="stable")
    ends = ends[order]
    from_layer = order < len(layer_ends)
    layer = np.cumsum(from_layer) - from_layer
    issue = np.cumsum(~from_layer) - ~from_layer
    quantity = np.diff(ends, prepend=0)
    real = (quantity > 0) & (layer < len(layer_ends)) & (issue < len(issue_ends))
    layer, issue, quantity, ends = layer[real], issue[real], quantity[real], ends[real]
    # Behind the last issue of an item the next issue belongs to another one: that stretch stays in stock.
    used = layer_item[layer] == issue_item[issue]
    layer, issue, quantity, ends = layer[used], issue[used], quantity[used], ends[used]
    reach = ends - layer_starts[layer] + (layers.basis_quantity - layers.quantity)[layer]
    return Gaps(layer, issue, quantity, reach)


def _taken(gaps: Gaps, layers: Layers) -> np.ndarray:
    """What the layer of each gap gave up to and with it, beyond what it had given before; see average.step."""
    whole, part = (
        column[gaps.layer] for column in np.divmod(layers.basis_amount, np.maximum(layers.basis_quantity, 1))
    )
    basis = layers.basis_quantity[gaps.layer]
    cents, rest = np.divmod(part * gaps.reach, basis)
    floor = whole * gaps.reach + cents
    own = whole * gaps.quantity + (2 * part * gaps.quantity + basis) // (2 * basis)
    given_before = (layers.basis_amount - layers.amount)[gaps.layer]
    return _kept_between(own, floor - given_before, floor + (rest > 0) - given_before, gaps.layer)


def _kept_between(added: np.ndarray, low: np.ndarray, high: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Running totals per group (sorted) that are moved into [low, high] at every row.

    "Add, then move into bounds" twice is again "add, then move into bounds", so the totals of all rows follow from
    doubling the stretch that each row sums up: no loop over rows.
    """
    added, low, high = added.copy(), low.copy(), high.copy()
    place = np.arange(len(group)) - np.searchsorted(group, group, side="left")
    reach, longest = 1, int(place.max(initial=0))
    while reach <= longest:
        at = np.flatnonzero(place >= reach)
        more = added[at]
        before = at - reach
        lowest = np.minimum(np.maximum(low[before] + more, low[at]), high[at])
        highest = np.minimum(np.maximum(high[before] + more, low[at]), high[at])
        added[at] = added[before] + more
        low[at], high[at] = lowest, highest
        reach *= 2
    return np.minimum(np.maximum(added, low), high)


def _before(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The value of the row before within the group, 0 for the first."""
    earlier = np.concatenate([[0], values[:-1]]) if len(values) else values
    same = np.concatenate([[False], group[1:] == group[:-1]]) if len(values) else np.zeros(0, dtype=bool)
    return np.where(same, earlier, 0)


def _last_of(group: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """The value of the last row of each group 0..count-1 (rows sorted by group), 0 where a group has none."""
    found = np.zeros(count, dtype=np.int64)
    last = np.flatnonzero(np.diff(group, append=-1))
    found[group[last]] = values[last]
    return found
