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

    def show(shown: Shown, _clip: Clip, _call: Any) -> Shown:
        urls = {name: url for name, url in shown["urls"].items() if name != "high_mp3"}
        return shown | {"urls": urls} if shown["id"] % 50 == 7 else shown

    _showing(mock, show)


@fault("AB-CLIP-01")
def popular_clips_last_a_text(mock: Any) -> None:
    """In one list, /audio_clips/popular, duration is a text."""

    def show(shown: Shown, _clip: Clip, call: Any) -> Shown:
        is_there = call.operation == "GET /audio_clips/popular"
        return shown | {"duration": str(shown["duration"])} if is_there else shown

    _showing(mock, show)


@fault("AB-CLIP-02")
def clip_in_fifty_has_a_local_time(mock: Any) -> None:
    """One clip in fifty says when it was uploaded in the time of its place."""

    def show(shown: Shown, _clip: Clip, _call: Any) -> Shown:
        local = shown["uploaded_at"].replace("Z", "+01:00")
        return shown | {"uploaded_at": local} if shown["id"] % 50 == 11 else shown

    _showing(mock, show)


@fault("AB-CLIP-02")
def recorded_at_has_fractions_where_it_differs(mock: Any) -> None:
    """recorded_at has milliseconds, but for a clip that was uploaded at once."""

    def show(shown: Shown, clip: Clip, _call: Any) -> Shown:
        exact = shown["recorded_at"].replace("Z", ".000Z")
        return shown if clip.recorded_at == clip.uploaded_at else shown | {"recorded_at": exact}

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

    def tags(tags: Any, clip: Clip) -> list[dict[str, str]]:
        shown: list[dict[str, str]] = tags(clip)
        return shown[:1] + [tag | {"normalised_tag": tag["display_tag"]} for tag in shown[1:]]

    wrap_method(mock.clips, "tags", tags)


@fault("AB-CLIP-04")
def tag_of_two_words_has_no_url(mock: Any) -> None:
    """A tag with a space in it has no url."""

    def tag(tag: Any, text: str) -> dict[str, str]:
        shown: dict[str, str] = tag(text)
        return {name: value for name, value in shown.items() if " " not in text or name != "url"}

    wrap_method(mock.clips, "tag", tag)


@fault("AB-CLIP-05")
def clip_alone_rounds_its_duration(mock: Any) -> None:
    """A clip alone lasts whole seconds; in a list it does not."""

    def show(shown: Shown, _clip: Clip, call: Any) -> Shown:
        return shown | {"duration": round(shown["duration"]) + 1} if call.operation == ALONE else shown

    _showing(mock, show)


@fault("AB-CLIP-05", "AB-CLIP-11", "AB-CLIP-01")
def unknown_clip_is_null(mock: Any) -> None:
    """A clip that is not there is answered 200, with null for a clip."""

    def show(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        there = mock.clips.get(mock.number(clip_id))
        return handle(mock, call, clip_id) if there else mock.envelope.answer({"audio_clip": None})

    wrap_handler(mock.handlers, ALONE, show)


@fault("AB-CLIP-05", "AB-ERR-01", "AB-ERR-03")
def unknown_clip_is_refused_without_a_reason(mock: Any) -> None:
    """A clip that is not there is 404 without the error headers."""

    def show(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        there = mock.clips.get(mock.number(clip_id))
        return handle(mock, call, clip_id) if there else mock.envelope.answer({}, 404)

    wrap_handler(mock.handlers, ALONE, show)


@fault("AB-CLIP-06")
def mp3_is_answered_with_its_url(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 is answered 200, with the URL in the body."""

    def mp3(_handle: Any, mock: Any, call: Any, clip_id: str) -> Response:
        return Response(
            mock.clips.urls(mock.clips.need(clip_id), call)["high_mp3"], content_type="text/plain"
        )

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-06")
def mp3_redirects_nowhere(mock: Any) -> None:
    """The redirect to the audio has no Location."""

    def mp3(handle: Any, *of: Any, **ids: str) -> Any:
        answer = handle(*of, **ids)
        del answer.headers["Location"]
        return answer

    wrap_handler(mock.handlers, "GET /audio_clips/{clip_id}.mp3", mp3)


@fault("AB-CLIP-07")
def clips_are_listed_by_their_recording(mock: Any) -> None:
    """/audio_clips begins with what was recorded last."""
    wrap_method(mock.clips, "all", lambda all_: sorted(all_(), key=lambda clip: -int(clip.recorded_at)))


@fault("AB-CLIP-07")
def clips_of_a_day_are_oldest_first(mock: Any) -> None:
    """/audio_clips begins with the newest day, but each day with its oldest clip."""
    wrap_method(
        mock.clips,
        "all",
        lambda all_: sorted(all_(), key=lambda clip: (-(clip.uploaded_at // 86_400), clip.uploaded_at)),
    )


@fault("AB-CLIP-08")
def titles_are_not_searched(mock: Any) -> None:
    """find[query] looks at tags and names of users only."""
    mock.clips.text = lambda clip: "\n".join((*clip.tag_list, clip.owner.username)).casefold()


@fault("AB-CLIP-08")
def last_word_of_a_title_is_not_searched(mock: Any) -> None:
    """find[query] does not find a clip by the last word of its title."""
    mock.clips.text = lambda clip: clip.title.casefold().rpartition(" ")[0]


@fault("AB-CLIP-09")
def tag_in_other_capitals_finds_nothing(mock: Any) -> None:
    """/tag/{tag}/audio_clips compares the tag of the path as it is written."""

    def tagged(_tagged: Any, tag: str) -> list[Clip]:
        return [it for it in mock.clips.all() if tag in map(mock.clips.normalise, it.tag_list)]

    wrap_method(mock.clips, "tagged", tagged)


@fault("AB-CLIP-09")
def tag_finds_titles_too(mock: Any) -> None:
    """/tag/{tag}/audio_clips ends with the clips that have the tag in their title only."""

    def tagged(tagged: Any, tag: str) -> list[Clip]:
        found: list[Clip] = tagged(tag)
        titled = [clip for clip in mock.clips.all() if tag.casefold() in clip.title.casefold()]
        return [*found, *(clip for clip in titled if clip not in found)]

    wrap_method(mock.clips, "tagged", tagged)


@fault("AB-CLIP-09")
def only_the_first_tag_is_found(mock: Any) -> None:
    """/tag/{tag}/audio_clips looks at the first tag of each clip."""

    def tagged(tagged: Any, tag: str) -> list[Clip]:
        wanted = mock.clips.normalise(tag)
        return [clip for clip in tagged(tag) if mock.clips.normalise(clip.tag_list[0]) == wanted]

    wrap_method(mock.clips, "tagged", tagged)


@fault("AB-CLIP-10")
def change_clears_what_it_does_not_name(mock: Any) -> None:
    """PUT takes a description and tags that it does not name away."""
    wrap_method(
        mock.clips,
        "change",
        lambda change, clip, kept: change(clip, {"description": None, "tag_list": (), **kept}),
    )


@fault("AB-CLIP-10")
def change_of_tags_keeps_the_old_ones(mock: Any) -> None:
    """PUT with a tag_list adds to the tags that are there."""

    def change(change: Any, clip: Clip, kept: Shown) -> None:
        added = kept.get("tag_list", ())
        change(clip, kept | {"tag_list": tuple(dict.fromkeys((*clip.tag_list, *added)))})

    wrap_method(mock.clips, "change", change)


@fault("AB-CLIP-10")
def second_change_of_a_clip_is_lost(mock: Any) -> None:
    """A clip that has been changed once is not changed again."""
    changed: set[int] = set()

    def change(change: Any, clip: Clip, kept: Shown) -> None:
        if clip.id not in changed:
            change(clip, kept)
        changed.add(clip.id)

    wrap_method(mock.clips, "change", change)


@fault("AB-CLIP-11")
def deleted_clip_stays_a_favourite(mock: Any) -> None:
    """A deleted clip goes on standing in the favourites of whoever favours it."""
    kept: dict[int, list[Clip]] = {}

    def delete(delete: Any, clip: Clip) -> None:
        for user_id in mock.clips.favourites.subjects(clip.id):
            kept.setdefault(user_id, []).append(clip)
        delete(clip)

    wrap_method(mock.clips, "delete", delete)
    wrap_method(mock.clips, "favourites_of", lambda of, user: [*kept.get(user.id, ()), *of(user)])


@fault("AB-CLIP-11")
def deleted_clip_is_found_under_its_tag(mock: Any) -> None:
    """A deleted clip goes on standing in the lists of its tags."""
    deleted: list[Clip] = []

    def delete(delete: Any, clip: Clip) -> None:
        delete(clip)
        deleted.append(clip)

    def tagged(tagged: Any, tag: str) -> list[Clip]:
        wanted = mock.clips.normalise(tag)
        kept = [clip for clip in deleted if wanted in map(mock.clips.normalise, clip.tag_list)]
        return [*kept, *tagged(tag)]

    wrap_method(mock.clips, "delete", delete)
    wrap_method(mock.clips, "tagged", tagged)


@fault("AB-CLIP-11")
def clip_is_not_deleted(mock: Any) -> None:
    """DELETE is answered 200, and the clip is there as before."""
    mock.clips.delete = lambda _clip: None


@fault("AB-CLIP-12")
def strangers_change_clips(mock: Any) -> None:
    """PUT does not ask whose clip it is; DELETE does."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if call.operation != CHANGE:
            need(thing, call)

    wrap_method(mock.rights, "need_owner", need_owner)


@fault("AB-CLIP-12")
def strangers_deletion_of_a_clip_is_done(mock: Any) -> None:
    """Somebody else's DELETE is refused, but the clip is gone."""

    def delete(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        try:
            return handle(mock, call, clip_id)
        except HttpError as refusal:
            if refusal.status == 403:
                mock.clips.delete(mock.clips.need(clip_id))
            raise

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AB-CLIP-12")
def stranger_is_told_that_a_clip_has_changed(mock: Any) -> None:
    """Somebody else's PUT is answered 200, though nothing changes."""

    def change(handle: Any, mock: Any, call: Any, clip_id: str) -> Any:
        clip = mock.clips.need(clip_id)
        if mock.rights.owns(clip, call.user):
            return handle(mock, call, clip_id)
        return mock.envelope.answer({"audio_clip": mock.clips.show(clip, call)})

    wrap_handler(mock.handlers, CHANGE, change)


def _showing(mock: Any, change: Callable[[Shown, Clip, Any], Shown]) -> None:
    wrap_method(mock.clips, "show", lambda show, clip, call: change(show(clip, call), clip, call))


def _placing(mock: Any, change: Callable[[Shown], Shown]) -> None:
    def location(location: Any, clip: Clip, call: Any) -> Shown | None:
        place: Shown | None = location(clip, call)
        return place and place | change(place)

    wrap_method(mock.clips, "location", location)
