"""The cassette of each test: recorded from a target, or played in its place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tuningfork import not_verified
from tuningfork.client.cassette import CassetteHeader, Recording, record_cassette, replay_cassette
from tuningfork.client.config import CONNECTION_FIELDS
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import MOCK, RunConfig
from tuningfork.redaction import Disclosure

LARGEST = 100_000
"""Bytes of a cassette that is worth keeping."""
ENOUGH = 2
"""Cassettes of a claim, each of another test."""


class Tapes:
    """Puts a cassette around each test of a run that records or replays."""

    def __init__(self, run: RunConfig) -> None:
        self._run = run
        self._stack = contextlib.ExitStack()
        self._recording: Recording | None = None
        self._path = Path()
        self._claims: tuple[str, ...] = ()
        self._recorded: dict[Path, tuple[str, ...]] = {}

    def start(self, item: pytest.Item, stage: ApiSession) -> None:
        """From here on the test's traffic is recorded or replayed; not verified where it can't be."""
        if not (self._run.record or self._run.is_replay):
            return
        self._path = path_of(item, self._run.cassettes(stage.name))
        self._claims = claims_of(item)
        if self._run.is_replay:
            if not self._path.is_file():
                not_verified(f"no cassette: {_why(item)}")
            replay = replay_cassette(_from_here(self._path), stage.profile.secret_locations)
            played = self._stack.enter_context(replay)
            stage.transport.was_recorded = None if played.header.target == MOCK else played.has_response
        elif _is_scenario(item):
            header = CassetteHeader(
                self._run.target.name, stage.settings.base_url, settings_of(stage), self._run.seed
            )
            self._recording = self._stack.enter_context(record_cassette(self._path, header, stage.disclosure))

    def discard(self) -> None:
        """The test did not pass: keep what was recorded of it before."""
        if self._recording is not None:
            self._recording.discard()

    def stop(self) -> None:
        """The test is over."""
        self._stack.close()
        if self._recording is not None and not self._recording.is_discarded:
            self._recorded[self._path] = self._claims
        self._recording = None

    def thin_out(self) -> None:
        """Keep of each claim the smallest cassettes, of different tests, and of the others none."""
        chosen: dict[str, dict[str, Path]] = defaultdict(dict)
        by_size = sorted((path.stat().st_size, path) for path in self._recorded if path.is_file())
        for size, path in by_size:
            test = f"{path.parent}/{path.stem.partition('-')[0]}"
            for claim in self._recorded[path] if size <= LARGEST else ():
                if len(chosen[claim]) < ENOUGH:
                    chosen[claim].setdefault(test, path)
        kept = {path for tests in chosen.values() for path in tests.values()}
        for _, path in by_size:
            if path not in kept:
                path.unlink()


def path_of(item: pytest.Item, folder: Path) -> Path:
    """FOLDER/MODULE/TEST.yaml, mirroring suites/; the folder is that of an API's cassettes."""
    test = re.sub(r"[^\w.-]+", "-", item.name).strip("-")
    if re.sub(r"[\[\]]", "-", item.name).strip("-") != test:  # other names may be written alike
        test = f"{test}-{hashlib.sha256(item.name.encode()).hexdigest()[:6]}"
    return folder / item.path.stem / f"{test}.yaml"


def playable(items: list[pytest.Item], run: RunConfig) -> list[pytest.Item]:
    """The tests that have a cassette, and of each other claim one that says why none of its tests has."""
    kept = {item for item in items if path_of(item, run.cassettes(_api_of(item, run))).is_file()}
    told = {claim for item in kept for claim in claims_of(item)}
    for item in items:
        if not told.issuperset(claims_of(item)):
            kept.add(item)
            told.update(claims_of(item))
    return [item for item in items if item in kept]


def _api_of(item: pytest.Item, run: RunConfig) -> str:
    contract = run.contract_of(claims_of(item)[0])
    assert contract is not None, "only tests of the run's claims are selected"
    return contract.api


def settings_of(stage: ApiSession) -> dict[str, Any]:
    """The settings of the target that is recorded, its secrets replaced."""
    told = stage.settings.model_dump_json(exclude_none=True, exclude=set(CONNECTION_FIELDS))
    settings: dict[str, Any] = json.loads(told.replace('"**********"', '"REDACTED"'))
    settings["given"] = _told(settings["given"], stage.disclosure)  # any text may be a secret there
    return settings


def _told(value: Any, disclosure: Disclosure) -> Any:
    """What JSON can say, its texts without secrets."""
    match value:
        case str():
            return disclosure.text(value)
        case list():
            return [_told(item, disclosure) for item in value]
        case dict():
            return {name: _told(member, disclosure) for name, member in value.items()}
    return value


def _from_here(path: Path) -> Path:
    """The path as one would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _is_scenario(item: pytest.Item) -> bool:
    return item.get_closest_marker("live") is None and not _is_property(item)


def _is_property(item: pytest.Item) -> bool:
    function = getattr(item, "function", None)
    return item.path.parent.name == "conventions" or getattr(function, "is_hypothesis_test", False)


def _why(item: pytest.Item) -> str:
    if live := item.get_closest_marker("live"):
        return str(live.args[0])
    return "a property test asks what no cassette foresees" if _is_property(item) else "it was not recorded"
