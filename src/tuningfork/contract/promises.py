"""A document in which informational schemas (`x-claims: []`) accept any value: only promises are left."""

from __future__ import annotations

import copy
from collections.abc import Container, Iterator
from typing import Any
from urllib.parse import quote

from tuningfork.contract.document import Node
from tuningfork.contract.document_index import NAMES, DocumentIndex
from tuningfork.contract.references import References
from tuningfork.contract.traverse import SCHEMA_MAPS

DECISIVE_LISTS = frozenset({"anyOf", "oneOf"})
DECISIVE_KEYWORDS = frozenset({"not", "if", "contains"})
"""Keywords under which even an informational schema decides which other schemas apply."""
ORIGINAL = "x-original"
"""Where the reduced document has the whole one, for references into an informational schema."""


def promised_root(references: References) -> Any | None:
    """Return the reduced document for jsonschema-rs; None if nothing in the document is informational."""
    original = references.index.root.value
    if not any(map(_is_informational, references.index.schemas)):
        return None
    root = copy.deepcopy(original)
    schemas = DocumentIndex(root).schemas
    dropped = {node.pointer for node in schemas if _is_informational(node)}
    for node in schemas:
        _redirect(node, references, dropped)
    for node in schemas:
        if node.pointer in dropped:
            names = {name: node.value[name] for name in NAMES if name in node.value}
            node.value.clear()
            node.value.update(names)  # references may lead to them
    root[ORIGINAL] = original
    return References(DocumentIndex(root)).bundle()


def _is_informational(node: Node) -> bool:
    """Return whether a schema has no claims, and does not decide which other schemas apply."""
    if not isinstance(node.value, dict) or node.value.get("x-claims") != []:
        return False
    *_, keyword, key = node.pointer.split("/")
    is_decisive = key in DECISIVE_KEYWORDS and keyword not in {*SCHEMA_MAPS, "schemas"}
    return not is_decisive and keyword not in DECISIVE_LISTS


def _redirect(node: Node, references: References, dropped: Container[str]) -> None:
    """Remove a reference to a dropped schema; let one to a part of it lead to the original document."""
    reference = node.value.get("$ref") if isinstance(node.value, dict) else None
    target = references.find(reference, node.pointer) if isinstance(reference, str) else None
    if target is None:
        return
    is_part = any(pointer in dropped for pointer in _enclosing(target))
    if target in dropped or (is_part and not references.are_plain):
        del node.value["$ref"]
    elif is_part:
        node.value["$ref"] = f"#/{ORIGINAL}{quote(target[1:], safe='/~')}"


def _enclosing(pointer: str) -> Iterator[str]:
    """Yield the pointers of what is around a part of a document."""
    while pointer := pointer.rpartition("/")[0]:
        yield pointer
