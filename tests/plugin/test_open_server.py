"""Generated tests need no examples; an operation without a valid request is not verified."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

REPOSITORY = Path(__file__).parents[2]

COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()", "run", "--target=t", "-n0")
DOCUMENT = """
openapi: 3.1.0
info: {title: O, version: "1"}
x-claims: [O-AUTH]
security: [{T: []}]
components: {securitySchemes: {T: {type: http, scheme: bearer}}}
paths:
"""
SATISFIABLE = """
  /parameter:
    get:
      parameters: [{name: q, in: query, required: true, schema: {type: string, minLength: 3}}]
  /header:
    get:
      parameters: [{name: X-Q, in: header, required: true, schema: {type: integer}}]
  /optional:
    get:
      parameters: [{name: q, in: query, schema: {type: integer, minimum: 5, maximum: 3}}]
  /json:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [t], properties: {t: {type: string}}}}}
  /form:
    put:
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {type: object, properties: {f: {type: string}}}}}
"""
UNSATISFIABLE = """
  /parameter:
    get:
      parameters: [{name: q, in: query, required: true, schema: {type: integer, minimum: 5, maximum: 3}}]
  /body:
    post:
      requestBody: {required: true, content: {application/x-odd: {schema: {type: object}}}}
"""


class Server(ThreadingHTTPServer):
    """Responds to every request with one status, and stores the request lines."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.request_lines: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Reads the whole request before it responds."""

    server: Server

    def handle_any(self) -> None:
        self.server.request_lines.append(self.requestline)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the names are http.server's

    def log_message(self, *parts: object) -> None:
        """Print nothing."""


@pytest.fixture
def serve(checkout: Checkout) -> Iterator[Callable[[int], Server]]:
    """Starts a server as target `t` of a checkout that has only the API `o`: its contract and its profile."""
    shutil.rmtree(checkout.path / "specs")
    shutil.rmtree(checkout.path / "suites")
    shutil.copytree(Path(__file__).parent / "open", checkout.path, dirs_exist_ok=True)
    with contextlib.ExitStack() as stack:

        def start(status: int) -> Server:
            server = stack.enter_context(Server(status))
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
            text = f'[targets.t]\nwrites = true\n[targets.t.o]\nbase_url = "http://127.0.0.1:{server.server_port}"\n'
            (checkout.path / "tuningfork.toml").write_text(text, encoding="utf-8")
            return server

        yield start


def write_document(checkout: Checkout, paths: str) -> None:
    """Write a document with these operations, which respond with 200."""
    content = yaml.safe_load(DOCUMENT + paths)
    for item in content["paths"].values():
        for operation in item.values():
            operation |= {"x-claims": ["O-AUTH"], "responses": {"200": {"description": "ok"}}}
    (checkout.path / "specs/o/openapi.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def run_command(checkout: Checkout) -> int:
    return subprocess.run(COMMAND, cwd=checkout.path, capture_output=True, check=False).returncode


def test_server_without_authentication_fails(checkout: Checkout, serve: Callable[[int], Server]) -> None:
    server = serve(200)

    assert run_command(checkout) == 1
    assert checkout.verdicts() == {"O-AUTH": "failed"}
    assert "GET /api HTTP/1.1" in server.request_lines


def test_operation_without_example_gets_its_smallest_request(
    checkout: Checkout, serve: Callable[[int], Server]
) -> None:
    server = serve(200)
    write_document(checkout, SATISFIABLE)

    assert run_command(checkout) == 1
    failed = {test["id"] for test in checkout.results()["tests"] if test["outcome"] == "failed"}
    assert len(failed) == 5, failed
    assert "GET /parameter?q=000 HTTP/1.1" in server.request_lines
    assert "GET /optional HTTP/1.1" in server.request_lines


def test_server_that_requires_credentials_passes(checkout: Checkout, serve: Callable[[int], Server]) -> None:
    serve(401)
    write_document(checkout, SATISFIABLE)

    assert run_command(checkout) == 0
    assert checkout.verdicts() == {"O-AUTH": "passed"}


def test_operation_with_contradictory_schema_is_not_verified(
    checkout: Checkout, serve: Callable[[int], Server]
) -> None:
    serve(200)
    write_document(checkout, UNSATISFIABLE)

    assert run_command(checkout) == 5
    assert checkout.verdicts() == {"O-AUTH": "not verified"}
    assert "no request of this operation can be generated" in checkout.reasons()["O-AUTH"]
