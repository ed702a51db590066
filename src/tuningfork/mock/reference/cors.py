"""Cross-origin requests to the reference server."""

from __future__ import annotations

from flask import Request, Response

from tuningfork.conventions.cors import Cors
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part


class CorsPart(Part):
    """Responds to preflights, and lets scripts of the declared origins read responses."""

    key = "cors"
    order = 12

    def preflight(self, request: Request) -> Response | None:
        """Return the response to a preflight; None if the request is not one, or nothing is declared."""
        declared: Cors | None = self.server.declaration.first(self.key)
        if declared is None or not self.is_preflight(request):
            return None
        origin = request.headers["Origin"]
        response = Response(status=204)
        response.headers.update(self.origin_headers(declared, origin))
        if self.is_allowed(declared, origin):
            response.headers.update(self.preflight_headers(declared))
        return response

    def is_preflight(self, request: Request) -> bool:
        """Return whether a request is a preflight (Fetch 3.3.2)."""
        names = ("Origin", "Access-Control-Request-Method")
        return request.method == "OPTIONS" and all(name in request.headers for name in names)

    def after(self, call: Call, response: Response) -> Response:
        """Add the headers for scripts of other origins."""
        declared: Cors | None = self.server.declaration.first(self.key)
        origin = call.request.headers.get("Origin")
        if declared is not None and origin is not None and self.is_readable(declared, response):
            response.headers.update(self.origin_headers(declared, origin))
            if declared.expose:
                response.headers["Access-Control-Expose-Headers"] = ", ".join(self.exposed(declared))
        return response

    def is_readable(self, declared: Cors, response: Response) -> bool:
        """Return whether scripts may read a response: errors only where it is declared."""
        return response.status_code < 400 or declared.on_errors is not False

    def is_allowed(self, declared: Cors, origin: str) -> bool:
        """Return whether an origin is allowed."""
        return declared.origins == "any" or origin in declared.origins

    def origin_headers(self, declared: Cors, origin: str) -> dict[str, str]:
        """Return the headers that allow an origin, with Vary where they depend on it."""
        if declared.origins == "any" and not declared.credentials:
            return {"Access-Control-Allow-Origin": "*"}
        if not self.is_allowed(declared, origin):
            return {"Vary": "Origin"}
        credentials = {"Access-Control-Allow-Credentials": "true"} if declared.credentials else {}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **credentials}

    def preflight_headers(self, declared: Cors) -> dict[str, str]:
        """Return the headers that only a preflight has."""
        headers = {
            "Access-Control-Allow-Methods": ", ".join(declared.methods),
            "Access-Control-Allow-Headers": ", ".join(declared.headers),
            "Access-Control-Max-Age": "" if declared.max_age is None else str(declared.max_age),
        }
        return {name: value for name, value in headers.items() if value}

    def exposed(self, declared: Cors) -> list[str]:
        """Return the names of the response headers that scripts may read."""
        return declared.expose
