"""Reads VCR cassettes of version 1, YAML or JSON, of vcrpy, Ruby's VCR, betamax and Schemathesis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuningfork.model import Headers
from tuningfork.report.readers import messages
from tuningfork.report.recorded_exchange import (
    EntryLocation,
    MissingBody,
    RecordedExchange,
    TrafficError,
    read_entries,
    recorded_exchange,
    recorded_request,
)

LIST_NAMES = ("interactions", "http_interactions")
TRUNCATED = MissingBody("its body was not exported completely")


def is_cassette(content: Any) -> bool:
    """Return whether the content of a file is a mapping with a list of interactions."""
    return isinstance(content, Mapping) and any(name in content for name in LIST_NAMES)


def read_exchanges(path: Path, content: Mapping[str, Any]) -> Iterator[RecordedExchange]:
    """Return the exchanges of a cassette.

    Raises:
        TrafficError: the cassette has another version, or an exchange is not complete.
    """
    version = content.get("version", 1)
    if str(version) not in ("1", "None"):
        raise TrafficError(f"{path}: is a cassette of version {version}, not 1; convert it")
    name = next(each for each in LIST_NAMES if each in content)
    interactions = content[name]
    if not isinstance(interactions, list):
        raise TrafficError(f"{path}: its {name} are not a list; record it again")
    header = content.get("tuningfork")
    base_url = str(header.get("base_url", "")) if isinstance(header, dict) else ""

    def read_interaction(location: EntryLocation, interaction: Any) -> RecordedExchange:
        return _read_interaction(location, interaction, base_url)

    return read_entries(path, "interaction", interactions, read_interaction)


def _read_interaction(location: EntryLocation, interaction: Any, base_url: str) -> RecordedExchange:
    """Return the exchange of an interaction; `base_url` is that of the cassette's header, or empty."""
    recorded = messages.required(interaction, "request", location)
    request = recorded_request(
        str(messages.required(recorded, "method", location)).upper(),
        str(messages.required(recorded, "uri", location)),
        messages.parse_headers(recorded.get("headers"), location),
        messages.parse_body(recorded.get("body")),
    )
    if "response" in interaction and interaction["response"] is None:
        return recorded_exchange(location, request, None, Headers(), b"", base_url=base_url)
    response = messages.required(interaction, "response", location)
    status = messages.required(response, "status", location)
    return recorded_exchange(
        location,
        request,
        messages.parse_status(status, location),
        messages.parse_headers(messages.required(response, "headers", location), location),
        _response_body(response),
        reason=messages.parse_reason(status),
        base_url=base_url,
    )


def _response_body(response: Mapping[str, Any]) -> bytes | MissingBody:
    """Return the body of a response; Schemathesis stores the original length of a body that it truncates."""
    if "truncated_from" in response:
        return TRUNCATED
    return messages.parse_body(response["body"]) if "body" in response else MissingBody()
