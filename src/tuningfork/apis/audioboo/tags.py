"""Tags: whose they are, how they are written, and the list of the clips that have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from urllib.parse import quote

from tuningfork.apis.audioboo.diffs import get_tags
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one, ids, json_objects

MAX_PAGES = 12
"""Pages of a tag's list that are looked at."""


def tag_path(tag: object) -> str:
    """The path of the clips with a tag."""
    return f"/tag/{quote(str(tag), safe='')}/audio_clips"


def most_common_tags(clips: Iterable[JsonObject]) -> list[JsonObject]:
    """The tags of these clips, each once, those of most clips first."""
    by_name = {str(tag["normalised_tag"]): tag for clip in clips for tag in get_tags(clip)}
    counts = Counter(str(tag["normalised_tag"]) for clip in clips for tag in get_tags(clip))
    return [by_name[name] for name, _ in counts.most_common()]


def has_tag(clip: JsonObject, name: str) -> bool:
    """Whether a clip has the tag of this normalised name."""
    return name in [tag["normalised_tag"] for tag in get_tags(clip)]


def case_variants(tag: JsonObject) -> list[str]:
    """Ways to write a tag that differ in capitals only."""
    name, display = str(tag["normalised_tag"]), str(tag["display_tag"])
    written = (name, name.upper(), name.title(), name[:-1] + name[-1:].upper(), display)
    alike = (one for one in dict.fromkeys(written) if one.lower() == name)
    return at_least_one(alike, "no way to write the tag is its normalised form")


def fetch_clips_by_tag(client: Client, written: str) -> list[JsonObject]:
    """The clips of a tag's list."""
    pages = islice(client.pages(tag_path(written), **page_query(size=MAX_PAGE_SIZE)), MAX_PAGES)
    return [clip for page in pages for clip in json_objects(page.expect_ok().items)]


def expect_clips_with_tag(client: Client, written: str, name: str, known: Iterable[JsonObject]) -> None:
    """Fail where a tag's list lacks a known clip that has it, or has one that has it not (AB-CLIP-09)."""
    found = fetch_clips_by_tag(client, written)
    without = [clip["id"] for clip in found if not has_tag(clip, name)]
    if without:
        raise ExpectationFailed(f"clips with the tag {name!r} by {written!r}", f"{without[0]} without it")
    missing = {clip["id"] for clip in known if has_tag(clip, name)} - set(ids(found))
    if missing and len(found) < (MAX_PAGES - 1) * MAX_PAGE_SIZE:
        raise ExpectationFailed(
            f"all clips with the tag {name!r} by {written!r}", f"{len(found)} without {missing}"
        )
