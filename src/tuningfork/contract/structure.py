"""The rules of OpenAPI 3.1 itself, by its published meta-schema."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.problem import ContractError, Problem
from tuningfork.contract.schema import Schema, Validators
from tuningfork.contract.walk import DATA, children


def problems(document: Any, file: str = "") -> Iterator[Problem]:
    """Where a document breaks the rules of OpenAPI 3.1, and where a reference of it leads nowhere."""
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.1."):
        yield Problem(file, "openapi", "this is no OpenAPI 3.1 document; begin it with `openapi: 3.1.0`")
        return
    faults = _rules().faults(document)
    for fault in faults:
        message = f"expected {fault.expected}, found {fault.found}; write it as OpenAPI 3.1 has it"
        yield Problem(file, f"#{fault.place}", message)
    if not faults:
        yield from _dangling(Node(document, document), file)


def _dangling(node: Node, file: str) -> Iterator[Problem]:
    """References that lead nowhere, wherever they stand but in data."""
    for key, child in children(node):
        if key == "$ref" and isinstance(child.value, str):
            try:
                node.followed()
            except ContractError as broken:
                yield Problem(file, *str(broken).split(": ", 1))
        elif key not in DATA:
            yield from _dangling(child, file)


@functools.cache
def _rules() -> Schema:
    """The meta-schema, found without importing the library that ships it, which takes a third of a second."""
    library = metadata.distribution("openapi-spec-validator")
    path = str(library.locate_file("openapi_spec_validator/resources/schemas/v3.1/schema.json"))
    rules = json.loads(Path(path).read_bytes())
    return Schema(Node(rules, rules), Validators(rules))
