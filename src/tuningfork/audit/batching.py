"""Variants that may share a mock, so that many are judged in one run of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from tuningfork.audit.fault import MockPatch

MAX_VARIANTS = 24
"""Variants in one mock, about."""
MAX_VARIANTS_OF_A_CLAIM = 2
"""Variants in one mock that name the same claim, about: many could hide each other."""


def batches(variants: Iterable[MockPatch]) -> list[list[MockPatch]]:
    """Variants of one API each, in few groups; those of one claim are apart as far as may be."""
    by_api: dict[str, list[MockPatch]] = {}
    for variant in variants:
        by_api.setdefault(variant.api, []).append(variant)
    return [group for several in by_api.values() for group in _groups(several)]


def bisect(group: Sequence[MockPatch]) -> list[Sequence[MockPatch]]:
    """A group of which one is to blame, in two."""
    middle = len(group) // 2
    return [group[:middle], group[middle:]]


def _groups(variants: list[MockPatch]) -> list[list[MockPatch]]:
    named = Counter(claim for variant in variants for claim in variant.claims)
    few = max(ceil(max(named.values()) / MAX_VARIANTS_OF_A_CLAIM), ceil(len(variants) / MAX_VARIANTS))
    made: list[list[MockPatch]] = [[] for _ in range(few)]
    for variant in variants:
        min(made, key=lambda group: (_in_common(group, variant), len(group))).append(variant)
    return [group for group in made if group]


def _in_common(group: list[MockPatch], variant: MockPatch) -> int:
    return sum(len(set(other.claims).intersection(variant.claims)) for other in group)
