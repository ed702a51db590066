"""Followings, favourites and playlists, in any order of doing and undoing, against a model."""

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
from tuningfork.testing.listings import ids
from tuningfork.testing.state_machine import (
    ApiStateMachine,
    expect_for_claim,
    expect_status_for_claim,
    for_claim,
    pick,
    run_machine,
)

from .support.playlists import add_clip, fetch_memberships, move_membership, moved, remove_membership

Fresh = Callable[[str], str]

INDEX = st.integers(0, 9)
FOLLOWINGS, FAVOURITES, ORDER = "AB-SOC-01", "AB-SOC-03", "AB-LIST-02"
DONE = (200, 201, 202, 204)


@dataclass(frozen=True)
class World:
    """What the machine plays with: nothing but what this test has made, and users to follow."""

    me: Client
    clips: list[Any]
    playlists: list[Any]
    users: list[Any]


@dataclass
class Model:
    """What should be so; a playlist holds pairs of a membership and its clip."""

    favourites: set[Any] = field(default_factory=set)
    followings: set[Any] = field(default_factory=set)
    contents: dict[Any, list[tuple[Any, Any]]] = field(default_factory=dict)


class Social(ApiStateMachine):
    """Follows and unfollows, likes and stops it, fills playlists and moves what is in them."""

    world: ClassVar[World]

    def __init__(self) -> None:
        """Start from nothing liked, nobody followed, and empty playlists."""
        super().__init__(self.world.me)
        self.me = self.world.me
        self.model = Model(contents={playlist: [] for playlist in self.world.playlists})

    @precondition(lambda self: self.world.users)
    @rule(index=INDEX)
    def follow(self, index: int) -> None:
        """Follow somebody, followed already or not."""
        user = pick(self.world.users, index)
        expect_status_for_claim(
            self.me.post("/account/followings", form={"following_user_id": user}), FOLLOWINGS, 200, 201
        )
        self.model.followings.add(user)
        self.check_change = self.has_followings

    @precondition(lambda self: self.world.users)
    @rule(index=INDEX)
    def unfollow(self, index: int) -> None:
        """Stop following somebody, followed or not."""
        user = pick(self.world.users, index)
        allowed = DONE if user in self.model.followings else (*DONE, 404)
        expect_status_for_claim(
            self.me.delete("/account/followings", following_user_id=user), FOLLOWINGS, *allowed
        )
        self.model.followings.discard(user)
        self.check_change = self.has_followings

    @rule(index=INDEX)
    def favour(self, index: int) -> None:
        """Like a clip, liked already or not."""
        clip = pick(self.world.clips, index)
        allowed = (200, 201) if clip in self.model.favourites else (201,)
        expect_status_for_claim(self.me.post(f"/audio_clips/{clip}/favourites"), FAVOURITES, *allowed)
        self.model.favourites.add(clip)
        self.check_change = self.has_favourites

    @precondition(lambda self: self.model.favourites)
    @rule(index=INDEX)
    def stop_favouring(self, index: int) -> None:
        """Stop liking a clip."""
        clip = pick(sorted(self.model.favourites), index)
        expect_status_for_claim(self.me.delete(f"/audio_clips/{clip}/favourites"), FAVOURITES, 200)
        self.model.favourites.discard(clip)
        self.check_change = self.has_favourites

    @rule(index=INDEX, which=INDEX)
    def put_in(self, index: int, which: int) -> None:
        """Add a clip at the end of a playlist that has it not."""
        playlist, clip = pick(self.world.playlists, index), pick(self.world.clips, which)
        content = self.model.contents[playlist]
        if clip not in [there for _, there in content]:
            with for_claim(ORDER):
                answer = assert_success(add_clip(self.me, playlist, clip))
                content.append((object_in_body(answer, *MEMBERSHIP_PROPERTIES)["id"], clip))
            self.check_change = lambda: self.has_content(playlist)

    @rule(index=INDEX, which=INDEX, to=INDEX)
    def move(self, index: int, which: int, to: int) -> None:
        """Move what is in a playlist to another position, or to its own."""
        playlist = pick(self.world.playlists, index)
        content = self.model.contents[playlist]
        if content:
            at, position = which % len(content), to % len(content) + 1
            expect_status_for_claim(
                move_membership(self.me, playlist, content[at][0], position), ORDER, *DONE
            )
            self.model.contents[playlist] = moved(content, at, position)
            self.check_change = lambda: self.has_content(playlist)

    @rule(index=INDEX, which=INDEX)
    def take_out(self, index: int, which: int) -> None:
        """Take something out of a playlist."""
        playlist = pick(self.world.playlists, index)
        content = self.model.contents[playlist]
        if content:
            membership, _ = content.pop(which % len(content))
            expect_status_for_claim(remove_membership(self.me, playlist, membership), ORDER, *DONE)
            self.check_change = lambda: self.has_content(playlist)

    def expect_model(self) -> None:
        """Every list is what the model says."""
        self.me.eventually(self.has_followings)
        self.me.eventually(self.has_favourites)
        for playlist in self.world.playlists:
            self.has_content(playlist)

    def clean_up(self) -> None:
        """Leave nothing liked, nobody followed, and empty playlists to the next example."""
        for clip in self.model.favourites:
            self.me.delete(f"/audio_clips/{clip}/favourites")
        for user in self.model.followings:
            self.me.delete("/account/followings", following_user_id=user)
        for playlist, content in self.model.contents.items():
            for membership, _ in content:
                remove_membership(self.me, playlist, membership)

    def has_followings(self) -> None:
        """The list of followings holds whom is followed, once, and nobody else of ours."""
        with for_claim(FOLLOWINGS):
            found = self.listed("/account/followings", self.world.users)
        expect_for_claim(found, sorted(self.model.followings), "followings", FOLLOWINGS)

    def has_favourites(self) -> None:
        """The list of favourites holds what is liked, once, and nothing else of ours."""
        with for_claim(FAVOURITES):
            found = self.listed("/account/audio_clips/favourites", self.world.clips)
        expect_for_claim(found, sorted(self.model.favourites), "favourites", FAVOURITES)

    def has_content(self, playlist: Any) -> None:
        """A playlist holds what was put into it, in the order that was set."""
        with for_claim(ORDER):
            found = [(one["id"], one["audio_clip_id"]) for one in fetch_memberships(self.me, playlist)]
        expect_for_claim(found, self.model.contents[playlist], f"memberships and clips in {playlist}", ORDER)

    def listed(self, path: str, ours: list[Any]) -> list[Any]:
        """What a list has of ours."""
        return sorted(
            one for one in ids(self.me.all_items(path, **page_query(size=MAX_PAGE_SIZE))) if one in ours
        )


@pytest.fixture
def users(user: Client, other_user: Client) -> list[Any]:
    """The second user and some others, whom the first does not follow."""
    found = [fetch_account_or_skip(other_user)["id"], *owner_ids(fetch_newest_clips(user))]
    taken = {
        fetch_account_or_skip(user)["id"],
        *ids(user.all_items("/account/followings", **page_query(size=MAX_PAGE_SIZE))),
    }
    return [found_user for found_user in dict.fromkeys(found) if found_user not in taken][:3]


@claim("AB-SOC-01", "AB-SOC-03", "AB-LIST-02")
def test_any_order_of_doing_and_undoing(user: Client, unique_name: Fresh, users: list[Any]) -> None:
    """After any steps every list holds what was done and not undone, and every playlist its order."""
    clips = [create_clip(user, unique_name(f"to play with, {number}"))["id"] for number in range(4)]
    playlists = [create_playlist(user, unique_name(f"to play with, {number}"))["id"] for number in range(2)]

    class Here(Social):
        world = World(user, clips, playlists, users)

    run_machine(Here)
