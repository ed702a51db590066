"""Content negotiation by the Accept header (RFC 9110 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

MEDIA_RANGE = re.compile(
    r"([!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+)((?:\s*;\s*[\w.-]+=(?:\"[^\"]*\"|[^\s;,]*))*)", re.ASCII
)


def json_or_406(claim: str) -> Check:
    """Check that an operation with JSON responses returns 406 if, and only if, the client excludes JSON."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding; nothing if Accept is ambiguous or another error is returned."""
        if operation is None or not _has_json_response(operation):
            return
        accepted = accepts_json(", ".join(exchange.request.headers.all("accept")))
        status = exchange.response.status
        if accepted and status == 406:
            yield Finding(claim, False, "any status but 406, since JSON is accepted", "406", "status")
        elif accepted is False and (status == 406 or 200 <= status < 300):
            yield Finding(claim, status == 406, "406, since JSON is excluded", str(status), "status")
        elif accepted and status < 300:
            yield Finding(claim, True, "any status but 406, since JSON is accepted", str(status), "status")

    return check


def accepts_json(accept: str) -> bool | None:
    """Return whether the value of an Accept header allows JSON; None if it is ambiguous or invalid."""
    if not accept.strip():
        return True
    weights: dict[str, float] = {}
    for part in accept.split(","):
        media_range = MEDIA_RANGE.fullmatch(part.strip())
        if media_range is None:
            return None
        name, parameters = media_range[1].lower(), media_range[2].lower()
        if name == "application/json" and re.sub(r"\s*;\s*(q|charset)=[^;]*", "", parameters).strip():
            return None
        weights[name] = max(_weight(parameters), weights.get(name, 0.0))
    for name in ("application/json", "application/*", "*/*"):
        if name in weights:
            return weights[name] > 0
    return False


def _weight(parameters: str) -> float:
    """Return the q parameter of a media range; 1.0 if it is missing or not a number."""
    match = re.search(r";\s*q=\s*([\d.]*)", parameters)
    try:
        return float(match[1]) if match else 1.0
    except ValueError:
        return 1.0


def _has_json_response(operation: Operation) -> bool:
    """Return whether JSON is a documented media type of the 200, or else of the 201."""
    documented = operation.response(200) or operation.response(201)
    return documented is not None and "application/json" in documented.media_types
