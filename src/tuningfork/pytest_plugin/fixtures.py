"""The fixtures of every suite."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import pytest

from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.controls import ControlsClient
from tuningfork.client.marks import MarkedProperty, UniqueName
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.cassettes import cassette_path
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import run_of
from tuningfork.testing import robustness
from tuningfork.testing.robustness import AssignInputs

API_SESSIONS = pytest.StashKey[ApiSessions]()
ATTEMPT = pytest.StashKey[str]()
"""Distinguishes the texts of a test that runs again from those of its first attempt."""
PRINCIPALS = {"api": "app", "user": "first", "other_user": "second"}


def api_session_of(item: pytest.Item) -> ApiSession:
    """Return the session of the API whose claims a test judges."""
    contract = run_of(item.config).contract_of(claims_of(item)[0])
    assert contract is not None, "collection has refused unknown claims"
    sessions, run = item.config.stash[API_SESSIONS], run_of(item.config)
    if run.is_replay:
        return sessions.replaying(contract.api, cassette_path(item, run.cassettes(contract.api)))
    return sessions[contract.api]


@pytest.fixture
def api_session(request: pytest.FixtureRequest) -> ApiSession:
    """The session of the test's API on the target: clients, contract, settings, created resources."""
    return api_session_of(request.node)


@pytest.fixture
def api(api_session: ApiSession) -> Client:
    """A client with the app's own credentials."""
    return api_session.client("app")


@pytest.fixture
def user(api_session: ApiSession) -> Client:
    """A client of the first user."""
    return api_session.client("first")


@pytest.fixture
def other_user(api_session: ApiSession) -> Client:
    """A client of the second user."""
    return api_session.client("second")


@pytest.fixture
def unauthenticated(api_session: ApiSession) -> Client:
    """A client without credentials."""
    return api_session.client(None)


@pytest.fixture
def controls(api_session: ApiSession) -> ControlsClient:
    """The target's test hooks; the test has the target to itself."""
    return api_session.controls()


@pytest.fixture
def contract(api_session: ApiSession) -> Contract:
    """The OpenAPI document and the claims of the API."""
    return api_session.contract


@pytest.fixture
def settings(api_session: ApiSession) -> Settings:
    """The API's table of the target in tuningfork.toml."""
    return api_session.settings


@pytest.fixture
def test_data(settings: Settings) -> dict[str, Any]:
    """The test data that the target's owner has prepared: `given` in tuningfork.toml."""
    return settings.given


@pytest.fixture
def unique_name(request: pytest.FixtureRequest, api_session: ApiSession) -> UniqueName:
    """Returns a new text for a word: the word and a mark, by which a later job recognizes the run's items.

    On the mock, and in a cassette, the word and eight hex digits: a replay returns the recorded texts.
    """
    counter, attempt = itertools.count(), request.node.stash.get(ATTEMPT, "")

    def text(word: str, rest: str = "") -> str:
        return api_session.new_text(word, rest, f"{request.node.nodeid}{attempt} {next(counter)}")

    return text


@pytest.fixture
def marked_property(api_session: ApiSession, unique_name: UniqueName) -> MarkedProperty:
    """Returns a property with a mark, for an item whose title is under test; none where texts have no marks.

    `{"title": "1984", **marked_property("description")}` sends a description to a staging server only.
    """
    return lambda name: {} if api_session.marks is None else {name: unique_name("described")}


@pytest.fixture
def assign_inputs(api_session: ApiSession) -> AssignInputs:
    """Pairs of operation and malformed input: `assign_inputs(operations, inputs, 2)`, by the run's seed."""
    return partial(robustness.assign_inputs, seed=api_session.seed)
