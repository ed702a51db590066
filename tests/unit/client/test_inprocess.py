from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tuningfork.client.inprocess import WsgiAdapter

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

BASE = "http://api.example.com:8080"


@pytest.fixture
def session(factory: ClientFactory) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WsgiAdapter(factory.server))
    return session


def test_application_receives_request(factory: ClientFactory, session: requests.Session) -> None:
    session.put(
        f"{BASE}/a%20b/%C3%BC?x=1&y=%26", data=b"body", headers={"X-Mine": "z", "Content-Type": "a/b"}
    )

    (request,) = factory.server.requests
    assert request["REQUEST_METHOD"] == "PUT"
    assert request["PATH_INFO"].encode("latin-1").decode() == "/a b/ü"
    assert request["RAW_URI"] == "/a%20b/%C3%BC"
    assert request["QUERY_STRING"] == "x=1&y=%26"
    assert (request["HTTP_HOST"], request["SERVER_NAME"], request["SERVER_PORT"]) == (
        "api.example.com:8080",
        "api.example.com",
        "8080",
    )
    assert (request["HTTP_X_MINE"], request["CONTENT_TYPE"]) == ("z", "a/b")
    assert (request["CONTENT_LENGTH"], request["body"]) == ("4", b"body")


@pytest.mark.parametrize(
    "data", [b"body", "body", io.BytesIO(b"body"), (part for part in (b"bo", b"dy"))], ids=type
)
def test_body_may_be_bytes_text_file_or_iterable(
    factory: ClientFactory, session: requests.Session, data: Any
) -> None:
    session.post(BASE, data=data)

    assert factory.server.requests[0]["body"] == b"body"
    assert "HTTP_TRANSFER_ENCODING" not in factory.server.requests[0]


def test_client_receives_response(factory: ClientFactory, session: requests.Session) -> None:
    factory.server.responses = [(404, [("X-A", "1"), ("X-A", "2"), ("Content-Type", "text/plain")], b"no")]

    response = session.get(BASE)

    assert (response.status_code, response.reason, response.content) == (404, "Status", b"no")
    assert response.raw.headers.getlist("x-a") == ["1", "2"]


def test_head_response_has_no_body(factory: ClientFactory, session: requests.Session) -> None:
    factory.server.respond(200, b"body", {"Content-Length": "4"})

    response = session.head(BASE)

    assert (response.content, response.headers["content-length"]) == (b"", "4")


def test_cookies_are_stored_and_sent_again(factory: ClientFactory, session: requests.Session) -> None:
    factory.server.responses = [(200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")], b"")]
    session.get(BASE)
    session.get(BASE)

    assert factory.server.requests[1]["HTTP_COOKIE"] == "a=1; b=2"


def test_response_iterable_is_closed() -> None:
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
