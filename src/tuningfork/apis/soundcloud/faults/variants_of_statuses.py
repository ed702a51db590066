"""Other statuses, and other ways to refuse, that the claims allow."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.operations import BEYOND
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal
from tuningfork.model import METHODS

RESOLVE = "GET /resolve"
TOKEN = "POST /oauth2/token"  # noqa: S105  (an operation)


@variant("SC-UPLOAD-03", "SC-UPLOAD-05", "SC-META-05", "SC-META-07", "SC-LIST-12", "SC-COMM-05")
def unprocessable_is_a_bad_request(mock: Any) -> None:
    """What makes no sense is answered 400 instead of 422."""
    _refusing(mock, {422: 400})


@variant("SC-PAGE-11", "SC-FIND-10", "SC-URL-03", "SC-URL-04")
def bad_request_is_unprocessable(mock: Any) -> None:
    """What makes no sense is answered 422 instead of 400, but for token requests."""
    _refusing(mock, {400: 422})


@variant("SC-TRACK-07", "SC-LIST-09")
def what_belongs_to_others_is_not_found(mock: Any) -> None:
    """Whoever changes what belongs to others is answered 404 instead of 403."""
    around(mock.guard, "need_owner", lambda need, *of: _refused_as(404, need, *of))


@variant("SC-AUTH-09", "SC-TRACK-07", "SC-LIST-09")
def forbidden_is_unauthorized(mock: Any) -> None:
    """What a token may not do is answered 401 instead of 403."""
    around(mock.guard, "need_rights", lambda need, *of: _refused_as(401, need, *of))
    around(mock.guard, "need_owner", lambda need, *of: _refused_as(401, need, *of))


@variant("SC-AUTH-06", "SC-AUTH-09")
def apps_token_is_forbidden(mock: Any) -> None:
    """Whatever an app's own token may not do is answered 403."""
    around(mock.guard, "need_rights", lambda need, *of: _refused_as(403, need, *of))


@variant("SC-SOC-01", "SC-SOC-06", "SC-SOC-07")
def new_ties_are_ok(mock: Any) -> None:
    """Following and liking are answered 200, new or not."""
    _answering_ties(mock, 200)


@variant("SC-SOC-01", "SC-SOC-06", "SC-SOC-07")
def old_ties_are_created(mock: Any) -> None:
    """Following and liking are answered 201, new or not."""
    _answering_ties(mock, 201)


@variant("SC-SOC-02", "SC-SOC-06", "SC-SOC-07")
def undoing_nothing_is_ok(mock: Any) -> None:
    """Unfollowing and unliking what is not there are answered 200."""
    for part, undo in ((mock.users, "unfollow"), (mock.tracks, "unlike"), (mock.playlists, "unlike")):
        around(part, undo, lambda undo, *of: undo(*of) or True)


@variant("SC-AUTH-01", "SC-ERR-08")
def unknown_path_needs_no_token(mock: Any) -> None:
    """A path or method that nobody knows is 404 or 405 before a token is asked for."""
    around(mock.guard, "open", lambda is_open, operation: operation is None or is_open(operation))


@variant("SC-ERR-08")
def unknown_method_is_not_found(mock: Any) -> None:
    """A method that a path does not know is answered 404."""

    def refuse(refuse: Any, refusal: Refusal) -> Any:
        return refuse(Refusal(404) if refusal.status == 405 else refusal)

    around(mock, "refuse", refuse)


@variant("SC-ERR-08", "SC-ERR-09")
def parser_refuses_undefined_methods(mock: Any) -> None:
    """A method that HTTP does not define is 400 in HTML, before anything else is judged."""
    _refusing_undefined_methods(mock, 400)


@variant("SC-ERR-08", "SC-ERR-09")
def undefined_method_is_not_implemented(mock: Any) -> None:
    """A method that HTTP does not define is 501 in HTML, before anything else is judged."""
    _refusing_undefined_methods(mock, 501)


@variant("SC-URL-01")
def resolve_answers_the_thing_itself(mock: Any) -> None:
    """A permalink is answered 200 with what it leads to."""

    def resolve(_handle: Any, mock: Any, call: Any) -> Any:
        found = mock.permalinks.need(call)
        if isinstance(found, User):
            return reply(mock.users.show(found, call))
        kind = mock.tracks if hasattr(found, "duration") else mock.playlists
        return reply(kind.show(found, call))

    around_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-01")
def resolve_redirects_to_a_path(mock: Any) -> None:
    """Location of /resolve is a path, as RFC 9110 lets it be."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        answer.headers["Location"] = answer.headers["Location"].removeprefix(call.base)
        return answer

    around_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-03", "SC-URL-04")
def url_of_another_host_is_a_bad_request(mock: Any) -> None:
    """/resolve answers 400 to a URL of another host, and 404 where there is none."""

    def resolve(handle: Any, mock: Any, call: Any) -> Any:
        url = call.args.get("url", "")
        return (
            handle(mock, call)
            if mock.permalinks.parts(url)
            else _refused_as(400 if url else 404, handle, mock, call)
        )

    around_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-STREAM-02")
def stream_is_a_set_of_links(mock: Any) -> None:
    """stream_url is answered 200 with the transcoding links; both ways of asking are counted."""

    def links(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        answer = handle(mock, call, track_id)
        mock.limits.play(call.token.app.client_id)
        return answer

    around_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)
    mock.handlers["GET /tracks/{track_id}/stream"] = mock.handlers["GET /tracks/{track_id}/streams"]


@variant("SC-UPLOAD-05")
def file_that_is_no_audio_is_of_another_type(mock: Any) -> None:
    """A file that is no audio is answered 415."""

    def sniff(sniff: Any, start: bytes) -> str:
        kind: str | None = sniff(start)
        if kind is None:
            raise Refusal(415)
        return kind

    around(mock.uploads, "sniff", sniff)


@variant("SC-META-04")
def audio_in_a_change_is_refused(mock: Any) -> None:
    """PUT of a track with asset_data is answered 422."""

    def change(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        if "asset_data" in mock.inputs.read(call.request, "track"):
            raise Refusal(422, "asset_data can't be changed")
        return handle(mock, call, track_id)

    around_handler(mock.handlers, "PUT /tracks/{track_id}", change)


@variant("SC-LIST-11")
def unknown_track_is_left_out(mock: Any) -> None:
    """A playlist is made without the tracks that do not exist."""

    def track_id(track_id: Any, item: Any, call: Any) -> int | None:
        try:
            found: int = track_id(item, call)
        except Refusal as refusal:
            if "there is no track" not in str(refusal.message):
                raise
            return None
        return found

    around(mock.playlists, "track_id", track_id)
    around(mock.playlists, "listed", lambda listed, *of: [id_ for id_ in listed(*of) if id_ is not None])


@variant("SC-LIST-08", "SC-STREAM-05")
def private_things_are_forbidden(mock: Any) -> None:
    """What is private is answered 403 to others, since it is there."""

    def need(part: Any, need: Any, text: str, call: Any) -> Any:
        hidden = part.find(mock.number(text)) is not None
        return _refused_as(403, need, text, call) if hidden else need(text, call)

    for part in (mock.tracks, mock.playlists):
        around(part, "need", lambda original, text, call, part=part: need(part, original, text, call))


@variant("SC-STREAM-05", "SC-LIST-08")
def secret_token_opens_to_an_app(mock: Any) -> None:
    """An app's own token with the secret_token sees what is private."""
    around(
        mock.guard,
        "sees",
        lambda sees, thing, call: sees(thing, call) or mock.guard.knows_secret(thing, call),
    )


@variant("SC-PAGE-03")
def limit_over_200_is_refused(mock: Any) -> None:
    """A limit over 200 is answered 400."""

    def size(size: Any, call: Any) -> int:
        text = call.args.get("limit", "")
        if text.isdecimal() and int(text[:9]) > mock.pages.highest:
            raise Refusal(400, "limit is a number from 1 to 200")
        found: int = size(call)
        return found

    around(mock.pages, "size", size)


@variant("SC-PAGE-11")
def unreadable_paging_is_the_first_page(mock: Any) -> None:
    """A limit or cursor that can't be read is as good as none; one that is too high is refused."""

    def size(size: Any, call: Any) -> Any:
        digits = call.args.get("limit", "").lstrip("0")
        is_too_high = digits.isdecimal() and int(digits[:9]) > mock.pages.highest
        return size(call) if is_too_high else _or_else(mock.pages.default, size, call)

    def after(after: Any, items: Any, key: Any, position: Any) -> Any:
        return 0 if position is None else after(items, key, position)

    around(mock.pages, "size", size)
    around(mock.pages, "offset", lambda offset, call: _or_else(0, offset, call))
    around(mock.pages, "position", lambda position, text, n: _or_else(None, position, text, n))
    around(mock.pages, "after", after)


@variant("SC-FIND-10")
def unreadable_bounds_are_ignored(mock: Any) -> None:
    """A bound that can't be read bounds nothing."""

    def bounds(bounds: Any, call: Any, name: str, read: Any) -> Any:
        return bounds(call, name, lambda text: _ANY if read(text) is None else read(text))

    def within(bounded: Any, tracks: Any, low: Any, high: Any) -> Any:
        return bounded(tracks, None if low is _ANY else low, None if high is _ANY else high)

    around(mock.search, "bounds", bounds)
    for name in ("bpm", "duration", "created_at"):
        around(mock.search, name, within)


@variant("SC-CODE-05", "SC-CODE-06", "SC-CODE-07", "SC-TOKEN-06", "SC-TOKEN-08")
def invalid_grant_is_unauthorized(mock: Any) -> None:
    """A code or refresh token that is not good is answered 401, as the real API does."""

    def refusal(refusal: Any, error: Exception) -> Refusal:
        made: Refusal = refusal(error)
        if made.body and made.body.get("error") == "invalid_grant":
            return Refusal(401, headers=made.headers, body=mock.errors.oauth(401, "invalid_grant"))
        return made

    around(mock.oauth, "refusal", refusal)


@variant("SC-CODE-13")
def other_response_types_get_no_redirect(mock: Any) -> None:
    """A response_type other than `code` is answered 400, with a page."""

    def ask(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        return answer if answer.status_code == 200 else mock.consent.refuse("Not like this.")

    around_handler(mock.handlers, "GET /connect", ask)


_ANY = 0.123456789
"""Stands for a bound that can't be read."""


def _refusing(mock: Any, statuses: dict[int, int]) -> None:
    """Refuse with other statuses, but for token requests."""

    def answer(answer: Any, refusal: Refusal) -> Any:
        other = None if refusal.body else statuses.get(refusal.status)
        return answer(Refusal(other, refusal.message, refusal.headers) if other else refusal)

    around(mock.errors, "answer", answer)


def _refused_as(status: int, judge: Any, *of: Any) -> Any:
    try:
        return judge(*of)
    except Refusal as refusal:
        raise Refusal(status, refusal.message) from None


def _or_else(value: Any, read: Any, *of: Any) -> Any:
    try:
        return read(*of)
    except Refusal:
        return value


def _answering_ties(mock: Any, status: int) -> None:
    def tie(handle: Any, *of: Any, **ids: str) -> Any:
        answer = handle(*of, **ids)
        answer.status_code = status
        return answer

    for operation in (
        "PUT /me/followings/{user_id}",
        "POST /likes/tracks/{track_id}",
        "POST /likes/playlists/{playlist_id}",
    ):
        around_handler(mock.handlers, operation, tie)


def _refusing_undefined_methods(mock: Any, status: int) -> None:
    """As a server's parser does: without the API's own form of an error."""

    def admit(admit: Any) -> Any:
        if request.method in METHODS:
            return admit()
        return Response("<h1>Bad request</h1>", status, content_type="text/html")

    around(mock, "admit", admit)


@variant("SC-AUTH-01", "SC-ERR-05")
def nothing_beyond(mock: Any) -> None:
    """Operations that no claim is about (`x-beyond` in the document) are unknown paths."""

    def admit(admit: Any) -> Any:
        if request.endpoint in BEYOND:
            raise Refusal(404)
        return admit()

    around(mock, "admit", admit)
