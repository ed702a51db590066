"""HEAD, OPTIONS and content codings of the reference server."""

from __future__ import annotations

import gzip

from flask import Response
from werkzeug.exceptions import MethodNotAllowed

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.http import Http
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part

MIN_COMPRESSED_BYTES = 200
"""A shorter body is not compressed."""


class HttpPart(Part):
    """Keeps rules of HTTP."""

    key = "http"
    order = 11

    def before(self, call: Call) -> Response | None:
        """Refuse HEAD where it is declared as refused, and respond to OPTIONS."""
        declared = self.of(call) or self.server.declaration.first("http")
        if declared is None:
            return None
        if call.request.method == "HEAD" and isinstance(declared.head, Refusal):
            raise self.server.get(ErrorPart).refuse(declared.head, headers={"Allow": self.methods(call)})
        if call.request.method == "OPTIONS" and declared.options is not None:
            return self.options(call)
        return None

    def methods(self, call: Call) -> str:
        """Return the documented methods of the path of a request."""
        path = call.operation.path if call.operation is not None else ""
        return ", ".join(each.method for each in self.server.operations if each.path == path)

    def options(self, call: Call) -> Response | None:
        """Return the methods of a path; None for an unknown path."""
        error = call.request.routing_exception
        if not isinstance(error, MethodNotAllowed):
            return None
        response = Response(status=204)
        response.headers["Allow"] = ", ".join([*sorted(error.valid_methods or ()), "OPTIONS"])
        return response

    def after(self, call: Call, response: Response) -> Response:
        """Compress a body for a client that accepts it; leave none where a status has none."""
        declared = self.of(call)
        if declared is not None and declared.empty is not None and response.status_code in declared.empty:
            response.set_data(b"")
        if declared is not None and declared.compression:
            return self.compress(call, declared, response)
        return response

    def compress(self, call: Call, declared: Http, response: Response) -> Response:
        """Return a response with a compressed body, if the client accepts that."""
        response.vary.add("Accept-Encoding")
        is_long = len(response.get_data()) >= MIN_COMPRESSED_BYTES
        if self.accepts_gzip(call) and is_long and "Content-Encoding" not in response.headers:
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
        return response

    def accepts_gzip(self, call: Call) -> bool:
        """Return whether a client accepts gzip."""
        return call.request.accept_encodings.quality("gzip") > 0 and "Accept-Encoding" in call.request.headers
