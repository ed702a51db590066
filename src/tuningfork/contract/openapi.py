"""The contract of an API: its OpenAPI 3.1 document and its claims; finds the operation of a request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from tuningfork.contract import metaschema
from tuningfork.contract.claims import FILE as CLAIMS_FILE
from tuningfork.contract.claims import ClaimFile, load_claim_file
from tuningfork.contract.document import Node
from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.loaders import read_yaml
from tuningfork.contract.references import replace_references
from tuningfork.contract.schema import Schema, Validators
from tuningfork.model import Claim

FILE = "openapi.yaml"
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A documented parameter of a request, or a documented header of a response.

    Args:
        name: its name.
        location: the value of `in`: "query", "path", "header" or "cookie".
        required: whether it is required.
        node: its node in the document.
        claims: the ids in its nearest x-claims.
        schema: the schema of its value; None if it has none.
        media_type: the media type of its `content`; empty if it has a `schema` instead.
    """

    name: str
    location: str
    required: bool
    node: Node
    claims: tuple[str, ...]
    schema: Schema | None
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """The documented response for one status of an operation.

    Args:
        status: "200", a range like "4XX", or "default".
        node: its node in the document.
        claims: the claims that a violation breaks, unless a nearer x-claims names others.
        schemas: the schema of each media type (lower case, without parameters); None if any body is allowed.
        headers: the documented headers.
    """

    status: str
    node: Node
    claims: tuple[str, ...]
    schemas: Mapping[str, Schema | None]
    headers: tuple[Parameter, ...]

    @property
    def usual(self) -> tuple[str, ...]:
        """The expected statuses: those in the `x-usual` of a range, or else `status` itself."""
        usual = self.node.value.get("x-usual") if self.status.endswith("XX") else None
        return tuple(map(str, usual)) if isinstance(usual, list) else (self.status,)

    def expects(self, status: int) -> bool:
        """Return whether a status that this response describes is one of the expected ones."""
        return bool({str(status), self.status} & set(self.usual))

    @property
    def media_types(self) -> tuple[str, ...]:
        """The documented media types."""
        return tuple(self.schemas)

    def describes(self, media_type: str) -> bool:
        """Return whether a media type is documented, by itself or by a range (`application/*`)."""
        return any(key in self.schemas for key in _media_ranges(media_type))

    def schema_for(self, media_type: str) -> Schema | None:
        """Return the schema of a body of this media type; None if no schema is documented."""
        keys = _media_ranges(media_type)
        return next((self.schemas[key] for key in keys if key in self.schemas), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Args:
        method: in upper case.
        path: the path template: "/tracks/{track_id}".
        node: its node in the document.
        parameters: the documented parameters, those of the path item included.
        request_schemas: the schema of the request body for each media type; None if any body is allowed.
        responses: the documented responses.
        secured: whether the operation requires credentials.
    """

    method: str
    path: str
    node: Node
    parameters: tuple[Parameter, ...]
    request_schemas: Mapping[str, Schema | None]
    responses: tuple[DocumentedResponse, ...]
    secured: bool

    @property
    def key(self) -> str:
        """Method and path template: "GET /tracks/{track_id}"."""
        return f"{self.method} {self.path}"

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that tests of this operation judge; a schema violation alone does not break them."""
        return self.node.claims

    @property
    def beyond(self) -> bool:
        """Whether the operation is informational (`x-beyond: true`): no claim is about it."""
        return self.node.value.get("x-beyond") is True

    @property
    def statuses(self) -> tuple[str, ...]:
        """The documented statuses as written: "200", "4XX", "default"."""
        return tuple(response.status for response in self.responses)

    def response(self, status: int) -> DocumentedResponse | None:
        """Return the documented response for a status: the exact one, its range (4XX), or the default."""
        documented = {response.status: response for response in self.responses}
        keys = (str(status), f"{status // 100}XX", "default")
        return next((documented[key] for key in keys if key in documented), None)

    def parameter(self, name: str, location: str = "query") -> Parameter | None:
        """Return a documented parameter; None if it is not documented."""
        key = (name, location)
        return next((each for each in self.parameters if (each.name, each.location) == key), None)


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

    Args:
        folder: the folder of the API (specs/NAME).
        document: the value of the OpenAPI document.
        claim_file: the content of claims.toml.
    """

    def __init__(self, folder: Path, document: Mapping[str, Any], claim_file: ClaimFile) -> None:
        self.folder = folder
        self.api = folder.name
        self.title, self.documentation = claim_file.title, claim_file.documentation
        self.sources = claim_file.sources
        self.document = document
        self.claims: dict[str, Claim] = {claim.id: claim for claim in claim_file.claims}
        self.root = Node(document, document)
        self.validators = Validators(document)
        self.all_operations = list(self._read_operations())
        self.operations = [operation for operation in self.all_operations if not operation.beyond]
        self._by_key = {operation.key: operation for operation in self.all_operations}
        templates = dict.fromkeys(operation.path for operation in self.all_operations)
        self._paths = sorted(
            ((_path_pattern(template), template) for template in templates),
            key=lambda pair: _specificity(pair[1]),
        )
        self._deep_paths = [
            (_path_pattern(template, [parameter.name for parameter in deep]), template, deep)
            for _, template in self._paths
            if (deep := list(filter(_may_contain_slashes, self._path_parameters(template))))
        ]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the contract in a folder (specs/NAME).

        Raises:
            ContractError: a file is missing or has an error; one sentence with file, location and fix.
        """
        claim_file = load_claim_file(folder / CLAIMS_FILE)
        document = load_document(folder / FILE)
        try:
            return cls(folder, document, claim_file)
        except ContractError as error:
            raise ContractError(f"{folder / FILE}, {error}") from None

    def find(self, method: str, path: str) -> Operation | None:
        """Return the documented operation for a request; None if the operation is not documented.

        Args:
            method: in upper or lower case; HEAD falls back to GET if HEAD is not documented.
            path: the path below the base URL, percent-encoded or decoded. Literal segments take precedence
                over parameters; a path with a trailing slash is a different path.
        """
        template = self._template(path)
        operation = self._by_key.get(f"{method.upper()} {template}")
        if operation is None and method.upper() == "HEAD":
            return self._by_key.get(f"GET {template}")
        return operation

    def methods(self, path: str) -> list[str]:
        """Return the documented methods of a path below the base URL."""
        template = self._template(path)
        return [operation.method for operation in self.all_operations if operation.path == template]

    def _template(self, path: str) -> str | None:
        decoded = _decode_path(path)
        exact = (template for pattern, template in self._paths if pattern.fullmatch(decoded))
        return next(exact, None) or next(self._deep_templates(decoded), None)

    def _deep_templates(self, path: str) -> Iterator[str]:
        """Yield the templates that match a path if some of their parameters contain slashes."""
        for pattern, template, deep in self._deep_paths:
            match = pattern.fullmatch(path)
            pairs = zip(deep, match.groups() if match else (), strict=False)
            if match and all(each.schema is None or each.schema.is_valid(value) for each, value in pairs):
                yield template

    def _path_parameters(self, template: str) -> list[Parameter]:
        """Return the documented parameters in a path template, in their order."""
        operation = next(each for each in self.all_operations if each.path == template)
        parameters = (operation.parameter(name, "path") for name in PLACEHOLDER.findall(template))
        return [parameter for parameter in parameters if parameter is not None]

    def _read_operations(self) -> Iterator[Operation]:
        for path, path_item in _items(self.root, "paths"):
            for method in METHODS:
                node = path_item.get(method)
                if node is not None:
                    yield self._operation(method.upper(), path, path_item, node)

    def _operation(self, method: str, path: str, path_item: Node, node: Node) -> Operation:
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
        headers = tuple(
            self._parameter(header, name, "header", node.claims) for name, header in _items(node, "headers")
        )
        return DocumentedResponse(status, node, node.claims, self._schemas(node, node.claims), headers)

    def _schemas(self, node: Node | None, claims: tuple[str, ...]) -> dict[str, Schema | None]:
        """Return the schemas in the `content` of a node by media type."""
        content = _items(node, "content") if node is not None else ()
        return {_strip_parameters(name): self._schema(each, claims) for name, each in content}

    def _parameter(self, node: Node, name: str, location: str, claims: tuple[str, ...] = ()) -> Parameter:
        nearest = node.claims if node.has_claims else claims
        required = node.value.get("required", False) is True
        for media_type, schema in self._schemas(node, nearest).items():
            return Parameter(name, location, required, node, nearest, schema, media_type)
        return Parameter(name, location, required, node, nearest, self._schema(node, nearest))

    def _schema(self, node: Node, claims: tuple[str, ...]) -> Schema | None:
        """Return the schema of a media type, a parameter or a header; None if it has none."""
        return Schema(node.raw("schema"), self.validators, claims) if "schema" in node.value else None


def load_document(path: Path) -> dict[str, Any]:
    """Return the value of an OpenAPI 3.1 document; see `read_document`.

    Raises:
        ContractError: the file cannot be read, or it is not a valid OpenAPI 3.1 document.
    """
    document = read_document(path)
    for error in metaschema.metaschema_errors(document):
        raise ContractError(str(LintError(str(path), error.location, error.message)))
    assert isinstance(document, dict)
    return document


def read_document(path: Path) -> Any:
    """Return the value of a YAML or JSON file; references between its schemas are replaced by JSON pointers.

    Raises:
        ContractError: the file cannot be read, or its references form a cycle.
    """
    document = read_yaml(path)
    if isinstance(document, dict):
        try:
            replace_references(document)
        except ContractError as error:
            raise ContractError(f"{path}, {error}") from None
    return document


def _items(node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
    inner = node.get(*keys)
    return inner.items() if inner is not None else iter(())


def _elements(node: Node, key: str) -> Iterator[Node]:
    inner = node.get(key)
    return inner.elements() if inner is not None else iter(())


def _media_ranges(media_type: str) -> tuple[str, str, str]:
    """Return the keys of `content` that match a media type, the most specific first."""
    return _strip_parameters(media_type), f"{media_type.partition('/')[0]}/*", "*/*"


def _strip_parameters(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _path_pattern(template: str, deep: Collection[str] = ()) -> re.Pattern[str]:
    """Return a pattern for the paths of a template.

    Args:
        template: the path template: "/tracks/{track_id}".
        deep: names of parameters whose values may contain slashes; the pattern has a group for each.
    """
    parts = PLACEHOLDER.split(template)
    values = ["(.+)" if name in deep else "[^/]+" for name in parts[1::2]]
    literals = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(chain.from_iterable(zip_longest(literals, values, fillvalue=""))))


def _may_contain_slashes(parameter: Parameter) -> bool:
    """Return whether values of a path parameter may contain slashes.

    They may if the pattern or an example has a slash, or if it is a string without a pattern whose name ends
    in "path".
    """
    value = parameter.schema.node.resolve().value if parameter.schema else {}
    schema = value if isinstance(value, dict) else {}
    examples = [parameter.node.value.get("example"), schema.get("example"), *_as_list(schema.get("examples"))]
    if any("/" in text for text in [schema.get("pattern"), *examples] if isinstance(text, str)):
        return True
    has_path_name = parameter.name.lower().endswith("path")
    return has_path_name and schema.get("type") == "string" and "pattern" not in schema


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _decode_path(path: str) -> str:
    """Return a path with its segments percent-decoded; an encoded slash stays encoded."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _specificity(template: str) -> list[int]:
    """Return a sort key that puts specific templates first.

    Each segment counts 0 if it is literal, 1 if it contains a parameter, 2 if it is only a parameter.
    """
    segments = template.split("/")
    return [("{" in segment) + bool(re.fullmatch(r"\{[^}]*\}", segment)) for segment in segments]
