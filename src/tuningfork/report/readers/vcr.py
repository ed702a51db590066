"""VCR cassettes of version 1, YAML or JSON, as vcrpy, Ruby's VCR, betamax and Schemathesis write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuningfork.model import Headers
from tuningfork.report.readers import messages
from tuningfork.report.recorded_exchange import (
    Place,
    Recorded,
    TrafficError,
    Unknown,
    read_each,
    recorded,
    request,
)

LISTS = ("interactions", "http_interactions")
TRUNCATED = Unknown("its body was not exported whole")


def is_cassette(content: Any) -> bool:
    """Whether a file's value is a cassette, by its shape."""
    return isinstance(content, Mapping) and any(name in content for name in LISTS)


def exchanges(path: Path, content: Mapping[str, Any]) -> Iterator[Recorded]:
    """The exchanges of a cassette.

    Raises:
        TrafficError: it has another version, or an exchange that is not whole.
    """
    version = content.get("version", 1)
    if str(version) not in ("1", "None"):
        raise TrafficError(f"{path}: is a cassette of version {version}, not 1; convert it")
    name = next(each for each in LISTS if each in content)
    interactions = content[name]
    if not isinstance(interactions, list):
        raise TrafficError(f"{path}: its {name} are not a list; record it again")
    header = content.get("tuningfork")
    base_url = str(header.get("base_url", "")) if isinstance(header, dict) else ""
    return read_each(path, "interaction", interactions, lambda place, each: _read(place, each, base_url))


def _read(place: Place, interaction: Any, base_url: str) -> Recorded:
    sent = messages.member(interaction, "request", place)
    method, uri = messages.member(sent, "method", place), messages.member(sent, "uri", place)
    body = messages.body(sent.get("body"))
    asked = request(str(method).upper(), str(uri), messages.headers(sent.get("headers"), place), body)
    if "response" in interaction and interaction["response"] is None:
        return recorded(place, asked, None, Headers(), b"", base_url=base_url)
    response = messages.member(interaction, "response", place)
    status = messages.member(response, "status", place)
    return recorded(
        place,
        asked,
        messages.status(status, place),
        messages.headers(messages.member(response, "headers", place), place),
        _body(response),
        reason=messages.reason(status),
        base_url=base_url,
    )


def _body(response: Mapping[str, Any]) -> bytes | Unknown:
    """The body; Schemathesis says of one that it cut how long it was."""
    if "truncated_from" in response:
        return TRUNCATED
    return messages.body(response["body"]) if "body" in response else Unknown()
