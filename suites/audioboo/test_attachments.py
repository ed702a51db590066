"""Files in chunks (Audioboo's API reference, Attachments)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.diffs import assert_unchanged
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import created_object_or_skip, object_in_body, upload
from tuningfork.apis.audioboo.lookup import expect_no_clip_titled, fetch_clip
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_not_in, expect_true
from tuningfork.testing.payloads import wav_tone

from .support.assertions import is_number
from .support.chunked_upload import (
    create_clip_from,
    even_cuts,
    fingerprint_of,
    send_first_chunk,
    send_next_chunk,
    split_at,
    start_upload,
    upload_in_chunks,
)
from .support.clip_updates import ROMNEY

UniqueName = Callable[[str], str]

FILE = wav_tone(0.3)
SIZE, HALF = len(FILE), len(FILE) // 2
FINGERPRINT = fingerprint_of(FILE)
LONG_FILE = wav_tone(5)
FIELDS = {
    "tag_list": "One, two",
    "description": "Spoken.",
    "recorded_at": "2014-03-01 10:20:30 +0000",
    **ROMNEY,
}
FEW_EXAMPLES = settings(max_examples=max(4, settings().max_examples // 8), report_multiple_bugs=False)
WRONG_CHUNKS: dict[str, tuple[bytes, int]] = {
    "gap of one byte": (FILE[HALF + 1 :], HALF + 1),
    "gap": (FILE[HALF + 100 : HALF + 200], HALF + 100),
    "overlap of one byte": (FILE[HALF - 1 :], HALF - 1),
    "repeated": (FILE[:HALF], 0),
    "other bytes": (b"\xff" * 10, 10),
    "one byte past the end": (FILE[HALF:] + b"\x00", HALF),
    "after the end": (b"\x00", SIZE),
    "far past the end": (b"\x00" * 10, SIZE * 10),
}
WRONG_FINGERPRINTS = {
    "of another file": fingerprint_of(FILE[:-1]),
    "of an empty file": fingerprint_of(b""),
    "last digit": FINGERPRINT[:-1] + ("0" if FINGERPRINT[-1] != "0" else "1"),
    "first digit": ("0" if FINGERPRINT[0] != "0" else "1") + FINGERPRINT[1:],
    "reversed": FINGERPRINT[::-1],
    "shortened": FINGERPRINT[:20],
    "not hexadecimal": "z" * 40,
}


@claim("AB-ATT-01")
@pytest.mark.parametrize(
    ("file", "cuts"),
    [(FILE, []), (FILE, even_cuts(FILE, 10)), (LONG_FILE, [len(LONG_FILE) - 2000])],
    ids=["one", "ten", "long"],
)
def test_uploads_in_chunks_and_at_once_create_equal_clips(
    user: Client, unique_name: UniqueName, file: bytes, cuts: list[int]
) -> None:
    """In one chunk, in ten, and with a chunk of more than 64 KiB; with the other fields of a clip."""
    title = unique_name("in chunks")
    expected = created_object_or_skip(upload(user, {"title": title, **FIELDS}, file), "audio_clip")

    attachment = upload_in_chunks(user, file, cuts)
    response = create_clip_from(user, title, attachment, fingerprint_of(file), **FIELDS)

    clip = object_in_body(response.expect_created(), "audio_clip")
    expect_equal_clips(fetch_clip(user, clip["id"]), fetch_clip(user, expected["id"]))


@claim("AB-ATT-01")
@FEW_EXAMPLES
@given(cuts=st.lists(st.integers(1, SIZE - 1), unique=True, max_size=6).map(sorted))
@example(cuts=[1, 3, 7, 15, 31])
@example(cuts=[SIZE - 1])
def test_chunks_of_random_sizes_create_a_clip(user: Client, unique_name: UniqueName, cuts: list[int]) -> None:
    attachment = upload_in_chunks(user, FILE, cuts)

    response = create_clip_from(user, unique_name("in random chunks"), attachment, FINGERPRINT)

    response.expect_created()


@claim("AB-ATT-01")
def test_chunks_of_two_files_are_not_mixed(user: Client, unique_name: UniqueName) -> None:
    uploads = [(file, *start_upload(user, file, 100)) for file in (FILE, wav_tone(0.4))]

    for file, _, url in uploads:
        assert_success(send_next_chunk(user, url, file[100:200], 100))
    for file, _, url in uploads:
        assert_success(send_next_chunk(user, url, file[200:], 200))

    for file, attachment, _ in uploads:
        response = create_clip_from(user, unique_name("parallel"), attachment, fingerprint_of(file))
        response.expect_created()


@claim("AB-ATT-02")
@pytest.mark.parametrize("name", WRONG_CHUNKS)
def test_wrong_chunk_returns_4xx(user: Client, unique_name: UniqueName, name: str) -> None:
    """It does not complete the file; the right chunk may still be accepted."""
    attachment, url = start_upload(user, FILE, HALF)
    title = unique_name("wrong chunk")

    send_next_chunk(user, url, *WRONG_CHUNKS[name]).expect_client_error()

    create_clip_from(user, title, attachment, FINGERPRINT).expect_client_error()
    expect_no_clip_titled(user, title)
    rest = send_next_chunk(user, url, FILE[HALF:], HALF)
    if rest.status < 300:
        create_clip_from(user, title, attachment, FINGERPRINT).expect_created()
    else:
        rest.expect_client_error()


@claim("AB-ATT-02")
def test_chunk_after_the_last_one_returns_4xx(user: Client, unique_name: UniqueName) -> None:
    """The complete file may still be accepted."""
    attachment, url = start_upload(user, FILE, SIZE)

    send_next_chunk(user, url, b"\x00", SIZE).expect_client_error()
    send_next_chunk(user, url, FILE[-10:], SIZE - 10).expect_client_error()
    send_next_chunk(user, url, FILE, 0).expect_client_error()

    clip = create_clip_from(user, unique_name("complete"), attachment, FINGERPRINT)
    if clip.status < 300:
        clip.expect_created()
    else:
        clip.expect_client_error()


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
def test_wrong_first_chunk_returns_4xx(user: Client, content: bytes, size: int, offset: int) -> None:
    """Without the Location of an attachment."""
    response = send_first_chunk(user, content, size, offset)

    response.expect_client_error()
    expect_not_in("Location", response.headers, "the headers", response)


@claim("AB-ATT-02")
@pytest.mark.parametrize("name", WRONG_FINGERPRINTS)
def test_wrong_fingerprint_returns_4xx(user: Client, unique_name: UniqueName, name: str) -> None:
    """No clip is created."""
    attachment, _ = start_upload(user, FILE, SIZE)
    title = unique_name("wrong fingerprint")

    create_clip_from(user, title, attachment, WRONG_FINGERPRINTS[name]).expect_client_error()

    expect_no_clip_titled(user, title)


@claim("AB-ATT-02")
@pytest.mark.parametrize("length", [1, HALF, SIZE - 1])
@pytest.mark.parametrize("what", ["whole", "part", "nothing"])
def test_incomplete_attachment_returns_4xx(
    user: Client, unique_name: UniqueName, length: int, what: str
) -> None:
    """With the fingerprint of the file, that of the received part, and none; no clip is created."""
    attachment, _ = start_upload(user, FILE, length)
    title = unique_name("incomplete")
    fingerprints = {"whole": FINGERPRINT, "part": fingerprint_of(FILE[:length])}

    create_clip_from(user, title, attachment, fingerprints.get(what)).expect_client_error()

    expect_no_clip_titled(user, title)


@claim("AB-ATT-02")
def test_attachment_is_incomplete_until_its_last_chunk(user: Client, unique_name: UniqueName) -> None:
    title = unique_name("not complete")
    (_, first), *others = split_at(FILE, even_cuts(FILE, 4))
    attachment, url = start_upload(user, FILE, len(first))

    for offset, chunk in others:
        create_clip_from(user, title, attachment, FINGERPRINT).expect_client_error()
        assert_success(send_next_chunk(user, url, chunk, offset))

    expect_no_clip_titled(user, title)
    create_clip_from(user, title, attachment, FINGERPRINT).expect_created()


def expect_equal_clips(clip: JsonObject, expected: JsonObject) -> None:
    """Raise ExpectationFailed unless two clips of the same file agree; a duration may be 0 at first."""
    assert_unchanged(expected, clip, but=("id", "uploaded_at", "duration"))
    durations = [clip["duration"], expected["duration"]]
    are_equal = all(map(is_number, durations)) and (0 in durations or abs(durations[0] - durations[1]) < 0.05)
    expect_true(are_equal, "equal durations", to_json(durations), clip)
