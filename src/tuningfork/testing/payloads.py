"""Payloads of uploads: an audio file, forms and multipart bodies."""

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
from tuningfork.client.response import Response

FREQUENCY_HZ = 440
AMPLITUDE = 8000


@cache
def wav_tone(seconds: float = 0.5, rate: int = 8000, channels: int = 1) -> bytes:
    """Return a WAVE file with a tone of 440 Hz in 16-bit samples.

    Args:
        seconds: the duration of the tone.
        rate: samples per second; a low rate makes a small file.
        channels: 1 (mono), or 2 (stereo, with the same samples in both).
    """
    tone = (
        round(AMPLITUDE * math.sin(2 * math.pi * FREQUENCY_HZ * number / rate))
        for number in range(int(rate * seconds))
    )
    samples = array("h", (sample for sample in tone for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        out.writeframes(samples.tobytes())
    return file.getvalue()


def bracketed(resource: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return form fields with bracketed names: {"title": "a"} of "track" becomes {"track[title]": "a"}."""
    return {f"{resource}[{name}]": value for name, value in properties.items()}


def multipart(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of Client.request that send a multipart/form-data body, with or without a file.

    Args:
        parts: the value of each part by its name; a file is (file name, bytes, media type), True is "true".
    """
    texts = {name: value if isinstance(value, tuple) else _text(value) for name, value in parts.items()}
    body, media_type = encode_multipart_formdata(texts)
    return {"content": body, "headers": {"Content-Type": media_type}}


def created_or_skip(what: str, response: Response) -> Response:
    """Return the response if its status is 2xx; otherwise the test is not verified.

    Args:
        what: the resource that the request creates, such as "track".
        response: the response to the request.
    """
    if not 200 <= response.status < 300:
        not_verified(f"the target creates no {what}: {response.status}")
    return response


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
