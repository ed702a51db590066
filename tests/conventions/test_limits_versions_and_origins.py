"""Each key of rate-limit, versioning, cors and cases counts: its claim complains of another value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi
from tests.conventions.test_pagination import THING, merged

from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.versioning import VersioningPart

BASE: dict[str, Any] = {
    "auth": {"type": "bearer", "missing": 401, "wrong": 401, "probe": "GET /things"},
    "errors": {"members": {"/code": "string"}, "code": "/code"},
    "resources": {"thing": THING},
    "rate-limit": {
        "refusal": {"status": 429, "code": "too_many"},
        "retry-after": "seconds",
        "headers": {"limit": "X-Limit", "remaining": "X-Remaining", "reset": "X-Reset"},
        "reset": "epoch",
        "draft": "ratelimit",
        "limits": [{"scope": "app", "count": 900, "per": "1m"}],
    },
    "versioning": {
        "in": "header",
        "name": "Acme-Version",
        "supported": ["2024-01-01", "2025-01-01"],
        "unknown": 400,
        "missing": "2024-01-01",
        "echo": {"header": "Acme-Version"},
    },
    "cors": {
        "origins": ["https://app.example.com"],
        "methods": ["GET", "DELETE"],
        "headers": ["Authorization"],
        "expose": ["Link"],
        "credentials": True,
        "on-errors": True,
        "max-age": 600,
    },
    "cases": [
        {
            "request": "GET /things",
            "query": {"limit": 0},
            "expect": {"status": 400, "members": {"/code": {"const": "bad_limit"}}},
            "claim": "AC-CASE-1",
        }
    ],
}
LIMIT = BASE["rate-limit"]["limits"][0]
CASE = BASE["cases"][0]
CHANGES: list[tuple[str, Any, str]] = [
    ("rate-limit", {"refusal": {"status": 403}}, "RATE-STATUS"),
    ("rate-limit", {"refusal": {"code": "slow_down"}}, "RATE-STATUS"),
    ("rate-limit", {"retry-after": "date"}, "RATE-RETRY-AFTER"),
    ("rate-limit", {"headers": {"limit": "X-Other"}}, "RATE-HEADERS"),
    ("rate-limit", {"headers": {"remaining": "X-Other"}}, "RATE-HEADERS"),
    ("rate-limit", {"headers": {"reset": "X-Other"}}, "RATE-HEADERS"),
    ("rate-limit", {"reset": "seconds"}, "RATE-HEADERS"),
    ("rate-limit", {"limits": [{**LIMIT, "count": 800}]}, "RATE-HEADERS"),
    ("rate-limit", {"limits": [{**LIMIT, "per": "10s"}]}, "RATE-WINDOW"),
    ("versioning", {"name": "Other-Version"}, "VERSION-UNKNOWN"),
    ("versioning", {"in": "query"}, "VERSION-UNKNOWN"),
    ("versioning", {"as": "v{}"}, "VERSION-SUPPORTED"),
    ("versioning", {"supported": ["2026-01-01"]}, "VERSION-SUPPORTED"),
    ("versioning", {"unknown": 406}, "VERSION-UNKNOWN"),
    ("versioning", {"unknown": "2024-01-01"}, "VERSION-UNKNOWN"),
    ("versioning", {"missing": "2025-01-01"}, "VERSION-MISSING"),
    ("versioning", {"missing": 400}, "VERSION-MISSING"),
    ("versioning", {"echo": {"header": "X-Version"}}, "VERSION-ECHO"),
    ("cors", {"origins": "any"}, "CORS-ORIGIN"),
    ("cors", {"origins": ["https://other.example.com"]}, "CORS-ORIGIN"),
    ("cors", {"methods": ["PATCH"]}, "CORS-PREFLIGHT"),
    ("cors", {"headers": ["X-Extra"]}, "CORS-PREFLIGHT"),
    ("cors", {"expose": ["ETag"]}, "CORS-EXPOSE"),
    ("cors", {"credentials": False}, "CORS-CREDENTIALS"),
    ("cors", {"max-age": 60}, "CORS-MAX-AGE"),
    ("cases", [{**CASE, "expect": {"status": 422}}], "CASE-1"),
    ("cases", [{**CASE, "expect": {"status": 400, "members": {"/code": {"const": "x"}}}}], "CASE-1"),
    ("cases", [{**CASE, "query": {"limit": 7}}], "CASE-1"),
    ("cases", [{**CASE, "as": "unauthenticated"}], "CASE-1"),
    ("cases", [{**CASE, "request": "GET /thing"}], "CASE-1"),
]
"""A key of the base, the change of its value, and the claim that complains of it."""


@pytest.fixture
def api(tmp_path: Path) -> DeclaredApi:
    return DeclaredApi(tmp_path)


@pytest.mark.parametrize("family", ["RATE-*", "VERSION-*", "CORS-*", "CASE-*"])
def test_unchanged_declaration_is_verified(family: str, api: DeclaredApi) -> None:
    verdicts = api.judge(BASE, [family])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.reasons


@pytest.mark.parametrize(("key", "change", "claim"), CHANGES, ids=[f"{k} {c}"[:60] for k, c, _ in CHANGES])
def test_changed_value_is_complained_of(key: str, change: Any, claim: str, api: DeclaredApi) -> None:
    changed = {**BASE, key: merged(BASE[key], change)}

    verdicts = api.judge(changed, [claim], served=BASE)

    assert verdicts.complaints() == {claim}, verdicts.reasons


def test_errors_without_headers_are_complained_of_where_they_are_declared(api: DeclaredApi) -> None:
    served = {**BASE, "cors": {**BASE["cors"], "on-errors": False}}

    verdicts = api.judge(BASE, ["CORS-ERRORS"], served=served)

    assert verdicts.complaints() == {"CORS-ERRORS"}


def test_versions_are_judged_beside_reads_of_what_does_not_exist(tmp_path: Path) -> None:
    """No list has an id for the second read, which a server may refuse before it reads the version."""
    thing = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/things": {}, "/jobs/{id}": {"parameters": [thing]}}
    for path in paths.values():
        path["get"] = {"responses": {"200": {"description": "OK"}}}
    document = {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": paths}
    declared = {"auth": {"type": "none"}, "versioning": BASE["versioning"]}

    verdicts = DeclaredApi(tmp_path, document).judge(declared, ["VERSION-*"], vary=find_jobs_first)

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def find_jobs_first(server: ReferenceServer) -> None:
    """Refuse a read of a job as not found, regardless of its version."""

    def before(original: Callable[[Call], Any], call: Call) -> Any:
        """Refuse the read, or do what the server does."""
        if call.request.path.startswith("/jobs/"):
            raise HttpError(404)
        return original(call)

    wrap_method(server.get(VersioningPart), "before", before)
