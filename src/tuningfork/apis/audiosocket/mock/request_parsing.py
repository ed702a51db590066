"""Parsing of the body of POST /tracks."""

from __future__ import annotations

from typing import Any

from flask import Request

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json

TrackValues = dict[str, Any]
OPTIONAL = ("length", "explicit", "genres", "moods")


class RequestParser:
    """Parses and validates a new track; every invalid body causes a 400 (AS-CODE-05)."""

    def parse(self, request: Request) -> TrackValues:
        """Return the valid properties of a new track; unknown properties are ignored."""
        if not self.is_json(request):
            raise HttpError(400, "the body is not JSON")
        body = self.parse_object(request.get_data())
        title = {"title": self.parse_title(body.get("title"))}
        return title | {
            name: self.parse_optional(name, body[name]) for name in OPTIONAL if body.get(name) is not None
        }

    def is_json(self, request: Request) -> bool:
        """Return True if the Content-Type is JSON."""
        return request.is_json

    def parse_object(self, body: bytes) -> TrackValues:
        """Return the JSON object of a body."""
        try:
            value = read_json(body)
        except ValueError:
            raise HttpError(400, "the body can't be read") from None
        if not isinstance(value, dict):
            raise HttpError(400, "the body is not an object")
        return value

    def parse_title(self, value: Any) -> str:
        """Return any string that is not blank, unchanged (AS-TRACK-03)."""
        if not isinstance(value, str) or not value.strip():
            raise HttpError(400, "title is missing")
        return value

    def parse_optional(self, name: str, value: Any) -> Any:
        """Return the value of an optional property if it has the right type."""
        if not self.is_valid(name, value):
            raise HttpError(400, f"{name} is of another type")
        return value

    def is_valid(self, name: str, value: Any) -> bool:
        """Return True if a value has the type of the optional property `name`."""
        if name == "explicit":
            return isinstance(value, bool)
        if name == "length":
            return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
