"""The keys of `errors` that a standard form of errors fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATUS_TEXT = r"^[1-5]\d\d$"
SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
STANDARDS: Mapping[str, Mapping[str, Any]] = {
    "problem-details": {
        "media-type": "application/problem+json",
        "optional": {
            "/type": "string",
            "/title": "string",
            "/status": "integer",
            "/detail": "string",
            "/instance": "string",
        },
        "status": "/status",
    },
    "json-api": {
        "media-type": "application/vnd.api+json",
        "list": "/errors",
        "items": {
            "/id": "string",
            "/status": STATUS_TEXT,
            "/code": "string",
            "/title": "string",
            "/detail": "string",
            "/source": "object",
            "/links": "object",
            "/meta": "object",
        },
    },
    "scim": {
        "media-type": "application/scim+json",
        "members": {"/schemas": "array", "/schemas/0": {"const": SCIM_ERROR}, "/status": STATUS_TEXT},
        "optional": {"/scimType": "string", "/detail": "string"},
        "status": "/status",
    },
    "odata": {
        "media-type": "application/json",
        "members": {"/error": "object", "/error/code": ".", "/error/message": "."},
        "optional": {"/error/target": "string", "/error/details": "array", "/error/innererror": "object"},
        "code": "/error/code",
    },
    "fhir": {
        "media-type": "application/fhir+json",
        "members": {"/resourceType": {"const": "OperationOutcome"}},
        "list": "/issue",
        "items": {"/severity": "^(fatal|error|warning|information|success)$", "/code": "."},
        "code": "/issue/0/code",
    },
}
"""By the name of the standard; `SOURCES` names the sections."""
SOURCES: Mapping[str, str] = {
    "problem-details": "RFC 9457, 3.1",
    "json-api": "JSON:API 1.1, Error Objects",
    "scim": "RFC 7644, 3.12",
    "odata": "OData JSON Format 4.01, 21.1",
    "fhir": "FHIR R4, OperationOutcome",
}
"""The section of each standard."""
