"""Resources of one user, all requests that would change them, and whether one was changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.diffs import assert_unchanged
from tuningfork.apis.audioboo.factories import (
    AUDIO_PARAMETER,
    audio_file,
    create_clip,
    create_comment,
    create_membership,
    create_playlist,
    favourite,
    object_in_body,
    sample_audio,
)
from tuningfork.apis.audioboo.lookup import (
    expect_no_clip_titled,
    fetch_account_or_skip,
    fetch_clip,
    fetch_newest_clips,
    owner_ids,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids

RequestArguments = tuple[str, str, dict[str, Any]]
"""Method, path and arguments of Client.request."""
PROFILE = ("username", "profile_name", "profile_location", "profile_description")
ATTACHMENT = {
    "attachment[size]": len(sample_audio()),
    "attachment[filename]": "a.wav",
    "attachment[chunk_offset]": 0,
}


@dataclass(frozen=True, slots=True)
class OwnedResources:
    """What a user has, as it was before.

    Args:
        me: whose it is.
        account: the user.
        clip: with a comment, and a favourite of the user.
        loose: a clip outside of the favourites and playlists.
        comment: on the clip.
        playlist: with the clip in it.
        membership: of the clip.
        stranger: the id of a user whom the user does not follow.
        title: what the requests would write.
    """

    me: Client
    account: JsonObject
    clip: JsonObject
    unlisted_clip: JsonObject
    comment: JsonObject
    playlist: JsonObject
    membership: JsonObject
    stranger: Any
    title: str

    def write_requests(self) -> list[RequestArguments]:
        """Return a valid request for each write that the user may send."""
        clip, loose = f"/audio_clips/{self.clip['id']}", f"/audio_clips/{self.unlisted_clip['id']}"
        playlist = f"/playlists/{self.playlist['id']}"
        membership = f"{playlist}/memberships/{self.membership['id']}"
        title = {"audio_clip[title]": self.title}
        return [
            ("POST", "/account/audio_clips", {"form": title, "files": {AUDIO_PARAMETER: audio_file()}}),
            ("PUT", clip, {"form": title}),
            ("PUT", clip, {"params": title}),
            ("PUT", "/account", {"form": {"user[profile_description]": self.title}}),
            ("POST", f"{clip}/comments", {"form": {"comment[body]": self.title}}),
            ("DELETE", f"{clip}/comments/{self.comment['id']}", {}),
            ("POST", f"{loose}/favourites", {}),
            ("DELETE", f"{clip}/favourites", {}),
            ("POST", "/account/followings", {"form": {"following_user_id": self.stranger}}),
            ("DELETE", "/account/followings", {"params": {"following_user_id": self.stranger}}),
            ("POST", "/playlists", {"form": {"playlist[title]": self.title}}),
            ("PUT", playlist, {"form": {"playlist[title]": self.title}}),
            (
                "POST",
                f"{playlist}/memberships",
                {"form": {"playlist_membership[audio_clip_id]": self.unlisted_clip["id"]}},
            ),
            ("PUT", membership, {"form": {"playlist_membership[position]": 1}}),
            ("DELETE", membership, {}),
            ("POST", "/attachments", {"form": ATTACHMENT, "files": {"attachment[chunk]": audio_file()}}),
            ("DELETE", playlist, {}),
            ("DELETE", clip, {}),
        ]

    def is_unchanged(self) -> None:
        """ExpectationFailed if anything is not as it was, the lists once they have caught up."""
        assert_unchanged(self.clip, fetch_clip(self.me, self.clip["id"]))
        assert_unchanged(self.unlisted_clip, fetch_clip(self.me, self.unlisted_clip["id"]))
        self._is_same("the account", PROFILE, self.account, fetch_account_or_skip(self.me))
        playlist = f"/playlists/{self.playlist['id']}"
        now = object_in_body(self.me.get(playlist).expect_ok(), "playlist")
        self._is_same("the playlist", ("title",), self.playlist, now)
        self._holds(f"{playlist}: its memberships", now["memberships"], [self.membership["id"]])
        expect_no_clip_titled(self.me, self.title)
        self.me.eventually(self._lists_are_unchanged)

    def _lists_are_unchanged(self) -> None:
        comments = self.me.get(f"/audio_clips/{self.clip['id']}/comments").expect_ok().items
        self._holds("the clip's comments", comments, [self.comment["id"]])
        favourites = ids(self.me.get("/account/audio_clips/favourites").expect_ok().items)
        self._has("the favourites", favourites, self.clip["id"], True)
        self._has("the favourites", favourites, self.unlisted_clip["id"], False)
        followed = ids(self.me.all_items("/account/followings"))
        self._has("those who are followed", followed, self.stranger, False)

    def _is_same(self, what: str, names: Iterable[str], before: JsonObject, after: JsonObject) -> None:
        for name in names:
            if (before.get(name) or None) != (after.get(name) or None):
                raise ExpectationFailed(
                    f"{name} of {what} as it was, {before.get(name)!r}", repr(after.get(name))
                )

    def _holds(self, what: str, items: Any, expected: list[Any]) -> None:
        found = ids(items) if isinstance(items, list) else items
        if found != expected:
            raise ExpectationFailed(f"{what} as they were, {expected}", repr(found))

    def _has(self, what: str, found: list[Any], thing: Any, is_there: bool) -> None:
        if (thing in found) != is_there:
            raise ExpectationFailed(f"{thing} {'' if is_there else 'not '}among {what}", f"{found}")


def create_owned_resources(me: Client, title: str) -> OwnedResources:
    """Create one resource of each kind for a user."""
    clip, loose = create_clip(me, f"{title} one"), create_clip(me, f"{title} two")
    comment = create_comment(me, clip["id"], f"{title} said")
    favourite(me, clip["id"])
    playlist = create_playlist(me, f"{title} list")
    membership = create_membership(me, playlist["id"], clip["id"])
    clips = [_read(me, f"/audio_clips/{one['id']}", "audio_clip") for one in (clip, loose)]
    account = fetch_account_or_skip(me)
    known = {account["id"], *ids(me.all_items("/account/followings"))}
    strangers = [user for user in owner_ids(fetch_newest_clips(me)) if user not in known]
    if not strangers:
        not_verified("the user follows all whose clips are listed")
    title = f"{title} changed"
    return OwnedResources(me, account, clips[0], clips[1], comment, playlist, membership, strangers[0], title)


def signature_placement(placement: str, asked: RequestArguments) -> str:
    """Return where a request has its OAuth parameters: only a form body can contain them."""
    takes_form = asked[0] != "DELETE" and "files" not in asked[2]
    return placement if takes_form or placement != "body" else "query"


def _read(me: Client, path: str, name: str) -> JsonObject:
    try:
        return object_in_body(me.get(path).expect_ok(), name)
    except ExpectationFailed as unmet:
        not_verified(f"the created resource can't be read: {unmet}")
