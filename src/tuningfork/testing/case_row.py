"""Sends the request of a row of `cases`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.conventions.cases import Case
from tuningfork.conventions.declaration import Declaration
from tuningfork.testing.declared_request import body_arguments, fill_body, fill_path


@dataclass(frozen=True)
class CaseRow:
    """One row.

    Args:
        case: the row.
        client: has the credentials of the row.
        declaration: the conventions of the API.
        given: the test data of tuningfork.toml.
        unique_name: returns a new text.
    """

    case: Case
    client: Client
    declaration: Declaration
    given: Mapping[str, Any]
    unique_name: Callable[[str], str]

    def send(self) -> Response:
        """Send the request and return its response."""
        requests = self.declaration.requests
        values = {"text": self.unique_name("Case"), "name": self.unique_name("case").replace(" ", "-")}
        body = None if self.case.body is None else fill_body(self.case.body, values)
        path = fill_path(self.case.request, [], self.declaration, self.given)
        arguments = body_arguments(body, requests.body, requests.media_type)
        return self.client.request(self.case.request.method, path, params=self.case.query, **arguments)
