"""The client's side of OAuth 1.0a (RFC 5849): requests signed by HMAC-SHA1, and the three legs to a token."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import requests_oauthlib
from oauthlib.oauth1 import Client
from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from tuningfork.auth.oauth2 import AuthError, WrongCredentials, redirect_parameters
from tuningfork.auth.response_text import read_text

Placement = Literal["header", "query", "body"]
SIGNATURE_TYPES = {"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}
OUT_OF_BAND = "oob"
"""The callback of an app that nobody can be sent back to (RFC 5849 2.1)."""

_FORM = "application/x-www-form-urlencoded"
_READABLE = "=&;:%+~,*@!()/?'$"


@dataclass(frozen=True, slots=True)
class Consumer:
    """An application as it was registered."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A request token or an access token, with the secret that signs for it."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, form: str) -> Self:
        """Take it out of the body of a token answer (RFC 5849 2.1, 2.3).

        Raises:
            AuthError: there is none in it.
        """
        found = parse_qs(form.strip())
        key, secret = (found.get(name, [""])[0] for name in ("oauth_token", "oauth_token_secret"))
        if not key:
            raise AuthError("the answer to a request for a token has no oauth_token")
        return cls(key, secret)


@dataclass(frozen=True, slots=True)
class OAuth1(AuthBase):
    """Signs each request by HMAC-SHA1 (RFC 5849 3).

    Args:
        consumer: the app.
        token: the key of a token; None signs for the app alone.
        token_secret: what belongs to it; None signs as if it were empty.
        placement: where the protocol parameters go; a body takes them only as a form (3.5.2).
        body_hash: whether a body that is no form is hashed into the signature (OAuth Request Body Hash).
        nonce: this one and no random one.
        timestamp: this one, in Unix seconds, and not the present.
        callback: where a user is sent back to, for a request token (2.1).
        verifier: what the user brought back, for an access token (2.3).
        said: protocol parameters in place of the usual ones, signed as they are; None leaves one out.
    """

    consumer: Consumer
    token: str | None = field(default=None, repr=False)
    token_secret: str | None = field(default=None, repr=False)
    placement: Placement = "header"
    body_hash: bool = True
    nonce: str | None = None
    timestamp: int | str | None = None
    callback: str | None = None
    verifier: str | None = field(default=None, repr=False)
    parameter_overrides: Mapping[str, str | None] = field(default_factory=dict, repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the protocol parameters; what no parser can read goes out as it is, signed without it.

        Raises:
            ValueError: the parameters are to go into a body, and there is none that takes them.
        """
        request.url = _readable(str(request.url))
        if self.placement == "body":
            return self._signer(None)(request)
        try:
            return self._signer(None)(request) if _is_form(request) else self._shared(request, request.url)
        except ValueError:
            return self._shared(request, request.url.partition("?")[0])

    def _shared(self, request: PreparedRequest, url: str) -> PreparedRequest:
        """Sign a URL and the hash of the body that is no form: the library would take any text for one."""
        signer = self._signer(_hash(request) if self.body_hash and not _is_form(request) else None)
        bare = PreparedRequest()
        bare.method, bare.url, bare.headers = request.method, url, CaseInsensitiveDict()
        signed = signer(bare)
        if self.placement == "query":
            request.url = signed.url
        else:
            request.headers["Authorization"] = signed.headers["Authorization"]
        return request

    def _signer(self, body_hash: str | None) -> requests_oauthlib.OAuth1:
        return requests_oauthlib.OAuth1(
            self.consumer.key,
            self.consumer.secret,
            self.token,
            self.token_secret,
            callback_uri=self.callback,
            verifier=self.verifier,
            signature_type=SIGNATURE_TYPES[self.placement],
            decoding=None,
            client_class=_Client,
            nonce=self.nonce,
            timestamp=None if self.timestamp is None else str(self.timestamp),
            said={"oauth_body_hash": body_hash, **self.parameter_overrides},
        )


@dataclass(frozen=True, slots=True)
class OAuth1Flow:
    """The way of one app to a user's token (RFC 5849 2): request token, the user's decision, access token."""

    session: Session = field(repr=False)
    base_url: str
    consumer: Consumer

    def fetch_request_token(self, callback: str = OUT_OF_BAND) -> Token:
        """A token to be authorized; AuthError if there is none."""
        return self._token("request_token", OAuth1(self.consumer, callback=callback))

    def check_consumer(self) -> None:
        """Ask for a request token with the signature in each place where RFC 5849 3.5 lets it be.

        Raises:
            WrongCredentials: each of them is answered 401, so that no fault of one placement is to blame.
        """
        signed = [OAuth1(self.consumer, callback=OUT_OF_BAND, placement=each) for each in get_args(Placement)]
        if all(self._asked("request_token", auth).status_code == 401 for auth in signed):
            raise WrongCredentials("the request token endpoint answered 401", "client")

    def authorize_url(self, token: Token) -> str:
        """The page where a user decides (RFC 5849 2.2)."""
        return f"{self._url('authorize')}?{urlencode({'oauth_token': token.key})}"

    def fetch_access_token(self, token: Token, verifier: str) -> Token:
        """A token for the user who approved; AuthError if there is none."""
        auth = OAuth1(self.consumer, token.key, token.secret, verifier=verifier)
        return self._token("access_token", auth)

    @staticmethod
    def parse_verifier(redirect: str) -> str:
        """What the redirect to a callback brings after an approval (RFC 5849 2.2).

        Raises:
            AuthError: it brings none.
        """
        if verifier := next(iter(redirect_parameters(redirect).get("oauth_verifier", [])), ""):
            return verifier
        raise AuthError("the redirect to the app brought no oauth_verifier")

    def _token(self, leg: str, auth: OAuth1) -> Token:
        answer = self._asked(leg, auth)
        if answer.status_code != 200:
            raise AuthError(f"the {leg.replace('_', ' ')} endpoint answered {answer.status_code}")
        return Token.parse(read_text(answer))

    def _asked(self, leg: str, auth: OAuth1) -> Response:
        return self.session.post(self._url(leg), auth=auth, allow_redirects=False)

    def _url(self, leg: str) -> str:
        return f"{self.base_url.rstrip('/')}/oauth/{leg}"


class _Client(Client):
    """Says what it is told to, a hash of the body among it, where the library hashes text only."""

    def __init__(self, *args: Any, said: Mapping[str, str | None], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._said = said

    def get_oauth_params(self, request: Any) -> list[tuple[str, str]]:
        """The protocol parameters of a request, but its signature."""
        usual: list[tuple[str, str]] = super().get_oauth_params(request)  # type: ignore[no-untyped-call]  # its stubs
        kept = [(name, value) for name, value in usual if name not in self._said]
        return kept + [(name, value) for name, value in self._said.items() if value is not None]

    def get_oauth_signature(self, request: Any) -> str:
        """Made as for the header: in a query or a body the library unescapes a token that has a %41 twice."""
        placement, self.signature_type = self.signature_type, SIGNATURE_TYPES["header"]
        try:
            return str(super().get_oauth_signature(request))  # type: ignore[no-untyped-call]  # its stubs
        finally:
            self.signature_type = placement


def _is_form(request: PreparedRequest) -> bool:
    return str(request.headers.get("Content-Type", "")).startswith(_FORM)


def _hash(request: PreparedRequest) -> str | None:
    """The hash of a body; None where there is none."""
    if not request.body:
        return None
    content = request.body.encode() if isinstance(request.body, str) else bytes(request.body)
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _readable(url: str) -> str:
    """The URL with its query escaped as oauthlib wants it, which says the same."""
    parts = urlsplit(url)
    return parts._replace(query=quote(parts.query, safe=_READABLE)).geturl() if parts.query else url
