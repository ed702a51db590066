"""What goes wrong with clips (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.apis.audioboo.mock.models import Clip
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

ALONE = "GET /audio_clips/{clip_id}"
CHANGE = "PUT /audio_clips/{clip_id}"
DELETE = "DELETE /audio_clips/{clip_id}"
Shown = dict[str, Any]


@fault("AB-CLIP-01")
def clip_in_fifty_has_no_high_mp3(mock: Any) -> None:
    """The urls of one clip in fifty have no high_mp3."""

    def show(serialized: Shown, _clip: Clip, _context: Any) -> Shown:
        urls = {name: url for name, url in serialized["urls"].items() if name != "high_mp3"}
        return serialized | {"urls": urls} if serialized["id"] % 50 == 7 else serialized

    _showing(mock, show)


@fault("AB-CLIP-01")
def popular_clips_last_a_text(mock: Any) -> None:
    """In one list, /audio_clips/popular, duration is a text."""

    def show(serialized: Shown, _clip: Clip, context: Any) -> Shown:
        is_there = context.operation == "GET /audio_clips/popular"
        return serialized | {"duration": str(serialized["duration"])} if is_there else serialized

    _showing(mock, show)


@fault("AB-CLIP-02")
def clip_in_fifty_has_a_local_time(mock: Any) -> None:
    """One clip in fifty says when it was uploaded in the time of its place."""

    def show(serialized: Shown, _clip: Clip, _context: Any) -> Shown:
        local = serialized["uploaded_at"].replace("Z", "+01:00")
        return serialized | {"uploaded_at": local} if serialized["id"] % 50 == 11 else serialized

    _showing(mock, show)


@fault("AB-CLIP-02")
def recorded_at_has_fractions_where_it_differs(mock: Any) -> None:
    """recorded_at has milliseconds, but for a clip that was uploaded at once."""

    def show(serialized: Shown, clip: Clip, _context: Any) -> Shown:
        exact = serialized["recorded_at"].replace("Z", ".000Z")
        return serialized if clip.recorded_at == clip.uploaded_at else serialized | {"recorded_at": exact}

    _showing(mock, show)


@fault("AB-CLIP-03")
def latitude_in_the_south_is_a_text(mock: Any) -> None:
    """A latitude below zero is a text."""
    _placing(mock, lambda place: {"latitude": str(place["latitude"])} if place["latitude"] < 0 else {})


@fault("AB-CLIP-03")
def longitude_in_the_west_goes_on_to_360(mock: Any) -> None:
    """A longitude below zero is counted from the other side."""
    _placing(mock, lambda place: {"longitude": place["longitude"] + 360} if place["longitude"] < 0 else {})


@fault("AB-CLIP-03")
def unknown_accuracy_is_below_zero(mock: Any) -> None:
    """An accuracy that nobody knows is -1."""
    _placing(mock, lambda place: {"accuracy": place["accuracy"] or -1.0})


@fault("AB-CLIP-04")
def only_the_first_tag_is_normalised(mock: Any) -> None:
    """The normalised_tag of the second and third tag keeps its capitals."""

    def serialize_tags(original: Any, clip: Clip) -> list[dict[str, str]]:
        serialized: list[dict[str, str]] = original(clip)
        return serialized[:1] + [tag | {"normalised_tag": tag["display_tag"]} for tag in serialized[1:]]

    wrap_method(mock.clips, "serialize_tags", serialize_tags)


@fault("AB-CLIP-04")
def tag_of_two_words_has_no_url(mock: Any) -> None:
    """A tag with a space in it has no url."""

    def serialize_tag(original: Any, text: str) -> dict[str, str]:
        serialized: dict[str, str] = original(text)
        return {name: value for name, value in serialized.items() if " " not in text or name != "url"}

    wrap_method(mock.clips, "serialize_tag", serialize_tag)


@fault("AB-CLIP-05")
def clip_alone_rounds_its_duration(mock: Any) -> None:
    """A clip alone lasts whole seconds; in a list it does not."""

    def show(serialized: Shown, _clip: Clip, context: Any) -> Shown:
        return (
            serialized | {"duration": round(serialized["duration"]) + 1}
            if context.operation == ALONE
            else serialized
        )

    _showing(mock, show)


@fault("AB-CLIP-05", "AB-CLIP-11", "AB-CLIP-01")
def unknown_clip_is_null(mock: Any) -> None:
    """A clip that is not there is answered 200, with null for a clip."""

    def show(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        there = mock.clips.find(mock.number(clip_id))
        return handle(mock, context, clip_id) if there else mock.envelope.respond({"audio_clip": None})

    wrap_handler(mock.handlers, ALONE, show)


@fault("AB-CLIP-05", "AB-ERR-01", "AB-ERR-03")
def unknown_clip_is_refused_without_a_reason(mock: Any) -> None:
    """A clip that is not there is 404 without the error headers."""

    def show(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        there = mock.clips.find(mock.number(clip_id))
        return handle(mock, context, clip_id) if there else mock.envelope.respond({}, 404)

    wrap_handler(mock.handlers, ALONE, show)


@fault("AB-CLIP-06")
def mp3_is_answered_with_its_url(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 is answered 200, with the URL in the body."""

    def mp3(_handle: Any, mock: Any, context: Any, clip_id: str) -> Response:
        return Response(
            mock.clips.urls(mock.clips.get_or_404(clip_id), context)["high_mp3"], content_type="text/plain"
        )

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-06")
def mp3_redirects_nowhere(mock: Any) -> None:
    """The redirect to the audio has no Location."""

    def mp3(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        del response.headers["Location"]
        return response

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-07")
def clips_are_listed_by_their_recording(mock: Any) -> None:
    """/audio_clips begins with what was recorded last."""
    wrap_method(
        mock.clips, "list_all", lambda original: sorted(original(), key=lambda clip: -int(clip.recorded_at))
    )


@fault("AB-CLIP-07")
def clips_of_a_day_are_oldest_first(mock: Any) -> None:
    """/audio_clips begins with the newest day, but each day with its oldest clip."""
    wrap_method(
        mock.clips,
        "list_all",
        lambda original: sorted(
            original(), key=lambda clip: (-(clip.uploaded_at // 86_400), clip.uploaded_at)
        ),
    )


@fault("AB-CLIP-08")
def titles_are_not_searched(mock: Any) -> None:
    """find[query] looks at tags and names of users only."""
    mock.clips.searchable_text = lambda clip: "\n".join((*clip.tag_list, clip.owner.username)).casefold()


@fault("AB-CLIP-08")
def last_word_of_a_title_is_not_searched(mock: Any) -> None:
    """find[query] does not find a clip by the last word of its title."""
    mock.clips.searchable_text = lambda clip: clip.title.casefold().rpartition(" ")[0]


@fault("AB-CLIP-09")
def tag_in_other_capitals_finds_nothing(mock: Any) -> None:
    """/tag/{tag}/audio_clips compares the tag of the path as it is written."""

    def list_by_tag(_original: Any, tag: str) -> list[Clip]:
        return [it for it in mock.clips.list_all() if tag in map(mock.clips.normalise_tag, it.tag_list)]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-09")
def tag_finds_titles_too(mock: Any) -> None:
    """/tag/{tag}/audio_clips ends with the clips that have the tag in their title only."""

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        found: list[Clip] = original(tag)
        titled = [clip for clip in mock.clips.list_all() if tag.casefold() in clip.title.casefold()]
        return [*found, *(clip for clip in titled if clip not in found)]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-09")
def only_the_first_tag_is_found(mock: Any) -> None:
    """/tag/{tag}/audio_clips looks at the first tag of each clip."""

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        wanted = mock.clips.normalise_tag(tag)
        return [clip for clip in original(tag) if mock.clips.normalise_tag(clip.tag_list[0]) == wanted]

    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-10")
def change_clears_what_it_does_not_name(mock: Any) -> None:
    """PUT takes a description and tags that it does not name away."""
    wrap_method(
        mock.clips,
        "update",
        lambda original, clip, values: original(clip, {"description": None, "tag_list": (), **values}),
    )


@fault("AB-CLIP-10")
def change_of_tags_keeps_the_old_ones(mock: Any) -> None:
    """PUT with a tag_list adds to the tags that are there."""

    def update(original: Any, clip: Clip, values: Shown) -> None:
        added = values.get("tag_list", ())
        original(clip, values | {"tag_list": tuple(dict.fromkeys((*clip.tag_list, *added)))})

    wrap_method(mock.clips, "update", update)


@fault("AB-CLIP-10")
def second_change_of_a_clip_is_lost(mock: Any) -> None:
    """A clip that has been changed once is not changed again."""
    changed: set[int] = set()

    def update(original: Any, clip: Clip, values: Shown) -> None:
        if clip.id not in changed:
            original(clip, values)
        changed.add(clip.id)

    wrap_method(mock.clips, "update", update)


@fault("AB-CLIP-11")
def deleted_clip_stays_a_favourite(mock: Any) -> None:
    """A deleted clip goes on standing in the favourites of whoever favours it."""
    values: dict[int, list[Clip]] = {}

    def delete(original: Any, clip: Clip) -> None:
        for user_id in mock.clips.favourites.subjects(clip.id):
            values.setdefault(user_id, []).append(clip)
        original(clip)

    wrap_method(mock.clips, "delete", delete)
    wrap_method(
        mock.clips, "list_favourites", lambda original, user: [*values.get(user.id, ()), *original(user)]
    )


@fault("AB-CLIP-11")
def deleted_clip_is_found_under_its_tag(mock: Any) -> None:
    """A deleted clip goes on standing in the lists of its tags."""
    deleted: list[Clip] = []

    def delete(original: Any, clip: Clip) -> None:
        original(clip)
        deleted.append(clip)

    def list_by_tag(original: Any, tag: str) -> list[Clip]:
        wanted = mock.clips.normalise_tag(tag)
        values = [clip for clip in deleted if wanted in map(mock.clips.normalise_tag, clip.tag_list)]
        return [*values, *original(tag)]

    wrap_method(mock.clips, "delete", delete)
    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-11")
def clip_is_not_deleted(mock: Any) -> None:
    """DELETE is answered 200, and the clip is there as before."""
    mock.clips.delete = lambda _clip: None


@fault("AB-CLIP-12")
def strangers_change_clips(mock: Any) -> None:
    """PUT does not ask whose clip it is; DELETE does."""

    def require_owner(original: Any, resource: Any, context: Any) -> None:
        if context.operation != CHANGE:
            original(resource, context)

    wrap_method(mock.permissions, "require_owner", require_owner)


@fault("AB-CLIP-12")
def strangers_deletion_of_a_clip_is_done(mock: Any) -> None:
    """Somebody else's DELETE is refused, but the clip is gone."""

    def delete(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        try:
            return handle(mock, context, clip_id)
        except HttpError as error:
            if error.status == 403:
                mock.clips.delete(mock.clips.get_or_404(clip_id))
            raise

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AB-CLIP-12")
def stranger_is_told_that_a_clip_has_changed(mock: Any) -> None:
    """Somebody else's PUT is answered 200, though nothing changes."""

    def change(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        clip = mock.clips.get_or_404(clip_id)
        if mock.permissions.owns(clip, context.user):
            return handle(mock, context, clip_id)
        return mock.envelope.respond({"audio_clip": mock.clips.serialize(clip, context)})

    wrap_handler(mock.handlers, CHANGE, change)


def _showing(mock: Any, change: Callable[[Shown, Clip, Any], Shown]) -> None:
    wrap_method(
        mock.clips,
        "serialize",
        lambda original, clip, context: change(original(clip, context), clip, context),
    )


def _placing(mock: Any, change: Callable[[Shown], Shown]) -> None:
    def serialize_location(original: Any, clip: Clip, context: Any) -> Shown | None:
        place: Shown | None = original(clip, context)
        return place and place | change(place)

    wrap_method(mock.clips, "serialize_location", serialize_location)
