"""Sessions follow no redirects and send each cookie to the origin that set it only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from requests.adapters import BaseAdapter
from tests.unit.client.hostile_server import HostileServer, sends_response

from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.controls import ControlsClient
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.no_response import NoResponse
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

    from tuningfork.client.client import Client

ROUTE = Route(15)
FORM = (
    b'<form method="post" action="%b"><input name="username"><input name="password"><button name="approve">'
)
REDIRECTS = (b"301 Moved", b"302 Found", b"303 See Other", b"307 Again", b"308 There")


def client(factory: ClientFactory, base_url: str, *logins: str) -> Client:
    return factory.client(
        adapter=NetworkAdapter(ROUTE),
        base_url=base_url,
        origins=frozenset({base_url}),
        timeout=15,
        login_origins=frozenset(logins),
    )


def approve(factory: ClientFactory, base_url: str, *logins: str) -> str:
    session = client(factory, base_url, *logins).new_session()
    return ConsentPageDriver(session, "app://back", frozenset(logins)).approve(
        f"{base_url}/connect", "ada", "s3cret"
    )


def leads_to(url: str, status: bytes = b"302 Found") -> Callable[..., None]:
    return sends_response(b"", [b"Location: " + url.encode(), b"Set-Cookie: mine=1"], status)


@pytest.mark.parametrize("status", REDIRECTS)
def test_control_does_not_follow_redirect(status: bytes) -> None:
    with (
        HostileServer(sends_response()) as other,
        HostileServer(leads_to(f"{other.base_url}/steal", status)) as target,
    ):
        controls = ControlsClient(
            f"{target.base_url}/_controls", IsolatedSession(NetworkAdapter(ROUTE)), 15, lambda _: None
        )
        with pytest.raises(ExpectationFailed, match=f"found {status[:3].decode()}"):
            controls.disable("token", "a-token-of-the-app")

    assert other.received == []


def test_control_without_response_raises_no_response(factory: ClientFactory) -> None:
    controls = ControlsClient(
        "http://127.0.0.1:1", IsolatedSession(NetworkAdapter(ROUTE)), 15, lambda _: None
    )

    with pytest.raises(NoResponse, match="204 from the control /clock; found the connection was refused"):
        controls.clock(1)
    controls.reset_after_test()

    assert not controls.was_reset


@pytest.mark.parametrize("status", REDIRECTS)
def test_client_does_not_follow_redirect(factory: ClientFactory, status: bytes) -> None:
    with HostileServer(sends_response()) as other, HostileServer(leads_to(other.base_url, status)) as target:
        assert client(factory, target.base_url).post("/tracks", form={"token": "t"}).status == int(status[:3])

    assert other.received == []


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999/", "http://\xff/", "//", "http://a b/"])
def test_redirect_with_invalid_location_is_returned(factory: ClientFactory, url: str) -> None:
    with HostileServer(sends_response(b"", [b"Location: " + url.encode("latin-1")], b"302 Found")) as target:
        assert client(factory, target.base_url).get("/tracks").headers["location"] == url
        with pytest.raises((AuthError, ExpectationFailed)):
            approve(factory, target.base_url)


def test_consent_page_on_other_origin_gets_no_cookies(factory: ClientFactory) -> None:
    done = leads_to("app://back?code=c")
    with HostileServer(done) as other, HostileServer(leads_to(f"{other.base_url}/login")) as target:
        assert approve(factory, target.base_url) == "app://back?code=c"

    assert other.received[0].startswith(b"GET /login HTTP/1.1")
    assert b"Cookie" not in other.received[0]


def test_cookie_is_sent_to_its_origin() -> None:
    session = IsolatedSession(NetworkAdapter(ROUTE))
    with (
        HostileServer(sends_response(headers=[b"Set-Cookie: a=1; Path=/"])) as one,
        HostileServer(sends_response()) as other,
    ):
        for url in (one.base_url, other.base_url, one.base_url):
            session.get(url)

    assert ["Cookie: a=1" in received.decode() for received in (*one.received, *other.received)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("domain", [b"", b"; Domain=example.com", b"; Domain=.example.com"])
def test_domain_cookie_is_sent_to_its_host_only(factory: ClientFactory, domain: bytes) -> None:
    factory.server.responses = [(200, [("Set-Cookie", "a=1; Path=/" + domain.decode())], b"")]
    session = factory.client(
        origins=frozenset({"https://api.example.com", "https://www.example.com"})
    ).session

    for url in ("https://api.example.com/", "https://www.example.com/", "https://api.example.com/"):
        session.get(url)

    assert [request.get("HTTP_COOKIE") for request in factory.server.requests] == [None, None, "a=1"]


def test_password_is_not_typed_on_other_origin(factory: ClientFactory) -> None:
    with (
        HostileServer(sends_response(FORM % b"")) as other,
        HostileServer(leads_to(f"{other.base_url}/login")) as target,
        pytest.raises(AuthError, match=f"password to {other.base_url}, which is not in login_hosts"),
    ):
        approve(factory, target.base_url)

    assert [received[:4] for received in other.received] == [b"GET "]


def test_password_is_not_sent_to_other_origin(factory: ClientFactory) -> None:
    with (
        HostileServer(sends_response()) as other,
        HostileServer(sends_response(FORM % other.base_url.encode())) as target,
        pytest.raises(AuthError, match="not in login_hosts"),
    ):
        approve(factory, target.base_url)

    assert other.received == []


@pytest.mark.parametrize("status", [b"307 Again", b"308 There"])
def test_redirect_does_not_forward_password_to_other_origin(factory: ClientFactory, status: bytes) -> None:
    with HostileServer(sends_response()) as other:

        def act(peer: object) -> None:
            posted = target.received[-1].startswith(b"POST")
            (leads_to(other.base_url, status) if posted else sends_response(FORM % b""))(peer)

        with HostileServer(act) as target, pytest.raises(AuthError, match="not in login_hosts"):
            approve(factory, target.base_url)

    assert other.received == []


def test_password_is_typed_on_login_host(factory: ClientFactory) -> None:
    def act(peer: object) -> None:
        posted = other.received[-1].startswith(b"POST")
        (leads_to("app://back?code=c") if posted else sends_response(FORM % b""))(peer)

    with HostileServer(act) as other, HostileServer(leads_to(f"{other.base_url}/login")) as target:
        assert approve(factory, target.base_url, other.base_url) == "app://back?code=c"

    assert [received[:5] for received in other.received] == [b"GET /", b"POST "]


def test_oversized_page_is_not_read(factory: ClientFactory) -> None:
    with (
        HostileServer(sends_response(b"<b>" * 30_000)) as target,
        pytest.raises(AuthError, match="too large to read"),
    ):
        approve(factory, target.base_url)


def test_session_requests_the_same_content_codings_in_every_environment() -> None:
    assert IsolatedSession(BaseAdapter()).headers["Accept-Encoding"] == "gzip, deflate"
