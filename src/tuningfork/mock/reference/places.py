"""Reads and writes the locations that conventions.yaml names by JSON pointers (RFC 6901)."""

from __future__ import annotations

from typing import Any


def write(body: Any, pointer: str, value: Any) -> Any:
    """Return a JSON value in which `pointer` has `value`; missing objects are created.

    A last segment `*`, the only array of an object, is written as "items"; a number is an item of an array.
    """
    names = segments(pointer)
    if not names:
        return value
    first, rest = names[0], "".join(f"/{_escape(name)}" for name in names[1:])
    if isinstance(body, list) and first.isdigit():
        index = int(first)
        return [*body[:index], write(dict(enumerate(body)).get(index), rest, value), *body[index + 1 :]]
    name = "items" if first == "*" else first
    changed = dict(body) if isinstance(body, dict) else {}
    changed[name] = write(changed.get(name), rest, value)
    return changed


def read(body: Any, pointer: str) -> Any:
    """Return the value at `pointer`; None where there is no value."""
    for name in segments(pointer):
        if isinstance(body, dict):
            body = body.get(name)
        elif isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        else:
            return None
    return body


def has(body: Any, pointer: str) -> bool:
    """Return whether there is a value at `pointer`, which may be null."""
    names = segments(pointer)
    if not names:
        return True
    owner = read(body, parent(pointer))
    return (isinstance(owner, dict) and names[-1] in owner) or read(body, pointer) is not None


def remove(body: Any, pointer: str) -> Any:
    """Return a JSON value without the property at `pointer`."""
    names = segments(pointer)
    if not names or not isinstance(body, dict) or names[0] not in body:
        return body
    first, rest = names[0], "".join(f"/{_escape(name)}" for name in names[1:])
    if not rest:
        return {name: value for name, value in body.items() if name != first}
    return {**body, first: remove(body[first], rest)}


def segments(pointer: str) -> list[str]:
    """Return the unescaped segments of a pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def parent(pointer: str) -> str:
    """Return the pointer of the object that has the value at `pointer`."""
    return pointer.rpartition("/")[0]


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
