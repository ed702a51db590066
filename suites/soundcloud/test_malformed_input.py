"""No request may cause a 500 (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice, product
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import bodies, forms, multiparts
from tuningfork.testing.robustness import (
    AssignInputs,
    assert_no_server_error,
    expect_no_server_errors,
    replace_first_id,
)

from .support.malformed_inputs import PATH_SEGMENTS, QUERIES, URLS, track_lists
from .support.operation_requests import OperationRequest, nonexistent_path

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TRACK = ("title", "description", "tag_list", "sharing", "license", "release_year", "permalink")
PLAYLIST = ("title", "description", "sharing", "tracks", "tag_list")
COMMENT = ("body", "timestamp")
RANGES = ("bpm", "duration", "created_at")
TRACK_BODIES = list(bodies("track", ("title",)))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@claim("SC-ERR-09")
def test_malformed_path_without_token_returns_no_5xx(
    contract: Contract, unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """In place of the first id of every operation, or below its path."""
    with expect_no_server_errors(unauthenticated) as send:
        for operation, segment in assign_inputs(contract.operations, PATH_SEGMENTS, 4):
            send(operation.method, replace_first_id(operation, segment))


@claim("SC-ERR-09")
def test_malformed_path_of_a_read_returns_no_5xx(
    reader: Client, readable_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    requests = at_least_one(readable_requests, "no operation reads")

    with expect_no_server_errors(reader) as send:
        for request, segment in assign_inputs(requests, PATH_SEGMENTS, 5):
            send("GET", replace_first_id(request.operation, segment))


@claim("SC-ERR-09", needs=("user", "write"))
def test_malformed_id_of_a_write_returns_no_5xx(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """With malformed JSON, too; no resource has such an id."""
    by_id = [each for each in operation_requests if not each.only_reads and "{" in each.operation.path]
    writes = at_least_one(by_id, "no operation writes by an id")
    headers = [("Content-Type", JSON)]

    with expect_no_server_errors(user) as send:
        for write, segment in assign_inputs(writes, PATH_SEGMENTS, 12):
            send(write.method, replace_first_id(write.operation, segment), headers, b"{}")
        for write, body in assign_inputs(writes, TRACK_BODIES, 8):
            send(write.method, write.nonexistent_path, headers, body)


@claim("SC-ERR-09")
def test_malformed_parameter_returns_no_5xx(
    reader: Client, readable_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Of every operation that reads: each documented parameter, `limit`, and the whole query."""
    requests = at_least_one(readable_requests, "no operation reads")
    parameters = [(request, name) for request in requests for name in query_names(request.operation)]

    with expect_no_server_errors(reader) as send:
        for (request, name), value in assign_inputs(parameters, values.QUERY_VALUES, 2):
            send("GET", f"{request.path}?{name}={value}")
        for request in requests:
            for value in ("9" * 10_000, "-1", "%C2%B2", "%00"):
                send("GET", f"{request.path}?limit={value}")
        for request, query in assign_inputs(requests, QUERIES, 5):
            send("GET", f"{request.path}?{query}")


@claim("SC-ERR-09")
def test_malformed_search_or_url_returns_no_5xx(
    api: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    search = contract.find("GET", "/tracks")
    assert search is not None, "the search of tracks is not documented"

    with expect_no_server_errors(api) as send:
        for name, value in assign_inputs(query_names(search), values.QUERY_VALUES, 24):
            send("GET", f"/tracks?limit=1&{name}={value}")
        for value in values.TIMES:
            send("GET", f"/tracks?limit=1&created_at[from]={value}")
            send("GET", f"/tracks?limit=1&created_at[to]={value}")
        for query in QUERIES:
            send("GET", f"/tracks?{query}")
        for value in (*values.QUERY_VALUES, *URLS):
            send("GET", f"/resolve?url={value}")


@claim("SC-ERR-09")
def test_malformed_parameter_without_token_returns_no_5xx(
    unauthenticated: Client, settings: SoundCloudSettings, assign_inputs: AssignInputs
) -> None:
    """Of the consent page and of the oEmbed endpoint."""
    app = {"client_id": settings.client_id, "redirect_uri": settings.redirect_uri, "response_type": "code"}
    query = urlencode(app)

    with expect_no_server_errors(unauthenticated) as send:
        for name, value in assign_inputs([*app, "scope", "display", "format"], values.QUERY_VALUES, 12):
            send("GET", f"/connect?{query}&{name}={value}")
            send("GET", f"/oembed?format=json&{name}={value}")
        for value in (*values.QUERY_VALUES, *URLS):
            oembed = f"/oembed?format=json&maxwidth={value}&url={value}"
            send("GET", f"/connect?{query}&state={value}")
            send("GET", oembed)


@claim("SC-ERR-09")
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_malformed_header_returns_no_5xx(
    reader: Client, readable_requests: list[OperationRequest], method: str, assign_inputs: AssignInputs
) -> None:
    """Every header at one operation, some headers at each."""
    requests = at_least_one(readable_requests, "no operation reads")

    with expect_no_server_errors(reader) as send:
        for header in values.HEADERS:
            send(method, requests[0].path, [header])
        for request, header in assign_inputs(requests, values.HEADERS, 3):
            send(method, request.path, [header])


@claim("SC-ERR-09")
def test_malformed_host_returns_no_5xx(api: Client, unauthenticated: Client) -> None:
    unknown = nonexistent_path("/users/{user_id}")

    with expect_no_server_errors(api) as send:
        for host, path in product(
            values.HOSTS, (unknown, "/no-such-path", "/resolve?url=https://example.com/")
        ):
            send("GET", path, [("Host", host)])
    with expect_no_server_errors(unauthenticated) as send:
        for host, path in product(values.HOSTS, ("/tracks", "/connect")):
            send("GET", path, [("Host", host)])


@claim("SC-ERR-09")
def test_malformed_authorization_returns_no_5xx(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """At every operation, and beside a second header."""
    with expect_no_server_errors(unauthenticated) as send:
        for request, value in assign_inputs(operation_requests, values.AUTHORIZATIONS, 3):
            headers = [("Authorization", value)]
            send(request.method, request.path, headers)
        for value in values.AUTHORIZATIONS:
            headers = [("Authorization", value), ("Authorization", "OAuth x")]
            send("GET", "/tracks", headers)


@claim("SC-ERR-09")
def test_unusual_method_returns_no_5xx(
    unauthenticated: Client,
    api: Client,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
) -> None:
    """At every path without a token; methods that change nothing with a token, too."""
    paths = sorted({request.nonexistent_path for request in operation_requests})

    with expect_no_server_errors(unauthenticated) as send:
        for path, method in assign_inputs(paths, values.METHODS, 5):
            send(method, path)
    with expect_no_server_errors(api) as send:
        for path, method in assign_inputs(paths, ("get", "HEAD", "OPTIONS", "TRACE", "Get"), 3):
            send(method, path)


@claim("SC-ERR-09")
def test_malformed_body_without_token_returns_no_5xx(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """At every operation, also at those that have no body."""
    with expect_no_server_errors(unauthenticated) as send:
        for operation, body in assign_inputs(contract.operations, TRACK_BODIES, 4):
            send(operation.method, nonexistent_path(operation.path), [("Content-Type", JSON)], body)


@claim("SC-ERR-09")
@pytest.mark.parametrize("name", ["grant_type", "client_id", "refresh_token"])
def test_malformed_token_request_returns_no_5xx(unauthenticated: Client, name: str) -> None:
    start = b"" if name == "grant_type" else b"grant_type=refresh_token&client_secret=x&"

    with expect_no_server_errors(unauthenticated) as send:
        for form in forms(name):
            send("POST", "/oauth2/token", [("Content-Type", FORM)], start + form)
        for media_type, body in multiparts(name, "asset_data"):
            send("POST", "/oauth2/token", [("Content-Type", media_type)], body)


@claim("SC-ERR-09", needs=("user", "write"))
def test_malformed_track_returns_no_5xx(user: Client, unique_name: Callable[[str], str]) -> None:
    """Uploads, metadata and comments: in multipart bodies, other forms and JSON."""
    path = f"/tracks/{create_track(user, unique_name('track'))['id']}"

    typed_bodies = [
        *multiparts("track", "asset_data"),
        *((FORM, body) for body in islice(forms("track"), 12)),
        *((JSON, body) for body in bodies("track", TRACK)),
    ]

    for (method, target), (media_type, body) in product((("POST", "/tracks"), ("PUT", path)), typed_bodies):
        assert_no_server_error(user.send_raw(method, target, [("Content-Type", media_type)], body))
    for body in bodies("comment", COMMENT):
        assert_no_server_error(user.send_raw("POST", f"{path}/comments", [("Content-Type", JSON)], body))


@claim("SC-ERR-09", needs=("user", "write"))
def test_malformed_playlist_returns_no_5xx(user: Client, unique_name: Callable[[str], str]) -> None:
    path = f"/playlists/{create_playlist(user, [], unique_name('playlist'))['id']}"

    for method, target in (("POST", "/playlists"), ("PUT", path)):
        for body in chain(bodies("playlist", PLAYLIST), track_lists()):
            assert_no_server_error(user.send_raw(method, target, [("Content-Type", JSON)], body))


@claim("SC-ERR-09")
@given(text=st.text(max_size=40), name=st.sampled_from(["q", "ids", "genres", "tags", "access", "bpm[from]"]))
def test_random_search_returns_no_5xx(api: Client, text: str, name: str) -> None:
    query = {name: text.encode("utf-8", "surrogatepass"), "limit": 1}

    assert_no_server_error(api.get("/tracks", params=query))


@claim("SC-ERR-09", needs=("user", "write"))
@given(value=ANY_JSON, name=st.sampled_from([*TRACK, *PLAYLIST]))
def test_random_json_returns_no_5xx(user: Client, value: Any, name: str) -> None:
    """For a playlist that does not exist."""
    for body in ({"playlist": {name: value}}, {"playlist": value}, value):
        assert_no_server_error(user.put(nonexistent_path("/playlists/{id}"), json=body))


def query_names(operation: Operation) -> list[str]:
    """Return the documented query parameters, both ends of a range; SC-JSONP-02 tests `callback`."""
    names = [
        each.name for each in operation.parameters if each.location == "query" and each.name != "callback"
    ]
    ends = {name: [f"{name}[from]", f"{name}[to]"] for name in RANGES}
    return [end for name in names for end in ends.get(name, [name])]
