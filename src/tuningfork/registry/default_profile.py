"""The profile of an API that has only a contract: what follows from its OpenAPI document and claims.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from tuningfork.auth.api_key import ApiKeyAuth
from tuningfork.auth.header import HeaderAuth
from tuningfork.auth.oauth2 import AuthError
from tuningfork.checks import schema, status
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.client.config import did_you_mean
from tuningfork.client.response import Response
from tuningfork.client.tokens import Tokens
from tuningfork.client.write_rules import WriteRules
from tuningfork.contract import claims
from tuningfork.contract.errors import ContractError
from tuningfork.contract.loaders import read_toml
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.registry.api_profile import Profile, Rule
from tuningfork.registry.declared_credentials import DeclaredCredentials
from tuningfork.registry.declared_paginator import DeclaredPaginator
from tuningfork.registry.declared_profile import (
    declared_clean_up,
    declared_creations,
    declared_headers,
    declared_logins,
    declared_relations,
    declared_unknown_ids,
)
from tuningfork.registry.declared_secrets import declared_secret_locations
from tuningfork.registry.declared_writes import DeclaredWrites
from tuningfork.registry.default_settings import DefaultSettings

MAX_REACHABILITY_PATHS = 3


class DefaultCredentials:
    """The configured credential of the app, sent by the first security scheme that it is configured for.

    Args:
        schemes: the security schemes of the OpenAPI document.
        probe_path: a path that shows whether the credential is accepted.
        settings: the configured credentials.
        new_session: not used, because nothing is fetched.
    """

    def __init__(
        self,
        schemes: list[Mapping[str, Any]],
        probe_path: str,
        settings: DefaultSettings,
        new_session: Callable[[], requests.Session],
    ) -> None:
        self._auth = next((auth for scheme in schemes if (auth := _auth(scheme, settings))), None)
        self._probe_path = probe_path

    def fetch(self, principal: str) -> Tokens:
        """Return no tokens, since credentials are configured; AuthError for any principal but the app."""
        if principal != "app":
            raise AuthError("an API without a profile has no users; write apis/NAME/profile.py")
        return {}

    def renew(self, principal: str, tokens: Tokens) -> Tokens:
        """Return no tokens."""
        return self.fetch(principal)

    def auth(self, principal: str, tokens: Tokens) -> AuthBase | None:
        """Return what adds the configured credential; None without one."""
        return self._auth

    def probe_path(self, principal: str) -> str:
        """Return a path of the document that needs no parameters."""
        return self._probe_path


class DetectedListPaginator:
    """Lists without pages: the response is an array, or an object with exactly one array."""

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query unchanged."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return nothing: the document does not say how to limit a list."""
        return {}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a list.

        Raises:
            ExpectationFailed: there is not exactly one array.
        """
        values = body.values() if isinstance(body, dict) else [body]
        arrays = [value for value in values if isinstance(value, list)]
        if len(arrays) != 1:
            raise ExpectationFailed("an array, or an object with one array", to_json(body))
        return arrays[0]

    def next_url(self, response: Response) -> str | None:
        """Return None: there is no next page."""
        return None


def make_default_profile(folder: Path) -> Profile:
    """Return the profile of the contract in a folder (`specs/NAME`).

    Raises:
        ContractError: a file of the contract cannot be read, or `[rules]` is not valid.
    """
    contract = Contract.load(folder)
    document = contract.document
    schemes = _schemes(document)
    paths = [operation.path for operation in contract.operations if _is_simple_read(operation)]
    keys = [scheme for scheme in schemes if scheme.get("type") == "apiKey"]
    declared, auth = contract.declaration, contract.declaration.first("auth")
    pages = declared.first("pagination")
    creations = tuple(declared_creations(declared))
    return Profile(
        title=str(document["info"].get("title") or contract.api),
        base_url=next(_server_urls(document), f"https://{contract.api}.invalid"),
        settings=DefaultSettings,
        paginator=DetectedListPaginator() if pages is None else DeclaredPaginator(contract),
        credentials=partial(DefaultCredentials, schemes, next(iter(paths), "/"))
        if auth is None
        else partial(DeclaredCredentials, declared, paths),
        checks=(status.documented(), schema.body(unless=is_http_layer_response), schema.headers()),
        creations=(*creations, *declared_clean_up(declared)),
        relations=tuple(declared_relations(declared)),
        write_rules=WriteRules() if declared.is_empty else DeclaredWrites(contract, creations),
        logins=declared_logins(declared),
        unknown=frozenset(declared_unknown_ids(declared)),
        headers=declared_headers(declared),
        reachability_paths=tuple(dict.fromkeys(paths))[:MAX_REACHABILITY_PATHS],
        write_as=_writer(auth),
        secret_locations=declared_secret_locations(contract).plus(
            headers=[key["name"] for key in keys if key.get("in") == "header"],
            parameters=[key["name"] for key in keys if key.get("in") == "query"],
        ),
        rules={**dict(_declared_rules(declared)), **dict(_rules(contract))},
    )


def _writer(auth: Auth | None) -> str:
    """Return the principal with the most rights: a user where users log in, else the app."""
    has_users = auth is not None and (
        auth.type in ("login", "oauth1")
        or (auth.oauth2 is not None and "authorization_code" in auth.oauth2.grant_types_supported)
    )
    return "first" if has_users else "app"


def _declared_rules(declaration: Declaration) -> Iterator[tuple[Rule, str]]:
    """Yield the rule that no request leads to a server error, if conventions.yaml declares it."""
    for claim in declaration.brought().get("ERRORS-NO-5XX", ())[:1]:
        yield Rule.NO_SERVER_ERROR, claim


def _rules(contract: Contract) -> Iterator[tuple[Rule, str]]:
    """Yield the table `[rules]` of claims.toml: the claim that states a rule, by the name of the rule."""
    file = contract.folder / claims.FILE
    if not file.is_file():
        return
    table = read_toml(file).get("rules", {})
    if not isinstance(table, dict):
        raise ContractError(f"{file}, rules: this is not a table; write [rules] and NAME = CLAIM below it")
    for name, claim in table.items():
        if name not in list(Rule):
            raise ContractError(
                f"{file}, rules: there is no rule {name!r}{did_you_mean(name, list(Rule))}; "
                f"use one of {', '.join(Rule)}"
            )
        yield Rule(name), claim


def _schemes(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the security schemes of an OpenAPI document."""
    declared = (document.get("components") or {}).get("securitySchemes") or {}
    return [scheme for scheme in declared.values() if isinstance(scheme, Mapping)]


def _auth(scheme: Mapping[str, Any], settings: DefaultSettings) -> AuthBase | None:
    """Return what adds the configured credential as a security scheme says; None if no setting fits it."""
    match scheme.get("type"):
        case "apiKey" if settings.api_key:
            return ApiKeyAuth(scheme["name"], settings.api_key.get_secret_value(), scheme["in"])
        case "http" if str(scheme.get("scheme", "")).lower() == "basic":
            if settings.username is not None and settings.password is not None:
                return HTTPBasicAuth(settings.username, settings.password.get_secret_value())
        case "http" | "oauth2" | "openIdConnect" if settings.token:
            return HeaderAuth("Bearer", settings.token.get_secret_value())
    return None


def _is_simple_read(operation: Operation) -> bool:
    """Return whether an operation is a GET without path parameters and required parameters."""
    return (
        operation.method == "GET"
        and "{" not in operation.path
        and not any(parameter.required for parameter in operation.parameters)
    )


def _server_urls(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the absolute URLs of the document's servers that have no variables, without a final slash."""
    for server in document.get("servers") or ():
        url = str(server.get("url", ""))
        if url.startswith(("http://", "https://")) and "{" not in url:
            yield url.rstrip("/")
