"""Profiles, mocks and faults are loaded from the folder of their API."""

from __future__ import annotations

import sys

import pytest
from tests.unit.registry.conftest import Write

from tuningfork import apis
from tuningfork.apis import ApiError

PROFILE = """
from tuningfork.apis import Profile
from tuningfork.apis.shop.words import TITLE
from tuningfork.client.config import Settings
from tuningfork.client.pagination import SinglePagePaginator

PROFILE = Profile(TITLE, "https://shop.mock", Settings, SinglePagePaginator("books"), None, (), ())
"""
FAULT = """
from tuningfork.audit.fault import fault

@fault("SHOP-01")
def {name}(mock):
    \"\"\"It is broken.\"\"\"
"""


def test_code_is_imported_below_tuningfork_apis(write: Write) -> None:
    apis.discover(write("shop", {"profile.py": PROFILE, "words.py": "TITLE = 'Shop of the folder'"}))

    assert apis.profile("shop").title == "Shop of the folder"


def test_apis_of_one_name_in_two_folders_do_not_mix(write: Write) -> None:
    for root in ("first", "second"):
        files = {
            "profile.py": PROFILE,
            "words.py": f"TITLE = {root!r}",
            "faults/a.py": FAULT.format(name=root),
        }
        apis.discover(write("shop", files, root=root))

        assert apis.profile("shop").title == root
        assert [patch.id for patch in apis.patches("shop")] == [root]


def test_faults_are_found_in_packages_below_faults(write: Write) -> None:
    files = {"faults/__init__.py": "", "faults/deep/__init__.py": "", "faults/deep/a.py": FAULT}
    apis.discover(write("shop", {path: text.format(name="deep_fault") for path, text in files.items()}))

    assert [(patch.id, patch.api) for patch in apis.patches("shop")] == [("deep_fault", "shop")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import no_such_module", r"profile\.py, line 1: ModuleNotFoundError: .*; correct it\.$"),
        ("x = 1\nx.y", r"profile\.py, line 2: AttributeError: .*; correct it\.$"),
        ("def (", r"profile\.py, line 1: invalid syntax; correct it\.$"),
        ("x = 1", r"profile\.py has no PROFILE; assign a tuningfork\.apis\.Profile to it\.$"),
    ],
)
def test_broken_profile_is_one_sentence_with_its_line(write: Write, text: str, message: str) -> None:
    apis.discover(write("shop", {"profile.py": text}))

    with pytest.raises(ApiError, match=message):
        apis.profile("shop")


def test_mock_without_create_is_one_sentence(write: Write) -> None:
    apis.discover(write("shop", {"mock/__init__.py": ""}))

    with pytest.raises(ApiError, match=r"mock has no function create\(\); write one"):
        apis.mock("shop")


def test_missing_mock_names_its_file(write: Write) -> None:
    apis.discover(write("shop"))

    with pytest.raises(ApiError, match=r"^shop has no mock \(apis/shop/mock/__init__\.py\); name a target"):
        apis.mock("shop")


def test_unknown_api_is_suggested(write: Write) -> None:
    apis.discover(write("shop"))

    with pytest.raises(ApiError, match=r"no API 'shopp' \(did you mean shop\?\); the APIs are: .*shop"):
        apis.home("shopp")


def test_nothing_is_put_on_the_path_of_python(write: Write) -> None:
    before = list(sys.path)
    apis.discover(write("shop", {"profile.py": PROFILE, "words.py": "TITLE = ''"}))
    apis.profile("shop")

    assert sys.path == before
    assert not {"apis", "specs"} & sys.modules.keys()
