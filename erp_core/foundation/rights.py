"""Who acts and how far that person's eyes and hands reach: permissions, rows, columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

# What can be read, area by area: permission read.<area>.
AREAS = (
    "masters", "sales", "purchasing", "stock", "ledger", "claims", "bank", "people", "audit", "intake", "operations",
)  # fmt: skip
# The areas whose reports answer alike to all who see them equally far; the others answer each person for himself.
TRADE = ("masters", "sales", "purchasing", "stock", "ledger", "claims", "bank")
# What is hidden unless see.<mask> is granted.
MASKS = ("cost", "bank", "identity", "salary")
# The masks that published views of the trade look at.
TRADE_MASKS = ("cost", "bank")


@dataclass(frozen=True)
class Scope:
    """The rows a person may see and touch; a dimension that is None is not limited.

    employees, departments: the dimension of persons, met by either of the two or by having made the paper oneself.
    """

    employees: frozenset[str] | None = None
    departments: frozenset[str] | None = None
    warehouses: frozenset[str] | None = None
    parties: frozenset[str] | None = None
    projects: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether no dimension is limited."""
        return self == WHOLE

    @property
    def limited(self) -> tuple[str, ...]:
        """The dimensions that are limited."""
        return tuple(name for name, limit in vars(self).items() if limit is not None)

    @property
    def told(self) -> str:
        """The limits in a line, for refusals: dimension and members, the first few of them."""
        limits = {name: sorted(limit) for name, limit in vars(self).items() if limit is not None}
        return "; ".join(
            f"{name} {', '.join(limit[:3])}{'…' if len(limit) > 3 else ''}" for name, limit in limits.items()
        )


WHOLE = Scope()


@dataclass(frozen=True)
class Actor:
    """Who acts, and what that person may do: names of verbs or patterns such as 'sales.*', 'read.sales', 'see.cost'."""

    login: str
    permissions: frozenset[str]
    scope: Scope = field(default=WHOLE)
    roles: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether one of the permissions covers this one."""
        return any(fnmatchcase(permission, pattern) for pattern in self.permissions)

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas this person may read. The ledger shows what goods cost, so it opens only with see.cost."""
        return tuple(
            area for area in AREAS if self.may(f"read.{area}") and (area != "ledger" or "cost" not in self.masks)
        )

    @property
    def masks(self) -> tuple[str, ...]:
        """What is hidden. A value belongs to an item across all warehouses, so a limit of warehouses hides costs."""
        return tuple(
            mask
            for mask in MASKS
            if not self.may(f"see.{mask}") or (mask == "cost" and self.scope.warehouses is not None)
        )

    @property
    def unlimited(self) -> bool:
        """Whether this person sees every row and every column."""
        return self.scope.whole and not self.masks and self.areas == AREAS

    @property
    def sight(self) -> str:
        """A key for caches: two persons with the same key see the same of the trade and its ledger."""
        areas = tuple(area for area in TRADE if area in self.areas)
        masks = tuple(mask for mask in TRADE_MASKS if mask in self.masks)
        if self.scope.whole and areas == TRADE and not masks:
            return "*"
        limits = (self.scope.employees, self.scope.departments, self.scope.warehouses, self.scope.parties)
        shown = [sorted(limit) if limit is not None else None for limit in (*limits, self.scope.projects)]
        return f"{self.login if self.scope.employees is not None else ''}|{areas}|{masks}|{shown}"
