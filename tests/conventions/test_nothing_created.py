"""A server that creates nothing, and operations that change no declared resource, are judged too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from tests.conventions.harness import DeclaredApi

from tuningfork.audit.convention_faults.auth_edits import replace_token
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.resources import ResourcePart

ABSENT = "7f000000-0000-4000-8000-000000000000"
KERNEL: dict[str, Any] = {
    "create": {"request": "POST /kernels", "body": {"name": "{text}"}, "status": 201, "id": "/id"},
    "delete": {"request": "DELETE /kernels/{id}", "status": 204},
}
DECLARED: dict[str, Any] = {
    "requests": {"parameters": {"id": {"absent": ABSENT}}},
    "auth": {"type": "bearer", "missing": 401, "wrong": 401, "first": True, "probe": "GET /status"},
    "refusals": [{"operations": ["DELETE /kernels/{id}"], "not-found": 404}],
    "resources": {"kernel": KERNEL},
}
DONE = {"responses": {"200": {"description": "done"}, "default": {"description": "refused"}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "security": [{"Bearer": []}],
    "components": {"securitySchemes": {"Bearer": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        "/status": {"get": DONE},
        "/kernels": {"post": DONE},
        "/kernels/{id}": {"parameters": [ID], "get": DONE, "delete": DONE},
        "/kernels/{id}/restart": {"parameters": [ID], "post": DONE},
    },
}


def create_nothing(server: ReferenceServer) -> None:
    """Fail each creation."""

    def create(original: Callable[..., Any], *arguments: Any) -> Any:
        raise HttpError(500)

    wrap_method(server.get(ResourcePart), "create", create)


def delete_without_credentials(server: ReferenceServer) -> None:
    """Need no credentials for a deletion."""
    create_nothing(server)
    replace_token(server, lambda call, _: "first" if call.request.method == "DELETE" else None)


def restart_without_credentials(server: ReferenceServer) -> None:
    """Need no credentials for a restart, and find each item."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        return Response("", 200) if call.request.path.endswith("/restart") else original(call)

    create_nothing(server)
    wrap_method(server.get(AuthPart), "before", before)


def judge_ids_first(server: ReferenceServer) -> None:
    """Refuse an id that is not a UUID with 400, before the credentials are judged."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        if "9007" in call.request.path:
            raise HttpError(400)
        return original(call)

    create_nothing(server)
    wrap_method(server.get(AuthPart), "before", before)


def delete_the_absent(server: ReferenceServer) -> None:
    """Return 204 to the deletion of what does not exist."""

    def delete(original: Callable[..., Any], *arguments: Any) -> Any:
        return Response("", 204) if request.path.endswith(ABSENT) else original(*arguments)

    create_nothing(server)
    wrap_method(server.get(ResourcePart), "delete", delete)


@pytest.mark.parametrize(
    ("claim", "vary"),
    [
        ("AUTH-FIRST", delete_without_credentials),
        ("AUTH-MISSING", restart_without_credentials),
        ("REFUSAL-NOT-FOUND", delete_the_absent),
    ],
)
def test_fault_beside_items_that_cannot_be_created_is_found(
    claim: str, vary: Callable[[ReferenceServer], None], tmp_path: Path
) -> None:
    verdicts = DeclaredApi(tmp_path, DOCUMENT).judge(DECLARED, [claim], vary=vary)

    assert verdicts.by_claim[claim] == "failed", verdicts.output


def test_server_that_creates_nothing_is_not_accused(tmp_path: Path) -> None:
    claims = ["AUTH-FIRST", "AUTH-MISSING", "AUTH-WRONG", "REFUSAL-NOT-FOUND"]

    verdicts = DeclaredApi(tmp_path, DOCUMENT).judge(DECLARED, claims, vary=create_nothing)

    assert verdicts.by_claim == dict.fromkeys(claims, "passed"), verdicts.output


def test_server_that_refuses_a_malformed_id_before_credentials_is_not_accused(tmp_path: Path) -> None:
    declared = {**DECLARED, "requests": {}, "auth": {**DECLARED["auth"], "first": None}}

    verdicts = DeclaredApi(tmp_path, DOCUMENT).judge(declared, ["AUTH-*"], vary=judge_ids_first)

    assert not verdicts.complaints(), verdicts.output
