"""The bodies of POST and PUT: JSON or forms, each about one thing (`track`, `playlist`, `comment`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask import Request

from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import read_json

Fields = dict[str, Any]
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
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
FLAGS = frozenset({"streamable", "downloadable", "commentable"})
REQUIRED = frozenset({"title", "tag_list"})
"""Texts that can't be null."""
TRACK = [
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
PLAYLIST = [
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
_FLAG_TEXTS = {"true": True, "1": True, "false": False, "0": False}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Inputs:
    """Reads what a client says of a thing, and refuses what makes no sense with 422."""

    def read(self, request: Request, root: str) -> Fields:
        """The members that the body has for `root`, unjudged (SC-META-01, SC-META-02)."""
        if request.mimetype in FORMS:
            return self.form(request, root)
        return self.document(request.get_data(), root)

    def document(self, body: bytes, root: str) -> Fields:
        """From `{"root": {…}}` (SC-META-05)."""
        try:
            document = read_json(body)
        except ValueError:
            raise Refusal(422, "Could not parse JSON request body.") from None
        fields = document.get(root) if isinstance(document, dict) else None
        if not isinstance(fields, dict):
            raise Refusal(422, f"Parameter {root} is missing.")
        return fields

    def form(self, request: Request, root: str) -> Fields:
        """From `root[name]=value`; a name with more brackets is a list, files stand beside the rest."""
        fields: Fields = {}
        lists: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
        for key, values in lists:
            if not str(key).startswith(f"{root}["):  # a part of a multipart body may have no name
                continue
            name, _, rest = key[len(root) + 1 :].partition("]")
            if rest == "[][id]":
                fields[name] = [{"id": value} for value in values]
            else:
                fields[name] = list(values) if rest else values[-1]
        return fields

    def judge(self, fields: Fields, known: Collection[str]) -> Fields:
        """The known ones of these, each checked and as it is kept; others are passed over."""
        return {name: self.value(name, fields[name]) for name in known if name in fields}

    def value(self, name: str, value: Any) -> Any:
        """One checked value."""
        if name in CHOICES:
            return self.choice(name, value, CHOICES[name])
        if name in FLAGS:
            return self.flag(name, value)
        if name == "release_date":
            return self.day(name, value)
        if name == "title":
            return self.title(value)
        return self.text(name, value)

    def title(self, value: Any) -> str:
        """A text that is not blank (SC-UPLOAD-03)."""
        if not isinstance(value, str) or not value.strip():
            raise Refusal(422, "title can't be blank")
        return value

    def text(self, name: str, value: Any) -> str | None:
        """A text, or null where that means none (SC-META-06)."""
        if isinstance(value, str) or (value is None and name not in REQUIRED):
            return value
        raise Refusal(422, f"{name} is not a string")

    def choice(self, name: str, value: Any, allowed: Collection[str]) -> str:
        """One of a few texts (SC-META-07, SC-LIST-12)."""
        if isinstance(value, str) and value in allowed:
            return value
        raise Refusal(422, f"{name} is not one of {', '.join(allowed)}")

    def flag(self, name: str, value: Any) -> bool:
        """A boolean, or its text in a form."""
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _FLAG_TEXTS:
            return _FLAG_TEXTS[value.lower()]
        raise Refusal(422, f"{name} is neither true nor false")

    def day(self, name: str, value: Any) -> tuple[int, int, int] | None:
        """A day, `yyyy-mm-dd` with anything behind it; null or an empty text takes it away."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and _DAY.match(value):
            try:
                day = date.fromisoformat(value[:10])
            except ValueError:
                raise Refusal(422, f"{name} is no day") from None
            return day.year, day.month, day.day
        raise Refusal(422, f"{name} is no day")
