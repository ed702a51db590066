"""Each folder here is an API: a profile, and a mock. A folder is enough to exist."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol, runtime_checkable

import requests
from requests.auth import AuthBase

from tuningfork.checks.base import Check
from tuningfork.client.client import Client, Pager
from tuningfork.client.config import Settings
from tuningfork.client.creation import Creation, Relation
from tuningfork.client.tokens import Tokens
from tuningfork.mock.app import Mock
from tuningfork.redaction import Places


class Credentials(Protocol):
    """How this API's client gets and shows credentials.

    A holder is "app", "first" or "second", or one of `holders`.
    """

    def obtain(self, holder: str) -> Tokens:
        """New tokens of a holder.

        Raises:
            tuningfork.auth.Refused: the target gives none.
        """

    def renew(self, holder: str, tokens: Tokens) -> Tokens:
        """Tokens in place of old ones; Refused if there are none."""

    def auth(self, holder: str, tokens: Tokens) -> AuthBase | None:
        """What adds the credentials to a request; None for a holder whose requests carry none."""

    def proof(self, holder: str) -> str:
        """A cheap path, below the base URL, that a holder's good tokens may read."""


@runtime_checkable
class Provable(Credentials, Protocol):
    """Credentials that can be proved before a run; where an API has none to prove, Credentials are enough."""

    def holders(self) -> Sequence[str]:
        """All whose credentials stand in tuningfork.toml, and can be proved before a run."""

    def proofs(self, holder: str) -> Sequence[str]:
        """Paths that credentials which the target did not issue in this run open; none if it did."""

    def key(self, holder: str, kind: str) -> str:
        """The key of tuningfork.toml to correct where the target refuses a holder (WrongCredentials.kind)."""


def nothing(client: Client) -> Mapping[str, Any]:
    """No ids beside those that lists of the contract show."""
    return {}


def nobody(client: Client) -> None:
    """No user is behind a client."""


@dataclass(frozen=True)
class Profile:
    """What an API's conventions are, in the parts of the engine.

    Args:
        title: the API's name for readers.
        base_url: where the mock stands when it is in this process.
        settings: the fields of the API's table in tuningfork.toml.
        pager: how lists are paged and wrapped.
        credentials: made from the settings and a maker of plain sessions.
        checks: every exchange of every test is held against these.
        witnesses: what else recorded traffic is asked: which claims an answer keeps.
        creations: the operations that make something.
        undo: not asked any more, since `creations` say it; earlier profiles have it.
        relations: those that relate the user to what exists.
        logins: those that log in or give a token.
        unknown: ids that nothing has, as this API's suites write them.
        user_id: the id of the client's user; None where the API has no users.
        probes: paths that tell the API from a host that is something else.
        headers: fields that every request has, unless a test says otherwise.
        writer: the holder who creates and changes things.
        places: where secrets stand in this API's traffic.
        conventions: the claim that stands for a rule of the contract tests, by the rule's name.
        makers: what makes a thing for a path's parameter to name, and gives its id, by the parameter's name;
            it takes the writer's client and a title.
        there: what is there to be read: ids by the name of a path's parameter.
        keepers: the form that puts back what an operation changes for good, by the operation; it takes the
            client of the user whose state it is.
    """

    title: str
    base_url: str
    settings: type[Settings]
    pager: Pager
    credentials: Callable[[Any, Callable[[], requests.Session]], Credentials]
    checks: tuple[Check, ...]
    witnesses: tuple[Check, ...]
    probes: tuple[str, ...]
    creations: tuple[Creation, ...] = ()
    undo: Callable[[Any], str | None] | None = None
    relations: tuple[Relation, ...] = ()
    logins: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    user_id: Callable[[Client], Any] = nobody
    headers: Mapping[str, str] = field(default_factory=dict)
    writer: str = "first"
    places: Places = field(default_factory=Places)
    conventions: Mapping[str, str] = field(default_factory=dict)
    makers: Mapping[str, Callable[[Client, str], Any]] = field(default_factory=dict)
    there: Callable[[Client], Mapping[str, Any]] = nothing
    keepers: Mapping[str, Callable[[Client], Mapping[str, str]]] = field(default_factory=dict)


def names() -> list[str]:
    """The APIs that have a folder here."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def profile(name: str) -> Profile:
    """The profile of an API: PROFILE in its module `profile`."""
    found: Profile = _part(name, "profile").PROFILE
    return found


def mock(name: str) -> Mock:
    """A fresh server of an API."""
    made: Mock = _part(name, "mock").create()
    return made


def _part(name: str, part: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}.{part}")
