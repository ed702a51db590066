"""What the suites of Audiosocket share: the account's tracks, and a harmless request for each operation."""

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

from .support.operation_requests import safe_requests
from .support.operation_requests import write_requests as write_requests


@pytest.fixture
def tracks(api: Client) -> TrackClient:
    """The tracks of the token's account."""
    return TrackClient(api)


@pytest.fixture
def operation_requests(contract: Contract, tracks: TrackClient) -> list[OperationRequest]:
    """A harmless request for each operation; where there is no list of tracks, nothing is verified."""
    return safe_requests(contract, tracks)


@pytest.fixture
def changing(contract: Contract, tracks: TrackClient) -> Callable[[Any, str], list[OperationRequest]]:
    """Good requests that create and remove: `changing(id to remove, title to create)`."""
    return partial(write_requests, contract, tracks)


@pytest.fixture
def own(tracks: TrackClient, unique_name: Callable[[str], str]) -> JsonObject:
    """A track that the test may lose."""
    return tracks.create_or_skip(unique_name("own"))
