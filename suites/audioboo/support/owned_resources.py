"""Resources of one user, all requests that would change them, and the expectation that none was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect, expect_in, expect_not_in
from tuningfork.testing.listings import at_least_one, ids

PROFILE = ("username", "profile_name", "profile_location", "profile_description")
ATTACHMENT = {
    "attachment[size]": len(sample_audio()),
    "attachment[filename]": "a.wav",
    "attachment[chunk_offset]": 0,
}


class WriteRequest(NamedTuple):
    """A valid write: method, path, and the other arguments of Client.request."""

    method: str
    path: str
    arguments: Mapping[str, Any]

    def send(self, client: Client, **more: Any) -> Response:
        """Send the request; `more` are further arguments of Client.request."""
        return client.request(self.method, self.path, **self.arguments, **more)

    def signature_placement(self, preferred: str) -> str:
        """Return where the request has its OAuth parameters: only a form body can contain them."""
        has_form_body = self.method != "DELETE" and "files" not in self.arguments
        return "query" if preferred == "body" and not has_form_body else preferred


@dataclass(frozen=True, slots=True)
class OwnedResources:
    """Resources of a user, as they were before a test.

    Args:
        user: the client of their owner.
        account: the user.
        clip: a clip with the comment, which the user has favourited.
        unlisted_clip: a clip that is neither a favourite nor in the playlist.
        comment: a comment on the clip.
        playlist: a playlist with the clip.
        membership: the membership of the clip in the playlist.
        unfollowed_id: the id of a user whom the user does not follow.
        title: the text that the write requests would write.
    """

    user: Client
    account: JsonObject
    clip: JsonObject
    unlisted_clip: JsonObject
    comment: JsonObject
    playlist: JsonObject
    membership: JsonObject
    unfollowed_id: Any
    title: str

    def write_requests(self) -> list[WriteRequest]:
        """Return a valid request for each write that the user may send."""
        clip, unlisted = f"/audio_clips/{self.clip['id']}", f"/audio_clips/{self.unlisted_clip['id']}"
        playlist = f"/playlists/{self.playlist['id']}"
        membership = f"{playlist}/memberships/{self.membership['id']}"
        title, new_member = {"audio_clip[title]": self.title}, self.unlisted_clip["id"]
        followed = {"following_user_id": self.unfollowed_id}
        requests: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
            ("POST", "/account/audio_clips", {"form": title, "files": {AUDIO_PARAMETER: audio_file()}}),
            ("PUT", clip, {"form": title}),
            ("PUT", clip, {"params": title}),
            ("PUT", "/account", {"form": {"user[profile_description]": self.title}}),
            ("POST", f"{clip}/comments", {"form": {"comment[body]": self.title}}),
            ("DELETE", f"{clip}/comments/{self.comment['id']}", {}),
            ("POST", f"{unlisted}/favourites", {}),
            ("DELETE", f"{clip}/favourites", {}),
            ("POST", "/account/followings", {"form": followed}),
            ("DELETE", "/account/followings", {"params": followed}),
            ("POST", "/playlists", {"form": {"playlist[title]": self.title}}),
            ("PUT", playlist, {"form": {"playlist[title]": self.title}}),
            ("POST", f"{playlist}/memberships", {"form": {"playlist_membership[audio_clip_id]": new_member}}),
            ("PUT", membership, {"form": {"playlist_membership[position]": 1}}),
            ("DELETE", membership, {}),
            ("POST", "/attachments", {"form": ATTACHMENT, "files": {"attachment[chunk]": audio_file()}}),
            ("DELETE", playlist, {}),
            ("DELETE", clip, {}),
        )
        return [WriteRequest(*request) for request in requests]

    def assert_unchanged(self) -> None:
        """Raise ExpectationFailed if a resource or a list has changed."""
        for clip in (self.clip, self.unlisted_clip):
            assert_unchanged(clip, fetch_clip(self.user, clip["id"]))
        account = fetch_account_or_skip(self.user)
        for name in PROFILE:
            expect(account.get(name) or None, self.account.get(name) or None, name, account)
        path = f"/playlists/{self.playlist['id']}"
        playlist = object_in_body(self.user.get(path).expect_ok(), "playlist")
        expect(playlist.get("title"), self.playlist.get("title"), "title", playlist)
        expect(ids(playlist["memberships"]), [self.membership["id"]], "ids of memberships", playlist)
        expect_no_clip_titled(self.user, self.title)
        self.user.eventually(self._assert_lists_unchanged)

    def _assert_lists_unchanged(self) -> None:
        """Raise ExpectationFailed if a comment, favourite or following was added or deleted."""
        comments = self.user.get(f"/audio_clips/{self.clip['id']}/comments").expect_ok()
        expect(ids(comments.items), [self.comment["id"]], "ids of comments", comments)
        favourites = ids(self.user.all_items("/account/audio_clips/favourites"))
        expect_in(self.clip["id"], favourites, "favourites")
        expect_not_in(self.unlisted_clip["id"], favourites, "favourites")
        followed = ids(self.user.all_items("/account/followings"))
        expect_not_in(self.unfollowed_id, followed, "followed users")


def create_owned_resources(user: Client, title: str) -> OwnedResources:
    """Create one resource of each kind for a user."""
    clip_id, unlisted_id = (
        create_clip(user, user.extended(title, after=f" {number}"))["id"] for number in ("one", "two")
    )
    comment = create_comment(user, clip_id, user.extended(title, after=" comment"))
    favourite(user, clip_id)
    playlist = create_playlist(user, user.extended(title, after=" list"))
    membership = create_membership(user, playlist["id"], clip_id)
    try:
        clip, unlisted = fetch_clip(user, clip_id), fetch_clip(user, unlisted_id)
    except ExpectationFailed as failure:
        not_verified(f"a created clip can't be read: {failure}")
    account = fetch_account_or_skip(user)
    known = {account["id"], *ids(user.all_items("/account/followings"))}
    unfollowed = (user_id for user_id in owner_ids(fetch_newest_clips(user)) if user_id not in known)
    [unfollowed_id, *_] = at_least_one(unfollowed, "the user follows all users whose clips are listed")
    return OwnedResources(
        user,
        account,
        clip,
        unlisted,
        comment,
        playlist,
        membership,
        unfollowed_id,
        user.extended(title, after=" changed"),
    )
