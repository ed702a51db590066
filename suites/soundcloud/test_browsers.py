"""Cross domain requests (https://developers.soundcloud.com/docs/api/guide#cross-domain-requests)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, product
from typing import Any
from urllib.parse import urlsplit

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.checks.jsonp import (
    CALLBACK_NAMES,
    INVALID_CALLBACKS,
    SCRIPT_DELIMITERS,
    expect_call,
    expect_no_script,
)
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.listings import at_least_one

from .support.error_scenarios import nonexistent_path, send_short
from .support.operation_requests import OperationRequest

ORIGINS = ("https://app.example.com", "http://localhost:3000", "null")
STRANGERS = (
    "https://evil.example",
    "https://soundcloud.com.evil.example",
    "https://evilsoundcloud.com",
    "null",
)


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reads(
    request: pytest.FixtureRequest, operation_requests: list[OperationRequest]
) -> tuple[Client, list[OperationRequest]]:
    """Who reads, and all that it may read: the app what is public, the first user what is below /me."""
    client: Client = request.getfixturevalue(request.param)
    wanted = [
        probe
        for probe in operation_requests
        if probe.only_reads and probe.is_personal == (request.param == "user")
    ]
    return client, wanted


@claim("SC-CORS-01")
@pytest.mark.parametrize("origin", ORIGINS)
def test_whoever_says_an_origin_may_read(reads: tuple[Client, list[OperationRequest]], origin: str) -> None:
    """Every operation that reads allows any origin, or this one."""
    client, probes = reads

    for probe in probes:
        answer = send_short(client, probe, headers={"Origin": origin})
        _is_allowed(answer, origin)


@claim("SC-CORS-01")
def test_later_pages_may_be_read(api: Client) -> None:
    """What next_href leads to is a GET as any other."""
    href = api.get("/tracks", limit=1, linked_partitioning=True).expect_ok().object.get("next_href")
    if not isinstance(href, str):
        not_verified("the target has one track at most")

    _is_allowed(api.get(href, headers={"Origin": ORIGINS[0]}), ORIGINS[0])


@claim("SC-CORS-02")
@pytest.mark.parametrize(
    "asked", ["authorization", "Authorization, Content-Type", "content-type,authorization"]
)
def test_a_preflight_allows_writing(
    operation_requests: list[OperationRequest], unauthenticated: Client, asked: str
) -> None:
    """For PUT, POST and DELETE, on every path that knows them, without a token, to any origin."""
    writes = at_least_one(
        (probe for probe in operation_requests if not probe.only_reads), "no operation writes"
    )
    for probe, origin in zip(writes, cycle(ORIGINS), strict=False):
        method = probe.operation.method

        answer = _preflight(unauthenticated, probe, origin, asked)

        assert 200 <= answer.status < 300, f"expected 2xx for {probe.operation.key}, found {answer.status}"
        _is_allowed(answer, origin)
        methods, fields = (_listed(answer, f"access-control-allow-{what}") for what in ("methods", "headers"))
        assert method == "POST" or {method, "*"} & methods, f"expected {probe.operation.key}, found {methods}"
        assert "AUTHORIZATION" in fields, f"expected Authorization by its name, found {fields}"


@claim("SC-CORS-03")
def test_a_401_may_be_read(operation_requests: list[OperationRequest], unauthenticated: Client) -> None:
    """Without a token, and with one that nobody has issued."""
    answers = [
        client.request(probe.operation.method, probe.path, headers={"Origin": ORIGINS[0]})
        for client in (unauthenticated, unauthenticated.with_token("no-such-token"))
        for probe in operation_requests
    ]
    refused = [answer for answer in answers if answer.status == 401]

    for answer in at_least_one(refused, "nothing is answered 401"):
        _is_allowed(answer, ORIGINS[0])


@claim("SC-CORS-03")
def test_a_404_may_be_read(operation_requests: list[OperationRequest], api: Client) -> None:
    """Of every thing that is not there, and of a path that nobody knows."""
    paths = {
        probe.operation.path for probe in operation_requests if probe.only_reads and not probe.is_personal
    }
    by_id = sorted(path for path in paths if "{" in path)
    answers = [api.get(nonexistent_path(path), headers={"Origin": ORIGINS[0]}) for path in by_id]
    site = urlsplit(str(find_public_tracks(api)[0]["permalink_url"]))
    nowhere = f"{site.scheme}://{site.netloc}/-"
    answers.append(api.get("/resolve", url=nowhere, headers={"Origin": ORIGINS[0]}))

    for answer in (one for one in answers if one.status == 404):
        _is_allowed(answer, ORIGINS[0])
    _is_allowed(api.get("/no-such-path", headers={"Origin": ORIGINS[0]}), ORIGINS[0])


@claim("SC-CORS-03", needs=("user", "write"))
def test_a_404_of_writing_may_be_read(operation_requests: list[OperationRequest], user: Client) -> None:
    """Of every change to what is not there."""
    writes = [one.operation for one in operation_requests if not one.only_reads and "{" in one.operation.path]
    header = {"Origin": ORIGINS[0]}
    answers = [user.request(write.method, nonexistent_path(write.path), headers=header) for write in writes]
    not_found = [answer for answer in answers if answer.status == 404]

    for answer in at_least_one(not_found, "nothing is answered 404"):
        _is_allowed(answer, ORIGINS[0])


@claim("SC-CORS-04")
def test_a_stranger_gets_no_credentials(
    reads: tuple[Client, list[OperationRequest]], unauthenticated: Client
) -> None:
    """Neither an answer, nor an error, nor a preflight says that credentials may be sent from anywhere."""
    client, probes = reads

    for probe, origin in [*zip(probes, cycle(STRANGERS), strict=False), *product(probes[:1], STRANGERS)]:
        header = {"Origin": origin}
        _is_no_invitation(send_short(client, probe, headers=header), origin)
        _is_no_invitation(unauthenticated.get(probe.path, headers=header), origin)
        _is_no_invitation(client.get(nonexistent_path(probe.operation.path), headers=header), origin)
        _is_no_invitation(_preflight(unauthenticated, probe, origin, "authorization"), origin)


@claim("SC-CORS-04")
def test_no_stranger_is_invited_to_write(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """On every path that can be written to, by no preflight nor what comes after it; nor to sign in."""
    for probe in operation_requests:
        _is_no_invitation(_preflight(unauthenticated, probe, STRANGERS[0], "authorization"), STRANGERS[0])
        answer = unauthenticated.request(probe.operation.method, probe.path, headers={"Origin": STRANGERS[0]})
        _is_no_invitation(answer, STRANGERS[0])
    for method, path in (("POST", "/oauth2/token"), ("GET", "/connect")):
        answer = unauthenticated.request(method, path, headers={"Origin": STRANGERS[0]})
        _is_no_invitation(answer, STRANGERS[0])


@claim("SC-JSONP-01")
def test_every_read_can_be_a_call(reads: tuple[Client, list[OperationRequest]]) -> None:
    """Where the plain answer is 200, its JSON comes as a call of the name."""
    client, probes = reads

    named = zip(probes, cycle(CALLBACK_NAMES), strict=False)
    wanted = [(probe, name) for probe, name in named if probe.operation.parameter("callback")]
    answers = [
        (send_short(client, probe), send_short(client, probe, callback=name), name) for probe, name in wanted
    ]
    served = [one for one in answers if one[0].status == 200]

    for plain, called, name in at_least_one(served, "nothing with a callback is answered 200"):
        _calls(called, name, plain)


@claim("SC-JSONP-01")
@pytest.mark.parametrize("name", CALLBACK_NAMES)
def test_any_name_can_be_called(api: Client, name: str) -> None:
    """Names as libraries make them up."""
    plain = api.get("/tracks", limit=3)

    _calls(api.get("/tracks", limit=3, callback=name), name, plain)


@claim("SC-JSONP-01", needs=("user", "write"))
@pytest.mark.parametrize("odd", SCRIPT_DELIMITERS, ids=ascii)
def test_data_stays_data(user: Client, unique_name: Callable[[str], str], odd: str) -> None:
    """What would end a line, a string, a call or a script in JavaScript comes through as text."""
    track = create_track(user, f"{unique_name('song')} {odd} end")
    path = f"/tracks/{track['id']}"
    plain = user.get(path).expect_ok()

    call = _calls(user.get(path, callback="f"), "f", plain)

    assert call["title"] == plain.object["title"], (
        f"expected {plain.object['title']!r}, found {call['title']!r}"
    )


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
def test_what_is_no_name_is_never_called(api: Client, name: str) -> None:
    """It is refused, or the answer is as if it were not there."""
    expect_no_script(api.get("/tracks", limit=1, callback=name).exchange, name)
    expect_no_script(api.get("/users/no-such-user", callback=name).exchange, name)
    expect_no_script(api.get("/no-such-path", callback=name).exchange, name)


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS, ids=ascii)
@pytest.mark.parametrize("order", [1, -1], ids=["last", "first"])
def test_what_is_no_name_does_not_hide_behind_one(api: Client, name: str, order: int) -> None:
    """Of two callbacks the good one may be called; the other is in no script."""
    callbacks = [("callback", "f"), ("callback", name)][::order]

    answer = api.get("/tracks", params=[("limit", 1), *callbacks])

    if answer.status != 200 or strip_jsonp(answer.text) is None:
        expect_no_script(answer.exchange, name)
    else:
        assert answer.text.lstrip().removeprefix("/**/").startswith("f("), (
            f"expected f, found {answer.text!r}"
        )


@claim("SC-JSONP-02")
@pytest.mark.parametrize("name", INVALID_CALLBACKS[:3], ids=ascii)
def test_no_operation_calls_what_is_no_name(
    reads: tuple[Client, list[OperationRequest]], unauthenticated: Client, name: str
) -> None:
    """Nor does any error of it."""
    client, probes = reads

    for probe in probes:
        expect_no_script(send_short(client, probe, callback=name).exchange, name)
        expect_no_script(send_short(unauthenticated, probe, callback=name).exchange, name)


def _preflight(client: Client, probe: OperationRequest, origin: str, asked: str) -> Response:
    fields = {
        "Access-Control-Request-Method": probe.operation.method,
        "Access-Control-Request-Headers": asked,
    }
    return client.options(probe.path, headers={"Origin": origin, **fields})


def _is_allowed(answer: Response, origin: str) -> None:
    allowed = answer.headers.all("access-control-allow-origin")
    if allowed not in (["*"], [origin]):
        place = f"{answer.exchange.request.method} {answer.exchange.request.path}, {answer.status}"
        raise ExpectationFailed(f"Access-Control-Allow-Origin: * or {origin}", f"{allowed} at {place}")


def _is_no_invitation(answer: Response, origin: str) -> None:
    allowed = answer.headers.get("access-control-allow-origin", "")
    with_credentials = answer.headers.get("access-control-allow-credentials", "").strip().lower() == "true"
    if allowed == origin and with_credentials:
        raise ExpectationFailed(
            f"{origin} not echoed with credentials", f"both at {answer.exchange.request.url}"
        )


def _listed(answer: Response, field: str) -> set[str]:
    return {value.strip().upper() for value in answer.headers.get(field, "").split(",")}


def _calls(answer: Response, name: str, plain: Response) -> Any:
    """The argument of the call, which must be what the plain answer is."""
    plain.expect_ok()
    called = expect_call(answer.exchange, name)
    if _shape(called) != _shape(plain.json):
        raise ExpectationFailed(
            "the JSON of the plain answer", f"{answer.text!r} at {answer.exchange.request.url}"
        )
    return called


def _shape(body: Any) -> Any:
    """What of an answer stays the same a moment later: members, and the ids of items."""
    if isinstance(body, list):
        return [_shape(item) for item in body]
    if not isinstance(body, dict):
        return type(body)
    members = sorted(set(body) - {"next_href", "future_href"})
    return members, body.get("id"), _shape(body.get("collection"))
