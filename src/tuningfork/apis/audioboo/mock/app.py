"""The Audioboo mock server: the API as its documentation of late 2014 describes it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from tuningfork.apis.audioboo.mock.api_keys import CONSUMER, REVOCABLE, SERVICE
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.routes import ROUTES
from tuningfork.apis.audioboo.mock.seed import Seed
from tuningfork.mock.app import MEBIBYTE, Mock
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError


class AudioBoo(Mock, Parts):
    """The WSGI server. Each documented rule is a method of one of its parts (see `Parts`)."""

    body_limit = 200 * MEBIBYTE

    def __init__(self) -> None:
        Mock.__init__(self, "audioboo")
        Parts.__init__(self, self.clock)
        self.serve(ROUTES)
        self.restore()

    def settings(self, base_url: str) -> dict[str, Any]:
        """Return the table [targets.NAME.audioboo] for this mock."""
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
        """Restore the seed data; delete all tokens, nonces and sign-ins."""
        self.reset_parts()
        Seed(self).fill()

    def refuse(self, refusal: HttpError) -> Response:
        """Return the error response: the documented headers, and the same values in the envelope."""
        return self.errors.respond(refusal)

    def admit(self) -> Response | None:
        """Check the version, the format and the credentials of the request, in this order.

        Raises:
            HttpError: 4xx, one of them is not acceptable.
        """
        context = g.context = RequestContext(request)
        self.api_version.check(context)
        self.content_negotiation.check(context)
        self.request_parser.parse(context)
        self.authorization.identify_signer(context)
        self.authorization.require_user(context)
        self.jsonp.callback(request)
        return None

    def finish(self, response: Response) -> Response:
        """Wrap a JSON response in a call of `callback`, if the query has one (AB-ENV-07)."""
        name = request.args.get("callback", "")
        if request.method == "GET" and response.is_json and self.jsonp.is_name(name):
            self.jsonp.make_script(response, name)
        return response

    def has_json_form(self, path: str) -> bool:
        """Return True for the path of a resource: clients may append `.json` to it (Response Encoding)."""
        return not path.startswith(("/oauth/", f"{PATH}/"))

    def disable(self, kind: str, value: str) -> None:
        """Disable an access token, a service key or a source key."""
        if kind == "token":
            self.tokens.disable(value)
        elif kind in ("service_key", "source_key"):
            self.api_keys.disable(kind.removesuffix("_key"), value)
        else:
            raise ValueError("kind is token, service_key or source_key")
