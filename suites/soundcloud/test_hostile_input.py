"""No request may cause a 500 (https://developers.soundcloud.com/docs/api/guide#errors)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
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
    assert_no_server_errors,
    replace_first_id,
)

from .support.error_scenarios import nonexistent_path, send_short
from .support.malformed_inputs import PATH_SEGMENTS, QUERIES, URLS, track_lists
from .support.operation_requests import OperationRequest

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ODD_IDS_AT = ("/{}", "/tracks/{}", "/playlists/{}", "/users/{}", "/users/{}/tracks", "/tracks/{}/comments")
TRACK = ("title", "description", "tag_list", "sharing", "license", "release_year", "permalink")
PLAYLIST = ("title", "description", "sharing", "tracks", "tag_list")
COMMENT = ("body", "timestamp")
ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest]
) -> tuple[Client, list[OperationRequest]]:
    """Who reads, and all that it may read."""
    client: Client = request.getfixturevalue(request.param)
    wanted = [
        probe
        for probe in operation_requests
        if probe.only_reads and probe.is_personal == (request.param == "user")
    ]
    return client, wanted


@claim("SC-ERR-09")
@pytest.mark.parametrize("path", ODD_IDS_AT)
def test_an_odd_id_is_answered(api: Client, path: str) -> None:
    """Every odd text where an id belongs."""
    for segment in PATH_SEGMENTS:
        assert_no_server_error(api.send_raw("GET", path.format(segment)))


@claim("SC-ERR-09")
def test_odd_paths_are_answered(
    contract: Contract, unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """On every operation, in the place of its ids or below its path, without a token."""
    for operation, segment in assign_inputs(contract.operations, PATH_SEGMENTS, 4):
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, replace_first_id(operation, segment))
        )


@claim("SC-ERR-09")
def test_odd_paths_of_reading_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """On every operation that reads, with a token."""
    client, probes = reads

    for probe, segment in assign_inputs(probes, PATH_SEGMENTS, 5):
        assert_no_server_error(client.send_raw("GET", replace_first_id(probe.operation, segment)))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_ids_of_writing_are_answered(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """On every operation that writes, with a user's token; nothing has such an id."""
    writes = [probe for probe in operation_requests if not probe.only_reads and "{" in probe.operation.path]

    for probe, segment in assign_inputs(
        at_least_one(writes, "nothing is written by an id"), PATH_SEGMENTS, 12
    ):
        target = replace_first_id(probe.operation, segment)
        assert_no_server_error(user.send_raw(probe.operation.method, target, [("Content-Type", JSON)], b"{}"))


@claim("SC-ERR-09")
def test_odd_parameters_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """For every documented parameter of every operation that reads, odd values in turn."""
    client, probes = reads
    places = [(probe, name) for probe in probes for name in _names(probe.operation)]

    for (probe, name), value in assign_inputs(places, values.QUERY_VALUES, 2):
        assert_no_server_error(client.send_raw("GET", f"{probe.path}?{name}={value}"))
    for probe in probes:
        for value in ("9" * 10_000, "-1", "%C2%B2", "%00"):
            assert_no_server_error(client.send_raw("GET", f"{probe.path}?limit={value}"))


@claim("SC-ERR-09")
def test_odd_searches_are_answered(api: Client, contract: Contract, assign_inputs: AssignInputs) -> None:
    """Every odd value for every parameter of a search."""
    search = contract.find("GET", "/tracks")
    assert search is not None, "expected a search of tracks to be documented"

    for name, value in assign_inputs(_names(search), values.QUERY_VALUES, 24):
        assert_no_server_error(api.send_raw("GET", f"/tracks?limit=1&{name}={value}"))
    for value in values.TIMES:
        assert_no_server_error(api.send_raw("GET", f"/tracks?limit=1&created_at[from]={value}"))
        assert_no_server_error(api.send_raw("GET", f"/tracks?limit=1&created_at[to]={value}"))
    for value in (*values.QUERY_VALUES, *URLS):
        assert_no_server_error(api.send_raw("GET", f"/resolve?url={value}"))


@claim("SC-ERR-09")
def test_odd_parameters_without_a_token_are_answered(
    unauthenticated: Client, settings: SoundCloudSettings, assign_inputs: AssignInputs
) -> None:
    """Those of the consent page and of the widget's endpoint."""
    app = {"client_id": settings.client_id, "redirect_uri": settings.redirect_uri, "response_type": "code"}
    known = urlencode(app)

    for name, value in assign_inputs([*app, "scope", "display", "format"], values.QUERY_VALUES, 12):
        assert_no_server_error(unauthenticated.send_raw("GET", f"/connect?{known}&{name}={value}"))
        assert_no_server_error(unauthenticated.send_raw("GET", f"/oembed?format=json&{name}={value}"))
    for value in (*values.QUERY_VALUES, *URLS):
        assert_no_server_error(unauthenticated.send_raw("GET", f"/connect?{known}&state={value}"))
        assert_no_server_error(
            unauthenticated.send_raw("GET", f"/oembed?format=json&maxwidth={value}&url={value}")
        )


@claim("SC-ERR-09")
def test_odd_queries_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """Doubled, nested, broken, endless."""
    client, probes = reads

    for query in QUERIES:
        assert_no_server_error(client.send_raw("GET", f"{probes[0].path}?{query}"))
    for probe, query in assign_inputs(probes, QUERIES, 5):
        assert_no_server_error(client.send_raw("GET", f"{probe.path}?{query}"))


@claim("SC-ERR-09")
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_odd_fields_are_answered(
    reads: tuple[Client, list[OperationRequest]], method: str, assign_inputs: AssignInputs
) -> None:
    """Every odd header field on one operation, and some on each."""
    client, probes = reads

    for field in values.HEADERS:
        assert_no_server_error(client.send_raw(method, probes[0].path, [field]))
    for probe, field in assign_inputs(probes, values.HEADERS, 3):
        assert_no_server_error(client.send_raw(method, probe.path, [field]))


@claim("SC-ERR-09")
def test_odd_hosts_are_answered(api: Client, unauthenticated: Client) -> None:
    """With a token and without, asking for what is nobody's."""
    for host in values.HOSTS:
        for path in (
            nonexistent_path("/users/{user_id}"),
            "/no-such-path",
            "/resolve?url=https://example.com/",
        ):
            assert_no_server_error(api.send_raw("GET", path, [("Host", host)]))
        assert_no_server_error(unauthenticated.send_raw("GET", "/tracks", [("Host", host)]))
        assert_no_server_error(unauthenticated.send_raw("GET", "/connect", [("Host", host)]))


@claim("SC-ERR-09")
def test_odd_authorizations_are_answered(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Some on each operation, that write too."""
    for probe, value in assign_inputs(operation_requests, values.AUTHORIZATIONS, 3):
        field = ("Authorization", value)
        assert_no_server_error(unauthenticated.send_raw(probe.operation.method, probe.path, [field]))
    for value in values.AUTHORIZATIONS:
        assert_no_server_error(
            unauthenticated.send_raw(
                "GET", "/tracks", [("Authorization", value), ("Authorization", "OAuth x")]
            )
        )


@claim("SC-ERR-09")
def test_odd_methods_are_answered(
    unauthenticated: Client,
    api: Client,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
) -> None:
    """On every path without a token; the harmless ones with one too."""
    paths = sorted({probe.operation.path for probe in operation_requests})

    for path, method in assign_inputs(paths, values.METHODS, 5):
        assert_no_server_error(unauthenticated.send_raw(method, nonexistent_path(path)))
    for path, method in assign_inputs(paths, ("get", "HEAD", "OPTIONS", "TRACE", "Get"), 3):
        assert_no_server_error(api.send_raw(method, nonexistent_path(path)))


@claim("SC-ERR-09")
def test_bodies_without_a_token_are_answered(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """On every operation, those that take none too."""
    odd = list(bodies("track", ("title",)))

    for operation, body in assign_inputs(contract.operations, odd, 4):
        assert_no_server_error(
            unauthenticated.send_raw(
                operation.method, nonexistent_path(operation.path), [("Content-Type", JSON)], body
            )
        )


@claim("SC-ERR-09")
def test_bodies_of_reading_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """A body where none belongs."""
    client, probes = reads
    odd = list(bodies("track", ("title",)))

    for probe, body in assign_inputs(probes, odd, 2):
        assert_no_server_error(send_short(client, probe, content=body, headers={"Content-Type": JSON}))


@claim("SC-ERR-09")
@pytest.mark.parametrize("name", ["grant_type", "client_id", "refresh_token"])
def test_odd_token_requests_are_answered(unauthenticated: Client, name: str) -> None:
    """Forms for tokens, of every wrong sort."""
    rest = b"" if name == "grant_type" else b"grant_type=refresh_token&client_secret=x&"

    for form in forms(name):
        assert_no_server_error(
            unauthenticated.send_raw("POST", "/oauth2/token", [("Content-Type", FORM)], rest + form)
        )
    for kind, body in multiparts(name, "asset_data"):
        assert_no_server_error(
            unauthenticated.send_raw("POST", "/oauth2/token", [("Content-Type", kind)], body)
        )


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_json_for_a_track_is_answered(user: Client, unique_name: Callable[[str], str]) -> None:
    """Metadata of a track of one's own, and its comments."""
    track = f"/tracks/{create_track(user, unique_name('song'))['id']}"

    assert_no_server_errors(user, "PUT", track, JSON, bodies("track", TRACK))
    assert_no_server_errors(user, "POST", f"{track}/comments", JSON, bodies("comment", COMMENT))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_json_for_a_playlist_is_answered(user: Client, unique_name: Callable[[str], str]) -> None:
    """A new one, and one of one's own."""
    path = f"/playlists/{create_playlist(user, [], unique_name('set'))['id']}"

    for method, where in (("POST", "/playlists"), ("PUT", path)):
        assert_no_server_errors(user, method, where, JSON, bodies("playlist", PLAYLIST))
        assert_no_server_errors(user, method, where, JSON, track_lists())


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_forms_for_a_track_are_answered(user: Client, unique_name: Callable[[str], str]) -> None:
    """Uploads and metadata, as multipart and as other forms."""
    track = f"/tracks/{create_track(user, unique_name('song'))['id']}"

    for method, where in (("POST", "/tracks"), ("PUT", track)):
        for kind, body in multiparts("track", "asset_data"):
            assert_no_server_error(user.send_raw(method, where, [("Content-Type", kind)], body))
        assert_no_server_errors(user, method, where, FORM, islice(forms("track"), 12))
        assert_no_server_errors(user, method, where, JSON, bodies("track", ("title",)))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_bodies_of_likes_and_followings_are_answered(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Where no body belongs, and of nobody's things."""
    odd = list(bodies("track", ("title",)))
    writes = [probe for probe in operation_requests if not probe.only_reads and "{" in probe.operation.path]

    for probe, body in assign_inputs(at_least_one(writes, "nothing is written by an id"), odd, 8):
        path = nonexistent_path(probe.operation.path)
        assert_no_server_error(user.send_raw(probe.operation.method, path, [("Content-Type", JSON)], body))


@claim("SC-ERR-09")
@given(text=st.text(max_size=40), name=st.sampled_from(["q", "ids", "genres", "tags", "access", "bpm[from]"]))
def test_any_search_is_answered(api: Client, text: str, name: str) -> None:
    """Whatever text is searched for."""
    assert_no_server_error(
        api.get("/tracks", params={name: text.encode("utf-8", "surrogatepass"), "limit": 1})
    )


@claim("SC-ERR-09", needs=("user", "write"))
@given(value=ODD_JSON, member=st.sampled_from([*TRACK, *PLAYLIST]))
def test_any_json_is_answered(user: Client, value: Any, member: str) -> None:
    """Whatever JSON is sent for a playlist that is nobody's, and for a new one without a title."""
    for body in ({"playlist": {member: value}}, {"playlist": value}, value):
        assert_no_server_error(user.put(nonexistent_path("/playlists/{id}"), json=body))


def _names(operation: Operation) -> list[str]:
    """The documented parameters of its query, a range with both its ends; callback has SC-JSONP-02."""
    names = (one.name for one in operation.parameters if one.location == "query" and one.name != "callback")
    ends = {name: [f"{name}[from]", f"{name}[to]"] for name in ("bpm", "duration", "created_at")}
    return [end for name in names for end in ends.get(name, [name])]
