"""An index of the forms of secrets by their first or last characters."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator

from tuningfork.redaction.written_forms import MAX_PIECE_CHARS, MIN_SECRET_LENGTH, Form

MAX_ALIKE = 2
"""Forms before and after a text in sorted order that are compared with it.

A server may issue many that begin alike. The forms that have most in common with a text are beside it.
"""
MAX_FORM_CHARS = 12 * MAX_PIECE_CHARS
"""Length of the longest form: the hex, with separators, of characters that have four bytes."""


class FormIndex:
    """Forms by their first MIN_SECRET_LENGTH characters, or by their last ones.

    Args:
        is_backward: whether the forms are compared from their end.
    """

    def __init__(self, is_backward: bool = False) -> None:
        self._step = -1 if is_backward else 1
        self._kept: dict[str, list[Form]] = defaultdict(list)
        self._issued: dict[str, list[Form]] = defaultdict(list)  # each list is sorted

    def add(self, form: Form, is_kept: bool) -> None:
        """Add a form; one of the user (`is_kept`) is compared regardless of how many begin alike."""
        if is_kept:
            self._kept[self._key(form)].append(form)
        else:
            insort(self._issued[self._key(form)], form, key=self._order)

    def remove(self, form: Form) -> None:
        """Remove a form of a secret that a server issued."""
        forms = self._issued[self._key(form)]
        del forms[bisect_left(forms, self._order(form), key=self._order)]
        if not forms:
            del self._issued[self._key(form)]

    def positions(self, view: str) -> Iterator[int]:
        """Yield where the characters of a text begin by which a form is found."""
        if self._has_any(view):  # a fast test, because most texts contain none
            for position, window in enumerate(_windows(view)):
                if window in self._kept or window in self._issued:
                    yield position

    def _has_any(self, view: str) -> bool:
        return any(
            forms and not forms.keys().isdisjoint(_windows(view)) for forms in (self._kept, self._issued)
        )

    def candidates(self, view: str, position: int) -> list[Form]:
        """Return the forms to compare with a text at a position of `positions`."""
        window = view[position : position + MIN_SECRET_LENGTH]
        kept, issued = self._kept.get(window, []), self._issued.get(window, [])
        if len(issued) > 2 * MAX_ALIKE:
            read: tuple[str, ...] = (self._read(view, position),)
            near = bisect_left(issued, read, key=self._order)
            issued = issued[max(0, near - MAX_ALIKE) : near + MAX_ALIKE]
        return [*kept, *issued]

    def _key(self, form: Form) -> str:
        return form.text[:MIN_SECRET_LENGTH] if self._step == 1 else form.text[-MIN_SECRET_LENGTH:]

    def _order(self, form: Form) -> tuple[str, ...]:
        return form.text[:: self._step], form.secret, form.name

    def _read(self, view: str, position: int) -> str:
        """Return the text from a position, in the direction in which forms are compared."""
        if self._step == 1:
            return view[position : position + MAX_FORM_CHARS]
        end = position + MIN_SECRET_LENGTH
        return view[max(0, end - MAX_FORM_CHARS) : end][::-1]


def _windows(view: str) -> Iterator[str]:
    """Return each run of MIN_SECRET_LENGTH characters of a text."""
    return map("".join, zip(*(view[start:] for start in range(MIN_SECRET_LENGTH)), strict=False))
