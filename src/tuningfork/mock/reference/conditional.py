"""Versions of the reference server: validators of reads, and changes that need the current one."""

from __future__ import annotations

import hashlib
import json
from email.utils import formatdate
from typing import Any

from flask import Response

from tuningfork.conventions.conditional import BodyProperty, Conditional
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.resources import ResourcePart

SAFE_METHODS = ("GET", "HEAD")


class ConditionalPart(Part):
    """Distinguishes versions, and refuses changes of old ones."""

    key = "conditional"
    order = 35

    def before(self, call: Call) -> Response | None:
        """Refuse a change without the current version of its item."""
        declared = self.of(call)
        item = self.server.get(ResourcePart).item_of(call) if declared is not None else None
        if declared is None or item is None or call.request.method in SAFE_METHODS:
            return None
        sent = self.sent_version(call, declared)
        if sent is None:
            self.require_version(declared)
        elif not self.is_current(sent, item, declared):
            raise self.refuse(declared.mismatch or Refusal(Statuses(("412",))))
        return None

    def require_version(self, declared: Conditional) -> None:
        """Raise HttpError for a change without a version, where one is required."""
        if declared.required is not None:
            raise self.refuse(declared.required)

    def after(self, call: Call, response: Response) -> Response:
        """Add the validator to a response, and replace one that has not changed by 304."""
        declared = self.of(call)
        if declared is None or not 200 <= response.status_code < 300 or not response.get_data():
            return response
        item = self.server.get(ResourcePart).item_of(call)
        self.add_validator(response, item, declared)
        if call.request.method in SAFE_METHODS and declared.not_modified is not None:
            return self.unless_modified(call, response, item, declared)
        return response

    def add_validator(self, response: Response, item: Item | None, declared: Conditional) -> None:
        """Add the validator of an item, or of a whole response, to a response."""
        if isinstance(declared.validator, BodyProperty):
            if item is not None:
                body = places.write(response.get_json(), declared.validator.body, self.version(item))
                response.set_data(json.dumps(body, ensure_ascii=False))
        elif declared.validator == "last-modified":
            response.headers["Last-Modified"] = self.last_modified(item)
        else:
            response.headers["ETag"] = self.etag(response, item, declared)

    def unless_modified(
        self, call: Call, response: Response, item: Item | None, declared: Conditional
    ) -> Response:
        """Return the response, or the declared status if the client knows this version."""
        known = call.request.headers.get("If-None-Match")
        since = call.request.headers.get("If-Modified-Since")
        tag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        is_known = tag is not None and known is not None and opaque(tag) in map(opaque, known.split(","))
        if is_known or (known is None and modified is not None and since == modified):
            assert declared.not_modified is not None
            headers = {
                name: response.headers[name] for name in ("ETag", "Last-Modified") if name in response.headers
            }
            return Response(status=declared.not_modified.first, headers=headers)
        return response

    def sent_version(self, call: Call, declared: Conditional) -> Any:
        """Return the version that a change is based on; None if it names none."""
        if isinstance(declared.validator, BodyProperty):
            try:
                return places.read(read_json(call.request.get_data() or b"null"), declared.validator.body)
            except ValueError:
                return None
        name = "If-Match" if declared.validator == "etag" else "If-Unmodified-Since"
        return call.request.headers.get(name)

    def is_current(self, sent: Any, item: Item, declared: Conditional) -> bool:
        """Return whether a version is that of an item."""
        if isinstance(declared.validator, BodyProperty):
            return bool(sent == self.version(item))
        if declared.validator == "last-modified":
            return bool(sent == self.last_modified(item))
        tags = [tag.strip() for tag in str(sent).split(",")]
        return "*" in tags or self.etag(None, item, declared) in tags

    def etag(self, response: Response | None, item: Item | None, declared: Conditional) -> str:
        """Return the entity tag of an item, or of the body of a response about no single item."""
        data = json.dumps([str(item.id), item.version]).encode() if item is not None else b""
        if item is None and response is not None:
            data = response.get_data()
        tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        return f"W/{tag}" if declared.strength == "weak" else tag

    def version(self, item: Item) -> str:
        """Return the version of an item as a text."""
        return str(item.version)

    def last_modified(self, item: Item | None) -> str:
        """Return the time of the last change."""
        changed = item if item is not None else self.server.get(ResourcePart)
        return formatdate(changed.changed_at, usegmt=True)

    def refuse(self, refusal: Refusal) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal)


def opaque(tag: str) -> str:
    """Return an entity tag without its mark of weakness (RFC 9110 8.8.3.2)."""
    return tag.strip().removeprefix("W/")
