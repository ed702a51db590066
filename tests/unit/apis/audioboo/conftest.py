"""The Audioboo mock, callers that act as a user without a signature, and a signer of requests."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.test import Client, TestResponse

from tuningfork.apis.audioboo.mock import AudioBoo, create
from tuningfork.apis.audioboo.mock.api_keys import CONSUMER
from tuningfork.apis.audioboo.mock.seed import Seed
from tuningfork.apis.audioboo.mock.tokens import AccessToken
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.inprocess import WsgiAdapter

BASE = "https://api.audioboom.mock"
WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000)


class Caller:
    """Sends requests as one user, or unauthenticated, without a signature."""

    def __init__(self, mock: AudioBoo, username: str = "") -> None:
        self.http = Client(mock.wsgi)
        self.headers = {"Accept": "application/json; version=1", "X-User": username}

    def __call__(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        response: TestResponse = self.http.open(
            path, method=method, base_url=BASE, headers=self.headers, **kwargs
        )
        return response

    def body(self, path: str, **query: Any) -> Any:
        """Return the body in the envelope of a GET."""
        return self("GET", path, query_string=query).get_json()["body"]

    def walk(self, path: str, name: str, size: int, **query: Any) -> Iterator[Any]:
        """Yield every item of a list, page by page."""
        number = 1
        while page := self.body(path, **{"page[number]": number, "page[items]": size, **query})[name]:
            yield from page
            number += 1

    def ids(self, path: str, name: str = "audio_clips") -> list[int]:
        """Return the ids of all items of a list."""
        return [item["id"] for item in self.walk(path, name, 150)]

    def upload(self, title: str, data: bytes = WAVE, **fields: str) -> TestResponse:
        """Upload a clip and return the response."""
        form = {f"audio_clip[{name}]": value for name, value in {"title": title, **fields}.items()}
        file = (io.BytesIO(data), "boo.wav")
        return self("POST", "/account/audio_clips", data={**form, "audio_clip[uploaded_data]": file})

    def clip(self, title: str, **fields: str) -> dict[str, Any]:
        """Upload a clip and return its JSON."""
        made: dict[str, Any] = self.upload(title, **fields).get_json()["body"]["audio_clip"]
        return made


@pytest.fixture
def mock() -> AudioBoo:
    made = create()

    def identify(context: Any) -> None:
        context.viewer = made.users.find_by_username(context.request.headers.get("X-User", ""))

    made.authorization.identify_signer = identify  # type: ignore[method-assign]  # replaces a rule of the mock
    return made


@pytest.fixture
def user(mock: AudioBoo) -> Caller:
    return Caller(mock, Seed.FIRST.username)


@pytest.fixture
def other(mock: AudioBoo) -> Caller:
    return Caller(mock, Seed.SECOND.username)


@pytest.fixture
def unauthenticated(mock: AudioBoo) -> Caller:
    return Caller(mock)


class Signer:
    """Sends signed requests to a mock that verifies signatures."""

    def __init__(self) -> None:
        self.mock = create()
        self.session = requests.Session()
        self.session.mount(BASE, WsgiAdapter(self.mock.wsgi))
        self.consumer = Consumer(*CONSUMER)

    def token(self, username: str = Seed.FIRST.username) -> AccessToken:
        """Return an access token of a user, issued without the OAuth flow."""
        user = self.mock.users.find_by_username(username)
        assert user is not None
        return self.mock.tokens.issue_access_token(self.consumer.key, user)

    def oauth(self, token: AccessToken | None = None, **how: Any) -> OAuth1:
        """Return what signs with a token, or with the consumer's key alone."""
        return OAuth1(self.consumer, *((token.token, token.secret) if token else ()), **how)

    def prepared(self, auth: Any, method: str, path: str, **kwargs: Any) -> requests.PreparedRequest:
        """Return a signed request that was not sent yet."""
        return self.session.prepare_request(requests.Request(method, BASE + path, auth=auth, **kwargs))

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        return self.session.send(request, allow_redirects=False)

    def __call__(self, auth: Any, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.send(self.prepared(auth, method, path, **kwargs))


@pytest.fixture
def signer() -> Signer:
    return Signer()
