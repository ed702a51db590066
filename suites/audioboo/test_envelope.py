"""The envelope of an answer, and its format (Response Envelope, Response Encoding)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audioboo.envelope import (
    BODY_PROPERTIES,
    ENVELOPE_PROPERTIES,
    LISTS,
    describe_response,
    envelope_body,
    integer_property,
    is_json_response,
    is_unsupported_version_error,
    iter_property_names,
    parse_date_header,
    structure,
)
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.existing_ids import UNUSED_ID
from tuningfork.apis.audioboo.factories import create_clip, create_comment, create_playlist, upload
from tuningfork.apis.audioboo.lookup import fetch_clip
from tuningfork.apis.audioboo.pagination import page_query, read_totals
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.checks.jsonp import CALLBACK_NAMES as CALLBACKS
from tuningfork.checks.jsonp import INVALID_CALLBACKS, SCRIPT_DELIMITERS, expect_call, expect_no_script
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.robustness import AssignInputs
from tuningfork.testing.state_machine import for_claim

from .support.error_scenarios import all_deprecated_formats, nonexistent_ids, writes_to_nonexistent_ids
from .support.operation_requests import OperationRequest

Fresh = Callable[[str], str]
APART = 300
"""Seconds by which timestamp and Date may differ."""
JSON = (None, "*/*", "application/json", "application/json; charset=utf-8", "application/*")


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest]
) -> tuple[Client, list[OperationRequest]]:
    """Who reads, and what there is for them: for anybody what is public, for the first user /account."""
    client: Client = request.getfixturevalue(request.param)
    return client, [probe for probe in operation_requests if _is_for(probe, request.param)]


@pytest.fixture
def answers(reads: tuple[Client, list[OperationRequest]]) -> list[Response]:
    """An answer of each operation that reads."""
    client, probes = reads
    return [probe.send(client) for probe in probes]


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def test_an_answer_is_in_its_envelope(answers: list[Response]) -> None:
    """Version and timestamp, a body with what was asked for, and nothing beside."""
    for answer in answers:
        with for_claim("AB-ENV-03"):
            known = BODY_PROPERTIES & envelope_body(answer.expect_ok()).keys()
            if not known:
                raise ExpectationFailed(
                    f"one of {sorted(BODY_PROPERTIES)} in the body", describe_response(answer)
                )
        _is_enveloped(answer)


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04")
def test_a_refusal_is_in_its_envelope(refusals: Callable[[], list[Response]]) -> None:
    """Whatever is refused, and why: where it is JSON, it is as any answer."""
    for answer in _in_json(refusals()):
        _is_enveloped(answer)


@claim("AB-ENV-01", "AB-ENV-03", "AB-ENV-04", needs=("user", "user2", "write"))
def test_what_writing_answers_is_in_its_envelope(
    user: Client, other_user: Client, operation_requests: list[OperationRequest], unique_name: Fresh
) -> None:
    """In making, changing and deleting, and in what is refused to a user."""
    for answer in _in_json(
        [*_written(user, other_user, unique_name), *writes_to_nonexistent_ids(user, operation_requests)]
    ):
        _is_enveloped(answer)


@claim("AB-ENV-02")
def test_the_timestamp_is_the_time(api: Client, operation_requests: list[OperationRequest]) -> None:
    """In seconds, by the Date header, on every operation and outcome; it never goes back."""
    answers = [probe.send(api) for probe in operation_requests if not probe.is_unversioned]

    _keep_time(
        [*answers, *nonexistent_ids(api, operation_requests), *(api.get("/audio_clips") for _ in range(5))]
    )


@claim("AB-ENV-02", needs=("user", "write"))
def test_so_it_is_in_writing(user: Client, other_user: Client, unique_name: Fresh) -> None:
    """One write after another."""
    _keep_time(list(_written(user, other_user, unique_name)))


@claim("AB-ENV-02", needs=("control:clock",))
def test_the_timestamp_goes_on_with_the_clock(
    controls: ControlsClient, api: Client, operation_requests: list[OperationRequest]
) -> None:
    """As Date does, on every operation."""
    seconds = 40 * 24 * 3600
    wanted = [probe for probe in operation_requests if not probe.is_unversioned]
    before = [probe.send(api) for probe in wanted]

    controls.clock(seconds)
    after = [probe.send(api) for probe in wanted]

    _keep_time([*before, *after])
    pairs = [
        (one, two)
        for one, two in zip(before, after, strict=True)
        if is_json_response(one) and is_json_response(two)
    ]
    for early, late in at_least_one(pairs, "no answer is JSON both times"):
        gone = integer_property(late, "timestamp") - integer_property(early, "timestamp")
        assert gone >= seconds, f"expected {seconds} seconds later, found {gone} at {describe_response(late)}"


@claim("AB-ENV-05")
@pytest.mark.parametrize("accept", JSON)
def test_json_is_the_default(reads: tuple[Client, list[OperationRequest]], accept: str | None) -> None:
    """200 or error 800, it is JSON and says so."""
    client, probes = reads

    for probe in probes:
        answer = probe.send(client, headers={"Accept": accept})
        assert answer.status == 200 or is_unsupported_version_error(answer), (
            f"expected 200 or 800, found {describe_response(answer)}"
        )
        _says_json(answer)


@claim("AB-ENV-05")
@pytest.mark.parametrize("version", ["1", "999"])
def test_a_version_of_json_is_json(
    api: Client, operation_requests: list[OperationRequest], version: str
) -> None:
    """What is served and what is out of date."""
    accept = {"Accept": f"application/json; version={version}"}
    answers = [probe.send(api, headers=accept) for probe in operation_requests if probe.is_public]
    served = [answer for answer in answers if answer.status == 200 or is_unsupported_version_error(answer)]

    for answer in at_least_one(served, f"version {version} is neither served nor out of date"):
        _says_json(answer)


@claim("AB-ENV-06")
def test_a_deprecated_format_is_refused_or_ignored(
    reads: tuple[Client, list[OperationRequest]], contract: Contract
) -> None:
    """On every operation that reads, by Accept, by the end of the path and by fmt: 4xx, or JSON."""
    client, probes = reads

    for probe in probes:
        for answer in all_deprecated_formats(client, probe, contract):
            if answer.status == 200:
                _says_json(answer)
                _is_enveloped(answer)
            else:
                assert_refused(answer)


@claim("AB-ENV-06")
@pytest.mark.parametrize("accept", ["application/xml", "text/yaml; version=1"])
def test_writing_in_a_deprecated_format_is_refused(
    api: Client, operation_requests: list[OperationRequest], accept: str
) -> None:
    """Without a signature it is refused in any format."""
    others = [probe for probe in operation_requests if not (probe.is_public or probe.is_unversioned)]

    for probe in at_least_one(others, "every operation is public"):
        assert_refused(probe.send(api, headers={"Accept": accept}))


@claim("AB-ENV-06", needs=("user", "write"))
@pytest.mark.parametrize("accept", ["application/xml", "application/x-yaml; version=1"])
def test_what_is_written_is_never_told_in_it(user: Client, unique_name: Fresh, accept: str) -> None:
    """A title is changed and told in JSON, or neither."""
    clip = create_clip(user, before := unique_name("before"))["id"]

    answer = user.put(f"/audio_clips/{clip}", form={"audio_clip[title]": "after"}, headers={"Accept": accept})

    if answer.status == 200:
        _says_json(answer)
    else:
        assert_refused(answer)
    title = fetch_clip(user, clip)["title"]
    expected = "after" if answer.status == 200 else before
    assert title == expected, f"expected {expected!r} after {answer.status}, found {title!r}"


@claim("AB-ENV-07")
def test_every_answer_can_be_a_call(reads: tuple[Client, list[OperationRequest]]) -> None:
    """The whole envelope, as it is without a callback."""
    client, probes = reads

    for probe, name in zip(probes, cycle(CALLBACKS), strict=False):
        _calls(client, probe, name)


@claim("AB-ENV-07")
def test_every_page_can_be_a_call(api: Client) -> None:
    """The later ones too, and one past the end."""
    answers = [api.get("/audio_clips", callback="f", **page_query(number, 2)) for number in (2, 3, 9_999)]
    pages = [answer for answer in answers if answer.status == 200]

    for answer in at_least_one(pages, "no later page is answered 200"):
        expect_call(answer.exchange, "f")


@claim("AB-ENV-07")
@pytest.mark.parametrize("name", CALLBACKS)
def test_any_name_can_be_called(api: Client, operation_requests: list[OperationRequest], name: str) -> None:
    """Names as libraries make them up; a browser says that it takes everything."""
    _calls(api, _clips(operation_requests), name)
    answer = _asked(api, _clips(operation_requests), name, accept="*/*")
    if answer.status == 200:
        expect_call(answer.exchange, name)
    else:
        answer.expect_client_error()


@claim("AB-ENV-07", "AB-ENV-08")
@pytest.mark.parametrize("name", ["a.b", "jQuery.fn.done", "$.cb"])
def test_a_name_with_dots_is_called_whole_or_not_at_all(
    api: Client, operation_requests: list[OperationRequest], name: str
) -> None:
    """It may be taken for a name or for none, but not for another one."""
    answer = _asked(api, _clips(operation_requests), name)

    if answer.status != 200:
        with for_claim("AB-ENV-08"):
            assert_refused(answer)
    elif is_json_response(answer) and strip_jsonp(answer.text) is None:
        with for_claim("AB-ENV-08"):
            expect_no_script(answer.exchange, name)
    else:
        with for_claim("AB-ENV-07"):
            expect_call(answer.exchange, name)


@claim("AB-ENV-07", needs=("user", "write"))
@pytest.mark.parametrize("odd", SCRIPT_DELIMITERS, ids=ascii)
def test_data_stays_data(user: Client, unique_name: Fresh, odd: str) -> None:
    """What would end a line, a string, a call or a script comes through as text."""
    clip = create_clip(user, f"{unique_name('clip')} {odd} end")["id"]
    plain = user.get(f"/audio_clips/{clip}").expect_ok()

    answer = user.get(f"/audio_clips/{clip}", callback="f")

    called = expect_call(answer.exchange, "f")
    title = called["body"]["audio_clip"]["title"] if structure(called) == structure(plain.json) else None
    expected = envelope_body(plain)["audio_clip"]["title"]
    assert title == expected, f"expected the title {expected!r} in the call, found {answer.text!r}"
    is_harmless = "</script" not in answer.text or "html" not in answer.exchange.response.media_type
    expect_true(is_harmless, "no </script in a response of an HTML type", repr(answer.text), answer)


@claim("AB-ENV-08")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
def test_what_is_no_name_is_never_called(
    api: Client, operation_requests: list[OperationRequest], name: str, assign_inputs: AssignInputs
) -> None:
    """It is refused, or the answer is as if it were not there; nor is it in an error."""
    places = (_clips(operation_requests).path, f"/audio_clips/{UNUSED_ID}", "/no-such-path", "/account")
    accepts = (None, "application/json; version=1", "*/*", "text/javascript")

    for path, accept in assign_inputs(places, accepts, 1):
        answer = api.get(path, callback=name, headers={"Accept": accept})
        if answer.status >= 400:
            assert_refused(answer)
        expect_no_script(answer.exchange, name)


@claim("AB-ENV-08")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
@pytest.mark.parametrize("order", [1, -1], ids=["last", "first"])
def test_what_is_no_name_does_not_hide_behind_one(
    api: Client, operation_requests: list[OperationRequest], name: str, order: int
) -> None:
    """Of two callbacks the good one may be called; the other is in no script."""
    callbacks = [("callback", "f"), ("callback", name)][::order]

    answer = api.get(_clips(operation_requests).path, params=callbacks)

    call = strip_jsonp(answer.text) if answer.status == 200 else None
    if call is None:
        expect_no_script(answer.exchange, name)
    else:
        assert call[0] == "f", f"expected f called, found {answer.text!r}"


@claim("AB-ENV-08")
def test_no_operation_calls_what_is_no_name(
    reads: tuple[Client, list[OperationRequest]], unauthenticated: Client, assign_inputs: AssignInputs
) -> None:
    """With a signature and without."""
    client, probes = reads

    for probe, name in assign_inputs(probes, INVALID_CALLBACKS[:3], 1):
        expect_no_script(_asked(client, probe, name).exchange, name)
        expect_no_script(_asked(unauthenticated, probe, name).exchange, name)


@claim("AB-ENV-09")
def test_a_list_has_totals(reads: tuple[Client, list[OperationRequest]]) -> None:
    """Integers offset and count, on its first page, on a later one, and past its end."""
    client, probes = reads
    lists = [probe for probe in probes if set(LISTS) & envelope_body(probe.send(client).expect_ok()).keys()]
    if not lists:
        not_verified("nothing is listed")

    for probe in lists:
        for page in (page_query(size=2), page_query(2, 2), page_query(100_000, 2)):
            answer = client.get(
                probe.path, params={**dict(probe.arguments.get("params", {})), **page}
            ).expect_ok()
            if read_totals(answer) is None:
                raise ExpectationFailed("totals in the body of a list", describe_response(answer))


def _is_for(probe: OperationRequest, who: str) -> bool:
    mine = probe.is_personal and probe.only_reads
    return probe.targets_existing and (mine if who == "user" else probe.is_public)


def _clips(operation_requests: Sequence[OperationRequest]) -> OperationRequest:
    return next(probe for probe in operation_requests if probe.operation.key == "GET /audio_clips")


def _asked(
    client: Client, probe: OperationRequest, callback: str, accept: str | None = "application/json; version=1"
) -> Response:
    params = {**dict(probe.arguments.get("params", {})), "callback": callback}
    return probe.send(client, params=params, headers={"Accept": accept})


def _in_json(answers: Sequence[Response]) -> list[Response]:
    found = [answer for answer in answers if is_json_response(answer)]
    if not found:
        not_verified("none of these answers is JSON")
    return found


def _is_enveloped(answer: Response) -> None:
    """Fail unless the root has integer version and timestamp, and beside the body a window at most."""
    with for_claim("AB-ENV-01"):
        envelope = answer.object
        integer_property(answer, "version")
        integer_property(answer, "timestamp")
    beside = set(envelope) - ENVELOPE_PROPERTIES
    if doubled := sorted(beside & (BODY_PROPERTIES | set(iter_property_names(envelope.get("body"))))):
        raise ExpectationFailed(
            "everything in the body", f"{doubled} beside it at {describe_response(answer)}", "AB-ENV-03"
        )
    with for_claim("AB-ENV-04"):
        if beside:
            raise ExpectationFailed(
                f"nothing but {sorted(ENVELOPE_PROPERTIES)}",
                f"{sorted(beside)} at {describe_response(answer)}",
            )
        if "window" in envelope and integer_property(answer, "window") <= 0:
            raise ExpectationFailed(
                "a positive window", f"{envelope['window']} at {describe_response(answer)}"
            )


def _says_json(answer: Response) -> None:
    if not is_json_response(answer):
        raise ExpectationFailed(
            "JSON by its content type",
            f"{answer.headers.get('content-type')!r} at {describe_response(answer)}",
        )
    answer.object  # noqa: B018 - ExpectationFailed if it is none


def _keep_time(answers: Sequence[Response]) -> None:
    """Fail if a timestamp is before the one of the answer before it, or is not about that of Date."""
    latest = 0
    for answer in _in_json(answers):
        told, now = integer_property(answer, "timestamp"), parse_date_header(answer)
        if told < latest:
            raise ExpectationFailed(
                f"a timestamp of {latest} or later", f"{told} at {describe_response(answer)}"
            )
        if now is not None and abs(told - now) > APART:
            raise ExpectationFailed(f"the time of Date, {now:.0f}", f"{told} at {describe_response(answer)}")
        latest = told
    if all(parse_date_header(answer) is None for answer in answers):
        not_verified("no answer has a Date")


def _calls(client: Client, probe: OperationRequest, name: str) -> None:
    """ExpectationFailed unless a callback is called with what the plain answer is, if that is steady."""
    before, answer = probe.send(client).expect_ok(), _asked(client, probe, name)
    called, after = expect_call(answer.exchange, name), probe.send(client).expect_ok()
    told: Callable[[Any], Any] = _but_time if _but_time(before.json) == _but_time(after.json) else structure
    if told(called) != told(before.json):
        raise ExpectationFailed(f"a call with {before.text!r}", describe_response(answer))


def _but_time(envelope: Any) -> Any:
    if not isinstance(envelope, dict):
        return envelope
    return {name: type(value) if name == "timestamp" else value for name, value in envelope.items()}


def _written(me: Client, other: Client, fresh: Fresh) -> Iterator[Response]:
    """What a user's writing answers, from making to deleting, and another user's."""
    clip, playlist = create_clip(me, fresh("clip"))["id"], create_playlist(me, fresh("playlist"))["id"]
    comment = create_comment(me, clip, fresh("comment"))["id"]
    yield upload(me, {"title": fresh("clip")})
    yield me.post("/playlists", form={"playlist[title]": fresh("playlist")})
    yield me.post(f"/audio_clips/{clip}/comments", form={"comment[body]": fresh("comment")})
    yield me.put(f"/audio_clips/{clip}", form={"audio_clip[title]": fresh("x")})
    yield me.put(f"/playlists/{playlist}", form={"playlist[title]": fresh("x")})
    yield me.post(f"/playlists/{playlist}/memberships", form={"playlist_membership[audio_clip_id]": clip})
    yield from (other.request(method, f"/audio_clips/{clip}/favourites") for method in ("POST", "DELETE"))
    yield from (other.delete(path) for path in (f"/audio_clips/{clip}", f"/playlists/{playlist}"))
    yield other.post("/playlists")
    yield from (me.delete(f"/audio_clips/{clip}{rest}") for rest in (f"/comments/{comment}", ""))
    yield from (me.delete(f"/playlists/{playlist}") for _ in range(2))
