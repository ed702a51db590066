"""Faults of token requests (https://developers.soundcloud.com/docs/api/guide#authentication)."""

from __future__ import annotations

from itertools import count
from typing import Any

from tuningfork.apis.soundcloud.mock.apps import FIRST, SECOND, App
from tuningfork.apis.soundcloud.mock.oauth_server import OAuthRequest
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-TOKEN-01", "SC-TOKEN-02")
def client_credentials_response_has_no_scope(mock: Any) -> None:
    """The token response for client credentials has no property `scope`."""
    _edit_responses_of_grant(mock, "client_credentials", lambda tokens: _without(tokens, "scope"))


@fault("SC-TOKEN-02", "SC-TOKEN-03")
def expires_in_of_a_refresh_is_a_string(mock: Any) -> None:
    """The property `expires_in` of the response to a refresh is a string instead of a number."""
    _edit_responses_of_grant(
        mock, "refresh_token", lambda tokens: tokens | {"expires_in": str(tokens["expires_in"])}
    )


@fault("SC-TOKEN-02")
def scope_is_null(mock: Any) -> None:
    """The property `scope` of a token response is null instead of an empty string."""
    wrap_method(mock.tokens, "serialize", lambda original, token: original(token) | {"scope": None})


@fault("SC-TOKEN-03")
def expires_in_of_a_refresh_is_a_day(mock: Any) -> None:
    """The `expires_in` of the response to a refresh is a day (86400 seconds) instead of an hour (3599)."""
    _edit_responses_of_grant(mock, "refresh_token", lambda tokens: tokens | {"expires_in": 86_400})


@fault("SC-TOKEN-04")
def client_secret_comparison_ignores_case(mock: Any) -> None:
    """A `client_secret` is accepted with capitals for small letters, and the reverse."""
    _replace_apps(mock, _CaselessSecret)


@fault("SC-TOKEN-04")
def unknown_client_id_returns_400(mock: Any) -> None:
    """A token request with an unknown `client_id` returns 400 instead of 401."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if mock.apps.find(context.request.form.get("client_id", "")) is None:
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_client"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-04")
def wrong_secret_in_basic_is_accepted(mock: Any) -> None:
    """A token request with HTTP Basic is accepted with a wrong secret if the client id exists."""

    def respond(original: Any, request: OAuthRequest) -> Any:
        if request.basic_id is None or (app := mock.apps.find(request.basic_id)) is None:
            return original(request)
        credentials = {"client_id": app.client_id, "client_secret": app.client_secret}
        return original(OAuthRequest({**request.form, **credentials}, request.address))

    wrap_method(mock.oauth_server, "respond", respond)


@fault("SC-TOKEN-04")
def wrong_secret_in_form_is_accepted_with_basic(mock: Any) -> None:
    """A wrong `client_secret` in the form is accepted if the request has correct HTTP Basic."""
    mock.oauth_server.require_one_auth_method = lambda _request: None


@fault("SC-TOKEN-05")
def missing_grant_type_means_client_credentials(mock: Any) -> None:
    """A token request without a `grant_type` returns an app's own tokens."""
    wrap_method(
        mock.oauth_server,
        "respond",
        lambda original, request: original(
            _with_fields(request, {"grant_type": "client_credentials", **request.form})
        ),
    )


@fault("SC-TOKEN-05")
def unsupported_grant_type_returns_401(mock: Any) -> None:
    """A token request with an unsupported `grant_type` returns 401 instead of 400."""

    def to_http_error(original: Any, error: Exception) -> HttpError:
        http_error: HttpError = original(error)
        if "unsupported_grant_type" in str(http_error.body):
            return _with_status(http_error, status=401)
        return http_error

    wrap_method(mock.oauth_server, "to_http_error", to_http_error)


@fault("SC-TOKEN-06")
def unknown_code_returns_invalid_request(mock: Any) -> None:
    """A token request with an unknown code returns the error `invalid_request` instead of `invalid_grant`."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        code = context.request.form.get("code")
        if code is not None and mock.codes.find(code) is None:
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-06")
def missing_refresh_token_returns_422(mock: Any) -> None:
    """A refresh without a `refresh_token` returns 422 instead of 400."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        form = context.request.form
        if form.get("grant_type") == "refresh_token" and not form.get("refresh_token"):
            raise HttpError(422, body=mock.errors.oauth_body(422, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-15")
def credentials_in_the_query_are_accepted(mock: Any) -> None:
    """A token request with `client_id` and `client_secret` in its query is accepted."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if "client_secret" not in context.args:
            return original(mock, context)
        return mock.oauth_server.respond(
            OAuthRequest({**context.args.to_dict(), **context.request.form.to_dict()})
        )

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-16")
def json_token_request_is_accepted(mock: Any) -> None:
    """A token request with a JSON body is accepted."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        body = context.request.get_json(silent=True)
        if isinstance(body, dict):
            return mock.oauth_server.respond(OAuthRequest(body))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-16")
def repeated_parameter_is_accepted(mock: Any) -> None:
    """A token request with a repeated parameter is accepted; the first value is read."""
    mock.handlers["POST /oauth2/token"] = lambda mock, context: mock.oauth_server.respond(
        OAuthRequest(context.request.form.to_dict(), context.request.remote_addr or "")
    )


@fault("SC-TOKEN-17")
def tokens_are_sequential(mock: Any) -> None:
    """Each token is the previous token with its last digits increased by one."""
    numbers = count(1)
    prefix = mock.tokens.new_secret()[:24]
    mock.tokens.new_secret = lambda: f"{prefix}{next(numbers):08}"


@fault("SC-TOKEN-18")
def unauthorized_token_request_returns_html(mock: Any) -> None:
    """A token request that returns 401 has an HTML body; other token errors are JSON."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status == 401 and "error_code" in (error.body or {}):
            response.set_data("<!DOCTYPE html><title>Unauthorized</title>")
            response.content_type = "text/html; charset=utf-8"
        return response

    wrap_method(mock.errors, "respond", respond)


@fault("SC-TOKEN-01", "SC-TOKEN-02")
def second_app_gets_no_refresh_token(mock: Any) -> None:
    """The client-credentials response has no `refresh_token` for any app but the first."""

    def serialize(original: Any, token: Token) -> dict[str, Any]:
        body: dict[str, Any] = original(token)
        is_first_app_or_user = token.user is not None or token.app.client_id == FIRST.client_id
        return body if is_first_app_or_user else _without(body, "refresh_token")

    wrap_method(mock.tokens, "serialize", serialize)


@fault("SC-TOKEN-03")
def expires_in_for_a_code_is_six_hours(mock: Any) -> None:
    """The `expires_in` of the response for a code is six hours (21599 seconds) instead of one (3599)."""
    _edit_responses_of_grant(mock, "authorization_code", lambda tokens: tokens | {"expires_in": 21_599})


@fault("SC-TOKEN-04")
def empty_client_secret_is_accepted(mock: Any) -> None:
    """A token request with an empty `client_secret` is accepted."""

    def respond(original: Any, request: OAuthRequest) -> Any:
        app = mock.apps.find(request.form.get("client_id", ""))
        is_accepted = app is not None and request.form.get("client_secret") == ""
        fields = {**request.form, "client_secret": app.client_secret} if is_accepted else request.form
        return original(_with_fields(request, dict(fields)))

    wrap_method(mock.oauth_server, "respond", respond)


@fault("SC-TOKEN-04")
def secret_of_another_app_is_accepted(mock: Any) -> None:
    """A `client_secret` is accepted if it is the secret of any app."""
    _replace_apps(mock, _SharedSecret)


class _CaselessSecret(App):
    """An app whose secret is compared without regard to case."""

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret.casefold() == self.client_secret.casefold()


class _SharedSecret(App):
    """An app that accepts the secret of every app."""

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret in (FIRST.client_secret, SECOND.client_secret)


@fault("SC-TOKEN-07")
def form_with_charset_is_refused(mock: Any) -> None:
    """A token request whose Content-Type has a charset parameter returns 400."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if "charset" in context.request.headers.get("Content-Type", "").lower():
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


def _replace_apps(mock: Any, kind: type[App]) -> None:
    """Register every app again as an instance of the class `kind`."""
    apps = mock.apps.registered
    mock.apps.registered = {
        name: kind(app.client_id, app.client_secret, app.redirect_uris) for name, app in apps.items()
    }


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def _with_fields(request: Any, fields: dict[str, str]) -> OAuthRequest:
    """Return the same request with other form fields."""
    return OAuthRequest(fields, request.address, request.headers["Authorization"])


def _with_status(error: HttpError, status: int) -> HttpError:
    error.status = status
    return error


def _edit_responses_of_grant(mock: Any, grant: str, change: Any) -> None:
    """Replace the JSON of the token responses of one grant_type by `change(json)`."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        return edit_json(response, change) if context.request.form.get("grant_type") == grant else response

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)
