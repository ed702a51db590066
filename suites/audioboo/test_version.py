"""The version in the Accept header (Standard Parameters; Status, code 800)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audioboo.envelope import (
    describe_response,
    integer_property,
    is_json_response,
    is_unsupported_version_error,
    structure,
)
from tuningfork.apis.audioboo.error_assertions import CODE, DESCRIPTION, assert_refused
from tuningfork.apis.audioboo.factories import create_clip
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS, fetch_clip
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.jsonp import expect_call
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.robustness import AssignInputs, assert_no_server_error

from .support.error_scenarios import nonexistent_ids
from .support.operation_requests import OperationRequest
from .support.parameter_encodings import title_of_clip

Fresh = Callable[[str], str]
SERVED = (
    "application/json; version=1",
    "application/json;version=1",
    "application/json ; version=1",
    "Application/JSON; Version=1",
    "application/json; charset=utf-8; version=1",
    "application/json; version=1; q=0.9",
    "application/json; version=1, */*; q=0.1",
    "text/html; q=0.1, application/json; version=1",
)
UNSUPPORTED = ("999", "998", "1000001", "9" * 40)
OUT_OF_DATE = tuple(one.replace("sion=1", "sion=999") for one in SERVED[:6])
NO_NUMBERS = ("x", "one", "1x", "v1", "latest", "null", "%31", "1-2")
ODD = (
    *("", "1.0", "01", "-1", "+1", "1e0", "0x1", '"1"', '"', "'1'", "1 1", "1;2", "\xb9", "\xff", "9" * 5000),
    "\u0661".encode().decode("latin-1"),
)
"""What is a number for some and none for others, or no header of HTTP's."""
WITHOUT = ("application/json", "*/*", None, "application/*", "application/json, text/javascript, */*; q=0.01")
TIMES = 20
"""Repetitions of what must be the same every time."""


@claim("AB-VER-01")
@pytest.mark.parametrize("accept", SERVED)
def test_version_1_is_served(api: Client, accept: str) -> None:
    """However HTTP lets it be written."""
    for path in ("/audio_clips", "/audio_clips/popular"):
        api.get(path, headers={"Accept": accept}).expect_ok()


@claim("AB-VER-01")
def test_every_operation_serves_version_1(api: Client, operation_requests: list[OperationRequest]) -> None:
    """What anybody may read is answered; nothing is too old for it."""
    for probe in operation_requests:
        answer = _asked(api, probe, SERVED[0])

        if probe.is_public and probe.targets_existing:
            answer.expect_ok()
        assert not is_unsupported_version_error(answer), (
            f"expected version 1 served, found 800 at {describe_response(answer)}"
        )


@claim("AB-VER-01", needs=("user",))
def test_a_user_is_served_in_version_1(user: Client, operation_requests: list[OperationRequest]) -> None:
    """At /account and below it."""
    for probe in _of_the_account(operation_requests):
        _asked(user, probe, SERVED[0]).expect_ok()


@claim("AB-VER-02")
@pytest.mark.parametrize("version", UNSUPPORTED, ids=lambda version: version[:10])
def test_a_version_that_there_is_not_is_refused(api: Client, version: str) -> None:
    """Error 800, with words for the user."""
    _is_out_of_date(api.get("/audio_clips", headers={"Accept": f"application/json; version={version}"}))


@claim("AB-VER-02")
@pytest.mark.parametrize("accept", OUT_OF_DATE)
def test_it_is_refused_however_it_is_written(api: Client, accept: str) -> None:
    """As HTTP lets version 1 be written."""
    _is_out_of_date(api.get("/audio_clips", headers={"Accept": accept}))


@claim("AB-VER-03")
def test_every_operation_refuses_it(api: Client, operation_requests: list[OperationRequest]) -> None:
    """And each of them again, before it asks for a signature."""
    for probe in _versioned(operation_requests):
        answers = [_asked(api, probe, OUT_OF_DATE[0]) for _ in range(2)]
        _are_one_refusal(answers)


@claim("AB-VER-03")
def test_it_is_refused_every_time(api: Client) -> None:
    """However often, and after what was served in between."""
    answers = []

    for _ in range(TIMES):
        answers.append(api.get("/audio_clips", headers={"Accept": OUT_OF_DATE[0]}))
        api.get("/audio_clips", **{"page[items]": 1})

    _are_one_refusal(answers)


@claim("AB-VER-03")
def test_it_is_refused_before_anything_is_not_found(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    """Error 800 for what is nobody's too."""
    answers = nonexistent_ids(_late(api), _versioned(operation_requests))

    for answer in at_least_one(answers, "no operation reads by an id"):
        _is_out_of_date(answer)


@claim("AB-VER-03")
def test_it_is_refused_before_a_format_is(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Error 800, where another version would be 406."""
    for probe, media_type in assign_inputs(
        _versioned(operation_requests), ("application/xml", "text/yaml", "text/html"), 1
    ):
        _is_out_of_date(_asked(api, probe, f"{media_type}; version=999"))


@claim("AB-VER-03")
def test_who_may_leave_the_version_out_may_not_ask_for_another(
    api: Client, service: Client, operation_requests: list[OperationRequest]
) -> None:
    """Neither JSON-P nor the private scheme is served in a version that there is not."""
    reading = _public(_versioned(operation_requests))
    for probe in reading[:: max(1, len(reading) // 4)]:
        _is_out_of_date(_asked(api, probe, OUT_OF_DATE[0], callback="f"))
        _is_out_of_date(_asked(service, probe, OUT_OF_DATE[0]))


@claim("AB-VER-03")
@pytest.mark.parametrize(
    "query", ["page[number]=x", "page[items]=0", "max_time=x", "find[query]=", "no_such=1"]
)
def test_it_is_refused_before_parameters_are(api: Client, query: str) -> None:
    """Error 800, whatever else is wrong."""
    name, _, value = query.partition("=")
    for path in ("/audio_clips", "/users"):
        _is_out_of_date(api.get(path, params={name: value}, headers={"Accept": OUT_OF_DATE[0]}))


@claim("AB-VER-03", needs=("user", "write"))
def test_a_user_is_refused_and_nothing_is_done(
    user: Client, operation_requests: list[OperationRequest], unique_name: Fresh
) -> None:
    """Whoever has signed is told the same, and what would be written is not."""
    title = unique_name("clip")
    made = create_clip(user, title)
    clip, late = title_of_clip(made["id"]), _late(user)

    for probe in _versioned(operation_requests):
        _is_out_of_date(probe.send(late))
    for encoding in ("query", "urlencoded", "multipart"):
        _is_out_of_date(clip.write(late, encoding, "changed"))
    _is_out_of_date(late.delete(clip.path))

    expect(fetch_clip(user, made["id"])["title"], title, "title")


@claim("AB-VER-04")
def test_without_a_version_it_is_as_version_1(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """For everything that anybody may read; or it is error 800."""
    for probe, accept in assign_inputs(_public(operation_requests), WITHOUT, 2):
        _is_as_in_version_1(api, probe, accept)


@claim("AB-VER-04", needs=("user",))
def test_so_it_is_for_a_user(
    user: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """At /account and below it."""
    for probe, accept in assign_inputs(_of_the_account(operation_requests), WITHOUT, 2):
        _is_as_in_version_1(user, probe, accept)


@claim("AB-VER-04")
def test_without_a_version_writing_is_refused_alike(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """As in version 1, or by error 800."""
    others = [probe for probe in operation_requests if not (probe.is_public or probe.is_unversioned)]
    for probe, accept in assign_inputs(at_least_one(others, "everything is public"), WITHOUT, 1):
        answer, plain = _asked(api, probe, accept), _asked(api, probe, SERVED[0])
        same = answer.status == plain.status or is_unsupported_version_error(answer)
        assert same, f"expected {plain.status} or error 800, found {describe_response(answer)}"


@claim("AB-VER-04")
def test_some_never_ask_for_a_version(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Neither /oauth/* nor .mp3 nor JSON-P is ever refused for it."""
    apart = [probe for probe in operation_requests if probe.is_unversioned]
    for probe, accept in assign_inputs(
        at_least_one(apart, "everything has versions"), (*WITHOUT, "text/html", "audio/mpeg"), 7
    ):
        _is_not_out_of_date(_asked(api, probe, accept))
    for probe, accept in assign_inputs(_public(operation_requests), WITHOUT, 2):
        _is_not_out_of_date(_asked(api, probe, accept, callback="f"))


@claim("AB-VER-04")
def test_nor_does_the_private_scheme(
    service: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Requests that are signed by a service key."""
    reading = [probe for probe in _versioned(operation_requests) if probe.only_reads]
    for probe, accept in assign_inputs(at_least_one(reading, "nothing reads"), WITHOUT, 2):
        _is_not_out_of_date(_asked(service, probe, accept))


@claim("AB-VER-05")
def test_what_is_no_number_is_refused(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """4xx, with both error headers."""
    for version in NO_NUMBERS:
        assert_refused(_raw(api, "/audio_clips", version))
    for probe, version in assign_inputs(_public(operation_requests), NO_NUMBERS, 2):
        assert_refused(_raw(api, probe.path, version))


@claim("AB-VER-05")
@pytest.mark.parametrize("version", ODD, ids=lambda version: ascii(version)[:20])
def test_what_may_be_one_breaks_nothing(api: Client, version: str) -> None:
    """Served, or refused with both error headers; HTTP itself may refuse some of it."""
    for path in ("/audio_clips", f"/users/{NONEXISTENT_IDS[0]}"):
        answer = _raw(api, path, version)
        if answer.status >= 400 and not rejected_by_http_layer(answer.exchange):
            assert_refused(answer)
        assert_no_server_error(answer)


@claim("AB-VER-05")
def test_what_is_no_number_is_refused_in_writing(
    api: Client, operation_requests: list[OperationRequest]
) -> None:
    """On every operation that writes."""
    writes = [probe for probe in _versioned(operation_requests) if not probe.only_reads]

    for probe in at_least_one(writes, "no operation writes"):
        assert_refused(_asked(api, probe, "application/json; version=x"))


@claim("AB-VER-06")
def test_the_envelope_has_one_version(
    api: Client, operation_requests: list[OperationRequest], assign_inputs: AssignInputs
) -> None:
    """Whatever was asked for, and whatever comes of it; it is not that of the Accept header."""
    asked = (SERVED[0], OUT_OF_DATE[0], "application/json; version=2", "application/json")
    answers = [
        _asked(api, probe, accept)
        for probe, accept in assign_inputs(_versioned(operation_requests), asked, 3)
    ]

    _have_one_version([*answers, *nonexistent_ids(api, operation_requests[:9]), api.get("/no-such-path")])


@claim("AB-VER-06")
def test_scripts_and_services_have_the_same(api: Client, service: Client) -> None:
    """In the call of JSON-P, and signed by a key."""
    version = integer_property(api.get("/audio_clips").expect_ok(), "version")

    called = expect_call(api.get("/audio_clips", callback="f").exchange, "f")
    found = [called.get("version") if isinstance(called, dict) else None]
    found.append(integer_property(service.get("/audio_clips").expect_ok(), "version"))

    assert found == [version, version], f"expected {version} in both, found {found}"


@claim("AB-VER-06", needs=("user", "write"))
def test_it_is_the_same_for_a_user(
    user: Client, operation_requests: list[OperationRequest], unique_name: Fresh
) -> None:
    """In reading, in making and in deleting."""
    clip = f"/audio_clips/{create_clip(user, unique_name('clip'))['id']}"

    answers = [user.get("/audio_clips"), *(probe.send(user) for probe in _versioned(operation_requests))]
    answers += [user.post(f"{clip}/favourites"), user.put(clip, form={"audio_clip[title]": unique_name("x")})]
    answers += [user.delete(f"{clip}/favourites"), user.delete(clip), user.get(clip)]

    _have_one_version(answers)


def _late(client: Client) -> Client:
    """The same client, asking for a version that there is not."""
    other = client.with_auth(client.auth)
    other.session.headers["Accept"] = OUT_OF_DATE[0]
    return other


def _asked(client: Client, probe: OperationRequest, accept: str | None, **query: str) -> Response:
    params = {**dict(probe.arguments.get("params", {})), **query}
    more = {"params": params} if params else {}
    return probe.send(client, headers={"Accept": accept}, **more)


def _raw(client: Client, path: str, version: str) -> Response:
    return client.send_raw("GET", path, [("Accept", f"application/json; version={version}")])


def _versioned(operation_requests: Sequence[OperationRequest]) -> list[OperationRequest]:
    """All but the legs of OAuth, and audio."""
    return at_least_one(
        (probe for probe in operation_requests if not probe.is_unversioned), "no operation has versions"
    )


def _public(operation_requests: Sequence[OperationRequest]) -> list[OperationRequest]:
    return at_least_one((probe for probe in operation_requests if probe.is_public), "nothing is public")


def _of_the_account(operation_requests: Sequence[OperationRequest]) -> list[OperationRequest]:
    reads = (probe for probe in operation_requests if probe.is_personal and probe.only_reads)
    return at_least_one(reads, "no operation reads the account")


def _is_out_of_date(answer: Response) -> None:
    """ExpectationFailed unless this is a 4xx with code 800 and words for the user."""
    assert_refused(answer)
    if not is_unsupported_version_error(answer):
        raise ExpectationFailed(
            "error 800", f"{CODE} {answer.headers.get(CODE)!r} at {describe_response(answer)}"
        )


def _is_not_out_of_date(answer: Response) -> None:
    if is_unsupported_version_error(answer):
        raise ExpectationFailed(
            "no error 800", f"{answer.headers.get(DESCRIPTION)!r} at {describe_response(answer)}"
        )


def _are_one_refusal(answers: Sequence[Response]) -> None:
    """ExpectationFailed unless all are error 800 of one status."""
    for answer in at_least_one(answers, "nothing was asked"):
        _is_out_of_date(answer)
        if answer.status != answers[0].status:
            raise ExpectationFailed(f"{answers[0].status} again", describe_response(answer))


def _is_as_in_version_1(client: Client, probe: OperationRequest, accept: str | None) -> None:
    """ExpectationFailed unless the answer is error 800, or made as that of version 1, if that is steady."""
    answer = _asked(client, probe, accept)
    if is_unsupported_version_error(answer):
        assert_refused(answer)
        return
    plain = _asked(client, probe, SERVED[0])
    if answer.status != plain.status:
        raise ExpectationFailed(f"{plain.status} or error 800", describe_response(answer))
    if not is_json_response(plain):
        return
    steady = structure(plain.json) == structure(_asked(client, probe, SERVED[0]).json)
    if steady and structure(answer.json) != structure(plain.json):
        raise ExpectationFailed(f"what version 1 answers, {plain.text!r}", describe_response(answer))


def _have_one_version(answers: Sequence[Response]) -> None:
    """ExpectationFailed unless every envelope has the same version, which is none that was asked for."""
    told = [(integer_property(answer, "version"), answer) for answer in answers if is_json_response(answer)]
    if not told:
        not_verified("no answer is JSON")
    first = told[0][0]
    for version, answer in told:
        if version != first:
            raise ExpectationFailed(
                f"version {first}, as in the first answer", f"{version} at {describe_response(answer)}"
            )
        if version in (1, 999):
            raise ExpectationFailed(
                "a version that is not that of the Accept header", f"{version} at {describe_response(answer)}"
            )
