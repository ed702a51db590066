"""What each convention adds to the reference server, and what it can use of the server."""

from __future__ import annotations

import functools
import importlib
import json
import pkgutil
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from flask import Response

from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.app import Mock
from tuningfork.mock.reference.call import Call, DocumentOperation

P = TypeVar("P", bound="Part")


class ServerOfParts(Mock):
    """The reference server as its parts see it.

    Attributes:
        document: the value of the OpenAPI document.
        declaration: the declared conventions.
        operations: the operations of the document.
        parts: what keeps each convention, by its key.
    """

    document: Mapping[str, Any]
    declaration: Declaration
    operations: list[DocumentOperation]
    parts: dict[str, Part]

    def get(self, kind: type[P]) -> P:
        """Return the part of a class."""
        return next(part for part in self.parts.values() if isinstance(part, kind))

    def json(self, body: Any, status: int = 200, media_type: str = "application/json") -> Response:
        """Return a JSON response."""
        return Response(json.dumps(body, ensure_ascii=False), status, content_type=media_type)

    def example(self, operation: DocumentOperation | None) -> Response:
        """Return the first documented success of an operation with an example body."""
        raise NotImplementedError


class Part:
    """Keeps one convention. A module of this package that keeps one has a subclass.

    Attributes:
        key: the key of the convention in conventions.yaml.
        order: parts with a lower number see a request earlier and its response later.

    Args:
        server: the server with all parts.
    """

    key: ClassVar[str]
    order: ClassVar[int] = 50

    def __init__(self, server: ServerOfParts) -> None:
        self.server = server

    def of(self, call: Call) -> Any | None:
        """Return what is declared for the operation of a call; None if nothing is."""
        return self.server.declaration.of(self.key, call.operation)

    def reset(self) -> None:
        """Restore the initial state."""

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return what the part adds to the target's table of tuningfork.toml."""
        return {}

    def before(self, call: Call) -> Response | None:
        """Return a response that ends the request before its handler runs; None to continue.

        Raises:
            HttpError: the request is refused.
        """
        return None

    def handle(self, call: Call) -> Response | None:
        """Return the response to a request; None if the part does not process its operation."""
        return None

    def after(self, call: Call, response: Response) -> Response:
        """Return the response to send in place of `response`; called for every response, errors included."""
        return response


@functools.cache
def part_classes() -> tuple[type[Part], ...]:
    """Return the parts of all modules of this package, by their order."""
    package = __name__.rpartition(".")[0]
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")
    return tuple(sorted(Part.__subclasses__(), key=lambda part: (part.order, part.key)))
