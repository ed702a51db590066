"""What a user of each API has to send with a request, so that no judge is refused for a lack of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tuningfork.apis.audioboo.mock.api_keys import CONSUMER
from tuningfork.apis.audioboo.mock.seed import Seed as AudiobooSeed
from tuningfork.apis.soundcloud.mock.apps import FIRST
from tuningfork.apis.soundcloud.mock.seed import Seed as SoundCloudSeed


class OAuth1Keys(NamedTuple):
    """What signs requests (RFC 5849): the keys of the app, and the token of a user who has approved it."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str


class Access(NamedTuple):
    """What every request has: headers, a signature, and values of documented parameters."""

    headers: Mapping[str, str]
    signature: OAuth1Keys | None = None
    parameters: Mapping[str, str] = {}


def grant(name: str, mock: Any) -> Access:
    """Return the access of the first user, whose token a mock issues before it has a fault."""
    if name == "audiosocket":
        return Access({"Authorization": f"Bearer {mock.settings('')['token']}"})
    if name == "soundcloud":
        user = mock.users.find(SoundCloudSeed.FIRST.id)
        token = mock.tokens.issue(FIRST, user, mock.tokens.new_chain())
        parameters = {"client_id": FIRST.client_id, "redirect_uri": FIRST.redirect_uris[0]}
        return Access({"Authorization": f"OAuth {token.access_token}"}, parameters=parameters)
    issued = mock.tokens.issue_access_token(CONSUMER[0], mock.users.find(AudiobooSeed.FIRST.id))
    version = {"Accept": "application/json; version=1"}
    return Access(version, OAuth1Keys(*CONSUMER, issued.token, issued.secret))
