"""Known secrets: replaces them by value, in every form in which they may be written."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from tuningfork.redaction.form_index import FormIndex
from tuningfork.redaction.secret_search import SecretSearch
from tuningfork.redaction.written_forms import MAX_SECRET_CHARS, MIN_SECRET_LENGTH, written_forms

MAX_ISSUED_SECRETS = 2000
"""Secrets of servers that are searched for, those that were added last."""
MAX_ISSUED_CHARS = 2**18
"""Characters of all these secrets; their forms take about a hundred times as much memory."""
MAX_CACHED_CHARS = 199
"""Length of the texts without secrets that are cached."""
MAX_CACHED_TEXTS = 5000
"""Texts after which the cache is cleared."""
_JWT = re.compile(r"eyJ[\w-]*\.([\w-]{8,})\.([\w-]{8,})")


class KnownSecrets:
    """A set of secrets that are replaced by value; those of servers are limited, those of the user are not.

    Args:
        max_secrets: the number of secrets of servers at most, those that were added last.
    """

    def __init__(self, max_secrets: int = MAX_ISSUED_SECRETS) -> None:
        self._max_secrets = max_secrets
        self._kept: dict[str, str] = {}  # the name of each
        self._issued: dict[str, str] = {}  # the same, those added last at the end
        self._issued_chars = 0
        self._unread: dict[str, str] = {}  # those whose forms are not in the indexes yet
        self._starts, self._ends = FormIndex(), FormIndex(is_backward=True)
        self._search = SecretSearch(self._starts, self._ends)
        self._texts_without_secrets: dict[str, None] = {}  # a cache, used as a set
        self._lock = threading.Lock()

    def keep(self, name: str, secret: str) -> None:
        """Add a secret of the user, which is never forgotten; its name is part of its replacement."""
        with self._lock:
            for each in _with_parts(secret):
                if each not in self._kept:
                    self._kept[each] = self._unread[each] = name
                    self._texts_without_secrets.clear()

    def add(self, name: str, secret: str) -> None:
        """Add a secret that a server may have issued; the oldest are forgotten if there are too many."""
        with self._lock:
            for each in _with_parts(secret[: MAX_SECRET_CHARS + 1]):
                if each in self._issued:
                    self._issued[each] = self._issued.pop(each)
                elif each not in self._kept:
                    self._issued[each] = self._unread[each] = name
                    self._issued_chars += len(each)
                    self._texts_without_secrets.clear()
            while len(self._issued) > self._max_secrets or self._issued_chars > MAX_ISSUED_CHARS:
                self._forget(next(iter(self._issued)))

    def _forget(self, secret: str) -> None:
        """Remove a secret of a server and its forms."""
        name = self._issued.pop(secret)
        self._issued_chars -= len(secret)
        if secret not in self._kept and self._unread.pop(secret, None) is None:
            for form in written_forms(name, secret):
                self._starts.remove(form)
                self._ends.remove(form)

    def _read(self) -> None:
        """Add the forms of new secrets to the indexes; only now, since many may be forgotten before that."""
        with self._lock:
            for secret, name in self._unread.items():
                for form in written_forms(name, secret):
                    self._starts.add(form, secret in self._kept)
                    self._ends.add(form, secret in self._kept)
            self._unread.clear()

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
        if len(text) < MIN_SECRET_LENGTH or text in self._texts_without_secrets:
            return text
        if self._unread:
            self._read()
        pieces, last = [], 0
        for hit in self._search.find(text, may_be_truncated, may_be_folded):
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


def _with_parts(secret: str) -> tuple[str, ...]:
    """Return a secret and, if it is a JWT, its payload and signature; nothing for one that is too short."""
    parts = _JWT.fullmatch(secret)
    return () if len(secret) < MIN_SECRET_LENGTH else (secret, *(parts.groups() if parts else ()))
