"""No request may cause a 5xx (Response Status Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, product
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
from tuningfork.testing.robustness import (
    AssignInputs,
    assert_no_server_error,
    expect_no_server_errors,
    replace_first_id,
)

from .support.chunked_upload import send_first_chunk
from .support.malformed_inputs import AUTHORIZATIONS, CHUNKS, KEYS, NUMBERS, QUERIES
from .support.operation_requests import OperationRequest
from .support.parameter_encodings import ENCODINGS, FORM, encode_parameters

UniqueName = Callable[[str], str]
Reads = tuple[Client, list[OperationRequest]]
ID_PATHS = (
    "/{}",
    "/audio_clips/{}",
    "/audio_clips/{}.mp3",
    "/users/{}",
    "/tag/{}/audio_clips",
    "/playlists/{}",
)
LIST_PARAMETERS = ("page[number]", "page[items]", "max_time", "find[query]", "callback", "fmt")
OAUTH_PARAMETERS = ("oauth_token", "oauth_verifier", "oauth_callback")
OAUTH_STEPS = ("/oauth/request_token", "/oauth/access_token")
FIELDS = ("title", "description", "tag_list", "recorded_at", "uuid", "uploaded_image")
LOCATION_FIELDS = ("location_latitude", "location_longitude", "location_accuracy")
LOCATION = {f"audio_clip[{name}]": "1" for name in LOCATION_FIELDS}
"""A complete location: a server may ignore one of its fields alone."""
ATTACHMENT = {"attachment[size]": "9", "attachment[chunk_offset]": "0", "attachment[filename]": "x.wav"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(request: pytest.FixtureRequest, operation_requests: list[OperationRequest]) -> Reads:
    """(client, requests): the app with the public reads, and the user with those of /account."""
    client: Client = request.getfixturevalue(request.param)
    versioned = (one for one in operation_requests if one.only_reads and not one.is_unversioned)
    return client, [one for one in versioned if one.is_personal == (request.param == "user")]


@claim("AB-ERR-07")
def test_malformed_path_returns_no_5xx(
    api: Client, unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """In place of an id, a tag or a name, and below the path of each operation."""
    with expect_no_server_errors(api) as send:
        for segment, path in assign_inputs(values.PATH_SEGMENTS, ID_PATHS, 2):
            send("GET", path.format(segment))
    with expect_no_server_errors(unauthenticated) as send:
        for operation, segment in assign_inputs(contract.operations, values.PATH_SEGMENTS, 2):
            send(operation.method, replace_first_id(operation, segment))


@claim("AB-ERR-07", needs=("user", "write"))
def test_write_to_a_malformed_id_returns_no_5xx(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    by_id = [one for one in operation_requests if not one.only_reads and "{" in one.operation.path]
    writes = at_least_one(by_id, "no write has an id in its path")

    with expect_no_server_errors(user) as send:
        for request, segment in assign_inputs(writes, values.PATH_SEGMENTS, 4):
            send(request.operation.method, replace_first_id(request.operation, segment))


@claim("AB-ERR-07")
def test_malformed_parameter_returns_no_5xx(reads: Reads, assign_inputs: AssignInputs) -> None:
    """Values of every documented parameter, and malformed queries."""
    client, requests = reads

    with expect_no_server_errors(client) as send:
        for (request, name), value in assign_inputs(query_parameters(requests), values.QUERY_VALUES, 1):
            send("GET", f"{request.path}?{name}={value}")
        for request in requests:
            send("GET", f"{request.path}?page[number]=0")
        for query, request in assign_inputs(QUERIES, requests, 1):
            send("GET", f"{request.path}?{query}")


@claim("AB-ERR-07")
def test_every_malformed_value_of_a_list_returns_no_5xx(api: Client, assign_inputs: AssignInputs) -> None:
    with expect_no_server_errors(api) as send:
        for value, name in assign_inputs(values.QUERY_VALUES, LIST_PARAMETERS, 3):
            send("GET", f"/audio_clips?{name}={value}")
        for value, name in assign_inputs(values.QUERY_VALUES, ("username", "query"), 1):
            send("GET", f"/users?find[{name}]={value}")


@claim("AB-ERR-07")
def test_malformed_header_returns_no_5xx(reads: Reads, assign_inputs: AssignInputs) -> None:
    client, requests = reads

    with expect_no_server_errors(client) as send:
        for header, request in assign_inputs(values.HEADERS, requests, 1):
            send(request.operation.method, request.path, [header])


@claim("AB-ERR-07")
def test_malformed_host_returns_no_5xx(unauthenticated: Client) -> None:
    paths = (f"/users/{UNUSED_ID}", "/no-such-path", "/account", "/oauth/authorize")
    with expect_no_server_errors(unauthenticated) as send:
        for host, path in product(values.HOSTS, paths):
            send("GET", path, [("Host", host)])


@claim("AB-ERR-07")
def test_malformed_signature_returns_no_5xx(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """In the header and in the query, for every operation."""
    requests = [(one.operation.method, one.path) for one in operation_requests]
    requests += [*(("POST", step) for step in OAUTH_STEPS), ("GET", "/account")]

    with expect_no_server_errors(unauthenticated) as send:
        for (method, path), value in assign_inputs(requests, AUTHORIZATIONS, 2):
            send(method, path, [("Authorization", value)])
        for query, path in assign_inputs(KEYS, ("/account", "/audio_clips", "/sources/status"), 2):
            send("GET", f"{path}?{query}")


@claim("AB-ERR-07")
def test_malformed_oauth_parameter_returns_no_5xx(
    unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """Without a signature, in the query and in a form."""
    with expect_no_server_errors(unauthenticated) as send:
        for value, name in assign_inputs(values.QUERY_VALUES, OAUTH_PARAMETERS, 1):
            send("GET", f"/oauth/authorize?{name}={value}")
        for name, path in assign_inputs(OAUTH_PARAMETERS, OAUTH_STEPS, 1):
            for form in islice(forms(name), OAUTH_PARAMETERS.index(name), None, len(OAUTH_PARAMETERS)):
                send("POST", path, [("Content-Type", FORM)], form)


@claim("AB-ERR-07")
def test_unusual_method_returns_no_5xx(
    unauthenticated: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    paths = sorted({request.operation.path for request in operation_requests})

    with expect_no_server_errors(unauthenticated) as send:
        for path, method in assign_inputs(paths, values.METHODS, 3):
            send(method, expand_path(path, UNUSED_ID))


@claim("AB-ERR-07")
def test_malformed_body_without_a_signature_returns_no_5xx(
    unauthenticated: Client, contract: Contract, assign_inputs: AssignInputs
) -> None:
    """Also for operations without a body, and for the registration of a device."""
    clips = list(malformed_bodies("audio_clip", "title"))
    sources = [*islice(malformed_bodies("source", "unique_identifier"), 0, None, 3)]
    sources += [(FORM, query.encode()) for query in KEYS]

    with expect_no_server_errors(unauthenticated) as send:
        for operation, (media_type, body) in assign_inputs(contract.operations, clips, 2):
            path = expand_path(operation.path, UNUSED_ID)
            send(operation.method, path, [("Content-Type", media_type)], body)
        for media_type, body in sources:
            send("POST", "/sources/register", [("Content-Type", media_type)], body)


@claim("AB-ERR-07", needs=("user", "write"))
def test_malformed_body_of_a_write_returns_no_5xx(
    user: Client, unique_name: UniqueName, assign_inputs: AssignInputs
) -> None:
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    writes = (("POST", "/account/audio_clips"), ("PUT", clip), ("POST", f"{clip}/comments"))

    for (media_type, body), (method, path) in assign_inputs(
        malformed_bodies("audio_clip", "title"), writes, 1
    ):
        response = user.request(method, path, content=body, headers={"Content-Type": media_type})
        assert_no_server_error(response)


@claim("AB-ERR-07", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_malformed_text_of_a_write_returns_no_5xx(
    user: Client, unique_name: UniqueName, encoding: str, assign_inputs: AssignInputs
) -> None:
    """Of clips, playlists, comments, followings and profiles."""
    clip_id = create_clip(user, unique_name("clip"))["id"]
    playlist_id = create_playlist(user, unique_name("playlist"))["id"]
    membership = create_membership(user, playlist_id, clip_id)["id"]
    clip, playlist = f"/audio_clips/{clip_id}", f"/playlists/{playlist_id}"
    parameters = [
        *(("PUT", clip, f"audio_clip[{name}]") for name in (*FIELDS, *LOCATION_FIELDS)),
        ("PUT", playlist, "playlist[title]"),
        ("POST", f"{clip}/comments", "comment[body]"),
        ("POST", f"{playlist}/memberships", "playlist_membership[audio_clip_id]"),
        ("POST", "/account/followings", "following_user_id"),
        ("PUT", "/account", "user[profile_picture_data]"),
        ("PUT", "/account", "user[profile_location]"),
        ("PUT", f"{playlist}/memberships/{membership}", "playlist_membership[position]"),
    ]
    max_length = 2000 if encoding == "query" else None
    texts = [text[:max_length] for text in (*TEXTS, *NUMBERS) if "\ud800" not in text]

    for (method, path, name), text in assign_inputs(parameters, at_least_one(texts, "no texts"), 2):
        form = {**(LOCATION if name in LOCATION else {}), name: text}
        assert_no_server_error(user.request(method, path, **encode_parameters(encoding, form)))


@claim("AB-ERR-07", needs=("user", "write"))
def test_malformed_time_or_position_returns_no_5xx(user: Client, unique_name: UniqueName) -> None:
    clip = create_clip(user, unique_name("clip"))["id"]
    playlist = create_playlist(user, unique_name("playlist"))["id"]
    membership = f"/playlists/{playlist}/memberships/{create_membership(user, playlist, clip)['id']}"

    for time in map(unquote, values.TIMES):
        assert_no_server_error(user.put(f"/audio_clips/{clip}", form={"audio_clip[recorded_at]": time}))
    for number in NUMBERS:
        assert_no_server_error(user.put(membership, form={"playlist_membership[position]": number}))


@claim("AB-ERR-07", needs=("user", "write"))
def test_malformed_attachment_returns_no_5xx(
    user: Client, unique_name: UniqueName, assign_inputs: AssignInputs
) -> None:
    """Chunks with malformed sizes and offsets, and clips from malformed references to attachments."""
    for text, name in product(CHUNKS, (AUDIO_PARAMETER, "audio_clip[uploaded_image]")):
        parts = {"audio_clip[title]": unique_name("clip"), name: text}
        assert_no_server_error(user.post("/account/audio_clips", **multipart(parts)))
    attachment = created_object_or_skip(send_first_chunk(user, b"x", 9), "attachment")["id"]

    for (number, name), attachment_id in assign_inputs(
        product(NUMBERS, ATTACHMENT), (UNUSED_ID, attachment), 1
    ):
        chunk = {**ATTACHMENT, "attachment[chunk]": audio_file(b"x"), name: number}
        assert_no_server_error(user.post("/attachments", **multipart(chunk)))
        assert_no_server_error(user.put(f"/attachments/{attachment_id}", **multipart(chunk)))


@claim("AB-ERR-07")
@given(text=TEXT, name=st.sampled_from(["find[query]", "find[username]", "max_time", "callback", "fmt"]))
def test_random_search_returns_no_5xx(api: Client, text: str, name: str) -> None:
    for path in ("/audio_clips", "/users"):
        assert_no_server_error(api.get(path, params={name: text}))


@claim("AB-ERR-07", needs=("user", "write"))
@given(
    text=TEXT,
    name=st.sampled_from(["audio_clip[title]", "playlist[title]", "comment[body]", "attachment[size]", ""]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_random_text_of_a_write_returns_no_5xx(user: Client, text: str, name: str, encoding: str) -> None:
    """To resources that do not exist."""
    form = encode_parameters(encoding, {name or text: text})

    assert_no_server_error(user.put(f"/audio_clips/{UNUSED_ID}", **form))
    assert_no_server_error(user.put(f"/playlists/{UNUSED_ID}", **form))
    assert_no_server_error(user.post(f"/audio_clips/{UNUSED_ID}/comments", **form))


def malformed_bodies(resource: str, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield media types and malformed bodies; JSON is one of the types, since no operation accepts it."""
    yield from (("application/json", body) for body in bodies(resource, (name,)))
    yield from ((FORM, body) for body in forms(f"{resource}[{name}]"))
    yield from multiparts(resource, "uploaded_data")
