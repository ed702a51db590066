"""Recognisable secrets (canaries), the encodings in which a server may repeat them, and a search for them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

COUNT = 34
_JWT_HEAD = "eyJhbGciOiJIUzI1NiJ9"


def canary(number: int) -> str:
    """Return the canary of a number; its characters differ in each encoding."""
    plain = f"cnry{number:02}-Zk/&+%3d=\"'<ü t-{number * 7919:06}-end"
    match number % 4:
        case 0:
            return plain.replace("ü", "u")
        case 1:
            return re.sub(r"[^\w-]", "", plain.replace("ü", "u"))
        case 2:
            payload = base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")
            return f"{_JWT_HEAD}.{payload}.cnry{number:02}-Zsignature{number * 7919:06}"
    return plain


def forms(secret: str) -> Iterator[str]:
    """Yield a secret in the encodings that a server may use."""
    raw = secret.encode()
    percent = "".join(f"%{byte:02X}" for byte in raw)
    units = memoryview(secret.encode("utf-16-le")).cast("H")
    escapes = "".join(f"\\u{unit:04x}" for unit in units)
    yield from (secret, quote(secret, safe=""), quote_plus(secret), percent, percent.lower())
    yield from (
        quote(quote(secret, safe=""), safe=""),
        quote(percent, safe=""),
        quote(quote(percent), safe=""),
    )
    yield from (html.escape(secret), "".join(f"&#{ord(each)};" for each in secret))
    yield from ("".join(f"&#x{ord(each):x};" for each in secret), html.escape(html.escape(secret)))
    yield from (json.dumps(secret), json.dumps(secret).replace("/", "\\/").replace("-", "\\u002d"))
    yield from (
        escapes,
        escapes.upper().replace("U", "u"),
        json.dumps(json.dumps(secret)),
        json.dumps(escapes),
    )
    yield from (raw.hex(), raw.hex().upper(), repr(raw), repr(secret))
    for text in (raw, b"user:" + raw, b"my-id:" + raw, b"id:" + quote_plus(secret).encode(), raw + b":x"):
        yield base64.b64encode(text).decode()
        yield base64.urlsafe_b64encode(text).decode().rstrip("=")
    yield "Basic " + quote(base64.b64encode(b"u:" + raw).decode(), safe="")
    yield from secret.split(".")[1:] if secret.startswith(_JWT_HEAD) else ()


def folded(secret: str) -> Iterator[str]:
    """Yield a secret that is split over several lines, plain and in Base64."""
    yield f"{secret[:9]}\r\n {secret[9:]}"
    wrapped = base64.b64encode(b"a long text that is before it: " + secret.encode()).decode()
    yield "\r\n\t".join(wrapped[start : start + 20] for start in range(0, len(wrapped), 20))


def find_canaries(text: str) -> list[str]:
    """Return the canaries in a text and in its decoded variants, each with the text around it."""
    traces = []
    variants = {text, re.sub(r"\s*[\r\n]+\s*(?:E\s+)?", "", text)}
    variants |= {decode(each) for each in set(variants) for decode in (unquote, html.unescape, _unescape)}
    last = set(variants)
    for _ in range(3):
        last = {_decode_all(each) for each in last}
        variants |= last
    runs = {run for each in variants for run in re.findall(r"[A-Za-z0-9_+/=-]{12,}", each)}
    for each in (*variants, "\n".join(piece for run in runs for piece in _decode_run(run))):
        traces += [
            each[max(0, hit.start() - 60) : hit.end() + 40] for hit in re.finditer(r"cnry\d\d-Z", each)
        ]
    return traces


def _unescape(text: str) -> str:
    """Remove one layer of JSON's or Python's escapes."""
    escape = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([/\"'\\]))")
    return escape.sub(lambda hit: hit[3] or chr(int(hit[1] or hit[2], 16)), text)


def _decode_all(text: str) -> str:
    return unquote(html.unescape(_unescape(text)))


def _decode_run(run: str) -> Iterator[str]:
    """Decode a run of letters as hex, and as Base64 from each possible start of a group."""
    if re.fullmatch(r"[0-9a-fA-F]+", run):
        yield bytes.fromhex(run[: len(run) // 2 * 2]).decode("latin-1")
    plain = run.replace("-", "+").replace("_", "/").replace("=", "")
    for start in range(4):
        groups = plain[start:][: (len(plain) - start) // 4 * 4]
        yield base64.b64decode(groups, validate=False).decode("latin-1")


def find_files_with_canaries(folder: Path) -> dict[str, list[str]]:
    """Return the files below a folder that contain a canary, except the run's own state and its input."""
    found = {}
    for file in folder.rglob("*"):
        is_allowed = ".tuningfork" in file.parts or file.name in ("tuningfork.toml", "input.har")
        text = file.read_bytes().decode("utf-8", "replace") if file.is_file() and not is_allowed else ""
        if canaries := find_canaries(text):
            found[str(file.relative_to(folder))] = canaries[:3]
    return found


class Echo(BaseHTTPRequestHandler):
    """Returns secrets under their usual names at /names, and one secret in every form at /tracks?n=NUMBER."""

    protocol_version = "HTTP/1.1"
    names: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        number = parse_qs(url.query).get("n")
        if url.path == "/names":
            self._respond(json.dumps(self.names).encode(), list(self.names["headers"].items()))
        elif number:
            self._echo(canary(int(number[0])))
        else:
            self._respond(b'{"errors": []}', [])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        tokens = {"access_token": canary(1), "refresh_token": canary(2), "id_token": canary(6)}
        self._respond(
            json.dumps({**tokens, "expires_in": 3599, "scope": "", "token_type": "bearer"}).encode(), []
        )

    def _echo(self, secret: str) -> None:
        written = [each for each in forms(secret) if "\n" not in each]
        headers = [(f"X-Echo-{at}", each) for at, each in enumerate([*written, *folded(secret)])]
        headers.append(("Location", f"https://me:{quote(secret, safe='')}@elsewhere.test/{quote(secret)}"))
        body = json.dumps({"message": " and ".join(written), "html": html.escape(secret)}, ensure_ascii=False)
        self._respond(body.encode(), headers, f"No {written[1]}")

    def _respond(self, body: bytes, headers: list[tuple[str, str]], reason: str = "OK") -> None:
        self.send_response(200, reason)
        for name, value in (
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *headers,
        ):
            self._headers_buffer.append(f"{name}: {value}\r\n".encode())  # type: ignore[attr-defined]  # http.server would reject the value
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    """Serves `Echo` until the test ends."""

    daemon_threads = True
