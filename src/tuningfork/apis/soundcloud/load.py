"""What the users of a load run repeat on SoundCloud, besides reading its lists."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.soundcloud.factories import create_track
from tuningfork.auth.oauth2 import App, OAuth2
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.load_scenario import LoadUser, Scenario
from tuningfork.testing.shelf import Shelf, WalkedPage

TOKEN = "/oauth2/token"  # noqa: S105 - a path
MY_TRACKS = "/me/tracks"
RACING = 2
"""Uses of one refresh token at the same moment."""
MAX_GRANTS = 5
"""First tokens of a load run: an app gets 50 in 12 hours."""
MAX_TRACKS, MAX_SIZE = 40, 200


def race_refreshes(user: LoadUser) -> None:
    """Use a refresh token several times at the same moment; the new one is for the next race."""
    oauth, tokens = _oauth(user), user.shared.get("refresh tokens", lambda: deque([""] * MAX_GRANTS))
    if not tokens:
        not_verified("no refresh token is left: other users race with them, or their sessions have ended")
    token = tokens.popleft() or _grant(user, oauth)
    responses = user.at_once(
        RACING,
        lambda client: client.post(TOKEN, form=oauth.refresh_form(token)),
        client=user.unauthenticated,
    )
    issued = [each.object for each in responses if each.status == 200]
    if not issued:  # a second use may end the session, and the one before was part of a race, too
        not_verified(f"no refresh succeeded: {', '.join(str(each.status) for each in responses)}")
    tokens.append(str(issued[-1].get("refresh_token") or ""))
    access = {str(each.get("access_token")) for each in issued}
    with user.judging("SC-TOKEN-08"):
        working = [
            each
            for each in access
            if user.unauthenticated.with_token(each).get("/tracks", limit=1).status == 200
        ]
        expect_true(len(working) <= 1, "one new access token that works", f"{len(working)}", responses[-1])


def live(user: LoadUser) -> None:
    """Upload a track and read it by its id; unless a user walks, delete it, and read it again."""
    track = create_track(user.client, user.unique_name("load"))
    path = f"/tracks/{track['id']}"
    with user.judging("SC-TRACK-01"):
        expect(user.client.get(path).expect_ok().object.get("id"), track["id"], "id")
    if not _shelf(user).may_delete:
        _dispose(user, [track])
        return
    with _shelf(user).deleting():
        response = user.client.delete(path)
    with user.judging("SC-TRACK-06"):
        response.expect_ok()
        user.client.eventually(lambda: user.client.get(path).expect_status(404))


def walk(user: LoadUser) -> None:
    """Walk through a list that has the newest track first while all users add tracks."""
    user.shared.get("has newest first", lambda: _find_order(user))
    shelf = _shelf(user)
    user.stock(partial(_add, user))
    _dispose(user, shelf.take(MAX_TRACKS))
    with user.judging("SC-PAGE-09"):
        shelf.expect_walk(partial(_walk_tracks, user), MAX_SIZE)


def _walk_tracks(user: LoadUser, size: int) -> list[WalkedPage]:
    """Return the pages of the user's tracks."""
    return user.walk(map(_walked, user.client.pages(MY_TRACKS, limit=size)), partial(_add, user))


def _add(user: LoadUser) -> None:
    """Upload a track that the list must have later."""
    track = create_track(user.client, user.unique_name("page"))
    _shelf(user).add(track["id"], track)


def _find_order(user: LoadUser) -> bool:
    """Return True if the list begins with the newer of two tracks; else nothing is stored for the next one.

    While other users are active, the list may begin with their tracks.
    """
    return (user.is_alone and _has_newest_first(user)) or not_verified(
        f"{MY_TRACKS} does not list the newest item first"
    )


def _has_newest_first(user: LoadUser) -> bool:
    """Return whether the list begins, at the latest after `settle`, with the newer of two tracks."""
    tracks = [create_track(user.client, user.unique_name("order")) for _ in range(2)]
    newest = [str(track["id"]) for track in reversed(tracks)]
    try:
        user.client.eventually(lambda: expect(_first_keys(user), newest, "the newest tracks"))
    except ExpectationFailed:
        return False
    finally:
        _dispose(user, tracks)
    return True


def _first_keys(user: LoadUser) -> list[str]:
    """Return the ids of the first two tracks."""
    return _walked(user.client.get(MY_TRACKS, limit=2, linked_partitioning=True)).keys


def _dispose(user: LoadUser, tracks: list[Any]) -> None:
    """Delete tracks once no user walks through the list."""
    _shelf(user).dispose(tracks, lambda track: user.client.delete(f"/tracks/{track['id']}"))


def _walked(page: Response) -> WalkedPage:
    """Return a page of tracks with their ids."""
    return WalkedPage([str(item.get("id")) for item in page.expect_ok().items], page)


def _shelf(user: LoadUser) -> Shelf:
    """Return the tracks of this run."""
    return user.shared.shelf(MY_TRACKS)


def _oauth(user: LoadUser) -> OAuth2:
    """Return the grants of the app; their forms are sent by the clients of the user."""
    settings: Any = user.settings
    app = App(settings.client_id, settings.client_secret.get_secret_value(), settings.redirect_uri)
    return OAuth2(user.unauthenticated.session, "", "", app)


def _grant(user: LoadUser, oauth: OAuth2) -> str:
    """Return the refresh token of a first set of tokens."""
    response = user.unauthenticated.post(TOKEN, form=oauth.client_credentials_form())
    token = response.object.get("refresh_token") if response.status == 200 else None
    return str(token or not_verified(f"the app gets no refresh token: {response.status}"))


SCENARIOS = (
    Scenario("races with a refresh token", race_refreshes, ("SC-TOKEN-08",)),
    Scenario("life of a track", live, ("SC-TRACK-01", "SC-TRACK-06"), needs=("user", "write")),
    Scenario(f"pages of {MY_TRACKS}", walk, ("SC-PAGE-09",), needs=("user", "write")),
)
