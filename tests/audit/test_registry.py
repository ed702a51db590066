"""The registered faults and variants, and the attributes of the mocks that they replace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.audit.conftest import REPOSITORY, Audit

from tuningfork import apis
from tuningfork.audit import fault
from tuningfork.audit.fault import MockPatch, UnknownPatch
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.contract.claims import load_claims


def iter_parts(part: Any, location: str = "mock") -> Iterator[tuple[str, Any]]:
    """Yield an object of this project and all objects in its attributes, each with its dotted name."""
    yield location, part
    for name, value in vars(part).items():
        if name != "mock" and hasattr(value, "__dict__") and type(value).__module__.startswith("tuningfork"):
            yield from iter_parts(value, f"{location}.{name}")


def read_attributes(mock: Any) -> dict[str, Any]:
    """Return the attributes of a mock and its parts, and the handler of each operation, by dotted name."""
    attributes = {
        f"{location}.{name}": value
        for location, part in iter_parts(mock)
        for name, value in vars(part).items()
    }
    return attributes | {f"handlers[{operation}]": handler for operation, handler in mock.handlers.items()}


def test_each_patch_has_a_description_and_known_claims(patches: dict[str, MockPatch]) -> None:
    known = {
        claim.id for api in apis.names() for claim in load_claims(REPOSITORY / "specs" / api / "claims.toml")
    }
    for patch in patches.values():
        assert re.fullmatch(r"[^\n]+\.", patch.says), patch.id
        assert patch.claims, patch.id
        assert set(patch.claims) <= known, patch.id
        assert len(set(patch.claims)) == len(patch.claims), patch.id


@pytest.mark.parametrize("api", apis.names())
def test_claims_have_a_fault_and_musts_of_the_documentation_two(
    api: str, patches: dict[str, MockPatch]
) -> None:
    """Documentation: claims with a source that starts with G."""
    faults = Counter(claim for patch in patches.values() if patch.is_fault for claim in patch.claims)

    claims = load_claims(REPOSITORY / "specs" / api / "claims.toml")

    is_documented_must = {
        claim.id: claim.level == "MUST" and claim.source.startswith("G") for claim in claims
    }
    assert [claim for claim, is_must in is_documented_must.items() if faults[claim] < 1 + is_must] == []


@pytest.mark.parametrize("api", apis.names())
def test_each_patch_replaces_an_existing_attribute(api: str, patches: dict[str, MockPatch]) -> None:
    """A patch of an attribute that does not exist any more would have no effect."""
    mock = apis.mock(api)
    first = read_attributes(mock)
    for patch in (patch for patch in patches.values() if patch.api == api):
        before = read_attributes(mock)
        patch.change(mock)
        assert any(
            before.get(attribute, ...) is not value for attribute, value in read_attributes(mock).items()
        ), patch.id

    added = {attribute for attribute in read_attributes(mock) if attribute not in first}
    existing = {f"{location}.{name}" for location, part in iter_parts(mock) for name in dir(type(part))}
    assert added <= existing


def test_unknown_fault_option_exits_4_with_a_suggestion(audit: Audit) -> None:
    result = audit.run("--fault=refresh_token_is_reusabel", str(REPOSITORY / "suites" / "soundcloud"))

    errors = [line for line in result.errlines if line.strip()]
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert errors == [
        "ERROR: --fault: there is no fault or variant 'refresh_token_is_reusabel'; "
        "did you mean refresh_token_is_reusable?"
    ]


def test_unknown_fault_without_similar_id_has_no_suggestion() -> None:
    with pytest.raises(UnknownPatch, match=r"^there is no fault or variant 'zzzzz'\.$"):
        fault.require_known(["zzzzz"], apis.patches("audiosocket"))


def test_duplicate_id_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "REGISTRY", {})

    def loses_all_data(mock: object) -> None:
        """Lose all data."""

    def elsewhere(mock: object) -> None:
        """Lose all data in a subclass."""

    elsewhere.__name__, elsewhere.__module__ = "loses_all_data", "tuningfork.apis.soundcloud.faults.other"
    loses_all_data.__module__ = "tuningfork.apis.soundcloud.faults.one"
    fault.fault("SC-ERR-01")(loses_all_data)

    with pytest.raises(ValueError, match=r"faults\.one and in tuningfork\.apis\.soundcloud\.faults\.other"):
        fault.variant("SC-ERR-01")(elsewhere)


def test_patch_of_a_missing_attribute_or_handler_raises() -> None:
    with pytest.raises(AttributeError):
        wrap_method(object(), "refresh", lambda refresh: refresh)
    with pytest.raises(KeyError):
        wrap_handler({}, "GET /nothing", lambda handle: handle)
