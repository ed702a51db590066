"""One request for each operation, to test how the API treats the client that sends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audiosocket.nonexistent_ids import unused_id
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, track_path
from tuningfork.contract.openapi import Contract
from tuningfork.testing.listings import at_least_one, ids
from tuningfork.testing.operation_requests import OperationRequest, make_operation_request


def safe_requests(contract: Contract, tracks: TrackClient) -> list[OperationRequest]:
    """Return a request for each operation; none creates a track (no title) or deletes one (unused id)."""
    existing = ids(tracks.list_all())
    unused = unused_id(existing)
    tracks.client.mark_unused(unused)
    return [
        make_operation_request(contract, "GET", PATH, {}),
        make_operation_request(contract, "GET", track_path(existing[0]), {}),
        make_operation_request(contract, "POST", PATH, {"json": {}}),
        make_operation_request(contract, "DELETE", track_path(unused), {}),
    ]


def write_requests(contract: Contract, tracks: TrackClient, track: Any, title: str) -> list[OperationRequest]:
    """Return the requests that create a track with this title and delete the track with this id."""
    return [
        make_operation_request(contract, "POST", PATH, {"json": tracks.body(title)}),
        make_operation_request(contract, "DELETE", track_path(track), {}),
    ]


def reads(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests with a safe method, at least one."""
    return at_least_one((one for one in operation_requests if one.only_reads), "no operation reads")


def writes(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests with another method, at least one."""
    return at_least_one((one for one in operation_requests if not one.only_reads), "no operation writes")
