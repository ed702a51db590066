"""Reads cassettes that are a list without a header: those of vcrpy before version 1 and of PHP-VCR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tuningfork.report.readers import messages
from tuningfork.report.recorded_exchange import (
    EntryLocation,
    MissingBody,
    RecordedExchange,
    read_entries,
    recorded_exchange,
    recorded_request,
)

DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_list_of_exchanges(content: Any) -> bool:
    """Return whether the content of a file is a list whose first item has a request."""
    first = content[0] if isinstance(content, list) and content else None
    return isinstance(first, Mapping) and "request" in first


def read_exchanges(path: Path, content: list[Any]) -> Iterator[RecordedExchange]:
    """Return the exchanges of the list.

    Raises:
        TrafficError: an exchange is not complete.
    """
    return read_entries(path, "interaction", content, _read_interaction)


def _read_interaction(location: EntryLocation, interaction: Any) -> RecordedExchange:
    """Return the exchange of one item of the list."""
    request = messages.required(interaction, "request", location)
    response = messages.required(interaction, "response", location)
    status = messages.required(response, "status", location)
    return recorded_exchange(
        location,
        recorded_request(
            str(messages.required(request, "method", location)).upper(),
            _url(request, location),
            messages.parse_headers(_unwrap(request.get("headers")), location),
            _request_body(request),
        ),
        messages.parse_status(status, location),
        messages.parse_headers(response.get("headers"), location),
        messages.parse_body(response["body"]) if "body" in response else MissingBody(),
        reason=messages.parse_reason(status),
    )


def _url(request: Mapping[str, Any], location: EntryLocation) -> str:
    """Return the URL of a request; old versions of vcrpy store its parts."""
    if "host" not in request:
        return str(messages.required(request, "uri" if "uri" in request else "url", location))
    scheme, path = request.get("protocol") or "https", request.get("path") or "/"
    is_default_port = str(request.get("port")) in (DEFAULT_PORTS.get(scheme), "None")
    port = "" if is_default_port else f":{request['port']}"
    return f"{scheme}://{request['host']}{port}{path}"


def _unwrap(headers: Any) -> Any:
    """Return the pairs of headers that old versions of vcrpy store as a set, in one more list."""
    is_set = isinstance(headers, list) and len(headers) == 1 and isinstance(headers[0], list)
    return headers[0] if is_set and all(isinstance(each, list) for each in headers[0]) else headers


def _request_body(request: Mapping[str, Any]) -> bytes | MissingBody:
    """Return the body of a request; PHP-VCR stores a form as fields and files."""
    if request.get("post_files"):
        return MissingBody()
    if request.get("body") is None and isinstance(request.get("post_fields"), Mapping):
        return urlencode(request["post_fields"], doseq=True).encode()
    return messages.parse_body(request.get("body"))
