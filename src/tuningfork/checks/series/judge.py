"""Judges the exchanges of an API together, in their order."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks.series.entity_tags import EntityTags
from tuningfork.checks.series.observation import Observation
from tuningfork.checks.series.quotas import Quotas
from tuningfork.checks.series.walks import Walks
from tuningfork.model import Finding


class SeriesJudge:
    """Keeps what the last exchanges of one API have shown, in bounded memory."""

    def __init__(self) -> None:
        self._changes = 0
        self._walks, self._tags, self._quotas = Walks(), EntityTags(), Quotas()

    def judge(self, observation: Observation, where: str) -> Iterator[Finding]:
        """Yield the findings of an exchange that earlier ones contribute to.

        Args:
            observation: what the exchange contributes.
            where: its location, for messages.
        """
        client = observation.client
        self._changes += observation.may_change
        if observation.page is not None:
            yield from self._walks.judge(client, observation.page, where, self._changes)
        if observation.tagged is not None:
            yield from self._tags.judge(client, observation.tagged, self._changes)
        if observation.quota is not None:
            yield from self._quotas.judge(client, observation.quota)
