"""Faults of OAuth signatures (RFC 5849; Status)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from flask import request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

KIBIBYTE = 1024
Condition = Callable[[Any], bool]


@fault("AB-SIGN-01")
def header_with_realm_is_refused(mock: Any) -> None:
    """An Authorization header with a realm returns 401."""

    def header_parameters(original: Any, context: Any) -> Any:
        pairs = original(context)
        if "realm=" in context.request.headers.get("Authorization", ""):
            raise HttpError(401, "The signature is wrong")
        return pairs

    wrap_method(mock.signatures, "header_parameters", header_parameters)


@fault("AB-SIGN-01")
def scheme_is_case_sensitive(mock: Any) -> None:
    """An Authorization header with the scheme `oauth` instead of `OAuth` returns 401."""

    def header_parameters(original: Any, context: Any) -> Any:
        text = context.request.headers.get("Authorization", "")
        if text and not text.startswith("OAuth"):
            raise HttpError(401, "The Authorization header is not of OAuth")
        return original(context)

    wrap_method(mock.signatures, "header_parameters", header_parameters)


@fault("AB-SIGN-01", "AB-SIGN-05", "AB-REQ-02")
def header_signature_of_upload_is_refused(mock: Any) -> None:
    """A request with a file that is signed in the Authorization header returns 401."""

    def verify(original: Any, context: Any) -> None:
        if context.files and context.request.headers.get("Authorization"):
            raise HttpError(401, "The signature is wrong")
        original(context)

    wrap_method(mock.signatures, "verify", verify)


@fault("AB-SIGN-02")
def query_signature_of_put_is_ignored(mock: Any) -> None:
    """PUT ignores a signature in the query: it returns 401 for a request that is signed there."""
    _edit_parameter_sources(
        mock, lambda serialized, query, form: (serialized, _without_oauth(query), form), "PUT"
    )


@fault("AB-SIGN-02")
def body_signature_of_post_is_ignored(mock: Any) -> None:
    """POST ignores a signature in the body: it returns 401 for a request that is signed there."""
    _edit_parameter_sources(
        mock, lambda serialized, query, form: (serialized, query, _without_oauth(form)), "POST"
    )


@fault("AB-SIGN-03")
def signature_of_delete_is_not_checked(mock: Any) -> None:
    """The signature of a DELETE is not checked."""
    _skip_check(mock, "require_signature", lambda context: context.request.method == "DELETE")


@fault("AB-SIGN-03")
def query_signature_is_not_checked(mock: Any) -> None:
    """A signature in the query of a request is not checked."""
    _skip_check(mock, "require_signature", _is_signed_in_query)


@fault("AB-SIGN-03")
def signature_is_compared_by_first_characters(mock: Any) -> None:
    """A signature is compared only by its first 20 characters."""
    mock.signatures.are_equal = lambda actual, expected: actual[:20] == expected[:20]


@fault("AB-SIGN-03")
def signature_is_compared_without_case(mock: Any) -> None:
    """A signature is compared without case: capitals equal small letters."""
    mock.signatures.are_equal = lambda actual, expected: actual.lower() == expected.lower()


@fault("AB-SIGN-03")
def wrong_signature_returns_403(mock: Any) -> None:
    """A wrong OAuth signature returns 403 instead of 401."""

    def require_signature(original: Any, *args: Any) -> None:
        try:
            original(*args)
        except HttpError as error:
            raise HttpError(403, error.message) from None

    wrap_method(mock.signatures, "require_signature", require_signature)


@fault("AB-SIGN-03")
def signature_of_public_list_is_ignored(mock: Any) -> None:
    """GET /audio_clips ignores the OAuth signature: it accepts a wrong one."""

    def verify(original: Any, context: Any) -> None:
        if context.operation != "GET /audio_clips":
            original(context)

    wrap_method(mock.signatures, "verify", verify)


@fault("AB-SIGN-04")
def query_signed_request_can_be_replayed(mock: Any) -> None:
    """A request that is signed in its query can be replayed."""
    taken: list[Any] = []

    def verify(original: Any, context: Any) -> None:
        taken[:] = [context]
        original(context)

    def use(original: Any, *use: Any) -> bool:
        return _is_signed_in_query(taken[0]) or original(*use)

    wrap_method(mock.signatures, "verify", verify)
    wrap_method(mock.nonces, "use", use)


@fault("AB-SIGN-04")
def any_request_can_be_replayed(mock: Any) -> None:
    """Nonces are not recorded, so any request can be replayed."""
    mock.nonces.use = lambda *_use: True


@fault("AB-SIGN-04")
def only_last_nonce_is_recorded(mock: Any) -> None:
    """Only the last nonce is recorded, so earlier requests can be replayed."""

    def use(original: Any, *use: Any) -> Any:
        is_new = original(*use)
        if is_new:
            mock.nonces.reset()
            original(*use)
        return is_new

    wrap_method(mock.nonces, "use", use)


@fault("AB-SIGN-04")
def replay_returns_400(mock: Any) -> None:
    """A replayed request returns 400 instead of 401."""

    def require_unused_nonce(original: Any, protocol: Any) -> None:
        try:
            original(protocol)
        except HttpError as error:
            raise HttpError(400, error.message) from None

    wrap_method(mock.signatures, "require_unused_nonce", require_unused_nonce)


@fault("AB-SIGN-04")
def oauth_timestamp_is_not_checked(mock: Any) -> None:
    """The OAuth timestamp is not checked."""
    mock.signatures.require_recent_timestamp = lambda _protocol: None


@fault("AB-SIGN-04")
def timestamp_of_put_and_delete_is_not_checked(mock: Any) -> None:
    """The OAuth timestamp of PUT and DELETE is not checked."""

    def require_recent_timestamp(original: Any, protocol: Any) -> None:
        if request.method not in ("PUT", "DELETE"):
            original(protocol)

    wrap_method(mock.signatures, "require_recent_timestamp", require_recent_timestamp)


@fault("AB-SIGN-04")
def only_last_thirty_nonces_are_recorded(mock: Any) -> None:
    """Only the last 30 nonces are recorded, so earlier requests can be replayed."""
    _record_last_nonces(mock, 30)


@fault("AB-SIGN-03")
def signature_of_jsonp_is_not_checked(mock: Any) -> None:
    """The signature of a request with `callback` (JSON-P) is not checked."""
    _skip_check(mock, "require_signature", lambda context: "callback" in context.request.args)


@fault("AB-SIGN-04")
def future_timestamp_is_accepted(mock: Any) -> None:
    """Any OAuth timestamp in the future is accepted."""
    wrap_method(mock.nonces, "is_near_now", lambda original, at: at > mock.clock.now() or original(at))


@fault("AB-SIGN-04")
def timestamp_over_20_seconds_off_is_refused(mock: Any) -> None:
    """An OAuth timestamp that is more than 20 seconds off the server's clock is refused."""
    mock.nonces.max_timestamp_offset_s = lambda: 20


@fault("AB-SIGN-04")
def timestamp_check_ignores_clock_control(mock: Any) -> None:
    """The check of OAuth timestamps ignores the control /clock, which advances the server's clock."""
    mock.nonces.is_near_now = lambda at: abs(time.time() - at) <= mock.nonces.max_timestamp_offset_s()


@fault("AB-SIGN-05")
def body_hash_is_not_checked(mock: Any) -> None:
    """The `oauth_body_hash` of a request is not checked."""
    mock.signatures.require_body_hash = lambda _context, _protocol: None


@fault("AB-SIGN-05")
def body_hash_of_large_body_is_not_checked(mock: Any) -> None:
    """The `oauth_body_hash` of a body of more than 1024 bytes is not checked."""
    _skip_check(mock, "require_body_hash", lambda context: len(context.request.get_data()) > KIBIBYTE)


@fault("AB-SIGN-05")
def body_hash_of_chunk_is_not_checked(mock: Any) -> None:
    """The `oauth_body_hash` of a chunk (PUT /attachments/{attachment_id}) is not checked."""
    _skip_check(
        mock, "require_body_hash", lambda context: context.operation == "PUT /attachments/{attachment_id}"
    )


@fault("AB-SIGN-05")
def body_hash_in_query_is_not_checked(mock: Any) -> None:
    """An `oauth_body_hash` in the query of a request is not checked."""
    _skip_check(mock, "require_body_hash", _is_signed_in_query)


@fault("AB-SIGN-05")
def upload_without_body_hash_returns_400(mock: Any) -> None:
    """An upload without the required `oauth_body_hash` returns 400 instead of 401."""

    def needs_body_hash(original: Any, context: Any) -> bool:
        if original(context):
            raise HttpError(400, "oauth_body_hash is missing")
        return False

    wrap_method(mock.signatures, "needs_body_hash", needs_body_hash)


@fault("AB-SIGN-10")
def unknown_favourite_returns_404_before_401(mock: Any) -> None:
    """An unsigned POST of a favourite for an unknown clip returns 404 instead of 401."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "POST /audio_clips/{clip_id}/favourites":
            mock.clips.get_or_404(context.request.view_args["clip_id"])
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def missing_playlist_title_returns_422_before_401(mock: Any) -> None:
    """An unsigned POST /playlists without a title returns 422 instead of 401."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "POST /playlists" and not context.text("playlist[title]"):
            raise HttpError(422, "title is missing")
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def unsigned_clip_update_is_executed(mock: Any) -> None:
    """An unsigned PUT of a clip is executed in the name of its owner."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "PUT /audio_clips/{clip_id}" and context.viewer is None:
            context.viewer = mock.clips.get_or_404(context.request.view_args["clip_id"]).owner
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def unsigned_comment_is_refused_but_created(mock: Any) -> None:
    """An unsigned POST of a comment returns 401, but creates the comment."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation != "POST /audio_clips/{clip_id}/comments":
            original(context)

    def create(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        if context.viewer is not None:
            return handle(mock, context, clip_id)
        clip = mock.clips.get_or_404(clip_id)
        context.viewer = clip.owner
        handle(mock, context, clip_id)
        raise HttpError(401)

    wrap_method(mock.authorization, "require_user", require_user)
    wrap_handler(mock.handlers, "POST /audio_clips/{clip_id}/comments", create)


@fault("AB-SIGN-01", "AB-SIGN-02")
def path_is_decoded_before_it_is_signed(mock: Any) -> None:
    """The signature covers the decoded path, so that a path with escapes is refused with 401."""

    def base_string(original: Any, context: Any) -> Any:
        return original(SimpleNamespace(**vars(context), url=unquote(context.url)))

    wrap_method(mock.signatures, "base_string", base_string)


@fault("AB-SIGN-04")
def nonces_of_delete_are_not_recorded(mock: Any) -> None:
    """The nonce of a DELETE is not recorded, so it can be replayed."""
    wrap_method(mock.nonces, "use", lambda original, *use: request.method == "DELETE" or original(*use))


@fault("AB-SIGN-04")
def last_hundred_nonces_are_recorded(mock: Any) -> None:
    """Only the last 100 nonces are recorded, so earlier requests can be replayed."""
    _record_last_nonces(mock, 100)


def _record_last_nonces(mock: Any, count: int) -> None:
    """Record no more than this number of nonces."""
    values: deque[tuple[Any, ...]] = deque(maxlen=count)

    def use(_original: Any, *args: Any) -> bool:
        is_new = args not in values
        values.append(args)
        return is_new

    wrap_method(mock.nonces, "use", use)


def _is_signed_in_query(context: Any) -> bool:
    """Return True if the request is signed in its query."""
    return any(name == "oauth_signature" for name, _ in context.query)


def _without_oauth(pairs: Any) -> list[tuple[str, str]]:
    """Return the parameters that do not belong to OAuth."""
    return [pair for pair in pairs if not pair[0].startswith("oauth_")]


def _edit_parameter_sources(mock: Any, change: Any, method: str) -> None:
    """Replace the sources of OAuth parameters by `change(*sources)` for API requests with this method."""

    def parameter_sources(original: Any, context: Any) -> Any:
        sources = original(context)
        is_oauth_flow = context.request.path.startswith("/oauth/")
        return sources if is_oauth_flow or context.request.method != method else change(*sources)

    wrap_method(mock.signatures, "parameter_sources", parameter_sources)


def _skip_check(mock: Any, rule: str, condition: Condition) -> None:
    """Skip the signature check `rule` for the requests for which `condition(context)` is true."""
    wrap_method(
        mock.signatures,
        rule,
        lambda original, context, *args: None if condition(context) else original(context, *args),
    )
