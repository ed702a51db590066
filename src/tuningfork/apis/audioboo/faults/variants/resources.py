"""Other answers about clips, users and playlists that the claims allow."""

from __future__ import annotations

from typing import Any

from flask import Response

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPLOAD = "POST /account/audio_clips"
MP3 = "GET /audio_clips/{clip_id}.mp3"
REMOVE_LIST = "DELETE /playlists/{playlist_id}"
Shown = dict[str, Any]


@variant("AB-REQ-06")
def known_uuid_is_a_conflict(mock: Any) -> None:
    """A uuid that has come before is refused 409."""

    def find_by_uuid(original: Any, owner: User, uuid: str | None) -> None:
        if original(owner, uuid):
            raise HttpError(409, "uuid is taken")

    wrap_method(mock.clips, "find_by_uuid", find_by_uuid)


@variant("AB-REQ-06")
def known_uuid_is_answered_201(mock: Any) -> None:
    """A uuid that has come before is answered as if it were new."""
    _answered(mock, UPLOAD, 201)


@variant("AB-REQ-05")
def title_of_a_clip_may_be_empty(mock: Any) -> None:
    """An empty title is one."""
    mock.form_fields.parse_title = lambda _name, text: text


@variant("AB-REQ-04", "AB-REQ-05", "AB-USER-03", "AB-SOC-04", "AB-LIST-01", "AB-ATT-02")
def unprocessable_is_a_bad_request_here(mock: Any) -> None:
    """What makes no sense is answered 400."""
    _refused(mock, {422: 400})


@variant("AB-CLIP-12", "AB-LIST-01", "AB-SOC-04")
def what_is_not_ones_own_is_not_found(mock: Any) -> None:
    """Who may not change a thing is answered 404."""
    _refused(mock, {403: 404})


@variant("AB-CLIP-12", "AB-LIST-01", "AB-SOC-04")
def what_is_not_ones_own_is_unauthorized(mock: Any) -> None:
    """Who may not change a thing is answered 401."""
    _refused(mock, {403: 401})


@variant("AB-CLIP-01", "AB-USER-01")
def clips_and_users_say_more(mock: Any) -> None:
    """Clips and users have further members, some with names of others."""
    more = {"is_read": None, "link_style": "cover", "channel": {"id": 7, "title": ""}, "location_id": -1}
    for part in (mock.clips, mock.users):
        wrap_method(part, "show", lambda original, *args: original(*args) | more)


@variant("AB-CLIP-01", "AB-CLIP-03")
def clips_say_only_what_they_must(mock: Any) -> None:
    """A clip has no place, no description, no user and no counts, and its only url is the audio."""
    rest = {"description", "user", "counts", "location"}

    def serialize(original: Any, clip: Clip, context: Any) -> Shown:
        serialized = {name: value for name, value in original(clip, context).items() if name not in rest}
        return serialized | {"urls": {"high_mp3": serialized["urls"]["high_mp3"]}}

    wrap_method(mock.clips, "serialize", serialize)


@variant("AB-CLIP-04")
def clips_without_tags_have_an_empty_list(mock: Any) -> None:
    """A clip without tags has `tags`, with nothing in it."""
    wrap_method(mock.clips, "serialize", lambda original, *args: {"tags": []} | original(*args))


@variant("AB-CLIP-01")
def durations_are_whole_seconds(mock: Any) -> None:
    """A duration is a number without a fraction."""
    wrap_method(mock.clips, "serialize", lambda original, *args: _whole(original(*args)))


@variant("AB-CLIP-06")
def mp3_location_is_a_path(mock: Any) -> None:
    """The redirect to the audio has a relative Location, at which the audio is."""

    def mp3(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        if context.text("whole"):
            return Response(b"ID3\x03" + bytes(1000), content_type="audio/mpeg")
        response.headers["Location"] = f"{context.path}?whole=1"
        return response

    wrap_handler(mock.handlers, MP3, mp3)


@variant("AB-CLIP-06")
def mp3_redirect_is_a_307(mock: Any) -> None:
    """The redirect to the audio is answered 307."""
    _answered(mock, MP3, 307)


@variant("AB-CLIP-11", "AB-LIST-01", "AB-SOC-03")
def removals_answer_an_empty_body(mock: Any) -> None:
    """DELETE is answered 200 with nothing in the envelope's body, but for followings."""
    for operation in mock.handlers:
        if operation.startswith("DELETE ") and "followings" not in operation:
            wrap_handler(
                mock.handlers,
                operation,
                lambda handle, *args, **ids: edit_json(
                    handle(*args, **ids), lambda root: root | {"body": {}}
                ),
            )


@variant("AB-CLIP-11", "AB-LIST-01")
def removals_answer_a_stub(mock: Any) -> None:
    """DELETE of a clip or a playlist answers 200 with an object that has nothing but an id."""
    for operation, name in (("DELETE /audio_clips/{clip_id}", "audio_clip"), (REMOVE_LIST, "playlist")):
        wrap_handler(
            mock.handlers,
            operation,
            lambda handle, *args, name=name, **ids: edit_json(
                handle(*args, **ids), lambda root: root | {"body": {name: {"id": "deleted"}}}
            ),
        )


@variant("AB-SOC-01")
def unfollowing_a_stranger_is_not_found(mock: Any) -> None:
    """DELETE of a following that is not there is answered 404."""

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        if not original(follower, followed):
            raise HttpError(404, "you do not follow this user")
        return True

    wrap_method(mock.users, "unfollow", unfollow)


@variant("AB-SOC-01")
def new_following_is_answered_200(mock: Any) -> None:
    """A new following is answered 200."""
    _answered(mock, "POST /account/followings", 200)


@variant("AB-SOC-03")
def repeated_favourite_is_answered_201(mock: Any) -> None:
    """A favourite is answered 201, however often."""
    _answered(mock, "POST /audio_clips/{clip_id}/favourites", 201)


@variant("AB-LIST-02")
def memberships_are_called_membership(mock: Any) -> None:
    """The answer about one membership has it as `membership`."""
    path = "/playlists/{playlist_id}/memberships"
    for operation in (f"POST {path}", f"PUT {path}/{{membership_id}}"):
        wrap_handler(
            mock.handlers, operation, lambda handle, *args, **ids: edit_json(handle(*args, **ids), _renamed)
        )


@variant("AB-ATT-02")
def fingerprint_is_required(mock: Any) -> None:
    """An attachment without its fingerprint is refused."""

    def resolve(original: Any, value: Any, context: Any) -> Any:
        if isinstance(value, dict) and "fingerprint" not in value:
            raise HttpError(422, "the fingerprint is missing")
        return original(value, context)

    wrap_method(mock.attachments, "resolve", resolve)


def _whole(serialized: Shown) -> Shown:
    return serialized | {"duration": max(1, int(serialized["duration"]))}


def _renamed(root: Any) -> Any:
    return root | {"body": {"membership": root["body"]["playlist_membership"]}}


def _answered(mock: Any, operation: str, status: int) -> None:
    """Answer an operation with another status."""

    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)


def _refused(mock: Any, statuses: dict[int, int]) -> None:
    """Refuse with other statuses."""

    def respond(original: Any, error: HttpError) -> Any:
        other = statuses.get(error.status, error.status)
        return original(HttpError(other, error.message, error.headers, error.body, error.code))

    wrap_method(mock.errors, "respond", respond)
