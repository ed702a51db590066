"""Faults of `auth.login`, `auth.refresh` and `auth.logout`, and conforming variants."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.convention_faults.auth_edits import any_group, other_status
from tuningfork.audit.convention_patch import Condition, breaks, keeps
from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.sessions import Login, Refresh
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.accounts import ACCOUNTS, LIFETIME_S, Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.server import ReferenceServer
from tuningfork.mock.reference.sessions import SessionPart

Handler = Callable[[Call, Auth, Any], Response]


def login_like(applies: Callable[[Login], bool]) -> Condition:
    """Return the condition that a declared login is like this."""
    return any_group(lambda group: group.login is not None and applies(group.login))


def refresh_like(applies: Callable[[Refresh], bool]) -> Condition:
    """Return the condition that a declared refresh is like this."""
    return any_group(lambda group: group.refresh is not None and applies(group.refresh))


@breaks("LOGIN-WORKS")
def login_returns_no_token(server: ReferenceServer) -> None:
    """A login returns its tokens below another property."""
    _change_response(server, "login", lambda _, body: {"tokens": body})


@breaks("LOGIN-WORKS")
def token_of_a_login_does_not_work(server: ReferenceServer) -> None:
    """The access token in the response of a login is not the stored one."""

    def change(declared: Auth, body: Any) -> Any:
        pointer = declared.login.access if declared.login is not None else ""
        return places.write(body, pointer, f"{places.read(body, pointer)}x")

    _change_response(server, "login", change)


@breaks("LOGIN-WORKS", when=login_like(lambda login: login.refresh is not None))
def login_returns_no_refresh_token(server: ReferenceServer) -> None:
    """A login returns null in place of a refresh token."""
    _change_response(server, "login", lambda declared, body: _write(declared, body, "refresh", None))


@breaks("LOGIN-WORKS", when=login_like(lambda login: login.expires is not None))
def login_returns_no_lifetime(server: ReferenceServer) -> None:
    """A login returns the lifetime of its token as a text."""
    _change_response(server, "login", lambda declared, body: _write(declared, body, "expires", "one hour"))


@breaks("LOGIN-WRONG")
def wrong_password_is_accepted(server: ReferenceServer) -> None:
    """A login works with every password that begins like the right one."""

    def account_of(original: Callable[[Any, Any], str | None], name: Any, password: Any) -> str | None:
        return ACCOUNTS.get(str(name)) if str(password).startswith("reference") else original(name, password)

    wrap_method(server.get(SessionPart), "account_of", account_of)


@breaks("LOGIN-WRONG")
def wrong_password_returns_another_status(server: ReferenceServer) -> None:
    """A wrong password is refused with a status that is not declared."""
    _refuse_otherwise(server, "login", lambda declared: declared.login and declared.login.wrong)


@breaks("LOGIN-ALIKE")
def unknown_name_returns_404(server: ReferenceServer) -> None:
    """A login with an unknown name returns 404."""

    def account_of(original: Callable[[Any, Any], str | None], name: Any, password: Any) -> str | None:
        if name not in ACCOUNTS:
            raise HttpError(404)
        return original(name, password)

    wrap_method(server.get(SessionPart), "account_of", account_of)


@breaks("LOGIN-ALIKE")
def unknown_name_has_another_hint(server: ReferenceServer) -> None:
    """The error for an unknown name has a property more than that for a wrong password."""

    def after(original: Callable[[Call, Response], Response], call: Call, response: Response) -> Response:
        body = call.body if response.status_code >= 400 and call.request.method == "POST" else None
        is_unknown = isinstance(body, dict) and "no-such-user" in str(body)
        changed = edit_json(response, lambda error: {**error, "hint": "sign up"}) if is_unknown else response
        return original(call, changed)

    wrap_method(server.get(SessionPart), "after", after)


@breaks("AUTH-LIFETIME")
def token_expires_after_a_third_of_its_lifetime(server: ReferenceServer) -> None:
    """An access token expires after a third of the lifetime in the response."""
    tokens = server.get(AuthPart).tokens

    def is_expired(_: Callable[[Token], bool], token: Token) -> bool:
        return token.expires is not None and tokens.clock.now() >= token.expires - LIFETIME_S * 2 / 3

    wrap_method(tokens, "is_expired", is_expired)


@breaks("AUTH-LIFETIME", when=login_like(lambda login: login.unit == "milliseconds"))
def lifetime_in_milliseconds_is_used_as_seconds(server: ReferenceServer) -> None:
    """An access token expires after a thousandth of the lifetime in the response."""
    tokens = server.get(AuthPart).tokens

    def is_expired(_: Callable[[Token], bool], token: Token) -> bool:
        return token.expires is not None and tokens.clock.now() >= token.expires - LIFETIME_S * 0.999

    wrap_method(tokens, "is_expired", is_expired)


@breaks("REFRESH-WORKS")
def refreshed_token_does_not_work(server: ReferenceServer) -> None:
    """The access token of a refresh is revoked at once."""
    part = server.get(SessionPart)

    def refresh(original: Handler, call: Call, declared: Auth, model: Refresh) -> Response:
        before = set(part.auth.tokens.by_value)
        response = original(call, declared, model)
        for value, token in part.auth.tokens.by_value.items():
            token.is_revoked = token.is_revoked or (value not in before and token.kind == "access")
        return response

    wrap_method(part, "refresh", refresh)


@breaks("REFRESH-WORKS")
def refresh_returns_no_access_token(server: ReferenceServer) -> None:
    """A refresh returns an empty object."""
    _change_response(server, "refresh", lambda *_: {})


@breaks("REFRESH-WRONG")
def unknown_refresh_token_returns_another_status(server: ReferenceServer) -> None:
    """An unknown refresh token is refused with a status that is not declared."""
    _refuse_otherwise(server, "refresh", lambda declared: declared.refresh and declared.refresh.wrong)


@breaks("REFRESH-WRONG")
def longer_refresh_token_is_accepted(server: ReferenceServer) -> None:
    """A refresh token with further characters behind a valid one is accepted."""
    tokens = server.get(AuthPart).tokens

    def find(original: Callable[..., Token | None], value: str, kind: str = "access") -> Token | None:
        known = (each for each in tokens.by_value.values() if each.kind == kind == "refresh")
        return original(value, kind) or next((each for each in known if value.startswith(each.value)), None)

    wrap_method(tokens, "find", find)


@breaks("REFRESH-ONCE")
def used_refresh_token_works_again(server: ReferenceServer) -> None:
    """A refresh token works as often as it is used."""
    _may_refresh(server, lambda _, token, __: server.get(AuthPart).tokens.is_active(token))


@breaks("REFRESH-ONCE", when=refresh_like(lambda refresh: not refresh.grace and refresh.reuse is None))
def used_refresh_token_works_at_its_third_use(server: ReferenceServer) -> None:
    """A used refresh token is refused once and works from then on."""

    def may_refresh(original: Callable[[Token, Refresh], bool], token: Token, refresh: Refresh) -> bool:
        if original(token, refresh):
            return True
        token.used = None
        return False

    _may_refresh(server, may_refresh)


@breaks("REFRESH-ONCE", when=refresh_like(lambda refresh: bool(refresh.grace)))
def used_refresh_token_works_longer_than_the_grace(server: ReferenceServer) -> None:
    """A used refresh token works ten times as long as declared."""

    def may_refresh(original: Callable[[Token, Refresh], bool], token: Token, refresh: Refresh) -> bool:
        end = (token.used or 0) + 10 * refresh.grace
        return original(token, refresh) or (token.used is not None and server.clock.now() < end)

    _may_refresh(server, may_refresh)


@breaks("REFRESH-CHAIN")
def refresh_token_of_a_refresh_does_not_work(server: ReferenceServer) -> None:
    """A refresh token works only if a login has issued it."""
    _end_chain(server, after=0)


@breaks("REFRESH-CHAIN")
def third_refresh_of_a_session_is_refused(server: ReferenceServer) -> None:
    """A session can be refreshed twice."""
    _end_chain(server, after=1)


@breaks("REFRESH-RACE")
def refreshes_at_the_same_moment_all_work(server: ReferenceServer) -> None:
    """A used refresh token works until the next request that is not a refresh."""
    part = server.get(SessionPart)
    pending: list[Token] = []

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        declared = next((group.refresh for group in part.auth.groups if group.refresh is not None), None)
        is_refresh = declared is not None and call.request.path == declared.request.path
        if not is_refresh:
            for token in pending:
                token.used = server.clock.now()
            pending.clear()
        response = original(call)
        for token in part.auth.tokens.by_value.values() if is_refresh else ():
            if token.used is not None:
                token.used = None
                pending.append(token)
        return response

    wrap_method(part, "before", before)


@breaks("REFRESH-RACE")
def refresh_token_works_twice(server: ReferenceServer) -> None:
    """A refresh token works twice."""
    uses: dict[str, int] = {}

    def may_refresh(original: Callable[[Token, Refresh], bool], token: Token, refresh: Refresh) -> bool:
        uses[token.value] = uses.get(token.value, 0) + 1
        return server.get(AuthPart).tokens.is_active(token) and uses[token.value] <= 2

    _may_refresh(server, may_refresh)


@breaks("REFRESH-RACE", when=refresh_like(lambda refresh: refresh.reuse != "ends-family"))
def refreshes_at_the_same_moment_are_all_refused(server: ReferenceServer) -> None:
    """Refreshes that arrive in the same moment are all refused."""
    are_concurrent = concurrent_requests_event(server)
    _may_refresh(server, lambda original, *rest: not are_concurrent.is_set() and original(*rest))


@breaks("REFRESH-REUSE", when=refresh_like(lambda refresh: refresh.reuse == "ends-family"))
def session_survives_the_second_use(server: ReferenceServer) -> None:
    """The second use of a refresh token is refused, but the session continues."""
    wrap_method(server.get(AuthPart).tokens, "revoke_family", lambda *_: None)


@breaks("REFRESH-REUSE", when=refresh_like(lambda refresh: refresh.reuse == "ends-family"))
def second_use_ends_only_the_access_token(server: ReferenceServer) -> None:
    """The second use of a refresh token ends the access tokens of the session, not its refresh tokens."""
    wrap_method(
        server.get(AuthPart).tokens, "revoke_family", lambda original, family, *_: original(family, "access")
    )


@breaks("REFRESH-REUSE", when=refresh_like(lambda refresh: refresh.reuse == "refused"))
def second_use_ends_the_session(server: ReferenceServer) -> None:
    """The second use of a refresh token ends the whole session."""

    def may_refresh(original: Callable[[Token, Refresh], bool], token: Token, refresh: Refresh) -> bool:
        if not original(token, refresh):
            server.get(AuthPart).tokens.revoke_family(token.family)
            return False
        return True

    _may_refresh(server, may_refresh)


@breaks("LOGOUT")
def logout_ends_nothing(server: ReferenceServer) -> None:
    """After a logout all tokens work."""
    wrap_method(server.get(SessionPart), "end", lambda *_: None)


@breaks("LOGOUT", when=any_group(lambda group: group.logout is not None and len(group.logout.ends) > 1))
def logout_ends_only_the_access_token(server: ReferenceServer) -> None:
    """After a logout the refresh token works."""

    def end(original: Callable[[Token, str], None], token: Token, kind: str) -> None:
        if kind == "access":
            original(token, kind)

    wrap_method(server.get(SessionPart), "end", end)


@keeps("LOGIN-ALIKE", "LOGIN-WRONG")
def errors_have_the_number_of_the_request(server: ReferenceServer) -> None:
    """An error has a property with the number of the request."""
    numbers = itertools.count(1)

    def after(original: Callable[[Call, Response], Response], call: Call, response: Response) -> Response:
        if response.status_code >= 400 and isinstance(response.get_json(silent=True), dict):
            response = edit_json(response, lambda error: {**error, "request": next(numbers)})
        return original(call, response)

    wrap_method(server.get(SessionPart), "after", after)


@keeps("REFRESH-RACE", when=refresh_like(lambda refresh: refresh.reuse is None))
def second_refresh_ends_the_session(server: ReferenceServer) -> None:
    """The second use of a refresh token ends the whole session."""
    second_use_ends_the_session(server)


@keeps("LOGIN-WORKS", "REFRESH-WORKS", "REFRESH-CHAIN")
def tokens_are_returned_with_201(server: ReferenceServer) -> None:
    """A login and a refresh return 201."""

    def tokens_response(original: Callable[..., Response], *arguments: Any) -> Response:
        response = original(*arguments)
        response.status_code = 201
        return response

    wrap_method(server.get(SessionPart), "tokens_response", tokens_response)


def _change_response(server: ReferenceServer, name: str, change: Callable[[Auth, Any], Any]) -> None:
    """Change the bodies of logins or refreshes."""

    def handler(original: Handler, call: Call, declared: Auth, model: Any) -> Response:
        return edit_json(original(call, declared, model), lambda body: change(declared, body))

    wrap_method(server.get(SessionPart), name, handler)


def _write(declared: Auth, body: Any, name: str, value: Any) -> Any:
    """Return the body of a login with another value at the location of `name`."""
    return places.write(body, getattr(declared.login, name), value)


def _refuse_otherwise(server: ReferenceServer, name: str, refusal: Callable[[Auth], Any]) -> None:
    """Refuse logins or refreshes with a status that is not declared."""

    def handler(original: Handler, call: Call, declared: Auth, model: Any) -> Response:
        try:
            return original(call, declared, model)
        except HttpError as error:
            other_status(error, refusal(declared) or None)
            raise

    wrap_method(server.get(SessionPart), name, handler)


def _may_refresh(
    server: ReferenceServer, new: Callable[[Callable[[Token, Refresh], bool], Token, Refresh], bool]
) -> None:
    """Decide in another way whether a refresh token works."""
    wrap_method(server.get(SessionPart), "may_refresh", new)


def _end_chain(server: ReferenceServer, after: int) -> None:
    """Refuse the refresh tokens that follow this number of refreshes of a session."""
    tokens = server.get(AuthPart).tokens

    def may_refresh(original: Callable[[Token, Refresh], bool], token: Token, refresh: Refresh) -> bool:
        own = [each.value for each in tokens.by_value.values() if each.kind == "refresh"]
        family = [value for value in own if tokens.by_value[value].family == token.family]
        return original(token, refresh) and family.index(token.value) <= after

    _may_refresh(server, may_refresh)
