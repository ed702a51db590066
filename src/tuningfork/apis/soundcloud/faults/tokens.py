"""What goes wrong with tokens (https://developers.soundcloud.com/docs/api/guide#refresh-tokens)."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from tuningfork.apis.soundcloud.mock.apps import FIRST, App
from tuningfork.apis.soundcloud.mock.oauth_server import OAuthRequest
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-TOKEN-01", "SC-TOKEN-02")
def app_gets_no_scope(mock: Any) -> None:
    """Client credentials get tokens without the member scope."""
    _with_answer_to(mock, "client_credentials", lambda tokens: _without(tokens, "scope"))


@fault("SC-TOKEN-02", "SC-TOKEN-03")
def expires_in_is_a_text_after_a_refresh(mock: Any) -> None:
    """The first tokens say expires_in as a number, renewed ones as a text."""
    _with_answer_to(mock, "refresh_token", lambda tokens: tokens | {"expires_in": str(tokens["expires_in"])})


@fault("SC-TOKEN-02")
def scope_is_null(mock: Any) -> None:
    """The scope is null where nothing was asked for."""
    wrap_method(mock.tokens, "to_json", lambda original, token: original(token) | {"scope": None})


@fault("SC-TOKEN-03")
def renewed_token_says_that_it_lives_a_day(mock: Any) -> None:
    """expires_in is 3599 at first and 86400 after a refresh."""
    _with_answer_to(mock, "refresh_token", lambda tokens: tokens | {"expires_in": 86_400})


@fault("SC-TOKEN-04")
def secret_is_compared_without_case(mock: Any) -> None:
    """A client_secret in capital letters is accepted."""
    _with_apps(mock, _CaselessSecret)


@fault("SC-TOKEN-04")
def unknown_client_is_a_bad_request(mock: Any) -> None:
    """An unknown client_id is answered 400, a wrong secret 401."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if mock.apps.find(context.request.form.get("client_id", "")) is None:
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_client"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-04")
def wrong_secret_in_basic_is_taken(mock: Any) -> None:
    """HTTP Basic with the id of an app and any secret is good at the token endpoint."""

    def respond(original: Any, asked: OAuthRequest) -> Any:
        if asked.basic_id is None or (app := mock.apps.find(asked.basic_id)) is None:
            return original(asked)
        right = {"client_id": app.client_id, "client_secret": app.client_secret}
        return original(OAuthRequest({**asked.form, **right}, asked.address))

    wrap_method(mock.oauth_server, "respond", respond)


@fault("SC-TOKEN-04")
def basic_makes_up_for_a_wrong_secret(mock: Any) -> None:
    """A token request with a wrong client_secret in its form is granted where its HTTP Basic is right."""
    mock.oauth_server.require_one_auth_method = lambda _asked: None


@fault("SC-TOKEN-05")
def missing_grant_type_is_client_credentials(mock: Any) -> None:
    """A token request that names no grant gets the app's own tokens."""
    wrap_method(
        mock.oauth_server,
        "respond",
        lambda original, asked: original(_asked(asked, {"grant_type": "client_credentials", **asked.form})),
    )


@fault("SC-TOKEN-05")
def unsupported_grant_type_is_unauthorized(mock: Any) -> None:
    """A grant_type that nobody knows is answered 401, as if the credentials were wrong."""

    def to_http_error(original: Any, error: Exception) -> HttpError:
        refusal: HttpError = original(error)
        return _with_status(refusal, 401) if "unsupported_grant_type" in str(refusal.body) else refusal

    wrap_method(mock.oauth_server, "to_http_error", to_http_error)


@fault("SC-TOKEN-06")
def unknown_code_is_an_invalid_request(mock: Any) -> None:
    """A code that was never issued is refused as invalid_request, a refresh token as invalid_grant."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        code = context.request.form.get("code")
        if code is not None and mock.codes.find(code) is None:
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-06")
def missing_refresh_token_is_unprocessable(mock: Any) -> None:
    """A refresh without a refresh_token is answered 422."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        form = context.request.form
        if form.get("grant_type") == "refresh_token" and not form.get("refresh_token"):
            raise HttpError(422, body=mock.errors.oauth_body(422, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-07", "SC-TOKEN-17")
def refresh_keeps_the_access_token(mock: Any) -> None:
    """A refresh gives a new refresh token with the old access token."""
    kept: dict[str, Token] = {}

    def refresh(original: Any, token: Token) -> Token:
        renewed: Token = original(token)
        renewed.access_token = token.access_token
        kept[token.access_token] = renewed
        return renewed

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.tokens, "find", lambda original, text: kept.get(text) or original(text))


@fault("SC-TOKEN-08")
def refresh_token_is_reusable(mock: Any) -> None:
    """A refresh token keeps working after its first use."""
    mock.tokens.spend = lambda _token: None


@fault("SC-TOKEN-08")
def refresh_token_of_a_chain_is_reusable(mock: Any) -> None:
    """The first refresh token of a chain is good once, each later one again and again."""
    renewed: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        made: Token = original(token)
        renewed.add(made.refresh_token)
        return made

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(
        mock.tokens, "spend", lambda original, token: token.refresh_token in renewed or original(token)
    )


@fault("SC-TOKEN-08")
def refused_refresh_brings_the_token_back(mock: Any) -> None:
    """The second use of a refresh token is refused, but then it works a third time."""

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        good: bool = original(token, app)
        token.spent = False
        return good

    wrap_method(mock.tokens, "can_refresh", can_refresh)


@fault("SC-TOKEN-09", "SC-TOKEN-17")
def chain_ends_after_three_refreshes(mock: Any) -> None:
    """The fourth refresh token of a chain is refused."""
    lengths: dict[str, int] = {}

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        return lengths.get(token.chain, 0) < 3 and original(token, app)

    def refresh(original: Any, token: Token) -> Token:
        lengths[token.chain] = lengths.get(token.chain, 0) + 1
        renewed: Token = original(token)
        return renewed

    wrap_method(mock.tokens, "can_refresh", can_refresh)
    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-TOKEN-10")
def refresh_forgets_the_user(mock: Any) -> None:
    """A user's token that was refreshed is an app's own token."""
    mock.tokens.refresh = lambda token: mock.tokens.issue(token.app, None, token.chain)


@fault("SC-TOKEN-10")
def second_refresh_is_of_another_user(mock: Any) -> None:
    """From its second refresh on a chain belongs to somebody else."""
    renewed: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        other = mock.users.all()[7] if token.user and token.chain in renewed else token.user
        renewed.add(token.chain)
        made: Token = original(replace(token, user=other))
        return made

    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-TOKEN-11")
def refresh_token_opens_resources(mock: Any) -> None:
    """A refresh token is accepted as an access token."""
    wrap_method(
        mock.tokens, "find", lambda original, text: original(text) or mock.tokens.find_by_refresh_token(text)
    )


@fault("SC-TOKEN-12")
def refresh_token_is_for_everybody(mock: Any) -> None:
    """A refresh token is good for another client."""
    mock.tokens.belongs_to = lambda _token, _app: True


@fault("SC-TOKEN-13")
def renewed_tokens_may_be_stored(mock: Any) -> None:
    """The answer to a refresh carries no Cache-Control."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        if context.request.form.get("grant_type") == "refresh_token":
            del answer.headers["Cache-Control"]
        return answer

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-14")
def refresh_token_dies_with_its_access_token(mock: Any) -> None:
    """A refresh token is refused once its access token has expired."""
    wrap_method(
        mock.tokens,
        "can_refresh",
        lambda original, token, app: original(token, app) and not mock.tokens.is_expired(token),
    )


@fault("SC-TOKEN-15")
def credentials_in_the_query_are_read(mock: Any) -> None:
    """client_id and client_secret may stand in the query of a token request."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if "client_secret" not in context.args:
            return original(mock, context)
        return mock.oauth_server.respond(
            OAuthRequest({**context.args.to_dict(), **context.request.form.to_dict()})
        )

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-16")
def token_request_may_be_json(mock: Any) -> None:
    """A token request with a JSON body is granted."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        body = context.request.get_json(silent=True)
        return (
            mock.oauth_server.respond(OAuthRequest(body))
            if isinstance(body, dict)
            else original(mock, context)
        )

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-16")
def repeated_parameter_is_passed_over(mock: Any) -> None:
    """Of a parameter that stands twice the first is taken."""
    mock.handlers["POST /oauth2/token"] = lambda mock, context: mock.oauth_server.respond(
        OAuthRequest(context.request.form.to_dict(), context.request.remote_addr or "")
    )


@fault("SC-TOKEN-17")
def tokens_count_up(mock: Any) -> None:
    """Each token is the one before and one more."""
    numbers = count(1)
    start = mock.tokens.new_secret()[:24]
    mock.tokens.new_secret = lambda: f"{start}{next(numbers):08}"


@fault("SC-TOKEN-18")
def refused_client_gets_a_page(mock: Any) -> None:
    """Token errors are JSON, but for the 401, which is HTML."""

    def to_response(original: Any, refusal: HttpError) -> Any:
        made = original(refusal)
        if refusal.status == 401 and "error_code" in (refusal.body or {}):
            made.set_data("<!DOCTYPE html><title>Unauthorized</title>")
            made.content_type = "text/html; charset=utf-8"
        return made

    wrap_method(mock.errors, "to_response", to_response)


@fault("SC-TOKEN-01", "SC-TOKEN-02")
def second_app_gets_no_refresh_token(mock: Any) -> None:
    """Client credentials of the first app get all four members, those of any other no refresh_token."""

    def to_json(original: Any, token: Token) -> dict[str, Any]:
        shown: dict[str, Any] = original(token)
        is_first = token.user is not None or token.app.client_id == FIRST.client_id
        return shown if is_first else _without(shown, "refresh_token")

    wrap_method(mock.tokens, "to_json", to_json)


@fault("SC-TOKEN-03")
def tokens_for_a_code_say_six_hours(mock: Any) -> None:
    """expires_in is 21599 where a user's code was exchanged, 3599 everywhere else."""
    _with_answer_to(mock, "authorization_code", lambda tokens: tokens | {"expires_in": 21_599})


@fault("SC-TOKEN-07", "SC-TOKEN-17")
def second_refresh_keeps_the_access_token(mock: Any) -> None:
    """The first refresh of a chain gives a new access token, every later one that very token again."""
    renewed: dict[str, Token] = {}
    kept: dict[str, Token] = {}

    def refresh(original: Any, token: Token) -> Token:
        made: Token = original(token)
        if token.chain in renewed:
            made.access_token = token.access_token
            kept[made.access_token] = made
        renewed[token.chain] = made
        return made

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.tokens, "find", lambda original, text: kept.get(text) or original(text))


@fault("SC-TOKEN-09", "SC-TOKEN-14")
def chain_ends_after_five_hours(mock: Any) -> None:
    """A chain can be renewed as often as one likes, but not five hours after its first tokens."""
    begun: dict[str, float] = {}

    def issue(original: Any, app: App, user: Any, chain: str) -> Token:
        begun.setdefault(chain, mock.clock.now())
        token: Token = original(app, user, chain)
        return token

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        age = mock.clock.now() - begun.get(token.chain, mock.clock.now())
        return age < 5 * 3600 and bool(original(token, app))

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "can_refresh", can_refresh)


@fault("SC-TOKEN-10")
def refresh_makes_everybody_the_first_user(mock: Any) -> None:
    """Whoever's token is refreshed, the new one is that of the first user who has logged in."""
    users: list[Any] = []

    def issue(original: Any, app: App, user: Any, chain: str) -> Token:
        if user is not None and user.password is not None:
            users.append(user)
        token: Token = original(app, user, chain)
        return token

    def refresh(original: Any, token: Token) -> Token:
        renewed: Token = original(replace(token, user=users[0]) if token.user and users else token)
        return renewed

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "refresh", refresh)


class _CaselessSecret(App):
    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret.casefold() == self.client_secret.casefold()


@fault("SC-TOKEN-10")
def renewed_user_may_only_read(mock: Any) -> None:
    """A user's renewed access token changes nothing any more."""
    renewed: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        made: Token = original(token)
        renewed.add(made.access_token)
        return made

    def require_rights(original: Any, operation: str, token: Token) -> None:
        original(operation, token)
        if token.access_token in renewed and mock.authorization.is_write(operation):
            raise HttpError(403, "")

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-TOKEN-07")
def form_with_a_charset_is_unknown(mock: Any) -> None:
    """A token request whose Content-Type has a parameter is refused."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        if "charset" in context.request.headers.get("Content-Type", "").lower():
            raise HttpError(400, body=mock.errors.oauth_body(400, "invalid_request"))
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-08")
def refresh_token_is_good_for_all_at_once(mock: Any) -> None:
    """Two uses of a refresh token at the same moment both bring tokens."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tokens, "spend", lambda original, token: None if crowd.is_set() else original(token))


def _with_apps(mock: Any, kind: type[App]) -> None:
    known = mock.apps.registered
    mock.apps.registered = {
        name: kind(app.client_id, app.client_secret, app.redirect_uris) for name, app in known.items()
    }


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def _asked(asked: Any, fields: dict[str, str]) -> OAuthRequest:
    return OAuthRequest(fields, asked.address, asked.headers["Authorization"])


def _with_status(refusal: HttpError, status: int) -> HttpError:
    refusal.status = status
    return refusal


def _with_answer_to(mock: Any, grant: str, change: Any) -> None:
    """Change what one grant gives."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        return edit_json(answer, change) if context.request.form.get("grant_type") == grant else answer

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)
