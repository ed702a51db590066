"""What goes wrong with counting (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal

HOUR = 3600


@fault("SC-RATE-01")
def one_token_too_many_for_an_address(mock: Any) -> None:
    """The thirty-first token within an hour is given; the thirty-second is not."""
    mock.limits.by_address.highest = 31


@fault("SC-RATE-01")
def address_is_counted_by_app(mock: Any) -> None:
    """Each app has thirty tokens an hour at an address, so that two apps have sixty."""

    def grant(grant: Any, client_id: str, address: str) -> None:
        grant(client_id, f"{address} {client_id}")

    around(mock.limits, "grant", grant)


@fault("SC-RATE-02")
def one_token_too_many_for_an_app(mock: Any) -> None:
    """The fifty-first token within twelve hours is given."""
    mock.limits.by_app.highest = 51


@fault("SC-RATE-02")
def app_is_counted_by_the_hour(mock: Any) -> None:
    """The count of an app begins again every hour instead of every twelve."""
    mock.limits.by_app.seconds = HOUR


@fault("SC-RATE-03")
def window_never_closes(mock: Any) -> None:
    """An app that has had its fifty tokens gets none in the next window."""
    mock.limits.by_app.seconds = 365 * 24 * HOUR


@fault("SC-RATE-03", "SC-RATE-02")
def address_waits_for_half_a_day(mock: Any) -> None:
    """An address that has had its thirty tokens gets none an hour later."""
    mock.limits.by_address.seconds = 12 * HOUR


@fault("SC-RATE-04")
def refreshes_are_counted(mock: Any) -> None:
    """Each refresh takes one of the app's fifty."""

    def renew(renew: Any, token: Any) -> Any:
        mock.limits.by_app.count(token.app.client_id, mock.clock.now())
        return renew(token)

    around(mock.tokens, "renew", renew)


@fault("SC-RATE-04")
def full_window_stops_code_exchanges(mock: Any) -> None:
    """An address that has had its thirty tokens can't exchange a code either."""

    def issue(handle: Any, mock: Any, call: Any) -> Any:
        address, window = call.request.remote_addr or "", mock.limits.by_address
        if "code" in call.request.form and window.full(address, mock.clock.now()):
            raise mock.limits.refusal(window, address, {"bucket": "by-ip"})
        return handle(mock, call)

    around_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-RATE-05", "SC-TOKEN-18")
def too_many_requests_is_plain_text(mock: Any) -> None:
    """A 429 has a line of text for a body."""

    def answer(answer: Any, refusal: Refusal) -> Any:
        made = answer(refusal)
        if refusal.status == 429:
            made.set_data("Too many requests, try again later.")
            made.content_type = "text/plain"
        return made

    around(mock.errors, "answer", answer)


@fault("SC-RATE-06")
def plays_are_not_counted(mock: Any) -> None:
    """Nobody is ever told that there were too many streams."""
    mock.limits.play = lambda _client_id: None


@fault("SC-RATE-06")
def too_many_plays_say_no_more(mock: Any) -> None:
    """The 429 for too many streams has no remaining_requests and no reset_time."""

    def play(play: Any, client_id: str) -> None:
        try:
            play(client_id)
        except Refusal as refusal:
            raise Refusal(429, body={"errors": [{"meta": {}}], "was": refusal.status}) from None

    around(mock.limits, "play", play)


@fault("SC-RATE-05")
def too_many_for_an_app_is_an_empty_object(mock: Any) -> None:
    """The 429 for too many tokens of an app says nothing; that for an address is as documented."""

    def answer(answer: Any, refusal: Refusal) -> Any:
        made = answer(refusal)
        if refusal.status == 429 and b"by-client" in made.get_data():
            made.set_data("{}")
        return made

    around(mock.errors, "answer", answer)
