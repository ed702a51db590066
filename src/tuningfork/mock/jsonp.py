"""JSON-P: a JSON response wrapped in a function call, for script elements."""

from __future__ import annotations

import re

from flask import Request, Response

from tuningfork.mock.errors import HttpError

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*){0,9}", re.ASCII)
MAX_NAME_CHARS = 128
RESERVED = frozenset(
    [
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
    ]
)


class Jsonp:
    """Validates callback names and wraps responses."""

    def is_name(self, text: str) -> bool:
        """Return True if `text` is a JavaScript name, dotted or not, that can be called."""
        if len(text) > MAX_NAME_CHARS or not _NAME.fullmatch(text):
            return False
        return RESERVED.isdisjoint(text.split("."))

    def callback(self, request: Request) -> str | None:
        """Return the requested callback; None for a request without one, or with another method than GET.

        Raises:
            HttpError: 400, the callback is not a valid name.
        """
        name = request.args.get("callback")
        if name is None or request.method != "GET":
            return None
        if not self.is_name(name):
            raise HttpError(400, "callback is not a JavaScript name")
        return name

    def wrap(self, name: str, text: str) -> str:
        """Return the call of `name` with JSON; the leading comment prevents other interpretations."""
        return f"/**/{name}({text});"

    def make_script(self, response: Response, name: str) -> None:
        """Turn a JSON response into a script that calls `name` with the JSON, in place."""
        response.set_data(self.wrap(name, response.get_data(as_text=True)))
        response.content_type = "application/javascript; charset=utf-8"
        response.headers["X-Content-Type-Options"] = "nosniff"
