"""Reads conventions.yaml: every error is one sentence with the line and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.loaders import read_texts, yaml_lines
from tuningfork.conventions.base import Convention, Keys, OperationGroup
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import CleanUp, Declaration, OwnClaim, Requests
from tuningfork.conventions.document import Document
from tuningfork.conventions.grammar import OperationLike, OperationPattern

FILE = "conventions.yaml"
VERSION = 1
HEAD_KEYS = ("conventions", "title", "prefix", "documentation", "claims", "requests", "clean-up", "python")
NOT_INHERITED = ("operations", "when")
"""The keys of the first group that say what it is about; another group does not inherit them."""
M = TypeVar("M", bound=Keys)
Location = tuple[str | int, ...]


def read_declaration(path: Path, api: str) -> Declaration:
    """Return the conventions of an API.

    Args:
        path: the conventions.yaml.
        api: the name of the API.

    Raises:
        ContractError: the file cannot be read, or has an error.
    """
    return _DeclarationFile(path, api).read()


def document_alone(api: str) -> Declaration:
    """Return the conventions of an API that has only an OpenAPI document: that it keeps the document."""
    declared = Document(status=True, body=True, headers=True)
    return Declaration(api, prefix=_default_prefix(api), groups={"document": [declared]})


def _default_prefix(api: str) -> str:
    """Return the first part of the ids of generated claims for the name of an API."""
    return re.sub(r"\W", "", api).upper()


class _DeclarationFile:
    """One conventions.yaml while it is read."""

    def __init__(self, path: Path, api: str) -> None:
        self.path = path
        self.api = api
        self.value: Any = read_texts(path)

    def read(self) -> Declaration:
        """Return the declaration; raise ContractError at the first error."""
        if not isinstance(self.value, dict):
            self.fail((), "this is not a mapping; begin with `conventions: 1`")
        self._require_version()
        self._require_known_keys()
        head = {name: self._text(name) for name in ("title", "prefix", "documentation", "python")}
        groups, named = self._conventions()
        return Declaration(
            api=self.api,
            title=head["title"],
            prefix=head["prefix"] or _default_prefix(self.api),
            documentation=head["documentation"],
            requests=self._model(Requests, self.value.get("requests") or {}, ("requests",)),
            own_claims=dict(self._own_claims()),
            groups=groups,
            named=named,
            clean_up=self._clean_up(),
            python=head["python"],
        )

    def fail(self, location: Location, message: str) -> NoReturn:
        """Raise ContractError for a location in the file."""
        lines = yaml_lines(self.path)
        while location not in lines and location:
            location = location[:-1]
        line = f"line {lines.get(location, 1)}"
        raise ContractError(str(LintError(str(self.path), line, message))) from None

    def _require_version(self) -> None:
        """Refuse a file of another version of the grammar."""
        version = self.value.get("conventions")
        if version != VERSION or isinstance(version, bool):
            found = "has no version" if version is None else f"has the version {version!r}"
            self.fail(("conventions",), f"the file {found}; write `conventions: {VERSION}` in its first line")

    def _require_known_keys(self) -> None:
        """Refuse a key that is neither a convention nor one of the head."""
        for key in self.value:
            if key not in (*HEAD_KEYS, *catalogue()):
                self.fail(
                    (key,), f"there is no convention {key!r}; {_suggest(key, [*HEAD_KEYS, *catalogue()])}"
                )

    def _text(self, key: str) -> str:
        """Return a text of the head; empty without it."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.fail((key,), f"{key} is not a text; write {key}: TEXT")
        return str(value)

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
            self.fail((key,), f"{key} is not a mapping of names; write a name below it")
        return {name: self._model(convention.model, each, (key, name)) for name, each in value.items()}

    def _groups(self, convention: Convention, value: Any) -> list[Any]:
        """Return the groups of a convention, each merged onto the first one (RFC 7396)."""
        key, is_list = convention.key, isinstance(value, list)
        if is_list and not issubclass(convention.model, OperationGroup):
            self.fail((key,), f"{key} has no groups; write one mapping")
        if is_list and not value:
            self.fail((key,), f"the list of groups is empty; remove {key} or write a group")
        if not is_list:
            return [self._model(convention.model, value, (key,))]
        for number, group in enumerate(value):
            if not isinstance(group, dict):
                self.fail((key, number), "a group is a mapping; write `- operations: […]` and its keys")
        base = {name: each for name, each in value[0].items() if name not in NOT_INHERITED}
        merged = [value[0], *(merge_patch(base, group) for group in value[1:])]
        return [self._model(convention.model, each, (key, number)) for number, each in enumerate(merged)]

    def _own_claims(self) -> Iterator[tuple[str, list[OwnClaim]]]:
        """Yield the API's ids and words by generic id."""
        claims = self.value.get("claims") or {}
        if not isinstance(claims, dict):
            self.fail(("claims",), "claims is not a mapping; write `claims: {GENERIC: OWN-ID}`")
        for generic, value in claims.items():
            location: Location = ("claims", generic)
            listed = value if isinstance(value, list) else [value]
            owns = [{"id": each} if isinstance(each, str) else each for each in listed]
            yield generic, [self._model(OwnClaim, own, location) for own in owns]

    def _clean_up(self) -> list[CleanUp]:
        """Return the entries of `clean-up`."""
        entries = self.value.get("clean-up") or []
        if not isinstance(entries, list):
            self.fail(("clean-up",), "clean-up is not a list; write `- {created-by: …, delete: …}`")
        return [self._model(CleanUp, each, ("clean-up", number)) for number, each in enumerate(entries)]

    def _model(self, model: type[M], value: Any, location: Location) -> M:
        """Return a validated model; raise ContractError for its first error."""
        if not isinstance(value, dict):
            self.fail(location, f"{value!r} is not a mapping; write {{KEY: VALUE}}")
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            path = tuple(part for part in first["loc"] if not _is_branch(part))
            self.fail((*location, *path), _sentence(model, first))


def merge_patch(target: Any, patch: Any) -> Any:
    """Return a JSON value changed by a JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def operation_errors(path: Path, operations: Iterable[OperationLike]) -> Iterator[LintError]:
    """Yield an error for each pattern that matches no operation of the document; none without the file."""
    if not path.is_file():
        return
    listed = list(operations)
    lines = yaml_lines(path)
    for location, pattern in _patterns(read_texts(path)):
        if not any(pattern.matches(operation) for operation in listed):
            known = [f"{operation.method} {operation.path}" for operation in listed]
            message = f"{pattern} matches no operation of the document; {_suggest(str(pattern), known)}"
            yield LintError(str(path), f"line {lines.get(location, 1)}", message)


def _patterns(value: Any, location: Location = ()) -> Iterator[tuple[Location, OperationPattern]]:
    """Yield the patterns of operations in a file: texts that begin with a method and a path."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if location or key not in ("title", "documentation", "clean-up", "cases"):
                yield from _patterns(each, (*location, key))
    elif isinstance(value, str) and re.match(r"(?:[A-Z]+|\*) /\S*$|tag:", value):
        yield location, OperationPattern(value)


def _is_branch(part: object) -> bool:
    """Return whether a part of pydantic's location names a branch of a union, not a key of the file."""
    return (
        isinstance(part, str)
        and re.match(r"[A-Z]\w*$|function-|literal|bool$|int$|str$|list\[|dict", part) is not None
    )


def _sentence(model: type[Keys], error: Mapping[str, Any]) -> str:
    """Return what is wrong, and what to write instead, for an error of pydantic."""
    key = ".".join(str(part) for part in error["loc"] if not _is_branch(part))
    if error["type"] == "extra_forbidden":
        return f"there is no key {key!r}; {_suggest(str(error['loc'][-1]), _keys(model, error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{key} is missing; write {error['loc'][-1]}: VALUE"
    message = str(error["msg"]).removeprefix("Value error, ")
    if "; write" in message or "; correct" in message:
        return f"{key}: {message}"
    wanted = message[:1].lower() + message[1:]
    return (
        f"{key} is {error['input']!r}, but the {wanted}; correct it"
        if wanted.startswith("input")
        else f"{key}: {wanted}; correct it"
    )


def _keys(model: type[Keys], location: Location) -> list[str]:
    """Return the keys that a model has at a location."""
    current: Any = model
    for part in location:
        current = next((each for name, each in _children(current) if name == part), current)
    return [str(field.alias or name) for name, field in current.model_fields.items()]


def _children(model: type[Keys]) -> Iterator[tuple[str, type[Keys]]]:
    """Yield the models below a model by their keys."""
    for name, field in model.model_fields.items():
        for candidate in _models(field.annotation):
            yield str(field.alias or name), candidate


def _models(annotation: Any) -> Iterator[type[Keys]]:
    """Yield the models in an annotation, such as `Size | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)


def _suggest(word: str, known: Iterable[str]) -> str:
    """Return what to write in place of an unknown word."""
    names = list(known)
    similar = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {similar[0]}?" if similar else f"use one of {', '.join(names)}"
