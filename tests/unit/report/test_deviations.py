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


def test_those_of_the_target_are_read(tmp_path: Path) -> None:
    path = tmp_path / "deviations.toml"
    path.write_text(GOOD + GOOD.replace("staging", "live"))

    [found] = load_deviations(path, "staging", {"SC-A-01"})

    assert (found.claim, found.expiry.isoformat()) == ("SC-A-01", "2030-01-31")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[deviations]\n", "is no TOML: .*line 1"),
        ("[[deviation]]\n", "has other things than"),
        ("deviations = 1", "has other things than"),
        (GOOD.replace("SC-A-01", "SC-A-99"), r"\[\[deviations\]\] 1: there is no claim SC-A-99"),
        (GOOD.replace("expiry = 2030-01-31", ""), "1: expiry: field required"),
        (GOOD.replace("2030-01-31", '"soon"'), "1: expiry: input should be a valid date"),
        (GOOD.replace('owner = "ann"', 'owner = ""'), "1: owner: string should have at least 1 character"),
        (GOOD + 'colour = "red"', "1: colour: no such field is known"),
        (GOOD + GOOD, "2: SC-A-01 stands there already"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "deviations.toml"
    path.write_text(text)

    with pytest.raises(DeviationError, match=said) as caught:
        load_deviations(path, "staging", {"SC-A-01"})

    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "deviations.toml"
    with pytest.raises(DeviationError, match="can't be read"):
        load_deviations(path, "staging", set())

    path.write_text("")
    assert load_deviations(path, "staging", set()) == []
