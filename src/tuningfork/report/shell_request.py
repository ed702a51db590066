"""Writes a request as a shell command that sends it, with its files."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser

from tuningfork.model import Headers, Request
from tuningfork.report.curl import flags, header_fields, shell_word, without_marks
from tuningfork.report.shell_text import ShellText

MAX_INLINE_CHARS = 2000
"""A longer body is written to a file."""
MAX_FILE_CHARS = 20_000
"""Longest text from which a command makes a file."""
SEND = """send() { python3 -c '
import socket, ssl, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
port = url.port or (443 if url.scheme == "https" else 80)
connection = socket.create_connection((url.hostname, port), 10)
if url.scheme == "https":
    connection = ssl.create_default_context().wrap_socket(connection, server_hostname=url.hostname)
connection.sendall(sys.stdin.buffer.read())
try:
    while part := connection.recv(65536):
        sys.stdout.buffer.write(part)
except OSError as error:
    print(error, file=sys.stderr)' "$BASE_URL"; }
HOST=${BASE_URL#*://}; HOST=${HOST%%/*}"""
"""Shell functions for a request that curl can't send."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URL = re.compile(r"[!$-;=?-_a-z~{|}`]+")


@dataclass
class ShellFiles:
    """The files that the commands of a block need."""

    lines: list[str] = field(default_factory=list)
    _names: dict[bytes, str] = field(default_factory=dict)

    def name(self, content: bytes, suffix: str = "") -> str:
        """Return the name of a file with this content; add the command that makes it."""
        if content not in self._names:
            self._names[content] = f"body{len(self._names) + 1}{suffix}"
            self.lines.append(_make_file(content, self._names[content]))
        return self._names[content]


def _make_file(content: bytes, name: str) -> str:
    """Return the command that writes a file."""
    if content and not content.strip(content[:1]):
        return f"head -c {len(content)} /dev/zero | tr '\\0' '\\{content[0]:03o}' > {name}"
    packed = base64.b64encode(zlib.compress(content, 9)).decode()
    if len(packed) > MAX_FILE_CHARS:
        return f": > {name}  # write {len(content):,} bytes to this file: they are too many to show"
    code = "import base64, sys, zlib; sys.stdout.buffer.write(zlib.decompress(base64.b64decode(sys.argv[1])))"
    return f"python3 -c '{code}' {packed} > {name}"


def needs_socket(request: Request) -> bool:
    """Return whether curl can't send a request exactly."""
    names = [name.lower() for name, _ in request.headers.pairs]
    length = request.headers.get("content-length", str(len(request.body)))
    return (
        not _TOKEN.fullmatch(request.method)
        or not _URL.fullmatch(request.url)
        or any(not _TOKEN.fullmatch(name) for name in names)
        or any(not _is_plain_value(value) for _, value in request.headers.pairs)
        or names.count("host") > 1
        or names.count("content-length") > 1
        or "transfer-encoding" in names
        or length != str(len(request.body))
    )


def _is_plain_value(value: str) -> bool:
    return value.isascii() and (value.isprintable() or not value) and value == value.strip()


def command(request: Request, text: ShellText, files: ShellFiles, options: Sequence[str]) -> str:
    """Return the command that sends a request and prints the response; curl gets the `options`."""
    if needs_socket(request):
        return _socket_command(request, text, files)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    data = list(_data(request, media_type, text, files))
    is_form = data[:1] in (["-F"], ["--form-string"])
    words = ["curl", *options, *flags(request, bool(data)), text.url(request.url)]
    words += _header_words(request, text, bool(data), is_form)
    return " ".join(shell_word(word) for word in [*words, *data])


def _header_words(request: Request, text: ShellText, has_body: bool, is_form: bool) -> Iterator[str]:
    """Yield curl's options for the headers."""
    pairs = []
    for name, value in request.headers.pairs:
        scheme, _, credentials = value.partition(" ")
        if name.lower() == "authorization" and scheme == "Basic" and (pair := text.basic(credentials)):
            yield from ("-u", pair)
        else:
            pairs.append((without_marks(name), text.header(name, value)))
    is_default_form = (
        not is_form and request.headers.get("content-type") == "application/x-www-form-urlencoded"
    )
    for name, value in header_fields(Headers(pairs), has_body, is_form):
        if not (is_default_form and has_body and name.lower() == "content-type"):
            yield from ("-H", f"{name}: {value}" if value else name)


def _data(request: Request, media_type: str, text: ShellText, files: ShellFiles) -> Iterator[str]:
    """Yield curl's options for the body."""
    body = request.body
    if not body:
        return
    is_exact = request.signing is not None and request.signing.needs_exact_body
    if media_type == "multipart/form-data" and not is_exact and (parts := _parts(request)):
        for part in parts:
            yield from _part(part, text, files)
        return
    try:
        readable = body.decode()
    except UnicodeDecodeError:
        readable = ""
    if not readable or len(readable) > MAX_INLINE_CHARS or "\0" in readable:
        yield from ("--data-binary", f"@{files.name(body)}")
    elif media_type == "application/x-www-form-urlencoded":
        yield from _form(readable, text)
    else:
        yield from ("--data-raw", text.body(readable, media_type))


def _form(body: str, text: ShellText) -> Iterator[str]:
    """Yield curl's options for the pairs of a form; those with variables are encoded by curl."""
    plain: list[str] = []
    for pair, value in text.form_pairs(body):
        if value is None:
            plain.append(pair)
            continue
        if plain:
            yield from ("--data-raw", "&".join(plain))
            plain = []
        yield from ("--data-urlencode", f"{pair}={value}")
    if plain:
        yield from ("--data-raw", "&".join(plain))


def _parts(request: Request) -> list[Message]:
    """Return the parts of a multipart body; none if it is malformed or nested."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("utf-8", "replace")
    whole = BytesParser().parsebytes(head + request.body)
    parts = (
        [part for part in whole.get_payload() if isinstance(part, Message)] if whole.is_multipart() else []
    )
    is_simple = not any(part.is_multipart() or part.defects or not _name(part) for part in parts)
    return parts if is_simple and not whole.defects and not whole.preamble and not whole.epilogue else []


def _name(part: Message) -> str:
    return str(part.get_param("name", "", "content-disposition"))


def _part(part: Message, text: ShellText, files: ShellFiles) -> Iterator[str]:
    """Yield curl's options for one part of a multipart form."""
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes), "the decoded payload of a part is bytes"
    name, filename = _name(part), part.get_filename()
    if filename is None and "content-type" not in part:
        written = text.field(name, content.decode("utf-8", "replace"))
        yield from ("--form-string", f"{text.text(name)}={written}")
        return
    suffix = re.search(r"\.[A-Za-z0-9]{1,5}\Z", filename or "")
    words = [f"{text.text(name)}=@{files.name(content, suffix[0] if suffix else '')}"]
    words += [f"type={part.get_content_type()}"] if "content-type" in part else []
    quoted = text.text(filename or "").replace("\\", "\\\\").replace('"', '\\"')
    words += [f'filename="{quoted}"'] if filename is not None else []
    yield from ("-F", ";".join(words))


def _socket_command(request: Request, text: ShellText, files: ShellFiles) -> str:
    """Return the command that sends the bytes of a request on a new connection."""
    target = re.sub(r"\Ahttps?://[^/?#]*", "", request.url) or "/"
    names = {name.lower() for name, _ in request.headers.pairs}
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [] if "host" in names else ["Host: \ue000HOST\ue001"]
    lines += [f"{without_marks(name)}: {text.header(name, value)}" for name, value in request.headers.pairs]
    lines += [] if "connection" in names else ["Connection: close"]
    lines[0] = text.text(lines[0])
    pattern, variables = _printf("\r\n".join(lines) + "\r\n\r\n")
    head = " ".join([f"printf {pattern}", *variables])
    if not request.body:
        return f"{head} | send"
    return f"{{ {head}; cat {files.name(request.body)}; }} | send"


def _printf(text: str) -> tuple[str, list[str]]:
    """Return the format of printf that prints a text, and its arguments for the marked variables."""
    pieces = re.split("\ue000(.*?)\ue001", text)
    pattern = "%s".join(_printf_literal(piece) for piece in pieces[::2])
    return f"'{pattern}'", [shell_word(f"\ue000{variable}\ue001") for variable in pieces[1::2]]


def _printf_literal(text: str) -> str:
    """Return a text as printf writes it in a format: bytes of latin-1, as they are sent."""
    raw = text.encode("latin-1", "replace")
    special = {0x0D: "\\r", 0x0A: "\\n", 0x25: "%%", 0x5C: "\\\\", 0x27: "\\047"}
    return "".join(
        special.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in raw
    )
