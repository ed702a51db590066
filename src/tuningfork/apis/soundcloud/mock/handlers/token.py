"""POST /oauth2/token (https://developers.soundcloud.com/docs/api/guide#authentication)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call
from tuningfork.apis.soundcloud.mock.oauth import HEADERS, Asked
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

FORM = "application/x-www-form-urlencoded"


def issue(mock: SoundCloud, call: Call) -> Response:
    """A pair of tokens for a form, in which nothing stands twice (SC-TOKEN-16)."""
    form = call.request.form
    if call.request.mimetype != FORM or any(len(values) > 1 for values in form.listvalues()):
        raise Refusal(400, headers=HEADERS, body=mock.errors.oauth(400, "invalid_request"))
    authorization = call.request.headers.get("Authorization", "")
    return mock.oauth.token(Asked(form.to_dict(), call.request.remote_addr or "", authorization))
