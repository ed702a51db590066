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
    from tests.unit.client.conftest import Way


def query(way: Way) -> list[tuple[str, str]]:
    return parse_qsl(way.site.asked[-1]["QUERY_STRING"], keep_blank_values=True)


def test_keywords_and_parameters_are_the_query(way: Way) -> None:
    way.client().get("/tracks", params={"bpm[from]": 90, "none": None}, limit=2, linked=True, q="ü &")

    assert query(way) == [("bpm[from]", "90"), ("limit", "2"), ("linked", "true"), ("q", "ü &")]
    assert way.site.asked[-1]["PATH_INFO"] == "/tracks"


def test_parameters_may_repeat(way: Way) -> None:
    way.client().get("/tracks", params=[("id", 1), ("id", 2)])

    assert query(way) == [("id", "1"), ("id", "2")]


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_each_method_has_its_name(way: Way, method: str) -> None:
    getattr(way.client(), method)("/tracks")

    assert way.site.asked[-1]["REQUEST_METHOD"] == method.upper()


def test_numbers_that_json_lacks_are_sent_as_their_names(way: Way) -> None:
    way.client().put("/tracks", json={"bpm": [float("nan"), float("-inf")]})

    assert way.site.asked[-1]["body"] == b'{"bpm": [NaN, -Infinity]}'


def test_json_can_have_another_media_type(way: Way) -> None:
    way.client().put("/tracks", json=[1], headers={"content-type": "application/x"})

    assert way.site.asked[-1]["CONTENT_TYPE"] == "application/x"


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
def test_a_body_is_json_a_form_or_as_it_stands(
    way: Way, given: dict[str, Any], media_type: str | None, body: bytes
) -> None:
    way.client().post("/tracks", **given)

    assert way.site.asked[-1].get("CONTENT_TYPE") == media_type
    assert way.site.asked[-1]["body"] == body


def test_files_make_a_multipart_form(way: Way) -> None:
    way.client().post("/tracks", form={"title": "x"}, files={"data": ("a.wav", b"RIFF", "audio/wav")})

    asked = way.site.asked[-1]
    assert asked["CONTENT_TYPE"].startswith("multipart/form-data; boundary=")
    assert b'name="title"\r\n\r\nx' in asked["body"]
    assert b'name="data"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF' in asked["body"]


def test_a_header_is_set_or_taken_out(way: Way) -> None:
    way.client().get("/tracks", headers={"X-Mine": "1", "Accept": None})

    assert way.site.asked[-1]["HTTP_X_MINE"] == "1"
    assert "HTTP_ACCEPT" not in way.site.asked[-1]


def test_redirects_are_not_followed(way: Way) -> None:
    way.site.says(302, headers={"Location": "https://other.example.com/"})

    assert way.client().get("/tracks").status == 302
    assert len(way.site.asked) == 1


def test_credentials_can_be_others_or_none(way: Way) -> None:
    client = way.client().with_auth(HeaderAuth("OAuth", "mine"), "mine")
    for one in (
        client,
        client.with_token("other"),
        client.with_token("b", "Bearer"),
        client.with_authorization("odd"),
    ):
        one.get("/me")
    client.with_authorization(None).get("/me")

    shown = [asked.get("HTTP_AUTHORIZATION") for asked in way.site.asked]
    assert shown == ["OAuth mine", "OAuth other", "Bearer b", "odd", None]
    assert client.with_token("other").token == "other"
    assert client.with_token("other").principal == client.principal == "first"


def test_a_new_session_shows_nothing_and_is_recorded(way: Way) -> None:
    client = way.client().with_auth(HeaderAuth("OAuth", "mine"))
    client.session.cookies.set("a", "1")

    client.new_session().get("https://api.example.com/connect")

    assert {"HTTP_AUTHORIZATION", "HTTP_COOKIE"} & way.site.asked[-1].keys() == set()
    assert len(way.journal.exchanges) == 1


def test_an_absolute_url_is_used_as_it_is(way: Way) -> None:
    way.client().get("https://api.example.com/tracks?cursor=a%2Fb&limit=2")

    assert way.site.asked[-1]["QUERY_STRING"] == "cursor=a%2Fb&limit=2"


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
def test_a_url_of_the_target_that_leads_nowhere_is_its_failure(way: Way, url: str) -> None:
    with pytest.raises(ExpectationFailed):
        way.client().get(url)


def page(*items: int, following: str | None) -> bytes:
    return json.dumps({"collection": items, "next_href": following}).encode()


def test_pages_are_followed_to_the_end(way: Way) -> None:
    way.site.says(200, page(1, 2, following="https://api.example.com/t?cursor=b"))
    way.site.says(200, page(3, following=None))

    assert way.client().all_items("/tracks", limit=2) == [1, 2, 3]
    assert [asked["QUERY_STRING"] for asked in way.site.asked] == ["linked=true&limit=2", "cursor=b"]


def test_a_list_that_does_not_end_is_the_targets_failure(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 5)
    way.site.says(200, page(1, following="https://api.example.com/t"))

    with pytest.raises(ExpectationFailed, match="expected a last page; found 5 pages, each with a next page"):
        way.client().all_items("/tracks")

    assert len(way.site.asked) == 6


def test_a_page_that_fails_ends_the_list(way: Way) -> None:
    way.site.says(200, page(1, following="https://api.example.com/t")).says(500, b"oh")

    with pytest.raises(ExpectationFailed, match="expected 200; found 500 with 'oh'"):
        way.client().all_items("/tracks")


class Time:
    """A clock that goes on by what is slept."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def looked_for(times: int) -> tuple[Callable[[], str], list[int]]:
    """What is there when it is looked for so many times, and how often it was."""
    looks: list[int] = []

    def look() -> str:
        looks.append(1)
        if len(looks) < times:
            raise ExpectationFailed("it", "nothing")
        return "there"

    return look, looks


def test_what_lags_is_looked_for_until_it_settles(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "time", Time())
    look, _ = looked_for(4)

    assert way.client(settle=1).eventually(look) == "there"


@pytest.mark.parametrize(("settle", "looks"), [(0, 1), (1, 6), (0.1, 2)])
def test_what_does_not_settle_is_the_targets_failure(
    way: Way, monkeypatch: pytest.MonkeyPatch, settle: float, looks: int
) -> None:
    monkeypatch.setattr(module, "time", Time())
    look, looked = looked_for(100)

    with pytest.raises(ExpectationFailed):
        way.client(settle=settle).eventually(look)

    assert looks <= len(looked) <= looks + 1


def test_our_own_error_is_not_looked_at_again(way: Way) -> None:
    def look() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        way.client(settle=1).eventually(look)


@pytest.fixture
def said(way: Way) -> Callable[..., Response]:
    def answer(body: bytes, status: int = 200) -> Response:
        way.site.answers.clear()
        way.site.says(status, body, {"X-A": "1"})
        return way.client().get("/tracks")

    return answer


def test_an_answer_tells_what_came(said: Callable[..., Response]) -> None:
    answer = said(b'{"a": {"b": [1]}}', 203)

    assert (answer.status, answer.headers["x-a"], answer.content) == (203, "1", b'{"a": {"b": [1]}}')
    assert answer.text == '{"a": {"b": [1]}}'
    assert answer.json == answer.object == {"a": {"b": [1]}}
    assert answer.exchange.request.path == "/tracks"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_the_targets_failure(said: Callable[..., Response], body: bytes) -> None:
    with pytest.raises(ExpectationFailed, match="expected JSON; found 200 with"):
        _ = said(body).json


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b'"a"'])
def test_what_is_no_object_is_the_targets_failure(said: Callable[..., Response], body: bytes) -> None:
    with pytest.raises(ExpectationFailed, match="expected a JSON object"):
        _ = said(body).object


def test_a_missing_member_is_the_targets_failure_at_any_depth(said: Callable[..., Response]) -> None:
    answer = said(b'{"a": {"b": [{}]}}')

    with pytest.raises(ExpectationFailed, match="expected a property 'id'; found an object with 'a'"):
        answer.object["id"]
    with pytest.raises(
        ExpectationFailed, match="expected a property 'id'; found an object with no properties"
    ):
        answer.json["a"]["b"][0]["id"]
    assert answer.object.get("id") is None


@pytest.mark.parametrize("status", [200, 201, 400, 404, 499])
def test_a_status_that_is_allowed_gives_the_answer_itself(said: Callable[..., Response], status: int) -> None:
    answer = said(b"", status)

    assert answer.expect_status(200, 201, status) is answer


@pytest.mark.parametrize(
    ("status", "judge", "expected"),
    [
        (404, lambda answer: answer.expect_ok(), "expected 200; found 404"),
        (200, lambda answer: answer.expect_created(), "expected 201; found 200"),
        (200, lambda answer: answer.expect_client_error(), "expected a 4xx; found 200"),
        (500, lambda answer: answer.expect_client_error(), "expected a 4xx; found 500"),
        (418, lambda answer: answer.expect_status(401, 403), "expected 401 or 403; found 418"),
    ],
)
def test_any_other_status_is_the_targets_failure(
    said: Callable[..., Response], status: int, judge: Callable[[Response], Response], expected: str
) -> None:
    with pytest.raises(ExpectationFailed, match=expected):
        judge(said(b"why", status))


@pytest.mark.parametrize("status", [400, 404, 499])
def test_any_4xx_refuses(said: Callable[..., Response], status: int) -> None:
    assert said(b"", status).expect_client_error().status == status
