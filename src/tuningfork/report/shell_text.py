"""The parts of a request as words of a shell, with known values as variables."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from tuningfork.redaction import Disclosure, variable_name
from tuningfork.report.carried_values import id_in_path
from tuningfork.report.curl import MARK, marked, without_marks
from tuningfork.report.derived_values import derive

ENCODED = "_ENCODED"
"""End of the name of a variable whose value is percent-encoded."""
CHOSEN_BY_CLIENT = frozenset({"code_verifier", "oauth_body_hash", "oauth_nonce", "oauth_timestamp"})
"""Parameters with the values that a client chooses or computes for one request."""
MIN_RANDOM_CHARS, MIN_DISTINCT_CHARS = 16, 10
"""Length and number of different characters from which on a text may be a secret of the target."""


@dataclass
class ShellText:
    """Writes texts of requests with marked variables in place of the values that the shell knows.

    Args:
        disclosure: knows the secrets.
        settings: the names of variables of the settings, by their value.
        carried: the names of variables that the block sets, by their value.
        urls: the names of variables of the target's URLs, by URL.
        is_issued: returns whether a server sent a text, so that it may be a secret.
        known: the names of the carried variables that are set before the next request; None for all.
    """

    disclosure: Disclosure
    settings: Mapping[str, str]
    carried: Mapping[str, str]
    urls: Mapping[str, str]
    is_issued: Callable[[str], bool]
    known: set[str] | None = None
    used: dict[str, str] = field(default_factory=dict)
    """The variables that were written, each with its value, "" if it is unknown."""

    def __post_init__(self) -> None:
        self._names = {**self.settings, **self.carried}
        forms = {
            form: value
            for value in self.carried
            if not value.startswith("//")
            for form in {value, json.dumps(value)[1:-1]}
        }
        alternatives = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        self._forms = forms
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])") if forms else None
        self._redact = Disclosure(
            self.disclosure.locations, self.disclosure.known_secrets, self._mask, may_be_truncated=False
        )

    def text(self, text: str) -> str:
        """Return any text."""
        return self._redact.text(self._insert(text))

    def header(self, name: str, value: str) -> str:
        """Return the value of a header."""
        return self._redact.header(name, self._insert(value))

    def field(self, name: str, value: str) -> str:
        """Return the value of a form field."""
        return self._redact.field(name, self._insert(value))

    def body(self, text: str, media_type: str) -> str:
        """Return a body that is text."""
        body = self._insert(text).encode("utf-8", "surrogateescape")
        return self._redact.body(body, media_type).decode("utf-8", "replace")

    def url(self, url: str) -> str:
        """Return a URL, with each value in its path and query percent-encoded as it was."""
        url = without_marks(url)
        if name := self._known(url):
            return self._variable(name, url)
        start = ""
        for prefix, name in self.urls.items():
            if url.startswith(prefix) and url[len(prefix) : len(prefix) + 1] in ("", "/", "?", "#"):
                start, url = self._variable(name, prefix), url[len(prefix) :]
                break
        path, mark, query = url.partition("?")
        if not start:
            path = self._redact.text(path)
        parts = path.split("/")
        segments = [self._segment(*pair) for pair in pairwise(["", *parts])]
        pairs = [self._pair(pair) for pair in query.split("&")]
        return start + "/".join(segments if start else [path]) + mark + "&".join(pairs)

    def form_pairs(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Yield each pair of a form: its text, and None; or its name and its decoded value with variables."""
        for pair in text.split("&"):
            name, is_pair, value = pair.partition("=")
            if value in self.carried:  # percent-encoded, as a signature is
                yield f"{name}={self._variable(self.carried[value], value)}", None
                continue
            decoded = unquote_plus(value, errors="surrogateescape")
            written = self.field(unquote_plus(name), decoded)
            if not is_pair or written == decoded:
                yield pair, None
            elif quote(decoded, safe="~") == decoded:
                yield f"{name}={written}", None
            else:
                yield name, written

    def basic(self, value: str) -> str | None:
        """Return user and password of HTTP Basic credentials; None if curl can't encode them so."""
        try:
            pair = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        user, colon, password = pair.partition(":")
        written = f"{self.field('client_id', user)}:{self.field('client_secret', password)}"
        return written if colon and base64.b64encode(pair.encode()).decode() == value else None

    def _segment(self, resource: str, segment: str) -> str:
        """Return a segment of a path; an id may be one of the resource before it."""
        if name := self._known(id_in_path(unquote(resource), unquote(segment))):
            self._variable(name, unquote(segment))
            return self._encoded(name)
        return self._part(segment, unquote, quote, self.text)

    def _pair(self, pair: str) -> str:
        """Return a name and a value of a query."""
        name, is_pair, value = pair.partition("=")
        if not is_pair:
            return self._part(pair, unquote_plus, quote_plus, self.text)
        if value in self.carried and quote(value, safe="~%") == value:
            return f"{name}={self._variable(self.carried[value], value)}"
        return f"{name}={self._part(value, unquote_plus, quote_plus, lambda text: self.field(name, text))}"

    def _part(
        self,
        part: str,
        decode: Callable[[str], str],
        encode: Callable[[str], str],
        write: Callable[[str], str],
    ) -> str:
        """Return a part of a URL, unchanged if it has no variable; else its literal pieces are encoded."""
        decoded = decode(part)
        written = write(decoded)
        if written == decoded:
            return part
        pieces = MARK.split(written)
        return "".join(
            self._encoded(piece) if index % 2 else encode(piece) for index, piece in enumerate(pieces)
        )

    def _encoded(self, variable: str) -> str:
        """Return the mark of a variable in a URL, of its percent-encoded form if its value needs that."""
        value = self.used.get(variable, "")
        if quote(value, safe="~") == value:
            return marked(variable)
        self.used[variable + ENCODED] = value
        return marked(variable + ENCODED)

    def _insert(self, text: str) -> str:
        """Return a text with the carried values replaced by marked variables."""
        text = without_marks(text)
        if self._pattern is None:
            return text
        return self._pattern.sub(self._insert_known, text)

    def _insert_known(self, match: re.Match[str]) -> str:
        """Return the variable of a carried value, or the value before the variable is set."""
        name = self._known(self._forms[match[0]])
        return self._variable(name, match[0]) if name else match[0]

    def _known(self, value: str) -> str:
        """Return the name of the variable of a carried value; empty before it is set."""
        name = self.carried.get(value, "")
        return name if self.known is None or name in self.known else ""

    def _mask(self, name: str, secret: str) -> str:
        """Return what the shell has in place of a secret."""
        if MARK.search(secret):
            return secret
        if secret in self._names:
            return self._variable(self._names[secret], secret)
        if derived := self._derived(secret):
            return derived
        if name in CHOSEN_BY_CLIENT or not (_is_random(secret) or self.is_issued(secret)):
            return secret  # a text of the test
        return self._variable(variable_name(name).strip("_") or "SECRET", "")

    def _derived(self, secret: str) -> str | None:
        """Return a text that a test has derived from the value of a variable; None if it has not."""
        for value, name in self._names.items():
            if not self._is_plain(value) and (derived := derive(value, secret)):
                before, expansion, after = derived
                return before + self._variable(name, value, expansion) + after
        return None

    def _is_plain(self, value: str) -> bool:
        """Return whether a value is a setting that is not secret."""
        return value in self.settings and self.disclosure.known_secrets.replace(value, _blank) == value

    def _variable(self, name: str, value: str, expansion: str = "") -> str:
        """Return the mark of a variable, and remember that it is used."""
        self.used[name] = value
        return marked(name + expansion)


def _blank(_name: str, _secret: str) -> str:
    return ""


def _is_random(text: str) -> bool:
    """Return whether a text looks like a secret that a server has issued, unlike "no-such-token"."""
    has_both = any(each.isdigit() for each in text) and any(each.isalpha() for each in text)
    return has_both and len(text) >= MIN_RANDOM_CHARS and len(set(text)) >= MIN_DISTINCT_CHARS
