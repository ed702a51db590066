"""The private scheme: a SHA-1 over path, parameters and a secret (facts of Audioboo's own clients)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext

KINDS = ("service", "source")
SIGNED = "signed_"
UNSIGNED = frozenset({"version", "fmt", "callback"})
"""What needs no signature."""


class SigningScheme:
    """Judges requests of services and of the sources that they register."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def kind(self, call: RequestContext) -> str | None:
        """Whose key is said to have signed it; None where it is no request of this scheme."""
        names = {name for name, _ in call.parameters}
        return next((kind for kind in KINDS if names & set(self.protocol(kind))), None)

    def protocol(self, kind: str) -> tuple[str, str]:
        """The parameters that the scheme adds, unsigned."""
        return f"{kind}[key]", f"{kind}[signature]"

    def judge(self, call: RequestContext, kind: str) -> None:
        """Tell a call whose key has signed it, and leave it what was signed.

        Raises:
            HttpError: 400 for what is malformed, 401 for what is wrong.
        """
        key, signature = (self.one(call, name) for name in self.protocol(kind))
        found = self.need_key(kind, key)
        signed = [pair for pair in call.parameters if pair[0].startswith(SIGNED)]
        self.need_nothing_unsigned(call, kind)
        self.need_signature(call, found, signed, signature)
        self.need_time(kind, signed)
        call.key, call.viewer = found, found.user
        call.parameters = [(name.removeprefix(SIGNED), value) for name, value in signed]
        call.files = {name.removeprefix(SIGNED): file for name, file in call.files.items()}

    def one(self, call: RequestContext, name: str) -> str:
        """The only value of a parameter; HttpError 400."""
        values = call.texts(name)
        if len(values) != 1:
            raise HttpError(400, f"{name} stands there once")
        return values[0]

    def need_key(self, kind: str, text: str) -> ApiKey:
        """The key that signs; HttpError 401 for an unknown or a disabled one (AB-SIGN-09, AB-SIGN-11)."""
        key = self.mock.keys.find(kind, text)
        if key is None:
            raise HttpError(401, f"There is no such {kind}")
        if key.disabled:
            raise HttpError(self.disabled_status(), f"The {kind} is disabled")
        return key

    def disabled_status(self) -> int:
        """Of the answer to a key that signs no more (AB-SIGN-09)."""
        return 401

    def need_nothing_unsigned(self, call: RequestContext, kind: str) -> None:
        """HttpError 401 for a parameter or a file that no signature covers."""
        free = UNSIGNED.union(self.protocol(kind))
        names = [*(name for name, _ in call.parameters), *call.files]
        if any(not name.startswith(SIGNED) and name not in free for name in names):
            raise HttpError(401, "There is a parameter that is not signed")

    def need_signature(self, call: RequestContext, key: ApiKey, signed: list[Pair], signature: str) -> None:
        """HttpError 401 where anything is not as it was signed (AB-SIGN-11)."""
        if not hmac.compare_digest(signature.encode(), self.digest(call, key, signed).encode()):
            raise HttpError(401, "The signature is wrong")

    def digest(self, call: RequestContext, key: ApiKey, signed: list[Pair]) -> str:
        """The right signature."""
        return hashlib.sha1(self.text(call, key, signed)).hexdigest()  # noqa: S324 - as the scheme says

    def text(self, call: RequestContext, key: ApiKey, signed: list[Pair]) -> bytes:
        """What is hashed: path, parameters and the bytes of files by name, secret (AB-SIGN-08)."""
        values = [(name, value.encode()) for name, value in signed]
        values += [(name, self.content(call, name)) for name in call.files]
        pairs = [(name.removeprefix(SIGNED), value) for name, value in values]
        pairs.sort(key=lambda pair: pair[0].lower())
        joined = b"&".join(name.encode() + b"=" + value for name, value in pairs)
        return b":".join((call.path.encode(), joined, key.secret.encode()))

    def content(self, call: RequestContext, name: str) -> bytes:
        """The bytes of a file, which can be read again."""
        stream = call.files[name].stream
        content = stream.read()
        stream.seek(0)
        return content

    def need_time(self, kind: str, signed: list[Pair]) -> None:
        """HttpError 400 without a timestamp, 401 for one that is not about now."""
        timestamp = whole_number(dict(signed).get(f"{SIGNED}{kind}[timestamp]", ""))
        if timestamp is None:
            raise HttpError(400, f"{kind}[timestamp] is a number")
        if not self.mock.nonces.near(timestamp):
            raise HttpError(401, f"{kind}[timestamp] is too far from now")
