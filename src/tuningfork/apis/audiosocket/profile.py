"""How Audiosocket authorizes, wraps and fails."""

from __future__ import annotations

from tuningfork.apis import Profile
from tuningfork.apis.audiosocket.checks import CHECKS, WITNESSES
from tuningfork.apis.audiosocket.credentials import AudiosocketCredentials
from tuningfork.apis.audiosocket.factories import make_track
from tuningfork.apis.audiosocket.nonexistent_ids import IMPOSSIBLE
from tuningfork.apis.audiosocket.settings import AudiosocketSettings
from tuningfork.client.creation import Creation
from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.redaction import SecretLocations

PROFILE = Profile(
    title="Audiosocket",
    base_url="https://api.audiosocket.mock",
    settings=AudiosocketSettings,
    paginator=SinglePagePaginator(items_property="data"),
    credentials=AudiosocketCredentials,
    checks=CHECKS,
    witnesses=WITNESSES,
    creations=(
        Creation(
            "POST /tracks",
            required_patterns=("title|name",),
            item_path="/tracks/{id}",
            list_path="/tracks",
            marker_properties=("title", "name"),
            extract_item=lambda body: body["data"],
        ),
    ),
    unknown=frozenset(IMPOSSIBLE) - {"1.5"},
    reachability_paths=("/tracks",),
    write_as="app",
    places=SecretLocations().plus(
        parameters=("token",), properties=("token", "value")
    ),  # /disable is told a value
    conventions={
        "no server error": "AS-CODE-14",
        "error envelope": "AS-ENV-05",
        "error status": "AS-ENV-02",
        "error texts": "AS-ENV-03",
        "needs a token": "AS-AUTH-02",
    },
    factories={"id": lambda client, title: make_track(client, title)["id"]},
)
