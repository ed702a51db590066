from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.report.deviations import DeviationError, load_deviations

GOOD = """
[[deviations]]
claim = "SC-A-01"
target = "staging"
reason = "known"
link = "https://x/1"
owner = "ann"
expiry = 2030-01-31
"""


def test_deviations_of_one_target_are_returned(tmp_path: Path) -> None:
    path = tmp_path / "deviations.toml"
    path.write_text(GOOD + GOOD.replace("staging", "live"))

    [found] = load_deviations(path, "staging", {"SC-A-01"})

    assert (found.claim, found.expiry.isoformat()) == ("SC-A-01", "2030-01-31")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[deviations]\n", "is not valid TOML: .*line 1"),
        ("[[deviation]]\n", "contains more than"),
        ("deviations = 1", "contains more than"),
        (GOOD.replace("SC-A-01", "SC-A-99"), r"\[\[deviations\]\] 1: claim SC-A-99 does not exist"),
        (GOOD.replace("expiry = 2030-01-31", ""), "1: expiry: field required"),
        (GOOD.replace("2030-01-31", '"soon"'), "1: expiry: input should be a valid date"),
        (GOOD.replace('owner = "ann"', 'owner = ""'), "1: owner: string should have at least 1 character"),
        (GOOD + 'colour = "red"', "1: colour: is not a known key"),
        (GOOD + GOOD, "2: SC-A-01 has a table already"),
    ],
)
def test_malformed_file_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "deviations.toml"
    path.write_text(text)

    with pytest.raises(DeviationError, match=message) as caught:
        load_deviations(path, "staging", {"SC-A-01"})

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_file_is_refused_and_empty_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "deviations.toml"
    with pytest.raises(DeviationError, match="can't be read"):
        load_deviations(path, "staging", set())

    path.write_text("")
    assert load_deviations(path, "staging", set()) == []
