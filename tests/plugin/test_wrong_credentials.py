"""A wrong credential ends a run before anything is judged, by a sentence that names its key."""

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
ANONYMOUS = """
@claim("SC-TRACK-01")
def test_tracks(unauthenticated):
    unauthenticated.get("/tracks").expect_status(401)
"""


def changed(settings: dict[str, Any], key: str, value: str) -> dict[str, Any]:
    """The settings with another value at a dotted key."""
    head, _, rest = key.partition(".")
    return settings | {head: changed(settings[head], rest, value) if rest else value}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("client_secret", "401 invalid_client"),
        ("second_app.client_secret", "401 invalid_client"),
        ("users.first.password", "prompts for the password again"),
        ("users.second.password", "prompts for the password again"),
    ],
)
def test_wrong_secret_is_named(checkout: Checkout, served: Served, key: str, reason: str) -> None:
    checkout.target(changed(served.settings, key, "wrong-wrong-wrong"))
    checkout.suite(SUITE)

    said = checkout.refused("--target", "served")

    assert f"{key} of [targets.served.soundcloud] is refused" in said
    assert reason in said
    assert not list((checkout.path / "reports").glob("*"))


@pytest.mark.parametrize(
    ("user", "key", "reason"),
    [
        ({"access_token": "wrong-wrong-wrong"}, "users.first.access_token", "401 at /me"),
        ({"refresh_token": "wrong-wrong-wrong"}, "users.first.refresh_token", "invalid_grant"),
    ],
)
def test_wrong_token_is_named(
    checkout: Checkout, served: Served, user: dict[str, str], key: str, reason: str
) -> None:
    checkout.target(served.settings | {"users": {"first": user}})
    checkout.suite(SUITE)

    said = checkout.refused("--target", "served")

    assert f"{key} of [targets.served.soundcloud] is refused" in said
    assert reason in said


@pytest.mark.parametrize("answer", [("no", 500), ('{"error": "invalid_scope"}', 400), ("{}", 200)])
def test_other_failures_of_the_token_endpoint_are_not_told_as_wrong_credentials(
    checkout: Checkout, served: Served, answer: tuple[str, int]
) -> None:
    served.mock.handlers["POST /oauth2/token"] = lambda *_, **__: Response(*answer)
    checkout.target(served.settings)
    checkout.suite(ANONYMOUS)

    assert checkout.run("--target", "served").ret == 0
    assert checkout.verdicts()["SC-ERR-09"] == "not verified", "no check judges the tool's own logins"


@pytest.fixture
def asked() -> Callable[[str, str, str], Any]:
    """The credentials of an API whose mock is in this process, with one key changed."""

    def credentials(name: str, key: str, value: str) -> Any:
        profile, mock = apis.profile(name), apis.mock(name)
        settings = profile.settings.model_validate(changed(mock.settings(profile.base_url), key, value))

        def session() -> requests.Session:
            made = requests.Session()
            made.mount("https://", WsgiAdapter(mock.wsgi))
            return made

        return profile.credentials(settings, session), session()

    return credentials


@pytest.mark.parametrize(
    ("name", "key", "holder"),
    [
        ("audioboo", "consumer_secret", "consumer"),
        ("audioboo", "users.first.password", "first"),
    ],
)
def test_wrong_secret_gets_no_token(
    asked: Callable[[str, str, str], Any], name: str, key: str, holder: str
) -> None:
    credentials, _ = asked(name, key, "wrong-wrong-wrong")

    with pytest.raises(WrongCredentials) as wrong:
        credentials.fetch(holder)

    assert credentials.key(holder, wrong.value.kind) == key


@pytest.mark.parametrize(
    ("name", "key", "holder"),
    [("audioboo", "service_secret", "service"), ("audiosocket", "token", "app")],
)
def test_wrong_static_secret_opens_none_of_its_paths(
    asked: Callable[[str, str, str], Any], name: str, key: str, holder: str
) -> None:
    profile = apis.profile(name)

    for value, status in (("wrong-wrong-wrong", 401), (None, 200)):
        credentials, session = asked(name, key, value) if value else asked(name, "base_url", profile.base_url)
        session.auth = credentials.auth(holder, credentials.fetch(holder))
        answers = [session.get(profile.base_url + path) for path in credentials.probe_paths(holder)]
        assert {answer.status_code for answer in answers} == {status}
    assert credentials.key(holder, "token") == key


@pytest.mark.parametrize("users", [{}, {"first": {"access_token": "wrong-wrong-wrong"}}])
def test_base_url_with_a_wrong_path_is_no_wrong_credential(
    checkout: Checkout, served: Served, users: dict[str, Any]
) -> None:
    checkout.target(served.settings | {"base_url": served.settings["base_url"] + "/v2", "users": users})
    checkout.suite(SUITE)

    assert "/v2 has none of /connect, /oauth2/token, /me" in checkout.refused("--target", "served", code=3)


@pytest.mark.parametrize(("path", "code"), [("/v2", 3), ("", 0)])
def test_list_that_answers_404_to_a_good_token_is_judged_where_the_api_is(
    whole: Checkout, path: str, code: int
) -> None:
    mock = apis.mock("audiosocket")
    mock.handlers["GET /tracks"] = lambda *_, **__: Response('{"status": 404, "message": "Not Found"}', 404)
    with Server(mock, 0) as server:
        settings = mock.settings(server.base_url + path)
        targets = {"a": {"settle": 0, "rate": "1000/s", "audiosocket": settings}}
        (whole.path / "tuningfork.toml").write_text(tomli_w.dumps({"targets": targets}))

        result = whole.run("--target=a", "--api=audiosocket", "--claim=AS-TRACK-01", "-n0")

    assert result.ret == code
    assert whole.verdicts()["AS-TRACK-01"] == ("not verified" if path else "warned")
