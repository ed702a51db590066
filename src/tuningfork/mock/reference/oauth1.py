"""The three steps of the reference server by which an app gets the token of a user (RFC 5849 2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, request

from tuningfork.conventions.auth import Auth
from tuningfork.conventions.oauth1 import OAuth1
from tuningfork.mock.reference.accounts import ACCOUNTS, PASSWORD, Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.consent import consent_page, redirect_to, with_parameters
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.signatures import TOKEN_SECRET

OUT_OF_BAND = "oob"
REQUEST = "request"
"""The kind of a request token."""


class OAuth1Part(Part):
    """Issues tokens to one consumer and two users."""

    key = "oauth1"
    order = 17

    def reset(self) -> None:
        """Forget all request tokens."""
        self.pins = itertools.count(73_000_001, 7919)
        self.callbacks: dict[str, str] = {}
        self.verifiers: dict[str, str] = {}

    def before(self, call: Call) -> Response | None:
        """Return the response of a declared endpoint."""
        group = next((each for each in self.auth.groups if each.oauth1 is not None), None)
        handler = None if group is None or group.oauth1 is None else self.handler(call, group.oauth1)
        return None if group is None or handler is None else handler(group)

    def handler(self, call: Call, declared: OAuth1) -> Callable[[Auth], Response] | None:
        """Return the handler of the endpoint at the path of a request; None for another path."""
        handlers = (self.request_token, self.authorize, self.access_token)
        return dict(zip(declared.endpoints, handlers, strict=True)).get(call.request.path)

    @property
    def auth(self) -> AuthPart:
        """The part that knows tokens and verifies signatures."""
        return self.server.get(AuthPart)

    def request_token(self, declared: Auth) -> Response:
        """Issue a request token (2.1)."""
        if self.auth.signatures.token(request) != "":
            raise self.auth.refusal(declared, "wrong")
        token = self.auth.tokens.issue("", REQUEST, 0)
        self.callbacks[token.value] = self.auth.signatures.sent(request).get("oauth_callback", OUT_OF_BAND)
        return token_response(token.value, oauth_callback_confirmed="true")

    def authorize(self, declared: Auth) -> Response:
        """Return the consent page, or after an approval the page with the PIN or the redirect (2.2)."""
        token = self.auth.tokens.find(request.values.get("oauth_token", ""), REQUEST)
        if token is None:
            raise self.auth.refusal(declared, "wrong")
        account = ACCOUNTS.get(request.form.get("username", ""))
        is_approved = request.form.get("decision") == "approve" and request.form.get("password") == PASSWORD
        if account is None or not is_approved:
            return consent_page(request.path, {"oauth_token": token.value})
        token.account = account
        verifier = self.verifiers[token.value] = str(next(self.pins))
        callback = self.callbacks[token.value]
        if callback == OUT_OF_BAND:
            return Response(f"<p>Your PIN is {verifier}.</p>", content_type="text/html; charset=utf-8")
        return redirect_to(
            with_parameters(callback, {"oauth_token": token.value, "oauth_verifier": verifier})
        )

    def access_token(self, declared: Auth) -> Response:
        """Exchange an approved request token (2.3)."""
        token = self.auth.tokens.find(self.auth.signatures.token(request) or "", REQUEST)
        verifier = self.auth.signatures.sent(request).get("oauth_verifier")
        if token is None or not self.is_verified(token, verifier) or self.is_used(token):
            raise self.auth.refusal(declared, "wrong")
        token.used = self.server.clock.now()
        return token_response(self.auth.tokens.issue(token.account, "access", 0).value)

    def is_verified(self, token: Token, verifier: str | None) -> bool:
        """Return whether a request token was approved with this verifier."""
        return verifier is not None and self.verifiers.get(token.value) == verifier

    def is_used(self, token: Token) -> bool:
        """Return whether a request token was exchanged."""
        return token.used is not None


def token_response(token: str, **further: str) -> Response:
    """Return a form with a token and its secret."""
    form = urlencode({"oauth_token": token, "oauth_token_secret": TOKEN_SECRET, **further})
    return Response(form, content_type="application/x-www-form-urlencoded")
