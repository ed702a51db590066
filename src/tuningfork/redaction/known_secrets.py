"""Known secrets, found by value in whatever form they are written."""

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
"""Characters of a secret that can be told from a common word; a shorter one is found by its place alone."""
MAX_ENCODING_LAYERS = 4
"""Layers of encoding that are removed."""
_CUT = re.compile(r"\.\.\.|…|[\"'`\\)\]}>|,;%&\s]|\Z")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_RUN = re.compile(r"[A-Za-z0-9+/_=-]*")
_JWT = re.compile(r"eyJ[\w-]*\.([\w-]{8,})\.([\w-]{8,})")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a secret; of an encoded one the whole run of Base64 around it is hidden."""

    name: str
    secret: str
    text: str
    is_base64: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    form: _Form


class KnownSecrets:
    """Secrets by value."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._by_head: dict[str, list[_Form]] = defaultdict(list)
        self._by_tail: dict[str, list[_Form]] = defaultdict(list)
        self._plain: dict[str, None] = {}

    def add(self, name: str, secret: str) -> None:
        """Take in a secret; the name tells a reader which one was replaced."""
        if len(secret) < MIN_SECRET_LENGTH or secret in self._known:
            return
        self._known.add(secret)
        self._plain.clear()
        for form in _forms(name, secret):
            self._by_head[form.text[:MIN_SECRET_LENGTH]].append(form)
            self._by_tail[form.text[-MIN_SECRET_LENGTH:]].append(form)
        if parts := _JWT.fullmatch(secret):
            self.add(name, parts[1])
            self.add(name, parts[2])

    def replace(
        self, text: str, mask: Callable[[str, str], str], is_cut: bool = True, is_field: bool = True
    ) -> str:
        """The text with `mask(name, secret)` in place of each secret.

        Args:
            text: any.
            mask: gives what is written instead.
            is_cut: somebody may have cut it, so that the start or the end of a secret stands there alone.
            is_field: it may hold a header field, whose folded lines are joined by spaces.
        """
        if len(text) < MIN_SECRET_LENGTH or not self._by_head or text in self._plain:
            return text
        pieces, last = [], 0
        for hit in _apart(self._hits(text, is_cut, is_field)):
            pieces += [text[last : hit.start], mask(hit.form.name, hit.form.secret)]
            last = hit.end
        if not pieces:
            self._keep(text)
            return text
        return "".join([*pieces, text[last:]])

    def _keep(self, text: str) -> None:
        """Remember a short text without secrets: header fields repeat."""
        if len(text) < 200:
            if len(self._plain) > 5000:
                self._plain.clear()
            self._plain[text] = None

    def _hits(self, text: str, is_cut: bool, is_field: bool) -> Iterator[_Hit]:
        """Where secrets stand in the text, whatever encodes them."""
        yield from self._in_layers(text, [], is_cut)
        if is_field and (unfolded := unfold(text)):
            yield from self._in_layers(unfolded.text, [unfolded], is_cut)

    def _in_layers(self, view: str, layers: list[DecodedText], is_cut: bool) -> Iterator[_Hit]:
        while True:
            for hit in self._in_layer(view, is_cut):
                start, end = hit.start, hit.end
                for layer in reversed(layers):
                    start, end = layer.source_span(start, end)
                yield _Hit(start, end, hit.form)
            decoded = decode(view) if len(layers) <= MAX_ENCODING_LAYERS else None
            if decoded is None:
                return
            layers.append(decoded)
            view = decoded.text

    def _in_layer(self, view: str, is_cut: bool) -> Iterator[_Hit]:
        if _has_any(view, self._by_head):
            for at in range(len(view) - MIN_SECRET_LENGTH + 1):
                for form in self._by_head.get(view[at : at + MIN_SECRET_LENGTH], ()):
                    yield from _matched(view, at, form, is_cut)
        if is_cut and _ELLIPSIS.search(view) and _has_any(view, self._by_tail):
            yield from self._tails(view)

    def _tails(self, view: str) -> Iterator[_Hit]:
        """The ends of secrets that follow a cut."""
        for at in range(len(view) - MIN_SECRET_LENGTH + 1):
            for form in self._by_tail.get(view[at : at + MIN_SECRET_LENGTH], ()):
                end = at + MIN_SECRET_LENGTH
                for cut in _ELLIPSIS.finditer(view, max(0, end - len(form.text) - 3), at):
                    if form.text.endswith(view[cut.end() : end]):
                        yield _Hit(cut.end(), end, form)


def _has_any(view: str, edges: Mapping[str, list[_Form]]) -> bool:
    """Whether any edge of a secret stands in the text; found in C, since most texts have none."""
    windows = map("".join, zip(*(view[start:] for start in range(MIN_SECRET_LENGTH)), strict=False))
    return not edges.keys().isdisjoint(windows)


def _matched(view: str, at: int, form: _Form, is_cut: bool) -> Iterator[_Hit]:
    end, is_whole = at + len(form.text), view.startswith(form.text, at)
    if not is_whole:
        if not is_cut:
            return
        end = at + len(commonprefix([view[at:end], form.text]))  # noqa: RUF071 - these are no paths
        if not _CUT.match(view, end):
            return
    if form.is_base64:
        run = _RUN.match(view[:at][::-1])
        assert run is not None, "it matches nothing too"
        after = _RUN.match(view, end)
        assert after is not None, "it matches nothing too"
        yield _Hit(at - run.end(), after.end(), form)
    else:
        yield _Hit(at, end, form)


def _forms(name: str, secret: str) -> Iterator[_Form]:
    """What is looked for: the secret in each layer of its own encoding, in hex, within Base64."""
    for text in _layers(secret):
        yield _Form(name, secret, text)
        raw = text.encode("utf-8", "surrogateescape")
        for separator in ("", ":", "-", " "):
            written = raw.hex(*separator)
            yield _Form(name, secret, written)
            yield _Form(name, secret, written.upper())
        yield _Form(name, secret, base64.b32encode(raw).decode().rstrip("="))
    for coding in ("utf-16-le", "utf-16-be"):
        wide = secret.encode(coding, "surrogatepass")
        yield _Form(name, secret, wide.hex())
        for core in _within_base64(wide):
            yield _Form(name, secret, core, is_base64=True)
    texts = (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])
    for text in dict.fromkeys(texts):
        for core in _within_base64(text.encode("utf-8", "surrogateescape")):
            yield _Form(name, secret, core, is_base64=True)


def _layers(secret: str) -> Iterator[str]:
    as_latin = secret.encode("utf-8", "surrogateescape").decode("latin-1")
    texts = {secret: None, secret.replace(" ", "+"): None, secret.replace(" ", ""): None, as_latin: None}
    if not secret.isascii():
        for coding in ("utf-16-le", "utf-16-be"):
            wide = secret.encode(coding, "surrogatepass").decode("utf-8", "surrogateescape")
            texts[wide.replace("\0", "")] = None
    for whole in list(texts):
        for _ in range(MAX_ENCODING_LAYERS):
            decoded = decode(whole)
            if decoded is None:
                break
            whole = decoded.text
            texts[whole] = None
    return (text for text in texts if len(text) >= MIN_SECRET_LENGTH)


def _within_base64(raw: bytes) -> set[str]:
    """The characters that these bytes alone decide, at each of the three places where they may start."""
    cores = set()
    for before, start in ((0, 0), (1, 2), (2, 3)):
        bits = 8 * (before + len(raw))
        whole = base64.b64encode(bytes(before) + raw).decode()
        core = whole[start : bits // 6]
        cores |= {core, core.translate(str.maketrans("+/", "-_"))}
    return cores


def _apart(hits: Iterator[_Hit]) -> list[_Hit]:
    """Hits in order; those that overlap become one, named after the longest."""
    merged: list[_Hit] = []
    for hit in sorted(hits, key=lambda each: (each.start, each.start - each.end)):
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = _Hit(last.start, max(last.end, hit.end), last.form)
        else:
            merged.append(hit)
    return merged
