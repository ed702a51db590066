"""The server of the SoundCloud mock, as the API guide of early 2022 describes the API."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.soundcloud.mock.apps import FIRST, SECOND
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.routes import ROUTES
from tuningfork.apis.soundcloud.mock.seed import Seed
from tuningfork.mock.app import MEBIBYTE
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError

OPERATIONS_WITHOUT_JSONP = frozenset({"GET /connect", "POST /connect/consent", "POST /oauth2/token"})


class SoundCloud(SoundCloudParts):
    """The SoundCloud mock: `parts` has the rules, `routes` the handlers, `Seed` the data."""

    body_limit = 500 * MEBIBYTE

    def __init__(self) -> None:
        super().__init__("soundcloud")
        self.create_parts()
        self.serve(ROUTES)
        self.restore()

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the table [targets.NAME.soundcloud] of tuningfork.toml for this mock at `base_url`."""
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
        """Reset every part and store the seed data again."""
        for part in (
            self.tokens,
            self.codes,
            self.consent,
            self.rate_limits,
            self.users,
            self.tracks,
            self.playlists,
            self.comments,
            self.artwork_ids,
        ):
            part.reset()
        Seed(self.users, self.tracks, self.playlists, self.comments).create()

    def refuse(self, refusal: HttpError) -> Response:
        """Return the response for an error, in the documented envelope."""
        return self.errors.respond(refusal)

    def preflight(self) -> Response | None:
        """Return 204 with CORS headers for a preflight request, None for any other request (SC-CORS-02)."""
        if not self.cors.is_preflight(request):
            return None
        return Response(status=204, headers=dict(self.cors.preflight_headers()))

    def admit(self) -> Response | None:
        """Check the token, then its rights, then the Accept header of a request.

        Raises:
            HttpError: 401, 403 or 406 for a request that must not reach its handler.
        """
        context = g.context = RequestContext(request)
        if self.authorization.is_open(context.operation):
            return None
        context.token = self.authorization.require_token(context)
        if context.operation is not None:
            self.authorization.require_rights(context.operation, context.token)
            self.require_json(context)
        return None

    def require_json(self, context: RequestContext) -> None:
        """Raise HttpError 406 if the client does not accept JSON, 400 for an invalid `callback`."""
        if not self.authorization.accepts_json(context.request.headers.get("Accept", "")):
            raise HttpError(406)
        self.jsonp.callback(context.request)

    def finish(self, response: Response) -> Response:
        """Add the CORS headers, and wrap a successful response as JSONP if the request has a `callback`."""
        response.headers.update(self.cors.headers(response.status_code))
        if response.status_code == 200 and response.is_json and request.args.get("callback"):
            self._wrap_as_jsonp(response)
        return response

    def has_json_form(self, path: str) -> bool:
        """Return whether `path` also exists with the suffix `.json`, as it did before the guide of 2022."""
        return not path.startswith(("/connect", "/oauth2/", "/media/", f"{PATH}/"))

    def set_quota(self, bucket: str, used: int) -> None:
        """Set the number of used requests in the bucket `plays` or `by-client`."""
        self.rate_limits.set_count(bucket, used)

    def disable(self, kind: str, value: str) -> None:
        """Revoke an access token or a refresh token; ValueError for another kind than `token`."""
        if kind != "token":
            raise ValueError("kind is token")
        self.tokens.revoke(value)

    def _wrap_as_jsonp(self, response: Response) -> None:
        name = self.jsonp.callback(request)
        if name is not None and request.endpoint not in OPERATIONS_WITHOUT_JSONP:
            self.jsonp.make_script(response, name)
