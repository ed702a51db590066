"""The mock's side of the private signing scheme: a vector, sources, disabled keys, changed requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from tuningfork.apis.audioboo.mock import AudioBoo, create
from tuningfork.apis.audioboo.mock.api_keys import REVOCABLE, SERVICE
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.signing_scheme import PrivateKey

DEVICE = {
    "source[unique_identifier]": "0F-1",
    "source[device_name]": "Field recorder & co",
    "source[system_name]": "Test OS",
}
WITNESS = [
    ("version", "200"),
    ("fmt", "json"),
    ("service[key]", SERVICE[0]),
    ("signed_tag_list[]", "b"),
    ("signed_tag_list[]", "a"),
    ("signed_service[timestamp]", "1416182400"),
    ("signed_find[query]", "Café & tea+100%"),
    ("signed_Page[items]", "3"),
]
SIGNATURE = "a665c2a8cb2109945b97c88ae48bd66b7eddae9f"
"""`printf '/audio_clips:find[query]=Café & tea+100%%&Page[items]=3&service[timestamp]=1416182400&tag_list[]=b
&tag_list[]=a:service-secret-41d8' | sha1sum`, in one line."""


@pytest.fixture
def service() -> PrivateKey:
    return PrivateKey("service", *SERVICE)


@pytest.fixture
def source(signer: Any, service: PrivateKey) -> PrivateKey:
    made = signer(service, "POST", "/sources/register", data=DEVICE).json()["body"]["source"]
    return PrivateKey("source", made["api_key"], made["api_secret"])


def mock_at_time_of_vector() -> AudioBoo:
    mock = create()
    mock.clock.now = lambda: 1416182400.0 + 300  # type: ignore[method-assign]  # replaces a rule of the mock
    return mock


@pytest.mark.parametrize(("signature", "status"), [(SIGNATURE, 200), (SIGNATURE.upper(), 401)])
def test_signature_of_vector_is_accepted(signature: str, status: int) -> None:
    query = urlencode([*WITNESS, ("service[signature]", signature)])

    response = Client(mock_at_time_of_vector().wsgi).get(f"/audio_clips?{query}")

    assert response.status_code == status


def test_verified_request_has_signed_parameters_only() -> None:
    mock = mock_at_time_of_vector()
    query = urlencode([*WITNESS, ("service[signature]", SIGNATURE)])
    environ = EnvironBuilder("/audio_clips", query_string=query).get_environ()
    with mock.app.request_context(environ):
        context = RequestContext(Request(environ))  # type: ignore[arg-type]  # the context needs no endpoint
        mock.request_parser.parse(context)
        mock.signing_scheme.verify(context, "service")

    assert context.parameters == [(name.removeprefix("signed_"), value) for name, value in WITNESS[3:]]


def test_registered_source_is_not_linked(signer: Any, source: PrivateKey) -> None:
    response = signer(source, "GET", "/sources/status")

    assert response.json()["body"] == {"linked": False}


def test_registration_without_service_key_returns_401(signer: Any, source: PrivateKey) -> None:
    for auth in (None, source, signer.oauth(signer.token())):
        assert signer(auth, "POST", "/sources/register", data=DEVICE).status_code == 401


def test_status_without_source_key_returns_401(signer: Any, service: PrivateKey) -> None:
    for auth in (None, service, signer.oauth(signer.token())):
        assert signer(auth, "GET", "/sources/status").status_code == 401


def test_service_and_source_keys_are_not_users(signer: Any, service: PrivateKey, source: PrivateKey) -> None:
    for auth in (service, source):
        assert signer(auth, "GET", "/account").status_code == 401
        assert signer(auth, "POST", "/playlists", data={"playlist[title]": "A"}).status_code == 401


def test_disabled_key_returns_401(signer: Any, source: PrivateKey) -> None:
    revocable = PrivateKey("service", *REVOCABLE)
    assert signer(revocable, "GET", "/audio_clips").status_code == 200

    signer.mock.disable("service_key", revocable.key)
    signer.mock.disable("source_key", source.key)

    assert signer(revocable, "GET", "/audio_clips").status_code == 401
    assert signer(source, "GET", "/sources/status").status_code == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda url: url.replace("items%5D=3", "items%5D=4"), 401),
        (lambda url: url.replace("/audio_clips", "/users"), 401),
        (lambda url: url.replace("signed_page", "page"), 401),
        (lambda url: url + "&page[number]=1", 401),
        (lambda url: url + "&service[key]=a", 400),
        (lambda url: url.replace("service%5Bkey%5D=", "service%5Bkey%5D=x"), 401),
        (lambda url: url.replace("service%5Bkey", "source%5Bkey"), 400),
        (lambda url: url.replace("timestamp%5D=", "timestamp%5D=x"), 401),
        (lambda url: url.replace("service%5Bsignature%5D=", "service%5Bsignature%5D=%FF"), 401),
        (lambda url: url + "&callback=go", 200),
    ],
)
def test_changed_request_is_refused(
    signer: Any, service: PrivateKey, change: Callable[[str], str], status: int
) -> None:
    request = signer.prepared(service, "GET", "/audio_clips?page%5Bitems%5D=3")
    request.url = change(request.url)

    assert signer.send(request).status_code == status


def test_every_character_of_private_signature_is_compared(signer: Any, service: PrivateKey) -> None:
    request = signer.prepared(service, "GET", "/audio_clips")
    start, _, signature = request.url.partition("service%5Bsignature%5D=")
    assert signer.send(request).status_code == 200

    for at in range(40):
        other = "0" if signature[at] != "0" else "1"
        request.url = f"{start}service%5Bsignature%5D={signature[:at]}{other}{signature[at + 1 :]}"
        assert signer.send(request).status_code == 401


@pytest.mark.parametrize("off", [-700, 700])
def test_distant_timestamp_returns_401(signer: Any, off: int) -> None:
    auth = PrivateKey("service", *SERVICE, clock=lambda: signer.mock.clock.now() + off)

    assert signer(auth, "GET", "/audio_clips").status_code == 401


def test_signature_covers_bytes_of_file(signer: Any) -> None:
    user = signer.mock.users.find_by_username("romney")
    key = signer.mock.api_keys.register_source()
    key.user = user
    auth = PrivateKey("source", key.key, key.secret)
    file = {"audio_clip[uploaded_data]": ("boo.wav", b"RIFF\x24\x00\x00\x00WAVEfmt \xff" + bytes(2000))}
    request = signer.prepared(
        auth, "POST", "/account/audio_clips", data={"audio_clip[title]": "é"}, files=file
    )
    good = request.body

    request.body = good.replace(b"fmt \xff", b"fmt \xfe")
    assert signer.send(request).status_code == 401
    request.body = good
    response = signer.send(request)
    assert response.status_code == 201, response.text
    assert response.json()["body"]["audio_clip"]["user"]["username"] == "romney"


def test_request_with_two_schemes_returns_400(signer: Any, service: PrivateKey) -> None:
    request = signer.prepared(service, "GET", "/audio_clips")
    signed_twice = signer.prepared(signer.oauth(signer.token()), "GET", request.url.removeprefix(BASE))

    assert signer.send(signed_twice).status_code == 400


BASE = "https://api.audioboom.mock"
