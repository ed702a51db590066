"""The profile of SoundCloud: its settings, credentials, checks, pagination and error claims."""

from __future__ import annotations

from tuningfork.apis import Profile
from tuningfork.apis.soundcloud.checks import CHECKS, WITNESSES
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
    witnesses=WITNESSES,
    creations=CREATIONS,
    relations=RELATIONS,
    logins=frozenset({"POST /oauth2/token", "POST /connect"}),
    unknown=frozenset(NONEXISTENT_IDS) - {"1.5"},
    user_id=fetch_my_id,
    reachability_paths=("/me", "/tracks", "/resolve"),
    conventions={
        "no server error": "SC-ERR-09",
        "error envelope": "SC-ERR-01",
        "error status": "SC-ERR-02",
        "error list": "SC-ERR-03",
        "error texts": "SC-ERR-04",
        "needs a token": "SC-AUTH-01",
        "not acceptable": "SC-ERR-06",
    },
    factories={
        "track_id": lambda client, title: create_track(client, title)["id"],
        "playlist_id": lambda client, title: create_playlist(client, [], title)["id"],
    },
)
