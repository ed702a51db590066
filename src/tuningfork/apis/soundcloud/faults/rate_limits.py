"""What goes wrong with counting (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

HOUR = 3600


@fault("SC-RATE-01")
def one_token_too_many_for_an_address(mock: Any) -> None:
    """The thirty-first token within an hour is given; the thirty-second is not."""
    mock.rate_limits.by_address.max_requests = 31


@fault("SC-RATE-01")
def address_is_counted_by_app(mock: Any) -> None:
    """Each app has thirty tokens an hour at an address, so that two apps have sixty."""

    def count_token(original: Any, client_id: str, address: str) -> None:
        original(client_id, f"{address} {client_id}")

    wrap_method(mock.rate_limits, "count_token", count_token)


@fault("SC-RATE-02")
def one_token_too_many_for_an_app(mock: Any) -> None:
    """The fifty-first token within twelve hours is given."""
    mock.rate_limits.by_app.max_requests = 51


@fault("SC-RATE-02")
def app_is_counted_by_the_hour(mock: Any) -> None:
    """The count of an app begins again every hour instead of every twelve."""
    mock.rate_limits.by_app.seconds = HOUR


@fault("SC-RATE-03")
def window_never_closes(mock: Any) -> None:
    """An app that has had its fifty tokens gets none in the next window."""
    mock.rate_limits.by_app.seconds = 365 * 24 * HOUR


@fault("SC-RATE-03", "SC-RATE-02")
def address_waits_for_half_a_day(mock: Any) -> None:
    """An address that has had its thirty tokens gets none an hour later."""
    mock.rate_limits.by_address.seconds = 12 * HOUR


@fault("SC-RATE-04")
def refreshes_are_counted(mock: Any) -> None:
    """Each refresh takes one of the app's fifty."""

    def refresh(original: Any, token: Any) -> Any:
        mock.rate_limits.by_app.count(token.app.client_id, mock.clock.now())
        return original(token)

    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-RATE-04")
def full_window_stops_code_exchanges(mock: Any) -> None:
    """An address that has had its thirty tokens can't exchange a code either."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        address, window = context.request.remote_addr or "", mock.rate_limits.by_address
        if "code" in context.request.form and window.is_full(address, mock.clock.now()):
            raise mock.rate_limits.too_many_requests(window, address, {"bucket": "by-ip"})
        return original(mock, context)

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-RATE-05", "SC-TOKEN-18")
def too_many_requests_is_plain_text(mock: Any) -> None:
    """A 429 has a line of text for a body."""

    def to_response(original: Any, refusal: HttpError) -> Any:
        made = original(refusal)
        if refusal.status == 429:
            made.set_data("Too many requests, try again later.")
            made.content_type = "text/plain"
        return made

    wrap_method(mock.errors, "to_response", to_response)


@fault("SC-RATE-06")
def plays_are_not_counted(mock: Any) -> None:
    """Nobody is ever told that there were too many streams."""
    mock.rate_limits.count_play = lambda _client_id: None


@fault("SC-RATE-06")
def too_many_plays_say_no_more(mock: Any) -> None:
    """The 429 for too many streams has no remaining_requests and no reset_time."""

    def count_play(original: Any, client_id: str) -> None:
        try:
            original(client_id)
        except HttpError as refusal:
            raise HttpError(429, body={"errors": [{"meta": {}}], "was": refusal.status}) from None

    wrap_method(mock.rate_limits, "count_play", count_play)


@fault("SC-RATE-05")
def too_many_for_an_app_is_an_empty_object(mock: Any) -> None:
    """The 429 for too many tokens of an app says nothing; that for an address is as documented."""

    def to_response(original: Any, refusal: HttpError) -> Any:
        made = original(refusal)
        if refusal.status == 429 and b"by-client" in made.get_data():
            made.set_data("{}")
        return made

    wrap_method(mock.errors, "to_response", to_response)
