"""Compares a signed request with the one that was sent: what a test changed after signing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from tuningfork.model import Request, Signing

MAX_CHANGED_CHARS = 3
_HEADER_PARAMETER = re.compile(r'([\w.~%-]+)="([^"]*)"')
_TEXT_PART = re.compile(rb'name="([^"]*)"\r\n\r\n(.*?)\r\n--', re.DOTALL)
Position = tuple[str, str]
"""A part of a request ("header", "query", "form", "part") and the name of a parameter in it."""


@dataclass(frozen=True)
class SentSignature:
    """The signature of a request as it was sent, beside the one that was computed.

    Args:
        request: as it was sent.
        signing: how it was signed.
    """

    request: Request
    signing: Signing

    @property
    def position(self) -> Position | None:
        """The position of the signature when the request was signed."""
        parameters = _parameters(self.signing.request)
        return next(
            (position for position, values in parameters.items() if self.signing.signature in values), None
        )

    @property
    def value(self) -> str:
        """The signature that was sent; empty if none was sent, or several different ones."""
        values = _parameters(self.request).get(self.position, []) if self.position else []
        return values[0] if len(set(values)) == 1 else ""

    @property
    def other_timestamp(self) -> str:
        """The timestamp that replaced the signed one; empty if it was not replaced."""
        before, after = _parameters(self.signing.request), _parameters(self.request)
        replaced = [
            value
            for position, values in before.items()
            for value in after.get(position, [])
            if self.signing.timestamp in values and value != self.signing.timestamp
        ]
        return next((value for value in replaced if value.isdecimal()), "")

    def edit(self) -> tuple[str, str] | None:
        """Return a command that makes the sent signature of the computed one, and a phrase about it.

        An unrelated text has no such command: None.
        """
        computed, sent = self.signing.signature, self.value
        name = self.position[1] if self.position else "the signature"
        changed = [at for at, (one, other) in enumerate(zip(computed, sent, strict=False)) if one != other]
        if sent == computed:
            return "", ""
        if sent and sent == computed.swapcase():
            return "tr a-zA-Z A-Za-z", f"the letters of {name} have the other case"
        if sent and not changed and len(sent) < len(computed):
            return (
                f"cut -c 1-{len(sent)}",
                f"the last {len(computed) - len(sent)} characters of {name} are missing",
            )
        if not changed and sent.startswith(computed):
            return f"sed s/$/{sent[len(computed) :]}/", f"{name} has {sent[len(computed) :]!r} at its end"
        if len(sent) == len(computed) and len(changed) <= MAX_CHANGED_CHARS:
            positions = ", ".join(str(at + 1) for at in changed)
            return " | ".join(f"change {at}" for at in changed), f"character {positions} of {name} is changed"
        return None

    def changes(self) -> Iterator[str]:
        """Yield a phrase for each change of a request after it was signed, but not of its signature."""
        signed, request = self.signing.request, self.request
        if signed.method != request.method:
            yield f"it was signed as {signed.method}"
        if urlsplit(signed.url).path != urlsplit(request.url).path:
            yield f"it was signed for {urlsplit(signed.url).path}"
        before, after = _parameters(signed), _parameters(request)
        for position in {**before, **after}:
            old, new = before.get(position, []), after.get(position, [])
            is_described = position == self.position and self.edit() is not None and len(old) == len(new)
            if old != new and not is_described:
                change = (
                    "removed"
                    if not new
                    else "added"
                    if not old
                    else "repeated"
                    if len(new) > len(old)
                    else "changed"
                )
                yield f"{position[1]} was {change} after the signing"
        if "form" not in {position[0] for position in after} and signed.body != request.body:
            yield "the body was changed after the signing"


def _parameters(request: Request) -> dict[Position, list[str]]:
    """Return the decoded values of the parameters of a request by their position."""
    content_type = request.headers.get("content-type", "")
    pairs = [("query", name, value) for name, value in request.query]
    pairs += [
        ("header", unquote(name), unquote(value))
        for name, value in _HEADER_PARAMETER.findall(request.headers.get("authorization", ""))
    ]
    if "form-urlencoded" in content_type:
        form = parse_qsl(request.body.decode("utf-8", "surrogateescape"), keep_blank_values=True)
        pairs += [("form", name, value) for name, value in form]
    elif "multipart/" in content_type:
        pairs += [
            ("part", name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
            for name, value in _TEXT_PART.findall(request.body)
        ]
    parameters: dict[Position, list[str]] = {}
    for part, name, value in pairs:
        parameters.setdefault((part, name), []).append(value)
    return parameters
