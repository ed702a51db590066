"""The Audiosocket mock, and callers with different tokens."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from tuningfork.apis.audiosocket.mock import Audiosocket, create

BASE = "https://api.audiosocket.mock"


class Caller:
    """Sends requests with an Authorization header, or without one."""

    def __init__(self, mock: Audiosocket, authorization: str | None = None) -> None:
        self.http = Client(mock.wsgi)
        self.headers = {"Authorization": authorization} if authorization is not None else {}

    def __call__(self, method: str, path: str, **rest: Any) -> TestResponse:
        headers = {**self.headers, **rest.pop("headers", {})}
        return self.http.open(path, method=method, base_url=BASE, headers=headers, **rest)

    def titles(self) -> list[str]:
        """Return the titles of all listed tracks."""
        return [track["title"] for track in self("GET", "/tracks").get_json()["data"]]


@pytest.fixture
def mock() -> Audiosocket:
    return create()


@pytest.fixture
def settings(mock: Audiosocket) -> dict[str, Any]:
    return mock.settings(BASE)


@pytest.fixture
def unauthenticated(mock: Audiosocket) -> Caller:
    return Caller(mock)


@pytest.fixture
def app(mock: Audiosocket, settings: dict[str, Any]) -> Caller:
    return Caller(mock, f"Bearer {settings['token']}")


@pytest.fixture
def reader(mock: Audiosocket, settings: dict[str, Any]) -> Caller:
    return Caller(mock, f"Bearer {settings['given']['read_only_token']}")
