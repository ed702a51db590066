"""The profile of Audiosocket: its credentials, checks and factories."""

from __future__ import annotations

from tuningfork.apis import Profile, Rule
from tuningfork.apis.audiosocket.checks import CHECKS
from tuningfork.apis.audiosocket.credentials import AudiosocketCredentials
from tuningfork.apis.audiosocket.factories import create_track
from tuningfork.apis.audiosocket.nonexistent_ids import INVALID_IDS
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
    unknown=frozenset(INVALID_IDS) - {"1.5"},
    reachability_paths=("/tracks",),
    write_as="app",
    secret_locations=SecretLocations().plus(
        parameters=("token",), properties=("token", "value")
    ),  # `value` is in the body of the hook /disable
    rules={
        Rule.NO_SERVER_ERROR: "AS-CODE-14",
        Rule.ERROR_ENVELOPE: "AS-ENV-05",
        Rule.ERROR_STATUS: "AS-ENV-02",
        Rule.ERROR_TEXTS: "AS-ENV-03",
        Rule.NEEDS_TOKEN: "AS-AUTH-02",
    },
    factories={"id": lambda client, title: create_track(client, title)["id"]},
)
