"""Writes the commands that sign a request again, and what differs from an ordinary signed request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tuningfork.model import Request, Signing
from tuningfork.redaction import printable_line
from tuningfork.report.curl import shell_word, without_marks
from tuningfork.report.shell_text import ShellText

SIGNATURE, NONCE, TIMESTAMP, OTHER_TIMESTAMP = "SIGNATURE", "NONCE", "TIMESTAMP", "OTHER_TIMESTAMP"
MAX_CHANGED_CHARS = 3
MAX_SKEW_S = 5
"""A timestamp that is so many seconds off is not worth a remark."""
MAX_REMARK_CHARS = 500
NEW_NONCE = "$RANDOM$RANDOM$RANDOM"
CHANGE = """change() { python3 -c '
import sys
text, at = sys.stdin.read().strip(), int(sys.argv[1])
old = text[at]
new = ("1" if old == "0" else "0") if len(text) == 40 else ("A" if old >= "g" or old < "A" else "w")
print(text[:at] + new + text[at + 1:])' "$1"; }"""
"""The shell function that changes one character of a signature."""
ESCAPE = "escape() { sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g'; }"
"""The shell function that percent-encodes a signature."""
_HEADER_PARAMETER = re.compile(r'([\w.~%-]+)="([^"]*)"')
_TEXT_PART = re.compile(rb'name="([^"]*)"\r\n\r\n(.*?)\r\n--', re.DOTALL)
Position = tuple[str, str]
"""A part of a request ("header", "query", "form") and the name of a parameter in it."""


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


def signing_variables(requests: Iterable[Request]) -> dict[str, str]:
    """Return the names of variables for the signatures, nonces and timestamps of requests, by their value."""
    names: dict[str, str] = {}
    for request in requests:
        if (signing := request.signing) is None:
            continue
        sent = SentSignature(request, signing)
        if sent.edit() is not None:
            names |= {quote(sent.value, safe="~"): SIGNATURE}
        names |= {signing.nonce: NONCE, signing.timestamp: TIMESTAMP, sent.other_timestamp: OTHER_TIMESTAMP}
    names.pop("", None)
    return names


@dataclass
class ShellSigner:
    """Writes the commands of one block that sign its requests.

    Args:
        text: writes the texts of the requests.
    """

    text: ShellText
    head: dict[str, None] = field(default_factory=dict)
    """The definitions of the shell functions and variables that the commands use."""
    _now: int | None = None
    _used: set[tuple[str, str]] = field(default_factory=set)

    def lines(self, request: Request, command: str) -> Iterator[str]:
        """Yield the commands that set the variables which the command of a request uses.

        Args:
            request: the request; nothing is yielded if it was not signed.
            command: the command that sends it.
        """
        if (signing := request.signing) is None:
            return
        sent = SentSignature(request, signing)
        is_computed = _uses(command, SIGNATURE)
        sign = self._sign(sent) if is_computed else ""
        if remarks := [*signing.remarks, *self._remarks(sent, is_computed)]:
            phrases = self.text.disclosure.text("; ".join(remarks))
            yield f"# differs from an accepted request: {printable_line(phrases, MAX_REMARK_CHARS)}"
        if _uses(sign + command, NONCE):
            yield f"{NONCE}={NEW_NONCE}"
        if _uses(sign + command, TIMESTAMP) or _uses(command, OTHER_TIMESTAMP):
            yield self._timestamp(signing)
        if _uses(command, OTHER_TIMESTAMP):
            difference = int(sent.other_timestamp) - int(signing.timestamp)
            yield f"{OTHER_TIMESTAMP}=$(({TIMESTAMP} + {difference}))"
        if sign:
            yield sign

    def _sign(self, sent: SentSignature) -> str:
        """Return the command that computes a signature."""
        signing, text = sent.signing, self.text
        name = signing.function.partition("(")[0]
        self.head[signing.function] = None
        words = [text.url(word) if word.startswith("http") else text.text(word) for word in signing.target]
        words += [text.field(secret, value) for secret, value in signing.secrets]
        words += [f"{without_marks(each)}={text.field(each, value)}" for each, value in signing.parameters]
        call = " ".join([name, *map(shell_word, words)])
        edit = sent.edit()
        assert edit is not None, "a signature in a variable is computed"
        escape = "" if signing.signature.isalnum() else "escape"
        if "change" in edit[0]:
            self.head[CHANGE] = None
        if escape:
            self.head[ESCAPE] = None
        return f"{SIGNATURE}=$({' | '.join(filter(None, [call, edit[0], escape]))})"

    def _timestamp(self, signing: Signing) -> str:
        """Return the command that sets the timestamp: now, or relative to the start of the block."""
        if signing.nonce and abs(int(signing.timestamp) - signing.signed_at) <= MAX_SKEW_S:
            return f"{TIMESTAMP}=$(date +%s)"
        self.head["NOW=$(date +%s)"] = None
        if self._now is None:
            self._now = signing.signed_at
        offset = int(signing.timestamp) - self._now
        return f"{TIMESTAMP}=$((NOW + {offset}))" if abs(offset) > MAX_SKEW_S else f"{TIMESTAMP}=$NOW"

    def _remarks(self, sent: SentSignature, is_computed: bool) -> Iterator[str]:
        """Yield a phrase for each difference from an ordinary signed request."""
        signing, edit = sent.signing, sent.edit()
        if edit is not None and edit[1]:
            yield edit[1]
        yield from _changes(sent)
        if signing.timestamp.isdecimal():
            age = signing.signed_at - int(signing.timestamp)
            if abs(age) > MAX_SKEW_S:
                yield f"the timestamp is {abs(age)} s {'old' if age > 0 else 'ahead'}"
        values = dict(signing.parameters)
        once = (values.get("oauth_nonce", ""), signing.timestamp)
        if all(once) and once in self._used:
            yield "nonce and timestamp are those of an earlier request"
        self._used.add(once)
        for name, value in signing.secrets if is_computed else ():
            if value and self.text.field(name, value) == value:
                yield f"the {name} is a wrong one"
            elif not value and "oauth_token" in values:
                yield f"the {name} is missing"


def _changes(sent: SentSignature) -> Iterator[str]:
    """Yield a phrase for each change of a request after it was signed, but not of its signature."""
    signed, request = sent.signing.request, sent.request
    if signed.method != request.method:
        yield f"it was signed as {signed.method}"
    if urlsplit(signed.url).path != urlsplit(request.url).path:
        yield f"it was signed for {urlsplit(signed.url).path}"
    before, after = _parameters(signed), _parameters(request)
    for position in {**before, **after}:
        old, new = before.get(position, []), after.get(position, [])
        is_described = position == sent.position and sent.edit() is not None and len(old) == len(new)
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


def _uses(command: str, variable: str) -> bool:
    """Return whether a command expands a variable."""
    return re.search(rf"\$\{{?{variable}\b", command) is not None
