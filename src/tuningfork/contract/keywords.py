"""Keywords of a document that mean nothing where they are: those of OpenAPI 3.0, and misspelt ones."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator

from tuningfork.contract.document import Node
from tuningfork.contract.openapi import Contract, Parameter
from tuningfork.contract.traverse import schemas

KEYWORDS = """
    $anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalProperties allOf
    anyOf const contains contentEncoding contentMediaType contentSchema default definitions dependencies
    dependentRequired dependentSchemas deprecated description discriminator else enum example examples
    exclusiveMaximum exclusiveMinimum externalDocs format if items maxContains maxItems maxLength
    maxProperties maximum minContains minItems minLength minProperties minimum multipleOf not oneOf pattern
    patternProperties prefixItems properties propertyNames readOnly required then title type
    unevaluatedItems unevaluatedProperties uniqueItems writeOnly xml
"""
OF_SCHEMAS = frozenset(KEYWORDS.split())
"""JSON Schema 2020-12, what OpenAPI 3.1 adds, and earlier names."""
OF_3_0 = {"nullable": "write type: [TYPE, 'null']"}
COMPOUND = frozenset({"array", "object"})


def notes(contract: Contract) -> Iterator[tuple[str, str]]:
    """The first place of each such keyword, and what it should be; each may be meant, so it is no error."""
    yield from _of_schemas(contract.root)
    for operation in contract.operations:
        for response in operation.responses:
            yield from (note for field in response.headers for note in _of_header(field))


def _of_schemas(root: Node) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in schemas(root):
        for keyword in set(node.value) - OF_SCHEMAS if isinstance(node.value, dict) else ():
            found[keyword].append(node.place)
    for keyword, places in found.items():
        if remedy := _remedy(keyword):
            others = f" (and in {len(places) - 1} other places)" if places[1:] else ""
            yield f"{places[0]}/{keyword}", f"{keyword} means nothing in OpenAPI 3.1{others}; {remedy}"


def _remedy(keyword: str) -> str:
    if keyword.startswith("x-"):
        return ""
    alike = difflib.get_close_matches(keyword, OF_SCHEMAS, 1, 0.8)
    return OF_3_0.get(keyword) or (f"did you mean {alike[0]}?" if alike else "")


def _of_header(field: Parameter) -> Iterator[tuple[str, str]]:
    """A list in a list can't be written in a field of style simple."""
    node = field.schema.node.followed() if field.schema and not field.media_type else None
    for keyword in ("items", "additionalProperties"):
        inner = node.get(keyword) if node is not None else None
        stated = inner.value.get("type", ()) if inner is not None and isinstance(inner.value, dict) else ()
        if COMPOUND & {stated} if isinstance(stated, str) else COMPOUND & set(stated):
            yield (
                f"{field.node.place}/schema",
                f"the field {field.name} can't hold {stated} in a list; describe it by `content`",
            )
