"""What goes wrong with signatures of OAuth (RFC 5849; Status)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

KIBIBYTE = 1024
Which = Callable[[Any], bool]


@fault("AB-SIGN-01")
def header_with_a_realm_is_refused(mock: Any) -> None:
    """A realm in the Authorization header makes the signature wrong."""

    def header_parameters(original: Any, context: Any) -> Any:
        pairs = original(context)
        if "realm=" in context.request.headers.get("Authorization", ""):
            raise HttpError(401, "The signature is wrong")
        return pairs

    wrap_method(mock.signatures, "header_parameters", header_parameters)


@fault("AB-SIGN-01")
def scheme_is_oauth_in_these_letters_only(mock: Any) -> None:
    """`oauth` in the Authorization header is another scheme than `OAuth`."""

    def header_parameters(original: Any, context: Any) -> Any:
        text = context.request.headers.get("Authorization", "")
        if text and not text.startswith("OAuth"):
            raise HttpError(401, "The Authorization header is not of OAuth")
        return original(context)

    wrap_method(mock.signatures, "header_parameters", header_parameters)


@fault("AB-SIGN-01", "AB-SIGN-05", "AB-REQ-02")
def header_is_not_read_in_uploads(mock: Any) -> None:
    """Whoever sends a file signed in the header is refused 401."""

    def verify(original: Any, context: Any) -> None:
        if context.files and context.request.headers.get("Authorization"):
            raise HttpError(401, "The signature is wrong")
        original(context)

    wrap_method(mock.signatures, "verify", verify)


@fault("AB-SIGN-02")
def signature_in_a_query_is_not_seen_in_changes(mock: Any) -> None:
    """PUT with the parameters of OAuth in its query is refused 401."""
    _places(mock, lambda serialized, query, form: (serialized, _own(query), form), "PUT")


@fault("AB-SIGN-02")
def signature_in_a_body_is_not_seen_in_posts(mock: Any) -> None:
    """POST with the parameters of OAuth in its body is refused 401."""
    _places(mock, lambda serialized, query, form: (serialized, query, _own(form)), "POST")


@fault("AB-SIGN-03")
def signatures_of_deletions_are_not_compared(mock: Any) -> None:
    """DELETE may be changed after it was signed."""
    _without(mock, "need_signature", lambda context: context.request.method == "DELETE")


@fault("AB-SIGN-03")
def signatures_in_a_query_are_not_compared(mock: Any) -> None:
    """What is signed in the query may be changed afterwards."""
    _without(mock, "need_signature", _in_query)


@fault("AB-SIGN-03")
def signature_is_compared_by_its_first_letters(mock: Any) -> None:
    """Twenty characters of a signature are enough."""
    mock.signatures.are_equal = lambda given, right: given[:20] == right[:20]


@fault("AB-SIGN-03")
def signature_is_compared_in_any_case(mock: Any) -> None:
    """Capitals of a signature don't matter."""
    mock.signatures.are_equal = lambda given, right: given.lower() == right.lower()


@fault("AB-SIGN-03")
def wrong_signature_is_forbidden(mock: Any) -> None:
    """A wrong signature of OAuth is 403."""

    def require_signature(original: Any, *args: Any) -> None:
        try:
            original(*args)
        except HttpError as error:
            raise HttpError(403, error.message) from None

    wrap_method(mock.signatures, "require_signature", require_signature)


@fault("AB-SIGN-03")
def bad_signature_of_a_public_list_is_passed_over(mock: Any) -> None:
    """/audio_clips answers whoever signs it, rightly or not."""

    def verify(original: Any, context: Any) -> None:
        if context.operation != "GET /audio_clips":
            original(context)

    wrap_method(mock.signatures, "verify", verify)


@fault("AB-SIGN-04")
def nonce_in_a_query_is_good_twice(mock: Any) -> None:
    """A request that is signed in its query may be sent again."""
    taken: list[Any] = []

    def verify(original: Any, context: Any) -> None:
        taken[:] = [context]
        original(context)

    def use(original: Any, *use: Any) -> bool:
        return _in_query(taken[0]) or original(*use)

    wrap_method(mock.signatures, "verify", verify)
    wrap_method(mock.nonces, "use", use)


@fault("AB-SIGN-04")
def nonces_are_not_kept(mock: Any) -> None:
    """Any request may be sent again."""
    mock.nonces.use = lambda *_use: True


@fault("AB-SIGN-04")
def nonce_is_forgotten_at_the_next_one(mock: Any) -> None:
    """A request may be sent again after another one."""

    def use(original: Any, *use: Any) -> Any:
        fresh = original(*use)
        if fresh:
            mock.nonces.reset()
            original(*use)
        return fresh

    wrap_method(mock.nonces, "use", use)


@fault("AB-SIGN-04")
def used_nonce_is_a_bad_request(mock: Any) -> None:
    """A request that is sent again is 400."""

    def require_unused_nonce(original: Any, protocol: Any) -> None:
        try:
            original(protocol)
        except HttpError as error:
            raise HttpError(400, error.message) from None

    wrap_method(mock.signatures, "require_unused_nonce", require_unused_nonce)


@fault("AB-SIGN-04")
def timestamp_of_oauth_is_not_judged(mock: Any) -> None:
    """Any timestamp is near."""
    mock.signatures.require_recent_timestamp = lambda _protocol: None


@fault("AB-SIGN-04")
def timestamp_of_a_change_is_not_judged(mock: Any) -> None:
    """PUT and DELETE may be as old as they like."""

    def require_recent_timestamp(original: Any, protocol: Any) -> None:
        if request.method not in ("PUT", "DELETE"):
            original(protocol)

    wrap_method(mock.signatures, "require_recent_timestamp", require_recent_timestamp)


@fault("AB-SIGN-04")
def only_the_last_thirty_nonces_are_kept(mock: Any) -> None:
    """What was used before them may be used again."""
    values: deque[tuple[Any, ...]] = deque(maxlen=30)

    def use(original: Any, *args: Any) -> bool:
        is_new = args not in values
        values.append(args)
        return is_new

    wrap_method(mock.nonces, "use", use)


@fault("AB-SIGN-03")
def signature_of_a_script_is_not_compared(mock: Any) -> None:
    """JSON-P is answered whatever the signature is."""
    _without(mock, "need_signature", lambda context: "callback" in context.request.args)


@fault("AB-SIGN-04")
def timestamps_of_the_future_are_near(mock: Any) -> None:
    """A timestamp may be as late as it likes."""
    wrap_method(mock.nonces, "is_near_now", lambda original, at: at > mock.clock.now() or original(at))


@fault("AB-SIGN-04")
def timestamp_half_a_minute_off_is_refused(mock: Any) -> None:
    """Only twenty seconds are allowed to a timestamp."""
    mock.nonces.max_timestamp_offset_s = lambda: 20


@fault("AB-SIGN-04")
def timestamps_are_judged_by_another_clock(mock: Any) -> None:
    """A timestamp of before the clock was moved is near."""
    mock.nonces.is_near_now = lambda at: abs(time.time() - at) <= mock.nonces.max_timestamp_offset_s()


@fault("AB-SIGN-05")
def body_hash_is_not_compared(mock: Any) -> None:
    """Any body goes with a signature that has a hash."""
    mock.signatures.require_body_hash = lambda _context, _protocol: None


@fault("AB-SIGN-05")
def body_hash_is_not_compared_above_a_kilobyte(mock: Any) -> None:
    """A body of over 1024 bytes may be another one."""
    _without(mock, "need_body", lambda context: len(context.request.get_data()) > KIBIBYTE)


@fault("AB-SIGN-05")
def body_hash_of_a_chunk_is_not_compared(mock: Any) -> None:
    """PUT /attachments/{attachment_id} takes another chunk than was signed."""
    _without(mock, "need_body", lambda context: context.operation == "PUT /attachments/{attachment_id}")


@fault("AB-SIGN-05")
def body_hash_in_a_query_is_not_compared(mock: Any) -> None:
    """What is signed in the query may have another body."""
    _without(mock, "need_body", _in_query)


@fault("AB-SIGN-05")
def upload_without_a_hash_is_a_bad_request(mock: Any) -> None:
    """An upload without a hash is 400."""

    def needs_body_hash(original: Any, context: Any) -> bool:
        if original(context):
            raise HttpError(400, "oauth_body_hash is missing")
        return False

    wrap_method(mock.signatures, "needs_body_hash", needs_body_hash)


@fault("AB-SIGN-10")
def missing_favourite_is_told_to_anybody(mock: Any) -> None:
    """POST favourites of a clip that there is not is 404 before 401."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "POST /audio_clips/{clip_id}/favourites":
            mock.clips.get_or_404(context.request.view_args["clip_id"])
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def title_of_a_playlist_is_asked_for_before_a_signature(mock: Any) -> None:
    """POST /playlists without a title is 422 for anybody."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "POST /playlists" and not context.text("playlist[title]"):
            raise HttpError(422, "title is missing")
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def nobody_may_rename_a_clip(mock: Any) -> None:
    """PUT /audio_clips/{id} without a signature is done in the owner's name."""

    def require_user(original: Any, context: Any) -> None:
        if context.operation == "PUT /audio_clips/{clip_id}" and context.viewer is None:
            context.viewer = mock.clips.get_or_404(context.request.view_args["clip_id"]).owner
        original(context)

    wrap_method(mock.authorization, "require_user", require_user)


@fault("AB-SIGN-10")
def unsigned_comment_is_refused_and_added(mock: Any) -> None:
    """POST comments without a signature is 401, and the comment is there."""

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


def _in_query(context: Any) -> bool:
    return any(name == "oauth_signature" for name, _ in context.query)


def _own(pairs: Any) -> list[tuple[str, str]]:
    return [pair for pair in pairs if not pair[0].startswith("oauth_")]


def _places(mock: Any, change: Any, method: str) -> None:
    """Look for the parameters of OAuth elsewhere, where the method is this one."""

    def parameter_sources(original: Any, context: Any) -> Any:
        found = original(context)
        legs = context.request.path.startswith("/oauth/")
        return found if legs or context.request.method != method else change(*found)

    wrap_method(mock.signatures, "parameter_sources", parameter_sources)


def _without(mock: Any, rule: str, which: Which) -> None:
    """Pass over a rule for some calls."""
    wrap_method(
        mock.signatures,
        rule,
        lambda original, context, *args: None if which(context) else original(context, *args),
    )
