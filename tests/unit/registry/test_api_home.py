"""Where APIs are found: in a working folder, in this package, in packages with an entry point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.registry.conftest import Write

from tuningfork import apis
from tuningfork.apis import ApiError
from tuningfork.registry.api_home import find_apis

Register = Callable[[str, str], None]
BUILT_IN = {"audioboo", "audiosocket", "soundcloud"}


def test_built_in_apis_are_found_without_metadata_of_an_installation(
    register: Register, tmp_path: Path
) -> None:
    assert find_apis(tmp_path).keys() == BUILT_IN


def test_folder_with_a_contract_is_an_api(write: Write) -> None:
    folder = write("shop")

    home = find_apis(folder)["shop"]

    assert home.is_local
    assert (home.root, home.specs, home.suites) == (folder, folder / "specs/shop", folder / "suites/shop")
    assert not home.has_code("mock")


@pytest.mark.parametrize("file", ["claims.toml", "openapi.yaml"])
def test_one_file_of_the_contract_is_enough_to_be_found(write: Write, file: str) -> None:
    folder = write("shop")
    (folder / "specs/shop" / file).unlink()

    assert "shop" in find_apis(folder)


def test_folder_without_a_contract_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "specs/notes").mkdir(parents=True)

    assert find_apis(tmp_path).keys() == BUILT_IN


def test_package_with_an_entry_point_is_found_without_being_imported(
    write: Write, register: Register, tmp_path: Path
) -> None:
    package = write("shop", root="acme")
    (package / "__init__.py").write_text("raise RuntimeError", encoding="utf-8")
    register("shop", "acme")

    home = find_apis(tmp_path / "empty")["shop"]

    assert (home.root, home.code, home.is_local) == (package, package / "apis/shop", False)


def test_api_of_the_working_folder_replaces_an_installed_one(
    write: Write, register: Register, tmp_path: Path
) -> None:
    package = write("shop", {"profile.py": ""}, root="acme")
    folder = write("shop")
    (package / "suites/shop").mkdir(parents=True)
    register("shop", "acme")

    home = find_apis(folder)["shop"]

    assert (home.specs, home.overrides) == (folder / "specs/shop", package)
    assert (home.suites, home.code) == (package / "suites/shop", package / "apis/shop")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_package", "there is no such Python package"),
        ("no_such_package.apis", "that cannot be imported"),
        ("json.decoder", "there is no such Python package"),
        ("acme", "specs/other/claims.toml"),
    ],
)
def test_broken_entry_point_is_one_sentence_when_its_api_is_used(
    write: Write, register: Register, tmp_path: Path, value: str, reason: str
) -> None:
    write("shop", root="acme")
    register("other", value)
    apis.discover(tmp_path)

    assert apis.profile("soundcloud").title == "SoundCloud"
    with pytest.raises(
        ApiError, match=rf"registers the API other = {value}, but .*{reason}.*uninstall it\.$"
    ):
        apis.profile("other")


def test_stale_entry_point_does_not_hide_a_sound_one(
    write: Write, register: Register, tmp_path: Path
) -> None:
    package = write("shop", root="acme")
    register("shop", "no_such_package")
    register("shop", "acme")
    register("soundcloud", "no_such_package")

    found = find_apis(tmp_path / "empty")

    assert found["shop"].root == package
    assert not found["soundcloud"].defect
