"""Expectations of the responses of the token endpoint."""

from __future__ import annotations

from typing import Any

from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

TOKEN_PROPERTIES = ("access_token", "refresh_token", "expires_in", "scope")


def assert_token_properties(answer: Response) -> None:
    """Raise ExpectationFailed unless all documented properties exist (SC-TOKEN-01, SC-CODE-04)."""
    missing = [name for name in TOKEN_PROPERTIES if name not in answer.expect_ok().object]
    if missing:
        raise ExpectationFailed(", ".join(TOKEN_PROPERTIES), f"no {' and no '.join(missing)}")


def assert_token_types(answer: Response) -> None:
    """Raise ExpectationFailed unless the properties of a token response have their types (SC-TOKEN-02)."""
    tokens = answer.expect_ok().object
    for name in ("access_token", "refresh_token"):
        _expect(
            isinstance(tokens[name], str) and tokens[name] != "",
            f"{name}: a text that is not empty",
            tokens[name],
        )
    life = tokens["expires_in"]
    _expect(_is_whole(life) and life > 0, "expires_in: a positive integer", life)
    _expect(isinstance(tokens["scope"], str), "scope: a text", tokens["scope"])


def assert_expires_in_about_an_hour(answer: Response) -> None:
    """Raise ExpectationFailed unless expires_in is 55 to 65 minutes (SC-TOKEN-03)."""
    life = answer.expect_ok().object["expires_in"]
    _expect(_is_whole(life) and 3300 <= life <= 3900, "expires_in: 3300 to 3900", life)


def assert_not_cacheable(answer: Response) -> None:
    """Raise ExpectationFailed unless Cache-Control is no-store (SC-TOKEN-13)."""
    said = answer.expect_ok().headers.get("cache-control", "")
    directives = {directive.strip().lower() for directive in said.split(",")}
    _expect("no-store" in directives, "Cache-Control: no-store", said)


def assert_invalid_grant(answer: Response) -> None:
    """Raise ExpectationFailed unless the error is invalid_grant of RFC 6749 5.2 (SC-TOKEN-06)."""
    if "invalid_grant" not in answer.expect_status(400, 401).text:
        raise ExpectationFailed("invalid_grant in the body", repr(answer.text))


def assert_json_error(answer: Response) -> None:
    """Raise ExpectationFailed unless the error is a JSON object with a JSON media type (SC-TOKEN-18)."""
    media_type = answer.expect_client_error().exchange.response.media_type
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise ExpectationFailed("an error of the type application/json", media_type or "no Content-Type")
    _ = answer.object  # raises ExpectationFailed for another body


def _is_whole(number: Any) -> bool:
    """JSON has one kind of number: 3600.0 is whole too (JSON Schema, "integer")."""
    return not isinstance(number, bool) and (
        isinstance(number, int) or (isinstance(number, float) and number.is_integer())
    )


def _expect(holds: bool, expected: str, found: Any) -> None:
    if not holds:
        raise ExpectationFailed(
            expected, f"{type(found).__name__} {found!r}" if not isinstance(found, str) else _shown(found)
        )


def _shown(text: str) -> str:
    """Return a short text as it is, and only the length of a longer one: it may be a token."""
    return repr(text) if len(text) < 8 else f"{len(text)} characters"
