"""Faults of API versions (Standard Parameters; Status, code 800)."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from tuningfork.apis.audioboo.mock.api_version import OUT_OF_DATE
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("AB-VER-01")
def parameter_before_version_returns_800(mock: Any) -> None:
    """An Accept header with the parameter `charset` before `version` returns error 800."""

    def check(original: Any, context: Any) -> None:
        original(context)
        if "charset" in _accept_header(context) and not mock.api_version.is_exempt(context):
            raise _unsupported_version()

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-01")
def capitals_in_version_parameter_return_800(mock: Any) -> None:
    """An Accept header with capitals in its parameter, `Version=1`, returns error 800."""

    def check(original: Any, context: Any) -> None:
        original(context)
        if "Version" in _accept_header(context) and not mock.api_version.is_exempt(context):
            raise _unsupported_version()

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-02", "AB-VER-03")
def any_number_is_supported_version(mock: Any) -> None:
    """Every version that is a number is supported."""
    mock.api_version.is_supported = mock.api_version.is_number


@fault("AB-VER-02")
def long_version_is_supported(mock: Any) -> None:
    """Versions of more than five digits are supported."""
    wrap_method(
        mock.api_version, "is_supported", lambda original, version: len(version) > 5 or original(version)
    )


@fault("AB-VER-02", "AB-VER-03")
def unsupported_version_has_error_code_400(mock: Any) -> None:
    """An unsupported version returns error code 400 instead of 800."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(400, error.message) from None

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-02", "AB-VER-03", "AB-ERR-02", "AB-ENV-03", "AB-ENV-09")
def unsupported_version_returns_status_200(mock: Any) -> None:
    """An unsupported version returns error 800 with the status 200."""
    mock.api_version.error_status = lambda: 200


@fault("AB-VER-03")
def version_of_comments_is_not_checked(mock: Any) -> None:
    """The version in a request for /audio_clips/{id}/comments is not checked."""
    _skip_version_check(mock, lambda context: context.operation == "GET /audio_clips/{clip_id}/comments")


@fault("AB-VER-03")
def version_of_delete_is_not_checked(mock: Any) -> None:
    """The version in a DELETE is not checked."""
    _skip_version_check(mock, lambda context: context.request.method == "DELETE")


@fault("AB-VER-03")
def missing_signature_returns_401_before_800(mock: Any) -> None:
    """A request without a signature and with an unsupported version returns 401, not error 800."""

    def check(original: Any, context: Any) -> None:
        if (
            mock.authorization.requires_user(context.operation)
            and "Authorization" not in context.request.headers
        ):
            raise HttpError(401)
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03")
def unknown_clip_returns_404_before_800(mock: Any) -> None:
    """GET of an unknown clip with an unsupported version returns 404, not error 800."""

    def check(original: Any, context: Any) -> None:
        if context.operation == "GET /audio_clips/{clip_id}":
            mock.clips.get_or_404(context.request.view_args["clip_id"])
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03")
def unsupported_format_returns_406_before_800(mock: Any) -> None:
    """A request with an unsupported format and version returns 406, not error 800."""

    def check(original: Any, context: Any) -> None:
        mock.content_negotiation.check(context)
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03", "AB-VER-02")
def twelfth_unsupported_version_is_accepted(mock: Any) -> None:
    """Every twelfth request with an unsupported version is accepted."""
    refused: list[None] = []

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError:
            refused.append(None)
            if len(refused) % 12:
                raise

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03")
def unsupported_version_update_is_executed(mock: Any) -> None:
    """An update (PUT of a clip) with an unsupported version returns error 800, but is executed."""

    def check(original: Any, context: Any) -> None:
        if context.operation != "PUT /audio_clips/{clip_id}":
            original(context)

    def change(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        if "999" in _accept_header(context):
            raise _unsupported_version()
        return response

    wrap_method(mock.api_version, "check", check)
    wrap_handler(mock.handlers, "PUT /audio_clips/{clip_id}", change)


@fault("AB-VER-04")
def jsonp_without_version_returns_800(mock: Any) -> None:
    """A request with `callback` (JSON-P) and without a version returns error 800."""
    _require_version(mock, lambda context: "callback" in context.request.args)


@fault("AB-VER-03", "AB-VER-02")
def version_of_service_is_not_checked(mock: Any) -> None:
    """The version in a request that is signed with a service key is not checked."""

    def is_exempt(original: Any, context: Any) -> bool:
        return "service[key]" in context.request.args or original(context)

    wrap_method(mock.api_version, "is_exempt", is_exempt)


@fault("AB-VER-03", "AB-VER-02")
def version_of_jsonp_is_not_checked(mock: Any) -> None:
    """The version in a request with `callback` (JSON-P) is not checked."""
    wrap_method(
        mock.api_version,
        "is_exempt",
        lambda original, context: "callback" in context.request.args or original(context),
    )


@fault("AB-VER-04")
def service_without_version_returns_800(mock: Any) -> None:
    """A request with the signature of a service key and without a version returns error 800."""
    _require_version(mock, lambda context: "service[key]" in context.request.args)


@fault("AB-VER-04")
def audio_without_version_returns_800(mock: Any) -> None:
    """A request for audio (`.mp3`) without a version returns error 800."""
    _require_version(mock, lambda context: context.request.path.endswith(".mp3"))


@fault("AB-VER-04")
def account_without_version_returns_404(mock: Any) -> None:
    """GET /account without a version returns 404."""

    def show(handle: Any, mock: Any, context: Any) -> Any:
        if "version" not in _accept_header(context).lower():
            raise HttpError(404)
        return handle(mock, context)

    wrap_handler(mock.handlers, "GET /account", show)


@fault("AB-VER-05")
def non_numeric_version_is_ignored(mock: Any) -> None:
    """A version that is not a number is ignored."""
    wrap_method(
        mock.api_version,
        "requested_versions",
        lambda original, accept: [
            version for version in original(accept) if mock.api_version.is_number(version)
        ],
    )


@fault("AB-VER-05", "AB-ERR-07")
def alphabetic_version_returns_500(mock: Any) -> None:
    """A version that consists of letters returns 500."""

    def is_number(original: Any, version: str) -> bool:
        if version.isalpha():
            raise HttpError(500)
        return bool(original(version))

    wrap_method(mock.api_version, "is_number", is_number)


@fault("AB-VER-05", "AB-ERR-01")
def non_numeric_version_has_no_error_headers(mock: Any) -> None:
    """The 400 for a version that is not a number has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if "not a number" in (error.message or "") else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-VER-06")
def envelope_has_requested_version(mock: Any) -> None:
    """The `version` of the envelope is the requested one, 1, instead of 200."""

    def version(original: Any) -> Any:
        is_requested = has_request_context() and "version=1" in request.headers.get("Accept", "")
        return 1 if is_requested else original()

    wrap_method(mock.envelope, "version", version)


@fault("AB-VER-06")
def envelope_of_error_has_other_version(mock: Any) -> None:
    """The `version` in the envelope of an error is 201 instead of 200."""

    def respond(original: Any, body: Any, status: int = 200, headers: Any = None) -> Any:
        response = original(body, status, headers)
        if status >= 400:
            response.set_data(response.get_data().replace(b'"version":200', b'"version":201'))
        return response

    wrap_method(mock.envelope, "respond", respond)


@fault("AB-VER-03")
def wrong_signature_returns_401_before_800(mock: Any) -> None:
    """A request with a wrong OAuth signature and an unsupported version returns 401, not error 800."""

    def check(original: Any, context: Any) -> None:
        if "Authorization" in context.request.headers:
            mock.request_parser.parse(context)
            protocol = mock.signatures.protocol_parameters(context)
            consumer = mock.signatures.require_consumer(protocol["oauth_consumer_key"])
            token = mock.signatures.require_token(context, protocol.get("oauth_token", ""), consumer)
            mock.signatures.require_signature(context, protocol, consumer, token)
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-05")
def non_numeric_version_of_write_is_ignored(mock: Any) -> None:
    """A version that is not a number is ignored in POST, PUT and DELETE."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            if error.code == OUT_OF_DATE or context.request.method == "GET":
                raise

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-05")
def non_numeric_version_of_signed_request_is_ignored(mock: Any) -> None:
    """A version that is not a number is ignored if the request has an Authorization header."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            if error.code == OUT_OF_DATE or "Authorization" not in context.request.headers:
                raise

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-06")
def envelope_of_new_clip_has_version_one(mock: Any) -> None:
    """The `version` in the envelope of the response to an upload is 1 instead of 200."""
    _respond_with_version_one(mock, "POST /account/audio_clips")


@fault("AB-VER-06")
def envelope_of_source_status_has_version_one(mock: Any) -> None:
    """The `version` in the envelope of GET /sources/status is 1 instead of 200."""
    _respond_with_version_one(mock, "GET /sources/status")


def _respond_with_version_one(mock: Any, operation: str) -> None:
    """Replace the version in the envelope of an operation by 1."""
    wrap_handler(
        mock.handlers,
        operation,
        lambda handle, *args: edit_json(handle(*args), lambda root: root | {"version": 1}),
    )


def _accept_header(context: Any) -> str:
    """Return the Accept header of a request."""
    return str(context.request.headers.get("Accept", ""))


def _unsupported_version() -> HttpError:
    """Return the error for an unsupported version."""
    return HttpError(406, "Please update", code=OUT_OF_DATE)


def _skip_version_check(mock: Any, condition: Any) -> None:
    """Skip the version check for the requests for which `condition(context)` is true."""
    wrap_method(
        mock.api_version, "check", lambda original, context: None if condition(context) else original(context)
    )


def _require_version(mock: Any, condition: Any) -> None:
    """Return error 800 for requests without a version for which `condition(context)` is true."""

    def check(original: Any, context: Any) -> None:
        if condition(context) and "version" not in _accept_header(context).lower():
            raise _unsupported_version()
        original(context)

    wrap_method(mock.api_version, "check", check)
