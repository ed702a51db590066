"""Tags: whose they are, how they are written, and the list of the clips that have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from urllib.parse import quote

from tuningfork.apis.audioboo.diffs import tags_of
from tuningfork.apis.audioboo.pagination import LARGEST_PAGE, asked
from tuningfork.client.client import Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.listings import at_least_one, ids, objects

MOST_PAGES = 12
"""Pages of a tag's list that are looked at."""


def tag_path(tag: object) -> str:
    """The path of the clips with a tag."""
    return f"/tag/{quote(str(tag), safe='')}/audio_clips"


def tags_in(clips: Iterable[JsonObject]) -> list[JsonObject]:
    """The tags of these clips, each once, those of most clips first."""
    by_name = {str(tag["normalised_tag"]): tag for clip in clips for tag in tags_of(clip)}
    counts = Counter(str(tag["normalised_tag"]) for clip in clips for tag in tags_of(clip))
    return [by_name[name] for name, _ in counts.most_common()]


def has_tag(clip: JsonObject, name: str) -> bool:
    """Whether a clip has the tag of this normalised name."""
    return name in [tag["normalised_tag"] for tag in tags_of(clip)]


def capitalised(tag: JsonObject) -> list[str]:
    """Ways to write a tag that differ in capitals only."""
    name, display = str(tag["normalised_tag"]), str(tag["display_tag"])
    written = (name, name.upper(), name.title(), name[:-1] + name[-1:].upper(), display)
    alike = (one for one in dict.fromkeys(written) if one.lower() == name)
    return at_least_one(alike, "no way to write the tag is its normalised form")


def clips_by(client: Client, written: str) -> list[JsonObject]:
    """The clips of a tag's list."""
    pages = islice(client.pages(tag_path(written), **asked(size=LARGEST_PAGE)), MOST_PAGES)
    return [clip for page in pages for clip in objects(page.is_ok().items)]


def gives_clips_with(client: Client, written: str, name: str, known: Iterable[JsonObject]) -> None:
    """Unmet where a tag's list lacks a known clip that has it, or has one that has it not (AB-CLIP-09)."""
    found = clips_by(client, written)
    without = [clip["id"] for clip in found if not has_tag(clip, name)]
    if without:
        raise Unmet(f"clips with the tag {name!r} by {written!r}", f"{without[0]} without it")
    missing = {clip["id"] for clip in known if has_tag(clip, name)} - set(ids(found))
    if missing and len(found) < (MOST_PAGES - 1) * LARGEST_PAGE:
        raise Unmet(f"all clips with the tag {name!r} by {written!r}", f"{len(found)} without {missing}")
