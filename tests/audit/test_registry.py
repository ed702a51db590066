"""What is registered, and what it may touch."""

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


def parts(thing: Any, place: str = "mock") -> Iterator[tuple[str, Any]]:
    """An object of ours and all that hang from it, each with its place."""
    yield place, thing
    for name, value in vars(thing).items():
        if name != "mock" and hasattr(value, "__dict__") and type(value).__module__.startswith("tuningfork"):
            yield from parts(value, f"{place}.{name}")


def seams(mock: Any) -> dict[str, Any]:
    """What is set in a mock and its parts, and the handler of each operation, by its place."""
    found = {f"{place}.{name}": value for place, part in parts(mock) for name, value in vars(part).items()}
    return found | {f"handlers[{operation}]": handler for operation, handler in mock.handlers.items()}


def test_each_says_what_it_does_and_names_known_claims(differences: dict[str, MockPatch]) -> None:
    known = {
        claim.id for api in apis.names() for claim in load_claims(REPOSITORY / "specs" / api / "claims.toml")
    }
    for difference in differences.values():
        assert re.fullmatch(r"[^\n]+\.", difference.says), difference.id
        assert difference.claims, difference.id
        assert set(difference.claims) <= known, difference.id
        assert len(set(difference.claims)) == len(difference.claims), difference.id


@pytest.mark.parametrize("api", apis.names())
def test_what_the_documents_demand_is_broken_in_two_ways(api: str, differences: dict[str, MockPatch]) -> None:
    """Every claim has a fault, and every MUST of the documents themselves (source G) two."""
    faults = Counter(claim for it in differences.values() if it.is_fault for claim in it.claims)

    claims = load_claims(REPOSITORY / "specs" / api / "claims.toml")

    is_demanded = {claim.id: claim.level == "MUST" and claim.source.startswith("G") for claim in claims}
    assert [claim for claim, demanded in is_demanded.items() if faults[claim] < 1 + demanded] == []


@pytest.mark.parametrize("api", apis.names())
def test_each_replaces_what_is_there(api: str, differences: dict[str, MockPatch]) -> None:
    """A seam that has another name by now would leave the fault without effect."""
    mock = apis.mock(api)
    first = seams(mock)
    for difference in (it for it in differences.values() if it.api == api):
        before = seams(mock)
        difference.change(mock)
        assert any(before.get(seam, ...) is not value for seam, value in seams(mock).items()), difference.id

    set_anew = {seam for seam in seams(mock) if seam not in first}
    there = {f"{place}.{name}" for place, part in parts(mock) for name in dir(type(part))}
    assert set_anew <= there


def test_an_unknown_fault_is_a_usage_error(audit: Audit) -> None:
    result = audit.run("--fault=refresh_token_is_reusabel", str(REPOSITORY / "suites" / "soundcloud"))

    said = [line for line in result.errlines if line.strip()]
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said == [
        "ERROR: --fault: there is no fault or variant 'refresh_token_is_reusabel'; "
        "did you mean refresh_token_is_reusable?"
    ]


def test_nothing_is_like_it() -> None:
    with pytest.raises(UnknownPatch, match=r"^there is no fault or variant 'zzzzz'\.$"):
        fault.require_known(["zzzzz"], apis.patches("audiosocket"))


def test_an_id_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "REGISTRY", {})

    def loses_everything(mock: object) -> None:
        """It loses everything."""

    def elsewhere(mock: object) -> None:
        """It loses everything, too."""

    elsewhere.__name__, elsewhere.__module__ = "loses_everything", "tuningfork.apis.soundcloud.faults.other"
    loses_everything.__module__ = "tuningfork.apis.soundcloud.faults.one"
    fault.fault("SC-ERR-01")(loses_everything)

    with pytest.raises(ValueError, match=r"faults\.one and in tuningfork\.apis\.soundcloud\.faults\.other"):
        fault.variant("SC-ERR-01")(elsewhere)


def test_a_seam_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError):
        wrap_method(object(), "refresh", lambda refresh: refresh)
    with pytest.raises(KeyError):
        wrap_handler({}, "GET /nothing", lambda handle: handle)
