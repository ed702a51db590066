"""Deals the faults and variants of an audit to several machines (`tuningfork audit --shard 2/5`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from tuningfork.audit.fault import MockPatch
from tuningfork.report.results import Shard


def deal(patches: Sequence[MockPatch], index: int, count: int) -> list[MockPatch]:
    """Return the faults and variants of a shard in their order; each is in exactly one of all shards.

    They are dealt out one by one in the order of a digest of their ids, so that neighbours, which often cost
    alike, are in different shards. Faults are dealt apart from variants.

    Args:
        patches: the faults and variants of all shards.
        index: the number of the shard, from 1.
        count: how many shards there are.
    """
    own: set[str] = set()
    for is_fault in (True, False):
        ids = (patch.id for patch in patches if patch.is_fault is is_fault)
        own.update(sorted(ids, key=_digest)[index - 1 :: count])
    return [patch for patch in patches if patch.id in own]


def describe_shard(index: int, count: int, commit: str, ids: Iterable[str]) -> Shard:
    """Return a shard for audit.json, with what identifies the deal.

    Args:
        index: the number of the shard, from 1.
        count: how many shards there are.
        commit: the commit of the working folder.
        ids: all that is dealt out.
    """
    listed = sorted(ids)
    return Shard(
        index=index, count=count, commit=commit, tests=len(listed), deal=_digest("\n".join(listed)).hex()[:16]
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
