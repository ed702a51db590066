"""What goes wrong in browsers (https://developers.soundcloud.com/docs/api/guide#crossdomain)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method

ORIGIN = "Access-Control-Allow-Origin"


@fault("SC-CORS-01")
def one_list_is_for_its_own_origin(mock: Any) -> None:
    """/playlists carries no Access-Control-Allow-Origin."""
    wrap_method(
        mock.cors,
        "headers",
        lambda original, status: {} if request.path == "/playlists" else original(status),
    )


@fault("SC-CORS-01", "SC-CORS-03")
def every_origin_is_told_of_another(mock: Any) -> None:
    """Access-Control-Allow-Origin is the API's own site, whoever asks."""
    mock.cors.headers = lambda _status: {ORIGIN: "https://soundcloud.com"}


@fault("SC-CORS-02")
def preflight_does_not_name_delete(mock: Any) -> None:
    """A preflight does not allow DELETE."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: dict(original()) | {"Access-Control-Allow-Methods": "GET, HEAD, POST, PUT"},
    )


@fault("SC-CORS-02")
def preflight_allows_any_header_by_a_star(mock: Any) -> None:
    """A preflight allows `*`, which does not cover Authorization."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: dict(original()) | {"Access-Control-Allow-Headers": "*"},
    )


@fault("SC-CORS-02")
def preflight_needs_a_token(mock: Any) -> None:
    """A preflight below /me is judged like any other request."""
    wrap_method(
        mock.cors,
        "is_preflight",
        lambda original, request: original(request) and not request.path.startswith("/me/"),
    )


@fault("SC-CORS-03")
def not_found_cannot_be_read(mock: Any) -> None:
    """A 404 carries no CORS header, a 401 does."""
    wrap_method(mock.cors, "headers", lambda original, status: {} if status == 404 else original(status))


@fault("SC-CORS-04")
def every_origin_gets_credentials(mock: Any) -> None:
    """Any Origin is echoed, with Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        return _echoed(origin) if origin else dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@fault("SC-CORS-04")
def sandboxed_page_gets_credentials(mock: Any) -> None:
    """The origin `null` is echoed, with Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        return _echoed("null") if request.headers.get("Origin") == "null" else dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@fault("SC-JSONP-01")
def one_operation_is_never_a_call(mock: Any) -> None:
    """/users/{user_id} passes a callback over."""
    wrap_method(
        mock.jsonp, "callback", lambda original, request: None if _is_a_user(request) else original(request)
    )


@fault("SC-JSONP-01")
def dollar_in_a_callback_is_lost(mock: Any) -> None:
    """A `$` in the name of a callback is left out of the context."""
    wrap_method(mock.jsonp, "wrap", lambda original, name, text: original(name.replace("$", ""), text))


@fault("SC-JSONP-02")
def any_text_is_a_name(mock: Any) -> None:
    """A callback is echoed whatever it is."""
    mock.jsonp.is_name = lambda _text: True


@fault("SC-JSONP-02")
def name_is_judged_by_its_first_line(mock: Any) -> None:
    """A callback that begins as a name passes for one."""
    wrap_method(
        mock.jsonp, "is_name", lambda original, text: original(text) or original(text.partition("(")[0])
    )


@fault("SC-CORS-04")
def credentials_come_with_answers_to_writing(mock: Any) -> None:
    """A request that writes is answered with its Origin and Access-Control-Allow-Credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        if origin is None or request.method not in ("POST", "PUT", "DELETE"):
            return dict(original(status))
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}

    wrap_method(mock.cors, "headers", headers)


@fault("SC-CORS-02")
def preflight_of_a_sandboxed_page_allows_nothing(mock: Any) -> None:
    """A preflight of the Origin `null` names no methods and no headers."""
    wrap_method(
        mock.cors,
        "preflight_headers",
        lambda original: {} if request.headers.get("Origin") == "null" else original(),
    )


def _echoed(origin: str) -> dict[str, str]:
    return {ORIGIN: origin, "Access-Control-Allow-Credentials": "true"}


def _is_a_user(asked: Any) -> bool:
    return bool(asked.endpoint == "GET /users/{user_id}")
