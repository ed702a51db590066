"""OAuth 1.0a in the mock: the vectors of RFC 5849, placements, changed requests, nonces, body hashes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import requests
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from tuningfork.apis.audioboo.mock import AudioBoo, create
from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.seed import Seed
from tuningfork.apis.audioboo.mock.tokens import AccessToken

ODD = "Café 🎙 & + %25 ; = a+b\r\n"
UPLOAD = {"audio_clip[uploaded_data]": ("boo.wav", b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000))}
PHOTOS = (  # RFC 5849, 1.2
    'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk",'
    ' oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH",'
    ' oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"'
)
BASE_STRING = (  # RFC 5849, 3.4.1.1
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26"
    "c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26"
    "oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
)


@pytest.fixture
def photos() -> AudioBoo:
    """Return a mock with the keys of RFC 5849's example, at the example's time."""
    mock = create()
    mock.api_keys.add(ApiKey("consumer", "dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
    token = AccessToken("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", "dpf43f3p2l4k3l03", Seed.FIRST)
    mock.tokens.issue_access_token = lambda *_: token  # type: ignore[method-assign]  # replaces a rule of the mock
    mock.tokens.find_access_token = lambda text: token if text == token.token else None  # type: ignore[method-assign]  # same
    mock.clock.now = lambda: 137131202.0  # type: ignore[method-assign]  # same
    return mock


@pytest.mark.parametrize(("path", "status"), [("size=original", 404), ("size=Original", 401)])
def test_signature_of_rfc_5849_is_accepted(photos: AudioBoo, path: str, status: int) -> None:
    """The API does not have the path: a 404 means that the signature was accepted before."""
    response = Client(photos.wsgi).get(
        f"/photos?file=vacation.jpg&{path}",
        base_url="http://photos.example.net",
        headers={"Authorization": PHOTOS},
    )

    assert response.status_code == status


def test_base_string_of_rfc_5849(photos: AudioBoo) -> None:
    builder = EnvironBuilder(
        "/request",
        base_url="http://EXAMPLE.COM:80",
        method="POST",
        query_string="b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        data="c2&a3=2+q",
        content_type="application/x-www-form-urlencoded",
        headers={
            "Authorization": 'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2",'
            ' oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1",'
            ' oauth_timestamp="137131201", oauth_nonce="7d8f3e4a",'
            ' oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"'
        },
    )
    with photos.app.request_context(builder.get_environ()):
        context = RequestContext(Request(builder.get_environ()))  # type: ignore[arg-type]  # the context needs no endpoint
        photos.request_parser.parse(context)

        assert photos.signatures.base_string(context) == BASE_STRING


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize("host", ["/account", "/account?x=%2B&x=1%20+"])
def test_signature_is_accepted_in_every_placement(signer: Any, placement: str, host: str) -> None:
    auth = signer.oauth(signer.token(), placement=placement)

    response = signer(auth, "PUT", host, data={"user[profile_name]": ODD})

    assert response.status_code == 200, response.text
    assert response.json()["body"]["user"]["full_name"] == ODD


def test_path_is_signed_as_sent(signer: Any) -> None:
    auth = signer.oauth(signer.token())

    for path in ("/tag/New%20YorkCaf%c3%A9/audio_clips", "/tag/~a;b='(c)'/audio_clips?page[items]=2"):
        assert signer(auth, "GET", path).status_code == 200


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize(
    "change",
    [
        lambda url: url + "&page[items]=4",
        lambda url: url.replace("items%5D=3", "items%5D=4"),
        lambda url: url.replace("/followed", "/favourites"),
        lambda url: url.replace("api.", "api2."),
    ],
)
def test_changed_request_returns_401(signer: Any, placement: str, change: Callable[[str], str]) -> None:
    auth = signer.oauth(signer.token(), placement=placement)
    request = signer.prepared(auth, "GET", "/account/audio_clips/followed?page%5Bitems%5D=3")
    good = request.url
    request.url = change(good)
    signer.session.mount("https://api2.audioboom.mock", signer.session.adapters["https://api.audioboom.mock"])

    assert request.url != good
    expect_refused(signer.send(request), 401)
    request.url = good
    assert signer.send(request).status_code == 200


def test_every_character_of_oauth_signature_is_compared(signer: Any) -> None:
    auth = signer.oauth(signer.token())
    for at in range(27):
        request = signer.prepared(auth, "GET", "/account")
        request.headers["Authorization"] = _change_signature(request.headers["Authorization"], at)
        expect_refused(signer.send(request), 401)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer abc", 401),
        ("OAuth", 401),
        ("OAuth nonsense", 400),
        ('OAuth oauth_token="a", oauth_token="a"', 400),
        ('OAuth oauth_consumer_key="a"', 400),
    ],
)
def test_malformed_authorization_header_is_refused(signer: Any, header: str, status: int) -> None:
    response = signer(None, "GET", "/account", headers={"Authorization": header})

    expect_refused(response, status)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("oauth_signature_method", "PLAINTEXT", 400),
        ("oauth_signature_method", "hmac-sha1", 400),
        ("oauth_version", "2.0", 400),
        ("oauth_timestamp", "yesterday", 400),
        ("oauth_timestamp", "\uff19", 400),
        ("oauth_nonce", "", 400),
        ("oauth_consumer_key", "nobody", 401),
        ("oauth_token", "nothing", 401),
        ("oauth_signature", "é\ud800".encode("utf-8", "replace").decode(), 401),
    ],
)
def test_invalid_oauth_parameter_is_refused(signer: Any, name: str, value: str, status: int) -> None:
    request = signer.prepared(signer.oauth(signer.token(), placement="query"), "GET", "/account")
    pairs = [pair.split("=") for pair in request.url.partition("?")[2].split("&")]
    request.url = request.url.partition("?")[0] + "?"
    request.url += "&".join(f"{key}={quote(value) if key == name else given}" for key, given in pairs)

    expect_refused(signer.send(request), status)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.replace("OAuth ", 'oauth   realm="a, b \\"c\\" = d",'),
        lambda header: header.replace(", ", ","),
        lambda header: header.replace(", ", " ,\t").replace('="', ' = "'),
        lambda header: header.replace("oauth_nonce", "oauth%5Fnonce"),
    ],
)
def test_other_spellings_of_header_are_accepted(signer: Any, change: Callable[[str], str]) -> None:
    request = signer.prepared(signer.oauth(signer.token()), "GET", "/account")
    request.headers["Authorization"] = change(request.headers["Authorization"])

    assert signer.send(request).status_code == 200


def test_oauth_parameters_in_two_sources_return_400(signer: Any) -> None:
    request = signer.prepared(signer.oauth(signer.token()), "GET", "/account?oauth_version=1.0")

    expect_refused(signer.send(request), 400)


@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_repeated_nonce_returns_401(signer: Any, placement: str) -> None:
    auth = signer.oauth(signer.token(), placement=placement)
    request = signer.prepared(auth, "PUT", "/account", data={"user[profile_name]": "A"})

    assert signer.send(request).status_code == 200
    expect_refused(signer.send(request), 401)


def test_nonce_is_accepted_with_other_token_or_timestamp(signer: Any) -> None:
    first, second, now = signer.token(), signer.token(Seed.SECOND.username), int(time.time())

    for token, timestamp in ((first, now), (second, now), (first, now - 1)):
        auth = signer.oauth(token, nonce="same", timestamp=timestamp)
        assert signer(auth, "GET", "/account").status_code == 200
    expect_refused(signer(signer.oauth(second, nonce="same", timestamp=now), "GET", "/account"), 401)


def test_wrong_signature_does_not_use_nonce(signer: Any) -> None:
    request = signer.prepared(signer.oauth(signer.token()), "GET", "/account")
    good = request.headers["Authorization"]

    request.headers["Authorization"] = _change_signature(good, 3)
    expect_refused(signer.send(request), 401)
    request.headers["Authorization"] = good
    assert signer.send(request).status_code == 200


@pytest.mark.parametrize(("off", "status"), [(-601, 401), (-60, 200), (60, 200), (602, 401)])
def test_timestamp_is_compared_with_clock_of_mock(signer: Any, off: int, status: int) -> None:
    signer.mock.clock.advance(3600)
    auth = signer.oauth(signer.token(), timestamp=int(signer.mock.clock.now()) + off)

    assert signer(auth, "GET", "/account").status_code == status


def test_expired_nonces_are_deleted(signer: Any) -> None:
    auth = signer.oauth(signer.token(), timestamp=int(time.time()))
    assert signer(auth, "GET", "/account").status_code == 200
    signer.mock.clock.advance(3600)

    later = signer.oauth(signer.token(), timestamp=int(signer.mock.clock.now()))
    assert signer(later, "GET", "/account").status_code == 200
    assert len(signer.mock.nonces._used) == 1


def test_body_hash_covers_file(signer: Any) -> None:
    auth = signer.oauth(signer.token())
    fields = {"audio_clip[title]": ODD}
    request = signer.prepared(auth, "POST", "/account/audio_clips", data=fields, files=UPLOAD)
    good = request.body

    request.body = good[:-300] + b"x" + good[-299:]
    expect_refused(signer.send(request), 401)
    request.body = good
    response = signer.send(request)
    assert response.status_code == 201
    assert response.json()["body"]["audio_clip"]["title"] == ODD


def test_file_without_body_hash_returns_401(signer: Any) -> None:
    auth = signer.oauth(signer.token(), body_hash=False)

    expect_refused(
        signer(auth, "POST", "/account/audio_clips", data={"audio_clip[title]": "A"}, files=UPLOAD), 401
    )


def test_disabled_token_returns_401(signer: Any) -> None:
    token = signer.token()
    signer.mock.disable("token", token.token)

    expect_refused(signer(signer.oauth(token), "GET", "/account"), 401)


def test_signature_without_token_reads_public_lists_only(signer: Any) -> None:
    expect_refused(signer(signer.oauth(), "GET", "/account"), 401)
    assert signer(signer.oauth(), "GET", "/audio_clips").status_code == 200


def test_unsigned_writes_return_401(signer: Any) -> None:
    for operation in signer.mock.handlers:
        method, _, path = operation.partition(" ")
        if signer.mock.authorization.requires_user(operation):
            expect_refused(signer(None, method, path.replace("{", "").replace("}", "")), 401)
    assert sum(map(signer.mock.authorization.requires_user, signer.mock.handlers)) == 23


def expect_refused(response: requests.Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert int(response.headers["X-Audioboo-Error_code"]) == status
    assert response.headers["X-Audioboo-Error_description"]
    assert ("WWW-Authenticate" in response.headers) is (status == 401)


def _change_signature(header: str, at: int) -> str:
    start = header.index('oauth_signature="') + len('oauth_signature="')
    text = (
        header[start : header.index('"', start)].replace("%2F", "/").replace("%2B", "+").replace("%3D", "=")
    )
    other = "B" if text[at] == "A" else "A"
    return header[:start] + quote(text[:at] + other + text[at + 1 :], safe="") + '"'
