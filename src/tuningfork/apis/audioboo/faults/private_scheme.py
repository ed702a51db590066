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

    def status(handle: Any, *of: Any) -> Any:
        return edit_json(handle(*of), lambda root: root | {"body": {"linked": "false"}})

    wrap_handler(mock.handlers, "GET /sources/status", status)


@fault("AB-SIGN-08")
def second_source_ends_the_first(mock: Any) -> None:
    """A new source makes the one before it unknown."""
    given: list[ApiKey] = []

    def register_source(register: Any) -> ApiKey:
        for source in given:
            source.disabled = True
        given[:] = [register()]
        return given[0]

    wrap_method(mock.keys, "register_source", register_source)


@fault("AB-SIGN-08")
def source_keys_read_no_clips(mock: Any) -> None:
    """A source key is accepted at /sources/status only."""

    def judge(judge: Any, call: Any, kind: str) -> None:
        if kind == "source" and call.operation != "GET /sources/status":
            raise HttpError(401, "There is no such source")
        judge(call, kind)

    wrap_method(mock.private, "judge", judge)


@fault("AB-SIGN-08")
def query_is_hashed_with_the_path(mock: Any) -> None:
    """A private signature is over the path with its query."""

    def text(text: Any, call: Any, key: Any, signed: Any) -> bytes:
        query: bytes = call.request.query_string
        made: bytes = text(call, key, signed)
        path: bytes = call.path.encode()
        return path + (b"?" + query if query else b"") + made[len(path) :]

    wrap_method(mock.private, "text", text)


@fault("AB-SIGN-08")
def names_are_sorted_with_capitals_first(mock: Any) -> None:
    """The parameters of a private signature are sorted by their bytes."""

    def text(_text: Any, call: Any, key: Any, signed: Any) -> bytes:
        pairs = sorted((name.removeprefix("signed_"), value) for name, value in signed)
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{call.path}:{joined}:{key.secret}".encode()

    wrap_method(mock.private, "text", text)


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
    mock.private.disabled_status = lambda: 400


@fault("AB-SIGN-09", "AB-ERR-01")
def disabled_key_is_refused_without_a_reason(mock: Any) -> None:
    """The answer to a disabled key has no error headers."""

    def headers(headers: Any, refusal: HttpError) -> Any:
        return {} if (refusal.message or "").endswith("is disabled") else headers(refusal)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-SIGN-11")
def private_signature_is_compared_by_half(mock: Any) -> None:
    """Twenty digits of a private signature are enough."""

    def need(need: Any, call: Any, key: Any, signed: Any, signature: str) -> None:
        whole = mock.private.digest(call, key, signed)
        need(call, key, signed, whole if signature[:20] == whole[:20] else signature)

    wrap_method(mock.private, "need_signature", need)


@fault("AB-SIGN-11")
def private_signature_of_users_is_not_compared(mock: Any) -> None:
    """Below /users a private signature may be anything."""

    def need(need: Any, call: Any, *of: Any) -> None:
        if not call.path.startswith("/users"):
            need(call, *of)

    wrap_method(mock.private, "need_signature", need)


@fault("AB-SIGN-11")
def unknown_service_key_is_not_found(mock: Any) -> None:
    """An unknown service key is answered 404."""

    def need_key(need: Any, kind: str, text: str) -> Any:
        if kind == "service" and mock.keys.find(kind, text) is None:
            raise HttpError(404, "There is no such service")
        return need(kind, text)

    wrap_method(mock.private, "need_key", need_key)


@fault("AB-SIGN-11", "AB-ERR-01")
def unknown_service_key_is_refused_without_a_reason(mock: Any) -> None:
    """The answer to an unknown service key has no error headers."""

    def headers(headers: Any, refusal: HttpError) -> Any:
        return {} if refusal.message == "There is no such service" else headers(refusal)

    wrap_method(mock.errors, "headers", headers)


def _signing_on(mock: Any, kind: str) -> None:
    """Disable no key of a kind."""

    def disable(disable: Any, of: str, key: str) -> None:
        if of != kind:
            disable(of, key)

    wrap_method(mock.keys, "disable", disable)
