"""Reads and validates the bodies of POST and PUT: JSON or forms with one `track`, `playlist` or `comment`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask import Request

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json

Properties = dict[str, Any]
FORM_TYPES = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
LICENSES = (
    "no-rights-reserved",
    "all-rights-reserved",
    "cc-by",
    "cc-by-nc",
    "cc-by-nd",
    "cc-by-sa",
    "cc-by-nc-nd",
    "cc-by-nc-sa",
)
SHARING = ("public", "private")
CHOICES: Mapping[str, Collection[str]] = {
    "sharing": SHARING,
    "license": LICENSES,
    "embeddable_by": ("all", "me", "none"),
    "set_type": ("album", "playlist"),
}
BOOLEAN_PROPERTIES = frozenset({"streamable", "downloadable", "commentable"})
NOT_NULL = frozenset({"title", "tag_list"})
"""Text properties that must not be null."""
TRACK_PROPERTIES = [
    "title",
    "permalink",
    "sharing",
    "embeddable_by",
    "purchase_url",
    "purchase_title",
    "description",
    "genre",
    "tag_list",
    "label_name",
    "release",
    "release_date",
    "streamable",
    "downloadable",
    "license",
    "commentable",
    "isrc",
]
PLAYLIST_PROPERTIES = [
    "title",
    "permalink",
    "sharing",
    "description",
    "genre",
    "tag_list",
    "label_name",
    "release",
    "release_date",
    "license",
    "ean",
    "set_type",
    "purchase_url",
    "purchase_title",
]
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class RequestParser:
    """Reads the properties of a resource from a request; raises HttpError 422 for invalid ones."""

    def read(self, request: Request, root: str) -> Properties:
        """Return the properties of the object `root`, not yet validated (SC-META-01, SC-META-02)."""
        if request.mimetype in FORM_TYPES:
            return self.parse_form(request, root)
        return self.parse_json(request.get_data(), root)

    def parse_json(self, body: bytes, root: str) -> Properties:
        """Return the properties of a JSON body `{"root": {…}}` (SC-META-05)."""
        try:
            document = read_json(body)
        except ValueError:
            raise HttpError(422, "Could not parse JSON request body.") from None
        properties = document.get(root) if isinstance(document, dict) else None
        if not isinstance(properties, dict):
            raise HttpError(422, f"Parameter {root} is missing.")
        return properties

    def parse_form(self, request: Request, root: str) -> Properties:
        """Return the properties of a form with fields `root[name]`; `root[name][]…` is a list.

        Files are returned beside the other fields.
        """
        properties: Properties = {}
        fields: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
        for field, values in fields:
            if not str(field).startswith(f"{root}["):  # a part of a multipart body may have no name
                continue
            name, _, rest = field[len(root) + 1 :].partition("]")
            if rest == "[][id]":
                properties[name] = [{"id": value} for value in values]
            else:
                properties[name] = list(values) if rest else values[-1]
        return properties

    def validate(self, properties: Properties, names: Collection[str]) -> Properties:
        """Return the validated values of the properties in `names`; other properties are ignored."""
        return {name: self.validate_value(name, properties[name]) for name in names if name in properties}

    def validate_value(self, name: str, value: Any) -> Any:
        """Return the value of one property in the form in which it is stored."""
        if name in CHOICES:
            return self.validate_choice(name, value, CHOICES[name])
        if name in BOOLEAN_PROPERTIES:
            return self.validate_boolean(name, value)
        if name == "release_date":
            return self.validate_date(name, value)
        if name == "title":
            return self.validate_title(value)
        return self.validate_text(name, value)

    def validate_title(self, value: Any) -> str:
        """Return a text that is not blank (SC-UPLOAD-03)."""
        if not isinstance(value, str) or not value.strip():
            raise HttpError(422, "title can't be blank")
        return value

    def validate_text(self, name: str, value: Any) -> str | None:
        """Return a text, or None if the property is optional (SC-META-06)."""
        if isinstance(value, str) or (value is None and name not in NOT_NULL):
            return value
        raise HttpError(422, f"{name} is not a string")

    def validate_choice(self, name: str, value: Any, allowed: Collection[str]) -> str:
        """Return one of the allowed texts (SC-META-07, SC-LIST-12)."""
        if isinstance(value, str) and value in allowed:
            return value
        raise HttpError(422, f"{name} is not one of {', '.join(allowed)}")

    def validate_boolean(self, name: str, value: Any) -> bool:
        """Return a boolean; a form may write it as `true`, `1`, `false` or `0`."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _BOOLEANS:
            return _BOOLEANS[value.lower()]
        raise HttpError(422, f"{name} is neither true nor false")

    def validate_date(self, name: str, value: Any) -> tuple[int, int, int] | None:
        """Return year, month and day of text that starts with `yyyy-mm-dd`; None for null or empty text."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and _DATE.match(value):
            try:
                day = date.fromisoformat(value[:10])
            except ValueError:
                raise HttpError(422, f"{name} is not a date") from None
            return day.year, day.month, day.day
        raise HttpError(422, f"{name} is not a date")
