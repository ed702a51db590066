"""Reads conventions.yaml: every error is one sentence with the line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tuningfork.contract.declaration_errors import describe_value, first_error, suggest
from tuningfork.contract.declaration_rules import rule_errors
from tuningfork.contract.declaration_secrets import secret_errors
from tuningfork.contract.declaration_yaml import DeclarationYaml, Location
from tuningfork.contract.merge_patch import merge_patch
from tuningfork.conventions.base import Convention, Keys, OperationGroup
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import CleanUp, Declaration, OwnClaim, Requests
from tuningfork.conventions.document import Document

FILE = "conventions.yaml"
VERSION = 1
HEAD_KEYS = ("conventions", "title", "prefix", "documentation", "claims", "requests", "clean-up", "python")
NOT_INHERITED = ("operations", "when")
"""The keys of the first group that say what it is about; another group does not inherit them."""
M = TypeVar("M", bound=Keys)


def read_declaration(path: Path, api: str) -> Declaration:
    """Return the conventions of an API.

    Args:
        path: the conventions.yaml.
        api: the name of the API.

    Raises:
        ContractError: the file cannot be read, or has an error.
    """
    return _DeclarationFile(DeclarationYaml(path), api).read()


def document_alone(api: str) -> Declaration:
    """Return the conventions of an API that has only an OpenAPI document: that it keeps the document."""
    declared = Document(status=True, body=True, headers=True)
    return Declaration(api, prefix=_default_prefix(api), groups={"document": [declared]})


def _default_prefix(api: str) -> str:
    """Return the first part of the ids of generated claims for the name of an API."""
    return re.sub(r"\W", "", api).upper()


class _DeclarationFile:
    """One conventions.yaml while it is read."""

    def __init__(self, yaml: DeclarationYaml, api: str) -> None:
        self.yaml = yaml
        self.api = api
        self.value: Any = yaml.value
        self.fail = yaml.fail

    def read(self) -> Declaration:
        """Return the declaration; raise ContractError at the first error."""
        if not isinstance(self.value, dict):
            self.fail((), f"this is not a mapping; write `conventions: {VERSION}` in the first line")
        self._require_version()
        for location, message in secret_errors(self.value):
            self.fail(location, message)
        self._require_known_keys()
        head = {name: self._text(name) for name in ("title", "prefix", "documentation", "python")}
        groups, named = self._conventions()
        declaration = Declaration(
            api=self.api,
            title=head["title"],
            prefix=head["prefix"] or _default_prefix(self.api),
            documentation=head["documentation"],
            requests=self._model(Requests, self._or_empty("requests"), ("requests",)),
            own_claims=dict(self._own_claims()),
            groups=groups,
            named=named,
            clean_up=self._clean_up(),
            python=head["python"],
        )
        for location, message in rule_errors(declaration, self.value):
            self.fail(location, message)
        return declaration

    def _require_version(self) -> None:
        """Refuse a file of another version of the grammar."""
        version = self.value.get("conventions")
        if version != VERSION or isinstance(version, bool):
            found = "no version" if version is None else f"the version {describe_value(version)}"
            self.fail(
                ("conventions",), f"the file has {found}; write `conventions: {VERSION}` in the first line"
            )

    def _require_known_keys(self) -> None:
        """Refuse a key that is neither a convention nor one of the head."""
        known = [*HEAD_KEYS, *catalogue()]
        for key in self.value:
            if key not in known:
                self.fail((key,), f"there is no convention {key!r}; {suggest(key, known)}")

    def _text(self, key: str) -> str:
        """Return a text of the head; empty without it."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.fail((key,), f"{key} is {describe_value(value)}; write a text, in quotes")
        return str(value)

    def _or_empty(self, key: str) -> Any:
        """Return the value of a key; an empty mapping without it."""
        return {} if self.value.get(key) is None else self.value[key]

    def _conventions(self) -> tuple[dict[str, list[Any]], dict[str, dict[str, Any]]]:
        """Return the groups and the named values of all conventions in the file."""
        groups: dict[str, list[Any]] = {}
        named: dict[str, dict[str, Any]] = {}
        for key, convention in catalogue().items():
            if key not in self.value:
                continue
            if convention.is_named:
                named[key] = self._named(convention, self.value[key])
            else:
                groups[key] = self._groups(convention, self.value[key])
        return groups, named

    def _named(self, convention: Convention, value: Any) -> dict[str, Any]:
        """Return the named values of a convention; those of a list are named by their number."""
        key = convention.key
        if isinstance(value, list):
            return {
                f"{number + 1}": self._model(convention.model, each, (key, number))
                for number, each in enumerate(value)
            }
        if not isinstance(value, dict):
            self.fail((key,), f"{key} is {describe_value(value)}; write a mapping, such as {{NAME: {{…}}}}")
        return {name: self._model(convention.model, each, (key, name)) for name, each in value.items()}

    def _groups(self, convention: Convention, value: Any) -> list[Any]:
        """Return the groups of a convention, each merged onto the first one (RFC 7396)."""
        key, is_list = convention.key, isinstance(value, list)
        if not is_list:
            return [self._model(convention.model, value, (key,))]
        if not issubclass(convention.model, OperationGroup):
            self.fail((key,), f"{key} has no groups; write one mapping in place of the list")
        if not value:
            self.fail((key,), f"the list of groups is empty; remove {key} or write a group")
        for number, group in enumerate(value):
            if not isinstance(group, dict):
                self.fail((key, number), "a group is a mapping; write `- operations: […]` and its keys")
            if number and not any(name in group for name in NOT_INHERITED):
                self.fail((key, number), "the group is about all operations; write `operations` in it")
        base = {name: each for name, each in value[0].items() if name not in NOT_INHERITED}
        merged = [value[0], *(merge_patch(base, group) for group in value[1:])]
        return [self._model(convention.model, each, (key, number)) for number, each in enumerate(merged)]

    def _own_claims(self) -> Iterator[tuple[str, list[OwnClaim]]]:
        """Yield the API's ids and words by generic id."""
        claims = self._or_empty("claims")
        if not isinstance(claims, dict):
            self.fail(("claims",), "claims is not a mapping; write `claims: {GENERIC: OWN-ID}`")
        for generic, value in claims.items():
            listed = value if isinstance(value, list) else [value]
            owns = [{"id": each} if isinstance(each, str) else each for each in listed]
            yield generic, [self._model(OwnClaim, own, ("claims", generic)) for own in owns]

    def _clean_up(self) -> list[CleanUp]:
        """Return the entries of `clean-up`."""
        entries = [] if self.value.get("clean-up") is None else self.value["clean-up"]
        if not isinstance(entries, list):
            self.fail(("clean-up",), "clean-up is not a list; write `- {created-by: …, delete: …}`")
        return [self._model(CleanUp, each, ("clean-up", number)) for number, each in enumerate(entries)]

    def _model(self, model: type[M], value: Any, location: Location) -> M:
        """Return a validated model; raise ContractError for its first error."""
        if not isinstance(value, dict):
            name = next(part for part in reversed(location) if isinstance(part, str))
            self.fail(location, f"{name} is {describe_value(value)}; write a mapping, such as {{KEY: VALUE}}")
        try:
            return model.model_validate(value)
        except ValidationError as error:
            below, message = first_error(model, value, error)
            self.fail((*location, *below), message)
