"""Conforming variants of responses about clips, users and playlists."""

from __future__ import annotations

from typing import Any

from flask import Response

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPLOAD = "POST /account/audio_clips"
MP3 = "GET /audio_clips/{clip_id}.mp3"
DELETE_PLAYLIST = "DELETE /playlists/{playlist_id}"
JsonObject = dict[str, Any]


@variant("AB-REQ-06")
def repeated_uuid_returns_409(mock: Any) -> None:
    """A second upload with the same uuid returns 409."""

    def find_by_uuid(original: Any, owner: User, uuid: str | None) -> None:
        if original(owner, uuid):
            raise HttpError(409, "uuid is taken")

    wrap_method(mock.clips, "find_by_uuid", find_by_uuid)


@variant("AB-REQ-06")
def repeated_uuid_returns_201(mock: Any) -> None:
    """A second upload with the same uuid returns 201 with the existing clip."""
    _replace_status(mock, UPLOAD, status=201)


@variant("AB-REQ-05")
def empty_title_is_accepted(mock: Any) -> None:
    """An empty `title` is accepted."""
    mock.form_fields.parse_title = lambda _name, text: text


@variant("AB-REQ-04", "AB-REQ-05", "AB-USER-03", "AB-SOC-04", "AB-LIST-01", "AB-ATT-02")
def invalid_parameter_returns_400(mock: Any) -> None:
    """Invalid parameters return 400 instead of 422."""
    _replace_error_statuses(mock, {422: 400})


@variant("AB-CLIP-12", "AB-LIST-01", "AB-SOC-04")
def resource_of_other_user_returns_404(mock: Any) -> None:
    """A write to the resource of another user returns 404 instead of 403."""
    _replace_error_statuses(mock, {403: 404})


@variant("AB-CLIP-12", "AB-LIST-01", "AB-SOC-04")
def resource_of_other_user_returns_401(mock: Any) -> None:
    """A write to the resource of another user returns 401 instead of 403."""
    _replace_error_statuses(mock, {403: 401})


@variant("AB-CLIP-01", "AB-USER-01")
def clips_and_users_have_extra_properties(mock: Any) -> None:
    """Clips and users have additional properties."""
    extra = {"is_read": None, "link_style": "cover", "channel": {"id": 7, "title": ""}, "location_id": -1}
    for part in (mock.clips, mock.profiles):
        wrap_method(part, "serialize", lambda original, *args: original(*args) | extra)


@variant("AB-CLIP-01", "AB-CLIP-03")
def clips_have_no_optional_properties(mock: Any) -> None:
    """A clip has no `description`, `user`, `counts` and `location`, and `high_mp3` is its only URL."""
    rest = {"description", "user", "counts", "location"}

    def serialize(original: Any, clip: Clip, context: Any) -> JsonObject:
        serialized = {name: value for name, value in original(clip, context).items() if name not in rest}
        return serialized | {"urls": {"high_mp3": serialized["urls"]["high_mp3"]}}

    wrap_method(mock.clips, "serialize", serialize)


@variant("AB-CLIP-04")
def clips_without_tags_have_empty_list(mock: Any) -> None:
    """A clip without tags has an empty list as `tags`."""
    wrap_method(mock.clips, "serialize", lambda original, *args: {"tags": []} | original(*args))


@variant("AB-CLIP-01")
def durations_are_integers(mock: Any) -> None:
    """The `duration` of every clip is an integer."""
    wrap_method(mock.clips, "serialize", lambda original, *args: _with_integer_duration(original(*args)))


@variant("AB-CLIP-06")
def mp3_location_is_relative(mock: Any) -> None:
    """The redirect of GET /audio_clips/{id}.mp3 has a relative Location, which serves the audio."""

    def mp3(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        if context.text("whole"):
            return Response(b"ID3\x03" + bytes(1000), content_type="audio/mpeg")
        response.headers["Location"] = f"{context.path}?whole=1"
        return response

    wrap_handler(mock.handlers, MP3, mp3)


@variant("AB-CLIP-06")
def mp3_redirect_is_307(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 returns 307 instead of 302."""
    _replace_status(mock, MP3, status=307)


@variant("AB-CLIP-11", "AB-LIST-01", "AB-SOC-03")
def deletions_return_empty_body(mock: Any) -> None:
    """DELETE returns an empty object in the envelope's body, except for followings."""
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
def deletions_return_stub(mock: Any) -> None:
    """DELETE of a clip or playlist returns a stub: an object with only the property `id`."""
    for operation, name in (("DELETE /audio_clips/{clip_id}", "audio_clip"), (DELETE_PLAYLIST, "playlist")):
        wrap_handler(
            mock.handlers,
            operation,
            lambda handle, *args, name=name, **ids: edit_json(
                handle(*args, **ids), lambda root: root | {"body": {name: {"id": "deleted"}}}
            ),
        )


@variant("AB-SOC-01")
def unfollowing_unfollowed_user_returns_404(mock: Any) -> None:
    """DELETE /account/followings of a user who is not followed returns 404."""

    def unfollow(original: Any, follower: User, followed: User) -> bool:
        if not original(follower, followed):
            raise HttpError(404, "you do not follow this user")
        return True

    wrap_method(mock.users, "unfollow", unfollow)


@variant("AB-SOC-01")
def new_following_returns_200(mock: Any) -> None:
    """POST /account/followings returns 200 for a new following."""
    _replace_status(mock, "POST /account/followings", status=200)


@variant("AB-SOC-03")
def repeated_favourite_returns_201(mock: Any) -> None:
    """POST of an existing favourite returns 201."""
    _replace_status(mock, "POST /audio_clips/{clip_id}/favourites", status=201)


@variant("AB-LIST-02")
def memberships_have_property_membership(mock: Any) -> None:
    """The response with one membership has the property `membership`, not `playlist_membership`."""
    path = "/playlists/{playlist_id}/memberships"
    for operation in (f"POST {path}", f"PUT {path}/{{membership_id}}"):
        wrap_handler(
            mock.handlers,
            operation,
            lambda handle, *args, **ids: edit_json(handle(*args, **ids), _with_renamed_membership),
        )


@variant("AB-ATT-02")
def fingerprint_is_required(mock: Any) -> None:
    """An upload that refers to an attachment without a fingerprint returns 422."""

    def resolve(original: Any, value: Any, context: Any) -> Any:
        if isinstance(value, dict) and "fingerprint" not in value:
            raise HttpError(422, "the fingerprint is missing")
        return original(value, context)

    wrap_method(mock.attachments, "resolve", resolve)


@variant("AB-CLIP-05")
def each_read_of_a_clip_counts_as_a_play(mock: Any) -> None:
    """GET of a clip increments `counts.plays`, and the response has the new number."""

    def show(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        mock.clips.get_or_404(clip_id).plays += 1
        return handle(mock, context, clip_id)

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}", show)


@variant("AB-SOC-04")
def long_comment_is_refused(mock: Any) -> None:
    """A comment of more than 255 characters returns 422."""

    def read_body(original: Any, context: Any) -> str:
        text: str = original(context)
        if len(text) > 255:
            raise HttpError(422, "comment[body] is too long")
        return text

    wrap_method(mock.comments, "read_body", read_body)


@variant("AB-REQ-03", "AB-LIST-01")
def playlist_with_the_title_of_another_is_refused(mock: Any) -> None:
    """POST /playlists returns 422 if the user has a playlist with this title."""

    def create(original: Any, owner: User, values: Any) -> Any:
        if any(playlist.title == values["title"] for playlist in mock.playlists.list_by_user(owner)):
            raise HttpError(422, "title is taken")
        return original(owner, values)

    wrap_method(mock.playlists, "create", create)


@variant("AB-LIST-01", "AB-LIST-02")
def second_deletion_returns_200(mock: Any) -> None:
    """DELETE of a playlist or membership that does not exist (any more) returns 200."""

    def delete(handle: Any, mock: Any, context: Any, **ids: str) -> Any:
        try:
            return handle(mock, context, **ids)
        except HttpError as error:
            if error.status != 404:
                raise
            return mock.envelope.respond({"deleted": True})

    for operation in (DELETE_PLAYLIST, "DELETE /playlists/{playlist_id}/memberships/{membership_id}"):
        wrap_handler(mock.handlers, operation, delete)


@variant("AB-ATT-02")
def refused_chunk_discards_the_attachment(mock: Any) -> None:
    """A chunk that returns 422 deletes the attachment."""
    discarded: list[Any] = []  # not their ids, which a reset gives to other attachments

    def append_chunk(handle: Any, mock: Any, context: Any, attachment_id: str) -> Any:
        try:
            return handle(mock, context, attachment_id)
        except HttpError as error:
            if error.status == 422:
                discarded.append(mock.attachments.get_or_404(attachment_id))
            raise

    wrap_handler(mock.handlers, "PUT /attachments/{attachment_id}", append_chunk)

    def find(original: Any, id_: int | None) -> Any:
        attachment = original(id_)
        return None if any(attachment is each for each in discarded) else attachment

    wrap_method(mock.attachments, "find", find)


@variant("AB-REQ-06")
def repeated_uuid_updates_the_clip(mock: Any) -> None:
    """A second upload with the same uuid returns 200, and the clip gets the title of that upload."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        clip = mock.clips.find_by_uuid(context.user, context.text("audio_clip[uuid]"))
        if clip is not None:
            mock.clips.update(clip, {"title": context.text("audio_clip[title]")})
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


def _with_integer_duration(serialized: JsonObject) -> JsonObject:
    """Return the clip with its duration as an integer."""
    return serialized | {"duration": max(1, int(serialized["duration"]))}


def _with_renamed_membership(root: Any) -> Any:
    """Return the envelope with `playlist_membership` renamed to `membership`."""
    return root | {"body": {"membership": root["body"]["playlist_membership"]}}


def _replace_status(mock: Any, operation: str, status: int) -> None:
    """Give the responses of an operation this status."""

    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)


def _replace_error_statuses(mock: Any, statuses: dict[int, int]) -> None:
    """Replace the statuses of errors; `statuses` maps old to new ones."""

    def respond(original: Any, error: HttpError) -> Any:
        other = statuses.get(error.status, error.status)
        return original(HttpError(other, error.message, error.headers, error.body, error.code))

    wrap_method(mock.errors, "respond", respond)
