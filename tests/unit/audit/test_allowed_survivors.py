from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.audit.allowed_survivors import (
    AllowedSurvivor,
    AllowedSurvivorsError,
    find_reason,
    load_allowed_survivors,
)
from tuningfork.audit.response_mutants import Mutant
from tuningfork.model import Exchange, Request, Response

EXCHANGE = Exchange(Request("GET", "https://api.example.com/tracks"), Response(200))
DROPPED = Mutant("GET /tracks", 200, "/collection/*/genre", "dropped", EXCHANGE)


@pytest.mark.parametrize(
    ("entry", "matches"),
    [
        (AllowedSurvivor("*/genre", "dropped", "because"), True),
        (AllowedSurvivor("*/genre", "*", "because", "GET /tracks 200"), True),
        (AllowedSurvivor("/genre", "dropped", "because"), False),
        (AllowedSurvivor("*/genre", "emptied", "because"), False),
        (AllowedSurvivor("*/genre", "dropped", "because", "GET /users*"), False),
    ],
)
def test_entry_matches_by_globs(entry: AllowedSurvivor, matches: bool) -> None:
    assert find_reason(DROPPED, [entry]) == ("because" if matches else "")


def test_entries_are_loaded_from_file(tmp_path: Path) -> None:
    (tmp_path / "unspecified.toml").write_text('[[open]]\nplace = "/a"\nkind = "dropped"\nreason = "why"\n')

    assert load_allowed_survivors(tmp_path) == [AllowedSurvivor("/a", "dropped", "why")]


def test_missing_file_returns_no_entries(tmp_path: Path) -> None:
    assert load_allowed_survivors(tmp_path) == []


@pytest.mark.parametrize("text", ["[[open", '[[open]]\nplace = "/a"', "open = 3", '[[open]]\nodd = "/a"', ""])
def test_invalid_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "unspecified.toml").write_text(text)

    with pytest.raises(
        AllowedSurvivorsError, match=r"unspecified\.toml: \[\[open\]\] has `place`, `kind`, `reason`"
    ):
        load_allowed_survivors(tmp_path)
