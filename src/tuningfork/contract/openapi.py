"""An API's contract: its OpenAPI 3.1 document and its claims, and what they say of an exchange."""

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
from tuningfork.contract.errors import ContractError, Problem
from tuningfork.contract.loaders import read_yaml
from tuningfork.contract.references import write_as_pointers
from tuningfork.contract.schema import Schema, Validators
from tuningfork.model import Claim

FILE = "openapi.yaml"
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A documented parameter of a request, or a documented header of a response.

    `media_type` is that of its `content`, where it has one; its `schema` is there or beside it.
    """

    name: str
    where: str
    required: bool
    node: Node
    claims: tuple[str, ...]
    schema: Schema | None
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """What the document says of one status: "200", "4XX" or "default".

    `contents` are the schemas of its media types, lower case and without parameters; none where the body is
    free. `claims` are those that an answer breaks which is not as this response, or nothing nearer, says.
    """

    status: str
    node: Node
    claims: tuple[str, ...]
    contents: Mapping[str, Schema | None]
    headers: tuple[Parameter, ...]

    @property
    def usual(self) -> tuple[str, ...]:
        """The statuses that are expected: of a range those that its `x-usual` names, or the whole of it."""
        named = self.node.value.get("x-usual") if self.status.endswith("XX") else None
        return tuple(map(str, named)) if isinstance(named, list) else (self.status,)

    def expects(self, status: int) -> bool:
        """Whether a status that it describes is a usual one."""
        return bool({str(status), self.status} & set(self.usual))

    @property
    def media_types(self) -> tuple[str, ...]:
        """The documented media types."""
        return tuple(self.contents)

    def describes(self, media_type: str) -> bool:
        """Whether a body of this media type is documented, by itself or by a range (`application/*`)."""
        return any(key in self.contents for key in _ranges(media_type))

    def content(self, media_type: str) -> Schema | None:
        """The schema of a body of this media type; None if there is none."""
        return next((self.contents[key] for key in _ranges(media_type) if key in self.contents), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    `bodies` are the schemas of the request's media types; `secured` tells whether credentials are asked for.
    """

    method: str
    path: str
    node: Node
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema | None]
    responses: tuple[DocumentedResponse, ...]
    secured: bool

    @property
    def key(self) -> str:
        """How it is named: "GET /tracks/{track_id}"."""
        return f"{self.method} {self.path}"

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that tests of the operation judge; no answer breaks them by its form alone."""
        return self.node.claims

    @property
    def beyond(self) -> bool:
        """Whether it is described for information only (`x-beyond: true`): no claim is about it."""
        return self.node.value.get("x-beyond") is True

    @property
    def statuses(self) -> tuple[str, ...]:
        """The documented statuses, as they are written."""
        return tuple(response.status for response in self.responses)

    def response(self, status: int) -> DocumentedResponse | None:
        """What is documented of a status: by itself, by its range (4XX), or by default."""
        documented = {response.status: response for response in self.responses}
        keys = (str(status), f"{status // 100}XX", "default")
        return next((documented[key] for key in keys if key in documented), None)

    def parameter(self, name: str, where: str = "query") -> Parameter | None:
        """A documented parameter; None if there is none."""
        return next((one for one in self.parameters if (one.name, one.where) == (name, where)), None)


class Contract:
    """An API's document and claims.

    `api` is the API's name (the folder's), `title` and `documentation` what people call it and read of it,
    `claims` by id, `sources` what the letters of the claims' sources stand for, `document` the OpenAPI
    document, `operations` in its order without those beyond the claims, `all_operations` with them.
    """

    def __init__(self, folder: Path, document: Mapping[str, Any], stated: ClaimFile) -> None:
        self.folder = folder
        self.api = folder.name
        self.title, self.documentation, self.sources = stated.title, stated.documentation, stated.sources
        self.document = document
        self.claims: dict[str, Claim] = {claim.id: claim for claim in stated.claims}
        self.root = Node(document, document)
        self.validators = Validators(document)
        self.all_operations = list(self._operations())
        self.operations = [operation for operation in self.all_operations if not operation.beyond]
        self._by_key = {operation.key: operation for operation in self.all_operations}
        paths = dict.fromkeys(operation.path for operation in self.all_operations)
        self._paths = sorted(((_pattern(path), path) for path in paths), key=lambda pair: _openness(pair[1]))
        self._deep_paths = [
            (_pattern(path, [one.name for one in deep]), path, deep)
            for _, path in self._paths
            if (deep := [one for one in self._path_parameters(path) if _may_hold_slashes(one)])
        ]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The contract in a folder (specs/NAME).

        Raises:
            ContractError: a file is missing or broken; one sentence with file, place and remedy.
        """
        claims = load_claim_file(folder / CLAIMS_FILE)
        document = load_document(folder / FILE)
        try:
            return cls(folder, document, claims)
        except ContractError as broken:
            raise ContractError(f"{folder / FILE}, {broken}") from None

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; None if none is documented.

        Args:
            method: in any case; HEAD is GET where it is not documented itself.
            path: below the base URL, percent-encoded or not. A literal segment wins over a parameter, and a
                trailing slash makes another path.
        """
        template = self._template(path)
        found = self._by_key.get(f"{method.upper()} {template}")
        return self._by_key.get(f"GET {template}") if found is None and method.upper() == "HEAD" else found

    def methods(self, path: str) -> list[str]:
        """The methods that are documented for a path below the base URL."""
        template = self._template(path)
        return [operation.method for operation in self.all_operations if operation.path == template]

    def _template(self, path: str) -> str | None:
        decoded = _decoded(path)
        exact = (template for pattern, template in self._paths if pattern.fullmatch(decoded))
        return next(exact, None) or next(self._deep_templates(decoded), None)

    def _deep_templates(self, path: str) -> Iterator[str]:
        """The templates of which a path is one if the values of some parameters hold slashes."""
        for pattern, template, deep in self._deep_paths:
            found = pattern.fullmatch(path)
            pairs = zip(deep, found.groups() if found else (), strict=False)
            if found and all(one.schema is None or one.schema.accepts(value) for one, value in pairs):
                yield template

    def _path_parameters(self, template: str) -> list[Parameter]:
        """The documented parameters of a path, in the order of its template."""
        operation = next(one for one in self.all_operations if one.path == template)
        named = (operation.parameter(name, "path") for name in PLACEHOLDER.findall(template))
        return [parameter for parameter in named if parameter is not None]

    def _operations(self) -> Iterator[Operation]:
        for path, item in _below(self.root, "paths"):
            for method in METHODS:
                node = item.get(method)
                if node is not None:
                    yield self._operation(method.upper(), path, item, node)

    def _operation(self, method: str, path: str, item: Node, node: Node) -> Operation:
        security = node.value.get("security", self.document.get("security", []))
        listed = [one for each in (item, node) for one in _entries(each, "parameters")]
        for one in listed:
            if not {"name", "in"} <= one.value.keys():
                raise ContractError(f"{one.place}: this is not a parameter; correct what refers to it")
        parameters = {(one.value["name"], one.value["in"]): one for one in listed}
        return Operation(
            method,
            path,
            node,
            tuple(self._parameter(one, name, where) for (name, where), one in parameters.items()),
            self._contents(node.get("requestBody"), ()),
            tuple(self._response(status, one) for status, one in _below(node, "responses")),
            secured=bool(security) and {} not in security,
        )

    def _response(self, status: str, node: Node) -> DocumentedResponse:
        fields = [
            self._parameter(field, name, "header", node.claims) for name, field in _below(node, "headers")
        ]
        contents = self._contents(node, node.claims)
        return DocumentedResponse(status, node, node.claims, contents, tuple(fields))

    def _contents(self, node: Node | None, claims: tuple[str, ...]) -> dict[str, Schema | None]:
        described = _below(node, "content") if node is not None else ()
        return {_bare(media_type): self._schema(one, claims) for media_type, one in described}

    def _parameter(self, node: Node, name: str, where: str, claims: tuple[str, ...] = ()) -> Parameter:
        nearest = node.claims if node.states_claims else claims
        required = node.value.get("required", False) is True
        for media_type, schema in self._contents(node, nearest).items():
            return Parameter(name, where, required, node, nearest, schema, media_type)
        return Parameter(name, where, required, node, nearest, self._schema(node, nearest))

    def _schema(self, node: Node, claims: tuple[str, ...]) -> Schema | None:
        """The schema of a media type, a parameter or a header."""
        return Schema(node.stored("schema"), self.validators, claims) if "schema" in node.value else None


def load_document(path: Path) -> dict[str, Any]:
    """An OpenAPI 3.1 document that is one by its structure.

    Raises:
        ContractError: it can't be read, or breaks the rules of OpenAPI.
    """
    document = read_document(path)
    for problem in metaschema.problems(document):
        raise ContractError(str(Problem(str(path), problem.place, problem.message)))
    assert isinstance(document, dict)
    return document


def read_document(path: Path) -> Any:
    """What a document's file holds, references between its schemas written as pointers.

    Raises:
        ContractError: it can't be read, or the way to its schemas goes in a circle.
    """
    document = read_yaml(path)
    if isinstance(document, dict):
        try:
            write_as_pointers(document)
        except ContractError as broken:
            raise ContractError(f"{path}, {broken}") from None
    return document


def _below(node: Node, *keys: str) -> Iterator[tuple[str, Node]]:
    inner = node.get(*keys)
    return inner.items() if inner is not None else iter(())


def _entries(node: Node, key: str) -> Iterator[Node]:
    inner = node.get(key)
    return inner.entries() if inner is not None else iter(())


def _ranges(media_type: str) -> tuple[str, str, str]:
    """The keys that a media type may be documented under, the nearest first."""
    return _bare(media_type), f"{media_type.partition('/')[0]}/*", "*/*"


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _pattern(template: str, deep: Collection[str] = ()) -> re.Pattern[str]:
    """A path's form; the values of the parameters in `deep` may hold slashes, and are its groups."""
    parts = PLACEHOLDER.split(template)
    values = ["(.+)" if name in deep else "[^/]+" for name in parts[1::2]]
    literals = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(chain.from_iterable(zip_longest(literals, values, fillvalue=""))))


def _may_hold_slashes(parameter: Parameter) -> bool:
    """Whether the document says so: by a pattern or an example with a slash, or by calling it a path."""
    schema = parameter.schema.node.followed().value if parameter.schema else {}
    stated = schema if isinstance(schema, dict) else {}
    examples = [parameter.node.value.get("example"), stated.get("example"), *_list(stated.get("examples"))]
    if any("/" in text for text in [stated.get("pattern"), *examples] if isinstance(text, str)):
        return True
    return (
        parameter.name.lower().endswith("path") and stated.get("type") == "string" and "pattern" not in stated
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _decoded(path: str) -> str:
    """A path whose segments are decoded, but for a slash inside one."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _openness(template: str) -> list[int]:
    """By segment: 0 for a literal, 1 for one that is so in part, 2 for a parameter; the least comes first."""
    segments = template.split("/")
    return [("{" in segment) + bool(re.fullmatch(r"\{[^}]*\}", segment)) for segment in segments]
