"""Faults of tokens."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("AS-AUTH-01", "AS-CODE-04")
def valid_token_is_refused_for_delete(mock: Any) -> None:
    """DELETE returns 401 for every token, even for a valid one."""
    _refuse(mock, status=401, condition=lambda context: context.request.method == "DELETE")


@fault("AS-AUTH-01", "AS-CODE-02")
def valid_token_is_refused_for_one_track(mock: Any) -> None:
    """GET /tracks/{id} returns 401 for every token, even for a valid one."""
    _refuse(mock, status=401, condition=lambda context: context.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-01", "AS-CODE-03", "AS-TRACK-03")
def valid_token_is_refused_for_long_body(mock: Any) -> None:
    """A request with a valid token and a body of more than 200 bytes returns 401."""
    _refuse(mock, status=401, condition=lambda context: len(context.request.get_data()) > 200)


@fault("AS-AUTH-02")
def list_needs_no_token(mock: Any) -> None:
    """GET /tracks without an Authorization header returns the tracks."""
    _require_no_token(
        mock,
        lambda context: (
            context.request.endpoint == "GET /tracks" and not mock.authorization.authorization_header(context)
        ),
    )


@fault("AS-AUTH-02")
def token_in_cookie_is_accepted(mock: Any) -> None:
    """The cookie `token` is accepted as a token."""
    _accept_token_from(mock, lambda context: context.request.cookies.get("token"))


@fault("AS-AUTH-02")
def token_in_own_header_is_accepted(mock: Any) -> None:
    """The header `X-Audiosocket-Token` of the older API is accepted."""
    _accept_token_from(mock, lambda context: context.request.headers.get("X-Audiosocket-Token"))


@fault("AS-AUTH-02")
def api_key_in_query_is_accepted(mock: Any) -> None:
    """The query parameter `api_key` is accepted as a token."""
    _accept_token_from(mock, lambda context: context.request.args.get("api_key"))


@fault("AS-AUTH-02")
def head_needs_no_token(mock: Any) -> None:
    """HEAD without an Authorization header returns 200."""
    _require_no_token(
        mock,
        lambda context: (
            context.request.method == "HEAD" and not mock.authorization.authorization_header(context)
        ),
    )


@fault("AS-AUTH-02", "AS-AUTH-09")
def unknown_track_returns_404_before_401(mock: Any) -> None:
    """GET of an unknown track without an Authorization header returns 404 instead of 401."""
    _require_no_token(
        mock,
        lambda context: (
            context.request.method == "GET"
            and not mock.authorization.authorization_header(context)
            and not _track_exists(mock, context)
        ),
    )


@fault("AS-AUTH-02")
def write_without_token_returns_403(mock: Any) -> None:
    """POST and DELETE without an Authorization header return 403 instead of 401."""

    def require_token(original: Any, context: Any) -> Any:
        if mock.authorization.is_write(
            context.request.method
        ) and not mock.authorization.authorization_header(context):
            raise HttpError(403)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-02")
def missing_token_returns_400(mock: Any) -> None:
    """A request without an Authorization header returns 400 instead of 401."""

    def require_token(original: Any, context: Any) -> Any:
        if not mock.authorization.authorization_header(context):
            raise HttpError(400)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-03")
def token_is_compared_by_first_characters(mock: Any) -> None:
    """A token is compared only by its first eight characters."""
    wrap_method(
        mock.tokens,
        "find",
        lambda original, value: (
            original(value) or (Seed.TOKEN if value[:8] == Seed.TOKEN.value[:8] else None)
        ),
    )


@fault("AS-AUTH-03")
def percent_sign_matches_every_token(mock: Any) -> None:
    """The token `%` is accepted: a token is a pattern of SQL."""
    wrap_method(mock.tokens, "find", lambda original, value: Seed.TOKEN if value == "%" else original(value))


@fault("AS-AUTH-01")
def concurrent_request_with_valid_token_returns_401(mock: Any) -> None:
    """A GET with a valid token returns 401 while another one is being handled."""
    are_concurrent = concurrent_requests_event(mock, "GET")
    _refuse(mock, status=401, condition=lambda _: are_concurrent.is_set())


@fault("AS-AUTH-03")
def token_is_compared_without_case(mock: Any) -> None:
    """A token is compared without case: capitals equal small letters."""
    wrap_method(mock.tokens, "find", lambda original, value: original(value.lower()))


@fault("AS-AUTH-03", "AS-AUTH-08")
def unknown_token_can_create(mock: Any) -> None:
    """POST accepts every token, even an unknown one."""
    _accept_any_token(mock, lambda context: context.request.method == "POST")


@fault("AS-AUTH-03")
def unknown_token_can_read_track(mock: Any) -> None:
    """GET /tracks/{id} accepts every token, even an unknown one."""
    _accept_any_token(mock, lambda context: context.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-03")
def unknown_token_returns_403(mock: Any) -> None:
    """An unknown token returns 403 instead of 401."""

    def find(original: Any, value: str) -> Any:
        if (token := original(value)) is None:
            raise HttpError(403)
        return token

    wrap_method(mock.tokens, "find", find)


@fault("AS-AUTH-04")
def any_scheme_is_accepted(mock: Any) -> None:
    """A token is accepted with any authorization scheme, not only with `Bearer`."""
    mock.authorization.is_bearer = lambda *_: True


@fault("AS-AUTH-04")
def oauth_scheme_is_accepted(mock: Any) -> None:
    """The Authorization header `OAuth TOKEN` is accepted like `Bearer TOKEN`."""
    wrap_method(mock.authorization, "is_bearer", lambda original, name: original(name) or name == "OAuth")


@fault("AS-AUTH-04")
def token_without_scheme_is_accepted(mock: Any) -> None:
    """An Authorization header that contains only the token is accepted."""
    wrap_method(
        mock.authorization,
        "extract_token",
        lambda original, header: original(header) or (header if " " not in header else None),
    )


@fault("AS-AUTH-04")
def empty_token_reads_empty_account(mock: Any) -> None:
    """An empty token (`Bearer` alone) gives access to an account without tracks."""

    def require_token(original: Any, context: Any) -> Any:
        return (
            Seed.EMPTY
            if mock.authorization.authorization_header(context).strip() == "Bearer"
            else original(context)
        )

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-05")
def lower_case_scheme_returns_401(mock: Any) -> None:
    """The Authorization header `bearer TOKEN` returns 401."""
    mock.authorization.is_bearer = lambda name: name == "Bearer"


@fault("AS-AUTH-05")
def upper_case_scheme_returns_401(mock: Any) -> None:
    """The Authorization header `BEARER TOKEN` returns 401."""
    wrap_method(mock.authorization, "is_bearer", lambda original, name: original(name) and name != "BEARER")


@fault("AS-AUTH-05")
def lower_case_scheme_cannot_write(mock: Any) -> None:
    """The Authorization header `bearer TOKEN` returns 401 for POST and DELETE."""
    _refuse(
        mock,
        status=401,
        condition=lambda context: (
            mock.authorization.is_write(context.request.method)
            and mock.authorization.authorization_header(context).startswith("bearer")
        ),
    )


@fault("AS-AUTH-07", "AS-AUTH-02")
def access_token_in_query_is_accepted(mock: Any) -> None:
    """The query parameter `access_token` is accepted as a token."""
    _accept_token_from(mock, lambda context: context.request.args.get("access_token"))


@fault("AS-AUTH-07", "AS-AUTH-03")
def token_in_query_replaces_unknown_token(mock: Any) -> None:
    """The query parameter `token` is used if the token in the header is unknown."""
    wrap_method(
        mock.tokens,
        "find",
        lambda original, value: original(value) or original(request.args.get("token", "")),
    )


@fault("AS-AUTH-07", "AS-AUTH-02", "AS-AUTH-09")
def token_in_form_is_accepted(mock: Any) -> None:
    """The form fields `access_token` and `token` are accepted as a token."""
    _accept_token_from(
        mock,
        lambda context: context.request.form.get("access_token") or context.request.form.get("token"),
    )


@fault("AS-AUTH-02")
def token_in_json_is_accepted(mock: Any) -> None:
    """The property `access_token` of a JSON body is accepted as a token."""

    def serialized(context: Any) -> Any:
        body = context.request.get_json(silent=True)
        return body.get("access_token") if isinstance(body, dict) else None

    _accept_token_from(mock, serialized)


@fault("AS-AUTH-09", "AS-AUTH-02")
def invalid_body_returns_400_before_401(mock: Any) -> None:
    """POST with an invalid body and without a token returns 400 instead of 401."""

    def require_token(original: Any, context: Any) -> Any:
        if context.request.method == "POST":
            mock.request_parser.parse(context.request)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-09", "AS-AUTH-03")
def deletion_of_unknown_track_returns_404_before_401(mock: Any) -> None:
    """DELETE of an unknown track with an unknown token returns 404 instead of 401."""
    _accept_any_token(
        mock, lambda context: context.request.method == "DELETE" and not _track_exists(mock, context)
    )


@fault("AS-AUTH-10")
def revoked_token_can_read(mock: Any) -> None:
    """A revoked token can read, but not write."""

    def require_token(original: Any, context: Any) -> Any:
        token = mock.tokens.find(
            mock.authorization.extract_token(mock.authorization.authorization_header(context)) or ""
        )
        return token if token and context.request.method == "GET" else original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-10")
def revoked_token_is_accepted_again(mock: Any) -> None:
    """A revoked token returns 401 once and is accepted from then on."""
    refused: set[str] = set()

    def is_active(original: Any, token: Token) -> bool:
        if original(token) or token.value in refused:
            return True
        refused.add(token.value)
        return False

    wrap_method(mock.tokens, "is_active", is_active)


@fault("AS-AUTH-10")
def revoked_token_returns_403(mock: Any) -> None:
    """A revoked token returns 403 instead of 401."""

    def is_active(original: Any, token: Token) -> bool:
        if not original(token):
            raise HttpError(403)
        return True

    wrap_method(mock.tokens, "is_active", is_active)


@fault("AS-AUTH-10")
def revoked_token_is_accepted_an_hour_later(mock: Any) -> None:
    """A revoked token is accepted again after an hour."""
    revoked: dict[str, float] = {}

    def revoke(original: Any, value: str) -> None:
        original(value)
        revoked[value] = mock.clock.now()

    def is_active(original: Any, token: Token) -> bool:
        return bool(original(token)) or mock.clock.now() > revoked[token.value] + 3600

    wrap_method(mock.tokens, "revoke", revoke)
    wrap_method(mock.tokens, "is_active", is_active)


def _track_exists(mock: Any, context: Any) -> bool:
    """Return True if the request's path names a track of the account."""
    text = (context.request.view_args or {}).get("id", "")
    return mock.tracks.find(text, Seed.TOKEN.account) is not None


def _refuse(mock: Any, status: int, condition: Any) -> None:
    """Return this status for requests with a valid token for which `condition(context)` is true."""

    def require_token(original: Any, context: Any) -> Any:
        token = original(context)
        if condition(context):
            raise HttpError(status)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


def _require_no_token(mock: Any, condition: Any) -> None:
    """Give requests for which `condition(context)` is true read access without a token."""
    wrap_method(
        mock.authorization,
        "require_token",
        lambda original, context: Seed.READ_ONLY if condition(context) else original(context),
    )


def _accept_any_token(mock: Any, condition: Any) -> None:
    """Accept every token in the requests for which `condition(context)` is true."""

    def require_token(original: Any, context: Any) -> Any:
        return (
            Seed.TOKEN
            if condition(context)
            and mock.authorization.extract_token(mock.authorization.authorization_header(context))
            else original(context)
        )

    wrap_method(mock.authorization, "require_token", require_token)


def _accept_token_from(mock: Any, find_token: Any) -> None:
    """Accept the token `find_token(context)` of a request without an Authorization header."""

    def authorization_header(original: Any, context: Any) -> str:
        token = find_token(context)
        return original(context) or (f"Bearer {token}" if token else "")

    wrap_method(mock.authorization, "authorization_header", authorization_header)
