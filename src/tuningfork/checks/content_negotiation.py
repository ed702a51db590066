"""Accept: an answer in a form that the client excludes is none (RFC 9110 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

RANGE = re.compile(
    r"([!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+)((?:\s*;\s*[\w.-]+=(?:\"[^\"]*\"|[^\s;,]*))*)", re.ASCII
)


def json_or_406(claim: str) -> Check:
    """On an operation that answers JSON, 406 is for those who exclude JSON, and for nobody else."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if operation is None or not _answers_json(operation):
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
    """Whether an Accept field lets JSON through; None where that is open to argument."""
    if not accept.strip():
        return True
    weights: dict[str, float] = {}
    for part in accept.split(","):
        media_range = RANGE.fullmatch(part.strip())
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
    said = re.search(r";\s*q=\s*([\d.]*)", parameters)
    try:
        return float(said[1]) if said else 1.0
    except ValueError:
        return 1.0


def _answers_json(operation: Operation) -> bool:
    documented = operation.response(200) or operation.response(201)
    return documented is not None and "application/json" in documented.media_types
