"""/oauth: the three legs by which a consumer gets a token (RFC 5849, 2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.audioboo.mock.consent import OUT_OF_BAND, Pending
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.request_parsing import FORM
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+", re.ASCII | re.IGNORECASE)


def request_token(mock: AudioBoo, call: RequestContext) -> Response:
    """A token to ask a user with."""
    consumer = _need_consumer(call)
    callback = call.protocol.get("oauth_callback", "")
    if callback != OUT_OF_BAND and not _ABSOLUTE.fullmatch(callback):
        raise HttpError(400, "oauth_callback is an absolute URL or oob")
    token = mock.tokens.request(consumer.key, callback)
    return _form(token.token, token.secret, {"oauth_callback_confirmed": "true"})


def ask(mock: AudioBoo, call: RequestContext) -> Response:
    """The consent page."""
    token = mock.tokens.find_request(call.text("oauth_token") or "")
    if token is None:
        return mock.consent.refuse("There is no such request.", 401)
    pending = Pending(token, mock.consent.browser(call.request.cookies.get(mock.consent.cookie)))
    return mock.consent.show(mock.consent.open(pending), pending, _action(call))


def decide(mock: AudioBoo, call: RequestContext) -> Response:
    """The user has pressed a button."""
    return mock.consent.decide(call.request, _action(call))


def access_token(mock: AudioBoo, call: RequestContext) -> Response:
    """The token that a request token and its verifier are exchanged for."""
    consumer = _need_consumer(call)
    token = mock.tokens.find_request(call.protocol.get("oauth_token", ""))
    user = mock.tokens.approver(token, call.protocol.get("oauth_verifier")) if token else None
    if token is None or user is None:
        raise HttpError(401, "The request token is not verified")
    mock.tokens.spend(token)
    made = mock.tokens.issue(consumer.key, user)
    return _form(made.token, made.secret, {})


def _need_consumer(call: RequestContext) -> ApiKey:
    """The consumer that signed the call; HttpError 401."""
    if call.key is None or call.key.kind != "consumer":
        raise HttpError(401, "This needs the signature of a consumer")
    return call.key


def _form(token: str, secret: str, more: dict[str, str]) -> Response:
    """Token and secret as a form (RFC 5849, 2.1, 2.3)."""
    fields = {"oauth_token": token, "oauth_token_secret": secret, **more}
    return Response(urlencode(fields), headers={"Cache-Control": "no-store"}, content_type=FORM)


def _action(call: RequestContext) -> str:
    return f"{call.base}/oauth/authorize"
