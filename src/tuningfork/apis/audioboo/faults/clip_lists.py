"""Faults of clips in lists, searches and tags: they are missing there, or differ from the clip itself."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

MP3 = "GET /audio_clips/{clip_id}.mp3"


@fault("AB-REQ-01")
def followed_clips_end_after_hundred(mock: Any) -> None:
    """Lists of followed clips have only the 100 newest clips."""
    wrap_method(mock.clips, "list_followed_by", lambda original, user: original(user)[:100])


@fault("AB-CLIP-05")
def found_clips_have_short_titles(mock: Any) -> None:
    """A clip that is found by `find[query]` has only the first ten characters of its title."""

    def serialize(original: Any, clip: Clip, context: Any) -> Any:
        shown = original(clip, context)
        return shown | {"title": shown["title"][:10]} if context.text("find[query]") else shown

    wrap_method(mock.clips, "serialize", serialize)


@fault("AB-CLIP-05")
def favourites_have_other_duration(mock: Any) -> None:
    """In GET /account/audio_clips/favourites the `duration` of a clip is one second too long."""

    def serialize(original: Any, clip: Clip, context: Any) -> Any:
        shown = original(clip, context)
        is_favourite = context.operation == "GET /account/audio_clips/favourites"
        return shown | {"duration": shown["duration"] + 1} if is_favourite else shown

    wrap_method(mock.clips, "serialize", serialize)


@fault("AB-CLIP-06")
def mp3_redirects_to_page_of_clip(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 redirects to the page of the clip instead of its audio."""

    def mp3(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        response.headers["Location"] = mock.clips.urls(mock.clips.get_or_404(clip_id), context)["detail"]
        return response

    wrap_handler(mock.handlers, MP3, mp3)


@fault("AB-CLIP-06")
def mp3_redirects_to_newest_clip(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 redirects to the audio of the newest clip."""

    def mp3(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        response = handle(mock, context, clip_id)
        response.headers["Location"] = mock.clips.urls(mock.clips.list_all()[0], context)["high_mp3"]
        return response

    wrap_handler(mock.handlers, MP3, mp3)


@fault("AB-CLIP-06")
def one_clip_in_fifty_has_no_mp3(mock: Any) -> None:
    """GET /audio_clips/{id}.mp3 returns 404 for one clip in fifty."""

    def mp3(handle: Any, mock: Any, context: Any, clip_id: str) -> Any:
        if int(clip_id) % 50 == 13:
            raise HttpError(404, "there is no audio")
        return handle(mock, context, clip_id)

    wrap_handler(mock.handlers, MP3, mp3)


@fault("AB-CLIP-08")
def search_finds_fifty_newest_clips(mock: Any) -> None:
    """The parameter `find[query]` searches only the 50 newest clips."""

    def search(original: Any, query: str) -> list[Clip]:
        newest = {clip.id for clip in mock.clips.list_all()[:50]}
        return [clip for clip in original(query) if clip.id in newest]

    wrap_method(mock.clips, "search", search)


@fault("AB-CLIP-09")
def updated_tags_are_not_indexed(mock: Any) -> None:
    """GET /tag/{tag}/audio_clips lists a clip by the tags that it had before its first update."""
    first_tags: dict[int, tuple[str, ...]] = {}

    def update(original: Any, clip: Clip, values: Any) -> None:
        first_tags.setdefault(clip.id, clip.tag_list)
        original(clip, values)

    def list_by_tag(_original: Any, tag: str) -> list[Clip]:
        normalise = mock.clips.normalise_tag
        return [
            clip
            for clip in mock.clips.list_all()
            if normalise(tag) in map(normalise, first_tags.get(clip.id, clip.tag_list))
        ]

    wrap_method(mock.clips, "update", update)
    wrap_method(mock.clips, "list_by_tag", list_by_tag)


@fault("AB-CLIP-10", "AB-CLIP-05")
def favourites_keep_first_title(mock: Any) -> None:
    """Lists of favourites show the title that a clip had when it became a favourite."""
    titles: dict[int, str] = {}

    def add_favourite(original: Any, user: User, clip: Clip) -> Any:
        titles.setdefault(clip.id, clip.title)
        return original(user, clip)

    def serialize(original: Any, clip: Clip, context: Any) -> Any:
        shown = original(clip, context)
        is_favourite = "favourites" in (context.operation or "")
        return shown | {"title": titles.get(clip.id, clip.title)} if is_favourite else shown

    wrap_method(mock.clips, "add_favourite", add_favourite)
    wrap_method(mock.clips, "serialize", serialize)
