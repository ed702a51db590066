"""What a client says of a thing, in parameters like `audio_clip[title]`; what makes no sense is 422."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tuningfork.apis.audioboo.mock.timestamps import parse_timestamp
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import decimal

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

Values = dict[str, Any]
Reader = Callable[[str, str], Any]
LONGEST_DESCRIPTION = 255
LONGEST_WAY = 20_000_000
"""Metres from any place to any other: no accuracy is worse."""
_TAG = re.compile(r'"([^"]*)"|([^,"]+)')
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class FormFields:
    """Reads what is named, and nothing else: the members of a Clip, a User, a Playlist."""

    def clip(self, call: RequestContext) -> Values:
        """Of a clip (AB-CLIP-10)."""
        return self.kept(
            call,
            "audio_clip",
            {
                "title": self.title,
                "uuid": self.text,
                "description": self.text,
                "recorded_at": self.moment,
                "tag_list": self.tags,
                "public_location": self.flag,
                "location_latitude": self.latitude,
                "location_longitude": self.longitude,
                "location_accuracy": self.accuracy,
            },
        )

    def user(self, call: RequestContext) -> Values:
        """Of the linked user (AB-USER-03)."""
        return self.kept(
            call,
            "user",
            {
                "profile_name": self.text,
                "profile_location": self.text,
                "profile_description": self.short,
                "profile_website_url": self.text,
            },
        )

    def playlist(self, call: RequestContext) -> Values:
        """Of a playlist (AB-LIST-01)."""
        return self.kept(call, "playlist", {"title": self.title})

    def kept(self, call: RequestContext, root: str, readers: Mapping[str, Reader]) -> Values:
        """The named ones of these, each read."""
        found = {name: self.find(call, f"{root}[{name}]") for name in readers}
        return {name: readers[name](name, text) for name, text in found.items() if text is not None}

    def find(self, call: RequestContext, name: str) -> str | None:
        """The text of a parameter, a list `name[]` as one text in the way of tag_list."""
        listed = [f'"{text}"' for given, text in call.parameters if given == f"{name}[]"]
        return ",".join(listed) if listed else call.text(name)

    def title(self, name: str, text: str) -> str:
        """Any text that is not blank (AB-REQ-05, AB-REQ-07)."""
        if not text.strip():
            raise HttpError(422, f"{name} can't be blank")
        return text

    def text(self, _name: str, text: str) -> str:
        """Any text, as it was sent."""
        return text

    def short(self, name: str, text: str) -> str:
        """A text of at most 255 characters (AB-USER-03)."""
        if len(text) > LONGEST_DESCRIPTION:
            raise HttpError(422, f"{name} is longer than {LONGEST_DESCRIPTION} characters")
        return text

    def moment(self, name: str, text: str) -> int:
        """Seconds since 1970 of a time with its zone."""
        if (seconds := parse_timestamp(text)) is None:
            raise HttpError(422, f"{name} is no time like 2009-04-29 17:28:14 +0100")
        return seconds

    def tags(self, _name: str, text: str) -> tuple[str, ...]:
        """The tags of a list: separated by commas, in double quotes where they have some; each once."""
        parts = (" ".join((quoted or plain).split()) for quoted, plain in _TAG.findall(text))
        return tuple({part.lower(): part for part in parts if part}.values())

    def flag(self, name: str, text: str) -> bool:
        """`true` or `false`."""
        if (flag := _FLAGS.get(text.lower())) is None:
            raise HttpError(422, f"{name} is neither true nor false")
        return flag

    def latitude(self, name: str, text: str) -> float:
        """Degrees (AB-CLIP-03)."""
        return self.number(name, text, -90, 90)

    def longitude(self, name: str, text: str) -> float:
        """Degrees (AB-CLIP-03)."""
        return self.number(name, text, -180, 180)

    def accuracy(self, name: str, text: str) -> float:
        """Metres (AB-CLIP-03)."""
        return self.number(name, text, 0, LONGEST_WAY)

    def number(self, name: str, text: str, least: float, most: float) -> float:
        """A number within bounds."""
        number = decimal(text)
        if number is None or not least <= number <= most:
            raise HttpError(422, f"{name} is a number from {least} to {most}")
        return number
