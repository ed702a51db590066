"""Where the exchanges of an API have the secrets that `auth` in conventions.yaml declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from tuningfork.checks.places import MISSING, find_in_response
from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract
from tuningfork.contract.operation import Operation
from tuningfork.contract.traverse import iter_values
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.json_text import read_json
from tuningfork.model import Exchange, Request
from tuningfork.redaction import SecretLocations
from tuningfork.testing.declared_request import PLACEHOLDER, path_pattern

NAMES = {"access": "access_token", "password": "password", "refresh": "refresh_token"}
"""The name of the secret that replaces a placeholder of a declared body."""


@dataclass(frozen=True)
class SessionSecrets:
    """The secrets of the exchanges that log in, refresh or log out.

    Args:
        operations: the method and the path template of each.
        sent: the field of the request (`a[b]` is the property b of a), and the text that is filled.
        received: the name of the secret, and its JSON pointer in a successful response.
    """

    operations: tuple[tuple[str, str], ...]
    sent: tuple[tuple[str, str], ...]
    received: tuple[tuple[str, str], ...]

    def __call__(self, exchange: Exchange) -> Iterator[tuple[str, str]]:
        """Yield the name and the value of each declared secret of an exchange."""
        if not self._matches(exchange.request):
            return
        fields = dict(_sent_fields(exchange.request))
        for name, template in self.sent:
            yield from _filled_secrets(template, fields.get(name, ""))
        for name, pointer in self.received if exchange.response.status < 400 else ():
            value = find_in_response(exchange.response, ResponseLocation(pointer=pointer))
            if value is not MISSING and isinstance(value, str | int):
                yield name, str(value)

    @property
    def names(self) -> set[str]:
        """The names of the fields and of the properties that have the secrets."""
        pointers = [pointer.replace("~1", "/").replace("~0", "~").split("/") for _, pointer in self.received]
        fields = [re.split(r"[\[\]]+", name.rstrip("]")) for name, _ in self.sent]
        return {name for name in map(_last_name, [*pointers, *fields]) if name}

    def _matches(self, request: Request) -> bool:
        """Return whether a request is one of the operations, below any base URL."""
        return any(
            request.method == method and pattern.fullmatch(request.path)
            for method, pattern in self._path_patterns
        )

    @cached_property
    def _path_patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """The method and the pattern of the paths of each operation."""
        return [(method, re.compile(f".*{path_pattern(path)}/?")) for method, path in self.operations]


@dataclass(frozen=True)
class SentCredentials:
    """The credentials in a declared header or parameter, which are secrets wherever they are repeated.

    Args:
        location: "header" or "query".
        name: the name of the header or the parameter.
    """

    location: str
    name: str

    def __call__(self, exchange: Exchange) -> Iterator[tuple[str, str]]:
        """Yield the credentials of a request, without the scheme before them."""
        request = exchange.request
        is_header = self.location == "header"
        value = request.headers.get(self.name, "") if is_header else dict(request.query).get(self.name, "")
        if secret := value.rpartition(" ")[2]:
            yield "access_token", secret


def declared_secret_locations(contract: Contract) -> SecretLocations:
    """Return the usual locations of secrets, and those that `auth` declares.

    The name of a property is left out if other operations have one of the same name, such as `/data/id`:
    its values are found where they are issued and sent.
    """
    groups: tuple[Auth, ...] = tuple(contract.declaration.groups.get("auth", ()))
    sessions = frozenset(each for group in groups for each in _session_secrets(contract, group))
    credentials = [group for group in groups if not group.is_public and group.has_constant_credentials]
    names = {name for session in sessions for name in session.names}
    if names:
        names -= _public_names(contract, sessions)
    refused_names = [name for group in groups for name in group.names]
    return SecretLocations(
        declared=sessions
        | {
            SentCredentials(group.in_, group.name)
            for group in credentials
            if group.in_ != "cookie" and group.name.lower() != "authorization"
        }
    ).plus(
        headers=[group.name for group in groups if group.in_ == "header"],
        parameters=[*names, *refused_names, *(group.name for group in groups if group.in_ == "query")],
        properties=names,
    )


def _session_secrets(contract: Contract, declared: Auth) -> Iterator[SessionSecrets]:
    """Yield the secrets of the declared login, refresh and logout."""
    login, refresh, logout = declared.login, declared.refresh, declared.logout
    access = login.access if login is not None else "/access_token"
    again = (login is not None and login.refresh) or "/refresh_token"
    if login is not None:
        yield _secrets_of(contract, login.request, login.body, access, again)
    if refresh is not None:
        pointers = (refresh.access or access, refresh.refresh or again)
        yield _secrets_of(contract, refresh.request, refresh.body, *pointers)
    if logout is not None:
        yield _secrets_of(contract, logout.request, logout.body)


def _secrets_of(
    contract: Contract, request: OperationPattern, body: Mapping[str, Any], *pointers: str
) -> SessionSecrets:
    """Return the secrets of a declared request; the pointers are of its access and refresh tokens."""
    found = [(each.method, each.path) for each in contract.operations if request.matches(each)]
    named = [(request.method, request.path)] if request.is_concrete else []
    leaves = [*_leaves(body), *parse_qsl(request.query)]
    return SessionSecrets(
        operations=tuple(dict.fromkeys([*found, *named])),
        sent=tuple((name, text) for name, text in leaves if NAMES.keys() & PLACEHOLDER.findall(text)),
        received=tuple(zip(("access_token", "refresh_token"), pointers, strict=False)),
    )


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each value in a body: the property b of a is `a[b]`."""
    if isinstance(value, Mapping | list):
        inner: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, each in inner:
            yield from _leaves(each, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, str | int):
        yield name, str(value)


def _sent_fields(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a request, and the values in its JSON or form."""
    yield from request.query
    text = request.body.decode("utf-8", "replace")
    if "json" not in request.headers.get("content-type", ""):
        yield from parse_qsl(text)
        return
    try:
        yield from _leaves(read_json(text))
    except ValueError:
        return


def _filled_secrets(template: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each secret in a text that fills a template."""
    parts = PLACEHOLDER.split(template)
    match = re.fullmatch("(.*)".join(map(re.escape, parts[::2])), text, re.DOTALL)
    for placeholder, value in zip(parts[1::2], match.groups() if match else (), strict=False):
        if placeholder in NAMES:
            yield NAMES[placeholder], value


def _last_name(keys: list[str]) -> str:
    """Return the last key that is the name of a property, and not the index of an item; "" without one."""
    return next((key for key in reversed(keys) if key and key != "*" and not key.isdigit()), "")


def _public_names(contract: Contract, sessions: Iterable[SessionSecrets]) -> set[str]:
    """Return the names of the parameters and properties of the operations that issue no tokens."""
    issuing = {operation for session in sessions for operation in session.operations}
    others = [each for each in contract.operations if (each.method, each.path) not in issuing]
    parameters = {parameter.name for operation in others for parameter in operation.parameters}
    return parameters | set(_property_names(others))


def _property_names(operations: Iterable[Operation]) -> Iterator[str]:
    """Yield the names of the properties that any of the operations documents."""
    pending: list[Node] = [operation.node for operation in operations]
    seen: set[str] = set()
    while pending:
        node = pending.pop()
        for properties in iter_values(node, "properties"):
            yield from properties.value if isinstance(properties.value, Mapping) else ()
        for reference in iter_values(node, "$ref"):
            if str(reference.value) not in seen:
                seen.add(str(reference.value))
                pending += _resolved(reference)


def _resolved(reference: Node) -> Iterator[Node]:
    """Yield the target of a `$ref`; nothing for a wrong one, which the linter reports."""
    try:
        yield reference.resolve_reference(str(reference.value))
    except ContractError:
        return
