"""Variants that may share a mock, so that many are judged in one run of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from tuningfork.audit.fault import Difference

MOST = 24
"""Variants in one mock, about."""
MOST_OF_A_CLAIM = 2
"""Variants in one mock that name the same claim, about: many could hide each other."""


def groups(variants: Iterable[Difference]) -> list[list[Difference]]:
    """Variants of one API each, in few groups; those of one claim are apart as far as may be."""
    by_api: dict[str, list[Difference]] = {}
    for variant in variants:
        by_api.setdefault(variant.api, []).append(variant)
    return [group for several in by_api.values() for group in _groups(several)]


def halves(group: Sequence[Difference]) -> list[Sequence[Difference]]:
    """A group of which one is to blame, in two."""
    middle = len(group) // 2
    return [group[:middle], group[middle:]]


def _groups(variants: list[Difference]) -> list[list[Difference]]:
    named = Counter(claim for variant in variants for claim in variant.claims)
    few = max(ceil(max(named.values()) / MOST_OF_A_CLAIM), ceil(len(variants) / MOST))
    made: list[list[Difference]] = [[] for _ in range(few)]
    for variant in variants:
        min(made, key=lambda group: (_in_common(group, variant), len(group))).append(variant)
    return [group for group in made if group]


def _in_common(group: list[Difference], variant: Difference) -> int:
    return sum(len(set(other.claims).intersection(variant.claims)) for other in group)
