"""Records a cassette for each test, or replays it instead of sending requests."""

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

MAX_CASSETTE_BYTES = 100_000
"""A larger cassette is deleted after the recording."""
MAX_CASSETTES_PER_CLAIM = 2
"""Cassettes that a recording keeps for a claim, each of another test."""


class TestCassettes:
    """Records or replays the requests of one test after another."""

    __test__ = False  # pytest would collect a class of this name

    def __init__(self, run: RunConfig) -> None:
        self._run = run
        self._open_cassette = contextlib.ExitStack()
        """Ends the recording or the replay of the running test when it is closed."""
        self._recording: Recording | None = None
        self._path_of_cassette = Path()
        self._claims_of_test: tuple[str, ...] = ()
        self._claims_of_recorded: dict[Path, tuple[str, ...]] = {}
        """The claims of the test that each recorded cassette belongs to."""

    def start(self, item: pytest.Item, session: ApiSession) -> None:
        """Record or replay the requests that the test sends from now on.

        In a replay a test without a cassette is not verified.
        """
        if not (self._run.record or self._run.is_replay):
            return
        self._path_of_cassette = cassette_path(item, self._run.cassettes(session.name))
        self._claims_of_test = claims_of(item)
        if self._run.is_replay:
            if not self._path_of_cassette.is_file():
                not_verified(f"no cassette: {_reason_without_cassette(item)}")
            replay = replay_cassette(_relative(self._path_of_cassette), session.profile.secret_locations)
            cassette = self._open_cassette.enter_context(replay)
            is_of_mock = cassette.header.target == MOCK
            session.transport.was_recorded = None if is_of_mock else cassette.has_response
        elif _is_scenario(item):
            header = CassetteHeader(
                self._run.target.name, session.settings.base_url, recorded_settings(session), self._run.seed
            )
            self._recording = self._open_cassette.enter_context(
                record_cassette(self._path_of_cassette, header, session.disclosure)
            )

    def discard(self) -> None:
        """Discard the recording of a test that did not pass; its earlier cassette is unchanged."""
        if self._recording is not None and self._run.recordings is None:
            self._recording.discard()

    def stop(self) -> None:
        """End the recording or the replay of the test; remember the claims of a new cassette."""
        self._open_cassette.close()
        if self._recording is not None and not self._recording.is_discarded:
            self._claims_of_recorded[self._path_of_cassette] = self._claims_of_test
        self._recording = None

    def delete_surplus(self) -> None:
        """Keep the smallest cassettes of each claim, of different tests, and delete all others.

        Recordings that are only compared with the cassettes are not deleted.
        """
        if self._run.recordings is not None:
            return
        cassettes_of_claim: dict[str, dict[str, Path]] = defaultdict(dict)
        by_size = sorted((path.stat().st_size, path) for path in self._claims_of_recorded if path.is_file())
        for size, path in by_size:
            test = f"{path.parent}/{path.stem.partition('-')[0]}"
            for claim in self._claims_of_recorded[path] if size <= MAX_CASSETTE_BYTES else ():
                if len(cassettes_of_claim[claim]) < MAX_CASSETTES_PER_CLAIM:
                    cassettes_of_claim[claim].setdefault(test, path)
        kept = {path for tests in cassettes_of_claim.values() for path in tests.values()}
        for _, path in by_size:
            if path not in kept:
                path.unlink()


def cassette_path(item: pytest.Item, folder: Path) -> Path:
    """Return FOLDER/MODULE/TEST.yaml, where the folder has the cassettes of the test's API."""
    test = re.sub(r"[^\w.-]+", "-", item.name).strip("-")
    if re.sub(r"[\[\]]", "-", item.name).strip("-") != test:  # another name may be shortened to the same text
        test = f"{test}-{hashlib.sha256(item.name.encode()).hexdigest()[:6]}"
    return folder / item.path.stem / f"{test}.yaml"


def select_for_replay(items: list[pytest.Item], run: RunConfig) -> list[pytest.Item]:
    """Return the tests that have a cassette, and one test of each claim without cassettes, to report why."""
    kept = {item for item in items if cassette_path(item, run.cassettes(api_of(item, run))).is_file()}
    covered = {claim for item in kept for claim in claims_of(item)}
    for item in items:
        if not covered.issuperset(claims_of(item)):
            kept.add(item)
            covered.update(claims_of(item))
    return [item for item in items if item in kept]


def api_of(item: pytest.Item, run: RunConfig) -> str:
    """Return the API of a test, which its first claim decides."""
    contract = run.contract_of(claims_of(item)[0])
    assert contract is not None, "only tests of the run's claims are selected"
    return contract.api


def recorded_settings(session: ApiSession) -> dict[str, Any]:
    """Return the settings of the recorded target without its secrets."""
    text = session.settings.model_dump_json(exclude_none=True, exclude=set(CONNECTION_FIELDS))
    settings: dict[str, Any] = json.loads(text.replace('"**********"', '"REDACTED"'))
    settings["given"] = _redacted(settings["given"], session.disclosure)  # any text in it may be a secret
    return settings


def _redacted(value: Any, disclosure: Disclosure) -> Any:
    """Return a JSON value with the secrets of all its strings replaced."""
    match value:
        case str():
            return disclosure.text(value)
        case list():
            return [_redacted(item, disclosure) for item in value]
        case dict():
            return {name: _redacted(item, disclosure) for name, item in value.items()}
    return value


def _relative(path: Path) -> Path:
    """Return the path relative to the current directory; unchanged if it is not below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _is_scenario(item: pytest.Item) -> bool:
    """Return whether a test can be recorded: it is neither marked `live` nor a property test."""
    return item.get_closest_marker("live") is None and not _is_property(item)


def _is_property(item: pytest.Item) -> bool:
    """Return whether a test generates its requests: it is in `conventions` or uses Hypothesis."""
    function = getattr(item, "function", None)
    return item.path.parent.name == "conventions" or getattr(function, "is_hypothesis_test", False)


def _reason_without_cassette(item: pytest.Item) -> str:
    """Return why a test has no cassette."""
    if live := item.get_closest_marker("live"):
        return str(live.args[0])
    return "the requests of a property test are generated" if _is_property(item) else "it was not recorded"
