"""Conforming variants of request checks, envelopes and error responses."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from tuningfork.apis.audioboo.mock.api_version import OUT_OF_DATE
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.model import METHODS

KNOWN_PARAMETERS = (
    *("page[number]", "page[items]", "max_time", "find[", "callback", "fmt", "format", "version", "username"),
    *("following_user_id", "audio_clip[", "user[", "playlist[", "playlist_membership[", "comment[body]"),
    *("attachment[", "source[", "service[", "force_mobile", "image_size_hint["),
)


@variant("AB-REQ-03", "AB-SIGN-01", "AB-SIGN-02")
def unknown_parameter_returns_400(mock: Any) -> None:
    """A request with a parameter that the API does not have returns 400, after the check of its signature."""

    def require_user(original: Any, context: Any) -> None:
        original(context)
        names = [*(name for name, _ in context.parameters), *context.files]
        is_judged = context.key is not None or (context.operation or "").startswith("GET /")
        is_page = mock.authorization.is_browser_page(context.operation)
        if is_judged and not is_page and not all(name.startswith(KNOWN_PARAMETERS) for name in names):
            raise HttpError(400, "there is no such parameter")

    wrap_method(mock.authorization, "require_user", require_user)


@variant("AB-VER-02", "AB-VER-03")
def unsupported_version_returns_status_400(mock: Any) -> None:
    """An unsupported version returns error 800 with the status 400. The claims allow this."""
    mock.api_version.error_status = lambda: 400


@variant("AB-VER-02", "AB-VER-03")
def unsupported_version_returns_status_410(mock: Any) -> None:
    """An unsupported version returns error 800 with the status 410. The claims allow this."""
    mock.api_version.error_status = lambda: 410


@variant("AB-VER-04", "AB-ENV-05")
def missing_version_returns_800(mock: Any) -> None:
    """A request without a version returns error 800, except OAuth, audio, JSON-P and the private scheme."""

    def check(original: Any, context: Any) -> None:
        original(context)
        mock.request_parser.parse(context)
        is_jsonp = mock.jsonp.is_name(context.request.args.get("callback", ""))
        free = mock.api_version.is_exempt(context) or is_jsonp or mock.signing_scheme.key_kind(context)
        if not free and not mock.api_version.requested_versions(context.request.headers.get("Accept", "")):
            raise HttpError(mock.api_version.error_status(), "Please name a version", code=OUT_OF_DATE)

    wrap_method(mock.api_version, "check", check)


@variant("AB-VER-05")
def non_numeric_version_returns_406(mock: Any) -> None:
    """A version that is not a number returns 406."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(406, error.message, code=error.code) from None

    wrap_method(mock.api_version, "check", check)


@variant("AB-VER-06")
def envelope_has_version_201(mock: Any) -> None:
    """The `version` of the envelope is always 201."""
    mock.envelope.version = lambda: 201


@variant("AB-ENV-04")
def envelope_has_no_window(mock: Any) -> None:
    """The envelope has no property `window`."""

    def wrap(original: Any, body: Any) -> Any:
        root = original(body)
        return {name: root[name] for name in ("timestamp", "version", "body")}

    wrap_method(mock.envelope, "wrap", wrap)


@variant("AB-ENV-04")
def window_is_3600(mock: Any) -> None:
    """The `window` of the envelope is 3600."""
    mock.envelope.window = lambda: 3600


@variant("AB-ENV-02")
def timestamp_is_rounded_to_minute(mock: Any) -> None:
    """The `timestamp` of the envelope is rounded down to the minute."""
    wrap_method(mock.envelope, "timestamp", lambda original: original() // 60 * 60)


@variant("AB-ENV-05")
def json_has_no_charset(mock: Any) -> None:
    """The Content-Type of JSON has no charset."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if response.mimetype == "application/json":
            response.headers["Content-Type"] = "application/json"
        return response

    wrap_method(mock, "finish", finish)


@variant("AB-ENV-06")
def deprecated_formats_return_json(mock: Any) -> None:
    """A request for a format other than JSON returns JSON."""
    mock.content_negotiation.check = lambda _context: None


@variant("AB-ENV-07")
def jsonp_has_no_comment(mock: Any) -> None:
    """A JSON-P response has neither the leading comment nor a semicolon."""
    mock.jsonp.wrap = lambda name, text: f"{name}({text})"


@variant("AB-ENV-07")
def jsonp_is_text_javascript(mock: Any) -> None:
    """A JSON-P response has the Content-Type text/javascript and ends with a line break."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(response, name)
        response.set_data(response.get_data() + b"\n")
        response.content_type = "text/javascript"

    wrap_method(mock.jsonp, "make_script", make_script)


@variant("AB-ENV-08")
def invalid_callback_is_ignored(mock: Any) -> None:
    """An invalid `callback` is ignored: the response is JSON."""

    def callback(_original: Any, of: Any) -> str | None:
        name = of.args.get("callback", "")
        return name if mock.jsonp.is_name(name) else None

    wrap_method(mock.jsonp, "callback", callback)


@variant("AB-ERR-07")
def undefined_method_returns_400(mock: Any) -> None:
    """A method that HTTP does not define returns 400 in HTML, before all other checks."""
    _refuse_undefined_methods(mock, status=400)


@variant("AB-ERR-07")
def undefined_method_returns_501(mock: Any) -> None:
    """A method that HTTP does not define returns 501 in HTML, before all other checks."""
    _refuse_undefined_methods(mock, status=501)


@variant("AB-ERR-01", "AB-ERR-03")
def error_codes_differ_from_statuses(mock: Any) -> None:
    """Error codes other than 800 are the status plus 1000."""

    def code(original: Any, error: HttpError) -> int:
        return error.code or 1000 + error.status

    wrap_method(mock.errors, "code", code)


@variant("AB-ERR-01", "AB-VER-02")
def error_descriptions_are_german(mock: Any) -> None:
    """Every error description is the same German sentence."""
    mock.errors.description = lambda _refusal: "Das geht so nicht: bitte lesen Sie die Beschreibung der API."


@variant("AB-ERR-03")
def error_body_has_extra_properties(mock: Any) -> None:
    """The body of an error has the additional properties `help` and `error.status`."""

    def body(original: Any, error: HttpError) -> Any:
        body = original(error)
        if not body:
            return body
        return {"help": "https://audioboom.com/about", "error": body["error"] | {"status": error.status}}

    wrap_method(mock.errors, "body", body)


@variant("AB-ERR-05")
def server_error_is_html(mock: Any) -> None:
    """The body of a 5xx is HTML."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status >= 500:
            response.set_data("<!DOCTYPE html><title>Back soon</title>")
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock.errors, "respond", respond)


@variant("AB-ERR-01")
def header_names_are_lower_case(mock: Any) -> None:
    """All header names are lower case, and there is an additional header x-request-id."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        headers = [(name.lower(), value) for name, value in response.headers.items()]
        response.headers.clear()
        for name, value in [*headers, ("x-request-id", str(id(request)))]:
            response.headers.add(name, value)
        return response

    wrap_method(mock, "finish", finish)


def _refuse_undefined_methods(mock: Any, status: int) -> None:
    """Return this status in HTML for undefined methods, as the parser of an HTTP server does."""

    def admit(original: Any) -> Any:
        if request.method in METHODS:
            return original()
        return Response("<h1>Bad request</h1>", status, content_type="text/html")

    wrap_method(mock, "admit", admit)
