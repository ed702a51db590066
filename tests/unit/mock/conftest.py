"""A mock, and callers of it: an app, two users, nobody."""

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
    """Sends requests with one token, or none."""

    def __init__(self, mock: SoundCloud, token: str | None = None) -> None:
        self.http = Client(mock.wsgi)
        self.headers = {"Authorization": f"OAuth {token}"} if token else {}

    def __call__(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {**self.headers, **kwargs.pop("headers", {})}
        return self.http.open(path, method=method, base_url=BASE, headers=headers, **kwargs)

    def walk(self, path: str, limit: int) -> Iterator[Any]:
        """Every item of a list, by next_href."""
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
def anybody(mock: SoundCloud) -> Caller:
    return Caller(mock)


@pytest.fixture
def grant(anybody: Caller, settings: dict[str, Any]) -> Callable[..., TestResponse]:
    """POST /oauth2/token as the first app."""

    def ask(**fields: str) -> TestResponse:
        app = {"client_id": settings["client_id"], "client_secret": settings["client_secret"]}
        return anybody("POST", "/oauth2/token", data={**app, **fields})

    return ask


@pytest.fixture
def code(mock: SoundCloud, settings: dict[str, Any]) -> Callable[..., str]:
    """A code for a user's approval of the first app."""

    def approve(user: str = "first", **query: str) -> str:
        browser = Caller(mock)
        asked = {"client_id": settings["client_id"], "redirect_uri": settings["redirect_uri"]}
        page = browser("GET", "/connect", query_string={"response_type": "code", **asked, **query})
        found = re.search('name="ticket" value="([^"]+)"', page.text)
        assert found
        form = {"ticket": found[1], "decision": "approve", **settings["users"][user]}
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
def other(login: Callable[[str], Caller]) -> Caller:
    return login("second")
