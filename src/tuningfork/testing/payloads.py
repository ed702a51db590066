"""What makes things to judge on a target: a sound, a form to send it in, and whether it was taken."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Mapping
from functools import cache
from typing import Any

from urllib3.filepost import encode_multipart_formdata

from tuningfork import not_verified
from tuningfork.client.client import Answer


@cache
def tone(seconds: float = 0.5, rate: int = 8000, channels: int = 1) -> bytes:
    """A WAVE file of 16 bits that sounds 440 Hz for so long.

    Args:
        seconds: how long.
        rate: samples a second; few make a small file.
        channels: 1, or 2 that sound the same.
    """
    wave_form = (round(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(rate * seconds)))
    samples = array("h", (sample for sample in wave_form for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        out.writeframes(samples.tobytes())
    return file.getvalue()


def in_brackets(resource: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a form: `track[title]` for title."""
    return {f"{resource}[{name}]": value for name, value in fields.items()}


def multipart(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What Client.request takes for a multipart/form-data body, whether it has a file in it or not.

    Args:
        fields: the parts by name; a file is (file name, bytes, media type), True reads "true".
    """
    parts = {name: value if isinstance(value, tuple) else _word(value) for name, value in fields.items()}
    body, media_type = encode_multipart_formdata(parts)
    return {"content": body, "headers": {"Content-Type": media_type}}


def done(what: str, answer: Answer) -> Answer:
    """The answer, if it is a success; where the target refuses, nothing is verified."""
    if not 200 <= answer.status < 300:
        not_verified(f"the target makes no {what}: {answer.status}")
    return answer


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
