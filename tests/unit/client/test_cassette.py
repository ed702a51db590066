from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml

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

PAGE = '<form action="/login?code=PAGE-SECRET"><input type="hidden" name="csrf" value="CSRF-SECRET"></form>'


class Server(BaseHTTPRequestHandler):
    """Answers with new secrets each time, and counts its requests."""

    served = 0
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match urlsplit(self.path).path:
            case "/connect":
                self._answer(
                    PAGE.encode(), "text/html; charset=utf-8", {"Set-Cookie": "s=COOKIE-SECRET; Path=/"}
                )
            case "/packed":
                self._answer(gzip.compress(b'{"secret_token": "PACKED-SECRET"}'), coding="gzip")
            case "/odd":
                self._answer(b"?", coding="compress")
            case "/binary":
                self._answer(b"\xff\xfe\x00", "audio/mpeg")
            case _:
                body = {"next_href": "http://x/t?secret_token=HREF-SECRET&a=1", "n": Server.served + 1}
                self._answer(json.dumps(body).encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/login"):
            self._answer(b"", headers={"Location": "my-app://cb?code=CODE-SECRET&state=a%20b"}, status=302)
            return
        old = parse_qs(sent.decode("latin-1")).get("refresh_token", ["-"])[0]
        tokens = {
            "access_token": f"NEW-SECRET-{old}",
            "refresh_token": f"NEXT-SECRET-{old}",
            "expires_in": 3599,
        }
        self._answer(json.dumps(tokens).encode())

    do_PUT = do_POST  # noqa: N815 - the name is the library's

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "77")
        self.end_headers()

    def _answer(
        self,
        body: bytes,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
        status: int = 200,
        coding: str = "",
    ) -> None:
        Server.served += 1
        self.send_response(status)
        more = {"Content-Encoding": coding} if coding else {}
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **more,
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


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
    """A token chain, with secrets in every place; gives what a test would look at."""
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


def test_no_secret_is_in_the_file_and_a_replay_goes_the_same_way(
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


def test_what_is_recorded_is_told_unchanged_to_the_one_who_records(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    with record_cassette(tmp_path / "a.yaml", header):
        answer = requests.post(f"{base}/token", data={"refresh_token": "x"}, timeout=5)

    assert answer.json()["access_token"] == "NEW-SECRET-x"


def test_lengths_agree(tmp_path: Path, base: str, header: CassetteHeader) -> None:
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


def test_the_same_requests_are_answered_in_order_and_no_oftener(
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
def test_what_was_not_recorded_is_said_in_a_sentence(
    tmp_path: Path, base: str, header: CassetteHeader, url: str
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header):
        requests.get(f"{base}/tracks?limit=2", timeout=5)

    with replay_cassette(path), pytest.raises(NotRecordedError, match="was not recorded") as caught:
        requests.get(url if url.startswith("http") else base + url, timeout=5)

    assert "MY-SECRET" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_json_and_form_bodies_are_compared_by_what_they_say(
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


def test_a_session_that_was_connected_before_is_recorded_and_replayed(
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


def test_bytes_and_an_empty_list_come_back_as_they_were(
    tmp_path: Path, base: str, header: CassetteHeader
) -> None:
    path = tmp_path / "a.yaml"
    with record_cassette(path, header):
        requests.get(f"{base}/binary", timeout=5)

    with replay_cassette(path):
        assert requests.get(f"{base}/binary", timeout=5).content == b"\xff\xfe\x00"


def test_a_discarded_or_failed_recording_leaves_the_old_file(
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


def test_a_coding_that_hides_secrets_is_refused(tmp_path: Path, base: str, header: CassetteHeader) -> None:
    with pytest.raises(CodingError, match="compress"), record_cassette(tmp_path / "a.yaml", header):
        requests.get(f"{base}/odd", timeout=5)


def test_the_header_tells_where_it_comes_from(tmp_path: Path, base: str, header: CassetteHeader) -> None:
    with record_cassette(tmp_path / "a.yaml", header):
        requests.get(f"{base}/tracks", timeout=5)

    assert read_header(tmp_path / "a.yaml") == header
    assert header.recorded[:2] == "20"


@pytest.mark.parametrize(
    ("text", "said"),
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
def test_a_torn_cassette_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "torn.yaml"
    path.write_text(text)

    with pytest.raises(CassetteError, match=said) as caught, replay_cassette(path):
        pass

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_cassette_is_told_from_a_torn_one(tmp_path: Path) -> None:
    with (
        pytest.raises(MissingCassetteError, match="the cassette does not exist"),
        replay_cassette(tmp_path / "none.yaml"),
    ):
        pass


def test_requests_of_the_tool_itself_are_on_no_tape(tmp_path: Path, base: str) -> None:
    path = tmp_path / "test.yaml"
    with record_cassette(path, CassetteHeader("staging", base)), requests.Session() as session:
        with cassette_disabled():
            session.get(f"{base}/own")
        session.get(f"{base}/listed")

    assert "/own" not in path.read_text()
    assert "/listed" in path.read_text()
