"""What follows from a contract alone."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from tests.unit.registry.conftest import CLAIMS, DOCUMENT, Write

from tuningfork import ExpectationFailed, apis
from tuningfork.apis import Rule
from tuningfork.auth.oauth2 import AuthError
from tuningfork.contract.errors import ContractError

SCHEMES = {
    "bearer": "{type: http, scheme: bearer}",
    "basic": "{type: http, scheme: basic}",
    "header": "{type: apiKey, in: header, name: X-Key}",
    "query": "{type: apiKey, in: query, name: key}",
    "cookie": "{type: apiKey, in: cookie, name: session}",
}


def signed(write: Write, scheme: str, **settings: str) -> requests.PreparedRequest:
    """Return a request that is signed as the document and the settings say."""
    folder = write("shop")
    document = DOCUMENT + f"components: {{securitySchemes: {{S: {SCHEMES[scheme]}}}}}\n"
    (folder / "specs/shop/openapi.yaml").write_text(document, encoding="utf-8")
    apis.discover(folder)
    profile = apis.profile("shop")
    table: dict[str, Any] = {"base_url": "https://shop.example", **settings}
    credentials = profile.credentials(profile.settings.model_validate(table), requests.Session)
    auth = credentials.auth("app", credentials.fetch("app"))
    return requests.Request("GET", "https://shop.example/books", auth=auth).prepare()


def test_title_and_checks_follow_from_the_document(write: Write) -> None:
    apis.discover(write("shop"))

    profile = apis.profile("shop")

    assert (profile.title, profile.reachability_paths, profile.write_as) == ("Shop", ("/books",), "app")
    assert len(profile.checks) == 3


def test_base_url_is_the_first_server(write: Write) -> None:
    folder = write("shop")
    document = DOCUMENT + "servers: [{url: /v1}, {url: 'https://shop.example/v1/'}]\n"
    (folder / "specs/shop/openapi.yaml").write_text(document, encoding="utf-8")
    apis.discover(folder)

    assert apis.profile("shop").base_url == "https://shop.example/v1"


def test_credentials_follow_from_the_security_scheme(write: Write) -> None:
    assert signed(write, "bearer", token="t").headers["Authorization"] == "Bearer t"
    assert signed(write, "basic", username="u", password="p").headers["Authorization"] == "Basic dTpw"
    assert signed(write, "header", api_key="k").headers["X-Key"] == "k"
    assert signed(write, "query", api_key="k").url == "https://shop.example/books?key=k"
    assert signed(write, "cookie", api_key="k").headers["Cookie"] == "session=k"


def test_credentials_are_optional(write: Write) -> None:
    assert "Authorization" not in signed(write, "bearer").headers


def test_api_without_profile_has_no_users(write: Write) -> None:
    apis.discover(write("shop"))
    profile = apis.profile("shop")
    settings = profile.settings.model_validate({"base_url": "https://shop.example"})

    with pytest.raises(AuthError, match="no users"):
        profile.credentials(settings, requests.Session).fetch("first")


@pytest.mark.parametrize("body", [[1, 2], {"total": 2, "books": [1, 2]}])
def test_list_is_an_array_or_the_only_array_of_an_object(write: Write, body: Any) -> None:
    apis.discover(write("shop"))

    assert apis.profile("shop").paginator.items(body) == [1, 2]


@pytest.mark.parametrize("body", [None, {}, {"a": [], "b": []}])
def test_other_body_is_not_a_list(write: Write, body: Any) -> None:
    apis.discover(write("shop"))

    with pytest.raises(ExpectationFailed):
        apis.profile("shop").paginator.items(body)


def test_rules_are_a_table_of_claims_toml(write: Write) -> None:
    folder = write("shop")
    text = 'rules = {no_server_error = "SHOP-01"}\n' + CLAIMS
    (folder / "specs/shop/claims.toml").write_text(text, encoding="utf-8")
    apis.discover(folder)

    assert apis.profile("shop").rules == {Rule.NO_SERVER_ERROR: "SHOP-01"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            '{no_server_eror = "SHOP-01"}',
            r"no rule 'no_server_eror' \(did you mean no_server_error\?\); use one of",
        ),
        ("3", "this is not a table"),
    ],
)
def test_wrong_rules_are_one_sentence(write: Write, table: str, message: str) -> None:
    folder = write("shop")
    (folder / "specs/shop/claims.toml").write_text(f"rules = {table}\n{CLAIMS}", encoding="utf-8")
    apis.discover(folder)

    with pytest.raises(ContractError, match=rf"claims\.toml, rules: .*{message}"):
        apis.profile("shop")
