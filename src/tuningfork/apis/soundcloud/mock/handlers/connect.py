"""Handlers of GET /connect and its form (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from tuningfork.apis.soundcloud.mock.consent import Pending
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext


def show_page(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /connect: the consent page, or an error.

    An error is redirected to the app only if the app has registered the redirect_uri.
    """
    parameters = mock.consent.parse_query(context.request.query_string)
    values = dict(parameters)
    app = mock.apps.find(values.get("client_id", ""))
    if app is None:
        return mock.consent.refuse("This app does not exist.")
    if len(values) < len(parameters) or not mock.apps.is_registered_uri(app, values.get("redirect_uri", "")):
        return mock.consent.refuse("The app has not registered this redirect_uri.")
    pending = _pending(mock, context, values)
    if not mock.apps.supports_response_type(app, values.get("response_type", "")):
        return mock.consent.redirect(
            mock.consent.redirect_url(pending, [("error", "unsupported_response_type")])
        )
    return mock.consent.show(mock.consent.open(pending), pending, _action(context))


def decide(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle POST /connect/consent: the decision of the user."""
    return mock.consent.decide(context.request, _action(context))


def _pending(mock: SoundCloudParts, context: RequestContext, values: Mapping[str, str]) -> Pending:
    return Pending(
        client_id=values["client_id"],
        redirect_uri=values["redirect_uri"],
        state=values.get("state"),
        browser=mock.consent.browser(context.request.cookies.get(mock.consent.cookie)),
        popup=values.get("display") == "popup",
    )


def _action(context: RequestContext) -> str:
    return f"{context.base}/connect/consent"
