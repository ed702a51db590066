"""A request to the reference server, and the operation of the document that it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import read_json


@dataclass(frozen=True)
class DocumentOperation:
    """An operation of the OpenAPI document.

    Args:
        method: in upper case.
        path: the path template.
        value: the operation as in the document.
        path_item: the path item that has it.
    """

    method: str
    path: str
    value: Mapping[str, Any] = field(repr=False)
    path_item: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str | None:
        """The operationId; None without one."""
        return self.value.get("operationId")

    @property
    def tags(self) -> list[str]:
        """The tags."""
        return list(self.value.get("tags") or ())


@dataclass
class Call:
    """A request while the server processes it.

    Args:
        request: the request of Flask.
        operation: the documented operation; None if the path or the method is not documented.
        ids: the values of the path parameters by name.
        account: whose credentials the request has; None without valid ones.
    """

    request: Request
    operation: DocumentOperation | None
    ids: dict[str, str]
    account: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What a part remembers from `before` to `after`, by the key of the part."""

    @property
    def body(self) -> Any:
        """The JSON or form body; None without one.

        Raises:
            HttpError: 400, the body cannot be parsed.
        """
        data = self.request.get_data()
        if self.request.form or self.request.files:
            return dict(self.request.form.items())
        if not data:
            return None
        try:
            return read_json(data)
        except ValueError:
            raise HttpError(400, "the body is not JSON") from None
