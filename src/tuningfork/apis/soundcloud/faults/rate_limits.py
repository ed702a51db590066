"""Faults of rate limits (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

HOUR_S = 3600


@fault("SC-RATE-01")
def address_gets_31_tokens(mock: Any) -> None:
    """An IP address gets 31 tokens an hour instead of 30."""
    mock.rate_limits.by_address.max_requests = 31


@fault("SC-RATE-01")
def address_limit_counts_each_app_separately(mock: Any) -> None:
    """Each app gets 30 tokens an hour at an IP address, so two apps get 60 instead of 30 together."""

    def count_token(original: Any, client_id: str, address: str) -> None:
        original(client_id, f"{address} {client_id}")

    wrap_method(mock.rate_limits, "count_token", count_token)


@fault("SC-RATE-02")
def app_gets_51_tokens(mock: Any) -> None:
    """An app gets 51 tokens in twelve hours instead of 50."""
    mock.rate_limits.by_app.max_requests = 51


@fault("SC-RATE-02")
def app_limit_resets_every_hour(mock: Any) -> None:
    """The count of an app's tokens is reset every hour instead of every twelve."""
    mock.rate_limits.by_app.seconds = HOUR_S


@fault("SC-RATE-03")
def app_limit_never_resets(mock: Any) -> None:
    """The count of an app's tokens is reset after a year instead of twelve hours."""
    mock.rate_limits.by_app.seconds = 365 * 24 * HOUR_S


@fault("SC-RATE-03", "SC-RATE-02")
def address_limit_lasts_12_hours(mock: Any) -> None:
    """The limit of tokens per IP address counts twelve hours instead of one."""
    mock.rate_limits.by_address.seconds = 12 * HOUR_S


@fault("SC-RATE-04")
def refreshes_count_as_tokens(mock: Any) -> None:
    """Each refresh counts as one of the app's 50 tokens."""

    def refresh(original: Any, token: Any) -> Any:
        mock.rate_limits.by_app.count(token.app.client_id, mock.clock.now())
        return original(token)

    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-RATE-04")
def full_window_refuses_code_exchanges(mock: Any) -> None:
    """An IP address that has reached its limit of tokens can't exchange a code."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        address, window = context.request.remote_addr or "", mock.rate_limits.by_address
        if "code" in context.request.form and window.is_full(address, mock.clock.now()):
            raise mock.rate_limits.too_many_requests(window, address, {"bucket": "by-ip"})
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-RATE-05", "SC-TOKEN-18")
def too_many_requests_is_plain_text(mock: Any) -> None:
    """The body of a 429 is plain text instead of JSON."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status == 429:
            response.set_data("Too many requests, try again later.")
            response.content_type = "text/plain"
        return response

    wrap_method(mock.errors, "respond", respond)


@fault("SC-RATE-06")
def plays_are_not_limited(mock: Any) -> None:
    """Requests for streams never return 429."""
    mock.rate_limits.count_play = lambda _client_id: None


@fault("SC-RATE-06")
def too_many_plays_has_no_details(mock: Any) -> None:
    """The 429 for too many plays has no `remaining_requests` and no `reset_time`."""

    def count_play(original: Any, client_id: str) -> None:
        try:
            original(client_id)
        except HttpError as error:
            raise HttpError(429, body={"errors": [{"meta": {}}], "was": error.status}) from None

    wrap_method(mock.rate_limits, "count_play", count_play)


@fault("SC-RATE-05")
def too_many_tokens_of_an_app_is_an_empty_object(mock: Any) -> None:
    """The body of the 429 for too many tokens of an app is an empty object."""

    def respond(original: Any, error: HttpError) -> Any:
        response = original(error)
        if error.status == 429 and b"by-client" in response.get_data():
            response.set_data("{}")
        return response

    wrap_method(mock.errors, "respond", respond)
