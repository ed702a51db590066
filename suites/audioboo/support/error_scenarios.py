"""Requests that return an error, by the reason of the error; no request changes a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tuningfork.apis.audioboo.existing_ids import UNUSED_ID
from tuningfork.apis.audioboo.factories import AUDIO_PARAMETER, audio_file
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.operation_requests import expand_path, paths_without_method, unknown_paths
from tuningfork.testing.payloads import multipart
from tuningfork.testing.robustness import assign_inputs

from .operation_requests import OperationRequest

DEPRECATED_MEDIA_TYPES = (
    "application/xml",
    "text/xml; version=1",
    "application/x-yaml",
    "text/yaml; version=1",
)
"""Values of Accept for deprecated formats."""
DEPRECATED_FORMATS = ("xml", "yaml")
"""Deprecated formats, as suffixes of a path and as values of `fmt`."""
INVALID_PARAMETERS = (
    *((name, value) for name in ("page[number]", "page[items]") for value in ("0", "-1", "x")),
    ("max_time", "x"),
    ("callback", "alert(1)"),
)
"""Invalid query parameters of lists."""
INVALID_SEARCHES = ("", "?find[username]=x&find[query]=x", "?find[query]=", "?find[other]=x", "?find=x")

UNKNOWN_CREDENTIALS = (
    OAuth1(Consumer("no-such-consumer", "x"), "no-such-token", "x"),
    PrivateKey("service", "no-such-key", "x"),
    PrivateKey("source", "no-such-key", "x"),
)

SEED = 0
"""The seed by which operations get invalid values."""

ErrorScenario = Callable[[Client, Sequence[OperationRequest]], Iterator[Response]]
"""Sends requests with the credentials of a client and yields their error responses."""


def missing_signature(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send every operation that is not public without a signature."""
    yield from (request.send(client) for request in operation_requests if not request.is_public)


def unknown_credentials(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send every operation with a signature of unknown keys."""
    versioned = (request for request in operation_requests if not request.is_unversioned)
    for request, auth in assign_inputs(versioned, UNKNOWN_CREDENTIALS, 1, SEED):
        yield request.send(client.with_auth(auth))


def read_nonexistent_ids(
    client: Client, operation_requests: Sequence[OperationRequest]
) -> Iterator[Response]:
    """Read every path with ids that do not exist; a tag always exists."""
    for request in operation_requests:
        path = request.operation.path
        if request.only_reads and "{" in path and not path.startswith("/tag/"):
            yield from (client.get(expand_path(path, id_)) for id_ in (*NONEXISTENT_IDS, "no-number"))


def undocumented_paths(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read undocumented paths at the root and below documented ones."""
    public = [request for request in operation_requests if request.is_public]
    yield from (client.get(path) for path in unknown_paths(public))


def unsupported_methods(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send methods that a path does not have."""
    for method in ("GET", "PATCH"):
        for path in paths_without_method(operation_requests, method):
            yield client.request(method, expand_path(path, UNUSED_ID))


def unsupported_versions(
    client: Client, operation_requests: Sequence[OperationRequest]
) -> Iterator[Response]:
    """Send every operation with an unknown and with a malformed version."""
    for version in ("999", "x"):
        accept = {"Accept": f"application/json; version={version}"}
        versioned = (request for request in operation_requests if not request.is_unversioned)
        yield from (request.send(client, headers=accept) for request in versioned)


def deprecated_formats(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read every public resource in a deprecated format."""
    public = (request for request in operation_requests if request.is_public)
    for request, accept in assign_inputs(public, DEPRECATED_MEDIA_TYPES, 1, SEED):
        yield request.send(client, headers={"Accept": accept})


def invalid_parameters(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read lists with invalid pages and times, and search with invalid parameters."""
    public = (request for request in operation_requests if request.is_public)
    for request, query in assign_inputs(public, INVALID_PARAMETERS, 3, SEED):
        yield request.send(client, params=dict([query]))
    yield from (client.get(f"/users{query}") for query in INVALID_SEARCHES)


ERROR_SCENARIOS: tuple[ErrorScenario, ...] = (
    missing_signature,
    unknown_credentials,
    read_nonexistent_ids,
    undocumented_paths,
    unsupported_methods,
    unsupported_versions,
    deprecated_formats,
    invalid_parameters,
)


def invalid_writes(user: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send writes of a user that lack a parameter or have an invalid one."""
    clips = "/account/audio_clips"
    unknown_attachment = {"audio_clip[title]": "x", AUDIO_PARAMETER: '{"chunked_attachment_id": 0}'}
    yield user.post(clips, **multipart({"audio_clip[title]": "x"}))
    yield user.post(clips, **multipart({AUDIO_PARAMETER: audio_file()}))
    yield user.post(clips, **multipart(unknown_attachment))
    yield user.post("/playlists", **multipart({"title": "x"}))
    yield user.post("/attachments", **multipart({"attachment[size]": "x"}))
    yield user.post("/account/followings")
    yield user.put("/account", **multipart({"user[profile_description]": "x" * 256}))


def writes_to_nonexistent_ids(
    user: Client, operation_requests: Sequence[OperationRequest]
) -> Iterator[Response]:
    """Send writes of a user to ids that do not exist."""
    for request in operation_requests:
        method, path = request.operation.method, request.operation.path
        if not request.only_reads and "{" in path:
            yield from (user.request(method, expand_path(path, id_)) for id_ in (UNUSED_ID, "no-number"))


USER_ERROR_SCENARIOS: tuple[ErrorScenario, ...] = (invalid_writes, writes_to_nonexistent_ids)


def writes_of_another_user(client: Client, clip: object, playlist: object) -> Iterator[Response]:
    """Send writes of a user to a clip and a playlist of another user."""
    yield client.put(f"/audio_clips/{clip}", form={"audio_clip[title]": "x"})
    yield client.delete(f"/audio_clips/{clip}")
    yield client.put(f"/playlists/{playlist}", form={"playlist[title]": "x"})
    yield client.post(f"/playlists/{playlist}/memberships", form={"playlist_membership[audio_clip_id]": clip})
    yield client.delete(f"/playlists/{playlist}")


def send_in_deprecated_formats(
    client: Client, request: OperationRequest, contract: Contract
) -> Iterator[Response]:
    """Send a request in each deprecated format: by Accept, by the suffix of its path and by `fmt`.

    A suffix is left out where the path would be that of another operation, such as featured.xml of a clip.
    """
    for accept in DEPRECATED_MEDIA_TYPES:
        yield request.send(client, headers={"Accept": accept})
    params = list(dict(request.arguments.get("params", {})).items())
    for suffix in DEPRECATED_FORMATS:
        path = f"{request.path}.{suffix}"
        if contract.find(request.operation.method, path) in (None, request.operation):
            yield client.request(request.operation.method, path, params=params)
        yield request.send(client, params=[*params, ("fmt", suffix)])
