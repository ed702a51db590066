"""Variants that may share a mock, so that many are judged in one run of the suite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuningfork.audit.fault import Difference

MOST = 16
"""Variants in one mock."""


def groups(variants: Iterable[Difference]) -> list[list[Difference]]:
    """Variants of one API each, no two of a group naming the same claim: they don't hide each other."""
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
    named = {claim for one in group for claim in one.claims}
    return len(group) < MOST and group[0].api == variant.api and not named.intersection(variant.claims)
