"""Other ways to take requests and to word answers, which no claim fixes."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from tuningfork.apis.audioboo.mock.api_version import OUT_OF_DATE
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.model import METHODS


@variant("AB-VER-02", "AB-VER-03")
def out_of_date_is_a_bad_request(mock: Any) -> None:
    """Error 800 comes with status 400."""
    mock.api_version.error_status = lambda: 400


@variant("AB-VER-02", "AB-VER-03")
def out_of_date_is_gone(mock: Any) -> None:
    """Error 800 comes with status 410."""
    mock.api_version.error_status = lambda: 410


@variant("AB-VER-04", "AB-ENV-05")
def no_version_is_out_of_date(mock: Any) -> None:
    """Who names no version gets error 800, but for OAuth, audio, JSON-P and the private scheme."""

    def check(original: Any, context: Any) -> None:
        original(context)
        mock.request_parser.parse(context)
        is_jsonp = mock.jsonp.is_name(context.request.args.get("callback", ""))
        free = mock.api_version.is_exempt(context) or is_jsonp or mock.signing_scheme.key_kind(context)
        if not free and not mock.api_version.requested_versions(context.request.headers.get("Accept", "")):
            raise HttpError(mock.api_version.error_status(), "Please name a version", code=OUT_OF_DATE)

    wrap_method(mock.api_version, "check", check)


@variant("AB-VER-05")
def version_that_is_no_number_is_not_acceptable(mock: Any) -> None:
    """A version that is no number is 406."""

    def check(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(406, error.message, code=error.code) from None

    wrap_method(mock.api_version, "check", check)


@variant("AB-VER-06")
def envelope_is_of_version_201(mock: Any) -> None:
    """The envelope's version is another integer, always the same."""
    mock.envelope.version = lambda: 201


@variant("AB-ENV-04")
def envelope_has_no_window(mock: Any) -> None:
    """The envelope has version, timestamp and body only."""

    def wrap(original: Any, body: Any) -> Any:
        root = original(body)
        return {name: root[name] for name in ("timestamp", "version", "body")}

    wrap_method(mock.envelope, "wrap", wrap)


@variant("AB-ENV-04")
def window_is_an_hour(mock: Any) -> None:
    """The window is 3600."""
    mock.envelope.window = lambda: 3600


@variant("AB-ENV-02")
def timestamp_is_of_the_minute(mock: Any) -> None:
    """The timestamp is that of the last full minute."""
    wrap_method(mock.envelope, "timestamp", lambda original: original() // 60 * 60)


@variant("AB-ENV-05")
def json_has_no_charset(mock: Any) -> None:
    """JSON is `application/json`, without a parameter."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if response.mimetype == "application/json":
            response.headers["Content-Type"] = "application/json"
        return response

    wrap_method(mock, "finish", finish)


@variant("AB-ENV-06")
def deprecated_formats_are_answered_in_json(mock: Any) -> None:
    """Whatever a client takes, it gets JSON."""
    mock.content_negotiation.check = lambda _context: None


@variant("AB-ENV-07")
def script_has_no_comment(mock: Any) -> None:
    """The call of a callback stands alone, without a semicolon."""
    mock.jsonp.wrap = lambda name, text: f"{name}({text})"


@variant("AB-ENV-07")
def script_is_typed_as_text(mock: Any) -> None:
    """The call of a callback is `text/javascript`, on a line of its own."""

    def make_script(original: Any, response: Any, name: str) -> None:
        original(response, name)
        response.set_data(response.get_data() + b"\n")
        response.content_type = "text/javascript"

    wrap_method(mock.jsonp, "make_script", make_script)


@variant("AB-ENV-08")
def bad_callback_is_passed_over(mock: Any) -> None:
    """A callback that is no name gives JSON."""

    def callback(_original: Any, of: Any) -> str | None:
        name = of.args.get("callback", "")
        return name if mock.jsonp.is_name(name) else None

    wrap_method(mock.jsonp, "callback", callback)


@variant("AB-ERR-07")
def undefined_methods_are_a_bad_request(mock: Any) -> None:
    """A method that HTTP does not define is 400 in HTML, before anything else is judged."""
    _refusing_undefined_methods(mock, 400)


@variant("AB-ERR-07")
def undefined_methods_are_not_implemented(mock: Any) -> None:
    """A method that HTTP does not define is 501 in HTML, before anything else is judged."""
    _refusing_undefined_methods(mock, 501)


@variant("AB-ERR-01", "AB-ERR-03")
def error_codes_are_others(mock: Any) -> None:
    """Error codes other than 800 are numbers of the server's own."""

    def code(original: Any, error: HttpError) -> int:
        return error.code or 1000 + error.status

    wrap_method(mock.errors, "code", code)


@variant("AB-ERR-01", "AB-VER-02")
def descriptions_are_in_german(mock: Any) -> None:
    """Every description is the same sentence, in another language."""
    mock.errors.description = lambda _refusal: "Das geht so nicht: bitte lesen Sie die Beschreibung der API."


@variant("AB-ERR-03")
def error_in_a_body_says_more(mock: Any) -> None:
    """`error` has the request's path and the status too, and stands beside something."""

    def body(original: Any, error: HttpError) -> Any:
        told = original(error)
        if not told:
            return told
        return {"help": "https://audioboom.com/about", "error": told["error"] | {"status": error.status}}

    wrap_method(mock.errors, "body", body)


@variant("AB-ERR-05")
def outage_is_answered_in_html(mock: Any) -> None:
    """A failure of the server has a page of HTML."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status >= 500:
            response.set_data("<!DOCTYPE html><title>Back soon</title>")
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock.errors, "respond", respond)


@variant("AB-ERR-01")
def error_headers_are_in_small_letters(mock: Any) -> None:
    """The names of all headers are in small letters, and there are more of them."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        told = [(name.lower(), value) for name, value in response.headers.items()]
        response.headers.clear()
        for name, value in [*told, ("x-request-id", str(id(request)))]:
            response.headers.add(name, value)
        return response

    wrap_method(mock, "finish", finish)


def _refusing_undefined_methods(mock: Any, status: int) -> None:
    """As a server's parser does: without the API's own form of an error."""

    def admit(original: Any) -> Any:
        if request.method in METHODS:
            return original()
        return Response("<h1>Bad request</h1>", status, content_type="text/html")

    wrap_method(mock, "admit", admit)
