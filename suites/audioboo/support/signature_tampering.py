"""Changes of requests after they were signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

Change = Callable[[PreparedRequest], None]
Pairs = list[tuple[str, str]]
Edit = Callable[[Pairs], Pairs]


@dataclass(frozen=True, slots=True)
class TamperedAuth(AuthBase):
    """Signs as `auth` does, and then applies the changes.

    requests sets the Content-Length after this, but would keep an older one for a body that is empty now.
    """

    auth: AuthBase
    changes: Iterable[Change]

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request, then change it."""
        request = self.auth(request)
        for change in self.changes:
            change(request)
        request.headers.pop("Content-Length", None)
        return request


def in_header(edit: Edit) -> Change:
    """Edit the parameters of the Authorization header (RFC 5849 3.5.1)."""

    def edit_text(text: str) -> str:
        scheme, _, parameters = text.partition(" ")
        parts = [part.strip().partition("=") for part in parameters.split(",")]
        pairs = edit([(unquote(name), unquote(value.strip('"'))) for name, _, value in parts])
        fields = (f'{quote(name, safe="~")}="{quote(value, safe="~")}"' for name, value in pairs)
        return f"{scheme} {', '.join(fields)}"

    return header(edit_text)


def header(edit: Callable[[str], str]) -> Change:
    """Edit the text of the Authorization header."""

    def change(request: PreparedRequest) -> None:
        request.headers["Authorization"] = edit(str(request.headers["Authorization"]))

    return change


def in_query(edit: Edit) -> Change:
    """Edit the parameters of the query."""

    def change(request: PreparedRequest) -> None:
        parts = urlsplit(str(request.url))
        pairs = edit(parse_qsl(parts.query, keep_blank_values=True))
        request.url = parts._replace(query=urlencode(pairs)).geturl()

    return change


def in_form(edit: Edit) -> Change:
    """Edit the parameters of a form body; a request without a body gets one."""

    def change(request: PreparedRequest) -> None:
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = urlencode(edit(parse_qsl(_text(request.body), keep_blank_values=True))) or None

    return change


EDITORS = {"header": in_header, "query": in_query, "body": in_form}
"""How to edit the protocol's parameters, by their placement."""


def path(old: str, new: str) -> Change:
    """Replace the end `old` of the path by `new`."""

    def change(request: PreparedRequest) -> None:
        parts = urlsplit(str(request.url))
        request.url = parts._replace(path=parts.path.removesuffix(old) + new).geturl()

    return change


def method(name: str) -> Change:
    """Send the request with another method."""

    def change(request: PreparedRequest) -> None:
        request.method = name

    return change


def in_body(old: bytes, new: bytes) -> Change:
    """Replace bytes that occur once."""

    def change(request: PreparedRequest) -> None:
        whole = request.body if isinstance(request.body, bytes) else _text(request.body).encode()
        assert whole.count(old) == 1, "the replaced bytes must occur exactly once"
        request.body = whole.replace(old, new)

    return change


def edit_value(name: str, edit: Callable[[str], str]) -> Edit:
    """Edit the value of each parameter of this name."""
    return lambda pairs: [(one, edit(value) if one == name else value) for one, value in pairs]


def replace_value(name: str, value: str) -> Edit:
    """Replace the value of each parameter of this name."""
    return edit_value(name, lambda _: value)


def rename_parameter(name: str, new: str) -> Edit:
    """Rename each parameter of this name."""
    return lambda pairs: [(new if one == name else one, value) for one, value in pairs]


def remove_parameter(name: str) -> Edit:
    """Remove each parameter of this name."""
    return lambda pairs: [pair for pair in pairs if pair[0] != name]


def add_parameters(*more: tuple[str, str]) -> Edit:
    """Add parameters at the end."""
    return lambda pairs: [*pairs, *more]


def repeat_parameter(name: str) -> Edit:
    """Add each parameter of this name a second time, with the same value."""
    return lambda pairs: [*pairs, *(pair for pair in pairs if pair[0] == name)]


def other_base64_character(character: str) -> str:
    """Return a base64 character that differs even where only its first bits count."""
    return "A" if character in "ghijklmnopqrstuvwxyz0123456789+/" else "w"


def other_hex_digit(character: str) -> str:
    """Return another hexadecimal digit."""
    return "1" if character == "0" else "0"


def flip_character(name: str, position: int, other: Callable[[str], str] = other_base64_character) -> Edit:
    """Replace the character at a position of each parameter of this name."""
    return edit_value(name, lambda value: value[:position] + other(value[position]) + value[position + 1 :])


def _text(body: object) -> str:
    return body.decode() if isinstance(body, bytes) else str(body or "")
