"""Faults of service keys and source keys (Status; the private signing scheme)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("AB-SIGN-08")
def linked_is_string(mock: Any) -> None:
    """GET /sources/status returns the string `"false"` as `linked` instead of a boolean."""

    def status(handle: Any, *args: Any) -> Any:
        return edit_json(handle(*args), lambda root: root | {"body": {"linked": "false"}})

    wrap_handler(mock.handlers, "GET /sources/status", status)


@fault("AB-SIGN-08")
def new_source_disables_previous(mock: Any) -> None:
    """The registration of a new source disables the previously registered source."""
    sources: list[ApiKey] = []

    def register_source(original: Any) -> ApiKey:
        for source in sources:
            source.disabled = True
        sources[:] = [original()]
        return sources[0]

    wrap_method(mock.api_keys, "register_source", register_source)


@fault("AB-SIGN-08")
def source_key_is_limited_to_status(mock: Any) -> None:
    """A source key returns 401 for all operations but GET /sources/status."""

    def verify(original: Any, context: Any, kind: str) -> None:
        if kind == "source" and context.operation != "GET /sources/status":
            raise HttpError(401, "There is no such source")
        original(context, kind)

    wrap_method(mock.signing_scheme, "verify", verify)


@fault("AB-SIGN-08")
def query_is_signed_with_path(mock: Any) -> None:
    """The private signature covers the path with its query."""

    def base_string(original: Any, context: Any, key: Any, signed: Any) -> bytes:
        query: bytes = context.request.query_string
        text: bytes = original(context, key, signed)
        path: bytes = context.path.encode()
        return path + (b"?" + query if query else b"") + text[len(path) :]

    wrap_method(mock.signing_scheme, "base_string", base_string)


@fault("AB-SIGN-08")
def signed_names_are_sorted_case_sensitively(mock: Any) -> None:
    """The private signature sorts parameters by their bytes, capitals first."""

    def base_string(_original: Any, context: Any, key: Any, signed: Any) -> bytes:
        pairs = sorted((name.removeprefix("signed_"), value) for name, value in signed)
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{context.path}:{joined}:{key.secret}".encode()

    wrap_method(mock.signing_scheme, "base_string", base_string)


@fault("AB-SIGN-09")
def disabled_service_key_is_accepted(mock: Any) -> None:
    """A disabled service key is accepted."""
    _ignore_disabling(mock, "service")


@fault("AB-SIGN-09")
def disabled_source_key_is_accepted(mock: Any) -> None:
    """A disabled source key is accepted."""
    _ignore_disabling(mock, "source")


@fault("AB-SIGN-09")
def disabled_key_returns_400(mock: Any) -> None:
    """A disabled key returns 400 instead of 401."""
    mock.signing_scheme.disabled_key_status = lambda: 400


@fault("AB-SIGN-09", "AB-ERR-01")
def disabled_key_has_no_error_headers(mock: Any) -> None:
    """The response to a disabled key has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if (error.message or "").endswith("is disabled") else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-SIGN-11")
def private_signature_is_compared_by_half(mock: Any) -> None:
    """A private signature is compared only by its first half, 20 digits."""

    def require_signature(original: Any, context: Any, key: Any, signed: Any, signature: str) -> None:
        whole = mock.signing_scheme.expected_signature(context, key, signed)
        original(context, key, signed, whole if signature[:20] == whole[:20] else signature)

    wrap_method(mock.signing_scheme, "require_signature", require_signature)


@fault("AB-SIGN-11")
def private_signature_is_ignored_below_users(mock: Any) -> None:
    """Private signatures are not checked for paths below /users."""

    def require_signature(original: Any, context: Any, *args: Any) -> None:
        if not context.path.startswith("/users"):
            original(context, *args)

    wrap_method(mock.signing_scheme, "require_signature", require_signature)


@fault("AB-SIGN-11")
def unknown_service_key_returns_404(mock: Any) -> None:
    """An unknown service key returns 404 instead of 401."""

    def require_key(original: Any, kind: str, text: str) -> Any:
        if kind == "service" and mock.api_keys.find(kind, text) is None:
            raise HttpError(404, "There is no such service")
        return original(kind, text)

    wrap_method(mock.signing_scheme, "require_key", require_key)


@fault("AB-SIGN-11", "AB-ERR-01")
def unknown_service_key_has_no_error_headers(mock: Any) -> None:
    """The response to an unknown service key has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if error.message == "There is no such service" else original(error)

    wrap_method(mock.errors, "headers", headers)


def _ignore_disabling(mock: Any, kind: str) -> None:
    """Ignore requests to disable a key of this kind."""

    def disable(original: Any, of: str, key: str) -> None:
        if of != kind:
            original(of, key)

    wrap_method(mock.api_keys, "disable", disable)


@fault("AB-SIGN-08")
def key_of_second_registration_is_disabled(mock: Any) -> None:
    """A device that registers again with its `unique_identifier` gets a key that is disabled."""
    identifiers: set[str] = set()

    def register(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        identifier = context.text("source[unique_identifier]")
        if identifier in identifiers:
            mock.api_keys.disable("source", response.get_json()["body"]["source"]["api_key"])
        identifiers.add(identifier)
        return response

    wrap_handler(mock.handlers, "POST /sources/register", register)


@fault("AB-CLIP-12")
def service_key_may_update_clips(mock: Any) -> None:
    """PUT of a clip is accepted from a service key, which belongs to no user."""
    _allow_service_key(mock, "PUT /audio_clips/{clip_id}", "require_owner")


@fault("AB-LIST-01")
def service_key_may_delete_playlists(mock: Any) -> None:
    """DELETE of a playlist is accepted from a service key, which belongs to no user."""
    _allow_service_key(mock, "DELETE /playlists/{playlist_id}", "require_owner")


@fault("AB-SOC-04")
def service_key_may_delete_comments(mock: Any) -> None:
    """DELETE of a comment is accepted from a service key, which belongs to no user."""
    operation = "DELETE /audio_clips/{clip_id}/comments/{comment_id}"
    _allow_service_key(mock, operation, "require_author_or_clip_owner")


def _allow_service_key(mock: Any, operation: str, permission: str) -> None:
    """Skip the check of the user and of the permission for an operation that a service key signs."""

    def is_allowed(context: Any) -> bool:
        return context.operation == operation and context.key is not None and context.key.kind == "service"

    wrap_method(
        mock.authorization,
        "require_user",
        lambda original, context: None if is_allowed(context) else original(context),
    )
    wrap_method(
        mock.permissions,
        permission,
        lambda original, resource, context: None if is_allowed(context) else original(resource, context),
    )
