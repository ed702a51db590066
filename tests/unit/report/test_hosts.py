"""The hosts of an API: the servers of its document and its targets, and no similar host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tuningfork.report.address import Address, UrlError
from tuningfork.report.hosts import Hosts


@dataclass
class FakeOperation:
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

    def find(self, method: str, path: str) -> FakeOperation | None:
        keys = {"GET /tracks", "GET /embed", "POST /token"}
        return FakeOperation(f"{method} {path}") if f"{method} {path}" in keys else None


def hosts(url: str = "https://api.test/v1", *targets: str, **paths: Any) -> Hosts:
    contract: Any = FakeContract([{"url": url}], paths)
    return Hosts(contract, targets)


def find(api_hosts: Hosts, url: str, method: str = "GET", base_url: str = "") -> tuple[bool, str]:
    is_own, operation = api_hosts.find(Address.parse(url), method, base_url)
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
def test_each_spelling_of_the_own_host_is_found(url: str) -> None:
    assert find(hosts(), url) == (True, "GET /tracks")


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
def test_other_host_or_base_path_is_not_the_api(url: str) -> None:
    assert find(hosts(), url) == (False, "")


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("https://[::1]:8080", "https://[0:0::1]:8080/tracks"),
        ("https://bücher.test", "https://xn--bcher-kva.test/tracks"),
        ("https://bücher.test", "https://B%C3%BCCHER.test/tracks"),
        ("http://api.test:80/", "http://api.test/tracks"),
    ],
)
def test_hosts_are_normalized_before_comparison(server: str, url: str) -> None:
    assert find(hosts(server), url) == (True, "GET /tracks")


@pytest.mark.parametrize(
    "url",
    ["", "/tracks", "//api.test/tracks", "ftp://api.test/", "https://", "http://[::1/", "http://a:99999/",
     "http://a:b/", "http://a\n/", "http://a/\x9b", "http://a/\ud800"],
)  # fmt: skip
def test_malformed_url_is_an_error(url: str) -> None:
    with pytest.raises(UrlError):
        Address.parse(url)


def test_unknown_path_below_base_url_belongs_to_the_api() -> None:
    assert find(hosts(), "https://api.test/v1/none") == (True, "")
    assert find(hosts(), "https://api.test/v1") == (True, "")


def test_servers_of_a_path_replace_those_of_the_document() -> None:
    api_hosts = hosts(**{"/embed": {"servers": [{"url": "https://embed.test"}], "get": {}}})

    assert find(api_hosts, "https://embed.test/embed") == (True, "GET /embed")
    assert find(api_hosts, "https://embed.test/tracks") == (False, "")
    assert find(api_hosts, "https://embed.test/") == (False, "")
    assert find(api_hosts, "https://api.test/v1/embed") == (True, "")


def test_servers_of_an_operation_replace_those_of_its_path() -> None:
    item = {
        "servers": [{"url": "https://path.test"}],
        "post": {"servers": [{"url": "https://login.test/v1"}]},
    }
    api_hosts = hosts(**{"/token": item})

    assert find(api_hosts, "https://login.test/v1/token", "POST") == (True, "POST /token")
    assert find(api_hosts, "https://path.test/token", "POST") == (False, "")


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
def test_server_variables_have_default_and_enum_values(url: str, is_own: bool) -> None:
    variables = {
        "region": {"default": "eu", "enum": ["eu", "us"]},
        "version": {"default": "v1", "enum": ["v1", "v2"]},
        "port": {"default": "443"},
    }
    contract: Any = FakeContract(
        [{"url": "https://{region}.api.test:{port}/{version}", "variables": variables}]
    )

    assert find(Hosts(contract), url)[0] is is_own


def test_target_has_every_operation() -> None:
    api_hosts = hosts(
        "https://api.test",
        "http://127.0.0.1:8701/api",
        **{"/embed": {"servers": [{"url": "https://embed.test"}], "get": {}}},
    )

    assert find(api_hosts, "http://127.0.0.1:8701/api/embed") == (True, "GET /embed")
    assert find(api_hosts, "http://127.0.0.1:8701/api/none") == (True, "")
    assert find(api_hosts, "http://127.0.0.1:8702/api/embed") == (False, "")


def test_base_url_of_a_recording_is_found() -> None:
    assert find(hosts(), "http://a.test/x/tracks", base_url="http://A.test:80/x") == (True, "GET /tracks")
    assert find(hosts(), "http://a.test/x/tracks", base_url="http://[") == (False, "")


def test_relative_server_has_base_path_without_host() -> None:
    api_hosts = hosts("/v1")

    assert find(api_hosts, "https://other.test/v1/tracks") == (False, "")
    assert api_hosts.locate("https://other.test/v1/tracks", "GET") == FakeOperation("GET /tracks")


@pytest.mark.parametrize(
    ("url", "operation"),
    [
        ("https://other.test/tracks", "GET /tracks"),
        ("https://other.test/v1/tracks", "GET /tracks"),
        ("https://other.test/v2/tracks", None),
        ("not a URL", None),
    ],
)
def test_operation_at_unknown_host_is_found_with_or_without_base_path(
    url: str, operation: str | None
) -> None:
    located = hosts().locate(url, "GET")

    assert (located.key if located else None) == operation


def test_the_longest_base_url_wins() -> None:
    contract: Any = FakeContract([{"url": "https://api.test"}, {"url": "https://api.test/v1"}])
    contract.find = lambda method, path: FakeOperation(f"{method} {path}")

    assert find(Hosts(contract), "https://api.test/v1/tracks") == (True, "GET /tracks")
    assert find(Hosts(contract), "https://api.test/v2/tracks") == (True, "GET /v2/tracks")
