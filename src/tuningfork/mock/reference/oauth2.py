"""The authorization server of the reference server: OAuth 2.0 with the declared endpoints and rules."""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request

from tuningfork.conventions.oauth2 import OAuth2
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import ACCOUNTS, LIFETIME_S, PASSWORD, Token, Tokens
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.consent import consent_page, redirect_to, with_parameters
from tuningfork.mock.reference.part import Part

CLIENT_ID, CLIENT_SECRET = "reference-app", "reference-app-secret-zyxwvu"
REDIRECT_URI = "https://app.example.com/callback"
CODE_LIFETIME_S = 600


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorization code was issued for."""

    redirect_uri: str
    challenge: str
    method: str


class OAuth2Part(Part):
    """Issues tokens to one app and two users."""

    key = "oauth2"
    order = 18

    def reset(self) -> None:
        """Forget all grants."""
        self.families = itertools.count(1)
        self.grants: dict[str, Grant] = {}

    @property
    def declared(self) -> OAuth2 | None:
        """The declared endpoints; None without any."""
        groups = self.server.get(AuthPart).groups
        return next((group.oauth2 for group in groups if group.oauth2 is not None), None)

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the credentials of the app."""
        if self.declared is None or self.declared.token_endpoint is None:
            return {}
        return {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uri": REDIRECT_URI}

    def before(self, call: Call) -> Response | None:
        """Return the response of an endpoint of OAuth 2.0."""
        handler = self.handler(call)
        if handler is None or request.method not in self.methods(handler):
            return None
        call.notes[self.key] = True
        declared = self.declared
        assert declared is not None
        return handler(declared)

    def handler(self, call: Call) -> Callable[[OAuth2], Response] | None:
        """Return the handler of the endpoint at the path of a request; None for another path."""
        declared = self.declared
        if declared is None:
            return None
        handlers = {
            declared.authorization_endpoint: self.authorize,
            declared.token_endpoint: self.token,
            declared.revocation_endpoint: self.revoke,
            declared.introspection_endpoint: self.introspect,
            declared.metadata: self.metadata,
        }
        return handlers.get(call.request.path)

    def methods(self, handler: Callable[[OAuth2], Response]) -> tuple[str, ...]:
        """Return the methods of an endpoint (RFC 6749 3.1, 3.2; RFC 8414 3)."""
        reads = ("GET", "HEAD")
        return (
            (*reads, "POST")
            if handler == self.authorize
            else reads
            if handler == self.metadata
            else ("POST",)
        )

    def authorize(self, declared: OAuth2) -> Response:
        """Return the consent page, or the redirect to the app after a decision (RFC 6749 4.1.1)."""
        sent = request.values
        if sent.get("client_id") != CLIENT_ID or not self.is_registered(sent.get("redirect_uri", "")):
            raise refusal("invalid_request")
        account = self.account_of(sent.get("username", ""), sent.get("password", ""))
        if request.method == "GET" or (account is None and sent.get("decision") != "deny"):
            return consent_page(request.path, request.args if request.method == "GET" else sent)
        state = {"state": sent["state"]} if "state" in sent else {}
        if account is None or sent.get("decision") == "deny":
            return redirect_to(with_parameters(sent["redirect_uri"], {"error": "access_denied", **state}))
        code = self.issue_code(declared, account, sent)
        return redirect_to(
            with_parameters(sent["redirect_uri"], {"code": code, **self.returned_state(state)})
        )

    def is_registered(self, redirect_uri: str) -> bool:
        """Return whether an URI is that of the app (RFC 9700 2.1: compared exactly)."""
        return redirect_uri == REDIRECT_URI

    def returned_state(self, state: dict[str, str]) -> dict[str, str]:
        """Return the state of the redirect."""
        return state

    def account_of(self, username: str, password: str) -> str | None:
        """Return the account with a name and a password; None without one."""
        return ACCOUNTS.get(username) if password == PASSWORD else None

    def issue_code(self, declared: OAuth2, account: str, sent: Mapping[str, str]) -> str:
        """Return a new authorization code."""
        lifetime = declared.code.lifetime or CODE_LIFETIME_S
        code = self.tokens.issue(account, "code", next(self.families), lifetime)
        method = sent.get("code_challenge_method") or "plain"
        is_known = method in declared.code_challenge_methods_supported
        challenge = sent.get("code_challenge", "") if is_known else ""
        self.grants[code.value] = Grant(sent["redirect_uri"], challenge, method)
        return code.value

    def token(self, declared: OAuth2) -> Response:
        """Return tokens for a grant (RFC 6749 3.2)."""
        self.check_client(declared)
        grant = request.form.get("grant_type", "")
        handlers: dict[str, Callable[[OAuth2], Response]] = {
            "client_credentials": self.client_credentials,
            "password": self.password,
            "authorization_code": self.exchange,
            "refresh_token": self.refresh,
        }
        if not grant:
            raise refusal("invalid_request")
        if grant not in handlers or grant not in declared.grant_types_supported:
            raise refusal("unsupported_grant_type")
        return handlers[grant](declared)

    def check_client(self, declared: OAuth2) -> None:
        """Raise HttpError unless the request has the credentials of the app (RFC 6749 2.3.1)."""
        methods = declared.token_endpoint_auth_methods_supported or [
            "client_secret_post",
            "client_secret_basic",
        ]
        header = request.headers.get("Authorization", "")
        sent = {"client_secret_post": (request.form.get("client_id"), request.form.get("client_secret"))}
        if header.startswith("Basic "):
            sent = {"client_secret_basic": _decode_basic(header)}
        if not any(self.is_client(*sent[method]) for method in methods if method in sent):
            raise refusal("invalid_client", 401, {"WWW-Authenticate": "Basic"} if header else {})

    def is_client(self, client_id: str | None, secret: str | None) -> bool:
        """Return whether these are the credentials of the app."""
        return (client_id, secret) == (CLIENT_ID, CLIENT_SECRET)

    def client_credentials(self, declared: OAuth2) -> Response:
        """Return a token of the app itself (RFC 6749 4.4), which has the rights of the first user."""
        return self.tokens_response(declared, "first", next(self.families), has_refresh=False)

    def password(self, declared: OAuth2) -> Response:
        """Return tokens for a name and a password (RFC 6749 4.3)."""
        account = self.account_of(request.form.get("username", ""), request.form.get("password", ""))
        if account is None:
            raise refusal("invalid_grant")
        return self.tokens_response(declared, account, next(self.families))

    def exchange(self, declared: OAuth2) -> Response:
        """Return tokens for a code (RFC 6749 4.1.3)."""
        code = self.tokens.find(request.form.get("code", ""), "code")
        if code is None or not self.may_exchange(declared, code, self.grants[code.value]):
            raise refusal("invalid_grant")
        code.used = self.server.clock.now()
        return self.tokens_response(declared, code.account, code.family)

    def may_exchange(self, declared: OAuth2, code: Token, grant: Grant) -> bool:
        """Return whether a code can be exchanged."""
        is_used = declared.code.once is not False and code.used is not None
        is_bound = request.form.get("redirect_uri") == grant.redirect_uri
        return not is_used and is_bound and self.tokens.is_active(code) and self.is_verified(grant)

    def is_verified(self, grant: Grant) -> bool:
        """Return whether a request has the verifier of the code's challenge (RFC 7636 4.6)."""
        verifier = request.form.get("code_verifier", "")
        if not grant.challenge:
            return True
        if grant.method == "plain":
            return verifier == grant.challenge
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        return digest.rstrip(b"=").decode() == grant.challenge

    def refresh(self, declared: OAuth2) -> Response:
        """Return new tokens for a refresh token (RFC 6749 6)."""
        token = self.tokens.find(request.form.get("refresh_token", ""), "refresh")
        if token is None or not self.may_refresh(declared, token):
            raise refusal("invalid_grant")
        token.used = self.server.clock.now() if token.used is None else token.used
        return self.tokens_response(declared, token.account, token.family)

    def may_refresh(self, declared: OAuth2, token: Token) -> bool:
        """Return whether a refresh token works."""
        grace = declared.refresh.grace
        is_used = token.used is not None and self.server.clock.now() >= token.used + grace
        return self.tokens.is_active(token) and not (declared.refresh.once and is_used)

    def revoke(self, declared: OAuth2) -> Response:
        """Revoke a token; return 200 for an unknown one too (RFC 7009 2.2)."""
        self.check_client(declared)
        self.tokens.revoke(request.form.get("token", ""))
        return Response(status=200)

    def introspect(self, declared: OAuth2) -> Response:
        """Return whether a token is active (RFC 7662 2.2)."""
        self.check_client(declared)
        token = self.tokens.find(request.form.get("token", ""))
        return self.server.json({"active": token is not None and self.tokens.is_active(token)})

    def metadata(self, declared: OAuth2) -> Response:
        """Return the metadata of the authorization server (RFC 8414 2)."""
        root = request.host_url.rstrip("/")
        names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
        endpoints = {name: _url(root, getattr(declared, name)) for name in names if getattr(declared, name)}
        lists = (
            "grant_types_supported",
            "token_endpoint_auth_methods_supported",
            "code_challenge_methods_supported",
        )
        listed = {name: getattr(declared, name) for name in lists if getattr(declared, name)}
        return self.server.json({"issuer": root, "response_types_supported": ["code"], **endpoints, **listed})

    def tokens_response(
        self, declared: OAuth2, account: str, family: int, *, has_refresh: bool = True
    ) -> Response:
        """Return new tokens (RFC 6749 5.1)."""
        lifetime = declared.lifetime[0] if declared.lifetime is not None else LIFETIME_S
        body: dict[str, Any] = {
            "access_token": self.tokens.issue(account, "access", family, lifetime).value,
            "token_type": "Bearer",
            "expires_in": lifetime,
        }
        if has_refresh and "refresh_token" in declared.grant_types_supported:
            body["refresh_token"] = self.tokens.issue(account, "refresh", family).value
        response = self.server.json(body)
        if declared.no_store:
            response.headers["Cache-Control"] = "no-store"
        return response

    def after(self, call: Call, response: Response) -> Response:
        """Add the error code of RFC 6749 5.2 to an error in the declared form."""
        code = call.notes.get("oauth2 error")
        body = response.get_json(silent=True) if code else None
        if isinstance(body, dict):
            response.set_data(self.server.json({**body, "error": code}).get_data())
        return response

    @property
    def tokens(self) -> Tokens:
        """The tokens of the server."""
        return self.server.get(AuthPart).tokens


def refusal(code: str, status: int = 400, headers: Mapping[str, str] | None = None) -> HttpError:
    """Return the exception that ends a request with an error of RFC 6749 5.2."""
    g.context.notes["oauth2 error"] = code
    return HttpError(status, code, headers)


def _decode_basic(header: str) -> tuple[str, str]:
    """Return the name and the password of Basic; empty texts if they cannot be read."""
    try:
        name, _, password = base64.b64decode(header.partition(" ")[2]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _url(root: str, endpoint: str) -> str:
    """Return the URL of an endpoint that is declared as a path or a URL."""
    return endpoint if "://" in endpoint else f"{root}{endpoint}"
