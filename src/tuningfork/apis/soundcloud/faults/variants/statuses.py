"""Other statuses, and other ways to refuse, that the claims allow."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.apis.soundcloud.mock.routes import ROUTES_WITHOUT_CLAIMS
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError
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
    wrap_method(mock.authorization, "require_owner", lambda original, *of: _refused_as(404, original, *of))


@variant("SC-AUTH-09", "SC-TRACK-07", "SC-LIST-09")
def forbidden_is_unauthorized(mock: Any) -> None:
    """What a token may not do is answered 401 instead of 403."""
    wrap_method(mock.authorization, "require_rights", lambda original, *of: _refused_as(401, original, *of))
    wrap_method(mock.authorization, "require_owner", lambda original, *of: _refused_as(401, original, *of))


@variant("SC-AUTH-06", "SC-AUTH-09")
def apps_token_is_forbidden(mock: Any) -> None:
    """Whatever an app's own token may not do is answered 403."""
    wrap_method(mock.authorization, "require_rights", lambda original, *of: _refused_as(403, original, *of))


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
        wrap_method(part, undo, lambda original, *of: original(*of) or True)


@variant("SC-AUTH-01", "SC-ERR-08")
def unknown_path_needs_no_token(mock: Any) -> None:
    """A path or method that nobody knows is 404 or 405 before a token is asked for."""
    wrap_method(
        mock.authorization, "is_open", lambda original, operation: operation is None or original(operation)
    )


@variant("SC-ERR-08")
def unknown_method_is_not_found(mock: Any) -> None:
    """A method that a path does not know is answered 404."""

    def refuse(original: Any, refusal: HttpError) -> Any:
        return original(HttpError(404) if refusal.status == 405 else refusal)

    wrap_method(mock, "refuse", refuse)


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

    def resolve(_handle: Any, mock: Any, context: Any) -> Any:
        found = mock.permalinks.require(context)
        if isinstance(found, User):
            return json_response(mock.profiles.to_json(found, context))
        kind = mock.tracks if hasattr(found, "duration") else mock.playlists
        return json_response(kind.show(found, context))

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-01")
def resolve_redirects_to_a_path(mock: Any) -> None:
    """Location of /resolve is a path, as RFC 9110 lets it be."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        answer.headers["Location"] = answer.headers["Location"].removeprefix(context.base)
        return answer

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-03", "SC-URL-04")
def url_of_another_host_is_a_bad_request(mock: Any) -> None:
    """/resolve answers 400 to a URL of another host, and 404 where there is none."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        url = context.args.get("url", "")
        return (
            original(mock, context)
            if mock.permalinks.path_segments(url)
            else _refused_as(400 if url else 404, original, mock, context)
        )

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-STREAM-02")
def stream_is_a_set_of_links(mock: Any) -> None:
    """stream_url is answered 200 with the transcoding links; both ways of asking are counted."""

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        answer = original(mock, context, track_id)
        mock.rate_limits.count_play(context.token.app.client_id)
        return answer

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)
    mock.handlers["GET /tracks/{track_id}/stream"] = mock.handlers["GET /tracks/{track_id}/streams"]


@variant("SC-UPLOAD-05")
def file_that_is_no_audio_is_of_another_type(mock: Any) -> None:
    """A file that is no audio is answered 415."""

    def audio_format(original: Any, start: bytes) -> str:
        kind: str | None = original(start)
        if kind is None:
            raise HttpError(415)
        return kind

    wrap_method(mock.uploads, "audio_format", audio_format)


@variant("SC-META-04")
def audio_in_a_change_is_refused(mock: Any) -> None:
    """PUT of a track with asset_data is answered 422."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if "asset_data" in mock.request_parser.read(context.request, "track"):
            raise HttpError(422, "asset_data can't be changed")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "PUT /tracks/{track_id}", change)


@variant("SC-LIST-11")
def unknown_track_is_left_out(mock: Any) -> None:
    """A playlist is made without the tracks that do not exist."""

    def parse_track_id(original: Any, item: Any, context: Any) -> int | None:
        try:
            found: int = original(item, context)
        except HttpError as refusal:
            if "there is no track" not in str(refusal.message):
                raise
            return None
        return found

    wrap_method(mock.playlists, "parse_track_id", parse_track_id)
    wrap_method(
        mock.playlists,
        "parse_tracks",
        lambda original, *of: [id_ for id_ in original(*of) if id_ is not None],
    )


@variant("SC-LIST-08", "SC-STREAM-05")
def private_things_are_forbidden(mock: Any) -> None:
    """What is private is answered 403 to others, since it is there."""

    def need(part: Any, need: Any, text: str, context: Any) -> Any:
        hidden = part.find(mock.number(text)) is not None
        return _refused_as(403, need, text, context) if hidden else need(text, context)

    for part in (mock.tracks, mock.playlists):
        wrap_method(
            part, "need", lambda original, text, context, part=part: need(part, original, text, context)
        )


@variant("SC-STREAM-05", "SC-LIST-08")
def secret_token_opens_to_an_app(mock: Any) -> None:
    """An app's own token with the secret_token sees what is private."""
    wrap_method(
        mock.authorization,
        "can_see",
        lambda original, thing, context: (
            original(thing, context) or mock.authorization.has_secret_token(thing, context)
        ),
    )


@variant("SC-PAGE-03")
def limit_over_200_is_refused(mock: Any) -> None:
    """A limit over 200 is answered 400."""

    def page_size(original: Any, context: Any) -> int:
        text = context.args.get("limit", "")
        if text.isdecimal() and int(text[:9]) > mock.pagination.max_size:
            raise HttpError(400, "limit is a number from 1 to 200")
        found: int = original(context)
        return found

    wrap_method(mock.pagination, "page_size", page_size)


@variant("SC-PAGE-11")
def unreadable_paging_is_the_first_page(mock: Any) -> None:
    """A limit or cursor that can't be read is as good as none; one that is too high is refused."""

    def page_size(original: Any, context: Any) -> Any:
        digits = context.args.get("limit", "").lstrip("0")
        is_too_high = digits.isdecimal() and int(digits[:9]) > mock.pagination.max_size
        return original(context) if is_too_high else _or_else(mock.pagination.default_size, original, context)

    def index_after(original: Any, items: Any, key: Any, position: Any) -> Any:
        return 0 if position is None else original(items, key, position)

    wrap_method(mock.pagination, "page_size", page_size)
    wrap_method(mock.pagination, "offset", lambda original, context: _or_else(0, original, context))
    wrap_method(mock.pagination, "decode_cursor", lambda original, text, n: _or_else(None, original, text, n))
    wrap_method(mock.pagination, "index_after", index_after)


@variant("SC-FIND-10")
def unreadable_bounds_are_ignored(mock: Any) -> None:
    """A bound that can't be read bounds nothing."""

    def parse_bounds(original: Any, context: Any, name: str, read: Any) -> Any:
        return original(context, name, lambda text: _ANY if read(text) is None else read(text))

    def within(original: Any, tracks: Any, low: Any, high: Any) -> Any:
        return original(tracks, None if low is _ANY else low, None if high is _ANY else high)

    wrap_method(mock.search, "parse_bounds", parse_bounds)
    for name in ("bpm", "duration", "created_at"):
        wrap_method(mock.search, name, within)


@variant("SC-CODE-05", "SC-CODE-06", "SC-CODE-07", "SC-TOKEN-06", "SC-TOKEN-08")
def invalid_grant_is_unauthorized(mock: Any) -> None:
    """A code or refresh token that is not good is answered 401, as the real API does."""

    def to_http_error(original: Any, error: Exception) -> HttpError:
        made: HttpError = original(error)
        if made.body and made.body.get("error") == "invalid_grant":
            return HttpError(401, headers=made.headers, body=mock.errors.oauth_body(401, "invalid_grant"))
        return made

    wrap_method(mock.oauth_server, "to_http_error", to_http_error)


@variant("SC-CODE-13")
def other_response_types_get_no_redirect(mock: Any) -> None:
    """A response_type other than `code` is answered 400, with a page."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        return answer if answer.status_code == 200 else mock.consent.refuse("Not like this.")

    wrap_handler(mock.handlers, "GET /connect", ask)


_ANY = 0.123456789
"""Stands for a bound that can't be read."""


def _refusing(mock: Any, statuses: dict[int, int]) -> None:
    """Refuse with other statuses, but for token requests."""

    def to_response(original: Any, refusal: HttpError) -> Any:
        other = None if refusal.body else statuses.get(refusal.status)
        return original(HttpError(other, refusal.message, refusal.headers) if other else refusal)

    wrap_method(mock.errors, "to_response", to_response)


def _refused_as(status: int, judge: Any, *of: Any) -> Any:
    try:
        return judge(*of)
    except HttpError as refusal:
        raise HttpError(status, refusal.message) from None


def _or_else(value: Any, read: Any, *of: Any) -> Any:
    try:
        return read(*of)
    except HttpError:
        return value


def _answering_ties(mock: Any, status: int) -> None:
    def tie(original: Any, *of: Any, **ids: str) -> Any:
        answer = original(*of, **ids)
        answer.status_code = status
        return answer

    for operation in (
        "PUT /me/followings/{user_id}",
        "POST /likes/tracks/{track_id}",
        "POST /likes/playlists/{playlist_id}",
    ):
        wrap_handler(mock.handlers, operation, tie)


def _refusing_undefined_methods(mock: Any, status: int) -> None:
    """As a server's parser does: without the API's own form of an error."""

    def admit(original: Any) -> Any:
        if request.method in METHODS:
            return original()
        return Response("<h1>Bad request</h1>", status, content_type="text/html")

    wrap_method(mock, "admit", admit)


@variant("SC-AUTH-01", "SC-ERR-05")
def nothing_beyond(mock: Any) -> None:
    """Operations that no claim is about (`x-beyond` in the document) are unknown paths."""

    def admit(original: Any) -> Any:
        if request.endpoint in ROUTES_WITHOUT_CLAIMS:
            raise HttpError(404)
        return original()

    wrap_method(mock, "admit", admit)
