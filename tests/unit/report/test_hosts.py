"""Hosts of an API: by its document's servers, by a target, and none that only looks like them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tuningfork.report.hosts import Address, Hosts, UrlError


@dataclass
class Named:
    key: str


@dataclass
class FakeContract:
    """Documents GET /tracks, GET /embed and POST /token."""

    servers: list[dict[str, Any]]
    paths: dict[str, Any] = field(default_factory=dict)
    api: str = "music"

    @property
    def document(self) -> dict[str, Any]:
        return {"servers": self.servers, "paths": {"/tracks": {"get": {}}, **self.paths}}

    def find(self, method: str, path: str) -> Named | None:
        known = {"GET /tracks", "GET /embed", "POST /token"}
        return Named(f"{method} {path}") if f"{method} {path}" in known else None


def hosts(url: str = "https://api.test/v1", *targets: str, **paths: Any) -> Hosts:
    contract: Any = FakeContract([{"url": url}], paths)
    return Hosts(contract, targets)


def found(known: Hosts, url: str, method: str = "GET", base_url: str = "") -> tuple[bool, str]:
    is_own, operation = known.find(Address.of(url), method, base_url)
    return is_own, operation.key if operation else ""


@pytest.mark.parametrize(
    "url",
    [
        "https://api.test/v1/tracks",
        "HTTPS://API.TEST/v1/tracks",
        "https://api.test:443/v1/tracks",
        "https://api.test:/v1/tracks",
        "https://api.test./v1/tracks",
        "https://me:pw@api.test/v1/tracks",
        "https://%61pi.test/v1/tracks",
        "https://api.test/v1/tracks?a=b#c",
        "http://api.test:80/v1/tracks",
    ],
)
def test_the_apis_own_host_is_known_however_it_is_written(url: str) -> None:
    assert found(hosts(), url) == (True, "GET /tracks")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.test:8443/v1/tracks",
        "https://api.test:80/v1/tracks",
        "https://api.test.evil.test/v1/tracks",
        "https://api.test@evil.test/v1/tracks",
        "https://notapi.test/v1/tracks",
        "https://api.test/v2/tracks",
        "https://api.test/v10/tracks",
        "https://api.test/tracks",
    ],
)
def test_another_host_or_base_path_is_not_the_api(url: str) -> None:
    assert found(hosts(), url) == (False, "")


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("https://[::1]:8080", "https://[0:0::1]:8080/tracks"),
        ("https://bücher.test", "https://xn--bcher-kva.test/tracks"),
        ("https://bücher.test", "https://B%C3%BCCHER.test/tracks"),
        ("http://api.test:80/", "http://api.test/tracks"),
    ],
)
def test_hosts_are_compared_in_one_form(server: str, url: str) -> None:
    assert found(hosts(server), url) == (True, "GET /tracks")


@pytest.mark.parametrize(
    "url",
    ["", "/tracks", "//api.test/tracks", "ftp://api.test/", "https://", "http://[::1/", "http://a:99999/",
     "http://a:b/", "http://a\n/", "http://a/\x9b", "http://a/\ud800"],
)  # fmt: skip
def test_a_url_that_is_not_valid_is_an_error(url: str) -> None:
    with pytest.raises(UrlError):
        Address.of(url)


def test_an_unknown_path_below_the_base_url_is_the_apis() -> None:
    assert found(hosts(), "https://api.test/v1/none") == (True, "")
    assert found(hosts(), "https://api.test/v1") == (True, "")


def test_servers_of_a_path_take_the_place_of_the_documents() -> None:
    known = hosts(**{"/embed": {"servers": [{"url": "https://embed.test"}], "get": {}}})

    assert found(known, "https://embed.test/embed") == (True, "GET /embed")
    assert found(known, "https://embed.test/tracks") == (False, "")
    assert found(known, "https://embed.test/") == (False, "")
    assert found(known, "https://api.test/v1/embed") == (True, "")


def test_servers_of_an_operation_take_the_place_of_its_paths() -> None:
    item = {
        "servers": [{"url": "https://path.test"}],
        "post": {"servers": [{"url": "https://login.test/v1"}]},
    }
    known = hosts(**{"/token": item})

    assert found(known, "https://login.test/v1/token", "POST") == (True, "POST /token")
    assert found(known, "https://path.test/token", "POST") == (False, "")


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://eu.api.test/v1/tracks", True),
        ("https://us.api.test/v2/tracks", True),
        ("https://eu.api.test:8443/v2/tracks", False),
        ("https://xx.api.test/v1/tracks", False),
        ("https://us.api.test/v3/tracks", False),
    ],
)
def test_variables_of_a_server_have_their_defaults_and_enums(url: str, is_own: bool) -> None:
    variables = {
        "region": {"default": "eu", "enum": ["eu", "us"]},
        "version": {"default": "v1", "enum": ["v1", "v2"]},
        "port": {"default": "443"},
    }
    contract: Any = FakeContract(
        [{"url": "https://{region}.api.test:{port}/{version}", "variables": variables}]
    )

    assert found(Hosts(contract), url)[0] is is_own


def test_a_target_serves_every_operation() -> None:
    known = hosts(
        "https://api.test",
        "http://127.0.0.1:8701/api",
        **{"/embed": {"servers": [{"url": "https://embed.test"}], "get": {}}},
    )

    assert found(known, "http://127.0.0.1:8701/api/embed") == (True, "GET /embed")
    assert found(known, "http://127.0.0.1:8701/api/none") == (True, "")
    assert found(known, "http://127.0.0.1:8702/api/embed") == (False, "")


def test_the_base_url_of_a_recording_is_known() -> None:
    assert found(hosts(), "http://a.test/x/tracks", base_url="http://A.test:80/x") == (True, "GET /tracks")
    assert found(hosts(), "http://a.test/x/tracks", base_url="http://[") == (False, "")


def test_a_relative_server_has_a_base_path_and_no_host() -> None:
    known = hosts("/v1")

    assert found(known, "https://other.test/v1/tracks") == (False, "")
    assert known.located("https://other.test/v1/tracks", "GET") == Named("GET /tracks")


@pytest.mark.parametrize(
    ("url", "operation"),
    [
        ("https://other.test/tracks", "GET /tracks"),
        ("https://other.test/v1/tracks", "GET /tracks"),
        ("https://other.test/v2/tracks", None),
        ("not a URL", None),
    ],
)
def test_the_path_at_an_unknown_host_is_below_the_base_path_or_whole(url: str, operation: str | None) -> None:
    located = hosts().located(url, "GET")

    assert (located.key if located else None) == operation
