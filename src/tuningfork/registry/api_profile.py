"""What the engine needs to know about an API beyond its OpenAPI document: Profile and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import requests
from requests.auth import AuthBase

from tuningfork.checks.base import Check
from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.creation import Creation, Relation
from tuningfork.client.response import Paginator
from tuningfork.client.tokens import Tokens
from tuningfork.client.write_rules import WriteRules
from tuningfork.redaction import SecretLocations


class Rule(StrEnum):
    """A rule that the tests in `suites/conventions` judge for every operation of an API.

    An API declares which of its claims states the rule; without such a claim the rule's tests do not run.
    """

    NO_SERVER_ERROR = "no_server_error"
    """No request gets a status of 500 or above, or gets no response."""
    NEEDS_TOKEN = "needs_token"  # noqa: S105 - the name of a rule
    """A request without credentials to an operation that needs them gets a 401."""
    ERROR_STATUS = "error_status"
    """An error response has a documented status."""
    ERROR_HEADERS = "error_headers"
    """An error response has the documented headers."""
    ERROR_ENVELOPE = "error_envelope"
    """The body of an error response has the documented structure."""
    ERROR_LIST = "error_list"
    """An error response lists its errors in the documented way."""
    ERROR_TEXTS = "error_texts"
    """An error response describes the error in a text that is not empty."""


class Credentials(Protocol):
    """Gets the tokens of an API's principals and adds them to requests.

    A principal is "app" (the client application), "first" or "second" (its two users), or another name that
    `principals` of `Provable` returns.
    """

    def fetch(self, principal: str) -> Tokens:
        """Return new tokens for a principal.

        Raises:
            tuningfork.auth.oauth2.AuthError: the target issues none.
        """

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return tokens that replace expired ones.

        Raises:
            tuningfork.auth.oauth2.AuthError: the target issues none.
        """

    def auth(self, principal: str, tokens: Tokens) -> AuthBase | None:
        """Return what adds the tokens to a request; None where requests carry no credentials."""

    def probe_path(self, principal: str) -> str:
        """Return a path below the base URL that the principal may read, to test whether its tokens work."""


@runtime_checkable
class Provable(Credentials, Protocol):
    """Credentials that a run verifies before its first test. Optional: implement it to get better errors."""

    def principals(self) -> Sequence[str]:
        """Return the principals whose credentials are configured in tuningfork.toml."""

    def probe_paths(self, principal: str) -> Sequence[str]:
        """Return paths that show whether configured tokens work; none where the target issues the tokens."""

    def key(self, principal: str, kind: str) -> str:
        """Return the key of tuningfork.toml to correct when the target rejects a principal.

        Args:
            principal: the principal.
            kind: what was rejected (`WrongCredentials.kind`).
        """


def no_ids(client: Client) -> Mapping[str, Any]:
    """Return no ids: tests then use the ids that the API's lists contain."""
    return {}


def no_user_id(client: Client) -> None:
    """Return None, for an API without users."""


@dataclass(frozen=True)
class Profile:
    """How an API authenticates, pages and fails. `apis/NAME/profile.py` assigns one to `PROFILE`.

    Operations are written like "POST /books", with the path as in the OpenAPI document.

    Args:
        title: the name of the API in reports.
        base_url: the URL of the mock when it runs in the process of the tests.
        settings: the model of the table `[targets.TARGET.NAME]` in tuningfork.toml.
        paginator: how lists are wrapped and paged.
        credentials: called with the settings and a factory of HTTP sessions; returns the credentials.
        checks: run on every exchange of every test.
        reachability_paths: paths below the base URL that identify the API; requested before a run.
        creations: the operations that create a resource, and how to delete it.
        relations: the operations that relate the user to a resource, such as a follow or a like.
        logins: the operations that log in or issue a token.
        unknown: ids and path segments that the suite uses because no resource has them.
        user_id: returns the id of the client's user.
        headers: headers that every request has unless a test sets others.
        write_as: the principal that creates and changes resources.
        secret_locations: the headers, parameters and properties that contain secrets.
        rules: which claim of the API states a rule of `suites/conventions`.
        factories: creates the resource that a path parameter refers to and returns its id, by the name of the
            parameter; called with the writing client and a title.
        existing_ids: returns ids of readable resources by the name of a path parameter.
        snapshots: returns the form that restores what an operation changes permanently, by operation; called
            with the client of the user.
        write_rules: what else is known about the requests that the API takes.
        walk_claim: the claim that a walk over the pages of a list returns each item once, for the operations
            that have it; empty if no claim says so, or conventions.yaml does.
        lists_with_repeats: the lists in which an item may be more than once, by their operation.
    """

    title: str
    base_url: str
    settings: type[Settings]
    paginator: Paginator
    credentials: Callable[[Any, Callable[[], requests.Session]], Credentials]
    checks: tuple[Check, ...]
    reachability_paths: tuple[str, ...]
    creations: tuple[Creation, ...] = ()
    relations: tuple[Relation, ...] = ()
    logins: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    user_id: Callable[[Client], Any] = no_user_id
    headers: Mapping[str, str] = field(default_factory=dict)
    write_as: str = "first"
    secret_locations: SecretLocations = field(default_factory=SecretLocations)
    rules: Mapping[Rule, str] = field(default_factory=dict)
    factories: Mapping[str, Callable[[Client, str], Any]] = field(default_factory=dict)
    existing_ids: Callable[[Client], Mapping[str, Any]] = no_ids
    snapshots: Mapping[str, Callable[[Client], Mapping[str, str]]] = field(default_factory=dict)
    write_rules: WriteRules = field(default_factory=WriteRules)
    walk_claim: str = ""
    lists_with_repeats: frozenset[str] = frozenset()
