"""What goes wrong with signatures of OAuth (RFC 5849; Status)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import request

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal

KIBIBYTE = 1024
Which = Callable[[Any], bool]


@fault("AB-SIGN-01")
def header_with_a_realm_is_refused(mock: Any) -> None:
    """A realm in the Authorization header makes the signature wrong."""

    def header(header: Any, call: Any) -> Any:
        pairs = header(call)
        if "realm=" in call.request.headers.get("Authorization", ""):
            raise Refusal(401, "The signature is wrong")
        return pairs

    around(mock.signatures, "header", header)


@fault("AB-SIGN-01")
def scheme_is_oauth_in_these_letters_only(mock: Any) -> None:
    """`oauth` in the Authorization header is another scheme than `OAuth`."""

    def header(header: Any, call: Any) -> Any:
        text = call.request.headers.get("Authorization", "")
        if text and not text.startswith("OAuth"):
            raise Refusal(401, "The Authorization header is not of OAuth")
        return header(call)

    around(mock.signatures, "header", header)


@fault("AB-SIGN-01", "AB-SIGN-05", "AB-REQ-02")
def header_is_not_read_in_uploads(mock: Any) -> None:
    """Whoever sends a file signed in the header is refused 401."""

    def judge(judge: Any, call: Any) -> None:
        if call.files and call.request.headers.get("Authorization"):
            raise Refusal(401, "The signature is wrong")
        judge(call)

    around(mock.signatures, "judge", judge)


@fault("AB-SIGN-02")
def signature_in_a_query_is_not_seen_in_changes(mock: Any) -> None:
    """PUT with the parameters of OAuth in its query is refused 401."""
    _places(mock, lambda shown, query, form: (shown, _own(query), form), "PUT")


@fault("AB-SIGN-02")
def signature_in_a_body_is_not_seen_in_posts(mock: Any) -> None:
    """POST with the parameters of OAuth in its body is refused 401."""
    _places(mock, lambda shown, query, form: (shown, query, _own(form)), "POST")


@fault("AB-SIGN-03")
def signatures_of_deletions_are_not_compared(mock: Any) -> None:
    """DELETE may be changed after it was signed."""
    _without(mock, "need_signature", lambda call: call.request.method == "DELETE")


@fault("AB-SIGN-03")
def signatures_in_a_query_are_not_compared(mock: Any) -> None:
    """What is signed in the query may be changed afterwards."""
    _without(mock, "need_signature", _in_query)


@fault("AB-SIGN-03")
def signature_is_compared_by_its_first_letters(mock: Any) -> None:
    """Twenty characters of a signature are enough."""
    mock.signatures.same = lambda given, right: given[:20] == right[:20]


@fault("AB-SIGN-03")
def signature_is_compared_in_any_case(mock: Any) -> None:
    """Capitals of a signature don't matter."""
    mock.signatures.same = lambda given, right: given.lower() == right.lower()


@fault("AB-SIGN-03")
def wrong_signature_is_forbidden(mock: Any) -> None:
    """A wrong signature of OAuth is 403."""

    def need(need: Any, *of: Any) -> None:
        try:
            need(*of)
        except Refusal as refusal:
            raise Refusal(403, refusal.message) from None

    around(mock.signatures, "need_signature", need)


@fault("AB-SIGN-03")
def bad_signature_of_a_public_list_is_passed_over(mock: Any) -> None:
    """/audio_clips answers whoever signs it, rightly or not."""

    def judge(judge: Any, call: Any) -> None:
        if call.operation != "GET /audio_clips":
            judge(call)

    around(mock.signatures, "judge", judge)


@fault("AB-SIGN-04")
def nonce_in_a_query_is_good_twice(mock: Any) -> None:
    """A request that is signed in its query may be sent again."""
    taken: list[Any] = []

    def judge(judge: Any, call: Any) -> None:
        taken[:] = [call]
        judge(call)

    def take(take: Any, *use: Any) -> bool:
        return _in_query(taken[0]) or take(*use)

    around(mock.signatures, "judge", judge)
    around(mock.nonces, "take", take)


@fault("AB-SIGN-04")
def nonces_are_not_kept(mock: Any) -> None:
    """Any request may be sent again."""
    mock.nonces.take = lambda *_use: True


@fault("AB-SIGN-04")
def nonce_is_forgotten_at_the_next_one(mock: Any) -> None:
    """A request may be sent again after another one."""

    def take(take: Any, *use: Any) -> Any:
        fresh = take(*use)
        if fresh:
            mock.nonces.reset()
            take(*use)
        return fresh

    around(mock.nonces, "take", take)


@fault("AB-SIGN-04")
def used_nonce_is_a_bad_request(mock: Any) -> None:
    """A request that is sent again is 400."""

    def need(need: Any, protocol: Any) -> None:
        try:
            need(protocol)
        except Refusal as refusal:
            raise Refusal(400, refusal.message) from None

    around(mock.signatures, "need_new", need)


@fault("AB-SIGN-04")
def timestamp_of_oauth_is_not_judged(mock: Any) -> None:
    """Any timestamp is near."""
    mock.signatures.need_time = lambda _protocol: None


@fault("AB-SIGN-04")
def timestamp_of_a_change_is_not_judged(mock: Any) -> None:
    """PUT and DELETE may be as old as they like."""

    def need_time(need: Any, protocol: Any) -> None:
        if request.method not in ("PUT", "DELETE"):
            need(protocol)

    around(mock.signatures, "need_time", need_time)


@fault("AB-SIGN-04")
def only_the_last_thirty_nonces_are_kept(mock: Any) -> None:
    """What was used before them may be used again."""
    kept: deque[tuple[Any, ...]] = deque(maxlen=30)

    def take(take: Any, *of: Any) -> bool:
        is_new = of not in kept
        kept.append(of)
        return is_new

    around(mock.nonces, "take", take)


@fault("AB-SIGN-03")
def signature_of_a_script_is_not_compared(mock: Any) -> None:
    """JSON-P is answered whatever the signature is."""
    _without(mock, "need_signature", lambda call: "callback" in call.request.args)


@fault("AB-SIGN-04")
def timestamps_of_the_future_are_near(mock: Any) -> None:
    """A timestamp may be as late as it likes."""
    around(mock.nonces, "near", lambda near, at: at > mock.clock.now() or near(at))


@fault("AB-SIGN-04")
def timestamp_half_a_minute_off_is_refused(mock: Any) -> None:
    """Only twenty seconds are allowed to a timestamp."""
    mock.nonces.reach = lambda: 20


@fault("AB-SIGN-04")
def timestamps_are_judged_by_another_clock(mock: Any) -> None:
    """A timestamp of before the clock was moved is near."""
    mock.nonces.near = lambda at: abs(time.time() - at) <= mock.nonces.reach()


@fault("AB-SIGN-05")
def body_hash_is_not_compared(mock: Any) -> None:
    """Any body goes with a signature that has a hash."""
    mock.signatures.need_body = lambda _call, _protocol: None


@fault("AB-SIGN-05")
def body_hash_is_not_compared_above_a_kilobyte(mock: Any) -> None:
    """A body of over 1024 bytes may be another one."""
    _without(mock, "need_body", lambda call: len(call.request.get_data()) > KIBIBYTE)


@fault("AB-SIGN-05")
def body_hash_of_a_chunk_is_not_compared(mock: Any) -> None:
    """PUT /attachments/{attachment_id} takes another chunk than was signed."""
    _without(mock, "need_body", lambda call: call.operation == "PUT /attachments/{attachment_id}")


@fault("AB-SIGN-05")
def body_hash_in_a_query_is_not_compared(mock: Any) -> None:
    """What is signed in the query may have another body."""
    _without(mock, "need_body", _in_query)


@fault("AB-SIGN-05")
def upload_without_a_hash_is_a_bad_request(mock: Any) -> None:
    """An upload without a hash is 400."""

    def needs_hash(needs: Any, call: Any) -> bool:
        if needs(call):
            raise Refusal(400, "oauth_body_hash is missing")
        return False

    around(mock.signatures, "needs_hash", needs_hash)


@fault("AB-SIGN-10")
def missing_favourite_is_told_to_anybody(mock: Any) -> None:
    """POST favourites of a clip that there is not is 404 before 401."""

    def need_rights(need: Any, call: Any) -> None:
        if call.operation == "POST /audio_clips/{clip_id}/favourites":
            mock.clips.need(call.request.view_args["clip_id"])
        need(call)

    around(mock.guard, "need_rights", need_rights)


@fault("AB-SIGN-10")
def title_of_a_playlist_is_asked_for_before_a_signature(mock: Any) -> None:
    """POST /playlists without a title is 422 for anybody."""

    def need_rights(need: Any, call: Any) -> None:
        if call.operation == "POST /playlists" and not call.text("playlist[title]"):
            raise Refusal(422, "title is missing")
        need(call)

    around(mock.guard, "need_rights", need_rights)


@fault("AB-SIGN-10")
def nobody_may_rename_a_clip(mock: Any) -> None:
    """PUT /audio_clips/{id} without a signature is done in the owner's name."""

    def need_rights(need: Any, call: Any) -> None:
        if call.operation == "PUT /audio_clips/{clip_id}" and call.viewer is None:
            call.viewer = mock.clips.need(call.request.view_args["clip_id"]).owner
        need(call)

    around(mock.guard, "need_rights", need_rights)


@fault("AB-SIGN-10")
def unsigned_comment_is_refused_and_added(mock: Any) -> None:
    """POST comments without a signature is 401, and the comment is there."""

    def need_rights(need: Any, call: Any) -> None:
        if call.operation != "POST /audio_clips/{clip_id}/comments":
            need(call)

    def create(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        if call.viewer is not None:
            return handle(mock, call, clip_id)
        clip = mock.clips.need(clip_id)
        call.viewer = clip.owner
        handle(mock, call, clip_id)
        raise Refusal(401)

    around(mock.guard, "need_rights", need_rights)
    around_handler(mock.handlers, "POST /audio_clips/{clip_id}/comments", create)


def _in_query(call: Any) -> bool:
    return any(name == "oauth_signature" for name, _ in call.query)


def _own(pairs: Any) -> list[tuple[str, str]]:
    return [pair for pair in pairs if not pair[0].startswith("oauth_")]


def _places(mock: Any, change: Any, method: str) -> None:
    """Look for the parameters of OAuth elsewhere, where the method is this one."""

    def places(places: Any, call: Any) -> Any:
        found = places(call)
        legs = call.request.path.startswith("/oauth/")
        return found if legs or call.request.method != method else change(*found)

    around(mock.signatures, "places", places)


def _without(mock: Any, rule: str, which: Which) -> None:
    """Pass over a rule for some calls."""
    around(mock.signatures, rule, lambda need, call, *of: None if which(call) else need(call, *of))
