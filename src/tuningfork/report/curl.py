"""Renders a request as the curl command that repeats it, with secrets as variables of the shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser

from tuningfork.model import Headers, Request
from tuningfork.redaction import Disclosure, variable_name

MAX_BODY_CHARS = 2000
"""A longer body is not part of the command; a comment has its size."""
SEARCH_FACTOR = 8
"""A body that is so many times longer is not searched for secrets."""

_ADDED_BY_CURL = frozenset({"accept-encoding", "connection", "content-length", "host", "user-agent"})
MARK = re.compile("\ue000([A-Z0-9_]+(?::\\d+(?::-?\\d+)?|\\^\\^|,,|~~)?)\ue001")
"""Matches a shell variable between two marks; an expansion like `:0:-1` may follow its name."""
_SPECIAL = re.compile(r"[\\`$!]")


def curl(request: Request, disclosure: Disclosure | None = None) -> str:
    """Return the command in one line; for a body that is too long or binary, a comment has its size.

    Args:
        request: as it was sent.
        disclosure: knows the secrets; by default only common locations of secrets are known.
    """
    redact = replace(disclosure or Disclosure(), mask=_mask)
    headers = Headers(
        (redact.text(name), redact.header(name, value)) for name, value in request.headers.pairs
    )
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        data = list(_form(headers, request.body, redact))
    else:
        data = list(_data(request.body, media_type, redact))
    words = ["curl", *map(redact.text, flags(request, bool(data))), redact.text(request.url)]
    for name, value in header_fields(headers, bool(data), data[:1] in (["-F"], ["--form-string"])):
        words += ["-H", f"{name}: {value}" if value else name]
    line = " ".join(shell_word(word) for word in [*words, *data])
    return f"{line}  # body: {_size(request.body, media_type)}" if "@body" in data else line


def marked(variable: str) -> str:
    """Return the name of a shell variable between two marks, which `shell_word` expands."""
    return f"\ue000{variable}\ue001"


def without_marks(text: str) -> str:
    """Return a text of a target or a test without the characters that mark a variable."""
    return text.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")


def _mask(name: str, _secret: str) -> str:
    """Return the variable in place of a secret."""
    return marked(variable_name(name))


def flags(request: Request, has_body: bool) -> Iterator[str]:
    """Yield curl's options for the method, and for a URL that curl would otherwise change."""
    implied = "POST" if has_body else "GET"
    if request.method == "HEAD" and not has_body:
        yield "--head"
    elif request.method != implied:
        yield from ("-X", request.method)
    if re.search(r"[][{}]", request.url):
        yield "--globoff"
    if re.search(r"/\.\.?(/|$)", request.url.partition("?")[0]):
        yield "--path-as-is"


def header_fields(headers: Headers, has_body: bool, is_form: bool) -> Iterator[tuple[str, str]]:
    """Yield the fields for -H: those of the request, and empty ones to stop curl from adding its own."""
    for name, value in headers.pairs:
        is_default = name.lower() == "accept" and value == "*/*"
        is_added_by_curl = name.lower() in _ADDED_BY_CURL or (is_form and name.lower() == "content-type")
        if not is_default and not is_added_by_curl:
            yield (name, value) if value else (f"{name};", "")
    if "accept" not in headers:
        yield ("Accept:", "")
    if has_body and "content-type" not in headers:
        yield ("Content-Type:", "")


def _data(body: bytes, media_type: str, redact: Disclosure) -> Iterator[str]:
    """Yield the option for a body: its text, or a file if it is too long or binary."""
    if not body:
        return
    text = redact.body(body[: SEARCH_FACTOR * MAX_BODY_CHARS], media_type).decode("utf-8", "replace")
    if (
        len(body) > SEARCH_FACTOR * MAX_BODY_CHARS
        or len(text) > MAX_BODY_CHARS
        or "\ufffd" in text
        or "\0" in text
        or media_type.startswith("multipart/")
    ):
        yield from ("--data-binary", "@body")
    else:
        yield from ("--data-raw", text)


def _form(headers: Headers, body: bytes, redact: Disclosure) -> Iterator[str]:
    """Yield the options for each part of a multipart form, or the raw body if it is malformed or nested."""
    whole = BytesParser().parsebytes(f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + body)
    parts = whole.get_payload()
    if not isinstance(parts, list) or whole.defects or any(map(_is_multipart, parts)):
        yield from _data(body, "multipart/form-data", redact)
        return
    for part in parts:
        assert isinstance(part, Message), "the parts of a multipart message are messages"
        yield from _part(part, redact)


def _is_multipart(part: object) -> bool:
    return isinstance(part, Message) and part.is_multipart()


def _part(part: Message, redact: Disclosure) -> Iterator[str]:
    """Yield the option for one part of a multipart form; a file is given by its name."""
    name = str(part.get_param("name", "", "content-disposition"))
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes), "the decoded payload of a part is bytes"
    filename = part.get_filename()
    if filename is not None:
        yield from ("-F", redact.text(f"{name}=@{filename};type={part.get_content_type()}"))
    else:
        value = redact.field(name, content.decode("utf-8", "replace"))
        yield from ("--form-string", f"{redact.text(name)}={value}")


def _size(body: bytes, media_type: str) -> str:
    """Return the size of a body in words, such as "2,048 bytes of image/png"."""
    return f"{len(body):,} bytes" + (f" of {media_type}" if media_type else "")


def shell_word(word: str) -> str:
    """Quote a word for a shell so that only the marked variables are expanded."""
    if not MARK.search(word):
        return _quoted(word)
    plain = MARK.sub("", word)
    if plain.isprintable() and not _SPECIAL.search(plain):
        return '"' + MARK.sub(_expansion, word.replace('"', '\\"')) + '"'
    pieces = MARK.split(word)
    quoted = [
        f'"{_expand(piece)}"' if index % 2 else _quoted(piece) for index, piece in enumerate(pieces) if piece
    ]
    return "".join(quoted)


def _expansion(match: re.Match[str]) -> str:
    """Return the expansion of a marked variable, in braces if a word character follows."""
    following = match.string[match.end() : match.end() + 1]
    return _expand(match[1], is_braced=following.isalnum() or following == "_")


def _expand(variable: str, is_braced: bool = False) -> str:
    """Return the expansion of a variable."""
    is_name = re.fullmatch(r"[A-Z0-9_]+", variable)
    return f"${variable}" if is_name and not is_braced else f"${{{variable}}}"


def _quoted(word: str) -> str:
    """Quote a word for a shell so that nothing in it is expanded; control characters are escaped."""
    if word.isprintable():
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + "".join(each if each.isprintable() else _escape(each) for each in escaped) + "'"


def _escape(character: str) -> str:
    """Return the escape sequence of a control character inside `$'...'` of a shell."""
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\U{ord(character):08x}")
