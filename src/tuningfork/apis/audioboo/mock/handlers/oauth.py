"""Handlers of /oauth: the three steps by which a consumer gets an access token (RFC 5849, 2)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.apis.audioboo.mock.consent import OUT_OF_BAND, Pending
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.request_parsing import FORM
from tuningfork.mock.errors import HttpError

_ABSOLUTE_URL = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+", re.ASCII | re.IGNORECASE)


def request_token(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /oauth/request_token: issue a request token."""
    consumer = _require_consumer(context)
    callback = context.protocol.get("oauth_callback", "")
    if callback != OUT_OF_BAND and not _ABSOLUTE_URL.fullmatch(callback):
        raise HttpError(400, "oauth_callback is neither an absolute URL nor oob")
    token = mock.tokens.create_request_token(consumer.key, callback)
    return _token_response(token.token, token.secret, {"oauth_callback_confirmed": "true"})


def authorize(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /oauth/authorize: return the consent page."""
    token = mock.tokens.find_request_token(context.text("oauth_token") or "")
    if token is None:
        return mock.consent.refuse("There is no such request.", 401)
    pending = Pending(token, mock.consent.browser(context.request.cookies.get(mock.consent.cookie)))
    return mock.consent.show(mock.consent.open(pending), pending, _form_action(context))


def decide(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /oauth/authorize: process the form of the consent page."""
    return mock.consent.decide(context.request, _form_action(context))


def access_token(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /oauth/access_token: exchange a request token and its verifier for an access token."""
    consumer = _require_consumer(context)
    token = mock.tokens.find_request_token(context.protocol.get("oauth_token", ""))
    user = mock.tokens.approving_user(token, context.protocol.get("oauth_verifier")) if token else None
    if token is None or user is None:
        raise HttpError(401, "The request token is not verified")
    mock.tokens.invalidate_request_token(token)
    issued = mock.tokens.issue_access_token(consumer.key, user)
    return _token_response(issued.token, issued.secret, {})


def _require_consumer(context: RequestContext) -> ApiKey:
    """Return the consumer that signed the request; raise HttpError 401 if no consumer did."""
    if context.key is None or context.key.kind != "consumer":
        raise HttpError(401, "This needs the signature of a consumer")
    return context.key


def _token_response(token: str, secret: str, extra: dict[str, str]) -> Response:
    """Return a urlencoded response with a token and its secret (RFC 5849, 2.1, 2.3)."""
    fields = {"oauth_token": token, "oauth_token_secret": secret, **extra}
    return Response(urlencode(fields), headers={"Cache-Control": "no-store"}, content_type=FORM)


def _form_action(context: RequestContext) -> str:
    return f"{context.base}/oauth/authorize"
