"""The operations of an OpenAPI document with their parameters and documented responses."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from tuningfork.contract.document import Node
from tuningfork.contract.schema import Schema


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
        return find_media_range(media_type, self.schemas) is not None

    def schema_for(self, media_type: str) -> Schema | None:
        """Return the schema of a body of this media type; None if no schema is documented."""
        media_range = find_media_range(media_type, self.schemas)
        return None if media_range is None else self.schemas[media_range]


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
    def operation_id(self) -> str | None:
        """The operationId; None without one."""
        value = self.node.value.get("operationId")
        return value if isinstance(value, str) else None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags."""
        return tuple(map(str, self.node.value.get("tags") or ()))

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
        for key in (str(status), f"{status // 100}XX", "default"):
            for response in self.responses:
                if response.status == key:
                    return response
        return None

    def parameter(self, name: str, location: str = "query") -> Parameter | None:
        """Return a documented parameter; None if it is not documented."""
        key = (name, location)
        return next((each for each in self.parameters if (each.name, each.location) == key), None)


def find_media_range(media_type: str, documented: Container[str]) -> str | None:
    """Return the most specific documented range (`audio/*`) that includes a media type, or None."""
    name = strip_parameters(media_type)
    ranges = (name, f"{name.partition('/')[0]}/*", "*/*")
    return next((each for each in ranges if each in documented), None)


def strip_parameters(media_type: str) -> str:
    """Return a media type in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()
