"""The contract of an API: its OpenAPI 3.1 document and its claims; finds the operation of a request."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tuningfork.contract import metaschema
from tuningfork.contract.claims import FILE as CLAIMS_FILE
from tuningfork.contract.claims import ClaimFile, load_claim_file
from tuningfork.contract.declaration_file import FILE as DECLARATION_FILE
from tuningfork.contract.declaration_file import document_alone, read_declaration
from tuningfork.contract.declared_document import declared_document
from tuningfork.contract.declared_operations import operation_errors
from tuningfork.contract.document import Node
from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.garbage import without_garbage_collection
from tuningfork.contract.loaders import read_yaml
from tuningfork.contract.operation import DocumentedResponse, Operation, Parameter, strip_parameters
from tuningfork.contract.paths import PathTemplates
from tuningfork.contract.references import index_with_pointers
from tuningfork.contract.schema import Schema, Validators
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import Declaration, Subject
from tuningfork.model import Claim

__all__ = [
    "FILE",
    "METHODS",
    "Contract",
    "DocumentedResponse",
    "Operation",
    "Parameter",
    "load_document",
    "read_document",
]

FILE = "openapi.yaml"
MAX_LOADED = 16
"""Contracts that are reused while their files do not change."""
_Stamp = tuple[Path, int, int]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Contract:
    """The OpenAPI document and the claims of an API.

    Attributes:
        api: the name of the API, which is the name of its folder.
        title: the name of the API for people.
        documentation: the URL of the API's documentation.
        sources: descriptions of the documents that the claims cite, by their letter.
        claims: the claims by id.
        document: the value of the OpenAPI document.
        all_operations: the operations in the order of the document.
        operations: `all_operations` without informational ones (`x-beyond`).

        declaration: the conventions of the API.
        index: the index of the document.
        root: the node of the whole document.
        validators: the validators of the schemas in the document.

    Args:
        folder: the folder of the API (specs/NAME).
        document: the value of the OpenAPI document.
        claim_file: the content of claims.toml.
        declaration: the content of conventions.yaml; an empty one if not given.
        index: the index of the document; built if it is not given.
    """

    def __init__(
        self,
        folder: Path,
        document: Mapping[str, Any],
        claim_file: ClaimFile,
        declaration: Declaration | None = None,
        index: DocumentIndex | None = None,
    ) -> None:
        self.folder = folder
        self.api = folder.name
        self.declaration = declaration or Declaration(self.api)
        self.title = claim_file.title or self.declaration.title or self.api
        self.documentation = claim_file.documentation or self.declaration.documentation
        self.sources = claim_file.sources
        self.document = document
        own_claims = {claim.id: claim for claim in claim_file.claims}
        self.claims: dict[str, Claim] = {
            **own_claims,
            **{claim.id: claim for claim in self.declaration.claims(own_claims)},
        }
        self.index = index or DocumentIndex(document)
        self.root = self.index.root
        self.validators = Validators(document, self.index)
        self._responses: dict[tuple[str, str], DocumentedResponse] = {}  # by status and pointer
        self.all_operations = list(self._read_operations())
        self.operations = [operation for operation in self.all_operations if not operation.beyond]
        self._by_key = {operation.key: operation for operation in self.all_operations}
        self._templates = PathTemplates(self.all_operations)

    @staticmethod
    def load(folder: Path) -> Contract:
        """Return the contract in a folder (specs/NAME).

        Raises:
            ContractError: a file is missing or has an error; one sentence with file, location and fix.
        """
        return _load(folder, _stamps(folder))

    def find(self, method: str, path: str) -> Operation | None:
        """Return the documented operation for a request; None if the operation is not documented.

        Args:
            method: in upper or lower case; HEAD falls back to GET if HEAD is not documented.
            path: the path below the base URL, percent-encoded or decoded. Literal segments take precedence
                over parameters; a path with a trailing slash is a different path.
        """
        template = self._templates.find(path)
        operation = self._by_key.get(f"{method.upper()} {template}")
        if operation is None and method.upper() == "HEAD":
            return self._by_key.get(f"GET {template}")
        return operation

    def operation(self, key: str) -> Operation:
        """Return the operation with a key, like "GET /tracks/{track_id}"; raise KeyError without one."""
        return self._by_key[key]

    def methods(self, path: str) -> list[str]:
        """Return the documented methods of a path below the base URL."""
        template = self._templates.find(path)
        keys = (f"{method.upper()} {template}" for method in METHODS)
        return [self._by_key[key].method for key in keys if key in self._by_key]

    def subjects_of(self, *generics: str) -> list[Subject]:
        """Return what generic claims are judged of, in the order of the conventions and the operations."""
        numbers = {number for generic in generics for number in self._subject_numbers.get(generic, ())}
        return [self._subjects[number] for number in sorted(numbers)]

    @cached_property
    def _subjects(self) -> list[Subject]:
        return [each for key in catalogue() for each in self.declaration.subjects(key, self.operations)]

    @cached_property
    def _subject_numbers(self) -> dict[str, list[int]]:
        """The numbers in `_subjects` of those that a generic claim is judged of."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, subject in enumerate(self._subjects):
            for generic in subject.claims:
                numbers[generic].append(number)
        return numbers

    def _read_operations(self) -> Iterator[Operation]:
        """Yield the operations of the document, informational ones (x-beyond) included."""
        for path, path_item in _items(self.root, "paths"):
            for method in METHODS:
                node = path_item.get(method)
                if node is not None:
                    yield self._read_operation(method.upper(), path, path_item, node)

    def _read_operation(self, method: str, path: str, path_item: Node, node: Node) -> Operation:
        """Return the operation of `node`; raise ContractError if a parameter has no name or no `in`."""
        security = node.value.get("security", self.document.get("security", []))
        nodes = [parameter for owner in (path_item, node) for parameter in _elements(owner, "parameters")]
        for parameter in nodes:
            if not {"name", "in"} <= parameter.value.keys():
                raise ContractError(f"{parameter.pointer}: this is not a parameter; fix the reference to it")
        # a parameter of the operation overrides the one of the path item
        parameters = {(each.value["name"], each.value["in"]): each for each in nodes}
        return Operation(
            method,
            path,
            node,
            tuple(self._parameter(each, name, location) for (name, location), each in parameters.items()),
            self._schemas(node.get("requestBody"), ()),
            tuple(self._response(status, each) for status, each in _items(node, "responses")),
            secured=bool(security) and {} not in security,
        )

    def _response(self, status: str, node: Node) -> DocumentedResponse:
        """Return the documented response of `node`, which several operations may refer to."""
        key = status, node.pointer
        if key not in self._responses:
            self._responses[key] = self._read_response(status, node)
        return self._responses[key]

    def _read_response(self, status: str, node: Node) -> DocumentedResponse:
        """Return the documented response of `node`; a header without x-claims gets those of the response."""
        headers = tuple(
            self._parameter(header, name, "header", node.claims) for name, header in _items(node, "headers")
        )
        return DocumentedResponse(status, node, node.claims, self._schemas(node, node.claims), headers)

    def _schemas(self, node: Node | None, claims: tuple[str, ...]) -> dict[str, Schema | None]:
        """Return the schemas in the `content` of a node by media type; empty if there is no content."""
        content = _items(node, "content") if node is not None else ()
        return {strip_parameters(name): self._schema(each, claims) for name, each in content}

    def _parameter(self, node: Node, name: str, location: str, claims: tuple[str, ...] = ()) -> Parameter:
        """Return the parameter or header of `node`; `claims` apply if the node has no x-claims itself."""
        nearest = node.claims if node.has_claims else claims
        required = node.value.get("required", False) is True
        for media_type, schema in self._schemas(node, nearest).items():
            return Parameter(name, location, required, node, nearest, schema, media_type)
        return Parameter(name, location, required, node, nearest, self._schema(node, nearest))

    def _schema(self, node: Node, claims: tuple[str, ...]) -> Schema | None:
        """Return the schema of a media type, a parameter or a header; None if it has none."""
        return Schema(node.raw("schema"), self.validators, claims) if "schema" in node.value else None


@lru_cache(maxsize=MAX_LOADED)
def _load(folder: Path, stamps: tuple[_Stamp, ...]) -> Contract:
    """Return the contract in a folder; the one that was loaded before if no file has changed since then."""
    with without_garbage_collection():
        claim_file, declaration = load_promises(folder)
        has_document = (folder / FILE).is_file() or not (folder / DECLARATION_FILE).is_file()
        index = (
            load_document(folder / FILE) if has_document else DocumentIndex(declared_document(declaration))
        )
        try:
            contract = Contract(folder, index.root.value, claim_file, declaration, index)
        except ContractError as error:
            raise ContractError(f"{folder / FILE}, {error}") from None
        unmatched = operation_errors(
            folder / DECLARATION_FILE, declaration, contract.all_operations, is_derived=not has_document
        )
        for first in unmatched:
            raise ContractError(str(first))
        return contract


def _stamps(folder: Path) -> tuple[_Stamp, ...]:
    """Return what changes if one of the files of a contract does."""
    paths = [(folder / name).resolve() for name in (FILE, CLAIMS_FILE, DECLARATION_FILE)]
    return tuple((path, status.st_mtime_ns, status.st_size) for path in paths if (status := _status(path)))


def _status(path: Path) -> os.stat_result | None:
    """Return the status of a file; None if the file does not exist."""
    try:
        return path.stat()
    except OSError:
        return None


def load_promises(folder: Path) -> tuple[ClaimFile, Declaration]:
    """Return the claims and the conventions in a folder (specs/NAME).

    One of the two files may be missing; without both, the document itself is the promise.

    Raises:
        ContractError: a file cannot be read or has an error.
    """
    return _load_promises(folder, _stamps(folder))


@lru_cache(maxsize=MAX_LOADED)
def _load_promises(folder: Path, stamps: tuple[_Stamp, ...]) -> tuple[ClaimFile, Declaration]:
    """Return the claims and the conventions in a folder; those read before if no file has changed since."""
    path = folder / DECLARATION_FILE
    has_claims = (folder / CLAIMS_FILE).is_file()
    if path.is_file():
        declaration = read_declaration(path, folder.name)
    elif has_claims or not (folder / FILE).is_file():
        declaration = Declaration(folder.name)
        has_claims = True
    else:
        declaration = document_alone(folder.name)
    return load_claim_file(folder / CLAIMS_FILE) if has_claims else ClaimFile((), ()), declaration


def load_document(path: Path) -> DocumentIndex:
    """Return an OpenAPI 3.1 document with its index; see `read_document`.

    Raises:
        ContractError: the file cannot be read, or it is not a valid OpenAPI 3.1 document.
    """
    index = read_document(path)
    for error in metaschema.metaschema_errors(index):
        raise ContractError(str(LintError(str(path), error.location, error.message)))
    return index


def read_document(path: Path) -> DocumentIndex:
    """Return the index of a YAML or JSON file, with references between its schemas replaced by pointers.

    Raises:
        ContractError: the file cannot be read, or its references form a cycle.
    """
    document = read_yaml(path)
    try:
        return index_with_pointers(document)
    except ContractError as error:
        raise ContractError(f"{path}, {error}") from None


def _items(node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
    """Return the keys and child nodes of the object at a path of keys; empty if it does not exist."""
    inner = node.get(*keys)
    return inner.items() if inner is not None else iter(())


def _elements(node: Node, key: str) -> Iterator[Node]:
    """Return the child nodes of the array under a key; empty if it does not exist."""
    inner = node.get(key)
    return inner.elements() if inner is not None else iter(())
