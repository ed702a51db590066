"""The body of POST /tracks."""

from __future__ import annotations

from typing import Any

from flask import Request

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json

TrackValues = dict[str, Any]
OPTIONAL = ("length", "explicit", "genres", "moods")


class RequestParser:
    """Reads what a client says of a track, and refuses what makes no sense with 400 (AS-CODE-05)."""

    def read(self, request: Request) -> TrackValues:
        """The fields of a track, each judged and as it is kept; others are passed over."""
        if not self.is_json(request):
            raise HttpError(400, "the body is no JSON")
        body = self.document(request.get_data())
        fields = {"title": self.title(body.get("title"))}
        return fields | {
            name: self.value(name, body[name]) for name in OPTIONAL if body.get(name) is not None
        }

    def is_json(self, request: Request) -> bool:
        """Whether the body's type says so."""
        return request.is_json

    def document(self, body: bytes) -> TrackValues:
        """A JSON object."""
        try:
            document = read_json(body)
        except ValueError:
            raise HttpError(400, "the body can't be read") from None
        if not isinstance(document, dict):
            raise HttpError(400, "the body is no object")
        return document

    def title(self, value: Any) -> str:
        """Any text that is not blank, as it is (AS-TRACK-03)."""
        if not isinstance(value, str) or not value.strip():
            raise HttpError(400, "title is missing")
        return value

    def value(self, name: str, value: Any) -> Any:
        """One of the optional fields."""
        if not self.fits(name, value):
            raise HttpError(400, f"{name} is of another type")
        return value

    def fits(self, name: str, value: Any) -> bool:
        """Whether a value is of its field's type."""
        if name == "explicit":
            return isinstance(value, bool)
        if name == "length":
            return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
