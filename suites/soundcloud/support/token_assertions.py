"""Expectations of the responses of the token endpoint; none shows a token."""

from __future__ import annotations

from typing import Any

from tuningfork.client.response import Response
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_in, expect_true

TOKEN_PROPERTIES = ("access_token", "refresh_token", "expires_in", "scope")


def assert_token_properties(response: Response) -> None:
    """Raise ExpectationFailed unless all documented properties exist (SC-TOKEN-01, SC-CODE-04)."""
    missing = [name for name in TOKEN_PROPERTIES if name not in response.expect_ok().object]
    expect_true(not missing, ", ".join(TOKEN_PROPERTIES), f"no {' and no '.join(missing)}", response)


def assert_token_types(response: Response) -> None:
    """Raise ExpectationFailed unless the properties of a token response have their types (SC-TOKEN-02)."""
    tokens = response.expect_ok().object
    for name in ("access_token", "refresh_token"):
        is_text = isinstance(tokens[name], str) and tokens[name] != ""
        expect_true(is_text, f"{name}: a non-empty string", type(tokens[name]).__name__, response)
    expires_in, scope = tokens["expires_in"], tokens["scope"]
    is_positive = is_integer(expires_in) and expires_in > 0
    expect_true(is_positive, "expires_in: a positive integer", to_json(expires_in), response)
    expect_true(isinstance(scope, str), "scope: a string", to_json(scope), response)


def assert_not_cacheable(response: Response) -> None:
    """Raise ExpectationFailed unless Cache-Control is no-store (SC-TOKEN-13)."""
    header = response.expect_ok().headers.get("cache-control", "")
    directives = [directive.strip().lower() for directive in header.split(",")]
    expect_in("no-store", directives, "Cache-Control", response)


def assert_invalid_grant(response: Response) -> None:
    """Raise ExpectationFailed unless the error is invalid_grant of RFC 6749 5.2 (SC-TOKEN-06)."""
    expect_in("invalid_grant", response.expect_status(400, 401).text, "the body", response)


def assert_json_error(response: Response) -> None:
    """Raise ExpectationFailed unless the error is a JSON object with a JSON media type (SC-TOKEN-18)."""
    assert_json_type(response.expect_client_error())
    _ = response.object  # raises ExpectationFailed for another body


def assert_json_type(response: Response) -> None:
    """Raise ExpectationFailed unless the media type is application/json or ends with +json."""
    media_type = response.exchange.response.media_type
    is_json = media_type == "application/json" or media_type.endswith("+json")
    expect_true(is_json, "a JSON media type", media_type or "no Content-Type", response)


def is_integer(value: Any) -> bool:
    """Return whether JSON Schema counts a value as an integer, as it does 3600.0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (isinstance(value, int) or value.is_integer())
