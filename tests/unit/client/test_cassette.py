from __future__ import annotations

import gzip
import json
import os
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml
from tests.unit.client.hostile_server import BOMB, HostileServer, sends_encoded, zeros

from tuningfork.client import cassette_filters
from tuningfork.client.cassette import (
    CassetteError,
    CassetteHeader,
    MissingCassetteError,
    NotRecordedError,
    read_header,
    record_cassette,
    replay_cassette,
)
from tuningfork.client.cassette_filters import CodingError, cassette_disabled
from tuningfork.client.limits import TooLargeError
from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.client.session import IsolatedSession

PAGE = '<form action="/login?code=PAGE-SECRET"><input type="hidden" name="csrf" value="CSRF-SECRET"></form>'


class Server(BaseHTTPRequestHandler):
    """Returns new secrets in each response and counts the requests."""

    served = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match urlsplit(self.path).path:
            case "/connect":
                self._respond(
                    PAGE.encode(), "text/html; charset=utf-8", {"Set-Cookie": "s=COOKIE-SECRET; Path=/"}
                )
            case "/packed":
                self._respond(gzip.compress(b'{"secret_token": "PACKED-SECRET"}'), coding="gzip")
            case "/odd":
                self._respond(b"?", coding="compress")
            case "/binary":
                self._respond(b"\xff\xfe\x00", "audio/mpeg")
            case _:
                body = {"next_href": "http://x/t?secret_token=HREF-SECRET&a=1", "n": Server.served + 1}
                self._respond(json.dumps(body).encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/login"):
            self._respond(b"", headers={"Location": "my-app://cb?code=CODE-SECRET&state=a%20b"}, status=302)
            return
        old = parse_qs(sent.decode("latin-1")).get("refresh_token", ["-"])[0]
        tokens = {
            "access_token": f"NEW-SECRET-{old}",
            "refresh_token": f"NEXT-SECRET-{old}",
            "expires_in": 3599,
        }
        self._respond(json.dumps(tokens).encode())

    do_PUT = do_POST  # noqa: N815 - http.server calls it

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "77")
        self.end_headers()

    def _respond(
        self,
        body: bytes,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        status: int = 200,
        coding: str = "",
    ) -> None:
        Server.served += 1
        self.send_response(status)
        more = {"Content-Encoding": coding} if coding else {}
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            **more,
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

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


@pytest.fixture
def header(base: str) -> CassetteHeader:
    return CassetteHeader("staging", base, {"redirect_uri": "my-app://cb"})


def log_in(session: requests.Session, base: str, secret: str) -> list[Any]:
    """Send a chain of token requests with secrets in every location; return what a test would check."""
    page = session.get(
        f"{base}/connect?client_id=ID-{secret}&state=open", headers={"Authorization": f"OAuth A-{secret}"}
    )
    csrf = page.text.partition('value="')[2].partition('"')[0]
    form = {"csrf": csrf, "username": f"U-{secret}", "password": f"P-{secret}", "state": "open"}
    back = session.post(f"{base}/login?oauth_token=Q-{secret}", data=form, allow_redirects=False)
    first = session.post(
        f"{base}/token", data={"client_secret": secret, "refresh_token": f"R-{secret}"}
    ).json()
    second = session.post(
        f"{base}/token", data={"client_secret": secret, "refresh_token": first["refresh_token"]}
    ).json()
    packed = session.get(f"{base}/packed").json()
    upload = session.put(
        f"{base}/up", files={"f": ("a", b"\x00\xff")}, data={"client_secret": secret}
    ).status_code
    listed = session.get(f"{base}/tracks", params={"limit": 2}).json()
    return [back.headers["Location"], first, second, packed, upload, listed, back.cookies.get_dict()]


def test_cassette_without_secrets_replays_all_exchanges(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "suite" / "test.yaml"
    with record_cassette(path, header), requests.Session() as session:
        live = log_in(session, base, "MY-SECRET")
    served, text = Server.served, path.read_text()

    with replay_cassette(path) as replayed, requests.Session() as session:
        location, first, second, packed, upload, listed, _ = log_in(
            session, replayed.header.base_url, "ANOTHER"
        )

    assert "SECRET" in json.dumps(live)
    assert "SECRET" not in text.replace("REDACTED", "")
    assert Server.served == served
    assert location.startswith("my-app://cb?code=REDACTED-")
    assert location.endswith("&state=a%20b")
    assert len({first["access_token"], first["refresh_token"], second["access_token"]}) == 3
    assert first["refresh_token"] in text
    assert first["expires_in"] == 3599
    assert packed["secret_token"].startswith("REDACTED-")
    assert upload == 200
    assert listed["n"] == live[5]["n"]


def test_recorded_response_reaches_client_unchanged(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    with record_cassette(tmp_path / "a.yaml", header):
        response = requests.post(f"{base}/token", data={"refresh_token": "x"}, timeout=5)

    assert response.json()["access_token"] == "NEW-SECRET-x"


def test_content_length_matches_redacted_body(tmp_path: Path, base: str, header: CassetteHeader) -> None:
    with record_cassette(tmp_path / "a.yaml", header), requests.Session() as session:
        session.post(f"{base}/token", data={"refresh_token": "x" * 40})
        session.get(f"{base}/packed")
        session.head(f"{base}/tracks")

    first, packed, head = yaml.safe_load((tmp_path / "a.yaml").read_text())["interactions"]

    assert first["request"]["headers"]["Content-Length"] == [str(len(first["request"]["body"]))]
    assert first["response"]["headers"]["Content-Length"] == [str(len(first["response"]["body"]["string"]))]
    assert "Content-Encoding" not in packed["response"]["headers"]
    assert packed["response"]["headers"]["Content-Length"] == [str(len(packed["response"]["body"]["string"]))]
    assert head["response"]["headers"]["Content-Length"] == ["77"]


def test_repeated_request_gets_its_responses_in_order(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header), requests.Session() as session:
        live = [session.get(f"{base}/tracks").json()["n"] for _ in range(2)]

    with replay_cassette(path), requests.Session() as session:
        played = [session.get(f"{base}/tracks").json()["n"] for _ in range(2)]
        with pytest.raises(NotRecordedError, match=r"a\.yaml: GET /tracks was recorded fewer times"):
            session.get(f"{base}/tracks")

    assert played == live


@pytest.mark.parametrize(
    "url", ["/tracks?limit=3", "/users?limit=2&code=MY-SECRET", "https://other.test/tracks?q="]
)
def test_unrecorded_request_is_named_in_error(
    tmp_path: Path, base: str, header: CassetteHeader, url: str
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header):
        requests.get(f"{base}/tracks?limit=2", timeout=5)

    with replay_cassette(path), pytest.raises(NotRecordedError, match="was not recorded") as caught:
        requests.get(url if url.startswith("http") else base + url, timeout=5)

    assert "MY-SECRET" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_body_is_matched_regardless_of_property_order(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header), requests.Session() as session:
        session.post(f"{base}/token", json={"a": 1, "b": [2]})
        session.post(f"{base}/token", data={"a": "1", "b": ""})

    with replay_cassette(path), requests.Session() as session:
        session.post(f"{base}/token", data={"b": "", "a": "1"})
        session.post(f"{base}/token", json={"b": [2], "a": 1})
        with pytest.raises(NotRecordedError):
            session.post(f"{base}/token", json={"b": [3], "a": 1})


def test_session_with_open_connection_is_recorded_and_replayed(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    with requests.Session() as session:
        session.get(f"{base}/tracks")
        with record_cassette(path, header):
            live = session.get(f"{base}/tracks").json()
        session.get(f"{base}/tracks")
        served = Server.served
        with replay_cassette(path):
            played = session.get(f"{base}/tracks").json()

        assert (live["n"], Server.served) == (played["n"], served)
        assert session.get(f"{base}/tracks").json()["n"] == served + 1


def test_binary_and_empty_bodies_are_replayed_unchanged(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header):
        requests.get(f"{base}/binary", timeout=5)

    with replay_cassette(path):
        assert requests.get(f"{base}/binary", timeout=5).content == b"\xff\xfe\x00"


def test_discarded_or_failed_recording_keeps_previous_file(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    with record_cassette(path, header) as recording:
        requests.get(f"{base}/tracks", timeout=5)
        recording.discard()
    with pytest.raises(requests.ConnectionError), record_cassette(path, header):
        [requests.get(url, timeout=5) for url in (f"{base}/tracks", "http://127.0.0.1:1/")]

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")  # the child needs no other thread
def test_recording_that_is_killed_while_it_is_written_keeps_previous_file(
    tmp_path: Path, base: str, header: CassetteHeader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    write_text = Path.write_text

    def write_half(self: Path, text: str, **options: Any) -> int:
        """Write a part of the file, and end as a killed process does: no code runs after it."""
        write_text(self, text[: len(text) // 2], **options)
        os._exit(9)

    if (child := os.fork()) == 0:
        monkeypatch.setattr(Path, "write_text", write_half)
        with record_cassette(path, header):
            requests.get(f"{base}/tracks", timeout=5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert path.read_text() == "old"

    with record_cassette(path, header):
        requests.get(f"{base}/tracks", timeout=5)

    assert "interactions:" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_content_coding_is_not_recorded(tmp_path: Path, base: str, header: CassetteHeader) -> None:
    with pytest.raises(CodingError, match="compress"), record_cassette(tmp_path / "a.yaml", header):
        requests.get(f"{base}/odd", timeout=5)


def test_header_names_target_and_version(tmp_path: Path, base: str, header: CassetteHeader) -> None:
    with record_cassette(tmp_path / "a.yaml", header):
        requests.get(f"{base}/tracks", timeout=5)

    assert read_header(tmp_path / "a.yaml") == header
    assert header.recorded[:2] == "20"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\ninteractions:\n- request: {", "line 4: not valid YAML"),
        ("version: 1\ninteractions: []\n", "not a complete cassette of tuningfork"),
        ("[]", "not a complete cassette"),
        (
            "tuningfork: {target: a, base_url: b, format: 9}\ninteractions: []\n",
            "unknown format 9",
        ),
        (
            "tuningfork: {target: a, base_url: b}\ninteractions: [{request: {uri: /}}]\n",
            "not a complete cassette",
        ),
    ],
)
def test_incomplete_cassette_is_reported_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "torn.yaml"
    path.write_text(text)

    with pytest.raises(CassetteError, match=message) as caught, replay_cassette(path):
        pass

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_cassette_has_its_own_error(tmp_path: Path) -> None:
    with (
        pytest.raises(MissingCassetteError, match="the cassette does not exist"),
        replay_cassette(tmp_path / "none.yaml"),
    ):
        pass


def test_requests_of_the_tool_are_not_recorded(tmp_path: Path, base: str) -> None:
    path = tmp_path / "test.yaml"
    with record_cassette(path, CassetteHeader("staging", base)), requests.Session() as session:
        with cassette_disabled():
            session.get(f"{base}/own")
        session.get(f"{base}/listed")

    assert "/own" not in path.read_text()
    assert "/listed" in path.read_text()


@pytest.mark.parametrize("layers", [1, 2])
def test_recording_decodes_no_more_than_the_limit(
    tmp_path: Path, header: CassetteHeader, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cassette_filters, "MAX_BODY_BYTES", 2**20)
    bomb = zeros(31) if layers == 1 else gzip.compress(zeros(31))
    route = Route(10, max_body=2**20)
    with HostileServer(sends_encoded(b"gzip", lambda: bomb)) as server:
        tracemalloc.start()
        try:
            with (
                pytest.raises((TooLargeError, CodingError), match=r"more than 1\D?(048576|MiB)"),
                record_cassette(tmp_path / "a.yaml", header),
            ):
                IsolatedSession(NetworkAdapter(route)).get(server.base_url)
            assert tracemalloc.get_traced_memory()[1] < BOMB // 2
        finally:
            tracemalloc.stop()
