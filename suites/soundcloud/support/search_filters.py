"""The filters of GET /tracks: their query parameters, and the tracks that they allow and demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import json_objects

from .pagination import item_key

TIME_FORMAT = "%Y/%m/%d %H:%M:%S +0000"
SECOND = timedelta(seconds=1)
MAX_PAGES = 40
"""Pages of a search result that are read; the rest of a longer result is not checked."""


TrackTest = Callable[[JsonObject], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """Parameters of a search, and the tracks that its result may and must contain.

    Args:
        name: the name of the filter.
        params: the query parameters.
        allows: whether the result may contain a track.
        demands: whether the result must contain a track that is listed at all.

    """

    name: str
    params: dict[str, Any]
    allows: TrackTest
    demands: TrackTest

    def __and__(self, other: Filter) -> Filter:
        """Both together (SC-FIND-08)."""
        return Filter(
            f"{self.name} with {other.name}",
            self.params | other.params,
            lambda track: self.allows(track) and other.allows(track),
            lambda track: self.demands(track) and other.demands(track),
        )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The tracks of a search, their keys, and whether all pages were read."""

    tracks: list[JsonObject] = field(compare=False)
    ids: frozenset[str]
    whole: bool

    @classmethod
    def read(cls, pages: list[Response]) -> SearchResult:
        """Return the tracks of these pages; `whole` is true if the last one has no next page."""
        tracks = [track for page in pages for track in json_objects(page.expect_ok().items)]
        whole = pages[-1].object.get("next_href") is None
        return cls(tracks, frozenset(map(item_key, tracks)), whole)


def id_filter(wanted: Iterable[Any]) -> Filter:
    """`ids=1,2,3` (SC-FIND-02)."""
    names = [str(one) for one in wanted]
    return _exactly("ids", {"ids": ",".join(names)}, lambda track: item_key(track) in names)


def genre_filter(*genres: str) -> Filter:
    """`genres=Pop,House`, where case may count or not (SC-FIND-03)."""
    return Filter(
        "genres",
        {"genres": ",".join(genres)},
        lambda track: _folded([str(track.get("genre"))]) <= _folded(genres),
        lambda track: track.get("genre") in genres,
    )


def tag_filter(*tags: str) -> Filter:
    """`tags=`, where case may count or not (SC-FIND-07)."""
    return Filter(
        "tags",
        {"tags": ",".join(tags)},
        lambda track: bool(_folded(tags) & _folded(tags_of(track))),
        lambda track: bool({*tags} & {*tags_of(track)}),
    )


def range_filter(name: str, low: int | None, high: int | None) -> Filter:
    """`NAME[from]` and `NAME[to]` of a number, both ends included (SC-FIND-04, SC-FIND-05)."""

    def keeps(track: JsonObject) -> bool:
        value = number_of(track, name)
        return value is not None and (low is None or value >= low) and (high is None or value <= high)

    return _exactly(name, _range(name, low, high), keeps)


def upload_time_filter(low: datetime | None, high: datetime | None) -> Filter:
    """`created_at[from]` and `created_at[to]`; the ends themselves go either way (SC-FIND-06)."""
    texts = [moment and f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (low, high)]
    first, last = low or datetime.min.replace(tzinfo=UTC), high or datetime.max.replace(tzinfo=UTC)
    return Filter(
        "created_at",
        _range("created_at", *texts),
        lambda track: first <= uploaded_at(track) <= last,
        lambda track: first < uploaded_at(track) < last,
    )


def access_filter(*levels: str) -> Filter:
    """`access=playable,preview`; a track whose access is null goes either way (SC-ACCESS-03)."""
    return Filter(
        "access",
        {"access": ",".join(levels)},
        lambda track: track.get("access") in (None, *levels),
        lambda track: track.get("access") in levels,
    )


def sample_filters(known: SearchResult) -> list[Filter]:
    """Return one filter of each kind, all of which allow the same track."""
    full = [
        track for track in known.tracks if track.get("genre") and tags_of(track) and number_of(track, "bpm")
    ]
    if not full:
        not_verified("no listed track has a genre, a tag and a bpm")
    track = full[len(full) // 2]
    bpm, duration, moment = (
        number_of(track, "bpm") or 0,
        number_of(track, "duration") or 0,
        uploaded_at(track),
    )
    return [
        genre_filter(track["genre"]),
        tag_filter(tags_of(track)[0]),
        range_filter("bpm", int(bpm), None),
        range_filter("duration", None, int(duration)),
        upload_time_filter(moment - SECOND, None),
        id_filter(item_key(one) for one in [track, *known.tracks[:60:2]]),
        access_filter("playable"),
    ]


def search(client: Client, wanted: Filter, limit: int = 200) -> SearchResult:
    """Return the result of GET /tracks with a filter, read page by page."""
    return SearchResult.read(
        list(islice(client.pages("/tracks", params=wanted.params, limit=limit), MAX_PAGES))
    )


def fetch_sample(client: Client) -> SearchResult:
    """Return up to 600 public tracks; without any the test is not verified."""
    found = SearchResult.read(list(islice(client.pages("/tracks", limit=200), 3)))
    if not found.tracks:
        not_verified("the target lists no tracks")
    return found


def assert_filtered(client: Client, wanted: Filter, known: SearchResult, limit: int = 200) -> None:
    """Raise ExpectationFailed unless the result has only allowed tracks and all demanded ones of `known`."""
    found = search(client, wanted, limit)
    if wrong := [track for track in found.tracks if not wanted.allows(track)]:
        raise ExpectationFailed(f"only tracks within {wanted.params}", describe_track(wrong[0]))
    missing = [track for track in known.tracks if wanted.demands(track) and item_key(track) not in found.ids]
    if found.whole and missing:
        raise ExpectationFailed(
            f"all tracks within {wanted.params}", f"{describe_track(missing[0])} left out"
        )


def number_of(track: JsonObject, name: str) -> float | None:
    """Return a numeric property of a track; None if it has none."""
    value = track.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def uploaded_at(track: JsonObject) -> datetime:
    """Return the time of upload; raise ExpectationFailed if created_at has another format (SC-TRACK-03)."""
    try:
        return datetime.strptime(str(track["created_at"]), TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise ExpectationFailed(
            "created_at as YYYY/MM/DD HH:MM:SS +0000", repr(track["created_at"])
        ) from None


def tags_of(track: JsonObject) -> list[str]:
    """Return the tags of a tag_list: words, or phrases in double quotes."""
    found = re.findall(r'"([^"]*)"|(\S+)', str(track.get("tag_list") or ""))
    return [phrase or word for phrase, word in found]


def describe_track(track: JsonObject) -> str:
    """Return the properties of a track that the filters use, as text."""
    names = ("id", "genre", "tag_list", "bpm", "duration", "created_at", "access")
    return f"track { ({name: track.get(name) for name in names}) }"


def _exactly(name: str, params: dict[str, Any], keeps: TrackTest) -> Filter:
    return Filter(name, params, keeps, keeps)


def _folded(texts: Iterable[str]) -> set[str]:
    return {text.casefold() for text in texts}


def _range(name: str, low: object, high: object) -> dict[str, Any]:
    ends = {f"{name}[from]": low, f"{name}[to]": high}
    return {key: end for key, end in ends.items() if end is not None}
