"""The forms in which a secret is written: its encodings, each in pieces of a limited length."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from tuningfork.redaction.decoding import decode

MIN_SECRET_LENGTH = 8
"""Minimum length of a secret that is replaced by value; a shorter one may be a common word."""
MAX_SECRET_CHARS = 2**15
"""Characters of a secret that are searched for; if it is longer, the word that contains them is replaced."""
MAX_PIECE_CHARS = 256
"""Maximum length of a piece, so that a comparison takes a limited time."""
_STRIDE = MAX_PIECE_CHARS - 2 * MIN_SECRET_LENGTH
"""Pieces overlap, so that a secret that is cut off soon after the end of one is still found."""
MAX_ENCODING_LAYERS = 4
"""Maximum number of encoding layers to decode."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a secret, or a piece of a long one, is written.

    Args:
        name: the name of the secret.
        secret: the secret itself.
        text: the secret in this form.
        is_part: whether `text` is part of a longer Base64 text or word, which is replaced as a whole.
    """

    name: str
    secret: str
    text: str
    is_part: bool = False


def written_forms(name: str, secret: str) -> Iterator[Form]:
    """Yield the forms of a secret to search for: its encoding layers, in hex, in Base32 and within Base64."""
    known, is_cut = secret[:MAX_SECRET_CHARS], len(secret) > MAX_SECRET_CHARS
    plain = dict.fromkeys(text for layer in _decoded_layers(known) for text in _plain_forms(layer))
    yield from (Form(name, secret, text, is_part=is_cut) for text in plain)
    yield from (Form(name, secret, core, is_part=True) for core in dict.fromkeys(_base64_forms(known)))


def _plain_forms(layer: str) -> Iterator[str]:
    """Yield the pieces of one layer, in hex and in Base32."""
    for piece in _pieces(layer):
        raw = piece.encode("utf-8", "surrogateescape")
        yield piece
        for separator in ("", ":", "-", " "):
            hexadecimal = raw.hex(*separator)
            yield from (hexadecimal, hexadecimal.upper())
        yield base64.b32encode(raw).decode().rstrip("=")


def _base64_forms(secret: str) -> Iterator[str]:
    """Yield what Base64 contains of a secret in each encoding, and the hex of its UTF-16."""
    for piece in _pieces(secret):
        for coding in ("utf-16-le", "utf-16-be"):
            wide = piece.encode(coding, "surrogatepass")
            yield from (wide.hex(), *_base64_cores(wide))
    for text in dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])):
        for piece in _pieces(text):
            yield from _base64_cores(piece.encode("utf-8", "surrogateescape"))


def _pieces(text: str) -> Iterator[str]:
    """Yield the text in pieces of MAX_PIECE_CHARS that overlap; a short text is one piece."""
    last = max(0, len(text) - MAX_PIECE_CHARS)
    for start in (*range(0, last, _STRIDE), last):
        yield text[start : start + MAX_PIECE_CHARS]


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
