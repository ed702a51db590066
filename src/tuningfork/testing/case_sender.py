"""Sends generated requests, so that they read what is there and change nothing but what this run has made."""

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

UNUSED_ID = UNUSED_ID
GENERATORS = {"X-Schemathesis-TestCaseId", "Accept"}
"""Fields that the generator adds to every request; what a client accepts is the client's to say."""


class CaseSender:
    """Sends for one client.

    Args:
        client: whose credentials the requests carry.
        things: by parameter of a path the id to put there: of what is there for what only reads, of what this
            run has made for what changes. What is not named gets an id that nothing has.
    """

    def __init__(self, client: Client, things: Mapping[str, Any]) -> None:
        self._client = client
        self._things = things

    def send(self, case: Case) -> requests.Response | None:
        """One exchange, redirects not followed; None for what HTTP can't carry."""
        self.place(case)
        try:
            arguments = case.as_transport_kwargs(base_url=self._client.base_url)
            for name in GENERATORS - set(case.headers or ()):
                arguments["headers"].pop(name, None)
            return self._client.session.request(**arguments, allow_redirects=False)
        except (InvalidHeader, InvalidJSONError, InvalidURL, SerializationError, UnicodeError):
            return None

    def send_each(self, cases: Iterable[Case]) -> list[requests.Response]:
        """The responses to all cases that HTTP can carry; not verified if there is none."""
        responses = [response for case in cases if (response := self.send(case)) is not None]
        return responses or not_verified("no request of this operation can be generated and sent")

    def assert_no_server_error(self, case: Case) -> None:
        """Send a request; ExpectationFailed if the answer is a 5xx or none."""
        response = self.send(case)
        if response is not None and response.status_code >= 500:
            raise ExpectationFailed("a status below 500", str(response.status_code))

    def place(self, case: Case) -> None:
        """Have a request name things that may be read or changed, unless what is odd is the path itself."""
        avoid_named_deletes(case)
        if not (has_invalid_path(case) and (case.method in SAFE_METHODS or _names_nothing(case))):
            case.path_parameters = {
                name: self._things.get(name, UNUSED_ID) for name in case.path_parameters or {}
            }


def restrict_to_created(case: Case, ledger: CreatedResources) -> None:
    """Have a request that changes something name what this run has made, or an id that nothing has."""
    avoid_named_deletes(case)
    path = case.formatted_path
    own = ledger.find_containing(path) or any(path.endswith(one.path) for one in ledger.pending())
    if case.method not in SAFE_METHODS and not own:
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, UNUSED_ID)


def avoid_named_deletes(case: Case) -> None:
    """Have a DELETE whose query or body says what goes name an id that nothing has."""
    if case.method == "DELETE" and not case.path_parameters:
        case.query = _nobodys(case.query)
        case.body = _nobodys(case.body) if isinstance(case.body, dict) else NOT_SET


def _nobodys(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with nobody's id in place of whatever a server could take for one."""
    return {name: UNUSED_ID if re.search(r"[0-9]", str(value)) else value for name, value in values.items()}


def _names_nothing(case: Case) -> bool:
    """Whether no server could take what the path says for an id."""
    return all(re.fullmatch(r"[A-Za-z]{3,}", str(value)) for value in case.path_parameters.values())


def list_of(contract: Contract, parameter: str) -> Operation | None:
    """The list whose items a parameter of a path names: GET /tracks for track_id of /tracks/{track_id}."""
    ends = (one.path.rpartition("/") for one in contract.operations)
    found = {start for start, _, end in ends if end == f"{{{parameter}}}" and "{" not in start}
    lists = (contract.find("GET", path) for path in sorted(found, key=len))
    return next((one for one in lists if one is not None), None)
