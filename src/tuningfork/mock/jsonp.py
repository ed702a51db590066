"""JSON as a call, for script elements."""

from __future__ import annotations

import re

from flask import Request, Response

from tuningfork.mock.errors import Refusal

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*){0,9}", re.ASCII)
LONGEST = 128
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
    """Wraps answers."""

    def is_name(self, text: str) -> bool:
        """Whether it is a name of JavaScript that can be called."""
        if len(text) > LONGEST or not _NAME.fullmatch(text):
            return False
        return RESERVED.isdisjoint(text.split("."))

    def callback(self, request: Request) -> str | None:
        """The name to be called; None where none is asked for, or nothing is read.

        Raises:
            Refusal: 400, it is no name.
        """
        name = request.args.get("callback")
        if name is None or request.method != "GET":
            return None
        if not self.is_name(name):
            raise Refusal(400, "callback is no JavaScript name")
        return name

    def wrap(self, name: str, text: str) -> str:
        """The call; the comment keeps a name from being read as another format."""
        return f"/**/{name}({text});"

    def make_script(self, response: Response, name: str) -> None:
        """Turn an answer in JSON into a call of `name` with it, in place."""
        response.set_data(self.wrap(name, response.get_data(as_text=True)))
        response.content_type = "application/javascript; charset=utf-8"
        response.headers["X-Content-Type-Options"] = "nosniff"
