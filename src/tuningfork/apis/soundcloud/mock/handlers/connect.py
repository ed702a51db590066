"""GET /connect and its form (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call
from tuningfork.apis.soundcloud.mock.consent import Pending

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def ask(mock: SoundCloud, call: Call) -> Response:
    """The consent page, or a refusal: by redirect only to where the app is registered."""
    pairs = mock.consent.parameters(call.request.query_string)
    fields = dict(pairs)
    app = mock.apps.find(fields.get("client_id", ""))
    if app is None:
        return mock.consent.refuse("There is no such app.")
    if len(fields) < len(pairs) or not mock.apps.may_redirect(app, fields.get("redirect_uri", "")):
        return mock.consent.refuse("The app may not be answered there.")
    pending = _pending(mock, call, fields)
    if not mock.apps.may_ask_for(app, fields.get("response_type", "")):
        return mock.consent.redirect(mock.consent.location(pending, [("error", "unsupported_response_type")]))
    return mock.consent.show(mock.consent.open(pending), pending, _action(call))


def decide(mock: SoundCloud, call: Call) -> Response:
    """The user has pressed a button."""
    return mock.consent.decide(call.request, _action(call))


def _pending(mock: SoundCloud, call: Call, fields: Mapping[str, str]) -> Pending:
    return Pending(
        client_id=fields["client_id"],
        redirect_uri=fields["redirect_uri"],
        state=fields.get("state"),
        browser=mock.consent.browser(call.request.cookies.get(mock.consent.cookie)),
        popup=fields.get("display") == "popup",
    )


def _action(call: Call) -> str:
    return f"{call.base}/connect/consent"
