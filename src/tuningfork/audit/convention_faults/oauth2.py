"""Faults of `auth.oauth2`, and conforming variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from tuningfork.audit.convention_faults.auth_edits import any_group
from tuningfork.audit.convention_patch import Condition, breaks, keeps
from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.conventions.oauth2 import OAuth2
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.oauth2 import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Grant, OAuth2Part
from tuningfork.mock.reference.server import ReferenceServer


def oauth2_like(applies: Callable[[OAuth2], bool]) -> Condition:
    """Return the condition that the declared OAuth 2.0 is like this."""
    return any_group(lambda group: group.oauth2 is not None and applies(group.oauth2))


def _has_grants(*grants: str) -> Condition:
    """Return the condition that these grants are declared."""
    return oauth2_like(lambda declared: set(grants) <= set(declared.grant_types_supported))


_has_users = oauth2_like(
    lambda declared: bool({"password", "authorization_code"} & set(declared.grant_types_supported))
)


@breaks("OAUTH2-TOKEN")
def token_response_has_no_token_type(server: ReferenceServer) -> None:
    """A token response has no token_type."""
    _change_tokens(server, lambda body: {name: body[name] for name in body if name != "token_type"})


@breaks("OAUTH2-TOKEN")
def token_response_is_201(server: ReferenceServer) -> None:
    """A token response has the status 201."""

    def change(response: Response) -> Response:
        response.status_code = 201
        return response

    _change_response(server, change)


@breaks("OAUTH2-TOKEN", when=_has_grants("client_credentials"))
def token_of_the_app_does_not_work(server: ReferenceServer) -> None:
    """A token of the grant client_credentials is refused."""

    def grant(original: Callable[[OAuth2], Response], declared: OAuth2) -> Response:
        response = original(declared)
        server.get(AuthPart).tokens.revoke(response.get_json()["access_token"])
        return response

    wrap_method(server.get(OAuth2Part), "client_credentials", grant)


@breaks("OAUTH2-NO-STORE")
def token_response_may_be_stored(server: ReferenceServer) -> None:
    """A token response has no Cache-Control."""
    _change_cache_control(server, None)


@breaks("OAUTH2-NO-STORE")
def token_response_has_no_cache(server: ReferenceServer) -> None:
    """A token response has Cache-Control: no-cache."""
    _change_cache_control(server, "no-cache")


@breaks("OAUTH2-LIFETIME")
def token_lives_too_long(server: ReferenceServer) -> None:
    """expires_in is ten times as long as declared."""
    _change_tokens(server, lambda body: {**body, "expires_in": body["expires_in"] * 10})


@breaks("OAUTH2-LIFETIME")
def lifetime_is_a_text(server: ReferenceServer) -> None:
    """expires_in is a text."""
    _change_tokens(server, lambda body: {**body, "expires_in": str(body["expires_in"])})


@breaks("OAUTH2-CLIENT-AUTH")
def client_cannot_use_the_last_method(server: ReferenceServer) -> None:
    """The last one of the declared ways to authenticate the client is not accepted."""

    def check_client(original: Callable[[OAuth2], None], declared: OAuth2) -> None:
        is_basic = request.headers.get("Authorization", "").startswith("Basic ")
        method = "client_secret_basic" if is_basic else "client_secret_post"
        if method == declared.token_endpoint_auth_methods_supported[-1]:
            raise HttpError(401)
        original(declared)

    wrap_method(server.get(OAuth2Part), "check_client", check_client)


@breaks(
    "OAUTH2-CLIENT-AUTH",
    when=oauth2_like(lambda each: "client_secret_basic" in each.token_endpoint_auth_methods_supported),
)
def client_must_send_its_id_in_the_form(server: ReferenceServer) -> None:
    """A client that authenticates by Basic must send client_id in the form too."""

    def check_client(original: Callable[[OAuth2], None], declared: OAuth2) -> None:
        if "client_id" not in request.form:
            raise HttpError(400)
        original(declared)

    wrap_method(server.get(OAuth2Part), "check_client", check_client)


@breaks("OAUTH2-CLIENT")
def wrong_secret_is_accepted(server: ReferenceServer) -> None:
    """The secret of a known client is not compared."""
    _is_client(server, lambda client_id, _: client_id == CLIENT_ID)


@breaks("OAUTH2-CLIENT")
def unknown_client_is_accepted(server: ReferenceServer) -> None:
    """A client with another id is accepted."""
    _is_client(server, lambda client_id, secret: client_id != CLIENT_ID or secret == CLIENT_SECRET)


@breaks("OAUTH2-CLIENT")
def unknown_client_returns_403(server: ReferenceServer) -> None:
    """An unknown client is refused with 403."""

    def check_client(original: Callable[[OAuth2], None], declared: OAuth2) -> None:
        try:
            original(declared)
        except HttpError as error:
            error.status = 403
            raise

    wrap_method(server.get(OAuth2Part), "check_client", check_client)


@breaks("OAUTH2-GRANT")
def unknown_grant_type_returns_500(server: ReferenceServer) -> None:
    """An unknown grant_type returns 500."""
    _refuse_grant(server, lambda grant: 500 if grant == "no-such-grant" else 400)


@breaks("OAUTH2-GRANT", when=_has_grants("client_credentials"))
def missing_grant_type_is_that_of_the_app(server: ReferenceServer) -> None:
    """A token request without grant_type returns a token of the app."""

    def token(original: Callable[[OAuth2], Response], declared: OAuth2) -> Response:
        part = server.get(OAuth2Part)
        return original(declared) if request.form.get("grant_type") else part.client_credentials(declared)

    wrap_method(server.get(OAuth2Part), "token", token)


@breaks("OAUTH2-CODE-ONCE")
def used_code_works_again(server: ReferenceServer) -> None:
    """A code works as often as it is used."""
    _forget_use(server, lambda _: True)


@breaks("OAUTH2-CODE-ONCE")
def used_code_works_at_its_third_use(server: ReferenceServer) -> None:
    """A used code is refused once and works at its third use."""
    uses: dict[str, int] = {}

    def is_third(code: Token) -> bool:
        uses[code.value] = uses.get(code.value, 0) + 1
        return uses[code.value] == 3

    _forget_use(server, is_third)


@breaks("OAUTH2-CODE-LIFETIME")
def code_works_for_a_day(server: ReferenceServer) -> None:
    """A code works for a day."""
    _change_code(server, lambda lifetime: lifetime + 86_400)


@breaks("OAUTH2-CODE-LIFETIME")
def code_works_for_a_third_of_its_lifetime(server: ReferenceServer) -> None:
    """A code is refused after a third of its lifetime."""
    _change_code(server, lambda lifetime: lifetime / 3)


@breaks("OAUTH2-CODE-BOUND")
def redirect_uri_of_the_exchange_is_not_compared(server: ReferenceServer) -> None:
    """A code works with any redirect_uri."""
    _change_grant(server, lambda _: request.form.get("redirect_uri", ""))


@breaks("OAUTH2-CODE-BOUND")
def redirect_uri_of_the_exchange_may_be_longer(server: ReferenceServer) -> None:
    """A code works with a redirect_uri that begins like that of the authorization request."""

    def redirect_uri(grant: Grant) -> str:
        sent = request.form.get("redirect_uri", "")
        return sent if sent.startswith(grant.redirect_uri) else grant.redirect_uri

    _change_grant(server, redirect_uri)


@breaks("OAUTH2-REDIRECT")
def unregistered_uri_is_redirected_to_with_an_error(server: ReferenceServer) -> None:
    """An authorization request with an unregistered redirect_uri is redirected there with an error."""

    def authorize(original: Callable[[OAuth2], Response], declared: OAuth2) -> Response:
        uri = request.values.get("redirect_uri", "")
        if uri != REDIRECT_URI:
            return Response(status=302, headers={"Location": f"{uri}?error=invalid_request"})
        return original(declared)

    wrap_method(server.get(OAuth2Part), "authorize", authorize)


@breaks("OAUTH2-REDIRECT")
def redirect_uri_may_begin_like_the_registered_one(server: ReferenceServer) -> None:
    """A redirect_uri that begins like the registered one is accepted."""
    wrap_method(server.get(OAuth2Part), "is_registered", lambda _, uri: uri.startswith(REDIRECT_URI))


@breaks("OAUTH2-STATE")
def redirect_has_no_state(server: ReferenceServer) -> None:
    """The redirect after an approval has no state."""
    wrap_method(server.get(OAuth2Part), "returned_state", lambda *_: {})


@breaks("OAUTH2-STATE")
def state_loses_its_plus_signs(server: ReferenceServer) -> None:
    """A plus sign in the state is returned as a space."""
    wrap_method(
        server.get(OAuth2Part),
        "returned_state",
        lambda _, state: {name: value.replace("+", " ") for name, value in state.items()},
    )


@breaks("OAUTH2-PKCE")
def verifier_is_not_compared(server: ReferenceServer) -> None:
    """A code works without the verifier of its challenge."""
    wrap_method(server.get(OAuth2Part), "is_verified", lambda *_: True)


@breaks("OAUTH2-PKCE")
def verifier_is_compared_only_if_it_is_sent(server: ReferenceServer) -> None:
    """A code works without a verifier, but not with a wrong one."""
    wrap_method(
        server.get(OAuth2Part),
        "is_verified",
        lambda original, grant: "code_verifier" not in request.form or original(grant),
    )


@breaks("OAUTH2-PKCE", when=oauth2_like(lambda each: "S256" in each.code_challenge_methods_supported))
def challenge_is_read_as_plain(server: ReferenceServer) -> None:
    """A challenge by S256 is compared with the verifier itself."""

    def is_verified(_: Callable[[Grant], bool], grant: Grant) -> bool:
        return not grant.challenge or request.form.get("code_verifier") == grant.challenge

    wrap_method(server.get(OAuth2Part), "is_verified", is_verified)


@breaks("OAUTH2-REFRESH-ONCE", when=_has_users)
def used_oauth2_refresh_token_works_again(server: ReferenceServer) -> None:
    """A refresh token works as often as it is used."""
    _may_refresh(server, lambda _, __, token: server.get(AuthPart).tokens.is_active(token))


@breaks("OAUTH2-REFRESH-ONCE", when=oauth2_like(lambda each: not each.refresh.grace))
def used_oauth2_refresh_token_works_at_its_third_use(server: ReferenceServer) -> None:
    """A used refresh token is refused once and works from then on."""

    def may_refresh(original: Callable[[OAuth2, Token], bool], declared: OAuth2, token: Token) -> bool:
        if original(declared, token):
            return True
        token.used = None
        return False

    _may_refresh(server, may_refresh)


@breaks("OAUTH2-REVOKE")
def unknown_token_cannot_be_revoked(server: ReferenceServer) -> None:
    """Revoking an unknown token returns 400."""

    def revoke(original: Callable[[OAuth2], Response], declared: OAuth2) -> Response:
        if request.form.get("token") not in server.get(AuthPart).tokens.by_value:
            raise HttpError(400)
        return original(declared)

    wrap_method(server.get(OAuth2Part), "revoke", revoke)


@breaks("OAUTH2-REVOKE")
def revoked_oauth2_token_works(server: ReferenceServer) -> None:
    """A revocation returns 200 and revokes nothing."""
    wrap_method(server.get(AuthPart).tokens, "revoke", lambda *_: None)


@breaks("OAUTH2-INTROSPECT")
def unknown_token_is_active(server: ReferenceServer) -> None:
    """Introspection returns `active: true` for every token."""
    _change_introspection(server, lambda response: edit_json(response, lambda _: {"active": True}))


@breaks("OAUTH2-INTROSPECT")
def unknown_token_returns_404(server: ReferenceServer) -> None:
    """Introspection of an unknown token returns 404."""

    def change(response: Response) -> Response:
        if not response.get_json()["active"]:
            response.status_code = 404
        return response

    _change_introspection(server, change)


@breaks("OAUTH2-METADATA")
def metadata_have_no_issuer(server: ReferenceServer) -> None:
    """The metadata have no issuer."""
    _change_metadata(server, lambda body: {name: body[name] for name in body if name != "issuer"})


@breaks("OAUTH2-METADATA", when=oauth2_like(lambda declared: declared.token_endpoint is not None))
def metadata_have_another_endpoint(server: ReferenceServer) -> None:
    """The token_endpoint in the metadata is another one."""
    _change_metadata(server, lambda body: {**body, "token_endpoint": f"{body['token_endpoint']}/v2"})


@breaks("OAUTH2-METADATA", when=oauth2_like(lambda declared: bool(declared.grant_types_supported)))
def metadata_lack_a_grant(server: ReferenceServer) -> None:
    """grant_types_supported in the metadata lacks the last declared grant."""
    _change_metadata(
        server, lambda body: {**body, "grant_types_supported": body["grant_types_supported"][:-1]}
    )


@keeps("OAUTH2-NO-STORE", "OAUTH2-TOKEN")
def token_response_has_more_properties_and_directives(server: ReferenceServer) -> None:
    """A token response has a scope, and further directives in Cache-Control."""
    _change_cache_control(server, "private, No-Store, max-age=0")
    _change_tokens(server, lambda body: {**body, "scope": "all", "token_type": "bearer"})


@keeps("OAUTH2-CLIENT", "OAUTH2-CODE-ONCE", "OAUTH2-PKCE")
def refused_client_returns_400(server: ReferenceServer) -> None:
    """An unknown client is refused with 400 and invalid_client."""

    def check_client(original: Callable[[OAuth2], None], declared: OAuth2) -> None:
        try:
            original(declared)
        except HttpError as error:
            error.status = 400
            raise

    wrap_method(server.get(OAuth2Part), "check_client", check_client)


@keeps("OAUTH2-CODE-ONCE", when=_has_grants("authorization_code"))
def second_use_of_a_code_ends_its_tokens(server: ReferenceServer) -> None:
    """The second use of a code revokes the tokens that it has led to."""

    def may_exchange(original: Callable[..., bool], declared: OAuth2, code: Token, grant: Grant) -> bool:
        if code.used is not None:
            server.get(AuthPart).tokens.revoke_family(code.family)
        return original(declared, code, grant)

    wrap_method(server.get(OAuth2Part), "may_exchange", may_exchange)


def _change_response(server: ReferenceServer, change: Callable[[Response], Response]) -> None:
    """Change the token responses."""
    wrap_method(
        server.get(OAuth2Part),
        "tokens_response",
        lambda original, *rest, **more: change(original(*rest, **more)),
    )


def _change_tokens(server: ReferenceServer, change: Callable[[Any], Any]) -> None:
    """Change the bodies of token responses."""
    _change_response(server, lambda response: edit_json(response, change))


def _change_cache_control(server: ReferenceServer, value: str | None) -> None:
    """Give token responses another Cache-Control; None removes it."""

    def change(response: Response) -> Response:
        response.headers.pop("Cache-Control", None)
        if value is not None:
            response.headers["Cache-Control"] = value
        return response

    _change_response(server, change)


def _change_introspection(server: ReferenceServer, change: Callable[[Response], Response]) -> None:
    """Change the responses of introspection."""
    wrap_method(server.get(OAuth2Part), "introspect", lambda original, declared: change(original(declared)))


def _change_metadata(server: ReferenceServer, change: Callable[[Any], Any]) -> None:
    """Change the metadata."""
    wrap_method(
        server.get(OAuth2Part),
        "metadata",
        lambda original, declared: edit_json(original(declared), change),
    )


def _is_client(server: ReferenceServer, new: Callable[[str | None, str | None], bool]) -> None:
    """Compare the credentials of the app in another way."""
    wrap_method(server.get(OAuth2Part), "is_client", lambda _, *credentials: new(*credentials))


def _refuse_grant(server: ReferenceServer, status: Callable[[str], int]) -> None:
    """Refuse grants with another status."""

    def token(original: Callable[[OAuth2], Response], declared: OAuth2) -> Response:
        try:
            return original(declared)
        except HttpError as error:
            error.status = status(request.form.get("grant_type", ""))
            raise

    wrap_method(server.get(OAuth2Part), "token", token)


def _forget_use(server: ReferenceServer, applies: Callable[[Token], bool]) -> None:
    """Forget the use of a code before an exchange."""

    def may_exchange(original: Callable[..., bool], declared: OAuth2, code: Token, grant: Grant) -> bool:
        code.used = None if applies(code) else code.used
        return original(declared, code, grant)

    wrap_method(server.get(OAuth2Part), "may_exchange", may_exchange)


def _change_code(server: ReferenceServer, lifetime: Callable[[float], float]) -> None:
    """Give codes another lifetime."""

    def issue(
        original: Callable[..., Token], account: str, kind: str, family: int, seconds: Any = None
    ) -> Token:
        return original(account, kind, family, lifetime(seconds) if kind == "code" else seconds)

    wrap_method(server.get(AuthPart).tokens, "issue", issue)


def _change_grant(server: ReferenceServer, redirect_uri: Callable[[Grant], str]) -> None:
    """Compare the redirect_uri of an exchange with another one."""

    def may_exchange(original: Callable[..., bool], declared: OAuth2, code: Token, grant: Grant) -> bool:
        return original(declared, code, Grant(redirect_uri(grant), grant.challenge, grant.method))

    wrap_method(server.get(OAuth2Part), "may_exchange", may_exchange)


def _may_refresh(server: ReferenceServer, new: Callable[..., bool]) -> None:
    """Decide in another way whether a refresh token works."""
    wrap_method(server.get(OAuth2Part), "may_refresh", new)
