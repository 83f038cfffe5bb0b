"""Bisect: when two totals disagree, name the first event where they part."""

from pipelines.bisect.parting import Parting, part
from pipelines.bisect.totals import open_items, running, since, stock

__all__ = ["Parting", "open_items", "part", "running", "since", "stock"]
