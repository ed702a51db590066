"""Content negotiation: only JSON is served, not the deprecated formats (Response Encoding)."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.api_version import ApiVersion
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.accept import accepts
from tuningfork.mock.errors import HttpError

DEPRECATED = frozenset({"xml", "yaml", "yml"})


class ContentNegotiation:
    """Checks that the client accepts JSON."""

    def __init__(self, api_version: ApiVersion) -> None:
        self.api_version = api_version

    def path_extension(self, path: str) -> str:
        """Return the extension of a path's last segment in lower case; an empty string without one."""
        return path.rpartition("/")[2].rpartition(".")[2].lower()

    def requested_format(self, context: RequestContext) -> str:
        """Return the format in the parameter `fmt`; `json` without one."""
        return context.request.args.get("fmt", "json").lower()

    def accepts_json(self, context: RequestContext) -> bool:
        """Return True if path, `fmt` and Accept header all allow JSON (AB-ENV-05, AB-ENV-06)."""
        if self.path_extension(context.request.path) in DEPRECATED:
            return False
        if self.requested_format(context) not in ("json", "jsonp"):
            return False
        return accepts(context.request.headers.get("Accept", ""), "application/json")

    def check(self, context: RequestContext) -> None:
        """Raise HttpError 406 if the client does not accept JSON and the operation returns JSON."""
        if not self.api_version.is_exempt(context) and not self.accepts_json(context):
            raise HttpError(406, "Only JSON is served")
