"""A cassette of signed requests contains no secret, and is replayed although its signatures differ."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import AuthBase

from tuningfork.apis.audioboo.profile import PROFILE
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1, OAuth1Flow, Token
from tuningfork.client.cassette import CassetteHeader, NotRecordedError, record_cassette, replay_cassette
from tuningfork.redaction import Disclosure
from tuningfork.redaction.location_redactor import LocationRedactor

TOKENS = b"oauth_token=TOKEN-SECRET&oauth_token_secret=TOKEN-SECRET-TOO"
SOURCE = b'{"body": {"source": {"api_key": "KEY-SECRET", "api_secret": "SOURCE-SECRET"}}, "timestamp": 1}'


class Server(BaseHTTPRequestHandler):
    """Returns tokens and keys for every request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = TOKENS if "/oauth/" in self.path else SOURCE
        self.send_response(200)
        self.send_header(
            "Content-Type", "application/x-www-form-urlencoded" if body is TOKENS else "application/json"
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the name is the library's

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signers(secret: str, at: int) -> list[AuthBase]:
    """Return one signer of each kind, with secrets and timestamps that differ between runs."""
    app = Consumer(f"consumer-{secret}", secret)
    placements: Any = ("header", "query")
    by_oauth = [OAuth1(app, f"token-{secret}", secret, place, timestamp=at) for place in placements]
    kinds: Any = ("service", "source")
    return [*by_oauth, *(PrivateKey(kind, f"key-{secret}", secret, lambda: at) for kind in kinds)]


def send_all(base: str, secret: str, at: int) -> list[Any]:
    """Send requests of every kind and return their responses."""
    responses: list[Any] = []
    with requests.Session() as session:
        legs = OAuth1Flow(session, base, Consumer("consumer", secret))
        asked = legs.fetch_request_token()
        responses += [asked, legs.fetch_access_token(asked, f"verifier-{secret}")]
        for auth in [*signers(secret, at), OAuth1(Consumer("c", secret), placement="body")]:
            files = None if isinstance(auth, OAuth1) and auth.placement == "body" else {"f": ("a", b"\xff\0")}
            response = session.post(f"{base}/up", data={"x": "1"}, files=files, auth=auth)
            responses.append(response.json())
        for auth in signers(secret, at):
            responses.append(session.get(f"{base}/list", params={"page[items]": 1}, auth=auth).json())
    return responses


def test_replay_with_other_signatures_returns_recorded_responses(tmp_path: Path, base: str) -> None:
    path = tmp_path / "suite" / "test.yaml"
    with record_cassette(path, CassetteHeader("staging", base), Disclosure(PROFILE.secret_locations)):
        live = send_all(base, "MY-SECRET", 1_700_000_000)
    text = path.read_text()

    with replay_cassette(path, PROFILE.secret_locations) as tape:
        replayed = send_all(tape.header.base_url, "ANOTHER", 1_800_000_000)

    assert live[0] == Token("TOKEN-SECRET", "TOKEN-SECRET-TOO")
    assert "SECRET" not in text
    assert "1700000000" not in text
    assert len(replayed) == len(live)
    assert replayed[0].key.startswith("REDACTED-")
    assert replayed[2]["timestamp"] == 1


def test_replay_with_other_signed_parameters_is_not_recorded(tmp_path: Path, base: str) -> None:
    path = tmp_path / "test.yaml"
    auth = OAuth1(Consumer("c", "s"), placement="query")
    with (
        record_cassette(path, CassetteHeader("staging", base), Disclosure(PROFILE.secret_locations)),
        requests.Session() as session,
    ):
        session.get(f"{base}/list", params={"page[items]": 1}, auth=auth)

    with (
        replay_cassette(path, PROFILE.secret_locations),
        requests.Session() as session,
        pytest.raises(NotRecordedError),
    ):
        session.get(f"{base}/list", params={"page[items]": 2}, auth=auth)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("service%5Bkey%5D=k&service%5Bsignature%5D=s", "service%5Bkey%5D=-&service%5Bsignature%5D=-"),
        ("signed_source%5Btimestamp%5D=1", "signed_source%5Btimestamp%5D=-"),
        (
            "oauth_body_hash=h&oauth_nonce=n&oauth_verifier=v",
            "oauth_body_hash=-&oauth_nonce=-&oauth_verifier=-",
        ),
        ('{"api_key": "k", "api_secret": "s"}', '{"api_key": "-", "api_secret": "-"}'),
        ('{"kind": "source_key", "value": "k"}', '{"kind": "source_key", "value": "-"}'),
        ('{"timestamp": 1, "key": "k"}', '{"timestamp": 1, "key": "k"}'),
        ("signed_page%5Bitems%5D=2&max_time=3", "signed_page%5Bitems%5D=2&max_time=3"),
    ],
)
def test_secrets_are_redacted_by_location(text: str, shown: str) -> None:
    assert LocationRedactor(PROFILE.secret_locations, lambda *_: "-").text(text) == shown
