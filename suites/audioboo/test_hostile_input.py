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
from tuningfork.apis.audioboo.existing_ids import UNUSED_ID
from tuningfork.apis.audioboo.factories import (
    AUDIO_PARAMETER,
    audio_file,
    create_clip,
    create_membership,
    create_playlist,
    created_object_or_skip,
)
from tuningfork.client.client import Client
from tuningfork.contract.openapi import Contract
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.malformed import values
from tuningfork.testing.malformed.bodies import TEXTS, bodies, forms, multiparts
from tuningfork.testing.operation_requests import expand_path, query_parameters
from tuningfork.testing.payloads import multipart
from tuningfork.testing.robustness import AssignInputs, assert_no_server_error, replace_first_id

from .support.chunked_upload import send_first_chunk
from .support.malformed_inputs import AUTHORIZATIONS, CHUNKS, KEYS, NUMBERS, QUERIES
from .support.operation_requests import OperationRequest
from .support.parameter_encodings import ENCODINGS, FORM, encode_parameters

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


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest]
) -> tuple[Client, list[OperationRequest]]:
    """Who reads, and all that it may read."""
    client: Client = request.getfixturevalue(request.param)
    mine = request.param == "user"
    wanted = [probe for probe in operation_requests if probe.only_reads and probe.is_personal == mine]
    return client, [probe for probe in wanted if not probe.is_unversioned]


@claim("AB-ERR-07")
def test_an_odd_id_is_answered(api: Client, assign_inputs: AssignInputs) -> None:
    """Every odd text where an id, a tag or a name belongs."""
    for segment, path in assign_inputs(values.PATH_SEGMENTS, ODD_IDS_AT, 2):
        assert_no_server_error(api.send_raw("GET", path.format(segment)))


@claim("AB-ERR-07")
def test_odd_paths_are_answered(
    contract: Contract, unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """On every operation, in the place of its ids or below its path."""
    for operation, segment in assign_inputs(contract.operations, values.PATH_SEGMENTS, 2):
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, replace_first_id(operation, segment))
        )


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_ids_of_writing_are_answered(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """On every operation that writes, with a user's signature; nothing has such an id."""
    writes = [probe for probe in operation_requests if not probe.only_reads and "{" in probe.operation.path]

    for probe, segment in assign_inputs(
        at_least_one(writes, "nothing is written by an id"), values.PATH_SEGMENTS, 4
    ):
        assert_no_server_error(
            user.send_raw(probe.operation.method, replace_first_id(probe.operation, segment))
        )


@claim("AB-ERR-07")
def test_odd_parameters_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """For every documented parameter of every operation that reads, odd values in turn."""
    client, probes = reads

    for (probe, name), value in assign_inputs(query_parameters(probes), values.QUERY_VALUES, 1):
        assert_no_server_error(client.send_raw("GET", f"{probe.path}?{name}={value}"))
    for probe in probes:
        assert_no_server_error(client.send_raw("GET", f"{probe.path}?page[number]=0"))


@claim("AB-ERR-07")
def test_every_odd_value_of_a_list_is_answered(api: Client, assign_inputs: AssignInputs) -> None:
    """Numbers that are none, times that never were, searches that match too much."""
    names = ("page[number]", "page[items]", "max_time", "find[query]", "callback", "fmt")
    for value, name in assign_inputs(values.QUERY_VALUES, names, 3):
        assert_no_server_error(api.send_raw("GET", f"/audio_clips?{name}={value}"))


@claim("AB-ERR-07")
def test_odd_searches_for_a_user_are_answered(api: Client, assign_inputs: AssignInputs) -> None:
    """By name and by words."""
    for value, name in assign_inputs(values.QUERY_VALUES, ("username", "query"), 1):
        assert_no_server_error(api.send_raw("GET", f"/users?find[{name}]={value}"))


@claim("AB-ERR-07")
def test_odd_queries_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """Doubled, nested, broken, endless."""
    client, probes = reads

    for query, probe in assign_inputs(QUERIES, probes, 1):
        assert_no_server_error(client.send_raw("GET", f"{probe.path}?{query}"))


@claim("AB-ERR-07")
def test_odd_fields_are_answered(
    reads: tuple[Client, list[OperationRequest]], assign_inputs: AssignInputs
) -> None:
    """Every odd header field."""
    client, probes = reads

    for field, probe in assign_inputs(values.HEADERS, probes, 1):
        assert_no_server_error(client.send_raw(probe.operation.method, probe.path, [field]))


@claim("AB-ERR-07")
def test_odd_hosts_are_answered(unauthenticated: Client) -> None:
    """Of what is nobody's, and of the page on which a user decides."""
    for host in values.HOSTS:
        for path in (
            expand_path("/users/{user_id}", UNUSED_ID),
            "/no-such-path",
            "/account",
            "/oauth/authorize",
        ):
            assert_no_server_error(unauthenticated.send_raw("GET", path, [("Host", host)]))


@claim("AB-ERR-07")
def test_odd_signatures_are_answered(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """In the header and in the query, on each operation, those that write too."""
    for probe, value in assign_inputs(operation_requests, AUTHORIZATIONS, 1):
        assert_no_server_error(
            unauthenticated.send_raw(probe.operation.method, probe.path, [("Authorization", value)])
        )
    for value, leg in assign_inputs(AUTHORIZATIONS, ("request_token", "access_token"), 1):
        assert_no_server_error(unauthenticated.send_raw("POST", f"/oauth/{leg}", [("Authorization", value)]))
        assert_no_server_error(unauthenticated.send_raw("GET", "/account", [("Authorization", value)]))
    for query, path in assign_inputs(KEYS, ("/account", "/audio_clips", "/sources/status"), 2):
        assert_no_server_error(unauthenticated.send_raw("GET", f"{path}?{query}"))


@claim("AB-ERR-07")
def test_odd_legs_are_answered(unauthenticated: Client, assign_inputs: AssignInputs) -> None:
    """Odd parameters of the three oauth1_flow, unsigned, in the query and in a form."""
    for value, name in assign_inputs(values.QUERY_VALUES, LEGS, 1):
        assert_no_server_error(unauthenticated.send_raw("GET", f"/oauth/authorize?{name}={value}"))
    for name, leg in assign_inputs(LEGS, ("request_token", "access_token"), 1):
        for form in islice(forms(name), LEGS.index(name), None, len(LEGS)):
            assert_no_server_error(
                unauthenticated.send_raw("POST", f"/oauth/{leg}", [("Content-Type", FORM)], form)
            )


@claim("AB-ERR-07")
def test_odd_methods_are_answered(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """On every path."""
    paths = sorted({probe.operation.path for probe in operation_requests})

    for path, method in assign_inputs(paths, values.METHODS, 3):
        assert_no_server_error(unauthenticated.send_raw(method, expand_path(path, UNUSED_ID)))


@claim("AB-ERR-07")
def test_bodies_without_a_signature_are_answered(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """Of every sort, on every operation, those that take none too."""
    odd = list(_bodies("audio_clip", "title"))

    for operation, (kind, body) in assign_inputs(contract.operations, odd, 2):
        path = expand_path(operation.path, UNUSED_ID)
        assert_no_server_error(
            unauthenticated.send_raw(operation.method, path, [("Content-Type", kind)], body)
        )


@claim("AB-ERR-07")
def test_odd_registrations_are_answered(unauthenticated: Client) -> None:
    """Of devices, in no scheme and in a broken one."""
    for kind, body in islice(_bodies("source", "unique_identifier"), 0, None, 3):
        assert_no_server_error(
            unauthenticated.send_raw("POST", "/sources/register", [("Content-Type", kind)], body)
        )
    for query in KEYS:
        assert_no_server_error(
            unauthenticated.send_raw("POST", "/sources/register", [("Content-Type", FORM)], query.encode())
        )


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_bodies_of_a_clip_are_answered(
    user: Client, unique_name: Fresh, assign_inputs: AssignInputs
) -> None:
    """Uploads and changes, signed, as forms of every wrong sort."""
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    places = (("POST", "/account/audio_clips"), ("PUT", clip), ("POST", f"{clip}/comments"))

    for (kind, body), (method, path) in assign_inputs(_bodies("audio_clip", "title"), places, 1):
        assert_no_server_error(user.request(method, path, content=body, headers={"Content-Type": kind}))


@claim("AB-ERR-07", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_odd_fields_of_a_clip_are_answered(
    user: Client, unique_name: Fresh, encoding: str, assign_inputs: AssignInputs
) -> None:
    """Every field of a clip, a playlist, a comment and a profile's picture, in each encoding."""
    made_clip, made_list = (
        create_clip(user, unique_name("clip"))["id"],
        create_playlist(user, unique_name("playlist"))["id"],
    )
    clip, playlist = f"/audio_clips/{made_clip}", f"/playlists/{made_list}"
    membership = create_membership(user, made_list, made_clip)["id"]
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

    for (method, path, name), text in assign_inputs(places, odd, 2):
        beside = SOMEWHERE if name in SOMEWHERE else {}
        assert_no_server_error(
            user.request(method, path, **encode_parameters(encoding, {**beside, name: text}))
        )


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_times_and_positions_are_answered(user: Client, unique_name: Fresh) -> None:
    """Days that never were, and places that no playlist has."""
    clip, playlist = (
        create_clip(user, unique_name("clip"))["id"],
        create_playlist(user, unique_name("playlist"))["id"],
    )
    member = f"/playlists/{playlist}/memberships/{create_membership(user, playlist, clip)['id']}"

    for time in map(unquote, values.TIMES):
        assert_no_server_error(user.put(f"/audio_clips/{clip}", form={"audio_clip[recorded_at]": time}))
    for number in NUMBERS:
        assert_no_server_error(user.put(member, form={"playlist_membership[position]": number}))


@claim("AB-ERR-07", needs=("user", "write"))
def test_odd_chunks_are_answered(user: Client, unique_name: Fresh, assign_inputs: AssignInputs) -> None:
    """Attachments of no size and from nowhere, and clips of what was never sent."""
    for text in CHUNKS:
        for name in (AUDIO_PARAMETER, "audio_clip[uploaded_image]"):
            fields = {"audio_clip[title]": unique_name("clip"), name: text}
            assert_no_server_error(user.post("/account/audio_clips", **multipart(fields)))
    sent = {"attachment[size]": "9", "attachment[chunk_offset]": "0", "attachment[filename]": "x.wav"}
    chunk = {"attachment[chunk]": audio_file(b"x")}
    begun = created_object_or_skip(send_first_chunk(user, b"x", 9), "attachment")["id"]

    for (number, name), path in assign_inputs(product(NUMBERS, sent), (UNUSED_ID, begun), 1):
        parts = {**sent, **chunk, name: number}
        assert_no_server_error(user.post("/attachments", **multipart(parts)))
        assert_no_server_error(user.put(f"/attachments/{path}", **multipart(parts)))


@claim("AB-ERR-07")
@given(text=ANY_TEXT, name=st.sampled_from(["find[query]", "find[username]", "max_time", "callback", "fmt"]))
def test_any_search_is_answered(api: Client, text: str, name: str) -> None:
    """Whatever text is searched for."""
    for path in ("/audio_clips", "/users"):
        assert_no_server_error(api.get(path, params={name: text}))


@claim("AB-ERR-07", needs=("user", "write"))
@given(
    text=ANY_TEXT,
    name=st.sampled_from(["audio_clip[title]", "playlist[title]", "comment[body]", "attachment[size]", ""]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_any_text_is_answered(user: Client, text: str, name: str, encoding: str) -> None:
    """Whatever is written to what is nobody's."""
    parameters: dict[str, Any] = {name or text: text}
    for method, path in (
        ("PUT", "/audio_clips/{}"),
        ("PUT", "/playlists/{}"),
        ("POST", "/audio_clips/{}/comments"),
    ):
        assert_no_server_error(
            user.request(method, path.format(UNUSED_ID), **encode_parameters(encoding, parameters))
        )


def _bodies(resource: str, member: str) -> Iterator[tuple[str, bytes]]:
    """Bodies of every wrong sort, with their media types: JSON is one too, for nobody takes it."""
    yield from (("application/json", body) for body in bodies(resource, (member,)))
    yield from ((FORM, body) for body in forms(f"{resource}[{member}]"))
    yield from multiparts(resource, "uploaded_data")
