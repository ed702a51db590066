"""SoundCloud as its API guide of early 2022 describes it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.soundcloud.mock.apps import FIRST, SECOND, Apps
from tuningfork.apis.soundcloud.mock.call import Call
from tuningfork.apis.soundcloud.mock.codes import Codes
from tuningfork.apis.soundcloud.mock.comments import Comments
from tuningfork.apis.soundcloud.mock.consent import Consent
from tuningfork.apis.soundcloud.mock.cors import Cors
from tuningfork.apis.soundcloud.mock.errors import Errors
from tuningfork.apis.soundcloud.mock.guard import Guard
from tuningfork.apis.soundcloud.mock.inputs import Inputs
from tuningfork.apis.soundcloud.mock.limits import Limits
from tuningfork.apis.soundcloud.mock.oauth import Server
from tuningfork.apis.soundcloud.mock.operations import OPERATIONS
from tuningfork.apis.soundcloud.mock.pages import Pages
from tuningfork.apis.soundcloud.mock.permalinks import Permalinks
from tuningfork.apis.soundcloud.mock.playlists import Playlists
from tuningfork.apis.soundcloud.mock.search import Search
from tuningfork.apis.soundcloud.mock.seed import Seed
from tuningfork.apis.soundcloud.mock.streams import Streams
from tuningfork.apis.soundcloud.mock.tokens import Tokens
from tuningfork.apis.soundcloud.mock.tracks import Tracks
from tuningfork.apis.soundcloud.mock.uploads import Uploads
from tuningfork.apis.soundcloud.mock.users import Users
from tuningfork.mock.app import MEBIBYTE, Mock
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import Refusal
from tuningfork.mock.jsonp import Jsonp
from tuningfork.mock.state import Ids

NO_CALLBACK = frozenset({"GET /connect", "POST /connect/consent", "POST /oauth2/token"})


class SoundCloud(Mock):
    """The server. Its parts are named for what they do; each rule is a method of one of them."""

    body_limit = 500 * MEBIBYTE

    def __init__(self) -> None:
        super().__init__("soundcloud")
        self._make_parts()
        self.serve(OPERATIONS)
        self.restore()

    def _make_parts(self) -> None:
        self.errors = Errors()
        self.cors = Cors()
        self.jsonp = Jsonp()
        self.inputs = Inputs()
        self.streams = Streams()
        self.apps = Apps()
        self.artworks = Ids(900_001)
        self.guard = Guard(self)
        self.tokens = Tokens(self)
        self.codes = Codes(self)
        self.consent = Consent(self)
        self.limits = Limits(self)
        self.oauth = Server(self)
        self.pages = Pages(self)
        self.search = Search(self)
        self.uploads = Uploads(self)
        self.users = Users(self)
        self.tracks = Tracks(self)
        self.playlists = Playlists(self)
        self.comments = Comments(self)
        self.permalinks = Permalinks(self)

    def settings(self, base_url: str) -> dict[str, Any]:
        """[targets.NAME.soundcloud]."""
        first, second = Seed.FIRST, Seed.SECOND
        redirect_uri, custom_redirect_uri = FIRST.redirect_uris
        return {
            "base_url": base_url,
            "controls": f"{base_url}{PATH}",
            "client_id": FIRST.client_id,
            "client_secret": FIRST.client_secret,
            "redirect_uri": redirect_uri,
            "custom_redirect_uri": custom_redirect_uri,
            "second_app": {
                "client_id": SECOND.client_id,
                "client_secret": SECOND.client_secret,
                "redirect_uri": SECOND.redirect_uris[0],
            },
            "users": {
                "first": {"username": first.username, "password": first.password},
                "second": {"username": second.username, "password": second.password},
            },
            "given": dict(Seed.GIVEN),
        }

    def restore(self) -> None:
        """The seeded data, nobody signed in, no token, nothing counted."""
        for part in (
            self.tokens,
            self.codes,
            self.consent,
            self.limits,
            self.users,
            self.tracks,
            self.playlists,
            self.comments,
            self.artworks,
        ):
            part.reset()
        Seed(self).sow()

    def refuse(self, refusal: Refusal) -> Response:
        """The documented envelope."""
        return self.errors.answer(refusal)

    def preflight(self) -> Response | None:
        """204 to a browser's question (SC-CORS-02)."""
        if not self.cors.is_preflight(request):
            return None
        return Response(status=204, headers=dict(self.cors.preflight()))

    def admit(self) -> Response | None:
        """A token first, then rights, then what can be answered."""
        call = g.call = Call(request)
        if self.guard.open(call.operation):
            return None
        call.token = self.guard.need_token(call)
        if call.operation is not None:
            self.guard.need_rights(call.operation, call.token)
            self.need_json(call)
        return None

    def need_json(self, call: Call) -> None:
        """Refusal 406 where the client takes no JSON, 400 for a callback that is no name."""
        if not self.guard.accepts_json(call.request.headers.get("Accept", "")):
            raise Refusal(406)
        self.jsonp.callback(call.request)

    def finish(self, response: Response) -> Response:
        """CORS on everything, JSONP where it is asked for."""
        response.headers.update(self.cors.headers(response.status_code))
        if response.status_code == 200 and response.is_json and request.args.get("callback"):
            self._wrap(response)
        return response

    def has_json_form(self, path: str) -> bool:
        """Resources, as clients from before the guide of 2022 ask for them."""
        return not path.startswith(("/connect", "/oauth2/", "/media/", f"{PATH}/"))

    def set_quota(self, bucket: str, used: int) -> None:
        """`plays`, `by-client`."""
        self.limits.preset(bucket, used)

    def disable(self, kind: str, value: str) -> None:
        """An access or refresh token."""
        if kind != "token":
            raise ValueError("kind is token")
        self.tokens.revoke(value)

    def _wrap(self, response: Response) -> None:
        name = self.jsonp.callback(request)
        if name is not None and request.endpoint not in NO_CALLBACK:
            self.jsonp.make_script(response, name)
