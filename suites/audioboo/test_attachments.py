"""Files in chunks (Audioboo's API reference, Attachments)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import succeeded
from tuningfork.apis.audioboo.factories import body_of, made, upload
from tuningfork.apis.audioboo.lookup import clip_of, nothing_titled
from tuningfork.client.client import Client
from tuningfork.testing.payloads import tone

from .support.assertions import is_number
from .support.chunked_upload import (
    begun,
    chunks_of,
    cuts_after,
    evenly,
    fingerprint_of,
    first_chunk,
    next_chunk,
    sent,
    use,
)

Fresh = Callable[[str], str]

FILE = tone(0.3)
SIZE, HALF = len(FILE), len(FILE) // 2
RIGHT = fingerprint_of(FILE)
SOME_CUTS = settings(max_examples=max(4, settings().max_examples // 8), report_multiple_bugs=False)
CUTS = {
    "one": [],
    "two": evenly(FILE, 2),
    "three": evenly(FILE, 3),
    "ten": evenly(FILE, 10),
    "first byte": [1],
    "last byte": [SIZE - 1],
    "growing": cuts_after([1, 2, 4, 8, 16]),
}


def makes_the_same_clip(me: Client, title: str, cuts: list[int], file: bytes = FILE) -> None:
    """Raise where a file in these pieces makes no clip, or another one than the file at once."""
    whole = made(upload(me, {"title": title}, file), "audio_clip")
    attachment = sent(me, file, cuts)

    answer = use(me, title, attachment["id"], fingerprint_of(file)).is_created()

    clip, wanted = (clip_of(me, one["id"]) for one in (body_of(answer, "audio_clip"), whole))
    for name in ("title", "location", "tags"):
        pair = (clip.get(name), wanted.get(name))
        assert pair[0] == pair[1], f"expected {name} {pair[1]!r}, found {pair[0]!r}"
    lengths = [one["duration"] for one in (clip, wanted)]
    assert all(map(is_number, lengths)), f"expected durations, found {lengths}"
    assert 0 in lengths or abs(lengths[0] - lengths[1]) < 0.05, f"expected one duration, found {lengths}"


@claim("AB-ATT-01")
@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS.keys())
def test_a_file_in_chunks_makes_the_same_clip(me: Client, fresh: Fresh, cuts: list[int]) -> None:
    """In one chunk or in many, of one byte or of thousands; each is counted as it comes."""
    makes_the_same_clip(me, fresh("in chunks"), cuts)


@claim("AB-ATT-01")
def test_a_longer_file_makes_the_same_clip(me: Client, fresh: Fresh) -> None:
    """What a field of 64 kilobytes can't hold is not cut."""
    file = tone(5)

    makes_the_same_clip(me, fresh("long"), [len(file) - 2000], file)


@claim("AB-ATT-01")
@SOME_CUTS
@given(cuts=st.lists(st.integers(1, SIZE - 1), unique=True, max_size=6).map(sorted))
def test_any_chunks_make_the_same_clip(me: Client, fresh: Fresh, cuts: list[int]) -> None:
    """No size of a chunk is special."""
    makes_the_same_clip(me, fresh("in any chunks"), cuts)


@claim("AB-ATT-01")
def test_attachments_grow_side_by_side(me: Client, fresh: Fresh) -> None:
    """The chunks of two files that come in turn do not mix."""
    files = [FILE, tone(0.4)]
    both = [begun(me, content, 100) for content in files]

    for content, (_, where) in zip(files, both, strict=True):
        succeeded(next_chunk(me, where, content[100:200], 100))
    for content, (_, where) in zip(files, both, strict=True):
        succeeded(next_chunk(me, where, content[200:], 200))

    for content, (attachment, _) in zip(files, both, strict=True):
        use(me, fresh("side by side"), attachment["id"], fingerprint_of(content)).is_created()


WRONG_CHUNKS: dict[str, tuple[bytes, int]] = {
    "gap of one byte": (FILE[HALF + 1 :], HALF + 1),
    "gap": (FILE[HALF + 100 : HALF + 200], HALF + 100),
    "overlap of one byte": (FILE[HALF - 1 :], HALF - 1),
    "the same again": (FILE[:HALF], 0),
    "within what has come": (b"\xff" * 10, 10),
    "one byte past the end": (FILE[HALF:] + b"\x00", HALF),
    "after the end": (b"\x00", SIZE),
    "far past the end": (b"\x00" * 10, SIZE * 10),
}


@claim("AB-ATT-02")
@pytest.mark.parametrize("name", WRONG_CHUNKS)
def test_a_chunk_that_does_not_follow_is_refused(me: Client, fresh: Fresh, name: str) -> None:
    """4xx; what has come before is neither whole for it nor spoilt, and no clip is made of it."""
    attachment, where = begun(me, FILE, HALF)
    title = fresh("of a wrong chunk")

    next_chunk(me, where, *WRONG_CHUNKS[name]).is_refused()

    use(me, title, attachment["id"], RIGHT).is_refused()
    nothing_titled(me, title)
    rest = next_chunk(me, where, FILE[HALF:], HALF)
    if rest.status < 300:
        use(me, title, attachment["id"], RIGHT).is_created()
    else:
        rest.is_refused()


@claim("AB-ATT-02")
def test_a_chunk_after_the_last_one_is_refused(me: Client, fresh: Fresh) -> None:
    """What is whole takes nothing more, and is what it was."""
    attachment, where = begun(me, FILE, SIZE)

    next_chunk(me, where, b"\x00", SIZE).is_refused()
    next_chunk(me, where, FILE[-10:], SIZE - 10).is_refused()
    next_chunk(me, where, FILE, 0).is_refused()

    use(me, fresh("whole"), attachment["id"], RIGHT).is_created()


@claim("AB-ATT-02")
@pytest.mark.parametrize(
    ("content", "size", "offset"),
    [
        (FILE, SIZE - 1, 0),
        (FILE, 1, 0),
        (FILE[1:], SIZE, 1),
        (FILE[:10], SIZE, SIZE),
        (FILE[:10], SIZE, SIZE - 5),
    ],
    ids=["one byte too long", "far too long", "gap of one byte", "after the end", "past the end"],
)
def test_a_first_chunk_that_does_not_fit_is_refused(
    me: Client, fresh: Fresh, content: bytes, size: int, offset: int
) -> None:
    """4xx, and there is no attachment that could be filled or used."""
    answer = first_chunk(me, content, size, offset).is_refused()

    assert "Location" not in answer.headers, f"expected no attachment, found {answer.headers['Location']}"


WRONG_FINGERPRINTS = {
    "of another file": fingerprint_of(FILE[:-1]),
    "of nothing": fingerprint_of(b""),
    "last digit": RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1"),
    "first digit": ("0" if RIGHT[0] != "0" else "1") + RIGHT[1:],
    "backwards": RIGHT[::-1],
    "shortened": RIGHT[:20],
    "no hex": "z" * 40,
}


@claim("AB-ATT-02")
@pytest.mark.parametrize("name", WRONG_FINGERPRINTS)
def test_a_wrong_fingerprint_is_refused(me: Client, fresh: Fresh, name: str) -> None:
    """4xx, and no clip."""
    attachment, _ = begun(me, FILE, SIZE)
    title = fresh("of a wrong fingerprint")

    use(me, title, attachment["id"], WRONG_FINGERPRINTS[name]).is_refused()

    nothing_titled(me, title)


@claim("AB-ATT-02")
@pytest.mark.parametrize("length", [1, HALF, SIZE - 1])
@pytest.mark.parametrize("what", ["whole", "part"])
def test_an_incomplete_attachment_is_refused(me: Client, fresh: Fresh, length: int, what: str) -> None:
    """4xx and no clip, with the fingerprint of the whole file and with that of what has come."""
    attachment, _ = begun(me, FILE, length)
    title = fresh("of a part")

    use(me, title, attachment["id"], fingerprint_of(FILE if what == "whole" else FILE[:length])).is_refused()

    nothing_titled(me, title)


@claim("AB-ATT-02")
def test_an_attachment_is_incomplete_until_its_last_chunk(me: Client, fresh: Fresh) -> None:
    """After each chunk but the last one: 4xx and no clip."""
    title = fresh("not yet")
    pieces = list(chunks_of(FILE, evenly(FILE, 4)))
    attachment, where = begun(me, FILE, len(pieces[0][1]))

    for offset, piece in pieces[1:]:
        use(me, title, attachment["id"], RIGHT).is_refused()
        succeeded(next_chunk(me, where, piece, offset))

    nothing_titled(me, title)
    use(me, title, attachment["id"], RIGHT).is_created()
