"""Replacing the parts of a mock from outside."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, Protocol, TypeVar

New = Callable[..., Any]


class Answer(Protocol):
    """An answer of a mock, as far as it is rewritten here."""

    def get_json(self) -> Any: ...  # noqa: D102  (as in Flask)

    def set_data(self, value: bytes | str) -> None: ...  # noqa: D102  (as in Flask)


A = TypeVar("A", bound=Answer)


def around(part: object, seam: str, new: New) -> None:
    """Put `new` in the place of a method; it gets that method first, then the arguments.

    Raises:
        AttributeError: the part has no such method.
    """
    setattr(part, seam, partial(new, getattr(part, seam)))


def around_handler(handlers: MutableMapping[str, Callable[..., Any]], operation: str, new: New) -> None:
    """Put `new` in the place of an operation's handler; it gets that handler first, then its arguments.

    Raises:
        KeyError: there is no such operation.
    """
    handlers[operation] = partial(new, handlers[operation])


def edited(answer: A, change: Callable[[Any], Any]) -> A:
    """A JSON answer with another value: what `change` makes of the one that it has."""
    answer.set_data(json.dumps(change(answer.get_json())))
    return answer
