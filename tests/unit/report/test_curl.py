from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from tuningfork.model import Headers, Request
from tuningfork.redaction import Disclosure, SecretLocations
from tuningfork.report.curl import curl

ACCEPT = ("Accept", "*/*")


def test_get_without_secrets_has_no_options() -> None:
    assert curl(Request("GET", "https://a.test/x", Headers([ACCEPT]))) == "curl https://a.test/x"


def test_secrets_are_shell_variables() -> None:
    form = b"grant_type=refresh_token&refresh_token=PLANTED&client_secret=PLANTED"
    pairs = [
        ("Authorization", "OAuth PLANTED"),
        ("Cookie", "session=PLANTED"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ACCEPT,
    ]
    line = curl(Request("POST", "https://a.test/t?code=PLANTED&x=1", Headers(pairs), form))

    assert "PLANTED" not in line
    assert '"https://a.test/t?code=$CODE&x=1"' in line
    assert '-H "Authorization: OAuth $ACCESS_TOKEN"' in line
    assert (
        '--data-raw "grant_type=refresh_token&refresh_token=$REFRESH_TOKEN&client_secret=$CLIENT_SECRET"'
        in line
    )
    assert "-X" not in line


def test_secrets_of_json_are_masked_and_other_dollars_are_quoted() -> None:
    body = b'{"client_secret": "PLANTED", "title": "costs $HOME `id`"}'
    line = curl(
        Request("POST", "https://a.test/", Headers([("Content-Type", "application/json"), ACCEPT]), body)
    )

    words = shlex.split(line)
    assert words[-1] == '{"client_secret": "$CLIENT_SECRET", "title": "costs $HOME `id`"}'
    assert "'\"$CLIENT_SECRET\"'" in line or '"$CLIENT_SECRET"' in line
    assert '"title": "costs $HOME `id`"}\'' in line


def test_secret_locations_of_an_api_are_masked() -> None:
    line = curl(
        Request("GET", "https://a.test/?ticket=PLANTED", Headers([ACCEPT])),
        Disclosure(SecretLocations().plus(parameters=["ticket"])),
    )

    assert line == 'curl "https://a.test/?ticket=$TICKET"'


def test_multipart_form_has_an_option_for_each_part() -> None:
    sent = requests.Request(
        "PUT",
        "https://a.test/t",
        data={"track[title]": "it's @1"},
        files={"track[asset_data]": ("a.mp3", b"\xff\0", "audio/mpeg")},
    ).prepare()
    assert isinstance(sent.body, bytes)
    line = curl(Request("PUT", "https://a.test/t", Headers([*sent.headers.items(), ACCEPT]), sent.body))

    assert shlex.split(line) == [
        "curl", "-X", "PUT", "https://a.test/t",
        "--form-string", "track[title]=it's @1", "-F", "track[asset_data]=@a.mp3;type=audio/mpeg",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"x" * 3000])
def test_long_or_binary_body_is_a_file_with_its_size_in_a_comment(body: bytes) -> None:
    line = curl(Request("POST", "https://a.test/", Headers([("Content-Type", "audio/mpeg"), ACCEPT]), body))

    assert line.endswith(f"--data-binary @body  # body: {len(body):,} bytes of audio/mpeg")


class Echo(BaseHTTPRequestHandler):
    """Returns method, path, headers and body of the request as JSON."""

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        ignored = {"host", "user-agent", "content-length"}
        request = [
            self.command,
            self.path,
            sorted((k, v) for k, v in self.headers.items() if k.lower() not in ignored),
        ]
        content = json.dumps([*request, body.decode("latin-1")]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_ODD = respond  # noqa: N815 - the names are the library's

    def log_message(self, *args: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


JSON = ("Content-Type", "application/json")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl and bash")
@pytest.mark.parametrize(
    ("method", "path", "pairs", "body"),
    [
        ("GET", "/a?b=%5B1%5D&c='x'&d=$HOME", [ACCEPT], b""),
        ("GET", "/a?bpm[from]=1", [ACCEPT, ("X-Empty", "")], b""),
        ("GET", "/a/../b/./c", [("X-Odd", 'Bearer it\'s "x" $y')], b""),
        ("DELETE", "/a", [ACCEPT], b""),
        ("ODD", "/a", [ACCEPT], b""),
        ("POST", "/a", [ACCEPT], b""),
        ("POST", "/a", [JSON, ACCEPT], '{"a": "it\'s \\"ü\\" \n\t$(id) !"}'.encode()),
        ("POST", "/a", [ACCEPT], b"@not-a-file"),
        ("GET", "/a", [ACCEPT, JSON], b"{}"),
        ("PUT", "/a", [ACCEPT, JSON], b"{'a': 'b'}"),
    ],
)
def test_command_repeats_the_request(
    echo: str, method: str, path: str, pairs: list[tuple[str, str]], body: bytes
) -> None:
    locations = SecretLocations(frozenset(), frozenset(), frozenset())
    line = curl(Request(method, echo + path, Headers(pairs), body), Disclosure(locations))

    done = subprocess.run(["bash", "-c", f"{line} --silent"], capture_output=True, timeout=10, check=True)

    sent_method, sent_path, sent_headers, sent_body = json.loads(done.stdout)
    assert (sent_method, sent_path, sent_body.encode("latin-1")) == (method, path, body)
    assert sent_headers == sorted([name, value] for name, value in pairs)


def test_secret_in_a_form_part_is_masked() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nPLANTED\r\n--b--\r\n'
    line = curl(
        Request(
            "POST",
            "https://a.test/",
            Headers([("Content-Type", "multipart/form-data; boundary=b"), ACCEPT]),
            body,
        )
    )

    assert line == 'curl https://a.test/ --form-string "client_secret=$CLIENT_SECRET"'
    assert (
        BytesParser()
        .parsebytes(b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + body)
        .is_multipart()
    )


def test_nested_multipart_body_is_a_file() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n"
    body = b"--b\r\n" + inner + b"\r\n--b--\r\n"
    headers = Headers([("Content-Type", "multipart/form-data; boundary=b"), ACCEPT])

    line = curl(Request("POST", "https://a.test/", headers, body))

    assert "--data-binary @body" in line
