"""What each convention adds to the reference server."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response

if TYPE_CHECKING:
    from tuningfork.mock.reference.call import Call
    from tuningfork.mock.reference.server import ReferenceServer


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

    def __init__(self, server: ReferenceServer) -> None:
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
        """Return a response that ends the request before its handler runs; None to go on.

        Raises:
            HttpError: the request is refused.
        """
        return None

    def answer(self, call: Call) -> Response | None:
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
