"""The filters of GET /tracks: their query parameters, and the tracks that they allow and demand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations, islice
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import at_least_one, json_objects

from .pagination import item_key

TIME_FORMAT = "%Y/%m/%d %H:%M:%S +0000"
SECOND = timedelta(seconds=1)
MAX_PAGES = 40
"""Pages of a search result that are read; the rest of a longer result is not checked."""
NONEXISTENT = "no-such-value"

T = TypeVar("T")
TrackTest = Callable[[JsonObject], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """Parameters of a search, and the tracks that its result may and must contain.

    Args:
        params: the query parameters.
        allows: whether the result may contain a track.
        demands: whether the result must contain a track that is listed at all.
    """

    params: dict[str, Any]
    allows: TrackTest
    demands: TrackTest

    def __str__(self) -> str:
        return " and ".join(f"{name} {value}" for name, value in self.params.items())

    def __and__(self, other: Filter) -> Filter:
        """Return a filter with the parameters of both (SC-FIND-08)."""
        return Filter(
            self.params | other.params,
            lambda track: self.allows(track) and other.allows(track),
            lambda track: self.demands(track) and other.demands(track),
        )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The tracks of a search, their keys, and whether all pages were read."""

    tracks: list[JsonObject] = field(compare=False)
    keys: frozenset[str]
    is_complete: bool

    @classmethod
    def read(cls, pages: Iterable[Response]) -> SearchResult:
        """Return the tracks of the first MAX_PAGES pages."""
        read_pages = [page.expect_ok() for page in islice(pages, MAX_PAGES)]
        tracks = [track for page in read_pages for track in json_objects(page.items)]
        is_complete = read_pages[-1].object.get("next_href") is None
        return cls(tracks, frozenset(map(item_key, tracks)), is_complete)

    def expect_allowed(self, by: Filter) -> None:
        """Raise ExpectationFailed if a filter does not allow a track of this result."""
        for track in self.tracks:
            expect_true(by.allows(track), f"only tracks with {by}", describe_track(track), track)

    def expect_filtered(self, by: Filter, sample: SearchResult) -> None:
        """Raise ExpectationFailed unless this has only allowed tracks, and all demanded ones of a sample."""
        self.expect_allowed(by)
        demanded = [track for track in sample.tracks if by.demands(track)] if self.is_complete else []
        missing = [track for track in demanded if item_key(track) not in self.keys]
        found = f"none of {len(missing):,} such tracks: {describe_track(missing[0])}" if missing else ""
        expect_true(not missing, f"all tracks with {by}", found)


def fetch_sample(client: Client) -> SearchResult:
    """Return up to 600 public tracks; without any the test is not verified."""
    sample = SearchResult.read(islice(client.pages("/tracks", limit=200), 3))
    at_least_one(sample.tracks, "the target lists no tracks")
    return sample


def search(client: Client, by: Filter, limit: int = 200) -> SearchResult:
    """Return the result of GET /tracks with a filter, read page by page."""
    return SearchResult.read(client.pages("/tracks", params=by.params, limit=limit))


def word_filter(word: str) -> Filter:
    """Return the filter `q`; a track does not show whether a word finds it."""
    return Filter({"q": word}, lambda _: True, lambda _: False)


def id_filter(track_ids: Iterable[Any]) -> Filter:
    """Return the filter `ids=1,2,3` (SC-FIND-02)."""
    keys = [str(track_id) for track_id in track_ids]
    return _exact({"ids": ",".join(keys)}, lambda track: item_key(track) in keys)


def genre_filter(*genres: str) -> Filter:
    """Return the filter `genres=Pop,House`; case may matter or not (SC-FIND-03)."""
    return Filter(
        {"genres": ",".join(genres)},
        lambda track: _casefolded([str(track.get("genre"))]) <= _casefolded(genres),
        lambda track: track.get("genre") in genres,
    )


def tag_filter(*tags: str) -> Filter:
    """Return the filter `tags`; case may matter or not (SC-FIND-07)."""
    return Filter(
        {"tags": ",".join(tags)},
        lambda track: not _casefolded(tags).isdisjoint(_casefolded(tags_of(track))),
        lambda track: not set(tags).isdisjoint(tags_of(track)),
    )


def range_filter(name: str, low: int | None, high: int | None) -> Filter:
    """Return the filter `NAME[from]` and `NAME[to]` of a number, bounds included (SC-FIND-04, SC-FIND-05)."""

    def is_within(track: JsonObject) -> bool:
        value = number_of(track, name)
        return value is not None and (low is None or value >= low) and (high is None or value <= high)

    return _exact(_range(name, low, high), is_within)


def upload_time_filter(low: datetime | None, high: datetime | None) -> Filter:
    """Return the filter `created_at[from]` and `created_at[to]`, bounds included or not (SC-FIND-06)."""
    texts = [moment and f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (low, high)]
    first, last = low or datetime.min.replace(tzinfo=UTC), high or datetime.max.replace(tzinfo=UTC)
    return Filter(
        _range("created_at", *texts),
        lambda track: first <= uploaded_at(track) <= last,
        lambda track: first < uploaded_at(track) < last,
    )


def access_filter(*levels: str) -> Filter:
    """Return the filter `access=playable,preview`; null may be listed or not (SC-ACCESS-03)."""
    return Filter(
        {"access": ",".join(levels)},
        lambda track: track.get("access") in (None, *levels),
        lambda track: track.get("access") in levels,
    )


def id_filters(sample: SearchResult) -> list[Filter]:
    """Return filters by one id, by several in any order, and by more ids than a page has."""
    keys = [item_key(track) for track in sample.tracks]
    return [id_filter(each) for each in (keys[:1], keys[-1:], keys[5:0:-1], keys[:60:7], keys[:60])]


def genre_filters(sample: SearchResult) -> list[Filter]:
    """Return filters by one genre, by two in either order, and by three of which one does not exist."""
    one, *_, other = values_of(sample, lambda track: [track.get("genre")])
    genres = ((one,), (other,), (one, other), (other, one), (one, NONEXISTENT, other))
    return [genre_filter(*each) for each in genres]


def tag_filters(sample: SearchResult) -> list[Filter]:
    """Return filters by one tag, by two, and by three of which one does not exist."""
    one, *others = values_of(sample, tags_of)
    without_one = {tag for track in sample.tracks if one not in tags_of(track) for tag in tags_of(track)}
    other = next((tag for tag in reversed(others) if tag in without_one), others[-1])
    return [tag_filter(*each) for each in ((one,), (other,), (one, other), (one, NONEXISTENT, other))]


def range_filters(name: str, sample: SearchResult) -> Iterator[Filter]:
    """Yield filters at, below and above the lowest, a middle and the highest number."""
    numbers = (number_of(track, name) for track in sample.tracks)
    integers = sorted({int(number) for number in numbers if number is not None})
    for value in spread(at_least_one(integers, f"no listed track has a {name}")):
        for low, high in (
            *((value, None), (None, value), (value, value)),
            *((value + 1, None), (None, value - 1), (value - 1, value + 1)),
        ):
            yield range_filter(name, low, high)


def upload_time_filters(sample: SearchResult) -> Iterator[Filter]:
    """Yield filters one second before and after the first, a middle and the last time of upload."""
    for moment in spread(sorted({uploaded_at(track) for track in sample.tracks})):
        before, after = moment - SECOND, moment + SECOND
        for low, high in ((before, after), (after, None), (None, before), (before, None), (None, after)):
            yield upload_time_filter(low, high)


def filters_of_one_track(sample: SearchResult) -> list[Filter]:
    """Return one filter of each kind, all of which allow the same track."""
    tracks = [
        track for track in sample.tracks if track.get("genre") and tags_of(track) and number_of(track, "bpm")
    ]
    at_least_one(tracks, "no listed track has a genre, a tag and a bpm")
    track = tracks[len(tracks) // 2]
    bpm, duration = (int(number_of(track, name) or 0) for name in ("bpm", "duration"))
    return [
        genre_filter(track["genre"]),
        tag_filter(tags_of(track)[0]),
        range_filter("bpm", bpm, None),
        range_filter("duration", None, duration),
        upload_time_filter(uploaded_at(track) - SECOND, None),
        id_filter(item_key(each) for each in [track, *sample.tracks[:60:2]]),
        access_filter("playable"),
    ]


def combined_filters(sample: SearchResult) -> list[Filter]:
    """Return combinations of two filters that keep different tracks, and some of three (SC-FIND-08)."""
    filters = filters_of_one_track(sample)
    pairs = [one & two for one, two in combinations(filters, 2) if _differ(one, two, sample)]
    triples = islice(combinations(filters, 3), 0, None, 9)
    at_least_one(pairs, "no two filters keep different tracks")
    return [*pairs, *(one & two & three for one, two, three in triples)]


FILTERS: dict[str, Callable[[SearchResult], Iterable[Filter]]] = {
    "SC-FIND-02": id_filters,
    "SC-FIND-03": genre_filters,
    "SC-FIND-04": partial(range_filters, "bpm"),
    "SC-FIND-05": partial(range_filters, "duration"),
    "SC-FIND-06": upload_time_filters,
    "SC-FIND-07": tag_filters,
    "SC-FIND-08": combined_filters,
}
"""By claim, the function that returns filters for the tracks of a sample."""


def values_of(sample: SearchResult, read: Callable[[JsonObject], Iterable[Any]]) -> list[str]:
    """Return the values without a comma, the most frequent first; with fewer than two not verified."""
    values = Counter(value for track in sample.tracks for value in read(track) if value and "," not in value)
    if len(values) < 2:
        not_verified("the listed tracks have no two values to filter by")
    return [value for value, _ in values.most_common()]


def spread(values: list[T]) -> list[T]:
    """Return the first, a middle one and the last."""
    return list(dict.fromkeys([values[0], values[len(values) // 2], values[-1]]))


def number_of(track: JsonObject, name: str) -> float | None:
    """Return a numeric property of a track; None if it has none."""
    value = track.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def uploaded_at(track: JsonObject) -> datetime:
    """Return the time of upload; raise ExpectationFailed if created_at has another format (SC-TRACK-03)."""
    try:
        return datetime.strptime(str(track["created_at"]), TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        found = to_json(track["created_at"])
        raise ExpectationFailed("created_at as YYYY/MM/DD HH:MM:SS +0000", found) from None


def tags_of(track: JsonObject) -> list[str]:
    """Return the tags of a tag_list: words, or phrases in double quotes."""
    found = re.findall(r'"([^"]*)"|(\S+)', str(track.get("tag_list") or ""))
    return [phrase or word for phrase, word in found]


def describe_track(track: JsonObject) -> str:
    """Return the properties of a track that the filters use, as text."""
    names = ("id", "genre", "tag_list", "bpm", "duration", "created_at", "access")
    return f"track {to_json({name: track.get(name) for name in names})}"


def _exact(params: dict[str, Any], is_within: TrackTest) -> Filter:
    return Filter(params, is_within, is_within)


def _casefolded(texts: Iterable[str]) -> set[str]:
    return {text.casefold() for text in texts}


def _range(name: str, low: object, high: object) -> dict[str, Any]:
    bounds = {f"{name}[from]": low, f"{name}[to]": high}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _differ(one: Filter, other: Filter, sample: SearchResult) -> bool:
    """Return whether each allows a track that the other does not, so that a missing filter is noticed."""
    pairs = [(one.allows(track), other.allows(track)) for track in sample.tracks]
    return (True, False) in pairs and (False, True) in pairs
