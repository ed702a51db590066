from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from tuningfork.auth.header import HeaderAuth
from tuningfork.client import client as module
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory


def query(factory: ClientFactory) -> list[tuple[str, str]]:
    return parse_qsl(factory.server.requests[-1]["QUERY_STRING"], keep_blank_values=True)


def test_keywords_and_params_form_the_query(factory: ClientFactory) -> None:
    factory.client().get("/tracks", params={"bpm[from]": 90, "none": None}, limit=2, linked=True, q="ü &")

    assert query(factory) == [("bpm[from]", "90"), ("limit", "2"), ("linked", "true"), ("q", "ü &")]
    assert factory.server.requests[-1]["PATH_INFO"] == "/tracks"


def test_parameter_may_be_repeated(factory: ClientFactory) -> None:
    factory.client().get("/tracks", params=[("id", 1), ("id", 2)])

    assert query(factory) == [("id", "1"), ("id", "2")]


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_method_function_sends_its_method(factory: ClientFactory, method: str) -> None:
    getattr(factory.client(), method)("/tracks")

    assert factory.server.requests[-1]["REQUEST_METHOD"] == method.upper()


def test_nan_and_infinity_are_sent_by_name(factory: ClientFactory) -> None:
    factory.client().put("/tracks", json={"bpm": [float("nan"), float("-inf")]})

    assert factory.server.requests[-1]["body"] == b'{"bpm": [NaN, -Infinity]}'


def test_json_body_may_have_other_content_type(factory: ClientFactory) -> None:
    factory.client().put("/tracks", json=[1], headers={"content-type": "application/x"})

    assert factory.server.requests[-1]["CONTENT_TYPE"] == "application/x"


@pytest.mark.parametrize(
    ("given", "media_type", "body"),
    [
        ({"json": {"a": [1]}}, "application/json", b'{"a": [1]}'),
        ({"form": {"a": "b c", "on": True}}, "application/x-www-form-urlencoded", b"a=b+c&on=true"),
        ({"form": [("a", 1), ("a", 2)]}, "application/x-www-form-urlencoded", b"a=1&a=2"),
        ({"content": b"\x00raw"}, None, b"\x00raw"),
        ({}, None, b""),
    ],
)
def test_body_is_sent_as_json_form_or_bytes(
    factory: ClientFactory, given: dict[str, Any], media_type: str | None, body: bytes
) -> None:
    factory.client().post("/tracks", **given)

    assert factory.server.requests[-1].get("CONTENT_TYPE") == media_type
    assert factory.server.requests[-1]["body"] == body


def test_files_are_sent_as_multipart_form(factory: ClientFactory) -> None:
    factory.client().post("/tracks", form={"title": "x"}, files={"data": ("a.wav", b"RIFF", "audio/wav")})

    request = factory.server.requests[-1]
    assert request["CONTENT_TYPE"].startswith("multipart/form-data; boundary=")
    assert b'name="title"\r\n\r\nx' in request["body"]
    assert b'name="data"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF' in request["body"]


def test_header_is_set_or_removed(factory: ClientFactory) -> None:
    factory.client().get("/tracks", headers={"X-Mine": "1", "Accept": None})

    assert factory.server.requests[-1]["HTTP_X_MINE"] == "1"
    assert "HTTP_ACCEPT" not in factory.server.requests[-1]


def test_redirect_is_not_followed(factory: ClientFactory) -> None:
    factory.server.respond(302, headers={"Location": "https://other.example.com/"})

    assert factory.client().get("/tracks").status == 302
    assert len(factory.server.requests) == 1


def test_credentials_can_be_replaced_or_removed(factory: ClientFactory) -> None:
    client = factory.client().with_auth(HeaderAuth("OAuth", "mine"), "mine")
    for one in (
        client,
        client.with_token("other"),
        client.with_token("b", "Bearer"),
        client.with_authorization("odd"),
    ):
        one.get("/me")
    client.with_authorization(None).get("/me")

    shown = [request.get("HTTP_AUTHORIZATION") for request in factory.server.requests]
    assert shown == ["OAuth mine", "OAuth other", "Bearer b", "odd", None]
    assert client.with_token("other").token == "other"
    assert client.with_token("other").principal == client.principal == "first"


def test_new_session_has_no_credentials_and_is_logged(factory: ClientFactory) -> None:
    client = factory.client().with_auth(HeaderAuth("OAuth", "mine"))
    client.session.cookies.set("a", "1")

    client.new_session().get("https://api.example.com/connect")

    assert {"HTTP_AUTHORIZATION", "HTTP_COOKIE"} & factory.server.requests[-1].keys() == set()
    assert len(factory.exchange_log.exchanges) == 1


def test_absolute_url_is_used_unchanged(factory: ClientFactory) -> None:
    factory.client().get("https://api.example.com/tracks?cursor=a%2Fb&limit=2")

    assert factory.server.requests[-1]["QUERY_STRING"] == "cursor=a%2Fb&limit=2"


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example.com/tracks",
        "https://api.example.com:port/",
        "https://",
        "https://[::1/",
        "https://a b/",
        "https://\ud800.example.com/",
    ],
)
def test_invalid_url_raises_expectation_failed(factory: ClientFactory, url: str) -> None:
    with pytest.raises(ExpectationFailed):
        factory.client().get(url)


def page(*items: int, following: str | None) -> bytes:
    return json.dumps({"collection": items, "next_href": following}).encode()


def test_pages_follows_links_to_last_page(factory: ClientFactory) -> None:
    factory.server.respond(200, page(1, 2, following="https://api.example.com/t?cursor=b"))
    factory.server.respond(200, page(3, following=None))

    assert factory.client().all_items("/tracks", limit=2) == [1, 2, 3]
    assert [request["QUERY_STRING"] for request in factory.server.requests] == [
        "linked=true&limit=2",
        "cursor=b",
    ]


def test_endless_list_raises_expectation_failed(
    factory: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 5)
    factory.server.respond(200, page(1, following="https://api.example.com/t"))

    with pytest.raises(ExpectationFailed, match="expected a last page; found 5 pages, each with a next page"):
        factory.client().all_items("/tracks")

    assert len(factory.server.requests) == 6


def test_failed_page_raises_expectation_failed(factory: ClientFactory) -> None:
    factory.server.respond(200, page(1, following="https://api.example.com/t")).respond(500, b"oh")

    with pytest.raises(ExpectationFailed, match='expected 200; found 500 with "oh"'):
        factory.client().all_items("/tracks")


class Time:
    """A clock that advances by the time slept."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def check_passing_at(times: int) -> tuple[Callable[[], str], list[int]]:
    """Return a check that passes at its n-th call, and the list of its calls."""
    calls: list[int] = []

    def check() -> str:
        calls.append(1)
        if len(calls) < times:
            raise ExpectationFailed("an item", "nothing")
        return "found"

    return check, calls


def test_eventually_repeats_check_until_it_passes(
    factory: ClientFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "time", Time())
    check, _ = check_passing_at(4)

    assert factory.client(settle=1).eventually(check) == "found"


@pytest.mark.parametrize(("settle", "calls"), [(0, 1), (1, 6), (0.1, 2)])
def test_eventually_raises_last_failure_after_settle_time(
    factory: ClientFactory, monkeypatch: pytest.MonkeyPatch, settle: float, calls: int
) -> None:
    monkeypatch.setattr(module, "time", Time())
    check, calls_made = check_passing_at(100)

    with pytest.raises(ExpectationFailed):
        factory.client(settle=settle).eventually(check)

    assert calls <= len(calls_made) <= calls + 1


def test_eventually_does_not_repeat_other_errors(factory: ClientFactory) -> None:
    def check() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        factory.client(settle=1).eventually(check)


@pytest.fixture
def receive(factory: ClientFactory) -> Callable[..., Response]:
    def send(body: bytes, status: int = 200) -> Response:
        factory.server.responses.clear()
        factory.server.respond(status, body, {"X-A": "1"})
        return factory.client().get("/tracks")

    return send


def test_response_has_status_headers_and_body(receive: Callable[..., Response]) -> None:
    response = receive(b'{"a": {"b": [1]}}', 203)

    assert (response.status, response.headers["x-a"], response.content) == (203, "1", b'{"a": {"b": [1]}}')
    assert response.text == '{"a": {"b": [1]}}'
    assert response.json == response.object == {"a": {"b": [1]}}
    assert response.exchange.request.path == "/tracks"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_invalid_json_raises_expectation_failed(receive: Callable[..., Response], body: bytes) -> None:
    with pytest.raises(ExpectationFailed, match="expected JSON; found 200 with"):
        _ = receive(body).json


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'"a"'])
def test_non_object_raises_expectation_failed(receive: Callable[..., Response], body: bytes) -> None:
    with pytest.raises(ExpectationFailed, match="expected a JSON object"):
        _ = receive(body).object


def test_missing_property_raises_expectation_failed_at_any_depth(receive: Callable[..., Response]) -> None:
    response = receive(b'{"a": {"b": [{}]}}')

    with pytest.raises(ExpectationFailed, match='expected a property "id"; found an object with "a"'):
        response.object["id"]
    with pytest.raises(
        ExpectationFailed, match='expected a property "id"; found an object with no properties'
    ):
        response.json["a"]["b"][0]["id"]
    assert response.object.get("id") is None


@pytest.mark.parametrize("status", [200, 201, 400, 404, 499])
def test_expected_status_returns_response(receive: Callable[..., Response], status: int) -> None:
    response = receive(b"", status)

    assert response.expect_status(200, 201, status) is response


@pytest.mark.parametrize(
    ("status", "expect", "expected"),
    [
        (404, lambda response: response.expect_ok(), "expected 200; found 404"),
        (200, lambda response: response.expect_created(), "expected 201; found 200"),
        (200, lambda response: response.expect_client_error(), "expected a 4xx; found 200"),
        (500, lambda response: response.expect_client_error(), "expected a 4xx; found 500"),
        (418, lambda response: response.expect_status(401, 403), "expected 401 or 403; found 418"),
    ],
)
def test_unexpected_status_raises_expectation_failed(
    receive: Callable[..., Response], status: int, expect: Callable[[Response], Response], expected: str
) -> None:
    with pytest.raises(ExpectationFailed, match=expected):
        expect(receive(b"why", status))


@pytest.mark.parametrize("status", [400, 404, 499])
def test_expect_client_error_accepts_any_4xx(receive: Callable[..., Response], status: int) -> None:
    assert receive(b"", status).expect_client_error().status == status
