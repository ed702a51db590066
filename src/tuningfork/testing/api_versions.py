"""Requests for a version of an API, and what their responses must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import AllowedResponses
from tuningfork.conventions.versioning import Versioning
from tuningfork.testing.declared_operation import DeclaredRequest
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.refusal import expect_refusal, is_refusal


def spellings(declared: Versioning, version: str) -> Iterator[str]:
    """Yield how a version may be written: a parameter of Accept also after another one, and in capitals."""
    yield declared.as_.replace("{}", version)
    media_type, semicolon, parameter = declared.as_.partition(";")
    if declared.in_ == "accept" and semicolon:
        name, _, value = parameter.strip().partition("=")
        yield f"{media_type};{name.upper()}={value.replace('{}', version)}"
        yield f"{media_type}; charset=utf-8; {name}={value.replace('{}', version)}"


def unknown_versions(declared: Versioning) -> list[str]:
    """Return versions that are not supported and look like the supported ones."""
    like = (declared.supported or ["9999"])[-1]
    candidates = [re.sub(r"\d", "9", like), f"{like}99999", f"9{like}"]
    unknown = [each for each in dict.fromkeys(candidates) if each not in declared.supported]
    return at_least_one(unknown, f"each of {', '.join(candidates)} is supported")


def send_version(
    client: Client, request: DeclaredRequest, declared: Versioning, text: str | None
) -> Response:
    """Send a request with a version as it is written; None sends no version."""
    arguments: dict[str, Any] = dict(request.arguments)
    headers: Mapping[str, str | None] = arguments.get("headers", {})
    if declared.in_ == "path":
        return replace(request, path=_path(request, declared, str(text))).send(client)
    if declared.in_ == "query":
        query = {name: each for name, each in arguments.get("params", {}).items() if name != declared.name}
        added = {} if text is None else {str(declared.name): text}
        return request.send(client, params={**query, **added})
    name = "Accept" if declared.in_ == "accept" else str(declared.name)
    without = declared.as_.partition(";")[0] if declared.in_ == "accept" and ";" in declared.as_ else None
    return request.send(client, headers={**headers, name: without if text is None else text})


def _path(request: DeclaredRequest, declared: Versioning, text: str) -> str:
    """Return the path of a request with another version."""
    template, sent = request.operation.path.split("/"), request.path.split("/")
    name = f"{{{declared.name}}}"
    return "/".join(text if part == name else each for part, each in zip(template, sent, strict=True))


def expect_supported(
    response: Response, version: str, declared: Versioning, declaration: Declaration
) -> None:
    """Raise ExpectationFailed if a supported version is refused like an unknown one."""
    refusal = declared.unknown.refusal if declared.unknown is not None else None
    is_refused = refusal is not None and is_refusal(response, refusal, declaration)
    is_refused = is_refused or response.status in (406, 505)
    expect_true(not is_refused, f"version {version} to be accepted", str(response.status), response)


def expect_allowed_response(
    response: Response, answers: AllowedResponses, declared: Versioning, declaration: Declaration
) -> None:
    """Raise ExpectationFailed unless a request is refused as declared, or processed as a declared version."""
    refusal = answers.refusal
    if refusal is not None and (
        not answers.words or response.status >= 400 or is_refusal(response, refusal, declaration)
    ):
        expect_refusal(response, refusal, declaration)
        return
    words = " or ".join(answers.words)
    expect_true(response.status < 400, f"version {words}", str(response.status), response)
    if declared.echo is not None:
        name, found = declared.echo.header, response.headers.get(declared.echo.header, "no such header")
        expect_true(found in answers.words, f"{name}: {words}", found, response)
