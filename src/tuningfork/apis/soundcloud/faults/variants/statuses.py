"""Variants of statuses and of refusals."""

from __future__ import annotations

from functools import partial
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


@variant("SC-UPLOAD-03", "SC-UPLOAD-05", "SC-META-05", "SC-META-07", "SC-LIST-12", "SC-COMM-05")
def invalid_body_returns_400(mock: Any) -> None:
    """An invalid request body returns 400 instead of 422. The claims allow both."""
    _replace_error_statuses(mock, {422: 400})


@variant("SC-PAGE-11", "SC-FIND-10", "SC-URL-03", "SC-URL-04")
def invalid_parameter_returns_422(mock: Any) -> None:
    """An invalid parameter returns 422 instead of 400, except in token requests. The claims allow both."""
    _replace_error_statuses(mock, {400: 422})


@variant("SC-TRACK-07", "SC-LIST-09")
def update_or_deletion_by_another_user_returns_404(mock: Any) -> None:
    """An update or deletion by another user returns 404 instead of 403. The claims allow both."""
    wrap_method(
        mock.authorization, "require_owner", lambda original, *args: _with_error_status(404, original, *args)
    )


@variant("SC-AUTH-09", "SC-TRACK-07", "SC-LIST-09")
def missing_rights_return_401(mock: Any) -> None:
    """A request whose token lacks the rights for it returns 401 instead of 403. The claims allow both."""
    wrap_method(
        mock.authorization, "require_rights", lambda original, *args: _with_error_status(401, original, *args)
    )
    wrap_method(
        mock.authorization, "require_owner", lambda original, *args: _with_error_status(401, original, *args)
    )


@variant("SC-AUTH-06", "SC-AUTH-09")
def app_token_without_rights_returns_403(mock: Any) -> None:
    """Every operation that an app's own token may not use returns 403, never 401. The claims allow both."""
    wrap_method(
        mock.authorization, "require_rights", lambda original, *args: _with_error_status(403, original, *args)
    )


@variant("SC-SOC-01", "SC-SOC-06", "SC-SOC-07")
def first_follow_and_like_return_200(mock: Any) -> None:
    """The first time, following and liking return 200 instead of 201. The claims allow both."""
    _set_follow_and_like_status(mock, status=200)


@variant("SC-SOC-01", "SC-SOC-06", "SC-SOC-07")
def second_follow_and_like_return_201(mock: Any) -> None:
    """The second time, following and liking return 201 instead of 200. The claims allow both."""
    _set_follow_and_like_status(mock, status=201)


@variant("SC-SOC-02", "SC-SOC-06", "SC-SOC-07")
def unfollow_and_unlike_without_effect_return_200(mock: Any) -> None:
    """Unfollowing and unliking return 200 for an item not followed or liked. The claims allow this."""
    for part, undo in ((mock.users, "unfollow"), (mock.tracks, "unlike"), (mock.playlists, "unlike")):
        wrap_method(part, undo, lambda original, *args: original(*args) or True)


@variant("SC-AUTH-01", "SC-ERR-08")
def unknown_path_needs_no_token(mock: Any) -> None:
    """An unknown path or method returns 404 or 405 even without a token. The claims allow this."""
    wrap_method(
        mock.authorization, "is_open", lambda original, operation: operation is None or original(operation)
    )


@variant("SC-ERR-08")
def unsupported_method_returns_404(mock: Any) -> None:
    """A method that a path does not support returns 404 instead of 405. The claims allow both."""

    def refuse(original: Any, error: HttpError) -> Any:
        return original(HttpError(404) if error.status == 405 else error)

    wrap_method(mock, "refuse", refuse)


@variant("SC-ERR-08", "SC-ERR-09")
def undefined_method_returns_400_in_html(mock: Any) -> None:
    """A method that HTTP does not define returns 400 in HTML. The parser of HTTP may refuse it."""
    _refuse_undefined_methods(mock, status=400)


@variant("SC-ERR-08", "SC-ERR-09")
def undefined_method_returns_501_in_html(mock: Any) -> None:
    """A method that HTTP does not define returns 501 in HTML. The parser of HTTP may refuse it."""
    _refuse_undefined_methods(mock, status=501)


@variant("SC-URL-01")
def resolve_returns_the_resource(mock: Any) -> None:
    """GET /resolve returns 200 with the resource instead of a redirect. The claims allow both."""

    def resolve(_original: Any, mock: Any, context: Any) -> Any:
        resource = mock.permalinks.get_or_404(context)
        if isinstance(resource, User):
            return json_response(mock.profiles.serialize(resource, context))
        kind = mock.tracks if hasattr(resource, "duration") else mock.playlists
        return json_response(kind.serialize(resource, context))

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-01")
def resolve_location_is_a_path(mock: Any) -> None:
    """The Location of GET /resolve is a path without a host. RFC 9110 allows this."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        response.headers["Location"] = response.headers["Location"].removeprefix(context.base)
        return response

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-URL-03", "SC-URL-04")
def resolve_swaps_400_and_404(mock: Any) -> None:
    """GET /resolve returns 400 for another host and 404 for a missing `url`. The claims allow both."""

    def resolve(original: Any, mock: Any, context: Any) -> Any:
        url = context.args.get("url", "")
        if mock.permalinks.path_segments(url):
            return original(mock, context)
        return _with_error_status(400 if url else 404, original, mock, context)

    wrap_handler(mock.handlers, RESOLVE, resolve)


@variant("SC-STREAM-02")
def stream_url_returns_the_links(mock: Any) -> None:
    """A `stream_url` returns 200 with the transcoding links, not a redirect. The claims allow both."""

    def links(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        response = original(mock, context, track_id)
        mock.rate_limits.count_play(context.token.app.client_id)
        return response

    wrap_handler(mock.handlers, "GET /tracks/{track_id}/streams", links)
    mock.handlers["GET /tracks/{track_id}/stream"] = mock.handlers["GET /tracks/{track_id}/streams"]


@variant("SC-UPLOAD-05")
def upload_that_is_not_audio_returns_415(mock: Any) -> None:
    """An upload of a file that is not audio returns 415 instead of 422. The claims allow both."""

    def detect_audio_format(original: Any, start: bytes) -> str:
        format_: str | None = original(start)
        if format_ is None:
            raise HttpError(415)
        return format_

    wrap_method(mock.uploads, "detect_audio_format", detect_audio_format)


@variant("SC-META-04")
def audio_in_an_update_returns_422(mock: Any) -> None:
    """An update of a track with `asset_data` returns 422 instead of ignoring it. The claims allow both."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if "asset_data" in mock.request_parser.read(context.request, "track"):
            raise HttpError(422, "asset_data can't be changed")
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "PUT /tracks/{track_id}", update)


@variant("SC-LIST-11")
def unknown_track_is_dropped_from_a_playlist(mock: Any) -> None:
    """A new playlist drops missing tracks instead of returning 422. The claims allow both."""

    def parse_track_id(original: Any, item: Any, context: Any) -> int | None:
        try:
            id_: int = original(item, context)
        except HttpError as error:
            if "does not exist" not in str(error.message):
                raise
            return None
        return id_

    wrap_method(mock.playlists, "parse_track_id", parse_track_id)
    wrap_method(
        mock.playlists,
        "parse_tracks",
        lambda original, *args: [id_ for id_ in original(*args) if id_ is not None],
    )


@variant("SC-LIST-08", "SC-STREAM-05")
def private_item_returns_403(mock: Any) -> None:
    """A private track or playlist returns 403 instead of 404 to other users. The claims allow both."""

    def get_or_404(original: Any, text: str, context: Any, part: Any) -> Any:
        exists = part.find(mock.number(text)) is not None
        return _with_error_status(403, original, text, context) if exists else original(text, context)

    for part in (mock.tracks, mock.playlists):
        wrap_method(part, "get_or_404", partial(get_or_404, part=part))


@variant("SC-STREAM-05", "SC-LIST-08")
def secret_token_works_with_an_app_token(mock: Any) -> None:
    """The secret token opens a private item even with an app's own token. The claims allow this."""
    wrap_method(
        mock.authorization,
        "can_see",
        lambda original, item, context: (
            original(item, context) or mock.authorization.has_secret_token(item, context)
        ),
    )


@variant("SC-PAGE-03")
def limit_over_200_returns_400(mock: Any) -> None:
    """A limit over 200 returns 400 instead of 200 items. The claims allow both."""

    def page_size(original: Any, context: Any) -> int:
        text = context.args.get("limit", "")
        if text.isdecimal() and int(text[:9]) > mock.pagination.max_size:
            raise HttpError(400, "limit is a number from 1 to 200")
        size: int = original(context)
        return size

    wrap_method(mock.pagination, "page_size", page_size)


@variant("SC-PAGE-11")
def invalid_page_parameters_are_ignored(mock: Any) -> None:
    """An invalid limit, offset or cursor is ignored instead of returning 400. The claims allow both."""

    def page_size(original: Any, context: Any) -> Any:
        digits = context.args.get("limit", "").lstrip("0")
        is_too_high = digits.isdecimal() and int(digits[:9]) > mock.pagination.max_size
        if is_too_high:
            return original(context)
        return _value_or_default(mock.pagination.default_size, original, context)

    def index_after(original: Any, items: Any, key: Any, position: Any) -> Any:
        return 0 if position is None else original(items, key, position)

    wrap_method(mock.pagination, "page_size", page_size)
    wrap_method(mock.pagination, "offset", lambda original, context: _value_or_default(0, original, context))
    wrap_method(
        mock.pagination, "decode_cursor", lambda original, text, n: _value_or_default(None, original, text, n)
    )
    wrap_method(mock.pagination, "index_after", index_after)


@variant("SC-FIND-10")
def invalid_bounds_are_ignored(mock: Any) -> None:
    """An invalid bound of a range is ignored instead of returning 400. The claims allow both."""

    def parse_bounds(original: Any, context: Any, name: str, read: Any) -> Any:
        return original(context, name, lambda text: _INVALID if read(text) is None else read(text))

    def filter_range(original: Any, tracks: Any, low: Any, high: Any) -> Any:
        return original(tracks, None if low is _INVALID else low, None if high is _INVALID else high)

    wrap_method(mock.search, "parse_bounds", parse_bounds)
    for name in ("by_bpm", "by_duration", "by_created_at"):
        wrap_method(mock.search, name, filter_range)


@variant("SC-CODE-05", "SC-CODE-06", "SC-CODE-07", "SC-TOKEN-06", "SC-TOKEN-08")
def invalid_grant_returns_401(mock: Any) -> None:
    """The error `invalid_grant` has the status 401 instead of 400, as in the real API."""

    def to_http_error(original: Any, error: Exception) -> HttpError:
        http_error: HttpError = original(error)
        if http_error.body and http_error.body.get("error") == "invalid_grant":
            return HttpError(
                401, headers=http_error.headers, body=mock.errors.oauth_body(401, "invalid_grant")
            )
        return http_error

    wrap_method(mock.oauth_server, "to_http_error", to_http_error)


@variant("SC-CODE-13")
def unsupported_response_type_returns_400(mock: Any) -> None:
    """GET /connect with another `response_type` returns 400, not a redirect. The claims allow both."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        return response if response.status_code == 200 else mock.consent.refuse("Not like this.")

    wrap_handler(mock.handlers, "GET /connect", show_page)


_INVALID = 0.123456789
"""The value that replaces an invalid bound."""


def _replace_error_statuses(mock: Any, statuses: dict[int, int]) -> None:
    """Replace the status of errors by `statuses[status]`, except for token requests."""

    def respond(original: Any, error: HttpError) -> Any:
        other = None if error.body else statuses.get(error.status)
        return original(HttpError(other, error.message, error.headers) if other else error)

    wrap_method(mock.errors, "respond", respond)


def _with_error_status(status: int, check: Any, *args: Any) -> Any:
    """Call `check(*args)` and raise its HttpError with another status."""
    try:
        return check(*args)
    except HttpError as error:
        raise HttpError(status, error.message) from None


def _value_or_default(default: Any, read: Any, *args: Any) -> Any:
    """Return `read(*args)`, or `default` if it raises HttpError."""
    try:
        return read(*args)
    except HttpError:
        return default


def _set_follow_and_like_status(mock: Any, status: int) -> None:
    """Give every successful response to following and liking this status."""

    def set_status(original: Any, *args: Any, **ids: str) -> Any:
        response = original(*args, **ids)
        response.status_code = status
        return response

    for operation in (
        "PUT /me/followings/{user_id}",
        "POST /likes/tracks/{track_id}",
        "POST /likes/playlists/{playlist_id}",
    ):
        wrap_handler(mock.handlers, operation, set_status)


def _refuse_undefined_methods(mock: Any, status: int) -> None:
    """Return this status in HTML for a method that HTTP does not define, before any other check."""

    def admit(original: Any) -> Any:
        if request.method in METHODS:
            return original()
        return Response("<h1>Bad request</h1>", status, content_type="text/html")

    wrap_method(mock, "admit", admit)


@variant("SC-AUTH-01", "SC-ERR-05")
def operations_without_claims_do_not_exist(mock: Any) -> None:
    """Operations with `x-beyond` in the OpenAPI document return 404. No claim covers them."""

    def admit(original: Any) -> Any:
        if request.endpoint in ROUTES_WITHOUT_CLAIMS:
            raise HttpError(404)
        return original()

    wrap_method(mock, "admit", admit)
