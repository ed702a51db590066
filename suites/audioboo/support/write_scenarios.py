"""Valid writes of a user, from the creation of resources to their deletion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tuningfork.apis.audioboo.factories import create_clip, create_playlist, follow, object_in_body, upload
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.client.client import Client
from tuningfork.client.response import Response

from .chunked_upload import send_first_chunk


def send_successful_writes(
    user: Client, other_user: Client, unique_name: Callable[[str], str]
) -> Iterator[tuple[tuple[int, ...], Response]]:
    """Yield the statuses that a write may return (AB-ERR-04), and its response; some reads are among them."""
    yield (201,), upload(user, {"title": unique_name("clip")})
    clip = f"/audio_clips/{(clip_id := create_clip(user, unique_name('clip'))['id'])}"
    playlist = f"/playlists/{create_playlist(user, unique_name('playlist'))['id']}"
    followed = {"following_user_id": fetch_account_or_skip(other_user)["id"]}
    follow(user, followed["following_user_id"])
    comment = user.post(f"{clip}/comments", form={"comment[body]": unique_name("comment")})
    yield (201,), comment
    yield (201,), user.post(f"{playlist}/memberships", form={"playlist_membership[audio_clip_id]": clip_id})
    yield (201,), user.post(f"{clip}/favourites")
    yield (201,), user.post("/playlists", form={"playlist[title]": unique_name("playlist")})
    yield (201,), send_first_chunk(user, b"x", 9)
    yield (200, 201), user.post(f"{clip}/favourites")
    yield (200, 201), user.post("/account/followings", form=followed)
    yield (200,), user.put(clip, form={"audio_clip[title]": unique_name("clip")})
    yield (200,), user.put(playlist, form={"playlist[title]": unique_name("playlist")})
    for path in (clip, playlist, "/account", f"{clip}/comments"):
        yield (200,), user.get(path)
    yield (200,), user.delete("/account/followings", params=followed)
    yield (200,), user.delete(f"{clip}/favourites")
    if comment.status == 201:
        yield (200,), user.delete(f"{clip}/comments/{object_in_body(comment, 'comment')['id']}")
    for path in (playlist, clip):
        yield (200,), user.delete(path)
