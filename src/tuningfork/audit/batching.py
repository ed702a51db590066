"""Groups conforming variants, so that one run of a suite judges several variants in one mock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from tuningfork.audit.fault import MockPatch

MAX_VARIANTS = 24
"""Approximate limit of variants in one mock."""
MAX_VARIANTS_OF_A_CLAIM = 2
"""Approximate limit of variants in one mock that name the same claim, since they can hide each other."""


def batches(variants: Iterable[MockPatch]) -> list[list[MockPatch]]:
    """Return groups of variants: each of one API, and with few variants that name the same claim."""
    by_api: dict[str, list[MockPatch]] = {}
    for variant in variants:
        by_api.setdefault(variant.api, []).append(variant)
    return [batch for api_variants in by_api.values() for batch in _batches_of_api(api_variants)]


def bisect(batch: Sequence[MockPatch]) -> list[Sequence[MockPatch]]:
    """Return the two halves of a batch, to search for the variant that makes a test fail."""
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]]


def _batches_of_api(variants: list[MockPatch]) -> list[list[MockPatch]]:
    """Return groups of the variants of one API; each variant goes where it shares the fewest claims."""
    per_claim = Counter(claim for variant in variants for claim in variant.claims)
    count = max(ceil(max(per_claim.values()) / MAX_VARIANTS_OF_A_CLAIM), ceil(len(variants) / MAX_VARIANTS))
    result: list[list[MockPatch]] = [[] for _ in range(count)]
    for variant in variants:
        min(result, key=lambda batch: (_count_shared_claims(batch, variant), len(batch))).append(variant)
    return [batch for batch in result if batch]


def _count_shared_claims(batch: list[MockPatch], variant: MockPatch) -> int:
    """Return how many claims of a variant the variants of a batch name, counting repetitions."""
    return sum(len(set(other.claims).intersection(variant.claims)) for other in batch)
