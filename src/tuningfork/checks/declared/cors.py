"""Judges the headers by which a browser lets scripts of other origins read a response (Fetch 3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.cors import Cors
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange, Response


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of credentials, which holds for every response to a request with Origin."""
    declared: Cors | None = declaration.first("cors")
    if declared is None or declared.credentials is None:
        return []

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a response allows credentials in a way that is not declared."""
        assert declared is not None
        if "origin" in exchange.request.headers:
            yield judge_credentials(exchange, declared)

    return [as_check(declaration, judge)]


def judge_credentials(exchange: Exchange, declared: Cors) -> Judgement:
    """Return whether credentials are allowed only if declared, and never together with the wildcard."""
    origin = allowed_origin(exchange.response)
    is_allowed = allows_credentials(exchange.response)
    holds = not is_allowed or (bool(declared.credentials) and origin != "*")
    expected = "no credentials for every origin" if declared.credentials else "no credentials"
    found = f"Access-Control-Allow-Credentials: true for {origin or 'no origin'}"
    return Judgement("CORS-CREDENTIALS", holds, expected, found, "Access-Control-Allow-Credentials")


def allowed_origin(response: Response) -> str:
    """Return the allowed origin; empty without one."""
    return response.headers.get("access-control-allow-origin", "").strip()


def allows_credentials(response: Response) -> bool:
    """Return whether a response allows credentials; the value is case-sensitive."""
    return response.headers.get("access-control-allow-credentials", "").strip() == "true"


def listed(response: Response, name: str) -> set[str]:
    """Return the values of a header that is a list, in lower case."""
    return {part.strip().lower() for part in response.headers.get(name, "").split(",") if part.strip()}
