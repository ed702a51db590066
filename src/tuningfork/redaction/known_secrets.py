"""Known secrets: replaces them by value, in every form in which they may be written."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os.path import commonprefix
from urllib.parse import quote, quote_plus

from tuningfork.redaction.decoding import DecodedText, decode, unfold

MIN_SECRET_LENGTH = 8
"""Minimum length of a secret that is replaced by value; a shorter one may be a common word."""
MAX_ENCODING_LAYERS = 4
"""Maximum number of encoding layers to decode."""
MAX_CACHED_CHARS = 199
"""Length of the texts without secrets that are cached."""
MAX_CACHED_TEXTS = 5000
"""Texts after which the cache is cleared."""
_TRUNCATION = re.compile(r"\.\.\.|…|[\"'`\\)\]}>|,;%&\s]|\Z")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_=-]*")
_JWT = re.compile(r"eyJ[\w-]*\.([\w-]{8,})\.([\w-]{8,})")


@dataclass(frozen=True, slots=True)
class _Form:
    """A form in which a secret is written.

    Args:
        name: the name of the secret.
        secret: the secret itself.
        text: the secret in this form.
        is_base64: whether `text` is part of a Base64 text, which is replaced as a whole.
    """

    name: str
    secret: str
    text: str
    is_base64: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    """A span of a text that is a form of a secret."""

    start: int
    end: int
    form: _Form


class KnownSecrets:
    """A set of secrets that are replaced by value; forms are indexed by their first and last characters.

    Args:
        max_secrets: the number of secrets at most, those that were added last; None stores all.
    """

    def __init__(self, max_secrets: int | None = None) -> None:
        self._max_secrets = max_secrets
        self._secrets: dict[str, str] = {}  # the name of each, those added last at the end
        self._forms_by_start: dict[str, list[_Form]] = defaultdict(
            list
        )  # by the first MIN_SECRET_LENGTH chars
        self._forms_by_end: dict[str, list[_Form]] = defaultdict(list)  # by the last ones
        self._texts_without_secrets: dict[str, None] = {}  # a cache, used as a set

    def add(self, name: str, secret: str) -> None:
        """Add a secret; its name is part of its replacement."""
        if len(secret) < MIN_SECRET_LENGTH:
            return
        if secret in self._secrets:
            self._secrets[secret] = self._secrets.pop(secret)
            return
        self._secrets[secret] = name
        if self._max_secrets is not None and len(self._secrets) > self._max_secrets:
            self._forget(next(iter(self._secrets)))
        self._texts_without_secrets.clear()
        for form in _written_forms(name, secret):
            self._forms_by_start[form.text[:MIN_SECRET_LENGTH]].append(form)
            self._forms_by_end[form.text[-MIN_SECRET_LENGTH:]].append(form)
        if parts := _JWT.fullmatch(secret):
            self.add(name, parts[1])
            self.add(name, parts[2])

    def _forget(self, secret: str) -> None:
        """Remove a secret and its forms."""
        for form in _written_forms(self._secrets.pop(secret), secret):
            for index, key in (
                (self._forms_by_start, form.text[:MIN_SECRET_LENGTH]),
                (self._forms_by_end, form.text[-MIN_SECRET_LENGTH:]),
            ):
                index[key].remove(form)
                if not index[key]:
                    del index[key]

    def replace(
        self,
        text: str,
        mask: Callable[[str, str], str],
        may_be_truncated: bool = True,
        may_be_folded: bool = True,
    ) -> str:
        """Return the text with `mask(name, secret)` in place of each secret.

        Args:
            text: any text.
            mask: returns the replacement of a secret.
            may_be_truncated: whether the text may contain only the start or the end of a secret.
            may_be_folded: whether the text may contain a folded header, whose lines are joined by spaces.
        """
        if len(text) < MIN_SECRET_LENGTH or not self._forms_by_start or text in self._texts_without_secrets:
            return text
        pieces, last = [], 0
        for hit in _merge_overlaps(self._find(text, may_be_truncated, may_be_folded)):
            pieces += [text[last : hit.start], mask(hit.form.name, hit.form.secret)]
            last = hit.end
        if not pieces:
            self._cache_text_without_secrets(text)
            return text
        return "".join([*pieces, text[last:]])

    def _cache_text_without_secrets(self, text: str) -> None:
        """Store a text without secrets if it is short, since headers repeat."""
        if len(text) <= MAX_CACHED_CHARS:
            if len(self._texts_without_secrets) > MAX_CACHED_TEXTS:
                self._texts_without_secrets.clear()
            self._texts_without_secrets[text] = None

    def _find(self, text: str, may_be_truncated: bool, may_be_folded: bool) -> Iterator[_Hit]:
        """Yield the secrets in a text in all encodings."""
        yield from self._find_in_layers(text, [], may_be_truncated)
        if may_be_folded and (unfolded := unfold(text)):
            yield from self._find_in_layers(unfolded.text, [unfolded], may_be_truncated)

    def _find_in_layers(self, view: str, layers: list[DecodedText], may_be_truncated: bool) -> Iterator[_Hit]:
        """Yield the secrets in `view` and in each layer decoded from it, with their original positions."""
        while True:
            for hit in self._find_in_layer(view, may_be_truncated):
                start, end = hit.start, hit.end
                for layer in reversed(layers):
                    start, end = layer.source_span(start, end)
                yield _Hit(start, end, hit.form)
            decoded = decode(view) if len(layers) <= MAX_ENCODING_LAYERS else None
            if decoded is None:
                return
            layers.append(decoded)
            view = decoded.text

    def _find_in_layer(self, view: str, may_be_truncated: bool) -> Iterator[_Hit]:
        """Yield the secrets in a text as it is; also their starts and ends if it may be truncated."""
        if _has_any(view, self._forms_by_start):
            for position in range(len(view) - MIN_SECRET_LENGTH + 1):
                for form in self._forms_by_start.get(view[position : position + MIN_SECRET_LENGTH], ()):
                    yield from _match_at(view, position, form, may_be_truncated)
        if may_be_truncated and _ELLIPSIS.search(view) and _has_any(view, self._forms_by_end):
            yield from self._find_tails(view)

    def _find_tails(self, view: str) -> Iterator[_Hit]:
        """Yield the ends of secrets that follow an ellipsis."""
        for position in range(len(view) - MIN_SECRET_LENGTH + 1):
            for form in self._forms_by_end.get(view[position : position + MIN_SECRET_LENGTH], ()):
                end = position + MIN_SECRET_LENGTH
                for cut in _ELLIPSIS.finditer(view, max(0, end - len(form.text) - 3), position):
                    if form.text.endswith(view[cut.end() : end]):
                        yield _Hit(cut.end(), end, form)


def _has_any(view: str, edges: Mapping[str, list[_Form]]) -> bool:
    """Return whether the text contains a key of `edges`; a fast test, because most texts contain none."""
    windows = map("".join, zip(*(view[start:] for start in range(MIN_SECRET_LENGTH)), strict=False))
    return not edges.keys().isdisjoint(windows)


def _match_at(view: str, position: int, form: _Form, may_be_truncated: bool) -> Iterator[_Hit]:
    """Yield the span of a form at a position, if the whole form or a truncated start of it is there."""
    end, is_whole = position + len(form.text), view.startswith(form.text, position)
    if not is_whole:
        if not may_be_truncated:
            return
        end = position + len(commonprefix([view[position:end], form.text]))  # noqa: RUF071 - these are not paths
        if not _TRUNCATION.match(view, end):
            return
    if form.is_base64:
        run = _BASE64_RUN.match(view[:position][::-1])
        assert run is not None, "the pattern also matches an empty text"
        after = _BASE64_RUN.match(view, end)
        assert after is not None, "the pattern also matches an empty text"
        yield _Hit(position - run.end(), after.end(), form)
    else:
        yield _Hit(position, end, form)


def _written_forms(name: str, secret: str) -> Iterator[_Form]:
    """Yield the forms of a secret to search for: its encoding layers, in hex, in Base32 and within Base64."""
    for text in _decoded_layers(secret):
        yield _Form(name, secret, text)
        raw = text.encode("utf-8", "surrogateescape")
        for separator in ("", ":", "-", " "):
            hexadecimal = raw.hex(*separator)
            yield _Form(name, secret, hexadecimal)
            yield _Form(name, secret, hexadecimal.upper())
        yield _Form(name, secret, base64.b32encode(raw).decode().rstrip("="))
    for coding in ("utf-16-le", "utf-16-be"):
        wide = secret.encode(coding, "surrogatepass")
        yield _Form(name, secret, wide.hex())
        for core in _base64_cores(wide):
            yield _Form(name, secret, core, is_base64=True)
    texts = (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])
    for text in dict.fromkeys(texts):
        for core in _base64_cores(text.encode("utf-8", "surrogateescape")):
            yield _Form(name, secret, core, is_base64=True)


def _decoded_layers(secret: str) -> Iterator[str]:
    """Return the secret itself, as it looks after wrong decoding, and each layer decoded from these."""
    as_latin = secret.encode("utf-8", "surrogateescape").decode("latin-1")
    texts = {secret: None, secret.replace(" ", "+"): None, secret.replace(" ", ""): None, as_latin: None}
    if not secret.isascii():
        for coding in ("utf-16-le", "utf-16-be"):
            wide = secret.encode(coding, "surrogatepass").decode("utf-8", "surrogateescape")
            texts[wide.replace("\0", "")] = None
    for text in list(texts):
        for _ in range(MAX_ENCODING_LAYERS):
            decoded = decode(text)
            if decoded is None:
                break
            text = decoded.text
            texts[text] = None
    return (text for text in texts if len(text) >= MIN_SECRET_LENGTH)


def _base64_cores(raw: bytes) -> set[str]:
    """Return the Base64 characters that encode only these bytes, for each of the three alignments."""
    cores = set()
    for before, start in ((0, 0), (1, 2), (2, 3)):
        bits = 8 * (before + len(raw))
        text = base64.b64encode(bytes(before) + raw).decode()
        core = text[start : bits // 6]
        cores |= {core, core.translate(str.maketrans("+/", "-_"))}
    return cores


def _merge_overlaps(hits: Iterator[_Hit]) -> list[_Hit]:
    """Return the hits in order; overlapping ones are merged into one, named after the first."""
    merged: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.start - hit.end)):
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = _Hit(last.start, max(last.end, hit.end), last.form)
        else:
            merged.append(hit)
    return merged
