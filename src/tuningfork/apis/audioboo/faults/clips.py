"""Faults of clips (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.apis.audioboo.mock.models import Clip
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

SHOW = "GET /audio_clips/{clip_id}"
UPDATE = "PUT /audio_clips/{clip_id}"
DELETE = "DELETE /audio_clips/{clip_id}"
JsonObject = dict[str, Any]


@fault("AB-CLIP-01")
def one_clip_in_fifty_has_no_high_mp3(mock: Any) -> None:
    """One clip in fifty has no `high_mp3` in its `urls`."""

    def edit(serialized: JsonObject, _clip: Clip, _context: Any) -> JsonObject:
        urls = {name: url for name, url in serialized["urls"].items() if name != "high_mp3"}
        return serialized | {"urls": urls} if serialized["id"] % 50 == 7 else serialized

    _edit_clips(mock, edit)


@fault("AB-CLIP-01")
def popular_clips_have_string_duration(mock: Any) -> None:
    """In /audio_clips/popular the `duration` of a clip is a string."""

    def edit(serialized: JsonObject, _clip: Clip, context: Any) -> JsonObject:
        is_popular = context.operation == "GET /audio_clips/popular"
        return serialized | {"duration": str(serialized["duration"])} if is_popular else serialized

    _edit_clips(mock, edit)


@fault("AB-CLIP-02")
def one_clip_in_fifty_has_local_upload_time(mock: Any) -> None:
    """The `uploaded_at` of one clip in fifty is in local time (+0100) instead of UTC."""

    def edit(serialized: JsonObject, _clip: Clip, _context: Any) -> JsonObject:
        local = serialized["uploaded_at"].replace("Z", "+01:00")
        return serialized | {"uploaded_at": local} if serialized["id"] % 50 == 11 else serialized

    _edit_clips(mock, edit)


@fault("AB-CLIP-02")
def recorded_at_has_milliseconds(mock: Any) -> None:
    """`recorded_at` has milliseconds if it differs from `uploaded_at`."""

    def edit(serialized: JsonObject, clip: Clip, _context: Any) -> JsonObject:
        exact = serialized["recorded_at"].replace("Z", ".000Z")
        return serialized if clip.recorded_at == clip.uploaded_at else serialized | {"recorded_at": exact}

    _edit_clips(mock, edit)


@fault("AB-CLIP-03")
def negative_latitude_is_string(mock: Any) -> None:
    """A negative `latitude` is a string."""
    _edit_locations(
        mock, lambda location: {"latitude": str(location["latitude"])} if location["latitude"] < 0 else {}
    )


@fault("AB-CLIP-03")
def negative_longitude_is_counted_to_360(mock: Any) -> None:
    """A negative `longitude` is returned as a value from 180 to 360."""
    _edit_locations(
        mock, lambda location: {"longitude": location["longitude"] + 360} if location["longitude"] < 0 else {}
    )


@fault("AB-CLIP-03")
def zero_accuracy_is_negative(mock: Any) -> None:
    """An `accuracy` of 0 is returned as -1."""
    _edit_locations(mock, lambda location: {"accuracy": location["accuracy"] or -1.0})


@fault("AB-CLIP-04")
def only_first_tag_is_normalised(mock: Any) -> None:
    """The `normalised_tag` of all tags but the first keeps its capitals."""

    def serialize_tags(original: Any, clip: Clip) -> list[dict[str, str]]:
        serialized: list[dict[str, str]] = original(clip)
        return serialized[:1] + [tag | {"normalised_tag": tag["display_tag"]} for tag in serialized[1:]]

    wrap_method(mock.clips, "serialize_tags", serialize_tags)


@fault("AB-CLIP-04")
def tag_with_space_has_no_url(mock: Any) -> None:
    """A tag that contains a space has no property `url`."""

    def serialize_tag(original: Any, text: str) -> dict[str, str]:
        serialized: dict[str, str] = original(text)
        return {name: value for name, value in serialized.items() if " " not in text or name != "url"}

    wrap_method(mock.clips, "serialize_tag", serialize_tag)


@fault("AB-CLIP-05")
def single_clip_rounds_duration(mock: Any) -> None:
    """GET /audio_clips/{id} rounds the `duration` and adds one; lists return the exact value."""

    def edit(serialized: JsonObject, _clip: Clip, context: Any) -> JsonObject:
        return (
            serialized | {"duration": round(serialized["duration"]) + 1}
            if context.operation == SHOW
            else serialized
        )

    _edit_clips(mock, edit)


@fault("AB-CLIP-05", "AB-CLIP-11", "AB-CLIP-01")
def unknown_clip_returns_200_with_null(mock: Any) -> None:
    """GET of an unknown clip returns 200 with null as `audio_clip`, instead of 404."""

    def show(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        clip = mock.clips.find(mock.number(clip_id))
        return handle(mock, context, clip_id) if clip else mock.envelope.respond({"audio_clip": None})

    wrap_handler(mock.handlers, SHOW, show)


@fault("AB-CLIP-05", "AB-ERR-01", "AB-ERR-03")
def unknown_clip_has_no_error_headers(mock: Any) -> None:
    """GET of an unknown clip returns 404 without the error headers."""

    def show(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        clip = mock.clips.find(mock.number(clip_id))
        return handle(mock, context, clip_id) if clip else mock.envelope.respond({}, 404)

    wrap_handler(mock.handlers, SHOW, show)


@fault("AB-CLIP-06")
def mp3_returns_url_in_body(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 returns 200 with the URL of the audio in its body."""

    def mp3(_handle: Any, mock: Any, context: Any, clip_id: str) -> Response:
        return Response(
            mock.clips.urls(mock.clips.get_or_404(clip_id), context)["high_mp3"], content_type="text/plain"
        )

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-06")
def mp3_redirect_has_no_location(mock: Any) -> None:
    """The redirect of GET /audio_clips/{id}.mp3 has no Location header."""

    def mp3(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-07")
def clips_are_sorted_by_recorded_at(mock: Any) -> None:
    """GET /audio_clips is sorted by `recorded_at` instead of `uploaded_at`."""
    wrap_method(
        mock.clips, "list_all", lambda original: sorted(original(), key=lambda clip: -int(clip.recorded_at))
    )


@fault("AB-CLIP-07")
def clips_of_one_day_are_oldest_first(mock: Any) -> None:
    """GET /audio_clips is sorted by day, newest first, but within a day oldest first."""
    wrap_method(
        mock.clips,
        "list_all",
        lambda original: sorted(
            original(), key=lambda clip: (-(clip.uploaded_at // 86_400), clip.uploaded_at)
        ),
    )


@fault("AB-CLIP-08")
def titles_are_not_searched(mock: Any) -> None:
    """The parameter `find[query]` does not search titles."""
    mock.clips.searchable_text = lambda clip: "\n".join((*clip.tag_list, clip.owner.username)).casefold()


@fault("AB-CLIP-08")
def last_word_of_title_is_not_searched(mock: Any) -> None:
    """The parameter `find[query]` searches only titles, without their last word."""
    mock.clips.searchable_text = lambda clip: clip.title.casefold().rpartition(" ")[0]


@fault("AB-CLIP-09")
def tag_search_is_case_sensitive(mock: Any) -> None:
    """GET /tag/{tag}/audio_clips finds nothing if the tag in the path has capitals."""

    def list_by_tag(_original: Any, tag: str) -> list[Clip]:
        return [it for it in mock.clips.list_all() if tag in map(mock.clips.normalise_tag, it.tag_list)]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-09")
def tag_search_finds_titles(mock: Any) -> None:
    """GET /tag/{tag}/audio_clips also lists, at the end, clips that have the tag only in their title."""

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        tagged: list[Clip] = original(tag)
        titled = [clip for clip in mock.clips.list_all() if tag.casefold() in clip.title.casefold()]
        return [*tagged, *(clip for clip in titled if clip not in tagged)]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-09")
def only_first_tag_is_searched(mock: Any) -> None:
    """GET /tag/{tag}/audio_clips lists only clips whose first tag matches."""

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        normalised = mock.clips.normalise_tag(tag)
        return [clip for clip in original(tag) if mock.clips.normalise_tag(clip.tag_list[0]) == normalised]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-10")
def update_clears_omitted_properties(mock: Any) -> None:
    """PUT of a clip clears its `description` and its tags if the request omits them."""
    wrap_method(
        mock.clips,
        "update",
        lambda original, clip, values: original(clip, {"description": None, "tag_list": (), **values}),
    )


@fault("AB-CLIP-10")
def update_of_tags_keeps_old_tags(mock: Any) -> None:
    """PUT of a clip with a `tag_list` adds the tags to the existing ones."""

    def update(original: Any, clip: Clip, values: JsonObject) -> None:
        added = values.get("tag_list", ())
        original(clip, values | {"tag_list": tuple(dict.fromkeys((*clip.tag_list, *added)))})

    wrap_method(mock.clips, "update", update)


@fault("AB-CLIP-10")
def second_update_of_clip_is_lost(mock: Any) -> None:
    """The second PUT of the same clip changes nothing."""
    changed: set[int] = set()

    def update(original: Any, clip: Clip, values: JsonObject) -> None:
        if clip.id not in changed:
            original(clip, values)
        changed.add(clip.id)

    wrap_method(mock.clips, "update", update)


@fault("AB-CLIP-11")
def deleted_clip_stays_in_favourites(mock: Any) -> None:
    """A deleted clip stays in the favourites of users."""
    deleted: dict[int, list[Clip]] = {}

    def delete(original: Any, clip: Clip) -> None:
        for user_id in mock.clips.favourites.subjects(clip.id):
            deleted.setdefault(user_id, []).append(clip)
        original(clip)

    wrap_method(mock.clips, "delete", delete)
    wrap_method(
        mock.clips, "list_favourites", lambda original, user: [*deleted.get(user.id, ()), *original(user)]
    )


@fault("AB-CLIP-11")
def deleted_clip_stays_in_tag_list(mock: Any) -> None:
    """A deleted clip stays in the lists of its tags."""
    deleted: list[Clip] = []

    def delete(original: Any, clip: Clip) -> None:
        original(clip)
        deleted.append(clip)

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        normalised = mock.clips.normalise_tag(tag)
        still_listed = [
            clip for clip in deleted if normalised in map(mock.clips.normalise_tag, clip.tag_list)
        ]
        return [*still_listed, *original(tag)]

    wrap_method(mock.clips, "delete", delete)
    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-11")
def clip_is_not_deleted(mock: Any) -> None:
    """DELETE of a clip returns 200 and deletes nothing."""
    mock.clips.delete = lambda _clip: None


@fault("AB-CLIP-12")
def any_user_can_update_clips(mock: Any) -> None:
    """PUT of a clip is accepted from every user, not only from the owner; DELETE checks the owner."""

    def require_owner(original: Any, resource: Any, context: Any) -> None:
        if context.operation != UPDATE:
            original(resource, context)

    wrap_method(mock.permissions, "require_owner", require_owner)


@fault("AB-CLIP-12")
def refused_deletion_by_other_user_is_executed(mock: Any) -> None:
    """DELETE of another user's clip returns 403, but deletes the clip."""

    def delete(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        try:
            return handle(mock, context, clip_id)
        except HttpError as error:
            if error.status == 403:
                mock.clips.delete(mock.clips.get_or_404(clip_id))
            raise

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AB-CLIP-12")
def update_by_other_user_returns_200(mock: Any) -> None:
    """PUT of another user's clip returns 200 and changes nothing."""

    def change(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        clip = mock.clips.get_or_404(clip_id)
        if mock.permissions.owns(clip, context.user):
            return handle(mock, context, clip_id)
        return mock.envelope.respond({"audio_clip": mock.clips.serialize(clip, context)})

    wrap_handler(mock.handlers, UPDATE, change)


def _edit_clips(mock: Any, change: Callable[[JsonObject, Clip, Any], JsonObject]) -> None:
    """Replace the JSON of every clip by `change(json, clip, context)`."""
    wrap_method(
        mock.clips,
        "serialize",
        lambda original, clip, context: change(original(clip, context), clip, context),
    )


def _edit_locations(mock: Any, change: Callable[[JsonObject], JsonObject]) -> None:
    """Add the properties that `change(json)` returns to the JSON of every clip's location."""

    def serialize_location(original: Any, clip: Clip, context: Any) -> JsonObject | None:
        location: JsonObject | None = original(clip, context)
        return location and location | change(location)

    wrap_method(mock.clips, "serialize_location", serialize_location)
