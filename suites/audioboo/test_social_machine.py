"""Followings, favourites and playlists: random requests, compared with a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import (
    MEMBERSHIP_PROPERTIES,
    create_clip,
    create_playlist,
    object_in_body,
)
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip, fetch_newest_clips, owner_ids
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import ids, item_id, json_objects
from tuningfork.testing.state_machine import (
    ApiStateMachine,
    expect_for_claim,
    expect_status_for_claim,
    for_claim,
    pick,
    run_machine,
)

from .support.playlists import add_clip, fetch_memberships, move_membership, moved, remove_membership

UniqueName = Callable[[str], str]

INDEX = st.integers(0, 9)
FOLLOWINGS, FAVOURITES, PLAYLISTS = "AB-SOC-01", "AB-SOC-03", "AB-LIST-02"
SUCCESSES = (200, 201, 202, 204)
MAX_FOLLOWED_USERS = 3


@dataclass(frozen=True)
class Resources:
    """The ids that the machine uses: clips and playlists that the test has created, and users to follow."""

    user: Client
    clips: list[Any]
    playlists: list[Any]
    users: list[Any]


@dataclass
class Model:
    """The expected lists; a playlist is a list of pairs (membership, clip)."""

    favourites: set[Any] = field(default_factory=set)
    followings: set[Any] = field(default_factory=set)
    playlists: dict[Any, list[tuple[Any, Any]]] = field(default_factory=dict)


class SocialMachine(ApiStateMachine):
    """Adds and deletes followings, favourites and memberships of playlists."""

    resources: ClassVar[Resources]

    def __init__(self) -> None:
        """Start without followings and favourites, and with empty playlists."""
        super().__init__(self.resources.user)
        self.model = Model(playlists={playlist: [] for playlist in self.resources.playlists})

    @precondition(lambda self: self.resources.users)
    @rule(index=INDEX)
    def follow(self, index: int) -> None:
        """Follow a user, who may be followed already."""
        user_id = pick(self.resources.users, index)
        response = self.client.post("/account/followings", form={"following_user_id": user_id})
        expect_status_for_claim(response, FOLLOWINGS, 200, 201)
        self.model.followings.add(user_id)
        self.check_change = self.expect_followings

    @precondition(lambda self: self.resources.users)
    @rule(index=INDEX)
    def unfollow(self, index: int) -> None:
        """Delete the following of a user, who may not be followed."""
        user_id = pick(self.resources.users, index)
        allowed = SUCCESSES if user_id in self.model.followings else (*SUCCESSES, 404)
        response = self.client.delete("/account/followings", following_user_id=user_id)
        expect_status_for_claim(response, FOLLOWINGS, *allowed)
        self.model.followings.discard(user_id)
        self.check_change = self.expect_followings

    @rule(index=INDEX)
    def add_favourite(self, index: int) -> None:
        """Add a clip to the favourites, which may have it already."""
        clip = pick(self.resources.clips, index)
        allowed = (200, 201) if clip in self.model.favourites else (201,)
        expect_status_for_claim(self.client.post(f"/audio_clips/{clip}/favourites"), FAVOURITES, *allowed)
        self.model.favourites.add(clip)
        self.check_change = self.expect_favourites

    @precondition(lambda self: self.model.favourites)
    @rule(index=INDEX)
    def delete_favourite(self, index: int) -> None:
        """Delete a clip from the favourites."""
        clip = pick(sorted(self.model.favourites), index)
        expect_status_for_claim(self.client.delete(f"/audio_clips/{clip}/favourites"), FAVOURITES, 200)
        self.model.favourites.discard(clip)
        self.check_change = self.expect_favourites

    @rule(index=INDEX, clip_index=INDEX)
    def add_membership(self, index: int, clip_index: int) -> None:
        """Add a clip to a playlist that does not contain it."""
        playlist, clip = pick(self.resources.playlists, index), pick(self.resources.clips, clip_index)
        memberships = self.model.playlists[playlist]
        if clip not in [listed for _, listed in memberships]:
            with for_claim(PLAYLISTS):
                response = assert_success(add_clip(self.client, playlist, clip))
                memberships.append((object_in_body(response, *MEMBERSHIP_PROPERTIES)["id"], clip))
            self.check_change = lambda: self.expect_playlist(playlist)

    @rule(index=INDEX, from_index=INDEX, to_index=INDEX)
    def move(self, index: int, from_index: int, to_index: int) -> None:
        """Move a membership to any position."""
        playlist = pick(self.resources.playlists, index)
        memberships = self.model.playlists[playlist]
        if memberships:
            start, position = from_index % len(memberships), to_index % len(memberships) + 1
            response = move_membership(self.client, playlist, memberships[start][0], position)
            expect_status_for_claim(response, PLAYLISTS, *SUCCESSES)
            self.model.playlists[playlist] = moved(memberships, start, position)
            self.check_change = lambda: self.expect_playlist(playlist)

    @rule(index=INDEX, membership_index=INDEX)
    def delete_membership(self, index: int, membership_index: int) -> None:
        """Delete a membership of a playlist."""
        playlist = pick(self.resources.playlists, index)
        memberships = self.model.playlists[playlist]
        if memberships:
            membership, _ = memberships.pop(membership_index % len(memberships))
            response = remove_membership(self.client, playlist, membership)
            expect_status_for_claim(response, PLAYLISTS, *SUCCESSES)
            self.check_change = lambda: self.expect_playlist(playlist)

    def expect_model(self) -> None:
        """Raise ExpectationFailed unless every list agrees with the model."""
        self.client.eventually(self.expect_followings)
        self.client.eventually(self.expect_favourites)
        for playlist in self.resources.playlists:
            self.expect_playlist(playlist)

    def clean_up(self) -> None:
        """Delete all followings, favourites and memberships of the model."""
        for clip in self.model.favourites:
            self.client.delete(f"/audio_clips/{clip}/favourites")
        for user_id in self.model.followings:
            self.client.delete("/account/followings", following_user_id=user_id)
        for playlist, memberships in self.model.playlists.items():
            for membership, _ in memberships:
                remove_membership(self.client, playlist, membership)

    def expect_followings(self) -> None:
        """Raise ExpectationFailed unless the followings agree with the model."""
        with for_claim(FOLLOWINGS):
            found = self.fetch_listed("/account/followings", self.resources.users)
        expect_for_claim(ids(found), sorted(self.model.followings), "followings", FOLLOWINGS, found)

    def expect_favourites(self) -> None:
        """Raise ExpectationFailed unless the favourites agree with the model."""
        with for_claim(FAVOURITES):
            found = self.fetch_listed("/account/audio_clips/favourites", self.resources.clips)
        expect_for_claim(ids(found), sorted(self.model.favourites), "favourites", FAVOURITES, found)

    def expect_playlist(self, playlist: Any) -> None:
        """Raise ExpectationFailed unless a playlist agrees with the model."""
        with for_claim(PLAYLISTS):
            found = [(one["id"], one["audio_clip_id"]) for one in fetch_memberships(self.client, playlist)]
        expected = self.model.playlists[playlist]
        expect_for_claim(found, expected, f"memberships and clips of {playlist}", PLAYLISTS)

    def fetch_listed(self, path: str, known: list[Any]) -> list[JsonObject]:
        """Return the items of a list whose ids are among `known`, sorted by id, with repetitions."""
        items = json_objects(self.client.all_items(path, **page_query(size=MAX_PAGE_SIZE)))
        return sorted((item for item in items if item_id(item) in known), key=item_id)


@pytest.fixture
def users(user: Client, other_user: Client) -> list[Any]:
    """The ids of the second user and some others whom the first does not follow."""
    candidates = [fetch_account_or_skip(other_user)["id"], *owner_ids(fetch_newest_clips(user))]
    followed = user.all_items("/account/followings", **page_query(size=MAX_PAGE_SIZE))
    excluded = {fetch_account_or_skip(user)["id"], *ids(followed)}
    others = [user_id for user_id in dict.fromkeys(candidates) if user_id not in excluded]
    return others[:MAX_FOLLOWED_USERS]


@claim("AB-SOC-01", "AB-SOC-03", "AB-LIST-02")
def test_lists_agree_with_a_model(user: Client, unique_name: UniqueName, users: list[Any]) -> None:
    """After random requests in any order."""
    clips = [create_clip(user, unique_name(f"clip {number}"))["id"] for number in range(4)]
    playlists = [create_playlist(user, unique_name(f"playlist {number}"))["id"] for number in range(2)]

    class Machine(SocialMachine):
        resources = Resources(user, clips, playlists, users)

    run_machine(Machine)
