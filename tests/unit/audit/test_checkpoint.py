from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.audit.checkpoint import FILE, Checkpoint, fingerprint
from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import VariantResult

FAIR = VariantResult(id="odd", api="shop", claims=["A-2"], verdict="fair")
KILLED = FaultResult(id="late", api="shop", claims=["A-1"], verdict="killed", killed_by=["A-1"], seconds=0.5)


def test_an_audit_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    first = Checkpoint(tmp_path, "one")
    first.add_healthy({"test_a": 0.25})
    first.add_healthy({"test_b": 0.5})
    first.add(KILLED)
    first.add_variant(FAIR)

    again = Checkpoint(tmp_path, "one")

    assert again.healthy == {"test_a": 0.25, "test_b": 0.5}
    assert again.trials == {"late": KILLED}
    assert again.variants == {"odd": FAIR}


def test_the_line_that_it_was_ended_in_is_no_obstacle(tmp_path: Path) -> None:
    Checkpoint(tmp_path, "one").add(KILLED)
    with (tmp_path / FILE).open("a") as out:
        out.write('{"trial": {"id": "to')

    again = Checkpoint(tmp_path, "one")
    again.add_variant(FAIR)

    assert again.trials == {"late": KILLED}
    assert Checkpoint(tmp_path, "one").variants == {"odd": FAIR}


@pytest.mark.parametrize("line", ["3", "[]", '{"trial": 3}', '{"trial": {}}', '{"healthy": 3}', "{}"])
def test_an_odd_line_is_passed_over(tmp_path: Path, line: str) -> None:
    Checkpoint(tmp_path, "one")
    with (tmp_path / FILE).open("a") as out:
        out.write(line + "\n")

    odd = Checkpoint(tmp_path, "one")

    assert (odd.healthy, odd.trials) == ({}, {})


def test_what_another_state_of_the_sources_left_is_dropped(tmp_path: Path) -> None:
    Checkpoint(tmp_path, "one").add(KILLED)

    assert Checkpoint(tmp_path, "two").trials == {}
    assert Checkpoint(tmp_path, "one").trials == {}


def test_an_audit_that_came_to_its_end_leaves_nothing_behind(tmp_path: Path) -> None:
    progress = Checkpoint(tmp_path, "one")
    progress.close()

    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_of_names_and_contents(tmp_path: Path) -> None:
    told = []
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.py", "2"), ("c.pyc", "3")):
        (tmp_path / name).write_text(text)
        told.append(fingerprint([tmp_path]))

    assert len(set(told)) == 3
    assert told[2] == told[3]
