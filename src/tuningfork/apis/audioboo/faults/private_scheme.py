"""What goes wrong with service keys and source keys (Status; the private scheme)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("AB-SIGN-08")
def linked_is_a_text(mock: Any) -> None:
    """/sources/status answers `"linked": "false"`."""

    def status(handle: Any, *args: Any) -> Any:
        return edit_json(handle(*args), lambda root: root | {"body": {"linked": "false"}})

    wrap_handler(mock.handlers, "GET /sources/status", status)


@fault("AB-SIGN-08")
def second_source_ends_the_first(mock: Any) -> None:
    """A new source makes the one before it unknown."""
    given: list[ApiKey] = []

    def register_source(original: Any) -> ApiKey:
        for source in given:
            source.disabled = True
        given[:] = [original()]
        return given[0]

    wrap_method(mock.api_keys, "register_source", register_source)


@fault("AB-SIGN-08")
def source_keys_read_no_clips(mock: Any) -> None:
    """A source key is accepted at /sources/status only."""

    def verify(original: Any, context: Any, kind: str) -> None:
        if kind == "source" and context.operation != "GET /sources/status":
            raise HttpError(401, "There is no such source")
        original(context, kind)

    wrap_method(mock.signing_scheme, "verify", verify)


@fault("AB-SIGN-08")
def query_is_hashed_with_the_path(mock: Any) -> None:
    """A private signature is over the path with its query."""

    def base_string(original: Any, context: Any, key: Any, signed: Any) -> bytes:
        query: bytes = context.request.query_string
        response: bytes = original(context, key, signed)
        path: bytes = context.path.encode()
        return path + (b"?" + query if query else b"") + response[len(path) :]

    wrap_method(mock.signing_scheme, "base_string", base_string)


@fault("AB-SIGN-08")
def names_are_sorted_with_capitals_first(mock: Any) -> None:
    """The parameters of a private signature are sorted by their bytes."""

    def base_string(_original: Any, context: Any, key: Any, signed: Any) -> bytes:
        pairs = sorted((name.removeprefix("signed_"), value) for name, value in signed)
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{context.path}:{joined}:{key.secret}".encode()

    wrap_method(mock.signing_scheme, "base_string", base_string)


@fault("AB-SIGN-09")
def disabled_service_key_signs_on(mock: Any) -> None:
    """A disabled service key is accepted."""
    _signing_on(mock, "service")


@fault("AB-SIGN-09")
def disabled_source_key_signs_on(mock: Any) -> None:
    """A disabled source key is accepted."""
    _signing_on(mock, "source")


@fault("AB-SIGN-09")
def disabled_key_is_a_bad_request(mock: Any) -> None:
    """A disabled key is answered 400."""
    mock.signing_scheme.disabled_key_status = lambda: 400


@fault("AB-SIGN-09", "AB-ERR-01")
def disabled_key_is_refused_without_a_reason(mock: Any) -> None:
    """The answer to a disabled key has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if (error.message or "").endswith("is disabled") else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-SIGN-11")
def private_signature_is_compared_by_half(mock: Any) -> None:
    """Twenty digits of a private signature are enough."""

    def require_signature(original: Any, context: Any, key: Any, signed: Any, signature: str) -> None:
        whole = mock.signing_scheme.expected_signature(context, key, signed)
        original(context, key, signed, whole if signature[:20] == whole[:20] else signature)

    wrap_method(mock.signing_scheme, "require_signature", require_signature)


@fault("AB-SIGN-11")
def private_signature_of_users_is_not_compared(mock: Any) -> None:
    """Below /users a private signature may be anything."""

    def require_signature(original: Any, context: Any, *args: Any) -> None:
        if not context.path.startswith("/users"):
            original(context, *args)

    wrap_method(mock.signing_scheme, "require_signature", require_signature)


@fault("AB-SIGN-11")
def unknown_service_key_is_not_found(mock: Any) -> None:
    """An unknown service key is answered 404."""

    def require_key(original: Any, kind: str, text: str) -> Any:
        if kind == "service" and mock.api_keys.find(kind, text) is None:
            raise HttpError(404, "There is no such service")
        return original(kind, text)

    wrap_method(mock.signing_scheme, "require_key", require_key)


@fault("AB-SIGN-11", "AB-ERR-01")
def unknown_service_key_is_refused_without_a_reason(mock: Any) -> None:
    """The answer to an unknown service key has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if error.message == "There is no such service" else original(error)

    wrap_method(mock.errors, "headers", headers)


def _signing_on(mock: Any, kind: str) -> None:
    """Disable no key of a kind."""

    def disable(original: Any, of: str, key: str) -> None:
        if of != kind:
            original(of, key)

    wrap_method(mock.api_keys, "disable", disable)
