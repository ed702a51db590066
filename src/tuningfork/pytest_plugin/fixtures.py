"""What every test of a suite may ask for."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.controls import Controls
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import Stage
from tuningfork.pytest_plugin.api_sessions import Stages
from tuningfork.pytest_plugin.cassettes import path_of
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import run_of

STAGES = pytest.StashKey[Stages]()
HOLDERS = {"api": "app", "me": "first", "other": "second"}


def stage_of(item: pytest.Item) -> Stage:
    """The stage of the API whose claims a test judges."""
    contract = run_of(item.config).contract_of(claims_of(item)[0])
    assert contract is not None, "collection has refused unknown claims"
    stages, run = item.config.stash[STAGES], run_of(item.config)
    if run.is_replay:
        return stages.replaying(contract.api, path_of(item, run.cassettes(contract.api)))
    return stages[contract.api]


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Stage:
    """The API of this test on the target, with all its parts."""
    return stage_of(request.node)


@pytest.fixture
def api(stage: Stage) -> Client:
    """A client with the app's own credentials."""
    return stage.client("app")


@pytest.fixture
def me(stage: Stage) -> Client:
    """A client of the first user."""
    return stage.client("first")


@pytest.fixture
def other(stage: Stage) -> Client:
    """A client of the second user."""
    return stage.client("second")


@pytest.fixture
def anonymous(stage: Stage) -> Client:
    """A client without credentials."""
    return stage.client(None)


@pytest.fixture
def controls(stage: Stage) -> Controls:
    """The target's test hooks; the test has the target to itself."""
    return stage.controls()


@pytest.fixture
def contract(stage: Stage) -> Contract:
    """The OpenAPI document and the claims of the API."""
    return stage.contract


@pytest.fixture
def target(stage: Stage) -> Settings:
    """The API's table of the target."""
    return stage.settings


@pytest.fixture
def given(target: Settings) -> dict[str, Any]:
    """What the target's owner has prepared."""
    return target.given


@pytest.fixture
def fresh(request: pytest.FixtureRequest, stage: Stage) -> Callable[[str], str]:
    """Makes texts that nobody has used: a word and eight hex digits; a replay makes the recorded ones."""
    run = run_of(request.config)
    salt = "" if run.record or run.is_replay or run.is_mock else str(run.started)
    counter = itertools.count()

    def text(word: str) -> str:
        seed = f"{request.node.nodeid} {next(counter)} {stage.seed} {salt}"
        return f"{word} {hashlib.sha256(seed.encode()).hexdigest()[:8]}"

    return text
