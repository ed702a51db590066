"""JSON, and the formats that are no longer served (Response Encoding)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuningfork.mock.accept import leaves_room
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.call import Call

DEPRECATED = frozenset({"xml", "yaml", "yml"})


class Formats:
    """Judges what a client wants to read."""

    def extension(self, path: str) -> str:
        """The format that ends a path; an empty text where there is none."""
        return path.rpartition("/")[2].rpartition(".")[2].lower()

    def named(self, call: Call) -> str:
        """The format that the parameter fmt names."""
        return call.request.args.get("fmt", "json").lower()

    def served(self, call: Call) -> bool:
        """Whether the client is content with JSON (AB-ENV-05, AB-ENV-06)."""
        if self.extension(call.request.path) in DEPRECATED or self.named(call) not in ("json", "jsonp"):
            return False
        return leaves_room(call.request.headers.get("Accept", ""), "application/json")

    def judge(self, call: Call) -> None:
        """Refusal 406 where JSON will not do; what is not JSON by nature passes."""
        if not call.mock.versions.exempt(call) and not self.served(call):
            raise Refusal(406, "Only JSON is served")
