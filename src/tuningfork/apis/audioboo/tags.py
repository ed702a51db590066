"""Tags of clips, and the lists of clips with a tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from urllib.parse import quote

from tuningfork.apis.audioboo.diffs import get_tags
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one, ids, json_objects

MAX_PAGES = 12
"""Pages of a tag's list that are read."""


def tag_path(tag: object) -> str:
    """Return the path of the list of clips with a tag."""
    return f"/tag/{quote(str(tag), safe='')}/audio_clips"


def most_common_tags(clips: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the distinct tags of these clips, most common first."""
    by_name = {str(tag["normalised_tag"]): tag for clip in clips for tag in get_tags(clip)}
    counts = Counter(str(tag["normalised_tag"]) for clip in clips for tag in get_tags(clip))
    return [by_name[name] for name, _ in counts.most_common()]


def has_tag(clip: JsonObject, name: str) -> bool:
    """Return True if a clip has the tag with this normalised name."""
    return name in [tag["normalised_tag"] for tag in get_tags(clip)]


def case_variants(tag: JsonObject) -> list[str]:
    """Return spellings of a tag that differ only in case."""
    name, display = str(tag["normalised_tag"]), str(tag["display_tag"])
    spellings = (name, name.upper(), name.title(), name[:-1] + name[-1:].upper(), display)
    variants = (text for text in dict.fromkeys(spellings) if text.lower() == name)
    return at_least_one(variants, "no spelling of the tag has its normalised form")


def fetch_clips_by_tag(client: Client, spelling: str) -> list[JsonObject]:
    """Return the clips of a tag's list, up to MAX_PAGES pages."""
    pages = islice(client.pages(tag_path(spelling), **page_query(size=MAX_PAGE_SIZE)), MAX_PAGES)
    return [clip for page in pages for clip in json_objects(page.expect_ok().items)]


def expect_clips_with_tag(client: Client, spelling: str, name: str, known: Iterable[JsonObject]) -> None:
    """Raise ExpectationFailed if a tag's list has clips without the tag or lacks a known one (AB-CLIP-09)."""
    listed = fetch_clips_by_tag(client, spelling)
    for clip in listed:
        if not has_tag(clip, name):
            expected = f"only clips with the tag {to_json(name)} in {tag_path(spelling)}"
            raise ExpectationFailed(expected, f"clip {clip['id']} without it", exchange=clip.exchange)
    missing = {clip["id"] for clip in known if has_tag(clip, name)} - set(ids(listed))
    if missing and len(listed) < (MAX_PAGES - 1) * MAX_PAGE_SIZE:
        raise ExpectationFailed(
            f"all known clips with the tag {to_json(name)} in {tag_path(spelling)}",
            f"none of {to_json(missing)}",
        )
