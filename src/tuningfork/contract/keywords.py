"""Finds schema keywords that OpenAPI 3.1 ignores: keywords of OpenAPI 3.0 and misspelt ones."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator

from tuningfork.contract.document_index import DocumentIndex
from tuningfork.contract.openapi import Contract, Parameter

KEYWORDS = """
    $anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalProperties allOf
    anyOf const contains contentEncoding contentMediaType contentSchema default definitions dependencies
    dependentRequired dependentSchemas deprecated description discriminator else enum example examples
    exclusiveMaximum exclusiveMinimum externalDocs format if items maxContains maxItems maxLength
    maxProperties maximum minContains minItems minLength minProperties minimum multipleOf not oneOf pattern
    patternProperties prefixItems properties propertyNames readOnly required then title type
    unevaluatedItems unevaluatedProperties uniqueItems writeOnly xml
"""
SCHEMA_KEYWORDS = frozenset(KEYWORDS.split())
"""Keywords of JSON Schema 2020-12 and its earlier drafts, and those that OpenAPI 3.1 adds."""
REPLACEMENTS = {"nullable": "write type: [TYPE, 'null']"}
"""Keywords of OpenAPI 3.0 with the way to write them in 3.1."""
COMPOUND_TYPES = frozenset({"array", "object"})


def keyword_notes(contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield the pointer of the first use of each ignored keyword, and a message.

    A keyword may be intended, so these are notes and not errors.
    """
    yield from _schema_notes(contract.index)
    for operation in contract.operations:
        for response in operation.responses:
            yield from (note for header in response.headers for note in _header_notes(header))


def _schema_notes(index: DocumentIndex) -> Iterator[tuple[str, str]]:
    """Yield the pointer of the first use of each unknown schema keyword, and what to write instead."""
    pointers_by_keyword: dict[str, list[str]] = defaultdict(list)
    for node in index.schemas:
        for keyword in set(node.value) - SCHEMA_KEYWORDS if isinstance(node.value, dict) else ():
            pointers_by_keyword[keyword].append(node.pointer)
    for keyword, pointers in pointers_by_keyword.items():
        if fix := _suggest_fix(keyword):
            more = f" (and in {len(pointers) - 1} other schemas)" if pointers[1:] else ""
            yield f"{pointers[0]}/{keyword}", f"OpenAPI 3.1 ignores {keyword}{more}; {fix}"


def _suggest_fix(keyword: str) -> str:
    """Return what to write instead of an unknown keyword; empty for `x-…` or if no keyword is similar."""
    if keyword.startswith("x-"):
        return ""
    similar = difflib.get_close_matches(keyword, SCHEMA_KEYWORDS, 1, 0.8)
    return REPLACEMENTS.get(keyword) or (f"did you mean {similar[0]}?" if similar else "")


def _header_notes(header: Parameter) -> Iterator[tuple[str, str]]:
    """Yield a note if a header's schema nests an array or an object, which style simple cannot express."""
    node = header.schema.node.resolve() if header.schema and not header.media_type else None
    for keyword in ("items", "additionalProperties"):
        inner = node.get(keyword) if node is not None else None
        types = inner.value.get("type", ()) if inner is not None and isinstance(inner.value, dict) else ()
        if COMPOUND_TYPES & ({types} if isinstance(types, str) else set(types)):
            message = f"the header {header.name} cannot contain {types} in a list; describe it by `content`"
            yield f"{header.node.pointer}/schema", message
