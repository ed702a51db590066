"""Fixtures: a SoundCloud mock and its clients (an app, two users, an unauthenticated client)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from tuningfork.apis.soundcloud.mock import SoundCloud, create

BASE = "https://api.soundcloud.mock"


class Caller:
    """Sends requests to the mock with one token, or without a token."""

    def __init__(self, mock: SoundCloud, token: str | None = None) -> None:
        self.http = Client(mock.wsgi)
        self.headers = {"Authorization": f"OAuth {token}"} if token else {}

    def __call__(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {**self.headers, **kwargs.pop("headers", {})}
        return self.http.open(path, method=method, base_url=BASE, headers=headers, **kwargs)

    def walk(self, path: str, limit: int) -> Iterator[Any]:
        """Yield every item of a list, page by page."""
        href: str | None = f"{path}?limit={limit}&linked_partitioning=true"
        while href:
            page = self("GET", href.removeprefix(BASE)).get_json()
            yield from page["collection"]
            href = page.get("next_href")


@pytest.fixture
def mock() -> SoundCloud:
    return create()


@pytest.fixture
def settings(mock: SoundCloud) -> dict[str, Any]:
    return mock.settings(BASE)


@pytest.fixture
def unauthenticated(mock: SoundCloud) -> Caller:
    return Caller(mock)


@pytest.fixture
def grant(unauthenticated: Caller, settings: dict[str, Any]) -> Callable[..., TestResponse]:
    """A function that sends a token request of the first app with these form fields."""

    def request_token(**fields: str) -> TestResponse:
        app = {"client_id": settings["client_id"], "client_secret": settings["client_secret"]}
        return unauthenticated("POST", "/oauth2/token", data={**app, **fields})

    return request_token


@pytest.fixture
def code(mock: SoundCloud, settings: dict[str, Any]) -> Callable[..., str]:
    """A function that approves the first app as a user and returns the code."""

    def approve(user: str = "first", **query: str) -> str:
        browser = Caller(mock)
        client = {"client_id": settings["client_id"], "redirect_uri": settings["redirect_uri"]}
        page = browser("GET", "/connect", query_string={"response_type": "code", **client, **query})
        ticket = re.search('name="ticket" value="([^"]+)"', page.text)
        assert ticket
        form = {"ticket": ticket[1], "decision": "approve", **settings["users"][user]}
        location = browser("POST", "/connect/consent", data=form).headers["Location"]
        return parse_qs(urlsplit(location).query)["code"][0]

    return approve


@pytest.fixture
def app(mock: SoundCloud, grant: Callable[..., TestResponse]) -> Caller:
    return Caller(mock, grant(grant_type="client_credentials").get_json()["access_token"])


@pytest.fixture
def login(
    mock: SoundCloud, settings: dict[str, Any], grant: Callable[..., TestResponse], code: Callable[..., str]
) -> Callable[[str], Caller]:
    def sign_in(user: str) -> Caller:
        fields = {"grant_type": "authorization_code", "redirect_uri": settings["redirect_uri"]}
        return Caller(mock, grant(**fields, code=code(user)).get_json()["access_token"])

    return sign_in


@pytest.fixture
def user(login: Callable[[str], Caller]) -> Caller:
    return login("first")


@pytest.fixture
def other_user(login: Callable[[str], Caller]) -> Caller:
    return login("second")
