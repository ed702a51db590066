"""What the suites of Audiosocket share: the account's tracks, and a harmless request for each operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tuningfork.apis.audiosocket.tracks import Tracks
from tuningfork.client.client import Client, JsonObject
from tuningfork.contract.openapi import Contract
from tuningfork.testing.operation_requests import Probe

from .support import operation_requests


@pytest.fixture
def tracks(api: Client) -> Tracks:
    """The tracks of the token's account."""
    return Tracks(api)


@pytest.fixture
def probed(contract: Contract, tracks: Tracks) -> list[Probe]:
    """A harmless request for each operation; where there is no list of tracks, nothing is verified."""
    return operation_requests.harmless(contract, tracks)


@pytest.fixture
def changing(contract: Contract, tracks: Tracks) -> Callable[[Any, str], list[Probe]]:
    """Good requests that create and remove: `changing(id to remove, title to create)`."""
    return partial(operation_requests.changing, contract, tracks)


@pytest.fixture
def own(tracks: Tracks, fresh: Callable[[str], str]) -> JsonObject:
    """A track that the test may lose."""
    return tracks.make(fresh("own"))
