"""The client of OAuth 1.0a (RFC 5849): HMAC-SHA1 signatures and the three steps to a user's token."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast, get_args
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import requests_oauthlib
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, Client
from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from tuningfork.auth.oauth2 import AuthError, WrongCredentials, redirect_parameters
from tuningfork.auth.response_text import read_text
from tuningfork.auth.signing import describe_oauth1

Placement = Literal["header", "query", "body"]
SIGNATURE_TYPES = {"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}
STEPS = ("request_token", "authorize", "access_token")
ENDPOINTS = ("/oauth/request_token", "/oauth/authorize", "/oauth/access_token")
OUT_OF_BAND = "oob"
"""The callback of an app without a redirect URI (RFC 5849 2.1)."""

_FORM = "application/x-www-form-urlencoded"
_QUERY_CHARACTERS = "=&;:%+~,*@!()/?'$"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A registered application."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A request token or an access token with its secret."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, form: str) -> Self:
        """Return the token in the form-encoded body of a token response (RFC 5849 2.1, 2.3).

        Raises:
            AuthError: the body has no oauth_token.
        """
        parameters = parse_qs(form.strip())
        key, secret = (parameters.get(name, [""])[0] for name in ("oauth_token", "oauth_token_secret"))
        if not key:
            raise AuthError("the token response has no oauth_token")
        return cls(key, secret)


@dataclass(frozen=True, slots=True)
class OAuth1(AuthBase):
    """Signs each request with HMAC-SHA1 (RFC 5849 3).

    Args:
        consumer: the app.
        token: the key of a token; None signs for the app alone.
        token_secret: the secret of the token; None signs with an empty one.
        placement: where the protocol parameters are sent; only a form body can contain them (3.5.2).
        body_hash: whether to sign the hash of a body that is not a form (OAuth Request Body Hash).
        nonce: a fixed nonce; None generates one.
        timestamp: a fixed Unix time; None uses the current time.
        callback: the redirect URI, for a request token (2.1).
        verifier: the verifier of the user's approval, for an access token (2.3).
        parameter_overrides: protocol parameters that replace the default ones before signing; None omits one.
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
        """Sign a request; a query or form that oauthlib can't parse is sent, but left out of the signature.

        The request gets the attribute `signing`, which says how it was signed.

        Raises:
            ValueError: the placement is "body", and the body is not a form.
        """
        request.url = _escape_query(str(request.url))
        client = self._sign(request, request.url)
        request.signing = describe_oauth1(  # type: ignore[attr-defined]  # an attribute of this project
            request,
            client.base_string,
            client.signature,
            {"consumer_secret": self.consumer.secret, "oauth_token_secret": self.token_secret or ""},
            has_fixed_nonce=self.nonce is not None or "oauth_nonce" in self.parameter_overrides,
            overrides=self.parameter_overrides,
        )
        return request

    def _sign(self, request: PreparedRequest, url: str) -> _Client:
        """Sign a request in place and return what has signed it."""
        if self.placement == "body":
            return self._sign_all(request)
        try:
            return self._sign_all(request) if _is_form(request) else self._sign_query_and_hash(request, url)
        except ValueError:
            return self._sign_query_and_hash(request, url.partition("?")[0])

    def _sign_all(self, request: PreparedRequest) -> _Client:
        """Sign the URL and the form of a request."""
        signer = self._signer(None)
        signer(request)
        return cast("_Client", signer.client)

    def _sign_query_and_hash(self, request: PreparedRequest, url: str) -> _Client:
        """Sign a URL and the hash of a body that is not a form; oauthlib would parse any text as a form."""
        signer = self._signer(_hash(request) if self.body_hash and not _is_form(request) else None)
        unsigned = PreparedRequest()
        unsigned.method, unsigned.url, unsigned.headers = request.method, url, CaseInsensitiveDict()
        signed = signer(unsigned)
        if self.placement == "query":
            request.url = signed.url
        else:
            request.headers["Authorization"] = signed.headers["Authorization"]
        return cast("_Client", signer.client)

    def _signer(self, body_hash: str | None) -> requests_oauthlib.OAuth1:
        """Return the signer of requests_oauthlib with these settings; None signs no body hash."""
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
            overrides={"oauth_body_hash": body_hash, **self.parameter_overrides},
        )


@dataclass(frozen=True, slots=True)
class OAuth1Flow:
    """The three requests with which an app gets a user's token (RFC 5849 2).

    Args:
        session: sends the requests.
        base_url: the base URL of the API.
        consumer: the app.
        endpoints: the paths or URLs that issue request tokens, show the consent page and issue access tokens.
    """

    session: Session = field(repr=False)
    base_url: str
    consumer: Consumer
    endpoints: tuple[str, str, str] = ENDPOINTS

    def fetch_request_token(self, callback: str = OUT_OF_BAND) -> Token:
        """Return a new request token; raise AuthError if none is issued."""
        return self._fetch_token("request_token", OAuth1(self.consumer, callback=callback))

    def check_consumer(self) -> None:
        """Request a token with the signature in each placement that RFC 5849 3.5 allows.

        Raises:
            WrongCredentials: the server returned 401 for every placement, so the placement is not the reason.
        """
        signed = [
            OAuth1(self.consumer, callback=OUT_OF_BAND, placement=placement)
            for placement in get_args(Placement)
        ]
        if all(self._post("request_token", auth).status_code == 401 for auth in signed):
            raise WrongCredentials("the request token endpoint returned 401", "client")

    def authorize_url(self, token: Token) -> str:
        """Return the URL of the page where a user decides (RFC 5849 2.2)."""
        return f"{self._url('authorize')}?{urlencode({'oauth_token': token.key})}"

    def fetch_access_token(self, token: Token, verifier: str) -> Token:
        """Exchange an approved request token for an access token; raise AuthError if none is issued."""
        auth = OAuth1(self.consumer, token.key, token.secret, verifier=verifier)
        return self._fetch_token("access_token", auth)

    @staticmethod
    def parse_verifier(redirect: str) -> str:
        """Return the verifier in the redirect after an approval (RFC 5849 2.2).

        Raises:
            AuthError: the redirect has no verifier.
        """
        if verifier := next(iter(redirect_parameters(redirect).get("oauth_verifier", [])), ""):
            return verifier
        raise AuthError("the redirect to the app has no oauth_verifier")

    def _fetch_token(self, endpoint: str, auth: OAuth1) -> Token:
        """Return the token that an endpoint issues; raise AuthError for any status except 200."""
        response = self._post(endpoint, auth)
        if response.status_code != 200:
            raise AuthError(f"the {endpoint.replace('_', ' ')} endpoint returned {response.status_code}")
        return Token.parse(read_text(response))

    def _post(self, endpoint: str, auth: OAuth1) -> Response:
        return self.session.post(self._url(endpoint), auth=auth, allow_redirects=False)

    def _url(self, endpoint: str) -> str:
        path = dict(zip(STEPS, self.endpoints, strict=True))[endpoint]
        return path if "://" in path else f"{self.base_url.rstrip('/')}{path}"


class _Client(Client):
    """Signs with overridden parameters and with a body hash, which oauthlib supports for text only.

    `base_string` is the text that was signed last (RFC 5849 3.4.1), and `signature` its signature.
    """

    def __init__(self, *args: Any, overrides: Mapping[str, str | None], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._overrides = overrides
        self.base_string = self.signature = ""
        self.SIGNATURE_METHODS = {**Client.SIGNATURE_METHODS, SIGNATURE_HMAC_SHA1: _sign_and_store}

    def get_oauth_params(self, request: Any) -> list[tuple[str, str]]:
        """Return the protocol parameters of a request without its signature."""
        parameters: list[tuple[str, str]] = super().get_oauth_params(request)  # type: ignore[no-untyped-call]  # missing in the type stubs
        defaults = [(name, value) for name, value in parameters if name not in self._overrides]
        return defaults + [(name, value) for name, value in self._overrides.items() if value is not None]

    def get_oauth_signature(self, request: Any) -> str:
        """Return the signature as for a header; oauthlib decodes tokens twice for other placements."""
        signature_type, self.signature_type = self.signature_type, SIGNATURE_TYPES["header"]
        try:
            return str(super().get_oauth_signature(request))  # type: ignore[no-untyped-call]  # missing in the type stubs
        finally:
            self.signature_type = signature_type


def _sign_and_store(base_string: str, client: _Client) -> str:
    """Return the signature of a base string; the client stores both."""
    client.base_string = base_string
    client.signature = str(Client.SIGNATURE_METHODS[SIGNATURE_HMAC_SHA1](base_string, client))
    return client.signature


def _is_form(request: PreparedRequest) -> bool:
    """Return whether the Content-Type of a request is that of a form."""
    return str(request.headers.get("Content-Type", "")).startswith(_FORM)


def _hash(request: PreparedRequest) -> str | None:
    """Return the OAuth hash of a body; None if the request has no body."""
    if not request.body:
        return None
    content = request.body.encode() if isinstance(request.body, str) else bytes(request.body)
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _escape_query(url: str) -> str:
    """Return the URL with its query escaped as oauthlib requires; its meaning does not change."""
    parts = urlsplit(url)
    return parts._replace(query=quote(parts.query, safe=_QUERY_CHARACTERS)).geturl() if parts.query else url
