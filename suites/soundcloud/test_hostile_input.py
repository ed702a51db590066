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
from tuningfork.apis.soundcloud.factories import make_playlist, make_track
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import bodies, forms, multiparts
from tuningfork.testing.robustness import in_turn, survives, survives_bodies, with_segment

from .support.error_scenarios import ask, nobodys
from .support.malformed_inputs import QUERIES, SEGMENTS, URLS, lists_of_tracks
from .support.operation_requests import Probe

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


@pytest.fixture(params=["api", pytest.param("me", marks=claim(needs=("user",)))])
def reads(request: pytest.FixtureRequest, probed: list[Probe]) -> tuple[Client, list[Probe]]:
    """Who reads, and all that it may read."""
    client: Client = request.getfixturevalue(request.param)
    wanted = [probe for probe in probed if probe.only_reads and probe.is_personal == (request.param == "me")]
    return client, wanted


@claim("SC-ERR-09")
@pytest.mark.parametrize("path", ODD_IDS_AT)
def test_an_odd_id_is_answered(api: Client, path: str) -> None:
    """Every odd text where an id belongs."""
    for segment in SEGMENTS:
        survives(api.raw("GET", path.format(segment)))


@claim("SC-ERR-09")
def test_odd_paths_are_answered(contract: Contract, anonymous: Client) -> None:
    """On every operation, in the place of its ids or below its path, without a token."""
    for operation, segment in in_turn(contract.operations, SEGMENTS, 4):
        survives(anonymous.raw(operation.method, with_segment(operation, segment)))


@claim("SC-ERR-09")
def test_odd_paths_of_reading_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """On every operation that reads, with a token."""
    client, probes = reads

    for probe, segment in in_turn(probes, SEGMENTS, 5):
        survives(client.raw("GET", with_segment(probe.operation, segment)))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_ids_of_writing_are_answered(me: Client, probed: list[Probe]) -> None:
    """On every operation that writes, with a user's token; nothing has such an id."""
    writes = [probe for probe in probed if not probe.only_reads and "{" in probe.operation.path]

    for probe, segment in in_turn(at_least_one(writes, "nothing is written by an id"), SEGMENTS, 12):
        target = with_segment(probe.operation, segment)
        survives(me.raw(probe.operation.method, target, [("Content-Type", JSON)], b"{}"))


@claim("SC-ERR-09")
def test_odd_parameters_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """For every documented parameter of every operation that reads, odd values in turn."""
    client, probes = reads
    places = [(probe, name) for probe in probes for name in _names(probe.operation)]

    for (probe, name), value in in_turn(places, values.VALUES, 2):
        survives(client.raw("GET", f"{probe.path}?{name}={value}"))
    for probe in probes:
        for value in ("9" * 10_000, "-1", "%C2%B2", "%00"):
            survives(client.raw("GET", f"{probe.path}?limit={value}"))


@claim("SC-ERR-09")
def test_odd_searches_are_answered(api: Client, contract: Contract) -> None:
    """Every odd value for every parameter of a search."""
    search = contract.find("GET", "/tracks")
    assert search is not None, "expected a search of tracks to be documented"

    for name, value in in_turn(_names(search), values.VALUES, 24):
        survives(api.raw("GET", f"/tracks?limit=1&{name}={value}"))
    for value in values.TIMES:
        survives(api.raw("GET", f"/tracks?limit=1&created_at[from]={value}"))
        survives(api.raw("GET", f"/tracks?limit=1&created_at[to]={value}"))
    for value in (*values.VALUES, *URLS):
        survives(api.raw("GET", f"/resolve?url={value}"))


@claim("SC-ERR-09")
def test_odd_parameters_without_a_token_are_answered(anonymous: Client, target: SoundCloudSettings) -> None:
    """Those of the consent page and of the widget's endpoint."""
    app = {"client_id": target.client_id, "redirect_uri": target.redirect_uri, "response_type": "code"}
    known = urlencode(app)

    for name, value in in_turn([*app, "scope", "display", "format"], values.VALUES, 12):
        survives(anonymous.raw("GET", f"/connect?{known}&{name}={value}"))
        survives(anonymous.raw("GET", f"/oembed?format=json&{name}={value}"))
    for value in (*values.VALUES, *URLS):
        survives(anonymous.raw("GET", f"/connect?{known}&state={value}"))
        survives(anonymous.raw("GET", f"/oembed?format=json&maxwidth={value}&url={value}"))


@claim("SC-ERR-09")
def test_odd_queries_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """Doubled, nested, broken, endless."""
    client, probes = reads

    for query in QUERIES:
        survives(client.raw("GET", f"{probes[0].path}?{query}"))
    for probe, query in in_turn(probes, QUERIES, 5):
        survives(client.raw("GET", f"{probe.path}?{query}"))


@claim("SC-ERR-09")
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_odd_fields_are_answered(reads: tuple[Client, list[Probe]], method: str) -> None:
    """Every odd header field on one operation, and some on each."""
    client, probes = reads

    for field in values.FIELDS:
        survives(client.raw(method, probes[0].path, [field]))
    for probe, field in in_turn(probes, values.FIELDS, 3):
        survives(client.raw(method, probe.path, [field]))


@claim("SC-ERR-09")
def test_odd_hosts_are_answered(api: Client, anonymous: Client) -> None:
    """With a token and without, asking for what is nobody's."""
    for host in values.HOSTS:
        for path in (nobodys("/users/{user_id}"), "/no-such-path", "/resolve?url=https://example.com/"):
            survives(api.raw("GET", path, [("Host", host)]))
        survives(anonymous.raw("GET", "/tracks", [("Host", host)]))
        survives(anonymous.raw("GET", "/connect", [("Host", host)]))


@claim("SC-ERR-09")
def test_odd_authorizations_are_answered(anonymous: Client, probed: list[Probe]) -> None:
    """Some on each operation, that write too."""
    for probe, value in in_turn(probed, values.AUTHORIZATIONS, 3):
        field = ("Authorization", value)
        survives(anonymous.raw(probe.operation.method, probe.path, [field]))
    for value in values.AUTHORIZATIONS:
        survives(anonymous.raw("GET", "/tracks", [("Authorization", value), ("Authorization", "OAuth x")]))


@claim("SC-ERR-09")
def test_odd_methods_are_answered(anonymous: Client, api: Client, probed: list[Probe]) -> None:
    """On every path without a token; the harmless ones with one too."""
    paths = sorted({probe.operation.path for probe in probed})

    for path, method in in_turn(paths, values.METHODS, 5):
        survives(anonymous.raw(method, nobodys(path)))
    for path, method in in_turn(paths, ("get", "HEAD", "OPTIONS", "TRACE", "Get"), 3):
        survives(api.raw(method, nobodys(path)))


@claim("SC-ERR-09")
def test_bodies_without_a_token_are_answered(anonymous: Client, contract: Contract) -> None:
    """On every operation, those that take none too."""
    odd = list(bodies("track", ("title",)))

    for operation, body in in_turn(contract.operations, odd, 4):
        survives(anonymous.raw(operation.method, nobodys(operation.path), [("Content-Type", JSON)], body))


@claim("SC-ERR-09")
def test_bodies_of_reading_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """A body where none belongs."""
    client, probes = reads
    odd = list(bodies("track", ("title",)))

    for probe, body in in_turn(probes, odd, 2):
        survives(ask(client, probe, content=body, headers={"Content-Type": JSON}))


@claim("SC-ERR-09")
@pytest.mark.parametrize("name", ["grant_type", "client_id", "refresh_token"])
def test_odd_token_requests_are_answered(anonymous: Client, name: str) -> None:
    """Forms for tokens, of every wrong sort."""
    rest = b"" if name == "grant_type" else b"grant_type=refresh_token&client_secret=x&"

    for form in forms(name):
        survives(anonymous.raw("POST", "/oauth2/token", [("Content-Type", FORM)], rest + form))
    for kind, body in multiparts(name, "asset_data"):
        survives(anonymous.raw("POST", "/oauth2/token", [("Content-Type", kind)], body))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_json_for_a_track_is_answered(me: Client, fresh: Callable[[str], str]) -> None:
    """Metadata of a track of one's own, and its comments."""
    track = f"/tracks/{make_track(me, fresh('song'))['id']}"

    survives_bodies(me, "PUT", track, JSON, bodies("track", TRACK))
    survives_bodies(me, "POST", f"{track}/comments", JSON, bodies("comment", COMMENT))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_json_for_a_playlist_is_answered(me: Client, fresh: Callable[[str], str]) -> None:
    """A new one, and one of one's own."""
    path = f"/playlists/{make_playlist(me, [], fresh('set'))['id']}"

    for method, where in (("POST", "/playlists"), ("PUT", path)):
        survives_bodies(me, method, where, JSON, bodies("playlist", PLAYLIST))
        survives_bodies(me, method, where, JSON, lists_of_tracks())


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_forms_for_a_track_are_answered(me: Client, fresh: Callable[[str], str]) -> None:
    """Uploads and metadata, as multipart and as other forms."""
    track = f"/tracks/{make_track(me, fresh('song'))['id']}"

    for method, where in (("POST", "/tracks"), ("PUT", track)):
        for kind, body in multiparts("track", "asset_data"):
            survives(me.raw(method, where, [("Content-Type", kind)], body))
        survives_bodies(me, method, where, FORM, islice(forms("track"), 12))
        survives_bodies(me, method, where, JSON, bodies("track", ("title",)))


@claim("SC-ERR-09", needs=("user", "write"))
def test_odd_bodies_of_likes_and_followings_are_answered(me: Client, probed: list[Probe]) -> None:
    """Where no body belongs, and of nobody's things."""
    odd = list(bodies("track", ("title",)))
    writes = [probe for probe in probed if not probe.only_reads and "{" in probe.operation.path]

    for probe, body in in_turn(at_least_one(writes, "nothing is written by an id"), odd, 8):
        path = nobodys(probe.operation.path)
        survives(me.raw(probe.operation.method, path, [("Content-Type", JSON)], body))


@claim("SC-ERR-09")
@given(text=st.text(max_size=40), name=st.sampled_from(["q", "ids", "genres", "tags", "access", "bpm[from]"]))
def test_any_search_is_answered(api: Client, text: str, name: str) -> None:
    """Whatever text is searched for."""
    survives(api.get("/tracks", params={name: text.encode("utf-8", "surrogatepass"), "limit": 1}))


@claim("SC-ERR-09", needs=("user", "write"))
@given(value=ODD_JSON, member=st.sampled_from([*TRACK, *PLAYLIST]))
def test_any_json_is_answered(me: Client, value: Any, member: str) -> None:
    """Whatever JSON is sent for a playlist that is nobody's, and for a new one without a title."""
    for body in ({"playlist": {member: value}}, {"playlist": value}, value):
        survives(me.put(nobodys("/playlists/{id}"), json=body))


def _names(operation: Operation) -> list[str]:
    """The documented parameters of its query, a range with both its ends; callback has SC-JSONP-02."""
    names = (one.name for one in operation.parameters if one.where == "query" and one.name != "callback")
    ends = {name: [f"{name}[from]", f"{name}[to]"] for name in ("bpm", "duration", "created_at")}
    return [end for name in names for end in ends.get(name, [name])]
