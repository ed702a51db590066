"""`auth.login`, `auth.refresh` and `auth.logout` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import GenericClaim, Keys
from tuningfork.conventions.grammar.locations import Pointer
from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue

CLOCK = ("control:clock",)


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
    wrong: RefusalValue | None = Field(None, description="the refusal of a wrong password")
    alike: bool | None = Field(
        None, description="whether an unknown name and a wrong password are refused alike"
    )


class Refresh(Keys):
    """`refresh`: a request that returns a new access token for a refresh token."""

    request: OperationValue = Field(description="the operation that refreshes")
    body: dict[str, Any] = Field({}, description="its body, with {refresh}")
    access: Pointer | None = Field(
        None, description="where the response has the access token; where that of a login has it by default"
    )
    refresh: Pointer | None = Field(
        None, description="where the response has the refresh token; where that of a login has it by default"
    )
    wrong: RefusalValue | None = Field(None, description="the refusal of an unknown refresh token")
    once: bool | None = Field(
        None, description="whether a refresh token works only once; false allows it and brings no claim"
    )
    grace: int = Field(0, ge=0, description="the seconds for which a used refresh token may still work")
    reuse: Literal["refused", "ends-family"] | None = Field(
        None, description="what a second use leads to; `refused` says that the other tokens still work"
    )


class Logout(Keys):
    """`logout`: a request that ends a session."""

    request: OperationValue = Field(description="the operation that logs out")
    body: dict[str, Any] = Field({}, description="its body, with {access} and {refresh}")
    ends: list[Literal["access", "refresh"]] = Field([], description="the tokens that no longer work")


def login_claims(login: Login) -> Iterator[GenericClaim]:
    """Yield the claims that `login` brings."""
    members = [f"an access token at {login.access}"]
    members += [f"a refresh token at {login.refresh}"] if login.refresh is not None else []
    members += [f"its lifetime in {login.unit} at {login.expires}"] if login.expires is not None else []
    yield _claim("LOGIN-WORKS", f"{login.request} returns {', '.join(members)}; the access token works.")
    if login.wrong is not None:
        yield _claim("LOGIN-WRONG", f"A login with a wrong password is refused with {login.wrong}.")
    if login.alike:
        yield _claim(
            "LOGIN-ALIKE",
            "A login with an unknown name is refused like one with a wrong password.",
            "OWASP ASVS 5.0, 6.3.8",
        )
    if login.expires is not None:
        yield _claim(
            "AUTH-LIFETIME",
            "An access token works for half of the lifetime in the response of the login.",
            needs=CLOCK,
        )


def refresh_claims(refresh: Refresh) -> Iterator[GenericClaim]:
    """Yield the claims that `refresh` brings."""
    yield _claim("REFRESH-WORKS", f"{refresh.request} returns an access token that works.")
    if refresh.wrong is not None:
        yield _claim("REFRESH-WRONG", f"An unknown refresh token is refused with {refresh.wrong}.")
    if refresh.once:
        within = f", at the latest {refresh.grace} seconds later" if refresh.grace else ""
        needs = CLOCK if refresh.grace else ()
        yield _claim(
            "REFRESH-ONCE", f"A used refresh token is refused{within}.", "RFC 9700, 2.2.2", needs=needs
        )
        yield _claim("REFRESH-CHAIN", "The refresh token of a refresh works in its turn.", "RFC 6749, 6")
    if refresh.once and not refresh.grace:
        number = "at most one" if refresh.reuse == "ends-family" else "one"
        promise = f"Of several refreshes at the same moment {number} succeeds."
        yield _claim("REFRESH-RACE", promise, "RFC 9700, 2.2.2")
    if refresh.reuse is not None:
        outcome = (
            "ends the whole session" if refresh.reuse == "ends-family" else "leaves the new tokens valid"
        )
        yield _claim("REFRESH-REUSE", f"The second use of a refresh token {outcome}.", "RFC 9700, 4.14.2")


def logout_claims(logout: Logout) -> Iterator[GenericClaim]:
    """Yield the claims that `logout` brings."""
    if logout.ends:
        ended = " and ".join(f"the {token} token" for token in logout.ends)
        yield _claim("LOGOUT", f"After {logout.request} {ended} no longer works.")


def _claim(
    id_: str, promise: str, source: str = "conventions.yaml", needs: tuple[str, ...] = ()
) -> GenericClaim:
    """Return a claim about the sessions of the whole API."""
    return GenericClaim(id_, promise, source, needs=("login", "write", *needs), is_of_api=True)
