"""The profile of SoundCloud: its settings, credentials, checks, pagination and error claims."""

from __future__ import annotations

from tuningfork.apis import Profile, Rule
from tuningfork.apis.soundcloud.checks import CHECKS
from tuningfork.apis.soundcloud.creations import CREATIONS, RELATIONS
from tuningfork.apis.soundcloud.credentials import SoundCloudCredentials
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, fetch_my_id
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.client.pagination import LinkPaginator

PROFILE = Profile(
    title="SoundCloud",
    base_url="https://api.soundcloud.mock",
    settings=SoundCloudSettings,
    paginator=LinkPaginator(
        link_property="next_href", items_property="collection", query={"linked_partitioning": True}
    ),
    credentials=SoundCloudCredentials,
    checks=CHECKS,
    creations=CREATIONS,
    relations=RELATIONS,
    logins=frozenset({"POST /oauth2/token", "POST /connect"}),
    unknown=frozenset(NONEXISTENT_IDS) - {"1.5"},
    user_id=fetch_my_id,
    reachability_paths=("/me", "/tracks", "/resolve"),
    walk_claim="SC-PAGE-06",
    lists_with_repeats=frozenset({"GET /playlists/{playlist_id}/tracks"}),
    rules={
        Rule.NO_SERVER_ERROR: "SC-ERR-09",
        Rule.ERROR_ENVELOPE: "SC-ERR-01",
        Rule.ERROR_STATUS: "SC-ERR-02",
        Rule.ERROR_LIST: "SC-ERR-03",
        Rule.ERROR_TEXTS: "SC-ERR-04",
        Rule.NEEDS_TOKEN: "SC-AUTH-01",
    },
    factories={
        "track_id": lambda client, title: create_track(client, title)["id"],
        "playlist_id": lambda client, title: create_playlist(client, [], title)["id"],
    },
)
