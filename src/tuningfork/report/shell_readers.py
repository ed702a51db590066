"""The commands of a shell that read a value from a response, and the functions that they call."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tuningfork.report.carried_values import Extraction
from tuningfork.report.shell_request import SEND

JSON = (
    "json() { python3 -c 'import functools as f, json, sys; print(f.reduce(lambda value, key: "
    "value[int(key) if isinstance(value, list) else key], sys.argv[1:], "
    r"""json.loads(sys.stdin.buffer.read().rpartition(b"\r\n\r\n")[2])))' "$@"; }"""
)
FIELD = r"""field() {
grep -o "<[^>]*name=\"$1\"[^>]*>" | sed -n 's/.*value="\([^"]*\)".*/\1/p' | head -n 1; }"""
NUMBER = r"""number() { sed '1,/^\r*$/d; s/<[^>]*>/ /g' | grep -oE '[0-9]{4,}'; }"""
SHIFTED = r"""shifted() {
date -u -d "@$(($(date -d "$(sed -n 's/^date: *\([^\r]*\).*/\1/Ip')" +%s) + $1))" "+$2"; }"""
HEADER_END, COOKIE_END = r"\([^\r]*\).*/\1/Ip", r"\([^;\r]*\).*/\1/Ip"
PARAMETER_END = r"\([^&#]*\).*/\1/p"
PAIR_END = r"([^&]*).*/\2/p"
"""Ends of commands of sed that print the value of a header, a cookie, a parameter and a pair of a form."""


def reader(extraction: Extraction) -> str:
    """Return the command that reads a value from a response with its headers."""
    name = _pattern(extraction.path[0]) if extraction.path else ""
    readers = {
        "json": " ".join(["json", *map(shlex.quote, extraction.path)]),
        "field": f"field {shlex.quote(name)}",
        "form": f"sed -En {shlex.quote(f's/^(.*&)?{name}=' + PAIR_END)}",
        "number": "number",
        "time": " ".join(["shifted", *map(shlex.quote, reversed(extraction.path))]),
        "cookie": f"sed -n {shlex.quote(f's/^set-cookie: *{name}=' + COOKIE_END)}",
        "header": f"sed -n {shlex.quote(f's/^{name}: *' + HEADER_END)}",
    }
    if not extraction.parameter:
        return readers[extraction.kind]
    parameter = f"s/.*[?&#]{_pattern(extraction.parameter)}=" + PARAMETER_END
    return f"{readers[extraction.kind]} | sed -n {shlex.quote(parameter)}"


def _pattern(text: str) -> str:
    """Return a regular expression of sed that matches a text."""
    return re.sub(r"([\\/.*\[\]^$])", r"\\\1", text)


def helpers(body: str) -> Iterator[str]:
    """Yield the shell functions that the commands use."""
    if re.search(r"(?:\| |\()json ", body):
        yield JSON
    if re.search(r"(?:\| |\()field ", body):
        yield FIELD
    if "| shifted " in body:
        yield SHIFTED
    if "| number)" in body:
        yield NUMBER
    if body.endswith("| send") or "| send\n" in body or "| send)" in body:
        yield SEND
