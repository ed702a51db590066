"""OAuth 1.0a with HMAC-SHA1 and its body hash, by Authlib (RFC 5849, 3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from authlib.oauth1.rfc5849.signature import (
    hmac_sha1_signature,
    normalize_base_string_uri,
    normalize_parameters,
)
from authlib.oauth1.rfc5849.util import escape

from tuningfork.apis.audioboo.mock.request_parsing import FORM
from tuningfork.apis.audioboo.mock.tokens import AccessToken
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext
    from tuningfork.apis.audioboo.mock.tokens import Token

NEEDED = ("oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
EXCHANGE = "POST /oauth/access_token"
_SCHEME = re.compile(r"oauth\s+(.*)", re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(r'\s*([^\s=",]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|\Z)')


class Signatures:
    """Judges who has signed a request, and whether what arrived is what was signed."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def header(self, call: RequestContext) -> list[Pair]:
        """The pairs of the Authorization header, without the realm (RFC 5849, 3.5.1).

        Raises:
            HttpError: 401 for another scheme, 400 for what can't be read.
        """
        text = call.request.headers.get("Authorization", "")
        if not text:
            return []
        scheme = _SCHEME.fullmatch(text)
        if scheme is None:
            raise HttpError(401, "The Authorization header is not of OAuth")
        return [pair for pair in self.fields(scheme[1]) if pair[0].lower() != "realm"]

    def fields(self, text: str) -> Iterator[Pair]:
        """The pairs of a list `name="value", …`; HttpError 400 for what is none."""
        at = 0
        while at < len(text):
            field = _FIELD.match(text, at)
            if field is None:
                raise HttpError(400, "The Authorization header can not be read")
            yield unquote(field[1]), unquote(field[2])
            at = field.end()

    def places(self, call: RequestContext) -> tuple[list[Pair], ...]:
        """Where the parameters of the protocol may stand (AB-SIGN-01, AB-SIGN-02)."""
        return self.header(call), call.query, call.form

    def protocol(self, call: RequestContext) -> dict[str, str]:
        """The parameters of the protocol; none where nobody has signed.

        Raises:
            HttpError: 400, they stand in two places or twice (RFC 5849, 3.1, 3.5).
        """
        found = [[pair for pair in place if self.is_protocol(pair[0])] for place in self.places(call)]
        pairs = [pair for place in found for pair in place]
        if len([place for place in found if place]) > 1 or self.repeated(pairs):
            raise HttpError(400, "Parameters of OAuth stand there more than once")
        return dict(pairs)

    def is_protocol(self, name: str) -> bool:
        """Whether a parameter belongs to OAuth."""
        return name.startswith("oauth_")

    def repeated(self, pairs: list[Pair]) -> bool:
        """Whether a name stands there twice (AB-SIGN-03)."""
        return any(count > 1 for count in Counter(name for name, _ in pairs).values())

    def judge(self, call: RequestContext) -> None:
        """Tell a call who has signed it; nobody, if it is not signed.

        Raises:
            HttpError: 400 for what is malformed, 401 for what is wrong.
        """
        protocol = self.protocol(call)
        if not protocol:
            return
        self.need_form(protocol)
        consumer = self.consumer(protocol["oauth_consumer_key"])
        token = self.token(call, protocol.get("oauth_token", ""), consumer)
        self.need_time(protocol)
        self.need_signature(call, protocol, consumer, token)
        self.need_body(call, protocol)
        self.need_new(protocol)
        call.key, call.protocol = consumer, protocol
        call.viewer = token.user if isinstance(token, AccessToken) else None

    def need_form(self, protocol: Mapping[str, str]) -> None:
        """HttpError 400 for a signature that lacks something or is of another kind (AB-SIGN-03)."""
        if missing := [name for name in NEEDED if not protocol.get(name)]:
            raise HttpError(400, f"{missing[0]} is missing")
        if protocol["oauth_signature_method"] != "HMAC-SHA1":
            raise HttpError(400, "Only HMAC-SHA1 is understood")
        if protocol.get("oauth_version", "1.0") != "1.0":
            raise HttpError(400, "oauth_version is 1.0")

    def consumer(self, key: str) -> ApiKey:
        """The consumer of a key; HttpError 401."""
        consumer = self.mock.keys.find("consumer", key)
        if consumer is None or consumer.disabled:
            raise HttpError(401, "There is no such consumer")
        return consumer

    def token(self, call: RequestContext, text: str, consumer: ApiKey) -> Token | None:
        """The token that a consumer signs with, if it names any; HttpError 401 for one that is not good."""
        if not text:
            return None
        tokens = self.mock.tokens
        token = tokens.find_request(text) if call.operation == EXCHANGE else tokens.find(text)
        if token is None or not tokens.good(token, consumer):
            raise HttpError(401, "There is no such token")
        return token

    def need_time(self, protocol: Mapping[str, str]) -> None:
        """HttpError 401 for a timestamp that is not about now (AB-SIGN-04)."""
        if not self.mock.nonces.near(self.timestamp(protocol)):
            raise HttpError(401, "oauth_timestamp is too far from now")

    def timestamp(self, protocol: Mapping[str, str]) -> int:
        """Seconds since 1970; HttpError 400 for no number."""
        timestamp = whole_number(protocol["oauth_timestamp"])
        if timestamp is None:
            raise HttpError(400, "oauth_timestamp is no number")
        return timestamp

    def need_signature(
        self, call: RequestContext, protocol: Mapping[str, str], consumer: ApiKey, token: Token | None
    ) -> None:
        """HttpError 401 where anything is not as it was signed (AB-SIGN-03)."""
        text = self.base_string(call)
        right = hmac_sha1_signature(text, consumer.secret, token.secret if token else "")
        if not self.same(protocol["oauth_signature"], right):
            raise HttpError(401, "The signature is wrong")

    def base_string(self, call: RequestContext) -> str:
        """What is signed (RFC 5849, 3.4.1); HttpError 400 where the request's host is no host."""
        pairs = [pair for place in self.places(call) for pair in place if pair[0] != "oauth_signature"]
        try:
            uri = normalize_base_string_uri(call.url)
        except ValueError:
            raise HttpError(400, "The Host header can not be read") from None
        return "&".join(map(escape, (call.request.method, uri, normalize_parameters(pairs))))

    def same(self, given: str, right: str) -> bool:
        """Whether two signatures are one, letter by letter."""
        return hmac.compare_digest(given.encode(), right.encode())

    def need_body(self, call: RequestContext, protocol: Mapping[str, str]) -> None:
        """HttpError 401 for a body that was not signed, 400 for a hash of a form (AB-SIGN-05)."""
        given = protocol.get("oauth_body_hash")
        if given is None:
            if self.needs_hash(call):
                raise HttpError(401, "oauth_body_hash is missing")
        elif call.request.mimetype == FORM:
            raise HttpError(400, "A form is signed itself, and has no oauth_body_hash")
        elif not self.same(given, self.body_hash(call)):
            raise HttpError(401, "oauth_body_hash is of another body")

    def needs_hash(self, call: RequestContext) -> bool:
        """Whether nothing else would sign the body."""
        return call.request.mimetype != FORM and bool(call.request.get_data())

    def body_hash(self, call: RequestContext) -> str:
        """The SHA-1 of the body (OAuth Request Body Hash, 3.2)."""
        return base64.b64encode(hashlib.sha1(call.request.get_data()).digest()).decode()  # noqa: S324 - as the protocol says

    def need_new(self, protocol: Mapping[str, str]) -> None:
        """HttpError 401 for a signature that was used (AB-SIGN-04)."""
        consumer, token = protocol["oauth_consumer_key"], protocol.get("oauth_token", "")
        if not self.mock.nonces.take(consumer, token, self.timestamp(protocol), protocol["oauth_nonce"]):
            raise HttpError(401, "oauth_nonce was used before")
