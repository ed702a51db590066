"""`auth` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar import OperationValue, Pointer, RefusalValue, Text


class Login(Keys):
    """`login`: a request that returns a token for a name and a password."""

    request: OperationValue = Field(description="the operation that logs in")
    body: dict[str, Any] = Field({}, description="its body, with {username} and {password}")
    access: Pointer = Field("/access_token", description="where the response has the access token")
    refresh: Pointer | None = Field(None, description="where the response has the refresh token")
    expires: Pointer | None = Field(
        None, description="where the response has the lifetime of the access token"
    )
    unit: Literal["seconds", "milliseconds"] = Field("seconds", description="the unit of `expires`")


class Refresh(Keys):
    """`refresh`: a request that returns a new access token for a refresh token."""

    request: OperationValue = Field(description="the operation that refreshes")
    body: dict[str, Any] = Field({}, description="its body, with {refresh}")
    once: bool | None = Field(None, description="whether a refresh token works only once")
    grace: int = Field(0, ge=0, description="the seconds for which a used refresh token may still work")
    reuse: Literal["refused", "ends-family"] | None = Field(None, description="what a second use leads to")


class Logout(Keys):
    """`logout`: a request that ends a session."""

    request: OperationValue = Field(description="the operation that logs out")
    body: dict[str, Any] = Field({}, description="its body, with {access} and {refresh}")
    ends: list[Literal["access", "refresh"]] = Field([], description="the tokens that no longer work")


class Code(Keys):
    """`oauth2.code`: the authorization code."""

    once: bool | None = Field(None, description="whether a code works only once")
    lifetime: int | None = Field(None, gt=0, description="the seconds after which a code is refused")


class RefreshToken(Keys):
    """`oauth2.refresh`: the refresh token."""

    once: bool | None = Field(None, description="whether a refresh token works only once")
    grace: int = Field(0, ge=0, description="the seconds for which a used refresh token may still work")


class OAuth2(Keys):
    """`oauth2`: the endpoints and the rules of OAuth 2.0, with the names of RFC 8414."""

    authorization_endpoint: Text | None = Field(
        None, alias="authorization_endpoint", description="its path or URL"
    )
    token_endpoint: Text | None = Field(None, alias="token_endpoint", description="its path or URL")
    revocation_endpoint: Text | None = Field(None, alias="revocation_endpoint", description="its path or URL")
    introspection_endpoint: Text | None = Field(
        None, alias="introspection_endpoint", description="its path or URL"
    )
    grant_types_supported: list[Text] = Field(
        [], alias="grant_types_supported", description="the grant types"
    )
    token_endpoint_auth_methods_supported: list[Text] = Field(
        [], alias="token_endpoint_auth_methods_supported", description="how a client authenticates"
    )
    code_challenge_methods_supported: list[Text] = Field(
        [], alias="code_challenge_methods_supported", description="the methods of PKCE"
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
    no_store: bool | None = Field(None, description="whether a token response must not be stored")


class Auth(Group):
    """How requests are authenticated, and how requests without valid credentials are refused."""

    type: str = Field(
        "none",
        pattern="^(none|basic|bearer|api-key|login|oauth2|oauth1|python:.+)$",
        description="none, basic, bearer, api-key, login, oauth2, oauth1 or python:MODULE:NAME",
    )
    in_: Literal["header", "query", "cookie"] = Field("header", description="where the credentials are")
    name: Text = Field("Authorization", description="the name of the header, parameter or cookie")
    prefix: Text | None = Field(
        None, description="the scheme before the token; that of the type without this key"
    )
    also: list[Text] = Field([], description="further schemes that are accepted")
    optional: bool = Field(False, description="whether a request without credentials works")
    probe: OperationValue | None = Field(None, description="a read that shows whether credentials work")
    challenge: Text | None = Field(None, description="the scheme in the WWW-Authenticate of a 401")
    case: Literal["insensitive"] | None = Field(None, description="whether the case of the scheme matters")
    not_in: list[Literal["query", "form", "body"]] = Field(
        [], description="where credentials are not accepted"
    )
    names: list[Text] = Field([], description="the names of credentials in these places")
    missing: RefusalValue | None = Field(None, description="the refusal of a request without credentials")
    wrong: RefusalValue | None = Field(None, description="the refusal of wrong credentials")
    expired: RefusalValue | None = Field(None, description="the refusal of an expired token")
    revoked: RefusalValue | None = Field(None, description="the refusal of a revoked token")
    insufficient: RefusalValue | None = Field(None, description="the refusal of a token with too few rights")
    first: bool | None = Field(None, description="whether credentials are judged before anything else")
    login: Login | None = Field(None, description="how a user logs in")
    refresh: Refresh | None = Field(None, description="how a token is refreshed")
    logout: Logout | None = Field(None, description="how a session ends")
    oauth2: OAuth2 | None = Field(None, description="the endpoints and the rules of OAuth 2.0")


def claims(declared: Auth) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of auth brings."""
    if declared.missing is not None and declared.type != "none" and not declared.optional:
        yield GenericClaim(
            "AUTH-MISSING",
            f"A request without credentials is refused with {declared.missing}.",
            "RFC 9110, 15.5.2",
        )


CONVENTION = Convention("auth", "Authentication", Auth, claims)
