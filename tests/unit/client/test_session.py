"""A session follows nothing, and a cookie goes back to no other origin than the one that set it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.unit.client.hostility import Hostile, whole

from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import AuthError
from tuningfork.client.controls import ControlsClient
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession
from tuningfork.client.transport import NoResponse
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

    from tuningfork.client.client import Client

ROUTE = Route(15)
FORM = (
    b'<form method="post" action="%b"><input name="username"><input name="password"><button name="approve">'
)
REDIRECTS = (b"301 Moved", b"302 Found", b"303 See Other", b"307 Again", b"308 There")


def client(way: Way, base_url: str, *logins: str) -> Client:
    return way.client(
        adapter=NetworkAdapter(ROUTE),
        base_url=base_url,
        origins=frozenset({base_url}),
        timeout=15,
        login_origins=frozenset(logins),
    )


def approve(way: Way, base_url: str, *logins: str) -> str:
    session = client(way, base_url, *logins).new_session()
    return ConsentPageDriver(session, "app://back", frozenset(logins)).approve(
        f"{base_url}/connect", "ada", "s3cret"
    )


def leads_to(url: str, status: bytes = b"302 Found") -> Callable[..., None]:
    return whole(b"", [b"Location: " + url.encode(), b"Set-Cookie: mine=1"], status)


@pytest.mark.parametrize("status", REDIRECTS)
def test_control_follows_no_redirect(status: bytes) -> None:
    with Hostile(whole()) as other, Hostile(leads_to(f"{other.base_url}/steal", status)) as target:
        controls = ControlsClient(
            f"{target.base_url}/_controls", IsolatedSession(NetworkAdapter(ROUTE)), 15, lambda _: None
        )
        with pytest.raises(ExpectationFailed, match=f"found {status[:3].decode()}"):
            controls.disable("token", "a-token-of-the-app")

    assert other.heard == []


def test_control_without_an_answer_is_told(way: Way) -> None:
    controls = ControlsClient(
        "http://127.0.0.1:1", IsolatedSession(NetworkAdapter(ROUTE)), 15, lambda _: None
    )

    with pytest.raises(NoResponse, match="expected 204 from the control /clock; found the connection broke"):
        controls.clock(1)
    controls.reset_after_test()

    assert not controls.was_reset


@pytest.mark.parametrize("status", REDIRECTS)
def test_client_follows_no_redirect(way: Way, status: bytes) -> None:
    with Hostile(whole()) as other, Hostile(leads_to(other.base_url, status)) as target:
        assert client(way, target.base_url).post("/tracks", form={"token": "t"}).status == int(status[:3])

    assert other.heard == []


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999/", "http://\xff/", "//", "http://a b/"])
def test_redirect_to_nowhere_is_an_answer(way: Way, url: str) -> None:
    with Hostile(whole(b"", [b"Location: " + url.encode("latin-1")], b"302 Found")) as target:
        assert client(way, target.base_url).get("/tracks").headers["location"] == url
        with pytest.raises((AuthError, ExpectationFailed)):
            approve(way, target.base_url)


def test_consent_page_of_another_origin_is_read_without_cookies(way: Way) -> None:
    done = leads_to("app://back?code=c")
    with Hostile(done) as other, Hostile(leads_to(f"{other.base_url}/login")) as target:
        assert approve(way, target.base_url) == "app://back?code=c"

    assert other.heard[0].startswith(b"GET /login HTTP/1.1")
    assert b"Cookie" not in other.heard[0]


def test_cookie_goes_back_to_its_origin() -> None:
    session = IsolatedSession(NetworkAdapter(ROUTE))
    with Hostile(whole(fields=[b"Set-Cookie: a=1; Path=/"])) as one, Hostile(whole()) as other:
        for url in (one.base_url, other.base_url, one.base_url):
            session.get(url)

    assert ["Cookie: a=1" in heard.decode() for heard in (*one.heard, *other.heard)] == [False, True, False]


@pytest.mark.parametrize("domain", [b"", b"; Domain=example.com", b"; Domain=.example.com"])
def test_cookie_of_a_domain_stays_with_its_host(way: Way, domain: bytes) -> None:
    way.site.answers = [(200, [("Set-Cookie", "a=1; Path=/" + domain.decode())], b"")]
    session = way.client(origins=frozenset({"https://api.example.com", "https://www.example.com"})).session

    for url in ("https://api.example.com/", "https://www.example.com/", "https://api.example.com/"):
        session.get(url)

    assert [asked.get("HTTP_COOKIE") for asked in way.site.asked] == [None, None, "a=1"]


def test_password_is_not_typed_on_another_origin(way: Way) -> None:
    with (
        Hostile(whole(FORM % b"")) as other,
        Hostile(leads_to(f"{other.base_url}/login")) as target,
        pytest.raises(AuthError, match=f"password to {other.base_url}, which is not in login_hosts"),
    ):
        approve(way, target.base_url)

    assert [heard[:4] for heard in other.heard] == [b"GET "]


def test_password_is_not_sent_to_another_origin(way: Way) -> None:
    with (
        Hostile(whole()) as other,
        Hostile(whole(FORM % other.base_url.encode())) as target,
        pytest.raises(AuthError, match="not in login_hosts"),
    ):
        approve(way, target.base_url)

    assert other.heard == []


@pytest.mark.parametrize("status", [b"307 Again", b"308 There"])
def test_password_is_not_sent_on_after_a_redirect(way: Way, status: bytes) -> None:
    with Hostile(whole()) as other:

        def act(peer: object) -> None:
            posted = target.heard[-1].startswith(b"POST")
            (leads_to(other.base_url, status) if posted else whole(FORM % b""))(peer)

        with Hostile(act) as target, pytest.raises(AuthError, match="not in login_hosts"):
            approve(way, target.base_url)

    assert other.heard == []


def test_password_is_typed_where_login_hosts_says(way: Way) -> None:
    def act(peer: object) -> None:
        posted = other.heard[-1].startswith(b"POST")
        (leads_to("app://back?code=c") if posted else whole(FORM % b""))(peer)

    with Hostile(act) as other, Hostile(leads_to(f"{other.base_url}/login")) as target:
        assert approve(way, target.base_url, other.base_url) == "app://back?code=c"

    assert [heard[:5] for heard in other.heard] == [b"GET /", b"POST "]


def test_page_that_is_too_large_is_not_read(way: Way) -> None:
    with Hostile(whole(b"<b>" * 30_000)) as target, pytest.raises(AuthError, match="too large to read"):
        approve(way, target.base_url)
