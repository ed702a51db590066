"""The private signing scheme of Audioboo's own clients: a SHA-1 over path, parameters and a secret."""

from __future__ import annotations

import hashlib
import hmac

from tuningfork.apis.audioboo.mock.api_keys import ApiKey, ApiKeys
from tuningfork.apis.audioboo.mock.nonces import Nonces
from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

KINDS = ("service", "source")
SIGNED = "signed_"
UNSIGNED = frozenset({"version", "fmt", "callback"})
"""Parameters that need no signature."""


class SigningScheme:
    """Verifies requests of services and of the sources that they register."""

    def __init__(self, api_keys: ApiKeys, nonces: Nonces) -> None:
        self.api_keys = api_keys
        self.nonces = nonces

    def key_kind(self, context: RequestContext) -> str | None:
        """Return the kind of key that the request is signed with; None if it does not use this scheme."""
        names = {name for name, _ in context.parameters}
        return next((kind for kind in KINDS if names & set(self.protocol_parameters(kind))), None)

    def protocol_parameters(self, kind: str) -> tuple[str, str]:
        """Return the names of the parameters that the scheme adds to a request, unsigned."""
        return f"{kind}[key]", f"{kind}[signature]"

    def verify(self, context: RequestContext, kind: str) -> None:
        """Verify the signature; set the context's key and viewer, and reduce its parameters to signed ones.

        Raises:
            HttpError: 400 for a malformed signature, 401 for a wrong one.
        """
        key_text, signature = (self.single_value(context, name) for name in self.protocol_parameters(kind))
        key = self.require_key(kind, key_text)
        signed = [pair for pair in context.parameters if pair[0].startswith(SIGNED)]
        self.require_all_signed(context, kind)
        self.require_signature(context, key, signed, signature)
        self.require_recent_timestamp(kind, signed)
        context.key, context.viewer = key, key.user
        context.parameters = [(name.removeprefix(SIGNED), value) for name, value in signed]
        context.files = {name.removeprefix(SIGNED): file for name, file in context.files.items()}

    def single_value(self, context: RequestContext, name: str) -> str:
        """Return the only value of a parameter; raise HttpError 400 if it does not occur exactly once."""
        values = context.texts(name)
        if len(values) != 1:
            raise HttpError(400, f"{name} does not occur exactly once")
        return values[0]

    def require_key(self, kind: str, text: str) -> ApiKey:
        """Return the signing key; raise HttpError if it is unknown or disabled (AB-SIGN-09, AB-SIGN-11)."""
        key = self.api_keys.find(kind, text)
        if key is None:
            raise HttpError(401, f"There is no such {kind}")
        if key.disabled:
            raise HttpError(self.disabled_key_status(), f"The {kind} is disabled")
        return key

    def disabled_key_status(self) -> int:
        """Return the status of the response to a disabled key (AB-SIGN-09)."""
        return 401

    def require_all_signed(self, context: RequestContext, kind: str) -> None:
        """Raise HttpError 401 if the signature does not cover every parameter and file."""
        allowed = UNSIGNED.union(self.protocol_parameters(kind))
        names = [*(name for name, _ in context.parameters), *context.files]
        if any(not name.startswith(SIGNED) and name not in allowed for name in names):
            raise HttpError(401, "There is a parameter that is not signed")

    def require_signature(
        self, context: RequestContext, key: ApiKey, signed: list[Pair], signature: str
    ) -> None:
        """Raise HttpError 401 if `signature` is not that of the request (AB-SIGN-11)."""
        expected = self.expected_signature(context, key, signed)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise HttpError(401, "The signature is wrong")

    def expected_signature(self, context: RequestContext, key: ApiKey, signed: list[Pair]) -> str:
        """Return the correct signature of the request."""
        return hashlib.sha1(self.base_string(context, key, signed)).hexdigest()  # noqa: S324 - as the scheme says

    def base_string(self, context: RequestContext, key: ApiKey, signed: list[Pair]) -> bytes:
        """Return the hashed text: path, parameters and file contents sorted by name, secret (AB-SIGN-08)."""
        values = [(name, value.encode()) for name, value in signed]
        values += [(name, self.file_content(context, name)) for name in context.files]
        pairs = [(name.removeprefix(SIGNED), value) for name, value in values]
        pairs.sort(key=lambda pair: pair[0].lower())
        joined = b"&".join(name.encode() + b"=" + value for name, value in pairs)
        return b":".join((context.path.encode(), joined, key.secret.encode()))

    def file_content(self, context: RequestContext, name: str) -> bytes:
        """Return the bytes of a file and rewind it, so that handlers can read it again."""
        stream = context.files[name].stream
        content = stream.read()
        stream.seek(0)
        return content

    def require_recent_timestamp(self, kind: str, signed: list[Pair]) -> None:
        """Raise HttpError 400 if the signed timestamp is missing, 401 if it is far from the server's time."""
        timestamp = whole_number(dict(signed).get(f"{SIGNED}{kind}[timestamp]", ""))
        if timestamp is None:
            raise HttpError(400, f"{kind}[timestamp] is not a number")
        if not self.nonces.is_near_now(timestamp):
            raise HttpError(401, f"{kind}[timestamp] is too far from now")
