"""Faults of tokens."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@fault("AS-AUTH-01", "AS-CODE-04")
def token_is_refused_for_removing(mock: Any) -> None:
    """DELETE answers 401 to every token."""
    _refusing(mock, 401, lambda context: context.request.method == "DELETE")


@fault("AS-AUTH-01", "AS-CODE-02")
def token_is_refused_for_reading_one(mock: Any) -> None:
    """GET /tracks/{id} answers 401 to every token."""
    _refusing(mock, 401, lambda context: context.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-01", "AS-CODE-03", "AS-TRACK-03")
def token_is_refused_for_a_long_body(mock: Any) -> None:
    """A request with a body of over 200 bytes is answered 401."""
    _refusing(mock, 401, lambda context: len(context.request.get_data()) > 200)


@fault("AS-AUTH-02")
def list_needs_no_token(mock: Any) -> None:
    """GET /tracks without a header lists the tracks."""
    _opening(
        mock,
        lambda context: (
            context.request.endpoint == "GET /tracks" and not mock.authorization.authorization_header(context)
        ),
    )


@fault("AS-AUTH-02")
def head_needs_no_token(mock: Any) -> None:
    """HEAD without a header is answered as with one."""
    _opening(
        mock,
        lambda context: (
            context.request.method == "HEAD" and not mock.authorization.authorization_header(context)
        ),
    )


@fault("AS-AUTH-02", "AS-AUTH-09")
def track_that_is_not_there_needs_no_token(mock: Any) -> None:
    """GET /tracks/{id} without a header is answered 404 where there is no such track."""
    _opening(
        mock,
        lambda context: (
            context.request.method == "GET"
            and not mock.authorization.authorization_header(context)
            and not _names_a_track(mock, context)
        ),
    )


@fault("AS-AUTH-02")
def writing_without_a_token_is_forbidden(mock: Any) -> None:
    """POST and DELETE without a header are answered 403."""

    def require_token(original: Any, context: Any) -> Any:
        if mock.authorization.is_write(
            context.request.method
        ) and not mock.authorization.authorization_header(context):
            raise HttpError(403)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-02")
def missing_token_is_a_bad_request(mock: Any) -> None:
    """A request without a header is answered 400."""

    def require_token(original: Any, context: Any) -> Any:
        if not mock.authorization.authorization_header(context):
            raise HttpError(400)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-03")
def token_is_good_by_its_beginning(mock: Any) -> None:
    """A token is taken whose first eight characters are right."""
    wrap_method(
        mock.tokens,
        "find",
        lambda original, value: (
            original(value) or (Seed.TOKEN if value[:8] == Seed.TOKEN.value[:8] else None)
        ),
    )


@fault("AS-AUTH-03")
def token_is_read_without_case(mock: Any) -> None:
    """A token in capitals is as good as one in small letters."""
    wrap_method(mock.tokens, "find", lambda original, value: original(value.lower()))


@fault("AS-AUTH-03", "AS-AUTH-08")
def unknown_token_creates(mock: Any) -> None:
    """POST takes any token."""
    _lending(mock, lambda context: context.request.method == "POST")


@fault("AS-AUTH-03")
def unknown_token_reads_one_track(mock: Any) -> None:
    """GET /tracks/{id} takes any token."""
    _lending(mock, lambda context: context.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-03")
def token_of_nobody_is_forbidden(mock: Any) -> None:
    """A token that nobody was given is answered 403."""

    def find(original: Any, value: str) -> Any:
        if (token := original(value)) is None:
            raise HttpError(403)
        return token

    wrap_method(mock.tokens, "find", find)


@fault("AS-AUTH-04")
def any_scheme_is_taken(mock: Any) -> None:
    """The token is taken under whatever scheme."""
    mock.authorization.is_bearer = lambda *_: True


@fault("AS-AUTH-04")
def scheme_of_another_api_is_taken(mock: Any) -> None:
    """`OAuth TOKEN` is as good as `Bearer TOKEN`."""
    wrap_method(mock.authorization, "is_bearer", lambda original, name: original(name) or name == "OAuth")


@fault("AS-AUTH-04")
def bare_token_is_taken(mock: Any) -> None:
    """A header that is the token alone is accepted."""
    wrap_method(
        mock.authorization,
        "extract_token",
        lambda original, header: original(header) or (header if " " not in header else None),
    )


@fault("AS-AUTH-04")
def empty_token_lists_nothing(mock: Any) -> None:
    """`Bearer` with an empty token reads an account without tracks."""

    def require_token(original: Any, context: Any) -> Any:
        return (
            Seed.EMPTY
            if mock.authorization.authorization_header(context).strip() == "Bearer"
            else original(context)
        )

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-05")
def scheme_in_small_letters_is_unknown(mock: Any) -> None:
    """`bearer TOKEN` is answered 401."""
    mock.authorization.is_bearer = lambda name: name == "Bearer"


@fault("AS-AUTH-05")
def scheme_in_capitals_is_unknown(mock: Any) -> None:
    """`BEARER TOKEN` is answered 401."""
    wrap_method(mock.authorization, "is_bearer", lambda original, name: original(name) and name != "BEARER")


@fault("AS-AUTH-05")
def scheme_in_small_letters_does_not_write(mock: Any) -> None:
    """`bearer TOKEN` reads, and is answered 401 to POST and DELETE."""
    _refusing(
        mock,
        401,
        lambda context: (
            mock.authorization.is_write(context.request.method)
            and mock.authorization.authorization_header(context).startswith("bearer")
        ),
    )


@fault("AS-AUTH-07", "AS-AUTH-02")
def token_in_the_query_is_taken(mock: Any) -> None:
    """`access_token` in the query is as good as the header."""
    _showing(mock, lambda context: context.request.args.get("access_token"))


@fault("AS-AUTH-07", "AS-AUTH-03")
def token_in_the_query_mends_a_wrong_header(mock: Any) -> None:
    """`token` in the query is looked at where the header's token is unknown."""
    wrap_method(
        mock.tokens,
        "find",
        lambda original, value: original(value) or original(request.args.get("token", "")),
    )


@fault("AS-AUTH-07", "AS-AUTH-02", "AS-AUTH-09")
def token_in_a_form_is_taken(mock: Any) -> None:
    """`token` or `access_token` in a form is as good as the header."""
    _showing(
        mock,
        lambda context: context.request.form.get("access_token") or context.request.form.get("token"),
    )


@fault("AS-AUTH-02")
def token_in_json_is_taken(mock: Any) -> None:
    """`access_token` in a body of JSON is as good as the header."""

    def serialized(context: Any) -> Any:
        said = context.request.get_json(silent=True)
        return said.get("access_token") if isinstance(said, dict) else None

    _showing(mock, serialized)


@fault("AS-AUTH-09", "AS-AUTH-02")
def body_is_judged_before_the_token(mock: Any) -> None:
    """POST without a token is answered 400 where the body is no track."""

    def require_token(original: Any, context: Any) -> Any:
        if context.request.method == "POST":
            mock.request_parser.parse(context.request)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-09", "AS-AUTH-03")
def removal_of_nothing_is_told_to_strangers(mock: Any) -> None:
    """DELETE of a track that is not there is answered 404 to an unknown token."""
    _lending(mock, lambda context: context.request.method == "DELETE" and not _names_a_track(mock, context))


@fault("AS-AUTH-10")
def revoked_token_still_reads(mock: Any) -> None:
    """A revoked token goes on reading, and only writes no more."""

    def require_token(original: Any, context: Any) -> Any:
        known = mock.tokens.find(
            mock.authorization.extract_token(mock.authorization.authorization_header(context)) or ""
        )
        return known if known and context.request.method == "GET" else original(context)

    wrap_method(mock.authorization, "require_token", require_token)


@fault("AS-AUTH-10")
def revoked_token_is_refused_once(mock: Any) -> None:
    """A revoked token is answered 401 the first time, and works again from the second on."""
    refused: set[str] = set()

    def is_active(original: Any, token: Token) -> bool:
        if original(token) or token.value in refused:
            return True
        refused.add(token.value)
        return False

    wrap_method(mock.tokens, "is_active", is_active)


@fault("AS-AUTH-10")
def revoked_token_is_forbidden(mock: Any) -> None:
    """A revoked token is answered 403."""

    def is_active(original: Any, token: Token) -> bool:
        if not original(token):
            raise HttpError(403)
        return True

    wrap_method(mock.tokens, "is_active", is_active)


def _names_a_track(mock: Any, context: Any) -> bool:
    text = (context.request.view_args or {}).get("id", "")
    return mock.tracks.find(text, Seed.TOKEN.account) is not None


def _refusing(mock: Any, status: int, which: Any) -> None:
    """Refuse some calls whose token is good."""

    def require_token(original: Any, context: Any) -> Any:
        token = original(context)
        if which(context):
            raise HttpError(status)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


def _opening(mock: Any, which: Any) -> None:
    """Let some calls through without a token of their own."""
    wrap_method(
        mock.authorization,
        "require_token",
        lambda original, context: Seed.READ_ONLY if which(context) else original(context),
    )


def _lending(mock: Any, which: Any) -> None:
    """Let some calls through by any token at all."""

    def require_token(original: Any, context: Any) -> Any:
        return (
            Seed.TOKEN
            if which(context)
            and mock.authorization.extract_token(mock.authorization.authorization_header(context))
            else original(context)
        )

    wrap_method(mock.authorization, "require_token", require_token)


def _showing(mock: Any, elsewhere: Any) -> None:
    """Read the token from elsewhere too."""

    def authorization_header(original: Any, context: Any) -> str:
        found = elsewhere(context)
        return original(context) or (f"Bearer {found}" if found else "")

    wrap_method(mock.authorization, "authorization_header", authorization_header)
