"""Fixtures of the suites of Audiosocket: the tracks of the account and requests of the operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tuningfork.apis.audiosocket.tracks import TrackClient
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.contract.openapi import Contract
from tuningfork.testing.operation_requests import OperationRequest

from .support import operation_requests as requests


@pytest.fixture
def tracks(api: Client) -> TrackClient:
    """The tracks of the token's account."""
    return TrackClient(api)


@pytest.fixture
def operation_requests(contract: Contract, tracks: TrackClient) -> list[OperationRequest]:
    """A request that changes nothing for each operation."""
    return requests.safe_requests(contract, tracks)


@pytest.fixture
def write_requests(contract: Contract, tracks: TrackClient) -> Callable[[Any, str], list[OperationRequest]]:
    """Valid writes: `write_requests(track_id, title)` deletes the track with this id and creates one."""
    return partial(requests.write_requests, contract, tracks)


@pytest.fixture
def own_track(tracks: TrackClient, unique_name: Callable[[str], str]) -> JsonObject:
    """A new track that the test may delete."""
    return tracks.create_or_skip(unique_name("own"))
