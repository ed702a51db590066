"""Reads the saved responses of Postman collections (v2), and the JSON reports of Newman."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuningfork.model import Request
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

MAX_FOLDER_DEPTH = 50
VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
PATH_VARIABLE = re.compile(r"(?<!/)/:\w+")
MAX_VARIABLE_CHARS = 2000


def is_collection(content: Any) -> bool:
    """Return whether the content of a file is a Postman collection, of any version."""
    return _collection(content) is not None


def is_report(content: Any) -> bool:
    """Return whether the content of a file is a report of Newman."""
    run = content.get("run") if isinstance(content, Mapping) else None
    return isinstance(run, Mapping) and "executions" in run


def _collection(content: Any) -> Mapping[str, Any] | None:
    """Return the collection in the content of a file; Postman's own API wraps it in an object."""
    inner = content.get("collection") if isinstance(content, Mapping) else None
    collection = inner if isinstance(inner, Mapping) else content
    if not isinstance(collection, Mapping):
        return None
    return (
        collection if "item" in collection or ("requests" in collection and "order" in collection) else None
    )


def read_collection(path: Path, content: Any) -> Iterator[RecordedExchange]:
    """Return the saved responses of a collection and of its folders.

    Raises:
        TrafficError: the collection has another version than 2, or a response is not complete.
    """
    collection = _collection(content) or {}
    info = collection.get("info")
    schema = str(info.get("schema") or "v2") if isinstance(info, Mapping) else ""
    if "item" not in collection or "v2" not in schema:
        raise TrafficError(f"{path}: is a Postman collection, but not of version 2; export it as v2.1")
    variables = _variables(collection.get("variable"))

    def read_response(location: EntryLocation, saved: tuple[Any, Any]) -> RecordedExchange:
        return _read_saved_response(location, saved, variables)

    return read_entries(path, "response", _saved_responses(collection, 0), read_response)


def read_report(path: Path, content: Mapping[str, Any]) -> Iterator[RecordedExchange]:
    """Return the exchanges of a report.

    Raises:
        TrafficError: the report has no list of executions, or an execution is not complete.
    """
    executions = content["run"]["executions"]
    if not isinstance(executions, list):
        raise TrafficError(f"{path}: its executions are not a list; export it again")
    return read_entries(path, "execution", executions, _read_execution)


def _saved_responses(folder: Mapping[str, Any], depth: int) -> Iterator[tuple[Any, Any]]:
    """Yield each saved response of a folder together with the request of its item."""
    if depth > MAX_FOLDER_DEPTH:
        raise RecursionError
    for item in folder["item"]:
        for response in item.get("response") or ():
            yield item.get("request"), response
        if "item" in item:
            yield from _saved_responses(item, depth + 1)


def _read_saved_response(
    location: EntryLocation, saved: tuple[Any, Any], variables: Mapping[str, str]
) -> RecordedExchange:
    """Return the exchange of a saved response; `saved` is the request of its item and the response."""
    request, response = saved
    text = response.get("body")
    return recorded_exchange(
        location,
        _request(location, response.get("originalRequest") or request, variables),
        messages.parse_status(response.get("code"), location),
        messages.parse_headers(response.get("header"), location),
        MissingBody() if text is None else messages.encode_text(text),
        reason=str(response.get("status") or ""),
        seconds=_seconds(response.get("responseTime")),
    )


def _read_execution(location: EntryLocation, execution: Mapping[str, Any]) -> RecordedExchange:
    """Return the exchange of an execution in a report of Newman."""
    response = execution.get("response") or {}
    return recorded_exchange(
        location,
        _request(location, execution["request"], {}),
        messages.parse_status(response.get("code"), location),
        messages.parse_headers(response.get("header") or response.get("headers"), location),
        _streamed_body(response),
        reason=str(response.get("status") or ""),
        seconds=_seconds(response.get("responseTime")),
    )


def _streamed_body(response: Mapping[str, Any]) -> bytes | MissingBody:
    """Return the body of a response in a report, which is a list of byte values or a text."""
    stream = response.get("stream")
    if isinstance(stream, Mapping) and isinstance(stream.get("data"), list):
        return bytes(stream["data"])
    text = response.get("body") if stream is None else stream
    return MissingBody() if text is None else messages.encode_text(text)


def _request(location: EntryLocation, value: Any, variables: Mapping[str, str]) -> Request:
    """Return a request, which may be stored as its URL alone."""
    table = value if isinstance(value, Mapping) else {"url": value}
    url = _url(messages.required(table, "url", location), variables)
    method = str(table.get("method") or "GET")
    headers = messages.parse_headers(table.get("header"), location)
    return recorded_request(method, url, headers, _request_body(table.get("body")))


def _url(url: Any, variables: Mapping[str, str]) -> str:
    """Return a URL with its variables replaced; it is a text or an object with its parts.

    A URL without a scheme has http, because Postman sends it so.
    """
    raw = url if isinstance(url, str) else url.get("raw")
    text = VARIABLE.sub(lambda found: variables.get(found[1].strip(), found[0]), raw or _joined(url))
    path_variables = {} if isinstance(url, str) else _variables(url.get("variable"))
    text = PATH_VARIABLE.sub(lambda found: f"/{path_variables.get(found[0][2:], found[0][1:])}", text)
    return text if "://" in text else f"http://{text}"


def _joined(url: Mapping[str, Any]) -> str:
    """Return the URL that is stored as its parts."""
    port = f":{url['port']}" if url.get("port") else ""
    path = "/".join(_segment(part) for part in _as_list(url.get("path")))
    query = [each for each in url.get("query") or () if not each.get("disabled")]
    pairs = "&".join(f"{each['key']}={each.get('value') or ''}" for each in query)
    host = ".".join(map(str, _as_list(url["host"])))
    return f"{url.get('protocol') or 'http'}://{host}{port}/{path}{'?' if pairs else ''}{pairs}"


def _as_list(value: Any) -> list[Any]:
    """Return a list unchanged; any other value as the only item of a list, as text without a first slash."""
    return value if isinstance(value, list) else [str(value or "").lstrip("/")]


def _segment(part: Any) -> str:
    """Return a segment of a URL's path, which is stored as text or as an object with a value."""
    return str(part["value"] if isinstance(part, Mapping) else part)


def _request_body(body: Any) -> bytes | MissingBody:
    """Return the body of a request; its mode decides in which property it is stored."""
    if not isinstance(body, Mapping) or body.get("disabled") or not body.get("mode"):
        return b""
    match body["mode"]:
        case "raw":
            return messages.encode_text(body.get("raw"))
        case "urlencoded" if not isinstance(body.get("urlencoded"), str):
            return messages.encode_form(body.get("urlencoded"))
    return MissingBody()


def _variables(listed: Any) -> dict[str, str]:
    """Return the variables of a collection or of a URL's path, by name."""
    tables = [each for each in listed or () if isinstance(each, Mapping) and each.get("value") is not None]
    return {str(each.get("key")): str(each["value"])[:MAX_VARIABLE_CHARS] for each in tables}


def _seconds(milliseconds: Any) -> float:
    """Return milliseconds in seconds; 0 for a value that is not a plausible integer."""
    return float(milliseconds) / 1000 if isinstance(milliseconds, int) and 0 < milliseconds < 10**9 else 0.0
