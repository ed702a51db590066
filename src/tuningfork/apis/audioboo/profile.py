"""The profile of Audioboo: its credentials, checks, pagination and factories."""

from __future__ import annotations

from tuningfork.apis import Profile, Rule
from tuningfork.apis.audioboo.checks import CHECKS
from tuningfork.apis.audioboo.creations import CREATIONS, RELATIONS
from tuningfork.apis.audioboo.credentials import SECRET_LOCATIONS, AudiobooCredentials
from tuningfork.apis.audioboo.existing_ids import existing_ids
from tuningfork.apis.audioboo.factories import create_clip, create_playlist
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS, fetch_account_or_skip
from tuningfork.apis.audioboo.settings import AudiobooSettings
from tuningfork.apis.audioboo.snapshots import snapshot_profile
from tuningfork.client.pagination import PageNumberPaginator

PROFILE = Profile(
    title="Audioboo",
    base_url="https://api.audioboo.mock",
    settings=AudiobooSettings,
    paginator=PageNumberPaginator(
        page_parameter="page[number]",
        size_parameter="page[items]",
        envelope_property="body",
        items_properties=("audio_clips", "users", "comments", "playlists"),
    ),
    credentials=AudiobooCredentials,
    checks=CHECKS,
    creations=CREATIONS,
    relations=RELATIONS,
    logins=frozenset({"POST /oauth/request_token", "POST /oauth/authorize", "POST /oauth/access_token"}),
    unknown=frozenset(NONEXISTENT_IDS),
    user_id=lambda client: fetch_account_or_skip(client)["id"],
    reachability_paths=("/audio_clips", "/account"),
    headers={"Accept": "application/json; version=1"},
    secret_locations=SECRET_LOCATIONS,
    rules={
        Rule.NO_SERVER_ERROR: "AB-ERR-07",
        Rule.NEEDS_TOKEN: "AB-SIGN-10",
        Rule.ERROR_HEADERS: "AB-ERR-01",
        Rule.ERROR_ENVELOPE: "AB-ERR-03",
        Rule.ERROR_TEXTS: "AB-ERR-06",
    },
    existing_ids=existing_ids,
    snapshots={"PUT /account": snapshot_profile},
    factories={
        "clip_id": lambda client, title: create_clip(client, title)["id"],
        "playlist_id": lambda client, title: create_playlist(client, title)["id"],
    },
)
