"""Replaces methods and handlers of a mock from outside; faults and variants are written with it."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, Protocol, TypeVar

New = Callable[..., Any]
"""A replacement; its first argument is the original function."""


class JsonResponse(Protocol):
    """The methods of a Flask response that `edit_json` uses."""

    def get_json(self) -> Any: ...  # noqa: D102  (as in Flask)

    def set_data(self, value: bytes | str) -> None: ...  # noqa: D102  (as in Flask)


R = TypeVar("R", bound=JsonResponse)


def wrap_method(part: object, name: str, new: New) -> None:
    """Replace a method of an object.

    Args:
        part: a mock or one of its parts.
        name: the name of the method.
        new: the replacement; its first argument is the original method, the arguments of the call follow.

    Raises:
        AttributeError: `part` has no such method.
    """
    setattr(part, name, partial(new, getattr(part, name)))


def wrap_handler(handlers: MutableMapping[str, Callable[..., Any]], operation: str, new: New) -> None:
    """Replace the handler of an operation.

    Args:
        handlers: the handlers of a mock by operation.
        operation: the key of the operation.
        new: the replacement; its first argument is the original handler, the arguments of the call follow.

    Raises:
        KeyError: there is no such operation.
    """
    handlers[operation] = partial(new, handlers[operation])


def edit_json(response: R, change: Callable[[Any], Any]) -> R:
    """Replace the JSON body of a response by the result of `change(body)`; return the response."""
    response.set_data(json.dumps(change(response.get_json())))
    return response
