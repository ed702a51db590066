"""Writes the commands that sign a request again, and what differs from an ordinary signed request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from tuningfork.model import Request, Signing
from tuningfork.redaction import printable_line
from tuningfork.report.curl import shell_word, without_marks
from tuningfork.report.sent_signature import SentSignature
from tuningfork.report.shell_text import ShellText

SIGNATURE, NONCE, TIMESTAMP, OTHER_TIMESTAMP = "SIGNATURE", "NONCE", "TIMESTAMP", "OTHER_TIMESTAMP"
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
        yield from sent.changes()
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


def _uses(command: str, variable: str) -> bool:
    """Return whether a command expands a variable."""
    return re.search(rf"\$\{{?{variable}\b", command) is not None
