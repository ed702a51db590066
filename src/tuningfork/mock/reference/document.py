"""The documented headers of the responses of the reference server."""

from __future__ import annotations

from flask import Response

from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.samples import resolve, sample_of_schema


class DocumentPart(Part):
    """Adds the headers that the document has for a response."""

    key = "document"

    def after(self, call: Call, response: Response) -> Response:
        """Add the documented headers that no other part has set."""
        responses = (call.operation.value.get("responses") or {}) if call.operation is not None else {}
        status = response.status_code
        keys = (str(status), f"{status // 100}XX", "default")
        documented = next((responses[key] for key in keys if key in responses), None)
        headers = (resolve(documented, self.server.document) or {}).get("headers") or {}
        for name, value in headers.items():
            header = resolve(value, self.server.document) or {}
            if name not in response.headers and header.get("required"):
                response.headers[name] = str(self.sample(header))
        return response

    def sample(self, header: dict[str, object]) -> object:
        """Return the example of a header, or a value of its schema."""
        if "example" in header:
            return header["example"]
        return sample_of_schema(header.get("schema", {}), self.server.document)
