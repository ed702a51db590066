"""Uploads in chunks to the mock."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest

DATA = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(200)) * 10
SHA1 = hashlib.sha1(DATA, usedforsecurity=False).hexdigest()


def send_chunk(caller: Any, method: str, path: str, start: int, end: int, **fields: Any) -> Any:
    form = {f"attachment[{name}]": str(value) for name, value in {"chunk_offset": start, **fields}.items()}
    chunk = (io.BytesIO(DATA[start:end]), "part")
    return caller(method, path, data={**form, "attachment[chunk]": chunk})


def create_attachment(caller: Any, end: int) -> Any:
    return send_chunk(caller, "POST", "/attachments", 0, end, size=len(DATA), filename="boo.wav")


def publish(caller: Any, attachment: Any, **named: Any) -> Any:
    value = json.dumps({"chunked_attachment_id": attachment, **named})
    form = {"audio_clip[title]": "in parts", "audio_clip[uploaded_data]": value}
    return caller("POST", "/account/audio_clips", data=form)


def test_chunked_upload_creates_same_clip_as_single_upload(user: Any) -> None:
    begun = create_attachment(user, 700)
    made = begun.get_json()["body"]["attachment"]
    path = begun.headers["Location"].partition("mock")[2]
    done = send_chunk(user, "PUT", path, 700, len(DATA)).get_json()["body"]["attachment"]

    in_parts = publish(user, made["id"], fingerprint=SHA1.upper()).get_json()["body"]["audio_clip"]

    assert begun.status_code == 201
    assert (made["received"], made["outstanding"], made["complete"]) == (700, len(DATA) - 700, False)
    assert (done["received"], done["outstanding"], done["complete"]) == (len(DATA), 0, True)
    assert in_parts["duration"] == user.upload("whole", DATA).get_json()["body"]["audio_clip"]["duration"]


@pytest.mark.parametrize(("start", "end"), [(699, 800), (701, 800), (0, 700)])
def test_chunk_with_gap_or_overlap_returns_422(user: Any, start: int, end: int) -> None:
    path = f"/attachments/{create_attachment(user, 700).get_json()['body']['attachment']['id']}"

    assert send_chunk(user, "PUT", path, start, end).status_code == 422
    assert send_chunk(user, "PUT", path, 700, len(DATA)).get_json()["body"]["attachment"]["complete"]


def test_chunk_past_end_returns_422(user: Any) -> None:
    response = send_chunk(user, "POST", "/attachments", 0, len(DATA), size=len(DATA) - 1)

    assert response.status_code == 422


@pytest.mark.parametrize("form", [{}, {"attachment[size]": "0"}, {"attachment[size]": "-1"}])
def test_invalid_size_returns_422_and_too_large_413(user: Any, form: dict[str, str]) -> None:
    assert user("POST", "/attachments", data=form).status_code == 422
    assert user("POST", "/attachments", data={"attachment[size]": str(10**14)}).status_code == 413


@pytest.mark.parametrize("fingerprint", ["0" * 40, SHA1[:-1] + "x", SHA1[:39], "", 7, None])
def test_wrong_fingerprint_creates_no_clip(user: Any, fingerprint: Any) -> None:
    made = create_attachment(user, len(DATA)).get_json()["body"]["attachment"]["id"]
    before = user.ids("/account/audio_clips")

    assert publish(user, made, fingerprint=fingerprint).status_code == 422
    assert user.ids("/account/audio_clips") == before
    assert publish(user, made).status_code == 201


def test_incomplete_or_other_users_attachment_creates_no_clip(user: Any, other: Any) -> None:
    part = create_attachment(user, len(DATA) - 1).get_json()["body"]["attachment"]["id"]
    whole = create_attachment(user, len(DATA)).get_json()["body"]["attachment"]["id"]

    assert publish(user, part, fingerprint=SHA1).status_code == 422
    assert publish(user, 99).status_code == publish(user, [whole]).status_code == 422
    assert publish(other, whole, fingerprint=SHA1).status_code == 422
    assert send_chunk(other, "PUT", f"/attachments/{part}", len(DATA) - 1, len(DATA)).status_code == 403
