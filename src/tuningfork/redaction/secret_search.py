"""Searches a text for the forms of secrets, in time in proportion to its length."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tuningfork.redaction.decoding import DecodedText, decode, unfold
from tuningfork.redaction.form_index import FormIndex
from tuningfork.redaction.written_forms import MAX_ENCODING_LAYERS, MIN_SECRET_LENGTH, Form

_TRUNCATION = re.compile(r"\.\.\.|…|[\"'`\\)\]}>|,;%&\s]|\Z")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_WORD = re.compile(r"[A-Za-z0-9+/_=-]+")
MAX_CUTS = 4
"""Ellipses before the end of a secret that are tried."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A span of a text that is a form of a secret."""

    start: int
    end: int
    form: Form


@dataclass(frozen=True, slots=True)
class SecretSearch:
    """Finds the forms of secrets in texts.

    Args:
        starts: the forms by their first characters.
        ends: the forms by their last characters.
    """

    starts: FormIndex
    ends: FormIndex

    def find(self, text: str, may_be_truncated: bool, may_be_folded: bool) -> list[Hit]:
        """Return the secrets in a text in all encodings, in order and without overlaps."""
        hits = [*self._find_in_layers(text, [], may_be_truncated)]
        if may_be_folded and (unfolded := unfold(text)):
            hits += self._find_in_layers(unfolded.text, [unfolded], may_be_truncated)
        return [*_merge_overlaps(sorted(hits, key=lambda hit: (hit.start, hit.start - hit.end)))]

    def _find_in_layers(self, view: str, layers: list[DecodedText], may_be_truncated: bool) -> Iterator[Hit]:
        """Yield the secrets in `view` and in each layer decoded from it, with their original positions."""
        while True:
            for hit in self._find_in_layer(view, may_be_truncated):
                start, end = hit.start, hit.end
                for layer in reversed(layers):
                    start, end = layer.source_span(start, end)
                yield Hit(start, end, hit.form)
            decoded = decode(view) if len(layers) <= MAX_ENCODING_LAYERS else None
            if decoded is None:
                return
            layers.append(decoded)
            view = decoded.text

    def _find_in_layer(self, view: str, may_be_truncated: bool) -> Iterator[Hit]:
        """Yield the secrets in a text as it is; also their starts and ends if it may be truncated."""
        yield from _merge_overlaps(self._find_heads(view, may_be_truncated))
        if may_be_truncated and _ELLIPSIS.search(view):
            yield from _merge_overlaps(self._find_tails(view))

    def _find_heads(self, view: str, may_be_truncated: bool) -> Iterator[Hit]:
        """Yield the secrets, and the starts of secrets that are followed by the end of a word."""
        words = _Words(view)
        for position in self.starts.positions(view):
            for form in self.starts.candidates(view, position):
                end = _end_at(view, position, form, may_be_truncated)
                if end is None:
                    continue
                start_of_word, end_of_word = words.around(position) if form.is_part else (position, end)
                yield Hit(min(position, start_of_word), max(end, end_of_word), form)

    def _find_tails(self, view: str) -> Iterator[Hit]:
        """Yield the ends of secrets that follow an ellipsis."""
        cuts = [cut.end() for cut in _ELLIPSIS.finditer(view)]
        for position in self.ends.positions(view):
            end, after = position + MIN_SECRET_LENGTH, bisect_right(cuts, position)
            last_cuts = cuts[max(0, after - MAX_CUTS) : after]
            for form in self.ends.candidates(view, position) if last_cuts else ():
                for cut in last_cuts:
                    if form.text.endswith(view[max(cut, end - len(form.text) - 1) : end]):
                        yield Hit(cut, end, form)


def _end_at(view: str, position: int, form: Form, may_be_truncated: bool) -> int | None:
    """Return where the form at a position ends, if the whole form or a truncated start of it is there."""
    if view.startswith(form.text, position):
        return position + len(form.text)
    if not may_be_truncated:
        return None
    lengths = range(MIN_SECRET_LENGTH + 1, len(form.text) + 1)
    differs_by = bisect_left(
        lengths, True, key=lambda length: not view.startswith(form.text[:length], position)
    )
    end = position + MIN_SECRET_LENGTH + differs_by
    return end if _TRUNCATION.match(view, end) else None


class _Words:
    """The words of a text, of the characters of Base64; they are found in order, each once."""

    def __init__(self, view: str) -> None:
        self._words = (word.span() for word in _WORD.finditer(view))
        self._word = (0, 0)

    def around(self, position: int) -> tuple[int, int]:
        """Return the start and the end of the first word that ends after a position; positions ascend."""
        while self._word[1] <= position:
            self._word = next(self._words, (position, position + 1))
        return self._word


def _merge_overlaps(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield hits, which are sorted by their start; overlapping ones are merged and named after the first."""
    last: Hit | None = None
    for hit in hits:
        if last is not None and last.start <= hit.start < last.end:
            last = last if hit.end <= last.end else Hit(last.start, hit.end, last.form)
            continue
        if last is not None:
            yield last
        last = hit
    if last is not None:
        yield last
