"""Errors (Response Status Codes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import pytest

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audioboo.envelope import (
    describe_response,
    envelope_body,
    expect_single_line_error,
    is_json_response,
)
from tuningfork.apis.audioboo.error_assertions import CODE, DESCRIPTION, assert_refused
from tuningfork.apis.audioboo.factories import create_clip, create_playlist, follow, object_in_body, upload
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.checks.information_disclosure import find_internals
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_requests import query_parameters
from tuningfork.testing.robustness import AssignInputs, replace_first_id
from tuningfork.testing.state_machine import expect_status_for_claim, for_claim

from .support.chunked_upload import send_first_chunk
from .support.error_scenarios import writes_of_another_user
from .support.malformed_inputs import LINES
from .support.operation_requests import OperationRequest
from .support.parameter_encodings import ENCODINGS, encode_parameters

Fresh = Callable[[str], str]
Refusals = Callable[[], list[Response]]
OUTAGES = (500, 502, 503)


@claim("AB-ERR-01")
def test_a_refusal_has_both_headers(refusals: Refusals) -> None:
    """An integer code, and a description, each once, whoever asks and for whatever."""
    for answer in _some(refusals()):
        assert_refused(answer)
        for name in (CODE, DESCRIPTION):
            found = answer.headers.all(name)
            assert len(found) == 1, f"expected {name} once, found {found} at {describe_response(answer)}"


@claim("AB-ERR-01", "AB-ERR-03", "AB-ERR-06", needs=("user", "user2", "write"))
def test_so_has_what_is_another_users(user: Client, other_user: Client, unique_name: Fresh) -> None:
    """Whatever may not be changed."""
    clip, playlist = (
        create_clip(other_user, unique_name("clip"))["id"],
        create_playlist(other_user, unique_name("playlist"))["id"],
    )

    answers = list(writes_of_another_user(user, clip, playlist))
    for answer in (one for one in answers if is_json_response(one)):
        with for_claim("AB-ERR-03"):
            _says_it_again(answer)
    for answer in answers:
        with for_claim("AB-ERR-06"):
            expect_single_line_error(answer)
        with for_claim("AB-ERR-01"):
            assert_refused(answer)


@claim("AB-ERR-02")
def test_a_success_has_neither_header(api: Client, operation_requests: list[OperationRequest]) -> None:
    """On all that anybody may read."""
    wanted = [
        probe
        for probe in operation_requests
        if probe.targets_existing and (probe.is_public or probe.is_unversioned)
    ]
    answers = [probe.send(api, headers=fields) for probe in wanted for fields in ({}, {"Accept": "*/*"})]

    for answer in _not_refused(answers):
        _has_no_error(answer)


@claim("AB-ERR-02")
def test_a_success_in_the_private_scheme_has_neither(
    service_client: Client, operation_requests: list[OperationRequest]
) -> None:
    """Signed by a service key."""
    wanted = [
        probe
        for probe in operation_requests
        if probe.targets_existing and probe.only_reads and not probe.is_unversioned
    ]

    for answer in _not_refused(probe.send(service_client) for probe in wanted):
        _has_no_error(answer)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user", "user2", "write"))
def test_success_has_the_status_of_what_was_done(
    user: Client, other_user: Client, unique_name: Fresh
) -> None:
    """201 for what was created, 200 for what was read, changed or deleted; and no header of an error."""
    for expected, answer in _done(user, other_user, unique_name):
        expect_status_for_claim(answer, "AB-ERR-04", *expected)
        with for_claim("AB-ERR-02"):
            _has_no_error(answer)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_success_is_the_same_in_each_encoding(user: Client, unique_name: Fresh, encoding: str) -> None:
    """201 for a playlist and a comment, 200 for a title."""
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"

    for status, method, path, name in (
        (201, "POST", "/playlists", "playlist[title]"),
        (201, "POST", f"{clip}/comments", "comment[body]"),
        (200, "PUT", clip, "audio_clip[title]"),
    ):
        answer = user.request(method, path, **encode_parameters(encoding, {name: unique_name("text")}))
        expect_status_for_claim(answer, "AB-ERR-04", status)
        with for_claim("AB-ERR-02"):
            _has_no_error(answer)


@claim("AB-ERR-02", "AB-ERR-04", needs=("user",))
def test_a_users_reading_succeeds(user: Client, operation_requests: list[OperationRequest]) -> None:
    """200, and neither header, at /account and everywhere else."""
    wanted = [
        probe
        for probe in operation_requests
        if probe.only_reads and probe.targets_existing and not probe.is_unversioned
    ]
    answers = [(probe, probe.send(user)) for probe in wanted]
    own = [answer for probe, answer in answers if probe.is_public or probe.is_personal]

    for answer in at_least_one(own, "there is nothing to read"):
        expect_status_for_claim(answer, "AB-ERR-04", 200)
    for answer in _not_refused(answer for _, answer in answers):
        with for_claim("AB-ERR-02"):
            _has_no_error(answer)


@claim("AB-ERR-03")
def test_the_body_says_the_error_again(refusals: Refusals) -> None:
    """The same code and description as the headers, where the answer is JSON."""
    for answer in _some([one for one in refusals() if is_json_response(one)]):
        _says_it_again(answer)


@claim("AB-ERR-05")
def test_a_server_failure_is_no_fault_of_the_request(
    controls: ControlsClient,
    api: Client,
    operation_requests: list[OperationRequest],
    assign_inputs: AssignInputs,
) -> None:
    """On every operation: the status as it is, neither header, and nothing of the inside."""
    for probe, status in assign_inputs(operation_requests, OUTAGES, 1):
        controls.outage(status)
        answer = probe.send(api)

        assert answer.status == status, f"expected {status}, found {describe_response(answer)}"
        _has_no_error(answer)
        assert find_internals(answer.text) is None, (
            f"expected nothing of the inside, found {find_internals(answer.text)}"
        )


@claim("AB-ERR-05")
@pytest.mark.parametrize("status", OUTAGES)
def test_a_server_failure_passes(controls: ControlsClient, api: Client, status: int) -> None:
    """Each of the announced requests fails, whatever was wrong with it, and the next one is served."""
    paths = ("/audio_clips", "/no-such-path", "/account", "/users?page[items]=x")
    before = [api.get(path).status for path in paths]
    controls.outage(status, len(paths))

    answers = [api.get(path) for path in paths]
    later = [api.get(path).status for path in paths]

    for answer in answers:
        answer.expect_status(status)
    for answer in answers:
        _has_no_error(answer)
    assert later == before, f"expected {before} again, found {later}"
    assert later[0] == 200, f"expected the clips again, found {later[0]}"


@claim("AB-ERR-05", needs=("user", "write"))
def test_what_fails_can_be_done_again(controls: ControlsClient, user: Client, unique_name: Fresh) -> None:
    """A title is changed when the failure is over."""
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"
    controls.outage(500, 1)

    statuses = [user.put(clip, form={"audio_clip[title]": "after"}).status for _ in range(2)]

    assert statuses == [500, 200], f"expected 500, then 200, found {statuses}"
    expect(object_in_body(user.get(clip).expect_ok(), "audio_clip")["title"], "after", "title")


@claim("AB-ERR-06")
def test_a_description_is_one_line(refusals: Refusals) -> None:
    """Of every sort of refusal."""
    for answer in _some(refusals()):
        expect_single_line_error(answer)


@claim("AB-ERR-06")
def test_nothing_is_injected_by_a_path(api: Client, contract: Contract, assign_inputs: AssignInputs) -> None:
    """By odd ids, tags and names, on every operation."""
    for operation, line in assign_inputs(contract.operations, LINES, 1):
        expect_single_line_error(api.send_raw(operation.method, replace_first_id(operation, line)))
    for line in LINES:
        for path in (f"/{line}", f"/users/{line}", f"/tag/{line}/audio_clips", f"/audio_clips.{line}"):
            expect_single_line_error(api.send_raw("GET", path))


@claim("AB-ERR-06")
def test_nothing_is_injected_by_a_parameter(
    api: Client, contract: Contract, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """By odd values of every documented parameter, and by odd names."""
    for (probe, name), line in assign_inputs(query_parameters(operation_requests), LINES, 1):
        expect_single_line_error(api.send_raw(probe.operation.method, f"{probe.path}?{name}={line}"))
    for line in LINES:
        expect_single_line_error(api.send_raw("GET", f"/audio_clips?{line}=x&callback={line}"))
        expect_single_line_error(api.send_raw("GET", f"/audio_clips?fmt={line}"))
        expect_single_line_error(api.send_raw("GET", f"/users?find[{line}]=x"))


@claim("AB-ERR-06")
def test_nothing_is_injected_by_a_header(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """By odd versions, formats and signatures, where no line ends may stand, but what stands for them."""
    fields = [(name, value.format(line)) for line in LINES for name, value in HEADERS]

    for probe, field in assign_inputs(operation_requests, fields, 1):
        expect_single_line_error(api.send_raw(probe.operation.method, probe.path, [field]))
    for field in fields:
        expect_single_line_error(api.send_raw("GET", "/account", [field]))


@claim("AB-ERR-06", needs=("user", "write"))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_is_injected_by_what_is_written(user: Client, unique_name: Fresh, encoding: str) -> None:
    """By odd texts where a number or a name belongs, in each encoding."""
    playlist = f"/playlists/{create_playlist(user, unique_name('playlist'))['id']}"
    odd = "x\r\nX-Odd: yes\r\n\r\n<b>\x00\x0b\x1b\x85\u2028\u560a\u560d"

    for method, path, name in (
        ("POST", f"{playlist}/memberships", "playlist_membership[audio_clip_id]"),
        ("POST", "/account/followings", "following_user_id"),
        ("POST", "/account/audio_clips", "audio_clip[title]"),
        ("POST", "/attachments", "attachment[size]"),
        ("PUT", playlist, "playlist[no_such]"),
        ("POST", "/playlists", odd),
    ):
        expect_single_line_error(user.request(method, path, **encode_parameters(encoding, {name: odd})))


HEADERS = (
    ("Accept", "application/json; version={}"),
    ("Accept", "application/{}"),
    ("Authorization", 'OAuth oauth_consumer_key="{0}", oauth_nonce="{0}"'),
    ("Content-Type", "application/{}"),
)


def _some(answers: list[Response]) -> list[Response]:
    return at_least_one(answers, "nothing was refused")


def _not_refused(answers: Iterable[Response]) -> list[Response]:
    """Those that are no fault of the request."""
    kept = (answer for answer in answers if not 400 <= answer.status < 500)
    return at_least_one(kept, "every request was refused")


def _has_no_error(answer: Response) -> None:
    """ExpectationFailed if what is no fault of the request has a header that says so."""
    found = {name: answer.headers[name] for name in (CODE, DESCRIPTION) if name in answer.headers}
    if found:
        raise ExpectationFailed("no header of an error", f"{found} at {describe_response(answer)}")


def _says_it_again(answer: Response) -> None:
    """ExpectationFailed unless body.error has the code and the description of the headers."""
    error = envelope_body(answer)["error"]
    found = (error.get("code"), error.get("description")) if isinstance(error, dict) else (None, None)
    code, description = (answer.headers.get(name, "").strip() for name in (CODE, DESCRIPTION))
    is_code = isinstance(found[0], int) and str(found[0]) == code
    if not is_code or not isinstance(found[1], str) or not _are_one(found[1], description):
        raise ExpectationFailed(
            f"body.error with {code} and {description!r}", f"{error!r} at {describe_response(answer)}"
        )


def _are_one(text: str, field: str) -> bool:
    """Whether a field has a text; spaces, line ends and letters beyond ASCII are written as may be."""
    plain = [" ".join(re.sub(r"[^!-~]", " ", one).split()) for one in (text, field)]
    return plain[0] == plain[1]


def _done(me: Client, other: Client, fresh: Fresh) -> Iterator[tuple[tuple[int, ...], Response]]:
    """What a user does, from making to deleting, with the statuses that it may have."""
    made, done, either = (201,), (200,), (200, 201)
    yield made, upload(me, {"title": fresh("clip")})
    clip, playlist = create_clip(me, fresh("clip"))["id"], create_playlist(me, fresh("playlist"))["id"]
    follow(me, theirs := fetch_account_or_skip(other)["id"])
    at_clip, at_playlist = f"/audio_clips/{clip}", f"/playlists/{playlist}"
    membership = me.post(f"{at_playlist}/memberships", form={"playlist_membership[audio_clip_id]": clip})
    comment = me.post(f"{at_clip}/comments", form={"comment[body]": fresh("comment")})
    yield from ((made, one) for one in (membership, comment, me.post(f"{at_clip}/favourites")))
    yield made, me.post("/playlists", form={"playlist[title]": fresh("playlist")})
    yield made, send_first_chunk(me, b"x", 9)
    yield either, me.post(f"{at_clip}/favourites")
    yield either, me.post("/account/followings", form={"following_user_id": theirs})
    yield done, me.put(at_clip, form={"audio_clip[title]": fresh("clip")})
    yield done, me.put(at_playlist, form={"playlist[title]": fresh("playlist")})
    yield from ((done, me.get(path)) for path in (at_clip, at_playlist, "/account", f"{at_clip}/comments"))
    yield done, me.delete("/account/followings", params={"following_user_id": theirs})
    yield done, me.delete(f"{at_clip}/favourites")
    if comment.status == 201:
        yield done, me.delete(f"{at_clip}/comments/{object_in_body(comment, 'comment')['id']}")
    yield from ((done, me.delete(path)) for path in (at_playlist, at_clip))
