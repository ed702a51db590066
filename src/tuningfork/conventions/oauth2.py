"""`auth.oauth2` in conventions.yaml: the endpoints and rules of OAuth 2.0, with the names of RFC 8414."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import GenericClaim, Keys
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.model import Level

CLIENT, CLOCK = ("given:client_id", "write"), ("control:clock",)
LOGIN = (*CLIENT, "login")


class Code(Keys):
    """`oauth2.code`: the authorization code."""

    once: bool | None = Field(
        None, description="whether a code works only once; false allows it and brings no claim"
    )
    lifetime: int | None = Field(None, gt=0, description="the seconds after which a code is refused")


class RefreshToken(Keys):
    """`oauth2.refresh`: the refresh token."""

    once: bool | None = Field(
        None, description="whether a refresh token works only once; false allows it and brings no claim"
    )
    grace: int = Field(0, ge=0, description="the seconds for which a used refresh token may still work")


def _endpoint(name: str) -> Text | None:
    """Return the field of an endpoint."""
    field: Text | None = Field(None, alias=name, description="its path or URL")
    return field


def _listed(name: str, description: str) -> list[Text]:
    """Return the field of a list that has the name of a property of RFC 8414."""
    field: list[Text] = Field([], alias=name, description=description)
    return field


class OAuth2(Keys):
    """`oauth2`: the endpoints and the rules of OAuth 2.0, with the names of RFC 8414."""

    authorization_endpoint: Text | None = _endpoint("authorization_endpoint")
    token_endpoint: Text | None = _endpoint("token_endpoint")
    revocation_endpoint: Text | None = _endpoint("revocation_endpoint")
    introspection_endpoint: Text | None = _endpoint("introspection_endpoint")
    grant_types_supported: list[Text] = _listed("grant_types_supported", "the grant types")
    token_endpoint_auth_methods_supported: list[Text] = _listed(
        "token_endpoint_auth_methods_supported",
        "how a client authenticates: client_secret_post and client_secret_basic are judged",
    )
    code_challenge_methods_supported: list[Text] = _listed(
        "code_challenge_methods_supported", "the methods of PKCE: S256 and plain are judged"
    )
    metadata: Text | None = Field(None, description="the path of the document of RFC 8414")
    code: Code = Field(default_factory=Code, description="the authorization code")
    refresh: RefreshToken = Field(default_factory=RefreshToken, description="the refresh token")
    lifetime: list[int] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="the least and the most seconds that an access token lives",
    )
    no_store: bool | None = Field(
        None, description="whether a token response must not be stored; false brings no claim"
    )

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The paths or URLs of the declared endpoints and of the metadata."""
        found = (
            self.authorization_endpoint,
            self.token_endpoint,
            self.revocation_endpoint,
            self.introspection_endpoint,
            self.metadata,
        )
        return tuple(endpoint for endpoint in found if endpoint is not None)


def oauth2_claims(oauth2: OAuth2) -> Iterator[GenericClaim]:
    """Yield the claims that `oauth2` brings."""
    if oauth2.token_endpoint is not None:
        yield from _token_claims(oauth2)
    if oauth2.authorization_endpoint is not None and "authorization_code" in oauth2.grant_types_supported:
        yield from _code_claims(oauth2)
    if oauth2.refresh.once:
        within = f", at the latest {oauth2.refresh.grace} seconds later" if oauth2.refresh.grace else ""
        needs = (*LOGIN, *CLOCK) if oauth2.refresh.grace else LOGIN
        promise = f"A used refresh token is refused{within}."
        yield _claim("OAUTH2-REFRESH-ONCE", promise, "RFC 9700, 2.2.2", needs)
    if oauth2.revocation_endpoint is not None:
        promise = "Revoking an unknown token returns 200; a revoked token no longer works."
        yield _claim("OAUTH2-REVOKE", promise, "RFC 7009, 2.2")
    if oauth2.introspection_endpoint is not None:
        promise = "Introspection says that a valid token is active, and that an unknown one is not."
        yield _claim("OAUTH2-INTROSPECT", promise, "RFC 7662, 2.2")
    if oauth2.metadata is not None:
        promise = "The metadata have an issuer, and the declared endpoints and methods."
        yield _claim("OAUTH2-METADATA", promise, "RFC 8414, 2", ())


def _token_claims(oauth2: OAuth2) -> Iterator[GenericClaim]:
    """Yield the claims about the token endpoint."""
    grants = " and ".join(oauth2.grant_types_supported)
    if oauth2.grant_types_supported:
        promise = f"The token response to {grants} has access_token and token_type; the token works."
        yield _claim("OAUTH2-TOKEN", promise, "RFC 6749, 5.1")
    if oauth2.no_store:
        promise = "A token response has Cache-Control: no-store."
        yield _claim("OAUTH2-NO-STORE", promise, "RFC 6749, 5.1")
    if oauth2.lifetime is not None:
        least, most = oauth2.lifetime
        yield _claim("OAUTH2-LIFETIME", f"expires_in is between {least} and {most}.")
    if methods := oauth2.token_endpoint_auth_methods_supported:
        promise = f"A client can authenticate by {' and by '.join(methods)}."
        yield _claim("OAUTH2-CLIENT-AUTH", promise, "RFC 8414, 2")
    promise = "An unknown client and a wrong secret are refused with 400 or 401 and invalid_client."
    yield _claim("OAUTH2-CLIENT", promise, "RFC 6749, 5.2")
    promise = "A token request with an unknown grant_type, or without one, is refused with 400."
    yield _claim("OAUTH2-GRANT", promise, "RFC 6749, 5.2")


def _code_claims(oauth2: OAuth2) -> Iterator[GenericClaim]:
    """Yield the claims about the authorization code."""
    if oauth2.code.once:
        yield _claim("OAUTH2-CODE-ONCE", "A used code is refused.", "RFC 6749, 4.1.2", LOGIN)
    if oauth2.code.lifetime is not None:
        promise = f"A code is refused after {oauth2.code.lifetime} seconds, and works before half of them."
        yield _claim("OAUTH2-CODE-LIFETIME", promise, "RFC 6749, 4.1.2", (*LOGIN, *CLOCK), Level.SHOULD)
    promise = "A code is refused with a redirect_uri other than that of the authorization request."
    yield _claim("OAUTH2-CODE-BOUND", promise, "RFC 6749, 4.1.3", LOGIN)
    promise = "An authorization request with an unregistered redirect_uri is not redirected there."
    yield _claim("OAUTH2-REDIRECT", promise, "RFC 6749, 4.1.2.1", CLIENT)
    promise = "The redirect after an approval has the state of the authorization request unchanged."
    yield _claim("OAUTH2-STATE", promise, "RFC 6749, 4.1.2", LOGIN)
    if methods := oauth2.code_challenge_methods_supported:
        promise = f"A code with a challenge ({' or '.join(methods)}) needs the verifier of the challenge."
        yield _claim("OAUTH2-PKCE", promise, "RFC 7636, 4.6", LOGIN)


def _claim(
    id_: str,
    promise: str,
    source: str = "conventions.yaml",
    needs: tuple[str, ...] = CLIENT,
    level: Level = Level.MUST,
) -> GenericClaim:
    """Return a claim about the OAuth 2.0 endpoints of the API."""
    return GenericClaim(id_, promise, source, level, needs, is_of_api=True)
