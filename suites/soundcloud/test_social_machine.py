"""Likes, followings and playlists: random sequences of writes, compared with a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import fetch_my_id
from tuningfork.client.client import Client
from tuningfork.testing.listings import ids
from tuningfork.testing.state_machine import (
    ApiStateMachine,
    expect_for_claim,
    expect_status_for_claim,
    for_claim,
    pick,
    run_machine,
)

from .support.playlists import playlist_body

UniqueName = Callable[[str], str]
INDEX = st.integers(0, 9)
ORDER = st.lists(st.integers(0, 3), unique=True)
KIND = st.sampled_from(["tracks", "playlists"])
TITLE = st.sampled_from(["First words", 'Second "words"', "עוד מילים"])
LIKES = {"tracks": "SC-SOC-06", "playlists": "SC-SOC-07"}


class SocialMachine(ApiStateMachine):
    """Likes, follows and updates; after each write the list that it changed is compared with the model."""

    user: ClassVar[Client]
    created_ids: ClassVar[dict[str, list[int]]]
    """The ids of the tracks and playlists that this test has created."""
    user_ids: ClassVar[list[Any]]
    """The ids of users whom the user can follow."""

    def __init__(self) -> None:
        """Start without likes and followings, and with empty playlists."""
        super().__init__(self.user)
        self.liked: dict[str, set[int]] = {"tracks": set(), "playlists": set()}
        self.followed: set[Any] = set()
        self.tracks_of: dict[int, list[int]] = {}
        self.title_of: dict[int, str] = {}
        for playlist_id in self.created_ids["playlists"]:
            self.put_tracks(playlist_id, [])

    @rule(kind=KIND, index=INDEX)
    def like(self, kind: str, index: int) -> None:
        """Like a track or playlist, whether it is liked or not."""
        item_id = pick(self.created_ids[kind], index)
        expect_status_for_claim(self.user.post(f"/likes/{kind}/{item_id}"), LIKES[kind], 200, 201)
        self.liked[kind].add(item_id)
        self.check_change = lambda: self.expect_likes(kind)

    @rule(kind=KIND, index=INDEX)
    def unlike(self, kind: str, index: int) -> None:
        """Delete a like, whether it exists or not."""
        item_id = pick(self.created_ids[kind], index)
        allowed = [200] if item_id in self.liked[kind] else [200, 404]
        expect_status_for_claim(self.user.delete(f"/likes/{kind}/{item_id}"), LIKES[kind], *allowed)
        self.liked[kind].discard(item_id)
        self.check_change = lambda: self.expect_likes(kind)

    @precondition(lambda self: self.user_ids)
    @rule(index=INDEX)
    def follow(self, index: int) -> None:
        """Follow a user, whether followed or not."""
        user_id = pick(self.user_ids, index)
        expect_status_for_claim(self.user.put(f"/me/followings/{user_id}"), "SC-SOC-01", 200, 201)
        self.followed.add(user_id)
        self.check_change = lambda: self.expect_followings("SC-SOC-01")

    @precondition(lambda self: self.user_ids)
    @rule(index=INDEX)
    def unfollow(self, index: int) -> None:
        """Unfollow a user, whether followed or not."""
        user_id = pick(self.user_ids, index)
        allowed = [200] if user_id in self.followed else [200, 404]
        expect_status_for_claim(self.user.delete(f"/me/followings/{user_id}"), "SC-SOC-02", *allowed)
        self.followed.discard(user_id)
        self.check_change = lambda: self.expect_followings("SC-SOC-02")

    @rule(index=INDEX, order=ORDER)
    def replace_tracks(self, index: int, order: list[int]) -> None:
        """Give a playlist other tracks."""
        playlist_id = pick(self.created_ids["playlists"], index)
        self.put_tracks(playlist_id, [self.created_ids["tracks"][number] for number in order])
        self.check_change = lambda: self.expect_playlist(playlist_id, "SC-LIST-04")

    @rule(index=INDEX, title=TITLE)
    def rename(self, index: int, title: str) -> None:
        """Give a playlist another title."""
        playlist_id = pick(self.created_ids["playlists"], index)
        response = self.user.put(f"/playlists/{playlist_id}", json={"playlist": {"title": title}})
        expect_status_for_claim(response, "SC-LIST-05", 200)
        self.title_of[playlist_id] = title
        self.check_change = lambda: self.expect_playlist(playlist_id, "SC-LIST-05")

    def expect_model(self) -> None:
        """Raise ExpectationFailed unless every list agrees with the model."""
        self.user.eventually(lambda: self.expect_likes("tracks"))
        self.user.eventually(lambda: self.expect_likes("playlists"))
        self.user.eventually(lambda: self.expect_followings("SC-SOC-02"))
        for playlist_id in self.created_ids["playlists"]:
            self.expect_playlist(playlist_id, "SC-LIST-04")

    def clean_up(self) -> None:
        """Delete the likes and followings of this example."""
        for kind, item_ids in self.liked.items():
            for item_id in item_ids:
                self.user.delete(f"/likes/{kind}/{item_id}")
        for user_id in self.followed:
            self.user.delete(f"/me/followings/{user_id}")

    def put_tracks(self, playlist_id: int, track_ids: list[int]) -> None:
        """Replace the tracks of a playlist."""
        response = self.user.put(f"/playlists/{playlist_id}", json=playlist_body(track_ids))
        expect_status_for_claim(response, "SC-LIST-04", 200)
        self.tracks_of[playlist_id] = track_ids

    def expect_likes(self, kind: str) -> None:
        """Raise ExpectationFailed unless the list of likes has each liked item of this test once."""
        with for_claim(LIKES[kind]):
            listed = ids(self.user.all_items(f"/me/likes/{kind}"))
        found = sorted(item_id for item_id in listed if item_id in self.created_ids[kind])
        expect_for_claim(found, sorted(self.liked[kind]), f"liked {kind}", LIKES[kind])

    def expect_followings(self, claim_id: str) -> None:
        """Raise ExpectationFailed unless the list of followings has each followed user once."""
        with for_claim(claim_id):
            listed = ids(self.user.all_items("/me/followings"))
        found = sorted(user_id for user_id in listed if user_id in self.user_ids)
        expect_for_claim(found, sorted(self.followed), "followings", claim_id)

    def expect_playlist(self, playlist_id: int, claim_id: str) -> None:
        """Raise ExpectationFailed unless a playlist has its last tracks and its last title."""
        with for_claim(claim_id):
            playlist = self.user.get(f"/playlists/{playlist_id}").expect_ok().object
            track_ids, title = ids(playlist["tracks"]), playlist["title"]
        expect_for_claim(track_ids, self.tracks_of[playlist_id], f"tracks in {playlist_id}", claim_id)
        expected_title = self.title_of.get(playlist_id, title)
        expect_for_claim(title, expected_title, f"title of {playlist_id}", claim_id)


@pytest.fixture
def user_ids(user: Client, other_user: Client) -> list[Any]:
    """The ids of at most three users whom the user does not follow, the second user first."""
    candidates = [fetch_my_id(other_user), *ids(user.get("/users", limit=50).expect_ok().items)]
    excluded = {fetch_my_id(user), *ids(user.all_items("/me/followings"))}
    return [user_id for user_id in dict.fromkeys(candidates) if user_id not in excluded][:3]


@claim("SC-SOC-01", "SC-SOC-02", "SC-SOC-06", "SC-SOC-07", "SC-LIST-04", "SC-LIST-05")
def test_lists_agree_with_any_sequence_of_writes(
    user: Client, unique_name: UniqueName, user_ids: list[Any]
) -> None:
    tracks = [create_track(user, unique_name(f"track {number}"))["id"] for number in range(4)]
    playlists = [create_playlist(user, tracks, unique_name("playlist"))["id"] for _ in range(2)]

    SocialMachine.user = user
    SocialMachine.created_ids = {"tracks": tracks, "playlists": playlists}
    SocialMachine.user_ids = user_ids

    run_machine(SocialMachine)
