"""Judges the entity tags of reads: the same one as long as nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tuningfork.checks.series.observation import TaggedBody
from tuningfork.checks.series.recent import Recent
from tuningfork.model import Finding

MAX_URLS = 5_000
MIN_TAGS = 12
"""Different tags of one body in a row, of which the servers of a target would repeat one."""
MAX_TAGS = 50
MAX_SPAN_S = 3600
"""Time in which the reads are compared."""


@dataclass(slots=True)
class _Reads:
    """The tags of the last reads, all of the same body."""

    body: str
    changes: int
    date: float | None
    tags: list[str] = field(default_factory=list)


class EntityTags:
    """Compares the tags of each URL and client.

    Each server of a target may have tags of its own, and something may change and change back. So different
    tags of the same body break the claim only if each of MIN_TAGS reads has a new one, while no request of
    the traffic may have changed something. A strong tag of two different bodies is a note.
    """

    def __init__(self) -> None:
        self._reads: Recent[tuple[str, str], _Reads] = Recent(MAX_URLS)

    def judge(self, client: str, tagged: TaggedBody, changes: int) -> Iterator[Finding]:
        """Yield what a read shows; the arguments are those of `Walks.judge`."""
        key = (client, tagged.url)
        reads = self._reads.get(key)
        if reads is None or reads.body != tagged.body or reads.changes != changes or _is_late(reads, tagged):
            if reads is not None and reads.body != tagged.body and tagged.tag in reads.tags:
                yield from _note_of_two_bodies(tagged)
            reads = self._reads.put(key, _Reads(tagged.body, changes, tagged.date))
        reads.tags = [*reads.tags[-MAX_TAGS:], tagged.tag]
        if len(reads.tags) >= MIN_TAGS and len(set(reads.tags)) == len(reads.tags):
            for claim in tagged.claims:
                found = f"{len(reads.tags)} reads of the same body with {len(reads.tags)} tags"
                yield Finding(claim, False, "the same tag until something changes", found, "ETag")


def _is_late(reads: _Reads, tagged: TaggedBody) -> bool:
    """Return whether so much time has passed since the first read that the server may be another version."""
    return reads.date is not None and tagged.date is not None and tagged.date - reads.date > MAX_SPAN_S


def _note_of_two_bodies(tagged: TaggedBody) -> Iterator[Finding]:
    """Yield a note on a strong tag (RFC 9110 8.8.3) of two different bodies."""
    if not tagged.tag.startswith("W/"):
        expected = "another tag for another body (RFC 9110 8.8.1)"
        yield Finding(None, False, expected, f"{tagged.tag} of two bodies", "ETag")
