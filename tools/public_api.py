"""Print the public API: `python tools/public_api.py > tests/repo/public_api.txt`.

Public are the names of the modules that docs/reference.md shows, each with its parameters.
"""

from __future__ import annotations

import enum
import functools
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

REFERENCE = Path(__file__).parents[1] / "docs" / "reference.md"
DESCRIPTORS = (staticmethod, classmethod, property, functools.cached_property)


def public_modules() -> list[str]:
    """Return the names of the modules in the reference."""
    return re.findall(r"^::: (\S+)$", REFERENCE.read_text("utf-8"), re.MULTILINE)


def describe_module(module: ModuleType) -> Iterator[str]:
    """Yield each public name of a module and of its classes, without type variables (one letter)."""
    source = inspect.getsource(module)
    for name, value in sorted(vars(module).items()):
        is_defined = re.search(
            rf"^(?:(?:async )?def |class )?{name}\b(?:: .+)?(?: = |\(|:)", source, re.MULTILINE
        )
        if name[0] == "_" or len(name) == 1 or not (is_defined or name in getattr(module, "__all__", ())):
            continue
        yield f"{module.__name__}.{name}{parameters(value)}"
        if inspect.isclass(value) and value.__module__.startswith("tuningfork"):
            yield from (f"{module.__name__}.{name}.{line}" for line in describe_class(value))


def describe_class(described: type[Any]) -> Iterator[str]:
    """Yield the fields, properties, methods and enum members of a class, without those it inherits."""
    names = set(inspect.get_annotations(described))
    names |= {
        name
        for name, value in vars(described).items()
        if inspect.isfunction(value) or isinstance(value, (*DESCRIPTORS, enum.Enum))
    }
    yield from (f"{name}{parameters(vars(described).get(name))}" for name in sorted(names) if name[0] != "_")


def parameters(value: object) -> str:
    """Return the parameters of a function or class without types and defaults; nothing for another value."""
    if inspect.isclass(value):
        value = None if getattr(value, "_is_protocol", False) else vars(value).get("__init__")
    function: Callable[..., Any] | object = getattr(value, "__func__", value)
    if not inspect.isfunction(function):
        return ""
    shown = [
        one.replace(annotation=one.empty, default=one.default if one.default is one.empty else ...)
        for one in inspect.signature(function).parameters.values()
        if one.name not in {"self", "cls"}
    ]
    return str(inspect.Signature(shown)).replace("Ellipsis", "...")


if __name__ == "__main__":
    print(
        "\n".join(
            line for name in public_modules() for line in describe_module(importlib.import_module(name))
        )
    )
