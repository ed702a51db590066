"""One request for each operation, to test how the API treats the client that sends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audiosocket.nonexistent_ids import unused_id
from tuningfork.apis.audiosocket.tracks import PATH, TrackClient, track_path
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one, ids
from tuningfork.testing.operation_requests import OperationRequest, make_operation_request


def safe_requests(contract: Contract, tracks: TrackClient) -> list[OperationRequest]:
    """Return a request for each operation; none creates a track (no title) or deletes one (unused id)."""
    taken = ids(tracks.list_all())
    nobody = unused_id(taken)
    tracks.client.mark_unused(nobody)
    return [
        make_operation_request(contract, "GET", PATH, {}),
        make_operation_request(contract, "GET", track_path(taken[0]), {}),
        make_operation_request(contract, "POST", PATH, {"json": {}}),
        make_operation_request(contract, "DELETE", track_path(nobody), {}),
    ]


def write_requests(contract: Contract, tracks: TrackClient, track: Any, title: str) -> list[OperationRequest]:
    """Return the requests that create a track with this title and delete the track with this id."""
    return [
        make_operation_request(contract, "POST", PATH, {"json": tracks.body(title)}),
        make_operation_request(contract, "DELETE", track_path(track), {}),
    ]


def reads(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests with a safe method, at least one."""
    return at_least_one((probe for probe in operation_requests if probe.only_reads), "no operation reads")


def writes(operation_requests: Iterable[OperationRequest]) -> list[OperationRequest]:
    """Return the requests with another method, at least one."""
    return at_least_one(
        (probe for probe in operation_requests if not probe.only_reads), "no operation writes"
    )


def expect_statuses(answers: Iterable[Response], allowed: Iterable[int]) -> list[Response]:
    """Return the responses; raise ExpectationFailed unless each has one of these statuses."""
    found = list(answers)
    others = [answer for answer in found if answer.status not in allowed]
    if others:
        expected = " or ".join(map(str, allowed))
        raise ExpectationFailed(f"{expected} from each", ", ".join(map(describe_response, others[:8])))
    return found


def describe_response(answer: Response) -> str:
    """Return the status of a response and the request that led to it, as text."""
    request = answer.exchange.request
    body = request.body[:60].decode("utf-8", "replace")
    return f"{answer.status} to {request.method} {request.url[:120]} {body}".rstrip()
