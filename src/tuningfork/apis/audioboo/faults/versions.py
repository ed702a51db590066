"""What goes wrong with versions (Standard Parameters; Status, code 800)."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from tuningfork.apis.audioboo.mock.api_version import OUT_OF_DATE
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("AB-VER-01")
def parameter_before_a_version_makes_it_too_old(mock: Any) -> None:
    """`application/json; charset=utf-8; version=1` is refused with code 800."""

    def check(original: Any, context: Any) -> None:
        original(context)
        if "charset" in _accept(context) and not mock.api_version.is_exempt(context):
            raise _out_of_date()

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-01")
def capitals_make_a_version_too_old(mock: Any) -> None:
    """`Application/JSON; Version=1` is refused with code 800."""

    def check(original: Any, context: Any) -> None:
        original(context)
        if "Version" in _accept(context) and not mock.api_version.is_exempt(context):
            raise _out_of_date()

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-02", "AB-VER-03")
def any_number_is_a_version(mock: Any) -> None:
    """Every version that is a number is served."""
    mock.api_version.is_supported = mock.api_version.is_number


@fault("AB-VER-02")
def versions_of_the_far_future_are_served(mock: Any) -> None:
    """A version of more than five digits is served."""
    wrap_method(
        mock.api_version, "is_supported", lambda original, version: len(version) > 5 or original(version)
    )


@fault("AB-VER-02", "AB-VER-03")
def out_of_date_is_error_400(mock: Any) -> None:
    """A version that there is not has error code 400."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(400, error.message) from None

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-02", "AB-VER-03", "AB-ERR-02", "AB-ENV-03", "AB-ENV-09")
def out_of_date_is_answered_200(mock: Any) -> None:
    """Error 800 comes with status 200."""
    mock.api_version.error_status = lambda: 200


@fault("AB-VER-03")
def comments_have_no_version(mock: Any) -> None:
    """GET /audio_clips/{id}/comments is served in any version."""
    _exempt(mock, lambda context: context.operation == "GET /audio_clips/{clip_id}/comments")


@fault("AB-VER-03")
def version_of_deletions_is_not_judged(mock: Any) -> None:
    """DELETE is not refused for its version."""
    _exempt(mock, lambda context: context.request.method == "DELETE")


@fault("AB-VER-03")
def signature_is_asked_for_before_the_version(mock: Any) -> None:
    """Who has not signed is told 401 before 800."""

    def check(original: Any, context: Any) -> None:
        if (
            mock.authorization.requires_user(context.operation)
            and "Authorization" not in context.request.headers
        ):
            raise HttpError(401)
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03")
def missing_clip_is_told_before_the_version(mock: Any) -> None:
    """A clip that there is not is 404 in any version."""

    def check(original: Any, context: Any) -> None:
        if context.operation == "GET /audio_clips/{clip_id}":
            mock.clips.get_or_404(context.request.view_args["clip_id"])
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03")
def format_is_judged_before_the_version(mock: Any) -> None:
    """Who takes no JSON is told 406 without code 800."""

    def check(original: Any, context: Any) -> None:
        mock.content_negotiation.check(context)
        original(context)

    wrap_method(mock.api_version, "check", check)


@fault("AB-VER-03", "AB-VER-02")
def twelfth_request_out_of_date_is_served(mock: Any) -> None:
    """After eleven refusals of a version the next is served."""
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
def change_of_another_version_is_refused_and_done(mock: Any) -> None:
    """PUT /audio_clips/{id} changes the clip, and is refused for its version then."""

    def check(original: Any, context: Any) -> None:
        if context.operation != "PUT /audio_clips/{clip_id}":
            original(context)

    def change(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        if "999" in _accept(context):
            raise _out_of_date()
        return response

    wrap_method(mock.api_version, "check", check)
    wrap_handler(mock.handlers, "PUT /audio_clips/{clip_id}", change)


@fault("AB-VER-04")
def scripts_need_a_version(mock: Any) -> None:
    """A request with `callback` and without a version is refused with code 800."""
    _needing(mock, lambda context: "callback" in context.request.args)


@fault("AB-VER-03", "AB-VER-02")
def services_may_ask_for_any_version(mock: Any) -> None:
    """A request of the private scheme is served in a version that there is not."""

    def is_exempt(original: Any, context: Any) -> bool:
        return "service[key]" in context.request.args or original(context)

    wrap_method(mock.api_version, "is_exempt", is_exempt)


@fault("AB-VER-03", "AB-VER-02")
def scripts_may_ask_for_any_version(mock: Any) -> None:
    """JSON-P is served in a version that there is not."""
    wrap_method(
        mock.api_version,
        "is_exempt",
        lambda original, context: "callback" in context.request.args or original(context),
    )


@fault("AB-VER-04")
def services_need_a_version(mock: Any) -> None:
    """A request of the private scheme without a version is refused with code 800."""
    _needing(mock, lambda context: "service[key]" in context.request.args)


@fault("AB-VER-04")
def audio_needs_a_version(mock: Any) -> None:
    """`.mp3` without a version is refused with code 800."""
    _needing(mock, lambda context: context.request.path.endswith(".mp3"))


@fault("AB-VER-04")
def account_without_a_version_is_not_found(mock: Any) -> None:
    """GET /account answers 404 to who names no version."""

    def show(handle: Any, mock: Any, context: Any) -> Any:
        if "version" not in _accept(context).lower():
            raise HttpError(404)
        return handle(mock, context)

    wrap_handler(mock.handlers, "GET /account", show)


@fault("AB-VER-05")
def version_in_words_is_served(mock: Any) -> None:
    """A version that is no number counts as none."""
    wrap_method(
        mock.api_version,
        "requested_versions",
        lambda original, accept: [
            version for version in original(accept) if mock.api_version.is_number(version)
        ],
    )


@fault("AB-VER-05", "AB-ERR-07")
def version_in_letters_is_a_server_error(mock: Any) -> None:
    """A version of nothing but letters is answered 500."""

    def is_number(original: Any, version: str) -> bool:
        if version.isalpha():
            raise HttpError(500)
        return bool(original(version))

    wrap_method(mock.api_version, "is_number", is_number)


@fault("AB-VER-05", "AB-ERR-01")
def version_in_words_is_refused_without_a_reason(mock: Any) -> None:
    """The 400 of a version that is no number has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        return {} if "not a number" in (error.message or "") else original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-VER-06")
def envelope_has_the_version_that_was_asked_for(mock: Any) -> None:
    """The envelope's version is 1 where Accept says so."""

    def version(original: Any) -> Any:
        asked = has_request_context() and "version=1" in request.headers.get("Accept", "")
        return 1 if asked else original()

    wrap_method(mock.envelope, "version", version)


@fault("AB-VER-06")
def errors_have_another_version(mock: Any) -> None:
    """The envelope of an error says 201."""

    def respond(original: Any, body: Any, status: int = 200) -> Any:
        response = original(body, status)
        if status >= 400:
            response.set_data(response.get_data().replace(b'"version":200', b'"version":201'))
        return response

    wrap_method(mock.envelope, "respond", respond)


def _accept(context: Any) -> str:
    return str(context.request.headers.get("Accept", ""))


def _out_of_date() -> HttpError:
    return HttpError(406, "Please update", code=OUT_OF_DATE)


def _exempt(mock: Any, which: Any) -> None:
    """Judge no version of some calls."""
    wrap_method(
        mock.api_version, "check", lambda original, context: None if which(context) else original(context)
    )


def _needing(mock: Any, which: Any) -> None:
    """Refuse some calls that name no version."""

    def check(original: Any, context: Any) -> None:
        if which(context) and "version" not in _accept(context).lower():
            raise _out_of_date()
        original(context)

    wrap_method(mock.api_version, "check", check)
