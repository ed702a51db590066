"""An operation of a declared API, with everything that a valid request of it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tuningfork.client.client import Client
from tuningfork.client.request_safety import UNUSED_ID
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration


@dataclass(frozen=True)
class DeclaredOperation:
    """Sends requests of one operation.

    Args:
        operation: the operation of the document.
        declaration: the conventions of the API.
        ids: values of path parameters that exist, by name; another parameter gets an id that does not exist.
    """

    operation: Operation
    declaration: Declaration
    ids: Mapping[str, Any]

    def path(self, ids: Mapping[str, Any] | None = None) -> str:
        """Return the path of a request; `ids` override those that exist."""
        values = {**self.ids, **(ids or {})}

        def fill(match: re.Match[str]) -> str:
            """Return the value of a path parameter."""
            declared = self.declaration.requests.parameters.get(match[1])
            absent = declared.absent if declared is not None and declared.absent is not None else UNUSED_ID
            value = str(values.get(match[1], absent))
            return quote(value, safe="/" if declared is not None and declared.slashes else "")

        return re.sub(r"\{([^}]*)\}", fill, self.operation.path)

    def send(self, client: Client, **arguments: Any) -> Response:
        """Send a request with these arguments of `Client.request` and return its response."""
        return client.request(self.operation.method, self.path(), **arguments)
