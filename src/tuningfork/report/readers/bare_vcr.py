"""Cassettes that are a bare list of exchanges: those of vcrpy before version 1, and PHP-VCR's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tuningfork.report.readers import messages
from tuningfork.report.recorded_exchange import Place, Recorded, Unknown, read_each, recorded, request

DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_list_of_exchanges(content: Any) -> bool:
    """Whether a file's value is such a list, by the shape of its first item."""
    first = content[0] if isinstance(content, list) and content else None
    return isinstance(first, Mapping) and "request" in first


def exchanges(path: Path, content: list[Any]) -> Iterator[Recorded]:
    """The exchanges of a bare list.

    Raises:
        TrafficError: one is not whole.
    """
    return read_each(path, "interaction", content, _read)


def _read(place: Place, interaction: Any) -> Recorded:
    sent = messages.member(interaction, "request", place)
    response = messages.member(interaction, "response", place)
    status = messages.member(response, "status", place)
    return recorded(
        place,
        request(
            str(messages.member(sent, "method", place)).upper(),
            _url(sent, place),
            messages.headers(_unwrapped(sent.get("headers")), place),
            _sent_body(sent),
        ),
        messages.status(status, place),
        messages.headers(response.get("headers"), place),
        messages.body(response["body"]) if "body" in response else Unknown(),
        reason=messages.reason(status),
    )


def _url(sent: Mapping[str, Any], place: Place) -> str:
    """The URL, which vcrpy wrote in parts."""
    if "host" not in sent:
        return str(messages.member(sent, "uri" if "uri" in sent else "url", place))
    scheme, path = sent.get("protocol") or "https", sent.get("path") or "/"
    port = "" if str(sent.get("port")) in (DEFAULT_PORTS.get(scheme), "None") else f":{sent['port']}"
    return f"{scheme}://{sent['host']}{port}{path}"


def _unwrapped(headers: Any) -> Any:
    """The pairs that vcrpy put into a set, and so into one more list."""
    is_set = isinstance(headers, list) and len(headers) == 1 and isinstance(headers[0], list)
    return headers[0] if is_set and all(isinstance(each, list) for each in headers[0]) else headers


def _sent_body(sent: Mapping[str, Any]) -> bytes | Unknown:
    """The body, which PHP-VCR writes as fields and files where it is a form."""
    if sent.get("post_files"):
        return Unknown()
    if sent.get("body") is None and isinstance(sent.get("post_fields"), Mapping):
        return urlencode(sent["post_fields"], doseq=True).encode()
    return messages.body(sent.get("body"))
