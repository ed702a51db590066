"""Parsing of parameters like `audio_clip[title]` into values of resources; invalid ones cause a 422."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.timestamps import parse_timestamp
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import decimal

Values = dict[str, Any]
Parser = Callable[[str, str], Any]
MAX_PROFILE_DESCRIPTION_CHARS = 255
MAX_ACCURACY_M = 20_000_000
"""Half the circumference of the Earth: no accuracy can be worse."""
_TAG = re.compile(r'"([^"]*)"|([^,"]+)')
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class FormFields:
    """Reads the attributes of a clip, a user or a playlist that a request sets.

    The parse_* methods take the parameter's name, for the error message, and its text.
    """

    def read_clip(self, context: RequestContext) -> Values:
        """Return the attributes of a clip that the request sets (AB-CLIP-10)."""
        return self.read_values(
            context,
            "audio_clip",
            {
                "title": self.parse_title,
                "uuid": self.parse_text,
                "description": self.parse_text,
                "recorded_at": self.parse_time,
                "tag_list": self.parse_tags,
                "public_location": self.parse_flag,
                "location_latitude": self.parse_latitude,
                "location_longitude": self.parse_longitude,
                "location_accuracy": self.parse_accuracy,
            },
        )

    def read_user(self, context: RequestContext) -> Values:
        """Return the attributes of the authenticated user that the request sets (AB-USER-03)."""
        return self.read_values(
            context,
            "user",
            {
                "profile_name": self.parse_text,
                "profile_location": self.parse_text,
                "profile_description": self.parse_short_text,
                "profile_website_url": self.parse_text,
            },
        )

    def read_playlist(self, context: RequestContext) -> Values:
        """Return the attributes of a playlist that the request sets (AB-LIST-01)."""
        return self.read_values(context, "playlist", {"title": self.parse_title})

    def read_values(self, context: RequestContext, root: str, parsers: Mapping[str, Parser]) -> Values:
        """Return the parsed value of each parameter `root[name]` that the request has."""
        texts = {name: self.find_text(context, f"{root}[{name}]") for name in parsers}
        return {name: parsers[name](name, text) for name, text in texts.items() if text is not None}

    def find_text(self, context: RequestContext, name: str) -> str | None:
        """Return the text of a parameter; a list `name[]` is joined in the syntax of tag_list."""
        items = [f'"{text}"' for key, text in context.parameters if key == f"{name}[]"]
        return ",".join(items) if items else context.text(name)

    def parse_title(self, name: str, text: str) -> str:
        """Return any text that is not blank (AB-REQ-05, AB-REQ-07)."""
        if not text.strip():
            raise HttpError(422, f"{name} can't be blank")
        return text

    def parse_text(self, _name: str, text: str) -> str:
        """Return any text unchanged."""
        return text

    def parse_short_text(self, name: str, text: str) -> str:
        """Return a text of at most 255 characters (AB-USER-03)."""
        if len(text) > MAX_PROFILE_DESCRIPTION_CHARS:
            raise HttpError(422, f"{name} is longer than {MAX_PROFILE_DESCRIPTION_CHARS} characters")
        return text

    def parse_time(self, name: str, text: str) -> int:
        """Return the seconds since 1970 of a time with its time zone."""
        if (seconds := parse_timestamp(text)) is None:
            raise HttpError(422, f"{name} is not a time like 2009-04-29 17:28:14 +0100")
        return seconds

    def parse_tags(self, _name: str, text: str) -> tuple[str, ...]:
        """Return the unique tags of a comma-separated list; a tag in double quotes may contain commas."""
        parts = (" ".join((quoted or plain).split()) for quoted, plain in _TAG.findall(text))
        return tuple({part.lower(): part for part in parts if part}.values())

    def parse_flag(self, name: str, text: str) -> bool:
        """Return the boolean of `true`, `false`, `1` or `0`."""
        if (flag := _BOOLEANS.get(text.lower())) is None:
            raise HttpError(422, f"{name} is neither true nor false")
        return flag

    def parse_latitude(self, name: str, text: str) -> float:
        """Return a latitude in degrees (AB-CLIP-03)."""
        return self.parse_number(name, text, -90, 90)

    def parse_longitude(self, name: str, text: str) -> float:
        """Return a longitude in degrees (AB-CLIP-03)."""
        return self.parse_number(name, text, -180, 180)

    def parse_accuracy(self, name: str, text: str) -> float:
        """Return an accuracy in metres (AB-CLIP-03)."""
        return self.parse_number(name, text, 0, MAX_ACCURACY_M)

    def parse_number(self, name: str, text: str, minimum: float, maximum: float) -> float:
        """Return a decimal number from `minimum` to `maximum`."""
        number = decimal(text)
        if number is None or not minimum <= number <= maximum:
            raise HttpError(422, f"{name} is not a number from {minimum} to {maximum}")
        return number
