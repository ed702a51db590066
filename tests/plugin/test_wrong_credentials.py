"""A wrong credential ends a run before any test, with a sentence that names its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
import tomli_w
from flask import Response

from tuningfork import apis
from tuningfork.auth.oauth2 import WrongCredentials
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.mock.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.plugin.conftest import Checkout, Served

SUITE = """
@claim("SC-TRACK-01")
def test_tracks(api):
    api.get("/tracks", limit=1).expect_ok()
"""
UNAUTHENTICATED = """
@claim("SC-TRACK-01")
def test_tracks(unauthenticated):
    unauthenticated.get("/tracks").expect_status(401)
"""


def change_setting(settings: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """Return the settings with another value at a dotted key."""
    head, _, rest = key.partition(".")
    return settings | {head: change_setting(settings[head], rest, value) if rest else value}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("client_secret", "401 invalid_client"),
        ("second_app.client_secret", "401 invalid_client"),
        ("users.first.password", "prompts for the password again"),
        ("users.second.password", "prompts for the password again"),
    ],
)
def test_wrong_secret_exits_4_and_names_its_key(
    checkout: Checkout, served: Served, key: str, reason: str
) -> None:
    checkout.target(change_setting(served.settings, key, "wrong-wrong-wrong"))
    checkout.suite(SUITE)

    message = checkout.expect_error("--target", "served")

    assert f"{key} of [targets.served.soundcloud] is refused" in message
    assert reason in message
    assert not list((checkout.path / "reports").glob("*"))


@pytest.mark.parametrize(
    ("user", "key", "reason"),
    [
        ({"access_token": "wrong-wrong-wrong"}, "users.first.access_token", "401 at /me"),
        ({"refresh_token": "wrong-wrong-wrong"}, "users.first.refresh_token", "invalid_grant"),
    ],
)
def test_wrong_token_exits_4_and_names_its_key(
    checkout: Checkout, served: Served, user: dict[str, str], key: str, reason: str
) -> None:
    checkout.target(served.settings | {"users": {"first": user}})
    checkout.suite(SUITE)

    message = checkout.expect_error("--target", "served")

    assert f"{key} of [targets.served.soundcloud] is refused" in message
    assert reason in message


@pytest.mark.parametrize("response", [("no", 500), ('{"error": "invalid_scope"}', 400), ("{}", 200)])
def test_other_failure_of_the_token_endpoint_is_not_a_wrong_credential(
    checkout: Checkout, served: Served, response: tuple[str, int]
) -> None:
    served.mock.handlers["POST /oauth2/token"] = lambda *_, **__: Response(*response)
    checkout.target(served.settings)
    checkout.suite(UNAUTHENTICATED)

    assert checkout.run("--target", "served").ret == 0
    assert checkout.verdicts()["SC-ERR-09"] == "not verified", "no check sees the exchanges of logins"


@pytest.fixture
def make_credentials() -> Callable[[str, str, str], Any]:
    """Makes the credentials of an API, with one setting changed, and a session with its mock."""

    def credentials(name: str, key: str, value: str) -> Any:
        profile, mock = apis.profile(name), apis.mock(name)
        settings = profile.settings.model_validate(
            change_setting(mock.settings(profile.base_url), key, value)
        )

        def new_session() -> requests.Session:
            session = requests.Session()
            session.mount("https://", WsgiAdapter(mock.wsgi))
            return session

        return profile.credentials(settings, new_session), new_session()

    return credentials


@pytest.mark.parametrize(
    ("name", "key", "principal"),
    [
        ("audioboo", "consumer_secret", "consumer"),
        ("audioboo", "users.first.password", "first"),
    ],
)
def test_wrong_secret_raises_wrong_credentials(
    make_credentials: Callable[[str, str, str], Any], name: str, key: str, principal: str
) -> None:
    credentials, _ = make_credentials(name, key, "wrong-wrong-wrong")

    with pytest.raises(WrongCredentials) as error:
        credentials.fetch(principal)

    assert credentials.key(principal, error.value.kind) == key


@pytest.mark.parametrize(
    ("name", "key", "principal"),
    [("audioboo", "service_secret", "service"), ("audiosocket", "token", "app")],
)
def test_wrong_static_secret_returns_401_at_all_probe_paths(
    make_credentials: Callable[[str, str, str], Any], name: str, key: str, principal: str
) -> None:
    profile = apis.profile(name)

    changes = ((key, "wrong-wrong-wrong", 401), ("base_url", profile.base_url, 200))
    for setting, value, status in changes:
        credentials, session = make_credentials(name, setting, value)
        session.auth = credentials.auth(principal, credentials.fetch(principal))
        responses = [session.get(profile.base_url + path) for path in credentials.probe_paths(principal)]
        assert {response.status_code for response in responses} == {status}
    assert credentials.key(principal, "token") == key


@pytest.mark.parametrize("users", [{}, {"first": {"access_token": "wrong-wrong-wrong"}}])
def test_base_url_with_wrong_path_is_not_reported_as_wrong_credential(
    checkout: Checkout, served: Served, users: dict[str, Any]
) -> None:
    checkout.target(served.settings | {"base_url": served.settings["base_url"] + "/v2", "users": users})
    checkout.suite(SUITE)

    assert "/v2 has none of /connect, /oauth2/token, /me" in checkout.expect_error(
        "--target", "served", code=3
    )


@pytest.mark.parametrize(("path", "code"), [("/v2", 3), ("", 0)])
def test_list_that_returns_404_is_checked_if_another_path_exists(
    real_checkout: Checkout, path: str, code: int
) -> None:
    mock = apis.mock("audiosocket")
    mock.handlers["GET /tracks"] = lambda *_, **__: Response('{"status": 404, "message": "Not Found"}', 404)
    with Server(mock, 0) as server:
        settings = mock.settings(server.base_url + path)
        targets = {"a": {"settle": 0, "rate": "1000/s", "audiosocket": settings}}
        (real_checkout.path / "tuningfork.toml").write_text(tomli_w.dumps({"targets": targets}))

        result = real_checkout.run("--target=a", "--api=audiosocket", "--claim=AS-TRACK-01", "-n0")

    assert result.ret == code
    assert real_checkout.verdicts()["AS-TRACK-01"] == ("not verified" if path else "warned")
