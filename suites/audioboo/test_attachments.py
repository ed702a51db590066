"""Files in chunks (Audioboo's API reference, Attachments)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import created_object_or_skip, object_in_body, upload
from tuningfork.apis.audioboo.lookup import expect_no_clip_titled, fetch_clip
from tuningfork.client.client import Client
from tuningfork.testing.payloads import wav_tone

from .support.assertions import is_number
from .support.chunked_upload import (
    create_clip_from,
    cuts_after,
    even_cuts,
    fingerprint_of,
    send_first_chunk,
    send_next_chunk,
    split_at,
    start_upload,
    upload_in_chunks,
)

Fresh = Callable[[str], str]

FILE = wav_tone(0.3)
SIZE, HALF = len(FILE), len(FILE) // 2
RIGHT = fingerprint_of(FILE)
SOME_CUTS = settings(max_examples=max(4, settings().max_examples // 8), report_multiple_bugs=False)
CUTS = {
    "one": [],
    "two": even_cuts(FILE, 2),
    "three": even_cuts(FILE, 3),
    "ten": even_cuts(FILE, 10),
    "first byte": [1],
    "last byte": [SIZE - 1],
    "growing": cuts_after([1, 2, 4, 8, 16]),
}


def makes_the_same_clip(me: Client, title: str, cuts: list[int], file: bytes = FILE) -> None:
    """Raise where a file in these pieces makes no clip, or another one than the file at once."""
    whole = created_object_or_skip(upload(me, {"title": title}, file), "audio_clip")
    attachment = upload_in_chunks(me, file, cuts)

    answer = create_clip_from(me, title, attachment["id"], fingerprint_of(file)).expect_created()

    clip, wanted = (fetch_clip(me, one["id"]) for one in (object_in_body(answer, "audio_clip"), whole))
    for name in ("title", "location", "tags"):
        pair = (clip.get(name), wanted.get(name))
        assert pair[0] == pair[1], f"expected {name} {pair[1]!r}, found {pair[0]!r}"
    lengths = [one["duration"] for one in (clip, wanted)]
    assert all(map(is_number, lengths)), f"expected durations, found {lengths}"
    assert 0 in lengths or abs(lengths[0] - lengths[1]) < 0.05, f"expected one duration, found {lengths}"


@claim("AB-ATT-01")
@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS.keys())
def test_a_file_in_chunks_makes_the_same_clip(user: Client, unique_name: Fresh, cuts: list[int]) -> None:
    """In one chunk or in many, of one byte or of thousands; each is counted as it comes."""
    makes_the_same_clip(user, unique_name("in chunks"), cuts)


@claim("AB-ATT-01")
def test_a_longer_file_makes_the_same_clip(user: Client, unique_name: Fresh) -> None:
    """What a field of 64 kilobytes can't hold is not cut."""
    file = wav_tone(5)

    makes_the_same_clip(user, unique_name("long"), [len(file) - 2000], file)


@claim("AB-ATT-01")
@SOME_CUTS
@given(cuts=st.lists(st.integers(1, SIZE - 1), unique=True, max_size=6).map(sorted))
def test_any_chunks_make_the_same_clip(user: Client, unique_name: Fresh, cuts: list[int]) -> None:
    """No size of a chunk is special."""
    makes_the_same_clip(user, unique_name("in any chunks"), cuts)


@claim("AB-ATT-01")
def test_attachments_grow_side_by_side(user: Client, unique_name: Fresh) -> None:
    """The chunks of two files that come in turn do not mix."""
    files = [FILE, wav_tone(0.4)]
    both = [start_upload(user, content, 100) for content in files]

    for content, (_, where) in zip(files, both, strict=True):
        assert_success(send_next_chunk(user, where, content[100:200], 100))
    for content, (_, where) in zip(files, both, strict=True):
        assert_success(send_next_chunk(user, where, content[200:], 200))

    for content, (attachment, _) in zip(files, both, strict=True):
        create_clip_from(
            user, unique_name("side by side"), attachment["id"], fingerprint_of(content)
        ).expect_created()


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
def test_a_chunk_that_does_not_follow_is_refused(user: Client, unique_name: Fresh, name: str) -> None:
    """4xx; what has come before is neither whole for it nor spoilt, and no clip is made of it."""
    attachment, where = start_upload(user, FILE, HALF)
    title = unique_name("of a wrong chunk")

    send_next_chunk(user, where, *WRONG_CHUNKS[name]).expect_client_error()

    create_clip_from(user, title, attachment["id"], RIGHT).expect_client_error()
    expect_no_clip_titled(user, title)
    rest = send_next_chunk(user, where, FILE[HALF:], HALF)
    if rest.status < 300:
        create_clip_from(user, title, attachment["id"], RIGHT).expect_created()
    else:
        rest.expect_client_error()


@claim("AB-ATT-02")
def test_a_chunk_after_the_last_one_is_refused(user: Client, unique_name: Fresh) -> None:
    """What is whole takes nothing more, and is what it was."""
    attachment, where = start_upload(user, FILE, SIZE)

    send_next_chunk(user, where, b"\x00", SIZE).expect_client_error()
    send_next_chunk(user, where, FILE[-10:], SIZE - 10).expect_client_error()
    send_next_chunk(user, where, FILE, 0).expect_client_error()

    create_clip_from(user, unique_name("whole"), attachment["id"], RIGHT).expect_created()


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
    user: Client, unique_name: Fresh, content: bytes, size: int, offset: int
) -> None:
    """4xx, and there is no attachment that could be filled or used."""
    answer = send_first_chunk(user, content, size, offset).expect_client_error()

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
def test_a_wrong_fingerprint_is_refused(user: Client, unique_name: Fresh, name: str) -> None:
    """4xx, and no clip."""
    attachment, _ = start_upload(user, FILE, SIZE)
    title = unique_name("of a wrong fingerprint")

    create_clip_from(user, title, attachment["id"], WRONG_FINGERPRINTS[name]).expect_client_error()

    expect_no_clip_titled(user, title)


@claim("AB-ATT-02")
@pytest.mark.parametrize("length", [1, HALF, SIZE - 1])
@pytest.mark.parametrize("what", ["whole", "part"])
def test_an_incomplete_attachment_is_refused(
    user: Client, unique_name: Fresh, length: int, what: str
) -> None:
    """4xx and no clip, with the fingerprint of the whole file and with that of what has come."""
    attachment, _ = start_upload(user, FILE, length)
    title = unique_name("of a part")

    create_clip_from(
        user, title, attachment["id"], fingerprint_of(FILE if what == "whole" else FILE[:length])
    ).expect_client_error()

    expect_no_clip_titled(user, title)


@claim("AB-ATT-02")
def test_an_attachment_is_incomplete_until_its_last_chunk(user: Client, unique_name: Fresh) -> None:
    """After each chunk but the last one: 4xx and no clip."""
    title = unique_name("not yet")
    pieces = list(split_at(FILE, even_cuts(FILE, 4)))
    attachment, where = start_upload(user, FILE, len(pieces[0][1]))

    for offset, piece in pieces[1:]:
        create_clip_from(user, title, attachment["id"], RIGHT).expect_client_error()
        assert_success(send_next_chunk(user, where, piece, offset))

    expect_no_clip_titled(user, title)
    create_clip_from(user, title, attachment["id"], RIGHT).expect_created()
