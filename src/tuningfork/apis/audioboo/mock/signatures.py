"""OAuth 1.0a with HMAC-SHA1 and its body hash, verified with Authlib (RFC 5849, 3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from authlib.oauth1.rfc5849.signature import (
    hmac_sha1_signature,
    normalize_base_string_uri,
    normalize_parameters,
)
from authlib.oauth1.rfc5849.util import escape

from tuningfork.apis.audioboo.mock.api_keys import ApiKey, ApiKeys
from tuningfork.apis.audioboo.mock.nonces import Nonces
from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext
from tuningfork.apis.audioboo.mock.request_parsing import FORM
from tuningfork.apis.audioboo.mock.tokens import AccessToken, Token, Tokens
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

REQUIRED = (
    "oauth_consumer_key",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
)
EXCHANGE = "POST /oauth/access_token"
_SCHEME = re.compile(r"oauth\s+(.*)", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r'\s*([^\s=",]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|\Z)')


class Signatures:
    """Verifies OAuth signatures: who signed a request, and that it arrived as it was signed."""

    def __init__(self, api_keys: ApiKeys, tokens: Tokens, nonces: Nonces) -> None:
        self.api_keys = api_keys
        self.tokens = tokens
        self.nonces = nonces

    def header_parameters(self, context: RequestContext) -> list[Pair]:
        """Return the parameters of the Authorization header, without the realm (RFC 5849, 3.5.1).

        Raises:
            HttpError: 401 for another scheme, 400 for a malformed header.
        """
        text = context.request.headers.get("Authorization", "")
        if not text:
            return []
        scheme = _SCHEME.fullmatch(text)
        if scheme is None:
            raise HttpError(401, "The Authorization header is not of OAuth")
        return [pair for pair in self.parse_header(scheme[1]) if pair[0].lower() != "realm"]

    def parse_header(self, text: str) -> Iterator[Pair]:
        """Yield the names and values of a list `name="value", …`; raise HttpError 400 if it is malformed."""
        position = 0
        while position < len(text):
            parameter = _PARAMETER.match(text, position)
            if parameter is None:
                raise HttpError(400, "The Authorization header can not be read")
            yield unquote(parameter[1]), unquote(parameter[2])
            position = parameter.end()

    def parameter_sources(self, context: RequestContext) -> tuple[list[Pair], ...]:
        """Return the parameters of header, query and form: all may be signed (AB-SIGN-01, AB-SIGN-02)."""
        return self.header_parameters(context), context.query, context.form

    def protocol_parameters(self, context: RequestContext) -> dict[str, str]:
        """Return the OAuth parameters of a request; an empty dictionary if it is not signed.

        Raises:
            HttpError: 400, a parameter is repeated or they occur in two sources (RFC 5849, 3.1, 3.5).
        """
        sources = [
            [pair for pair in source if self.is_protocol_parameter(pair[0])]
            for source in self.parameter_sources(context)
        ]
        pairs = [pair for source in sources for pair in source]
        if len([source for source in sources if source]) > 1 or self.has_duplicates(pairs):
            raise HttpError(400, "Parameters of OAuth occur more than once")
        return dict(pairs)

    def is_protocol_parameter(self, name: str) -> bool:
        """Return True if a parameter belongs to OAuth."""
        return name.startswith("oauth_")

    def has_duplicates(self, pairs: list[Pair]) -> bool:
        """Return True if a name occurs twice (AB-SIGN-03)."""
        return any(count > 1 for count in Counter(name for name, _ in pairs).values())

    def verify(self, context: RequestContext) -> None:
        """Verify the signature of a request and set the context's key, viewer and protocol parameters.

        A request without a signature leaves the context unchanged.

        Raises:
            HttpError: 400 for a malformed signature, 401 for a wrong one.
        """
        protocol = self.protocol_parameters(context)
        if not protocol:
            return
        self.require_parameters(protocol)
        consumer = self.require_consumer(protocol["oauth_consumer_key"])
        token = self.require_token(context, protocol.get("oauth_token", ""), consumer)
        self.require_recent_timestamp(protocol)
        self.require_signature(context, protocol, consumer, token)
        self.require_body_hash(context, protocol)
        self.require_unused_nonce(protocol)
        context.key, context.protocol = consumer, protocol
        context.viewer = token.user if isinstance(token, AccessToken) else None

    def require_parameters(self, protocol: Mapping[str, str]) -> None:
        """Raise HttpError 400 for a missing parameter, another method or another version (AB-SIGN-03)."""
        if missing := [name for name in REQUIRED if not protocol.get(name)]:
            raise HttpError(400, f"{missing[0]} is missing")
        if protocol["oauth_signature_method"] != "HMAC-SHA1":
            raise HttpError(400, "Only HMAC-SHA1 is supported")
        if protocol.get("oauth_version", "1.0") != "1.0":
            raise HttpError(400, "oauth_version is not 1.0")

    def require_consumer(self, key: str) -> ApiKey:
        """Return the consumer with this key; raise HttpError 401 if it is unknown or disabled."""
        consumer = self.api_keys.find("consumer", key)
        if consumer is None or consumer.disabled:
            raise HttpError(401, "There is no such consumer")
        return consumer

    def require_token(self, context: RequestContext, text: str, consumer: ApiKey) -> Token | None:
        """Return the token that the consumer signs with, or None if the request names no token.

        Raises:
            HttpError: 401, the token is unknown or not usable by this consumer.
        """
        if not text:
            return None
        is_exchange = context.operation == EXCHANGE
        token = self.tokens.find_request_token(text) if is_exchange else self.tokens.find_access_token(text)
        if token is None or not self.tokens.is_usable(token, consumer):
            raise HttpError(401, "There is no such token")
        return token

    def require_recent_timestamp(self, protocol: Mapping[str, str]) -> None:
        """Raise HttpError 401 if the timestamp is far from the server's time (AB-SIGN-04)."""
        if not self.nonces.is_near_now(self.timestamp(protocol)):
            raise HttpError(401, "oauth_timestamp is too far from now")

    def timestamp(self, protocol: Mapping[str, str]) -> int:
        """Return oauth_timestamp in seconds since 1970; raise HttpError 400 if it is not a number."""
        timestamp = whole_number(protocol["oauth_timestamp"])
        if timestamp is None:
            raise HttpError(400, "oauth_timestamp is not a number")
        return timestamp

    def require_signature(
        self, context: RequestContext, protocol: Mapping[str, str], consumer: ApiKey, token: Token | None
    ) -> None:
        """Raise HttpError 401 if oauth_signature is not that of the request (AB-SIGN-03)."""
        text = self.base_string(context)
        expected = hmac_sha1_signature(text, consumer.secret, token.secret if token else "")
        if not self.are_equal(protocol["oauth_signature"], expected):
            raise HttpError(401, "The signature is wrong")

    def base_string(self, context: RequestContext) -> str:
        """Return the signed text (RFC 5849, 3.4.1); raise HttpError 400 if the Host header is malformed."""
        pairs = [
            pair
            for source in self.parameter_sources(context)
            for pair in source
            if pair[0] != "oauth_signature"
        ]
        try:
            uri = normalize_base_string_uri(context.url)
        except ValueError:
            raise HttpError(400, "The Host header can not be read") from None
        return "&".join(map(escape, (context.request.method, uri, normalize_parameters(pairs))))

    def are_equal(self, actual: str, expected: str) -> bool:
        """Compare two signatures in constant time."""
        return hmac.compare_digest(actual.encode(), expected.encode())

    def require_body_hash(self, context: RequestContext, protocol: Mapping[str, str]) -> None:
        """Check oauth_body_hash (AB-SIGN-05).

        Raises:
            HttpError: 401 if it is missing or of another body, 400 if the body is a form.
        """
        body_hash = protocol.get("oauth_body_hash")
        if body_hash is None:
            if self.needs_body_hash(context):
                raise HttpError(401, "oauth_body_hash is missing")
        elif context.request.mimetype == FORM:
            raise HttpError(400, "A form is signed itself, and has no oauth_body_hash")
        elif not self.are_equal(body_hash, self.body_hash(context)):
            raise HttpError(401, "oauth_body_hash is of another body")

    def needs_body_hash(self, context: RequestContext) -> bool:
        """Return True if the request has a body that the signature does not cover otherwise."""
        return context.request.mimetype != FORM and bool(context.request.get_data())

    def body_hash(self, context: RequestContext) -> str:
        """Return the SHA-1 of the body in base64 (OAuth Request Body Hash, 3.2)."""
        digest = hashlib.sha1(context.request.get_data()).digest()  # noqa: S324 - as the protocol says
        return base64.b64encode(digest).decode()

    def require_unused_nonce(self, protocol: Mapping[str, str]) -> None:
        """Raise HttpError 401 if the nonce was used before (AB-SIGN-04)."""
        consumer, token = protocol["oauth_consumer_key"], protocol.get("oauth_token", "")
        if not self.nonces.use(consumer, token, self.timestamp(protocol), protocol["oauth_nonce"]):
            raise HttpError(401, "oauth_nonce was used before")
