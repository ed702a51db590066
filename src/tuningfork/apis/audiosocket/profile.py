"""How Audiosocket authorizes, wraps and fails."""

from __future__ import annotations

import re
from urllib.parse import quote

from pydantic import SecretStr

from tuningfork.apis import Profile
from tuningfork.apis.audiosocket.checks import CHECKS, WITNESSES
from tuningfork.apis.audiosocket.credentials import AudiosocketCredentials
from tuningfork.apis.audiosocket.making import make_track
from tuningfork.json_text import read_json
from tuningfork.model import Exchange
from tuningfork.redaction import Places
from tuningfork.target.config import Settings
from tuningfork.target.pager import WholePager


class AudiosocketSettings(Settings):
    """[targets.NAME.audiosocket]."""

    token: SecretStr


def undo(exchange: Exchange) -> str | None:
    """The path whose DELETE removes the track that an exchange created."""
    request, response = exchange.request, exchange.response
    created = request.method == "POST" and 200 <= response.status < 300
    made = _id_of(response.body) if created and re.search(r"/tracks/?$", request.path) else None
    return None if made is None else f"/tracks/{quote(str(made), safe='')}"


def _id_of(body: bytes) -> int | str | None:
    try:
        made = read_json(body)["data"]["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return made if isinstance(made, int | str) and made != "" else None


PROFILE = Profile(
    title="Audiosocket",
    base_url="https://api.audiosocket.mock",
    settings=AudiosocketSettings,
    pager=WholePager(collection="data"),
    credentials=AudiosocketCredentials,
    checks=CHECKS,
    witnesses=WITNESSES,
    undo=undo,
    probes=("/tracks",),
    writer="app",
    places=Places().plus(parameters=("token",), members=("token", "value")),  # /disable is told a value
    conventions={
        "no server error": "AS-CODE-14",
        "error envelope": "AS-ENV-05",
        "error status": "AS-ENV-02",
        "error texts": "AS-ENV-03",
        "needs a token": "AS-AUTH-02",
    },
    makers={"id": lambda client, title: make_track(client, title)["id"]},
)
