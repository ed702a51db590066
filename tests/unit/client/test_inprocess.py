from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tuningfork.client.inprocess import WsgiAdapter

if TYPE_CHECKING:
    from tests.unit.target.conftest import Way

BASE = "http://api.example.com:8080"


@pytest.fixture
def session(way: Way) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WsgiAdapter(way.site))
    return session


def test_an_application_sees_the_request(way: Way, session: requests.Session) -> None:
    session.put(
        f"{BASE}/a%20b/%C3%BC?x=1&y=%26", data=b"body", headers={"X-Mine": "z", "Content-Type": "a/b"}
    )

    (asked,) = way.site.asked
    assert asked["REQUEST_METHOD"] == "PUT"
    assert asked["PATH_INFO"].encode("latin-1").decode() == "/a b/ü"
    assert asked["RAW_URI"] == "/a%20b/%C3%BC"
    assert asked["QUERY_STRING"] == "x=1&y=%26"
    assert (asked["HTTP_HOST"], asked["SERVER_NAME"], asked["SERVER_PORT"]) == (
        "api.example.com:8080",
        "api.example.com",
        "8080",
    )
    assert (asked["HTTP_X_MINE"], asked["CONTENT_TYPE"]) == ("z", "a/b")
    assert (asked["CONTENT_LENGTH"], asked["body"]) == ("4", b"body")


@pytest.mark.parametrize(
    "data", [b"body", "body", io.BytesIO(b"body"), (part for part in (b"bo", b"dy"))], ids=type
)
def test_a_body_may_come_in_any_form(way: Way, session: requests.Session, data: Any) -> None:
    session.post(BASE, data=data)

    assert way.site.asked[0]["body"] == b"body"
    assert "HTTP_TRANSFER_ENCODING" not in way.site.asked[0]


def test_a_client_sees_the_answer(way: Way, session: requests.Session) -> None:
    way.site.answers = [(404, [("X-A", "1"), ("X-A", "2"), ("Content-Type", "text/plain")], b"no")]

    response = session.get(BASE)

    assert (response.status_code, response.reason, response.content) == (404, "Said", b"no")
    assert response.raw.headers.getlist("x-a") == ["1", "2"]


def test_head_has_no_body(way: Way, session: requests.Session) -> None:
    way.site.says(200, b"body", {"Content-Length": "4"})

    response = session.head(BASE)

    assert (response.content, response.headers["content-length"]) == (b"", "4")


def test_cookies_are_kept_and_shown_again(way: Way, session: requests.Session) -> None:
    way.site.answers = [(200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")], b"")]
    session.get(BASE)
    session.get(BASE)

    assert way.site.asked[1]["HTTP_COOKIE"] == "a=1; b=2"


def test_an_answer_is_closed_once_it_is_read() -> None:
    class Chunks(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    chunks = Chunks([b"a", b"b"])

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return chunks

    session = requests.Session()
    session.mount("http://", WsgiAdapter(application))

    assert session.get(BASE).content == b"ab"
    assert chunks.closed
