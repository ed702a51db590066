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
    yield from (probe.send(client) for probe in operation_requests if not probe.is_public)


def unknown_credentials(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send every operation with a signature of unknown keys."""
    enveloped = (probe for probe in operation_requests if not probe.is_unversioned)
    yield from (
        probe.send(client.with_auth(auth))
        for probe, auth in assign_inputs(enveloped, UNKNOWN_CREDENTIALS, 1, SEED)
    )


def nonexistent_ids(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read every path with ids that do not exist."""
    for probe in operation_requests:
        if probe.only_reads and "{" in probe.operation.path and not probe.operation.path.startswith("/tag/"):
            yield from (
                client.get(expand_path(probe.operation.path, one)) for one in (*NONEXISTENT_IDS, "no-number")
            )


def undocumented_paths(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read undocumented paths at the root and below documented ones."""
    yield from (
        client.get(path) for path in unknown_paths([one for one in operation_requests if one.is_public])
    )


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
        yield from (
            probe.send(client, headers=accept) for probe in operation_requests if not probe.is_unversioned
        )


def deprecated_formats(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read every public resource in a deprecated format."""
    public = (probe for probe in operation_requests if probe.is_public)
    for probe, accept in assign_inputs(public, DEPRECATED_MEDIA_TYPES, 1, SEED):
        yield probe.send(client, headers={"Accept": accept})


def invalid_parameters(client: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Read lists with invalid pages and times, and search with invalid parameters."""
    public = (probe for probe in operation_requests if probe.is_public)
    for probe, query in assign_inputs(public, INVALID_PARAMETERS, 3, SEED):
        yield probe.send(client, params=dict([query]))
    yield from (client.get(f"/users{query}") for query in INVALID_SEARCHES)


ERROR_SCENARIOS: tuple[ErrorScenario, ...] = (
    missing_signature,
    unknown_credentials,
    nonexistent_ids,
    undocumented_paths,
    unsupported_methods,
    unsupported_versions,
    deprecated_formats,
    invalid_parameters,
)


def invalid_writes(me: Client, operation_requests: Sequence[OperationRequest]) -> Iterator[Response]:
    """Send writes of a user that lack a parameter or have an invalid one."""
    sound = {AUDIO_PARAMETER: audio_file()}
    for method, path, form in (
        ("POST", "/account/audio_clips", {"audio_clip[title]": "x"}),
        ("POST", "/account/audio_clips", sound),
        (
            "POST",
            "/account/audio_clips",
            {"audio_clip[title]": "x", AUDIO_PARAMETER: '{"chunked_attachment_id": 0}'},
        ),
        ("POST", "/playlists", {"title": "x"}),
        ("POST", "/attachments", {"attachment[size]": "x"}),
        ("POST", "/account/followings", {}),
        ("PUT", "/account", {"user[profile_description]": "x" * 256}),
    ):
        yield me.request(method, path, **multipart(form) if form else {})


def writes_to_nonexistent_ids(
    me: Client, operation_requests: Sequence[OperationRequest]
) -> Iterator[Response]:
    """Send writes of a user to ids that do not exist."""
    for probe in operation_requests:
        if not probe.only_reads and "{" in probe.operation.path:
            for one in (UNUSED_ID, "no-number"):
                yield me.request(probe.operation.method, expand_path(probe.operation.path, one))


USER_ERROR_SCENARIOS: tuple[ErrorScenario, ...] = (invalid_writes, writes_to_nonexistent_ids)


def writes_of_another_user(me: Client, clip: object, playlist: object) -> Iterator[Response]:
    """Send writes of a user to a clip and a playlist of another user."""
    yield me.put(f"/audio_clips/{clip}", form={"audio_clip[title]": "x"})
    yield me.delete(f"/audio_clips/{clip}")
    yield me.put(f"/playlists/{playlist}", form={"playlist[title]": "x"})
    yield me.post(f"/playlists/{playlist}/memberships", form={"playlist_membership[audio_clip_id]": clip})
    yield me.delete(f"/playlists/{playlist}")


def all_deprecated_formats(client: Client, probe: OperationRequest, contract: Contract) -> Iterator[Response]:
    """Send a request in each deprecated format: by Accept, by the suffix of its path and by `fmt`.

    A suffix is left out where the path would be that of another operation, such as featured.xml of a clip.

    """
    for accept in DEPRECATED_MEDIA_TYPES:
        yield probe.send(client, headers={"Accept": accept})
    given = list(dict(probe.arguments.get("params", {})).items())
    for end in DEPRECATED_FORMATS:
        path = f"{probe.path}.{end}"
        if contract.find(probe.operation.method, path) in (None, probe.operation):
            yield client.request(probe.operation.method, path, params=given)
        yield probe.send(client, params=[*given, ("fmt", end)])
