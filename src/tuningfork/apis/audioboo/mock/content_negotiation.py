"""JSON, and the formats that are no longer served (Response Encoding)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.mock.accept import accepts
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.request_context import RequestContext

DEPRECATED = frozenset({"xml", "yaml", "yml"})


class ContentNegotiation:
    """Judges what a client wants to read."""

    def extension(self, path: str) -> str:
        """The format that ends a path; an empty text where there is none."""
        return path.rpartition("/")[2].rpartition(".")[2].lower()

    def named(self, call: RequestContext) -> str:
        """The format that the parameter fmt names."""
        return call.request.args.get("fmt", "json").lower()

    def served(self, call: RequestContext) -> bool:
        """Whether the client is content with JSON (AB-ENV-05, AB-ENV-06)."""
        if self.extension(call.request.path) in DEPRECATED or self.named(call) not in ("json", "jsonp"):
            return False
        return accepts(call.request.headers.get("Accept", ""), "application/json")

    def judge(self, call: RequestContext) -> None:
        """HttpError 406 where JSON will not do; what is not JSON by nature passes."""
        if not call.mock.versions.exempt(call) and not self.served(call):
            raise HttpError(406, "Only JSON is served")
