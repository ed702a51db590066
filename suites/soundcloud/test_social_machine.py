"""Likes, followings and playlists, in any order of doing and undoing, against a model of the promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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

Fresh = Callable[[str], str]

INDEX = st.integers(0, 9)
ORDER = st.lists(st.integers(0, 3), unique=True)
KIND = st.sampled_from(["tracks", "playlists"])
LIKES = {"tracks": "SC-SOC-06", "playlists": "SC-SOC-07"}


@dataclass(frozen=True)
class World:
    """What the machine plays with: nothing but what this test has made, and users to follow."""

    me: Client
    liked: dict[str, list[int]]
    users: list[Any]


@dataclass
class Model:
    """What should be so."""

    likes: dict[str, set[int]] = field(default_factory=lambda: {"tracks": set(), "playlists": set()})
    followings: set[Any] = field(default_factory=set)
    contents: dict[int, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)


class Social(ApiStateMachine):
    """Does and undoes; after each step the list that it touched is what the model says."""

    world: ClassVar[World]

    def __init__(self) -> None:
        """Start from nothing liked, nobody followed, and empty playlists."""
        super().__init__(self.world.me)
        self.me = self.world.me
        self.model = Model()
        for playlist in self.world.liked["playlists"]:
            self.fill(playlist, [])

    @rule(kind=KIND, index=INDEX)
    def like(self, kind: str, index: int) -> None:
        """Like something, liked already or not."""
        thing = pick(self.world.liked[kind], index)
        expect_status_for_claim(self.me.post(f"/likes/{kind}/{thing}"), LIKES[kind], 200, 201)
        self.model.likes[kind].add(thing)
        self.check_change = lambda: self.has_likes(kind)

    @rule(kind=KIND, index=INDEX)
    def unlike(self, kind: str, index: int) -> None:
        """Stop liking something, liked or not."""
        thing = pick(self.world.liked[kind], index)
        was_there = thing in self.model.likes[kind]
        expect_status_for_claim(
            self.me.delete(f"/likes/{kind}/{thing}"), LIKES[kind], *([200] if was_there else [200, 404])
        )
        self.model.likes[kind].discard(thing)
        self.check_change = lambda: self.has_likes(kind)

    @precondition(lambda self: self.world.users)
    @rule(index=INDEX)
    def follow(self, index: int) -> None:
        """Follow somebody, followed already or not."""
        user = pick(self.world.users, index)
        expect_status_for_claim(self.me.put(f"/me/followings/{user}"), "SC-SOC-01", 200, 201)
        self.model.followings.add(user)
        self.check_change = lambda: self.has_followings("SC-SOC-01")

    @precondition(lambda self: self.world.users)
    @rule(index=INDEX)
    def unfollow(self, index: int) -> None:
        """Stop following somebody, followed or not."""
        user = pick(self.world.users, index)
        was_there = user in self.model.followings
        expect_status_for_claim(
            self.me.delete(f"/me/followings/{user}"), "SC-SOC-02", *([200] if was_there else [200, 404])
        )
        self.model.followings.discard(user)
        self.check_change = lambda: self.has_followings("SC-SOC-02")

    @rule(index=INDEX, order=ORDER)
    def arrange(self, index: int, order: list[int]) -> None:
        """Give a playlist another content."""
        playlist = pick(self.world.liked["playlists"], index)
        self.fill(playlist, [self.world.liked["tracks"][number] for number in order])
        self.check_change = lambda: self.has_content(playlist, "SC-LIST-04")

    @rule(index=INDEX, title=st.sampled_from(["First words", 'Second "words"', "עוד מילים"]))
    def rename(self, index: int, title: str) -> None:
        """Give a playlist another title."""
        playlist = pick(self.world.liked["playlists"], index)
        expect_status_for_claim(
            self.me.put(f"/playlists/{playlist}", json={"playlist": {"title": title}}), "SC-LIST-05", 200
        )
        self.model.titles[playlist] = title
        self.check_change = lambda: self.has_content(playlist, "SC-LIST-05")

    def expect_model(self) -> None:
        """Every list is what the model says."""
        for kind in LIKES:
            self.me.eventually(lambda kind=kind: self.has_likes(kind))  # type: ignore[misc]  # a bound default
        self.me.eventually(lambda: self.has_followings("SC-SOC-02"))
        for playlist in self.world.liked["playlists"]:
            self.has_content(playlist, "SC-LIST-04")

    def clean_up(self) -> None:
        """Leave nothing liked and nobody followed to the next example."""
        for kind, things in self.model.likes.items():
            for thing in things:
                self.me.delete(f"/likes/{kind}/{thing}")
        for user in self.model.followings:
            self.me.delete(f"/me/followings/{user}")

    def fill(self, playlist: int, tracks: list[int]) -> None:
        """PUT the tracks of a playlist."""
        listing = {"playlist": {"tracks": [{"id": track} for track in tracks]}}
        expect_status_for_claim(self.me.put(f"/playlists/{playlist}", json=listing), "SC-LIST-04", 200)
        self.model.contents[playlist] = tracks

    def has_likes(self, kind: str) -> None:
        """The list of likes holds what is liked, once, and nothing else of ours."""
        ours = self.world.liked[kind]
        with for_claim(LIKES[kind]):
            found = [thing for thing in ids(self.me.all_items(f"/me/likes/{kind}")) if thing in ours]
        expect_for_claim(sorted(found), sorted(self.model.likes[kind]), f"likes of {kind}", LIKES[kind])

    def has_followings(self, promise: str) -> None:
        """The list of followings holds whom is followed, once, and nobody else of ours."""
        with for_claim(promise):
            found = [user for user in ids(self.me.all_items("/me/followings")) if user in self.world.users]
        expect_for_claim(sorted(found), sorted(self.model.followings), "followings", promise)

    def has_content(self, playlist: int, promise: str) -> None:
        """A playlist holds what was put into it, in that order, under its last title."""
        with for_claim(promise):
            now = self.me.get(f"/playlists/{playlist}").expect_ok().object
            found, title = ids(now["tracks"]), now["title"]
        expect_for_claim(found, self.model.contents[playlist], f"tracks in {playlist}", promise)
        expect_for_claim(title, self.model.titles.get(playlist, title), f"title of {playlist}", promise)


@pytest.fixture
def users(user: Client, other_user: Client) -> list[Any]:
    """The second user and some others, whom the first does not follow."""
    found = [fetch_my_id(other_user), *ids(user.get("/users", limit=50).expect_ok().items)]
    taken = {fetch_my_id(user), *ids(user.all_items("/me/followings"))}
    return [found_user for found_user in dict.fromkeys(found) if found_user not in taken][:3]


@claim("SC-SOC-01", "SC-SOC-02", "SC-SOC-06", "SC-SOC-07", "SC-LIST-04", "SC-LIST-05")
def test_any_order_of_doing_and_undoing(user: Client, unique_name: Fresh, users: list[Any]) -> None:
    """After any steps every list holds what was done and not undone."""
    tracks = [create_track(user, unique_name(f"to play with, {number}"))["id"] for number in range(4)]
    playlists = [
        create_playlist(user, tracks, unique_name(f"to play with, {number}"))["id"] for number in range(2)
    ]

    class Here(Social):
        world = World(user, {"tracks": tracks, "playlists": playlists}, users)

    run_machine(Here)
