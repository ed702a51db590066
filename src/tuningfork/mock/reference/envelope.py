"""The envelope of responses of the reference server that are not errors."""

from __future__ import annotations

import time
from typing import Any

from flask import Response

from tuningfork.conventions.envelope import Envelope
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import sample_of_form


class EnvelopePart(Part):
    """Puts data into the declared envelope, and completes the envelopes of examples."""

    key = "envelope"
    order = 45

    def wrap(self, call: Call, body: Any) -> Any:
        """Return data in the declared envelope."""
        declared = self.of(call)
        return body if declared is None or declared.data is None else places.write({}, declared.data, body)

    def after(self, call: Call, response: Response) -> Response:
        """Complete the envelope of a success."""
        declared, body = self.of(call), response.get_json(silent=True)
        is_success = 200 <= response.status_code < 300 and "errors" not in call.notes
        if declared is None or call.operation is None or not is_success or not isinstance(body, dict | list):
            return response
        completed = self.complete(declared, self.with_data(declared, body), response.status_code)
        headers = dict(response.headers)
        response = self.server.json(completed, response.status_code)
        response.headers.update({name: headers[name] for name in headers if name != "Content-Length"})
        if declared.media_type is not None:
            response.content_type = declared.media_type
        return response

    def with_data(self, declared: Envelope, body: Any) -> Any:
        """Return a body with data; an example without an envelope becomes the data."""
        if declared.data is None or places.has(body, declared.data):
            return body
        if any(places.has(body, pointer) for pointer in declared.members):
            form = declared.members.get(declared.data)
            return places.write(body, declared.data, {} if form is None else sample_of_form(form))
        return places.write({}, declared.data, body)

    def complete(self, declared: Envelope, body: Any, status: int) -> Any:
        """Return a body with the properties of the envelope."""
        for pointer, form in declared.members.items():
            if not places.has(body, pointer):
                body = places.write(body, pointer, sample_of_form(form))
        for pointer in declared.constant:
            body = places.write(body, pointer, places.read(body, pointer) or 1)
        for pointer, value in self.values(declared, status).items():
            body = places.write(body, pointer, value)
        return body

    def values(self, declared: Envelope, status: int) -> dict[str, Any]:
        """Return the values that depend on the response, by their locations."""
        values: dict[str, Any] = {}
        if declared.status is not None:
            values[declared.status] = status
        if declared.phrases is not None and (text := declared.phrases.text(status)) is not None:
            values[declared.phrases.at] = text
        if declared.clock is not None:
            values[declared.clock] = self.clock_value(declared)
        return values

    def clock_value(self, declared: Envelope) -> Any:
        """Return the time of the server: in seconds, or as a text where that is the declared form."""
        form, now = declared.members.get(declared.clock or ""), self.server.clock.now()
        is_text = form is not None and (form.pattern is not None or form.types == ("string",))
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)) if is_text else int(now)
