"""Faults of CORS and JSONP (https://developers.soundcloud.com/docs/api/guide#crossdomain)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method

ORIGIN = "Access-Control-Allow-Origin"


@fault("SC-CORS-01")
def playlists_list_has_no_cors_header(mock: Any) -> None:
    """Responses of /playlists have no Access-Control-Allow-Origin."""
    wrap_method(
        mock.cors,
        "headers",
        lambda original, status: {} if request.path == "/playlists" else original(status),
    )


@fault("SC-CORS-01", "SC-CORS-03")
def allowed_origin_is_always_the_own_site(mock: Any) -> None:
    """Access-Control-Allow-Origin is always https://soundcloud.com, for every origin."""
    mock.cors.headers = lambda _status: {ORIGIN: "https://soundcloud.com"}


@fault("SC-CORS-02")
def preflight_does_not_allow_delete(mock: Any) -> None:
    """The response to a preflight does not allow DELETE."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: dict(original()) | {"Access-Control-Allow-Methods": "GET, HEAD, POST, PUT"},
    )


@fault("SC-CORS-02")
def preflight_allows_headers_by_a_wildcard(mock: Any) -> None:
    """The response to a preflight allows the header `*`, which does not include Authorization."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: dict(original()) | {"Access-Control-Allow-Headers": "*"},
    )


@fault("SC-CORS-02")
def preflight_below_me_needs_a_token(mock: Any) -> None:
    """A preflight for a path below /me is treated like any other request and needs a token."""
    wrap_method(
        mock.cors,
        "is_preflight",
        lambda original, request: original(request) and not request.path.startswith("/me/"),
    )


@fault("SC-CORS-03")
def not_found_has_no_cors_header(mock: Any) -> None:
    """A 404 has no Access-Control-Allow-Origin; a 401 has it."""
    wrap_method(mock.cors, "headers", lambda original, status: {} if status == 404 else original(status))


@fault("SC-CORS-04")
def every_origin_is_allowed_with_credentials(mock: Any) -> None:
    """Every Origin is repeated in Access-Control-Allow-Origin, with Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        return _allow_origin_with_credentials(origin) if origin else dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@fault("SC-CORS-04")
def null_origin_is_allowed_with_credentials(mock: Any) -> None:
    """The Origin `null` is allowed with Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        if request.headers.get("Origin") == "null":
            return _allow_origin_with_credentials("null")
        return dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@fault("SC-JSONP-01")
def one_operation_ignores_the_callback(mock: Any) -> None:
    """GET /users/{user_id} ignores the parameter `callback`."""
    wrap_method(
        mock.jsonp,
        "callback",
        lambda original, request: None if _is_user_request(request) else original(request),
    )


@fault("SC-JSONP-01")
def dollar_in_a_callback_is_dropped(mock: Any) -> None:
    """JSONP omits each `$` from the name of the callback."""
    wrap_method(mock.jsonp, "wrap", lambda original, name, text: original(name.replace("$", ""), text))


@fault("SC-JSONP-02")
def any_callback_is_accepted(mock: Any) -> None:
    """Every text is accepted as a callback and written into the script."""
    mock.jsonp.is_name = lambda _text: True


@fault("SC-JSONP-02")
def callback_is_checked_up_to_its_first_parenthesis(mock: Any) -> None:
    """A callback is accepted if its part before the first `(` is a valid name."""
    wrap_method(
        mock.jsonp, "is_name", lambda original, text: original(text) or original(text.partition("(")[0])
    )


@fault("SC-CORS-04")
def writes_are_allowed_with_credentials(mock: Any) -> None:
    """Responses to POST, PUT and DELETE allow the Origin with Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        if origin is None or request.method not in ("POST", "PUT", "DELETE"):
            return dict(original(status))
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}

    wrap_method(mock.cors, "headers", headers)


@fault("SC-CORS-02")
def preflight_of_null_origin_allows_nothing(mock: Any) -> None:
    """The response to a preflight with the Origin `null` allows no methods and no headers."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: {} if request.headers.get("Origin") == "null" else original(),
    )


def _allow_origin_with_credentials(origin: str) -> dict[str, str]:
    return {ORIGIN: origin, "Access-Control-Allow-Credentials": "true"}


def _is_user_request(request: Any) -> bool:
    return bool(request.endpoint == "GET /users/{user_id}")
