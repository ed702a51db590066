"""OAuth 1.0a: signatures as in RFC 5849 in every placement, and the three requests to a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from tuningfork.auth.oauth1 import Consumer, OAuth1, OAuth1Flow, Token
from tuningfork.auth.oauth2 import AuthError

PRINTER = Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
UNVERSIONED = {"oauth_version": None}
FORM = "application/x-www-form-urlencoded"


def prepared(auth: OAuth1, method: str = "GET", url: str = "http://127.0.0.1:1/", **rest: Any) -> Any:
    return requests.Request(method, url, auth=auth, **rest).prepare()


def in_header(request: Any) -> dict[str, str]:
    scheme, _, listed = request.headers["Authorization"].partition(" ")
    assert scheme == "OAuth"
    pairs = (part.strip().partition("=") for part in listed.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs}


def hash_of(content: bytes) -> str:
    return base64.b64encode(hashlib.sha1(content).digest()).decode()


@pytest.mark.parametrize(
    ("method", "url", "auth", "signature"),
    [
        (
            "POST",
            "https://photos.example.net/initiate",
            OAuth1(
                PRINTER,
                nonce="wIjqoS",
                timestamp=137131200,
                callback="http://printer.example.com/ready",
                parameter_overrides=UNVERSIONED,
            ),
            "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
        ),
        (
            "POST",
            "https://photos.example.net/token",
            OAuth1(
                PRINTER,
                "hh5s93j4hdidpola",
                "hdhd0244k9j7ao03",
                nonce="walatlh",
                timestamp=137131201,
                verifier="hfdp7dh39dks9884",
                parameter_overrides=UNVERSIONED,
            ),
            "gKgrFCywp7rO0OXSjdot/IHF7IU=",
        ),
        (
            "GET",
            "http://photos.example.net/photos?file=vacation.jpg&size=original",
            OAuth1(
                PRINTER,
                "nnch734d00sl2jdk",
                "pfkkdhi9sl3r4s00",
                nonce="chapoH",
                timestamp=137131202,
                parameter_overrides=UNVERSIONED,
            ),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        ),
    ],
    ids=["request token", "access token", "photo"],
)
def test_signatures_of_rfc_section_1_2(method: str, url: str, auth: OAuth1, signature: str) -> None:
    assert in_header(prepared(auth, method, url))["oauth_signature"] == signature


def test_signature_of_rfc_section_3_4_1_1() -> None:
    base_string = (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26"
        "c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26"
        "oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )
    auth = OAuth1(
        Consumer("9djdj82h48djs9d2", "one&"),
        "kkk9d7dh3k39sjv7",
        "two",
        nonce="7d8f3e4a",
        timestamp=137131201,
        parameter_overrides=UNVERSIONED,
    )
    url = "http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"

    signed = prepared(auth, "POST", url, data="c2&a3=2+q", headers={"Content-Type": FORM})

    expected = hmac.new(b"one%26&two", base_string.encode(), hashlib.sha1).digest()
    assert in_header(signed)["oauth_signature"] == base64.b64encode(expected).decode()
    assert signed.body == "c2&a3=2+q"


def test_parameters_of_rfc_section_3_1() -> None:
    found = in_header(prepared(OAuth1(Consumer("0685bd9184jfhq22", "s"), "ad180jjd733klru7", "t")))

    assert found.keys() == {
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
        "oauth_signature",
    }
    assert (found["oauth_consumer_key"], found["oauth_token"]) == ("0685bd9184jfhq22", "ad180jjd733klru7")
    assert (found["oauth_signature_method"], found["oauth_version"]) == ("HMAC-SHA1", "1.0")


def test_nonce_differs_for_each_request() -> None:
    auth = OAuth1(PRINTER)

    assert len({in_header(prepared(auth))["oauth_nonce"] for _ in range(20)}) == 20


def test_signature_is_equal_in_each_placement() -> None:
    def auth(placement: Any) -> OAuth1:
        return OAuth1(PRINTER, "t", "s", placement, nonce="n", timestamp=1)

    asked: dict[str, Any] = {
        "method": "POST",
        "url": "https://a.example/p?x=1",
        "data": [("y", "ä +"), ("y", "")],
    }
    header, query, body = (prepared(auth(place), **asked) for place in ("header", "query", "body"))

    in_query = dict(parse_qsl(urlsplit(query.url).query))
    in_body = dict(parse_qsl(body.body))
    assert in_query.pop("x") == "1"
    assert in_body.pop("y") == "ä +"
    assert in_header(header) == in_query == in_body
    assert "Authorization" not in {**query.headers, **body.headers}
    assert parse_qs(body.body, keep_blank_values=True)["y"] == ["ä +", ""]


def test_body_placement_creates_form_body() -> None:
    signed = prepared(OAuth1(PRINTER, placement="body"), "POST")

    assert "oauth_signature" in parse_qs(signed.body)
    assert signed.headers["Content-Type"] == FORM


def test_body_placement_without_form_raises_value_error() -> None:
    with pytest.raises(ValueError, match="body"):
        prepared(OAuth1(PRINTER, placement="body"), "GET")


@pytest.mark.parametrize("placement", ["header", "query"])
def test_non_form_body_is_hashed(placement: Any) -> None:
    signed = prepared(OAuth1(PRINTER, placement=placement), "POST", files={"f": ("n", b"\xff\r\n\0")})

    found = in_header(signed) if placement == "header" else dict(parse_qsl(urlsplit(signed.url).query))
    assert found["oauth_body_hash"] == hash_of(signed.body)
    assert b"\xff\r\n\0" in signed.body


@pytest.mark.parametrize("request_of", [{}, {"data": {"a": "1"}}], ids=["none", "form"])
def test_form_or_empty_body_is_not_hashed(request_of: dict[str, Any]) -> None:
    assert "oauth_body_hash" not in in_header(prepared(OAuth1(PRINTER), "POST", **request_of))


def test_body_hash_can_be_disabled() -> None:
    signed = prepared(OAuth1(PRINTER, body_hash=False), "POST", files={"f": ("n", b"x")})

    assert "oauth_body_hash" not in in_header(signed)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"a=%zz&\xff", FORM), (b"[", FORM), (b"a=1", None), (b"a=1", "text/plain"), (b"\xff", None)],
)
def test_unparsable_query_is_sent_unchanged(body: bytes, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}

    signed = prepared(OAuth1(PRINTER), "POST", "http://127.0.0.1/?a[b]=1", data=body, headers=headers)

    assert signed.body == body
    assert signed.headers.get("Content-Type") == kind
    assert "oauth_signature" in in_header(signed)
    assert parse_qs(urlsplit(signed.url).query) == {"a[b]": ["1"]}


def test_replay_with_redacted_secrets_is_signed() -> None:
    assert in_header(prepared(OAuth1(Consumer("REDACTED", "REDACTED"), "REDACTED-first", None)))


def test_overridden_parameters_are_signed() -> None:
    auth = OAuth1(
        PRINTER, parameter_overrides={"oauth_nonce": None, "oauth_version": "2.0", "oauth_body_hash": "x"}
    )

    found = in_header(prepared(auth, "POST", files={"f": ("n", b"x")}))

    assert "oauth_nonce" not in found
    assert (found["oauth_version"], found["oauth_body_hash"]) == ("2.0", "x")


def test_repr_contains_no_secret() -> None:
    text = repr([OAuth1(Consumer("k", "a-secret"), "b-secret", "c-secret"), Token("d-secret", "e-secret")])

    assert "secret" not in text.replace("token_secret=", "")


class Server(BaseAdapter):
    """Responds to every request with a function."""

    def __init__(self, respond: Callable[[requests.PreparedRequest], tuple[int, str]]) -> None:
        super().__init__()
        self._respond = respond
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.requests.append(request)
        made = requests.Response()
        made.status_code, text = self._respond(request)
        made._content, made.request, made.url = text.encode(), request, str(request.url)
        return made

    def close(self) -> None:
        pass


def legs(respond: Callable[[requests.PreparedRequest], tuple[int, str]]) -> tuple[OAuth1Flow, Server]:
    session, server = requests.Session(), Server(respond)
    session.mount("http://", server)
    return OAuth1Flow(session, "http://127.0.0.1:1/base/", PRINTER), server


def test_flow_returns_access_token() -> None:
    given = iter(["oauth_token=a%2B&oauth_token_secret=b&oauth_callback_confirmed=true\n", "oauth_token=c"])
    client, server = legs(lambda _: (200, next(given)))

    asked = client.fetch_request_token("http://app.example/cb?x=1")
    token = client.fetch_access_token(asked, "v")

    first, second = (in_header(request) for request in server.requests)
    assert (asked, token) == (Token("a+", "b"), Token("c", ""))
    assert [request.method for request in server.requests] == ["POST", "POST"]
    assert str(server.requests[1].url) == "http://127.0.0.1:1/base/oauth/access_token"
    assert first["oauth_callback"] == "http://app.example/cb?x=1"
    assert "oauth_token" not in first
    assert (second["oauth_token"], second["oauth_verifier"]) == ("a+", "v")
    assert client.authorize_url(asked) == f"http://127.0.0.1:1/base/oauth/authorize?oauth_token={quote('a+')}"


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [(401, "oauth_token=a-secret", "returned 401"), (200, "a-secret", "no oauth_token"), (302, "", "302")],
)
def test_rejected_token_request_is_reported_without_secret(status: int, text: str, said: str) -> None:
    client, _ = legs(lambda _: (status, text))

    with pytest.raises(AuthError, match=said) as refused:
        client.fetch_request_token()

    assert "secret" not in str(refused.value)


def test_verifier_is_parsed_from_redirect() -> None:
    assert OAuth1Flow.parse_verifier("my-app://cb?x=1&oauth_token=t&oauth_verifier=a%2Bb") == "a+b"
    with pytest.raises(AuthError, match="no oauth_verifier"):
        OAuth1Flow.parse_verifier("https://app.example/cb?denied=t")
