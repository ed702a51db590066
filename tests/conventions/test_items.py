"""Resources, relations, keys and versions: the reference server keeps them, and each declared value counts.

These values are not judged, as their descriptions say: `ids: may-return`, `frees: false`, `blank`
and `trim` as free, `answer: any`, `location: allowed` without a Location, `strength: weak`, `concurrent`
where the server replays, a shorter `window`, `indexed: eventual`, `async: true`, and sets of statuses that
have more than the server uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi
from tests.conventions.items import CONDITIONAL, IDEMPOTENCY, RELATIONS, RESOURCES, changed

DECLARATIONS = {
    "RESOURCE": RESOURCES,
    "RELATION": RELATIONS,
    "IDEM": IDEMPOTENCY,
    "COND": CONDITIONAL,
}
WITHOUT_MISSING = changed(IDEMPOTENCY, "idempotency missing", None)
CHANGES: list[tuple[str, str, Any, str]] = [
    ("RESOURCE", "resources thing create status", 200, "RESOURCE-CREATE"),
    ("RESOURCE", "resources thing create answer", "none", "RESOURCE-ANSWER"),
    ("RESOURCE", "resources thing read status", 203, "RESOURCE-LIFECYCLE"),
    ("RESOURCE", "resources thing text", {"/name": "/title"}, "RESOURCE-TEXT"),
    ("RESOURCE", "resources thing text", {"/name": "/name", "blank": "kept"}, "RESOURCE-BLANK"),
    ("RESOURCE", "resources thing text maximum", 200, "RESOURCE-MAXIMUM"),
    ("RESOURCE", "resources thing text maximum", 400, "RESOURCE-MAXIMUM"),
    ("RESOURCE", "resources thing keeps", {"/size": "/tags"}, "RESOURCE-KEPT"),
    ("RESOURCE", "resources thing update status", 204, "RESOURCE-UPDATE"),
    ("RESOURCE", "resources thing replace status", 201, "RESOURCE-REPLACE"),
    ("RESOURCE", "resources thing delete status", 200, "RESOURCE-DELETE"),
    ("RESOURCE", "resources thing delete then", 410, "RESOURCE-LIFECYCLE"),
    ("RESOURCE", "resources thing delete again", 204, "RESOURCE-DELETE-TWICE"),
    ("RESOURCE", "resources thing duplicate", 422, "RESOURCE-DUPLICATE"),
    ("RESOURCE", "resources thing owner", 404, "RESOURCE-OWNER-ONLY"),
    ("RESOURCE", "resources thing owner", 404, "RESOURCE-PRIVATE"),
    ("RESOURCE", "resources note duplicate", {"status": 409, "code": "exists"}, "RESOURCE-DUPLICATE"),
    ("RESOURCE", "resources note delete then", {"status": 410}, "RESOURCE-TOMBSTONE"),
    (
        "RESOURCE",
        "resources note delete then",
        {"status": 200, "members": {"/data/gone": {"const": False}}},
        "RESOURCE-TOMBSTONE",
    ),
    ("RELATION", "relations like repeated", 204, "RELATION-REPEATED"),
    ("RELATION", "relations like absent", 204, "RELATION-ABSENT"),
    ("RELATION", "relations following absent", 404, "RELATION-ABSENT"),
    ("RELATION", "relations like unknown", 422, "RELATION-UNKNOWN"),
    ("RELATION", "relations following unknown", {"status": 422, "code": "unknown"}, "RELATION-UNKNOWN"),
    ("IDEM", "idempotency marked", {"header": "X-Replayed"}, "IDEM-MARKED"),
    ("IDEM", "idempotency kept", "successes", "IDEM-KEPT"),
    ("IDEM", "idempotency mismatch", 409, "IDEM-OTHER-BODY"),
    ("IDEM", "idempotency missing", 422, "IDEM-MISSING"),
    ("IDEM", "idempotency window", 172800, "IDEM-WINDOW"),
    ("COND", "conditional validator", "last-modified", "COND-ETAG"),
    ("COND", "conditional not-modified", 200, "COND-NOT-MODIFIED"),
    ("COND", "conditional mismatch", 409, "COND-MISMATCH"),
    ("COND", "conditional required", 400, "COND-REQUIRED"),
]
SERVED_CHANGES: list[tuple[str, str, Any, str]] = [
    ("RESOURCE", "resources thing private", False, "RESOURCE-PRIVATE"),
    ("RESOURCE", "resources thing duplicate", None, "RESOURCE-DUPLICATE"),
    ("RESOURCE", "resources thing create location", None, "RESOURCE-LOCATION"),
    ("IDEM", "idempotency scope", None, "IDEM-OTHER-USER"),
    ("IDEM", "idempotency kept", "successes", "IDEM-KEPT"),
    ("COND", "conditional strength", "weak", "COND-ETAG"),
    ("COND", "conditional not-modified", None, "COND-NOT-MODIFIED"),
    ("COND", "conditional required", None, "COND-REQUIRED"),
]


@pytest.mark.parametrize("name", DECLARATIONS)
def test_reference_server_keeps_the_declaration(name: str, tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge(DECLARATIONS[name], claims=[f"{name}-*"])

    assert verdicts.complaints() == set(), verdicts.output
    assert verdicts.unjudged() == set(), verdicts.output


@pytest.mark.parametrize(
    ("name", "path", "value", "claim"), CHANGES, ids=[f"{each[1]} {each[2]}" for each in CHANGES]
)
def test_other_value_is_complained_of(name: str, path: str, value: Any, claim: str, tmp_path: Path) -> None:
    served = DECLARATIONS[name]

    verdicts = DeclaredApi(tmp_path).judge(changed(served, path, value), claims=[claim], served=served)

    assert claim in verdicts.complaints(), verdicts.output


@pytest.mark.parametrize(
    ("name", "path", "value", "claim"),
    SERVED_CHANGES,
    ids=[f"{each[1]} {each[2]}" for each in SERVED_CHANGES],
)
def test_server_that_keeps_another_value_is_complained_of(
    name: str, path: str, value: Any, claim: str, tmp_path: Path
) -> None:
    declared = DECLARATIONS[name]

    verdicts = DeclaredApi(tmp_path).judge(declared, claims=[claim], served=changed(declared, path, value))

    assert claim in verdicts.complaints(), verdicts.output
