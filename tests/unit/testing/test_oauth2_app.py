"""What a response of the token endpoint says to the tests of OAuth 2.0."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tuningfork.auth.oauth2 import App
from tuningfork.testing.oauth2_app import OAuth2App

DECLARED: Any = SimpleNamespace(token_endpoint="/token")


def app_that_gets(status: int) -> OAuth2App:
    """Return an app whose requests get a response with a status."""
    client: Any = SimpleNamespace(post=lambda *_, **__: SimpleNamespace(status=status))
    return OAuth2App(client, DECLARED, App("id", "secret", "https://app.example/"), None)


def test_app_that_gets_no_further_token_judges_nothing() -> None:
    with pytest.raises(pytest.skip.Exception, match="429"):
        app_that_gets(429).refresh("token")


def test_refused_grant_is_returned() -> None:
    assert app_that_gets(400).refresh("token").status == 400
