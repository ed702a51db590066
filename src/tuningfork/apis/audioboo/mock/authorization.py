"""Authorization: which operations need a signature, and of what kind."""

from __future__ import annotations

from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.signatures import Signatures
from tuningfork.apis.audioboo.mock.signing_scheme import SigningScheme
from tuningfork.mock.errors import HttpError

BROWSER_OPERATIONS = frozenset({"GET /oauth/authorize", "POST /oauth/authorize"})


class Authorization:
    """Identifies the signer of a request and checks that the operation's requirements are met."""

    def __init__(self, signatures: Signatures, signing_scheme: SigningScheme) -> None:
        self.signatures = signatures
        self.signing_scheme = signing_scheme

    def is_browser_page(self, operation: str | None) -> bool:
        """Return True for a page that users open in a browser, without a signature."""
        return operation in BROWSER_OPERATIONS

    def requires_user(self, operation: str | None) -> bool:
        """Return True for operations on the account and for all writes (AB-SIGN-10)."""
        if operation is None:
            return False
        method, _, path = operation.partition(" ")
        if path.startswith(("/oauth/", "/sources/")):
            return False
        return method != "GET" or path == "/account" or path.startswith("/account/")

    def identify_signer(self, context: RequestContext) -> None:
        """Verify the signature in either scheme, set the context's signer, drop OAuth's parameters.

        Raises:
            HttpError: 400 or 401, the signature is malformed or wrong.
        """
        if self.is_browser_page(context.operation):
            return
        self.signatures.verify(context)
        if kind := self.signing_scheme.key_kind(context):
            if context.key is not None:
                raise HttpError(400, "The request is signed in two schemes")
            self.signing_scheme.verify(context, kind)
        context.parameters = [
            pair for pair in context.parameters if not self.signatures.is_protocol_parameter(pair[0])
        ]

    def require_user(self, context: RequestContext) -> None:
        """Raise HttpError 401 if the operation requires a user and no user signed the request."""
        if self.requires_user(context.operation) and context.viewer is None:
            raise HttpError(401, "This needs the signature of a user")
