"""Audioboo as its pages of late 2014 describe it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.audioboo.mock.api_keys import CONSUMER, REVOCABLE, SERVICE, ApiKeys
from tuningfork.apis.audioboo.mock.api_version import ApiVersion
from tuningfork.apis.audioboo.mock.attachments import Attachments
from tuningfork.apis.audioboo.mock.authorization import Authorization
from tuningfork.apis.audioboo.mock.clips import Clips
from tuningfork.apis.audioboo.mock.comments import Comments
from tuningfork.apis.audioboo.mock.consent import Consent
from tuningfork.apis.audioboo.mock.content_negotiation import ContentNegotiation
from tuningfork.apis.audioboo.mock.envelope import Envelope
from tuningfork.apis.audioboo.mock.errors import Errors
from tuningfork.apis.audioboo.mock.form_fields import FormFields
from tuningfork.apis.audioboo.mock.nonces import Nonces
from tuningfork.apis.audioboo.mock.pagination import Pagination
from tuningfork.apis.audioboo.mock.permissions import Permissions
from tuningfork.apis.audioboo.mock.playlists import Playlists
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.request_parsing import RequestParser
from tuningfork.apis.audioboo.mock.routes import ROUTES
from tuningfork.apis.audioboo.mock.seed import Seed
from tuningfork.apis.audioboo.mock.signatures import Signatures
from tuningfork.apis.audioboo.mock.signing_scheme import SigningScheme
from tuningfork.apis.audioboo.mock.tokens import Tokens
from tuningfork.apis.audioboo.mock.uploads import Uploads
from tuningfork.apis.audioboo.mock.users import Users
from tuningfork.mock.app import MEBIBYTE, Mock
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError
from tuningfork.mock.jsonp import Jsonp


class AudioBoo(Mock):
    """The server. Its parts are named for what they do; each rule is a method of one of them."""

    body_limit = 200 * MEBIBYTE

    def __init__(self) -> None:
        super().__init__("audioboo")
        self._make_parts()
        self.serve(ROUTES)
        self.restore()

    def _make_parts(self) -> None:
        self.inputs = RequestParser()
        self.versions = ApiVersion()
        self.formats = ContentNegotiation()
        self.jsonp = Jsonp()
        self.envelope = Envelope(self)
        self.errors = Errors(self)
        self.guard = Authorization(self)
        self.keys = ApiKeys(self)
        self.nonces = Nonces(self)
        self.private = SigningScheme(self)
        self.signatures = Signatures(self)
        self.tokens = Tokens(self)
        self.consent = Consent(self)
        self.fields = FormFields()
        self.rights = Permissions()
        self.pages = Pagination()
        self.uploads = Uploads(self)
        self.attachments = Attachments(self)
        self.users = Users(self)
        self.clips = Clips(self)
        self.comments = Comments(self)
        self.playlists = Playlists(self)

    def settings(self, base_url: str) -> dict[str, Any]:
        """[targets.NAME.audioboo]."""
        first, second = Seed.FIRST, Seed.SECOND
        return {
            "base_url": base_url,
            "controls": f"{base_url}{PATH}",
            "consumer_key": CONSUMER[0],
            "consumer_secret": CONSUMER[1],
            "service_key": SERVICE[0],
            "service_secret": SERVICE[1],
            "users": {
                "first": {"username": first.username, "password": first.password},
                "second": {"username": second.username, "password": second.password},
            },
            "given": {**Seed.GIVEN, "revocable_service_key": {"key": REVOCABLE[0], "secret": REVOCABLE[1]}},
        }

    def restore(self) -> None:
        """The seeded data, nobody signed in, no token, nothing counted."""
        for part in (
            self.keys,
            self.nonces,
            self.tokens,
            self.consent,
            self.users,
            self.clips,
            self.comments,
            self.playlists,
            self.attachments,
        ):
            part.reset()
        Seed(self).sow()

    def refuse(self, refusal: HttpError) -> Response:
        """The documented headers, and the same in the envelope."""
        return self.errors.answer(refusal)

    def admit(self) -> Response | None:
        """The version before all else; then what can be answered, and who asks."""
        call = g.call = RequestContext(self, request)
        self.versions.judge(call)
        self.formats.judge(call)
        self.inputs.read(call)
        self.guard.identify(call)
        self.guard.need_rights(call)
        self.jsonp.callback(request)
        return None

    def finish(self, response: Response) -> Response:
        """JSON-P where it is asked for (AB-ENV-07)."""
        name = request.args.get("callback", "")
        if request.method == "GET" and response.is_json and self.jsonp.is_name(name):
            self.jsonp.make_script(response, name)
        return response

    def has_json_form(self, path: str) -> bool:
        """Resources, as clients name the format in the path (Response Encoding)."""
        return not path.startswith(("/oauth/", f"{PATH}/"))

    def disable(self, kind: str, value: str) -> None:
        """An access token, or the key of a service or a source."""
        if kind == "token":
            self.tokens.disable(value)
        elif kind in ("service_key", "source_key"):
            self.keys.disable(kind.removesuffix("_key"), value)
        else:
            raise ValueError("kind is token, service_key or source_key")
