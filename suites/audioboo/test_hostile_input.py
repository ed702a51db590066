"""No request may cause a 5xx (Response Status Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.existing_ids import NOBODYS
from tuningfork.apis.audioboo.factories import (
    AUDIO,
    made,
    make_clip,
    make_membership,
    make_playlist,
    recording,
)
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import TEXTS, bodies, forms, multiparts
from tuningfork.testing.operation_requests import filled, parameters_of
from tuningfork.testing.payloads import multipart
from tuningfork.testing.robustness import in_turn, survives, with_segment

from .support.chunked_upload import first_chunk
from .support.malformed_inputs import AUTHORIZATIONS, CHUNKS, KEYS, NUMBERS, QUERIES
from .support.operation_requests import Probe
from .support.parameter_encodings import ENCODINGS, FORM, encoded

Fresh = Callable[[str], str]
ODD_IDS_AT = (
    "/{}",
    "/audio_clips/{}",
    "/audio_clips/{}.mp3",
    "/users/{}",
    "/tag/{}/audio_clips",
    "/playlists/{}",
)
LEGS = ("oauth_token", "oauth_verifier", "oauth_callback")
FIELDS = ("title", "description", "tag_list", "recorded_at", "uuid", "uploaded_image")
PLACES = ("location_latitude", "location_longitude", "location_accuracy")
SOMEWHERE = {f"audio_clip[{name}]": "1" for name in PLACES}
"""A place is read where all of it is there."""
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(params=["api", pytest.param("me", marks=claim(needs=("user",)))])
def reads(request: pytest.FixtureRequest, probed: list[Probe]) -> tuple[Client, list[Probe]]:
    """Who reads, and all that it may read."""
    client: Client = request.getfixturevalue(request.param)
    mine = request.param == "me"
    wanted = [probe for probe in probed if probe.only_reads and probe.is_personal == mine]
    return client, [probe for probe in wanted if not probe.is_apart]


@claim("AB-ERR-07")
def test_an_odd_id_is_answered(api: Client) -> None:
    """Every odd text where an id, a tag or a name belongs."""
    for segment, path in in_turn(values.SEGMENTS, ODD_IDS_AT, 2):
        survives(api.raw("GET", path.format(segment)))


@claim("AB-ERR-07")
def test_odd_paths_are_answered(contract: Contract, anonymous: Client) -> None:
    """On every operation, in the place of its ids or below its path."""
    for operation, segment in in_turn(contract.operations, values.SEGMENTS, 2):
        survives(anonymous.raw(operation.method, with_segment(operation, segment)))


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_ids_of_writing_are_answered(me: Client, probed: list[Probe]) -> None:
    """On every operation that writes, with a user's signature; nothing has such an id."""
    writes = [probe for probe in probed if not probe.only_reads and "{" in probe.operation.path]

    for probe, segment in in_turn(at_least_one(writes, "nothing is written by an id"), values.SEGMENTS, 4):
        survives(me.raw(probe.operation.method, with_segment(probe.operation, segment)))


@claim("AB-ERR-07")
def test_odd_parameters_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """For every documented parameter of every operation that reads, odd values in turn."""
    client, probes = reads

    for (probe, name), value in in_turn(parameters_of(probes), values.VALUES, 1):
        survives(client.raw("GET", f"{probe.path}?{name}={value}"))
    for probe in probes:
        survives(client.raw("GET", f"{probe.path}?page[number]=0"))


@claim("AB-ERR-07")
def test_every_odd_value_of_a_list_is_answered(api: Client) -> None:
    """Numbers that are none, times that never were, searches that match too much."""
    names = ("page[number]", "page[items]", "max_time", "find[query]", "callback", "fmt")
    for value, name in in_turn(values.VALUES, names, 3):
        survives(api.raw("GET", f"/audio_clips?{name}={value}"))


@claim("AB-ERR-07")
def test_odd_searches_for_a_user_are_answered(api: Client) -> None:
    """By name and by words."""
    for value, name in in_turn(values.VALUES, ("username", "query"), 1):
        survives(api.raw("GET", f"/users?find[{name}]={value}"))


@claim("AB-ERR-07")
def test_odd_queries_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """Doubled, nested, broken, endless."""
    client, probes = reads

    for query, probe in in_turn(QUERIES, probes, 1):
        survives(client.raw("GET", f"{probe.path}?{query}"))


@claim("AB-ERR-07")
def test_odd_fields_are_answered(reads: tuple[Client, list[Probe]]) -> None:
    """Every odd header field."""
    client, probes = reads

    for field, probe in in_turn(values.FIELDS, probes, 1):
        survives(client.raw(probe.operation.method, probe.path, [field]))


@claim("AB-ERR-07")
def test_odd_hosts_are_answered(anonymous: Client) -> None:
    """Of what is nobody's, and of the page on which a user decides."""
    for host in values.HOSTS:
        for path in (filled("/users/{user_id}", NOBODYS), "/no-such-path", "/account", "/oauth/authorize"):
            survives(anonymous.raw("GET", path, [("Host", host)]))


@claim("AB-ERR-07")
def test_odd_signatures_are_answered(anonymous: Client, probed: list[Probe]) -> None:
    """In the header and in the query, on each operation, those that write too."""
    for probe, value in in_turn(probed, AUTHORIZATIONS, 1):
        survives(anonymous.raw(probe.operation.method, probe.path, [("Authorization", value)]))
    for value, leg in in_turn(AUTHORIZATIONS, ("request_token", "access_token"), 1):
        survives(anonymous.raw("POST", f"/oauth/{leg}", [("Authorization", value)]))
        survives(anonymous.raw("GET", "/account", [("Authorization", value)]))
    for query, path in in_turn(KEYS, ("/account", "/audio_clips", "/sources/status"), 2):
        survives(anonymous.raw("GET", f"{path}?{query}"))


@claim("AB-ERR-07")
def test_odd_legs_are_answered(anonymous: Client) -> None:
    """Odd parameters of the three legs, unsigned, in the query and in a form."""
    for value, name in in_turn(values.VALUES, LEGS, 1):
        survives(anonymous.raw("GET", f"/oauth/authorize?{name}={value}"))
    for name, leg in in_turn(LEGS, ("request_token", "access_token"), 1):
        for form in islice(forms(name), LEGS.index(name), None, len(LEGS)):
            survives(anonymous.raw("POST", f"/oauth/{leg}", [("Content-Type", FORM)], form))


@claim("AB-ERR-07")
def test_odd_methods_are_answered(anonymous: Client, probed: list[Probe]) -> None:
    """On every path."""
    paths = sorted({probe.operation.path for probe in probed})

    for path, method in in_turn(paths, values.METHODS, 3):
        survives(anonymous.raw(method, filled(path, NOBODYS)))


@claim("AB-ERR-07")
def test_bodies_without_a_signature_are_answered(anonymous: Client, contract: Contract) -> None:
    """Of every sort, on every operation, those that take none too."""
    odd = list(_bodies("audio_clip", "title"))

    for operation, (kind, body) in in_turn(contract.operations, odd, 2):
        path = filled(operation.path, NOBODYS)
        survives(anonymous.raw(operation.method, path, [("Content-Type", kind)], body))


@claim("AB-ERR-07")
def test_odd_registrations_are_answered(anonymous: Client) -> None:
    """Of devices, in no scheme and in a broken one."""
    for kind, body in islice(_bodies("source", "unique_identifier"), 0, None, 3):
        survives(anonymous.raw("POST", "/sources/register", [("Content-Type", kind)], body))
    for query in KEYS:
        survives(anonymous.raw("POST", "/sources/register", [("Content-Type", FORM)], query.encode()))


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_bodies_of_a_clip_are_answered(me: Client, fresh: Fresh) -> None:
    """Uploads and changes, signed, as forms of every wrong sort."""
    clip = f"/audio_clips/{make_clip(me, fresh('clip'))['id']}"
    places = (("POST", "/account/audio_clips"), ("PUT", clip), ("POST", f"{clip}/comments"))

    for (kind, body), (method, path) in in_turn(_bodies("audio_clip", "title"), places, 1):
        survives(me.request(method, path, content=body, headers={"Content-Type": kind}))


@claim("AB-ERR-07", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_odd_fields_of_a_clip_are_answered(me: Client, fresh: Fresh, encoding: str) -> None:
    """Every field of a clip, a playlist, a comment and a profile's picture, in each encoding."""
    made_clip, made_list = make_clip(me, fresh("clip"))["id"], make_playlist(me, fresh("playlist"))["id"]
    clip, playlist = f"/audio_clips/{made_clip}", f"/playlists/{made_list}"
    membership = make_membership(me, made_list, made_clip)["id"]
    places = [
        *(("PUT", clip, f"audio_clip[{name}]") for name in (*FIELDS, *PLACES)),
        ("PUT", playlist, "playlist[title]"),
        ("POST", f"{clip}/comments", "comment[body]"),
        ("POST", f"{playlist}/memberships", "playlist_membership[audio_clip_id]"),
        ("POST", "/account/followings", "following_user_id"),
        ("PUT", "/account", "user[profile_picture_data]"),
        ("PUT", "/account", "user[profile_location]"),
        ("PUT", f"{playlist}/memberships/{membership}", "playlist_membership[position]"),
    ]
    odd = at_least_one((text for text in (*TEXTS, *NUMBERS) if "\ud800" not in text), "no text can be sent")
    odd = odd if encoding != "query" else [text[:2000] for text in odd]

    for (method, path, name), text in in_turn(places, odd, 2):
        beside = SOMEWHERE if name in SOMEWHERE else {}
        survives(me.request(method, path, **encoded(encoding, {**beside, name: text})))


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_times_and_positions_are_answered(me: Client, fresh: Fresh) -> None:
    """Days that never were, and places that no playlist has."""
    clip, playlist = make_clip(me, fresh("clip"))["id"], make_playlist(me, fresh("playlist"))["id"]
    member = f"/playlists/{playlist}/memberships/{make_membership(me, playlist, clip)['id']}"

    for time in map(unquote, values.TIMES):
        survives(me.put(f"/audio_clips/{clip}", form={"audio_clip[recorded_at]": time}))
    for number in NUMBERS:
        survives(me.put(member, form={"playlist_membership[position]": number}))


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_chunks_are_answered(me: Client, fresh: Fresh) -> None:
    """Attachments of no size and from nowhere, and clips of what was never sent."""
    for text in CHUNKS:
        for name in (AUDIO, "audio_clip[uploaded_image]"):
            fields = {"audio_clip[title]": fresh("clip"), name: text}
            survives(me.post("/account/audio_clips", **multipart(fields)))
    sent = {"attachment[size]": "9", "attachment[chunk_offset]": "0", "attachment[filename]": "x.wav"}
    chunk = {"attachment[chunk]": recording(b"x")}
    begun = made(first_chunk(me, b"x", 9), "attachment")["id"]

    for (number, name), path in in_turn(product(NUMBERS, sent), (NOBODYS, begun), 1):
        parts = {**sent, **chunk, name: number}
        survives(me.post("/attachments", **multipart(parts)))
        survives(me.put(f"/attachments/{path}", **multipart(parts)))


@claim("AB-ERR-07")
@given(text=ANY_TEXT, name=st.sampled_from(["find[query]", "find[username]", "max_time", "callback", "fmt"]))
def test_any_search_is_answered(api: Client, text: str, name: str) -> None:
    """Whatever text is searched for."""
    for path in ("/audio_clips", "/users"):
        survives(api.get(path, params={name: text}))


@claim("AB-ERR-07", needs=("user", "write"))
@given(
    text=ANY_TEXT,
    name=st.sampled_from(["audio_clip[title]", "playlist[title]", "comment[body]", "attachment[size]", ""]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_any_text_is_answered(me: Client, text: str, name: str, encoding: str) -> None:
    """Whatever is written to what is nobody's."""
    parameters: dict[str, Any] = {name or text: text}
    for method, path in (
        ("PUT", "/audio_clips/{}"),
        ("PUT", "/playlists/{}"),
        ("POST", "/audio_clips/{}/comments"),
    ):
        survives(me.request(method, path.format(NOBODYS), **encoded(encoding, parameters)))


def _bodies(resource: str, member: str) -> Iterator[tuple[str, bytes]]:
    """Bodies of every wrong sort, with their media types: JSON is one too, for nobody takes it."""
    yield from (("application/json", body) for body in bodies(resource, (member,)))
    yield from ((FORM, body) for body in forms(f"{resource}[{member}]"))
    yield from multiparts(resource, "uploaded_data")
