"""`auth` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.oauth1 import OAuth1, oauth1_claims
from tuningfork.conventions.oauth2 import OAuth2, oauth2_claims
from tuningfork.conventions.sessions import (
    Login,
    Logout,
    Refresh,
    login_claims,
    logout_claims,
    refresh_claims,
)

if TYPE_CHECKING:
    from tuningfork.conventions.declaration import Declaration

PREFIXES = {"basic": "Basic", "api-key": "", "oauth1": "OAuth"}
"""The scheme before the credential by type; that of any other type is Bearer."""
WRONG = "an altered, an empty or a longer one, or one with another scheme or without its scheme"
ALIKE = "with an existing and an absent id, with a valid and an invalid body"


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
    also: list[Text] = Field(
        [], description="further schemes that are accepted; '' is the token without a scheme"
    )
    optional: bool = Field(False, description="whether a request without credentials works")
    probe: OperationValue | None = Field(
        None, description="a read that shows whether credentials work; it gets every kind of wrong ones"
    )
    challenge: Text | None = Field(None, description="the scheme in the WWW-Authenticate of a 401")
    case: Literal["insensitive"] | None = Field(None, description="whether the case of the scheme matters")
    not_in: list[Literal["query", "form", "body"]] = Field(
        [], description="where credentials are not accepted"
    )
    names: list[Text] = Field([], description="the names of credentials in these locations")
    missing: RefusalValue | None = Field(None, description="the refusal of a request without credentials")
    wrong: RefusalValue | None = Field(None, description=f"the refusal of wrong credentials: {WRONG}")
    expired: RefusalValue | None = Field(None, description="the refusal of an expired token")
    revoked: RefusalValue | None = Field(None, description="the refusal of a revoked token")
    insufficient: RefusalValue | None = Field(
        None,
        description="the refusal of a token with too few rights; not judged, `roles` are",
    )
    first: bool | None = Field(
        None,
        description="whether credentials are judged before ids and bodies; false brings no claim",
    )
    login: Login | None = Field(None, description="how a user logs in")
    refresh: Refresh | None = Field(None, description="how a token is refreshed")
    logout: Logout | None = Field(None, description="how a session ends")
    oauth1: OAuth1 | None = Field(None, description="the endpoints and the rules of OAuth 1.0a")
    oauth2: OAuth2 | None = Field(None, description="the endpoints and the rules of OAuth 2.0")

    @property
    def scheme(self) -> str:
        """The scheme before the credential; empty without one."""
        return PREFIXES.get(self.type, "Bearer") if self.prefix is None else self.prefix

    @property
    def has_constant_credentials(self) -> bool:
        """Whether each request has the same credentials, and not a signature or what Python code returns."""
        return self.type != "oauth1" and not self.type.startswith("python:")

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The paths or URLs of the declared endpoints of OAuth."""
        return tuple(
            path for each in (self.oauth1, self.oauth2) if each is not None for path in each.endpoints
        )

    @property
    def is_public(self) -> bool:
        """Whether requests need no credentials and none are judged."""
        return self.type == "none"


def claims(declared: Auth) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of auth brings."""
    if declared.is_public:
        yield GenericClaim("AUTH-PUBLIC", "A request without credentials is not refused for that.")
        return
    yield GenericClaim("AUTH-ACCEPTED", f"A request with valid credentials {_where(declared)} is accepted.")
    yield from _refusals(declared)
    if declared.case is not None and declared.scheme and not declared.type.startswith("python:"):
        promise = f"The case of the scheme {declared.scheme} does not matter."
        yield GenericClaim("AUTH-SCHEME-CASE", promise, "RFC 9110, 11.1")
    if declared.has_constant_credentials:
        yield from _locations(declared)
    if declared.login is not None:
        yield from login_claims(declared.login)
    if declared.refresh is not None:
        yield from refresh_claims(declared.refresh)
    if declared.logout is not None:
        yield from logout_claims(declared.logout)
    if declared.oauth2 is not None:
        yield from oauth2_claims(declared.oauth2)
    if declared.type == "oauth1":
        yield from oauth1_claims(declared.wrong, declared.oauth1)


def _refusals(declared: Auth) -> Iterator[GenericClaim]:
    """Yield the claims about requests without valid credentials."""
    if declared.optional:
        yield GenericClaim("AUTH-OPTIONAL", "A request without credentials works.")
    elif declared.missing is not None:
        promise = f"A request without credentials is refused with {declared.missing}."
        yield GenericClaim("AUTH-MISSING", promise, "RFC 9110, 15.5.2")
    if declared.wrong is not None and declared.type != "oauth1":
        promise = f"A request with wrong credentials ({WRONG}) is refused with {declared.wrong}."
        yield GenericClaim("AUTH-WRONG", promise, "RFC 9110, 15.5.2")
    if declared.missing is not None or declared.wrong is not None:
        yield GenericClaim("AUTH-UNCHANGED", "A refused write changes nothing.", needs=("write",))
    if declared.first:
        yield GenericClaim("AUTH-FIRST", f"Requests without valid credentials are refused alike {ALIKE}.")
    if declared.expired is not None:
        promise = f"An expired token is refused with {declared.expired}."
        yield GenericClaim("AUTH-EXPIRED", promise, is_of_api=True)
    if declared.revoked is not None:
        promise = f"A revoked token is refused with {declared.revoked}."
        needs = ("given:revocable_token", "control:disable")
        yield GenericClaim("AUTH-REVOKED", promise, needs=needs, is_of_api=True)


def _locations(declared: Auth) -> Iterator[GenericClaim]:
    """Yield the claims about where and how credentials are sent."""
    if declared.challenge is not None:
        promise = f"A 401 has a WWW-Authenticate with the scheme {declared.challenge}."
        yield GenericClaim("AUTH-CHALLENGE", promise, "RFC 9110, 15.5.2")
    if declared.not_in and declared.names:
        promise = f"Credentials as {' or '.join(declared.names)} in {' or '.join(declared.not_in)}"
        yield GenericClaim("AUTH-NOT-IN", f"{promise} are not accepted.", "RFC 6750, 2.3")
    if declared.also:
        schemes = " and ".join(scheme or "without a scheme" for scheme in declared.also)
        yield GenericClaim("AUTH-ALSO", f"Credentials are also accepted with {schemes}.")


def _where(declared: Auth) -> str:
    """Return where credentials are, in words."""
    scheme = f" as {declared.scheme}" if declared.scheme and declared.in_ == "header" else ""
    return f"in the {declared.in_} {declared.name}{scheme}"


def needs_token(declaration: Declaration, declared: Auth, operation: OperationLike) -> bool:
    """Return whether an operation is judged: not one that logs in, refreshes or is an endpoint of OAuth."""
    return declared.is_public or not issues_tokens(declared, operation)


def issues_tokens(declared: Auth, operation: OperationLike) -> bool:
    """Return whether an operation logs in, refreshes or is an endpoint of OAuth: it needs no token."""
    requests = [each.request for each in (declared.login, declared.refresh) if each is not None]
    is_session = any(request.matches(operation) for request in requests)
    return is_session or operation.path in declared.endpoints


CONVENTION = Convention("auth", "Authentication", Auth, claims, applies=needs_token)
