"""Variants that may share a mock, so that many are judged in one run of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tuningfork.audit.fault import Difference

MOST = 24
"""Variants in one mock."""
MOST_OF_A_CLAIM = 2
"""Variants in one mock that name the same claim: more could hide each other."""


def groups(variants: Iterable[Difference]) -> list[list[Difference]]:
    """Variants of one API each, as few groups as may be."""
    made: list[list[Difference]] = []
    for variant in variants:
        group = next((group for group in made if _takes(group, variant)), None)
        if group is None:
            made.append([variant])
        else:
            group.append(variant)
    return made


def halves(group: Sequence[Difference]) -> list[Sequence[Difference]]:
    """A group of which one is to blame, in two."""
    middle = len(group) // 2
    return [group[:middle], group[middle:]]


def _takes(group: list[Difference], variant: Difference) -> bool:
    named = Counter(claim for one in group for claim in one.claims)
    is_free = all(named[claim] < MOST_OF_A_CLAIM for claim in variant.claims)
    return len(group) < MOST and group[0].api == variant.api and is_free
