"""Saved responses of a Postman collection (v2), and Newman's JSON report of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuningfork.model import Request
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

MAX_DEPTH = 50
"""Folders in folders."""
VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
SEGMENT = re.compile(r"(?<!/)/:\w+")
LONGEST_VALUE = 2000
"""Characters of a variable."""


def is_collection(content: Any) -> bool:
    """Whether a file's value is a collection, of any version, by its shape."""
    return isinstance(_collection(content), Mapping)


def is_report(content: Any) -> bool:
    """Whether a file's value is Newman's report, by its shape."""
    run = content.get("run") if isinstance(content, Mapping) else None
    return isinstance(run, Mapping) and "executions" in run


def _collection(content: Any) -> Any:
    """The collection, which Postman's own API wraps once more."""
    inner = content.get("collection") if isinstance(content, Mapping) else None
    found = inner if isinstance(inner, Mapping) else content
    is_one = isinstance(found, Mapping) and ("item" in found or ("requests" in found and "order" in found))
    return found if is_one else None


def of_collection(path: Path, content: Any) -> Iterator[Recorded]:
    """The saved responses of a collection, those in folders too.

    Raises:
        TrafficError: it has another version, or a response that is not whole.
    """
    collection = _collection(content)
    info = collection.get("info")
    schema = str(info.get("schema") or "v2") if isinstance(info, Mapping) else ""
    if "item" not in collection or "v2" not in schema:
        raise TrafficError(f"{path}: is a Postman collection, but not of version 2; export it as v2.1")
    variables = _variables(collection.get("variable"))
    saved = _saved(collection, 0)
    return read_each(path, "response", saved, lambda place, pair: _of_saved(place, pair, variables))


def of_report(path: Path, content: Mapping[str, Any]) -> Iterator[Recorded]:
    """The exchanges of a report.

    Raises:
        TrafficError: one is not whole.
    """
    executions = content["run"]["executions"]
    if not isinstance(executions, list):
        raise TrafficError(f"{path}: its executions are not a list; export it again")
    return read_each(path, "execution", executions, _of_execution)


def _saved(folder: Mapping[str, Any], depth: int) -> Iterator[tuple[Any, Any]]:
    """Each saved response with the request of its item."""
    if depth > MAX_DEPTH:
        raise RecursionError
    for item in folder["item"]:
        for response in item.get("response") or ():
            yield item.get("request"), response
        if "item" in item:
            yield from _saved(item, depth + 1)


def _of_saved(place: Place, saved: tuple[Any, Any], variables: Mapping[str, str]) -> Recorded:
    asked, response = saved
    text = response.get("body")
    return recorded(
        place,
        _request(place, response.get("originalRequest") or asked, variables),
        messages.status(response.get("code"), place),
        messages.headers(response.get("header"), place),
        Unknown() if text is None else messages.encoded(text),
        reason=str(response.get("status") or ""),
        seconds=_seconds(response.get("responseTime")),
    )


def _of_execution(place: Place, execution: Mapping[str, Any]) -> Recorded:
    response = execution.get("response") or {}
    return recorded(
        place,
        _request(place, execution["request"], {}),
        messages.status(response.get("code"), place),
        messages.headers(response.get("header") or response.get("headers"), place),
        _streamed(response),
        reason=str(response.get("status") or ""),
        seconds=_seconds(response.get("responseTime")),
    )


def _streamed(response: Mapping[str, Any]) -> bytes | Unknown:
    """The body of a report's response: bytes as a list of numbers, or a text."""
    stream = response.get("stream")
    if isinstance(stream, Mapping) and isinstance(stream.get("data"), list):
        return bytes(stream["data"])
    text = response.get("body") if stream is None else stream
    return Unknown() if text is None else messages.encoded(text)


def _request(place: Place, asked: Any, variables: Mapping[str, str]) -> Request:
    """A request, which may be its URL alone."""
    table = asked if isinstance(asked, Mapping) else {"url": asked}
    url = _url(messages.member(table, "url", place), variables)
    method = str(table.get("method") or "GET")
    return request(method, url, messages.headers(table.get("header"), place), _body(table.get("body")))


def _url(url: Any, variables: Mapping[str, str]) -> str:
    """A URL, given as a text or in parts; one without a scheme has http, as Postman sends it."""
    raw = url if isinstance(url, str) else url.get("raw")
    text = VARIABLE.sub(lambda found: variables.get(found[1].strip(), found[0]), raw or _of_parts(url))
    parts = {} if isinstance(url, str) else _variables(url.get("variable"))
    text = SEGMENT.sub(lambda found: f"/{parts.get(found[0][2:], found[0][1:])}", text)
    return text if "://" in text else f"http://{text}"


def _of_parts(url: Mapping[str, Any]) -> str:
    port = f":{url['port']}" if url.get("port") else ""
    path = "/".join(_named(part) for part in _listed(url.get("path")))
    query = [each for each in url.get("query") or () if not each.get("disabled")]
    pairs = "&".join(f"{each['key']}={each.get('value') or ''}" for each in query)
    host = ".".join(map(str, _listed(url["host"])))
    return f"{url.get('protocol') or 'http'}://{host}{port}/{path}{'?' if pairs else ''}{pairs}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [str(value or "").lstrip("/")]


def _named(part: Any) -> str:
    return str(part["value"] if isinstance(part, Mapping) else part)


def _body(body: Any) -> bytes | Unknown:
    """The body of a request by its mode."""
    if not isinstance(body, Mapping) or body.get("disabled") or not body.get("mode"):
        return b""
    match body["mode"]:
        case "raw":
            return messages.encoded(body.get("raw"))
        case "urlencoded" if not isinstance(body.get("urlencoded"), str):
            return messages.form(body.get("urlencoded"))
    return Unknown()


def _variables(listed: Any) -> dict[str, str]:
    """Variables by name, of a collection or of a URL's path."""
    tables = [each for each in listed or () if isinstance(each, Mapping) and each.get("value") is not None]
    return {str(each.get("key")): str(each["value"])[:LONGEST_VALUE] for each in tables}


def _seconds(milliseconds: Any) -> float:
    return float(milliseconds) / 1000 if isinstance(milliseconds, int) and 0 < milliseconds < 10**9 else 0.0
