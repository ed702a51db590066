"""The folder for what the runs against a remote target share: tokens, created resources, locks."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tuningfork.client.config import CONNECTION_FIELDS, Settings
from tuningfork.client.rate_limit import RateLimiter
from tuningfork.client.shared_journal import SharedJournal
from tuningfork.pytest_plugin.run_config import RunConfig


class StateFolder:
    """Knows where the state of one API of a target is; nowhere for a target in this process.

    Args:
        api: the name of the API.
        run: the configuration of the run.
        settings: the API's table of the target.
    """

    def __init__(self, api: str, run: RunConfig, settings: Settings) -> None:
        self._api = api
        self._run = run
        self.path = None if run.is_mock or run.is_replay else self._make(settings)

    def _make(self, settings: Settings) -> Path:
        """Create the folder."""
        identity = settings.model_dump_json(exclude={"controls", "given", *CONNECTION_FIELDS})
        digest = hashlib.sha256(identity.encode()).hexdigest()[:8]  # another server has other tokens and ids
        folder = self._run.state / self._api / digest
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def file(self, name: str) -> Path | None:
        """Return the path of a file; None without a folder."""
        return None if self.path is None else self.path / name

    def journal(self) -> SharedJournal | None:
        """Return the journal outside the runner; None without `--journal`, or on a mock in this process."""
        if self.path is None or self._run.journal is None:
            return None
        return SharedJournal(self._run.journal, f"{self._api} {self.path.name}")

    def rate_limiter(self, rate: float) -> RateLimiter | None:
        """Return what spaces the requests of all workers; None without a folder."""
        shard = self._run.shard
        if self.path is None:
            return None
        if shard is not None:  # the other shards send the rest
            return RateLimiter(rate / shard.count, self.path / f"turn-{shard.index}")
        return RateLimiter(rate, self.path / "turn")
