"""Sending requests that Schemathesis generated, so that they change only what this run has created."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import requests
from requests.exceptions import InvalidHeader, InvalidJSONError, InvalidURL
from schemathesis.core import NOT_SET
from schemathesis.core.errors import SerializationError

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.request_safety import UNUSED_ID
from tuningfork.contract.cases import SAFE_METHODS, Case, has_invalid_path
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import ExpectationFailed

GENERATED_HEADERS = {"X-Schemathesis-TestCaseId", "Accept"}
"""Headers that Schemathesis adds to every request; the client has its own Accept."""


class CaseSender:
    """Sends generated requests with the credentials of one client.

    Args:
        client: sends the requests.
        ids: by name of a path parameter, the id that requests of the operation use: of an existing resource
            for an operation that reads, of a resource that this run has created for one that writes. Other
            parameters get UNUSED_ID, which no resource has.
    """

    def __init__(self, client: Client, ids: Mapping[str, Any]) -> None:
        self._client = client
        self._ids = ids

    def send(self, case: Case) -> requests.Response | None:
        """Return the response to a request, redirects not followed; None if HTTP cannot carry the request."""
        self.set_path_ids(case)
        try:
            arguments = case.as_transport_kwargs(base_url=self._client.base_url)
            for name in GENERATED_HEADERS - set(case.headers or ()):
                arguments["headers"].pop(name, None)
            return self._client.session.request(**arguments, allow_redirects=False)
        except (InvalidHeader, InvalidJSONError, InvalidURL, SerializationError, UnicodeError):
            return None

    def send_each(self, cases: Iterable[Case]) -> list[requests.Response]:
        """Return the responses to the cases that HTTP can carry; without any the test is not verified."""
        responses = [response for case in cases if (response := self.send(case)) is not None]
        return responses or not_verified("no request of this operation can be generated and sent")

    def assert_no_server_error(self, case: Case) -> None:
        """Send a request; raise ExpectationFailed if the status is 5xx or there is no response."""
        response = self.send(case)
        if response is not None and response.status_code >= 500:
            raise ExpectationFailed("a status below 500", str(response.status_code))

    def set_path_ids(self, case: Case) -> None:
        """Replace the ids in the path of a request, unless a malformed path is what the case tests."""
        avoid_named_deletes(case)
        if not (has_invalid_path(case) and (case.method in SAFE_METHODS or _has_no_id(case))):
            case.path_parameters = {
                name: self._ids.get(name, UNUSED_ID) for name in case.path_parameters or {}
            }


def restrict_to_created(case: Case, created: CreatedResources) -> None:
    """Replace the ids in the path of a request that writes, unless this run has created that resource."""
    avoid_named_deletes(case)
    path = case.formatted_path
    is_created = created.find_containing(path) or any(
        path.endswith(entry.path) for entry in created.pending()
    )
    if case.method not in SAFE_METHODS and not is_created:
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, UNUSED_ID)


def avoid_named_deletes(case: Case) -> None:
    """Replace the ids in the query and body of a DELETE whose path has no id."""
    if case.method == "DELETE" and not case.path_parameters:
        case.query = _with_unused_ids(case.query)
        case.body = _with_unused_ids(case.body) if isinstance(case.body, dict) else NOT_SET


def find_list_operation(contract: Contract, parameter: str) -> Operation | None:
    """Return the operation that lists the resources of a path parameter.

    It is GET /tracks for the parameter track_id of /tracks/{track_id}; None if the contract has none.
    """
    split_paths = (operation.path.rpartition("/") for operation in contract.operations)
    parents = {parent for parent, _, end in split_paths if end == f"{{{parameter}}}" and "{" not in parent}
    operations = (contract.find("GET", path) for path in sorted(parents, key=len))
    return next((operation for operation in operations if operation is not None), None)


def _with_unused_ids(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with UNUSED_ID in place of each value that contains a digit."""
    return {name: UNUSED_ID if re.search(r"[0-9]", str(value)) else value for name, value in values.items()}


def _has_no_id(case: Case) -> bool:
    """Return whether each path parameter is a word of letters, which no server reads as an id."""
    return all(re.fullmatch(r"[A-Za-z]{3,}", str(value)) for value in case.path_parameters.values())
